"""Numbers of docs/limits.md that no other test holds, computed again."""

from pathlib import Path

import mpmath as mp
import pytest

from fssm.constants import measured
from fssm.numerics import loops

PAGE = (Path(__file__).parent.parent.parent / "docs" / "limits.md").read_text(encoding="utf-8")
# Numerators over D = z x + 1 - z - z (1 - z) r, z the share of the fermion (hep-ph/0302221).
EXACT = {
    "f1n": lambda z: 12 * z * (1 - z) ** 2,
    "f2n": lambda z: 6 * z * (1 - z),
    "f1c": lambda z: 12 * z**2 * (1 - z),
    "f2c": lambda z: 3 * z**2,
}


def exact(name, x, r):
    """The loop function with the external lepton's mass, r = m_l^2/m_scalar^2."""
    return mp.quad(lambda z: EXACT[name](z) / (z * x + 1 - z - z * (1 - z) * r), [0, 0.5, 1])


def excess(name, x, r):
    return float(exact(name, x, r) / exact(name, x, 0) - 1)


@pytest.mark.parametrize("name", EXACT)
def test_the_functions_of_a_massless_lepton_are_the_codes(name):
    for x in (0.01, 1.0, 7.0):
        assert float(exact(name, x, 0)) == pytest.approx(getattr(loops, name)(x), rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("lepton", "mass", "row"),
    [
        ("tau", 100.0, "| tau, 100 GeV | 6.3e-5 | 4.7e-5 |"),
        ("tau", 1000.0, "| tau, 1 TeV | 6.3e-7 | 4.7e-7 |"),
        ("muon", 100.0, "| muon, 100 GeV | 2.2e-7 | 1.7e-7 |"),
    ],
)
def test_what_the_mass_of_the_external_lepton_would_change(lepton, mass, row):
    with mp.workdps(30):
        r = (measured(f"m_{lepton}").value / mass) ** 2
        first, second, third, other = (excess(name, 1, r) for name in EXACT)
    assert first == pytest.approx(r / 5, rel=1e-3, abs=0)
    assert (second, third) == pytest.approx((first, first), rel=1e-3, abs=0)
    assert other == pytest.approx(3 * r / 20, rel=1e-3, abs=0)
    assert row in PAGE
    printed = [float(cell) for cell in row.split("|")[2:4]]
    assert [first, other] == pytest.approx(printed, rel=0.02, abs=0)


def test_light_inos_raise_it():
    with mp.workdps(30):
        r = (measured("m_tau").value / 100) ** 2
        largest = max(excess(name, 0.01, r) for name in EXACT)
        assert all(excess(name, 4, r) < excess(name, 1, r) for name in EXACT)
    assert f"{largest:.1e}" == "2.1e-04"
    assert "2.1e-4" in PAGE
