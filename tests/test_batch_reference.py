"""The batch path against mpmath at 50 digits, in the regimes where something may go wrong."""

import numpy as np
import pytest

import fssm
from fssm import reference

COUNT = 6
# Of |chi0| + |chi+-|. Measured on 25 points each: 7e-13, 4e-13, 4e-13, 5e-12, 5e-14.
BOUNDS = {
    "random": 1e-12,
    "nearly degenerate": 5e-12,
    "degenerate": 5e-12,
    "three decades": 1e-10,
    "tangents": 1e-12,
}


def fields(regime, is_complex):
    rng = np.random.default_rng(sum(map(ord, regime)) + is_complex)
    names = ("mu1", "mu2", "mu3", "mu4", "m1", "m2", "m_l", "m_e")

    def draw(low, high, size=COUNT):
        return np.exp(rng.uniform(np.log(low), np.log(high), size))

    values = dict(
        tan_beta=draw(5, 60), tan_beta_u=draw(5, 60), tan_beta_d=draw(2, 20),
        y_prime_muon=draw(0.01, 0.4), **{name: draw(300, 3000) for name in names},
    )  # fmt: skip
    scale = draw(500, 5000)
    if regime == "nearly degenerate":
        values.update({name: scale * (1 + draw(1e-9, 1e-2)) for name in names})
    elif regime == "degenerate":
        values.update({**dict.fromkeys(names, scale), "mu1": 0.0, "mu2": 0.0, "mu3": -scale})
    elif regime == "three decades":
        values.update({name: draw(300, 3e5) for name in names})
    elif regime == "tangents":
        values.update(tan_beta=draw(30, 60), tan_beta_d=draw(10, 33))
    for name in ("mu4", "m1") if is_complex else ():
        values[name] = values[name] * np.exp(1j * rng.uniform(-np.pi, np.pi, COUNT))
    return values


@pytest.mark.parametrize("is_complex", [False, True], ids=["real", "complex"])
@pytest.mark.parametrize("mode", ["given", "exact"])
@pytest.mark.parametrize("regime", BOUNDS)
def test_double_precision_by_regime(regime, mode, is_complex):
    values = fields(regime, is_complex)
    if mode == "exact":
        del values["y_prime_muon"]
    else:
        values["threshold"] = "none"
    results = [
        fssm.evaluate(fssm.Point(**values), detail="a_muon", backend=backend)
        for backend in ("numpy", "numba")
    ]
    physical = np.flatnonzero(~results[0].unphysical)
    assert physical.size >= 3
    for i in physical:
        one = {k: v[i] if np.ndim(v) else v for k, v in values.items()}
        near = None if mode == "given" else results[0].y_prime_muon[i]
        exact = reference.evaluate(fssm.Point(**one), 50, near=near)
        scale = abs(exact.a_neutralino) + abs(exact.a_chargino)
        for result in results:
            errors = (
                abs(result.a_muon.neutralino[i] - exact.a_neutralino),
                abs(result.a_muon.chargino[i] - exact.a_chargino),
            )
            assert max(errors) < BOUNDS[regime] * scale, (result.backend, i)
            if mode == "exact":
                y_prime = result.y_prime_muon[i]
                assert abs(y_prime / exact.y_prime_muon - 1) < BOUNDS[regime]
