"""What an MSSM spectrum says is read or refused by name; nothing of it vanishes silently."""

import numpy as np
import pytest
import slha_files

from fssm.base import InvalidInput
from fssm.io import slha
from fssm.io.points import read_point
from fssm.io.slha_read import point_of

DIAGONAL = dict(mu=600.0, m1=200.0, left=np.diag([4e5, 5e5, 6e5]), right=np.diag([3e5, 2e5, 1e5]))
DIAGONAL["trilinear"] = np.diag([0.1, -40.0, 90.0])
REAL = slha_files.spectrum(**DIAGONAL)
# The same with A in place of T, with AE and YE as a generator writes them: zeros and all.
NO_TRILINEAR = slha_files.spectrum(drop="TE", **DIAGONAL)
RATIOS = NO_TRILINEAR + slha_files.matrix("AE", np.diag([1.0, 500.0, 10.0]), 1000.0)
RATIOS += slha_files.matrix("YE", np.diag([1e-4, 0.02, 0.3]), 1000.0)


def read(text, **options):
    return point_of(slha.parse(text, "spectrum.slha"), **options)


def refused(text, **options):
    with pytest.raises(InvalidInput) as caught:
        read(text, **options)
    return str(caught.value)


def line_of(text, start):
    return next(i for i, line in enumerate(text.splitlines(), 1) if line.startswith(start))


def appended(block, *rows, to=REAL, q=1000.0):
    """A file with another block, and the line of its header."""
    scale = "" if q is None else f" Q= {q:.8E}"
    text = f"{to}Block {block}{scale}\n" + "".join(f"  {row}\n" for row in rows)
    return text, to.count("\n") + 1


@pytest.mark.parametrize("name", ["MSL2", "MSE2", "TE", "HMIX", "MSOFT", "GAUGE"])
def test_imaginary_parts_without_real_ones(name):
    entry = "1  3.0" if name in ("HMIX", "MSOFT", "GAUGE") else "2 1  3.0"
    text, line = appended(f"IM{name}", entry, to=slha_files.spectrum(drop=name, **DIAGONAL))
    message = refused(text)
    assert message == f"spectrum.slha, line {line}: IM{name} without a block {name} of real parts"


def test_imaginary_parts_of_ratios_without_real_ones():
    text, line = appended("IMAE", "2 2  3.0", to=NO_TRILINEAR)
    assert f"line {line}: IMAE without a block AE" in refused(text)
    ratio = NO_TRILINEAR + slha_files.block("AE", _2_2=500.0)
    text, line = appended("IMYE", "2 2  3.0", to=ratio)
    assert f"line {line}: IMYE without a block YE" in refused(text)
    # Where there is a T nobody asks for A.
    assert repr(read(appended("IMAE", "2 2  3.0")[0])) == repr(read(REAL))


def test_imaginary_entries_whose_real_ones_are_zero():
    only_diagonal = slha_files.spectrum(drop="MSL2", **DIAGONAL)
    text = only_diagonal + slha_files.block("MSL2", _1_1=4e5, _2_2=5e5, _3_3=6e5)
    matrix = np.diag([4e5, 5e5, 6e5]) + 0j
    matrix[0, 1], matrix[1, 0] = 7e3j, -7e3j
    for row in ("1 2  7.0E3", "2 1  -7.0E3"):
        point = read(appended("IMMSL2", row, to=text, q=None)[0])
        np.testing.assert_array_equal(point.m_l_sq_matrix, matrix)
    # One triangle of each kind of part, and not the same one.
    text = only_diagonal + slha_files.block("MSL2", _1_1=4e5, _2_2=5e5, _3_3=6e5, _2_1=2e3)
    matrix += np.array([[0, 2e3, 0], [2e3, 0, 0], [0, 0, 0]])
    point = read(appended("IMMSL2", "1 2  7.0E3", to=text, q=None)[0])
    np.testing.assert_array_equal(point.m_l_sq_matrix, matrix)
    # Two that contradict each other.
    text = appended("IMMSL2", "1 2  7.0E3", "2 1  7.0E3", to=text, q=None)[0]
    assert "MSL2" in refused(text)
    assert "must be hermitian" in refused(text)
    ratios = NO_TRILINEAR + slha_files.block("AE", _3_3=10.0) + slha_files.block("YE", _2_2=0.02)
    text = appended("IMAE", "2 2  500.0", to=ratios, q=None)[0]
    assert read(text).t_prime_muon == 10j
    ratios = NO_TRILINEAR + slha_files.block("AE", _2_2=500.0) + slha_files.block("YE", _3_3=0.2)
    assert read(appended("IMYE", "2 2  0.02", to=ratios, q=None)[0]).t_prime_muon == 10j


