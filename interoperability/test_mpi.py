"""A scan over MPI ranks gives the bytes of a scan without them; needs mpi4py and an MPI library."""

import subprocess
import sys
from pathlib import Path

SCAN = """
[scan]
sampling = "sobol"
points = 2000
chunk = 100
backend = "numpy"
format = "npz"
[vevs]
tan_beta = 50
tan_beta_u = 50
tan_beta_d = { from = 2, to = 12 }
[higgsino]
mu = { from = 500, to = 5000, scale = "log" }
mu_tilde = "mu"
theta_u = 0.7
theta_d = 0.7
[gaugino]
m1 = 2500
m2 = 2500
[slepton]
m_l = 2500
m_e = 2500
"""


def content(folder):
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def test_the_ranks_of_a_job_share_a_scan(tmp_path):
    file = tmp_path / "scan.toml"
    file.write_text(SCAN)
    launcher = Path(sys.executable).with_name("mpiexec")
    scan = ["fssm", "scan", str(file), "-o"]
    mpi = [str(launcher), "-n", "3", sys.executable, "-m", "mpi4py.futures", "-m"]
    for command in (
        [*mpi, *scan, str(tmp_path / "ranks"), "--mpi"],
        [sys.executable, "-m", *scan, str(tmp_path / "alone")],
    ):
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        assert "20 of 20 parts, 2,000 rows" in done.stdout
    assert len(content(tmp_path / "alone")) == 21
    assert content(tmp_path / "ranks") == content(tmp_path / "alone")
