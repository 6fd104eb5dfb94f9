"""The README shows real output and real Python."""

import re
from pathlib import Path

import numpy as np
from click.testing import CliRunner

from fssm.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)


def test_the_output_in_the_readme_is_what_the_command_prints(monkeypatch):
    monkeypatch.chdir(ROOT)
    printed = CliRunner().invoke(main, ["point", "examples/multi-tev.toml"]).stdout
    lines = [line.rstrip() for line in printed.rstrip().splitlines()]
    # Three neutralinos of this point are degenerate: how they mix is rounding, as the note says.
    shown = blocks("text")[0].splitlines()
    assert len(shown) == len(lines)
    different = [pair for pair in zip(shown, lines, strict=True) if pair[0] != pair[1]]
    degenerate = tuple(f"neutralino {i}" for i in (2, 3, 4))
    assert all(pair[0].startswith(degenerate) for pair in different), different


def test_the_python_in_the_readme_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(blocks("python")[0], names)
    assert names["result"].shape == (301,)
    exec(blocks("python")[1], names)
    assert names["result"].dipole.total().shape == (50, 3, 3)
    exec(blocks("python")[3], names)
    assert names["table"].status.points == 1024
    exec(blocks("python")[4], names)
    assert names["fit"].names == ("m_susy", "y_prime_muon")
    exec(blocks("python")[5], names)
    assert names["result"].a_muon.total.shape == (20_000,)
    assert np.isfinite(names["result"].a_muon.total).mean() > 0.8
    exec(blocks("python")[2], names)
    assert names["z_prime"].a_muon.shape == (50,)


def test_there_are_exactly_two_commands():
    assert len([line for block in blocks("sh") for line in block.splitlines()]) == 2