@pytest.mark.parametrize(
    ("block", "entry"),
    [("HMIX", "2"), ("HMIX", "3"), ("GAUGE", "1"), ("SMINPUTS", "13"), ("MSL2", "2 2"),
     ("MSE2", "1 1")],
)  # fmt: skip
@pytest.mark.parametrize("generations", [None, 1])
def test_imaginary_parts_of_what_is_real(block, entry, generations):
    q = None if block == "SMINPUTS" else 1000.0
    text, line = appended(f"IM{block}", f"{entry}  3.0E4", q=q)
    message = refused(text, generations=generations)
    assert message.startswith(f"spectrum.slha, line {line + 1} = 30000.0: entry {entry} of {block}")
    text = appended(f"IM{block}", f"{entry}  0.0", q=q)[0]
    assert read(text, generations=generations).m_l_sq == 5e5


def test_imaginary_parts_of_soft_masses():
    masses = slha_files.block("MSOFT", _1=2e2, _2=4e2, **{f"_{i}": 500.0 for i in range(31, 37)})
    text = slha_files.spectrum(drop="MSOFT MSL2 MSE2", **DIAGONAL) + masses
    assert read(text).m_l_sq == 2.5e5
    text, line = appended("IMMSOFT", "32  1.0", to=text, q=None)
    assert f"line {line + 1} = 1.0: entry 32 of MSOFT is real" in refused(text)


@pytest.mark.parametrize("name", ["HMIX", "MSL2", "TE"])
def test_two_imaginary_blocks_that_fit(name):
    entry = "1  3.0" if name == "HMIX" else "2 1  3.0"
    text, first = appended(f"IM{name}", entry)
    text, second = appended(f"IM{name}", entry, to=text, q=None)
    message = refused(text)
    assert message.startswith(f"spectrum.slha, lines {first}, {second}: blocks IM{name}")
    # At another scale there is but one that fits.
    text = appended(f"IM{name}", entry, to=appended(f"IM{name}", entry)[0], q=2000.0)[0]
    assert repr(read(text)) == repr(read(appended(f"IM{name}", entry)[0]))


@pytest.mark.parametrize(
    "scale",
    [np.inf, -np.inf, np.nan, 0, -1000.0, "1000", True, 1000j, [1000.0], np.array([1e3]), b"1", {}],
)
def test_scales_that_are_none(tmp_path, scale):
    path = tmp_path / "spectrum.slha"
    # Two scales: without a check an infinite one fits them all.
    path.write_text(REAL + slha_files.spectrum(2000.0, drop="SMINPUTS MASS DECAY", **DIAGONAL)
                    .replace("Block SPINFO\n  1  by hand\n", ""))  # fmt: skip
    assert read_point(path, scale=2000).mu4 == 600
    for call in (
        lambda: read_point(path, scale=scale),
        lambda: point_of(slha.read(path), scale=scale),
    ):
        with pytest.raises(InvalidInput, match=r"^scale"):
            call()
    with pytest.raises(InvalidInput, match=r"^q"):
        slha.read(path).block("HMIX", scale)


@pytest.mark.parametrize("generations", [True, 1.0, 3.0, "1", 2, 0, [1], np.array([1, 3])])
def test_generations_that_are_none(tmp_path, generations):
    (tmp_path / "a.slha").write_text(REAL)
    (tmp_path / "a.toml").write_text("")
    with pytest.raises(InvalidInput, match=r"^generations"):
        read_point(tmp_path / "a.slha", generations=generations)


@pytest.mark.parametrize("generations", [None, 1, 3])
@pytest.mark.parametrize("block", ["AE", "IMAE", "YE", "IMYE"])
def test_entries_off_the_diagonal_of_ratios_and_couplings(block, generations):
    assert read(RATIOS).t_prime_muon == 10
    own = appended(block, "1 2  30.0")[0] if block.startswith("IM") else ""
    text = RATIOS + own.removeprefix(REAL)
    if not own:
        start = RATIOS.index(f"Block {block} ")
        head, rest = RATIOS[:start], RATIOS[start:]
        text = head + rest.replace("  1 2  0\n", "  1 2  30\n", 1)
    message = refused(text, generations=generations)
    assert f"entry 1 2 of {block} is off the diagonal" in message
    assert f"line {line_of(text, f'Block {block} ') + (1 if own else 2)} = 30" in message


def test_rounding_off_the_diagonal_is_none():
    start = RATIOS.index("Block AE ")
    text = RATIOS[:start] + RATIOS[start:].replace("  1 2  0\n", "  1 2  1e-12\n")
    assert text.count("1e-12") == 2
    assert repr(read(text)) == repr(read(RATIOS))


def test_another_basis_is_refused_beside_trilinears():
    text, line = appended("YE", "2 2  0.02", "2 3  0.01")
    assert f"line {line + 2} = 0.01: entry 2 3 of YE is off the diagonal" in refused(text)
    # At another scale than that of the other blocks it says nothing about them.
    text = appended("YE", "2 2  0.02", "2 3  0.01", q=2e16)[0]
    assert repr(read(text)) == repr(read(REAL))
    # But where it is the only one it stands for that at the scale of A.
    text = appended("YE", "2 2  0.02", "2 3  0.01", to=NO_TRILINEAR, q=2e16)[0]
    text = appended("AE", "2 2  500.0", to=text)[0]
    assert "entry 2 3 of YE is off the diagonal" in refused(text)
