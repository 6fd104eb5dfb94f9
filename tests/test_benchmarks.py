"""The benchmarks run and print their tables; what they measure is not judged here."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parent.parent
RUNS = {
    "startup": (["--runs", "1"], ["import numpy", "import fssm", "fssm point"]),
    "throughput": (
        ["--largest", "100", "--rounds", "1"],
        ["LAPACK", "numba", "complex", "exact", "ratio", "MB", "speed of 2 threads"],
    ),
    "scans": (
        ["--points=400", "--rounds=1", "--workers=1", "--format=npz", "--sampling=sobol"],
        ["sobol, npz", "start-up", "memory"],
    ),
    "integrals": (
        ["--points", "3", "--batch", "100"],
        ["vector", "ALP h1", "ALP h2", "largest error"],
    ),
    "accuracy": (
        ["--points", "1", "--batch", "50", "--routes", "40"],
        ["near-degenerate", "three decades", "numpy", "numba", "2000", "radiative", "3 gen"],
    ),
    "folders": (
        ["--parts", "50", "--rounds", "1"],
        ["50", "status [s]", "resume [s]", "65,536 rows", "npz", "parquet"],
    ),
}
SLOW = ("accuracy", "folders", "scans", "throughput")


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow if n in SLOW else ()) for n in RUNS]
)
def test_a_benchmark_prints_its_table(name):
    options, expected = RUNS[name]
    command = [sys.executable, "-m", "benchmarks", name, *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for text in expected:
        assert text in done.stdout.replace("eigh", "LAPACK")


def test_kept_results_are_quoted_in_the_readme(monkeypatch):
    """The README's ratios are those of benchmarks/results/throughput.txt, rounded."""
    results = (ROOT / "benchmarks" / "results" / "throughput.txt").read_text()
    readme = (ROOT / "README.md").read_text()
    times = results.partition("Peak memory")[0]
    row = r"^ (numpy|numba) +(real|complex) +(\S.*?)  +.* (\S+)$"
    kept = {tuple(words): float(ratio) for *words, ratio in re.findall(row, times, re.MULTILINE)}
    for text, mode in (
        ('Y\' given, threshold "none"', "Y' given, none"),
        ('Y\' given, threshold "exact"', "Y' given, exact"),
        ('threshold "leading"', "leading"), ("inos twice", "exact"),
    ):  # fmt: skip
        row = next(line for line in readme.splitlines() if text in line and line.startswith("|"))
        shown = [float(cell) for cell in row.split("|")[2:-1]]
        columns = [(b, k, mode) for b in ("numpy", "numba") for k in ("real", "complex")]
        np.testing.assert_allclose(shown, [kept[c] for c in columns], rtol=0, atol=0.0051)
