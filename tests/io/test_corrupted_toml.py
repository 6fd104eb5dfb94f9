"""TOML files with one thing wrong: each ends in an InvalidInput that says where."""

import random
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import fssm
from fssm import InvalidInput
from fssm.cli import main

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
FILES = ["multi-tev", "mssm-like", "complex-phases", "unphysical", "fit"]
NEEDED = {
    "mu",
    "mu_tilde",
    "theta_u",
    "theta_d",
    "mu1",
    "mu2",
    "mu3",
    "mu4",
    "m1",
    "m2",
    "m_l",
    "m_e",
}
POSITIVE = {"tan_beta", "tan_beta_u", "tan_beta_d", "m_l", "m_e", "g", "g_prime"}


def entries(lines):
    """Numbers of the lines that give one number to one name; of max_yukawa any is right."""
    one = re.compile(r"(?!max_yukawa)\w+ = -?[\d.]+( |$)")
    return [i for i, line in enumerate(lines) if one.match(line)]


def named(lines, names):
    return [i for i, line in enumerate(lines) if line.split(" ")[0] in names]


def change(lines, i, pattern, replacement):
    lines[i] = re.sub(pattern, replacement, lines[i], count=1)
    return lines


def with_value(value):
    return lambda lines, rng: change(lines, rng.choice(entries(lines)), r"= \S+", f"= {value}")


def with_text(pattern, replacement):
    return lambda lines, rng: change(lines, rng.choice(entries(lines)), pattern, replacement)


def inserted(text):
    def change_lines(lines, rng):
        lines.insert(rng.choice(entries(lines)) + 1, text)
        return lines

    return change_lines


def without_needed(lines, rng):
    del lines[rng.choice(named(lines, NEEDED))]
    return lines


def negative(lines, rng):
    return change(lines, rng.choice(named(lines, POSITIVE)), r"= ", "= -")


def header(pattern, replacement):
    def change_lines(lines, rng):
        headers = [i for i, line in enumerate(lines) if line.startswith("[")]
        return change(lines, rng.choice(headers), pattern, replacement)

    return change_lines


def doubled(lines, rng):
    i = rng.choice(entries(lines))
    return [*lines[: i + 1], *lines[i:]]


def cut(lines, rng):
    i = rng.choice(entries(lines))
    return [*lines[:i], lines[i][: lines[i].index("=") + 1]]


def misplaced(lines, rng):
    i = rng.choice(named(lines, {"m1", "m2", "m_l", "m_e"}))
    line = lines.pop(i)
    lines.insert(lines.index("[vevs]") + 1, line)
    return lines


MUTATIONS = {
    "no equals sign": with_text(" = ", " "),
    "two equals signs": with_text("=", "= ="),
    "a bracket of a section missing": header(r"\]", ""),
    "a section misspelt": header(r"\[(\w+)\]", r"[\1x]"),
    "a section twice": inserted("[vevs]\n[vevs]"),
    "an entry twice": doubled,
    "cut off": cut,
    "a name misspelt": with_text(r"^(\w+) ", r"\1q "),
    "an unknown name": inserted("colour = 3"),
    "in the wrong section": misplaced,
    "a needed entry missing": without_needed,
    "a negative number": negative,
    "two points in a number": with_text(r"= (\S+)", r"= \1.1.1"),
    "two numbers": with_text(r"= (\S+)", r"= \1 \1"),
    "a number in quotes": with_value('"250O"'),
    "a letter in a number": with_text(r"= (\S+)", r"= \1o"),
    "a hanging quote": with_value('"2500'),
    "nan": with_value("nan"),
    "inf": with_value("inf"),
    "true": with_value("true"),
    "a date": with_value("2022-01-01"),
    "nothing": with_value("[]"),
    "three numbers": with_value("[1, 2, 3]"),
    "a table": with_value("{ value = 3 }"),
    "beyond a double": with_value("1e999"),
    "too large": with_value("1e80"),
    "an endless integer": with_value("9" * 400),
    "a control character": with_text(" = ", " \x00= "),
    "a strange bracket": inserted("]"),
    "an escape": inserted('scheme = "\\q"'),
}
CASES = [(kind, file) for kind in MUTATIONS for file in FILES]


@pytest.mark.parametrize("number", range(len(CASES)))
def test_a_corrupted_file_is_an_error_with_its_place(tmp_path, number):
    kind, name = CASES[number]
    lines = (EXAMPLES / f"{name}.toml").read_text().splitlines()
    changed = "\n".join(MUTATIONS[kind](lines, random.Random(number)))
    path = tmp_path / "file.toml"
    path.write_text(changed + "\n")
    with pytest.raises(InvalidInput) as error:
        fssm.scan(path, tmp_path / "out") if name == "fit" else fssm.read_point(path)
    message = str(error.value)
    assert re.search(r"at line \d+, column \d+|at end of document|\[\w+\]|^\w+( = |: )", message), (
        message
    )
    assert not (tmp_path / "out").exists()
    command = (
        ["scan", str(path), "-o", str(tmp_path / "out")] if name == "fit" else ["point", str(path)]
    )
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr == f"fssm: {message}\n"


def test_there_are_150():
    assert len(CASES) == 150


@pytest.mark.parametrize("raw", [b"\xff\xfe[vevs]", b"[vevs]\ntan_beta = \x80\n", b"\xed\xa0\x80"])
def test_bytes_that_are_no_text(tmp_path, raw):
    path = tmp_path / "file.toml"
    path.write_bytes(raw)
    for read in (fssm.read_point, fssm.Point.from_toml):
        with pytest.raises(InvalidInput, match=r"file.toml: is not UTF-8 text: .*, line [12]"):
            read(path)
