"""Running couplings, Landau poles, and how large tan(beta) and Y'_mumu may be without them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fssm.arguments import instance, numbers, together
from fssm.base import InvalidInput, quiet_nan
from fssm.constraints.betas import Couplings, supersymmetric_betas
from fssm.constraints.flow_of_couplings import (
    BEYOND,
    evolve,
    evolved,
    packed,
    spread_couplings,
    unpacked,
)
from fssm.constraints.matching import fssm_couplings, mssm_couplings, standard_model
from fssm.numerics.brackets import first_crossing, scan
from fssm.simplified.inputs import given, single

if TYPE_CHECKING:
    from collections.abc import Callable

    from fssm.base import AnyArray, BoolArray, RealArray, RealLike

__all__ = [
    "Couplings",
    "LandauPole",
    "fssm_couplings",
    "landau_pole",
    "largest_y_prime",
    "mssm_couplings",
    "run",
    "standard_model",
    "tan_beta_limit",
]

_MODEL = "running"
PERTURBATIVE = float(np.sqrt(4 * np.pi))
GUT_SCALE = 2e16
SCALE_MAX = 1e20
_KINDS = ("Y_u", "Y_d", "Y_e")
_GENERATIONS = (("u", "c", "t"), ("d", "s", "b"), ("e", "mu", "tau"))


class LandauPole(NamedTuple):
    """The first pole of each point (...), and how far its couplings are perturbative.

    ``scale``: where a coupling diverges, GeV; inf where none does below ``scale_max``.
    ``coupling``: name of the largest coupling there, such as ``"Y_e'(mu,mu)"``; "" without a pole.
    ``perturbative_up_to``: where any coupling first exceeds ``largest``, GeV; inf where none does
    below ``scale_max``. ``perturbative``: that none does below the ``target`` scale, which may be
    beyond ``scale_max``. NaN, False for NaN couplings.
    """

    scale: RealArray
    coupling: Any
    perturbative_up_to: RealArray
    perturbative: BoolArray


def run(couplings: Couplings, scale: RealLike) -> Couplings:
    """Supersymmetric couplings at another scale (...), GeV, up or down; NaN beyond a pole."""
    target = given(_MODEL, "scale", scale, unit="GeV", kind="positive")
    known = _known(couplings)
    together(_MODEL, couplings=np.asarray(known.scale), scale=target)
    return evolved(known, target, supersymmetric_betas)


def _known(couplings: Couplings) -> Couplings:
    """The couplings, every part an array of the right shape; else InvalidInput names the part."""
    name = f"[{_MODEL}] couplings"
    remedy = "Couplings, such as those of standard_model or fssm_couplings"
    fields = instance(name, couplings, Couplings, remedy)._asdict()
    scale = given(_MODEL, "couplings.scale", fields.pop("scale"), unit="GeV", kind="positive")
    g = numbers(f"{name}.g", fields.pop("g"))
    if g.shape[-1:] != (3,):
        raise InvalidInput(f"{name}.g", f"must have shape (..., 3), not {g.shape}")
    yukawas = {n: numbers(f"{name}.{n}", y, may_be_complex=True) for n, y in fields.items()}
    doublets = yukawas["up"].shape[-3:-2]
    for kind, y in yukawas.items():
        if doublets not in ((1,), (2,)) or y.shape[-3:] != (*doublets, 3, 3):
            problem = f"must have shape (..., a, 3, 3), a = 1 or 2 for all, not {y.shape}"
            raise InvalidInput(f"{name}.{kind}", problem)
    together(name, scale=scale, g=g[..., 0], **{n: y[..., 0, 0, 0] for n, y in yukawas.items()})
    return Couplings(scale, g, *yukawas.values())


def landau_pole(
    couplings: Couplings,
    *,
    scale_max: float = SCALE_MAX,
    largest: float = PERTURBATIVE,
    target: float = GUT_SCALE,
) -> LandauPole:
    """The first Landau pole between the scale of the couplings and ``scale_max``, GeV.

    Integrates until a coupling is 100, where y'/y^3 is constant to 1e-4, and extrapolates from
    there; the scale of the pole is good to 1e-5. ``largest``, sqrt(4 pi) by default, may not be
    more; ``target`` is the scale up to which couplings are to stay below it.
    """
    if single(_MODEL, "largest", largest) > BEYOND:
        raise InvalidInput(f"[{_MODEL}] largest", f"must be from 0 to {BEYOND:g}", value=largest)
    end = single(_MODEL, "scale_max", scale_max, unit="GeV")
    goal = single(_MODEL, "target", target, unit="GeV")
    every = spread_couplings(_known(couplings))
    shape, doublets = every.scale.shape, every.up.shape[-3]
    start = every.scale.ravel()
    # Upwards only: asymptotically free couplings diverge below, which is no Landau pole.
    length = np.maximum(np.log(np.maximum(end, goal) / start), 0.0)
    first = evolve(every, length, supersymmetric_betas, largest)
    beyond = unpacked(first.y, start, doublets)
    ended = evolve(beyond, length - first.t, supersymmetric_betas, BEYOND)
    slope = packed(supersymmetric_betas(unpacked(ended.y, ended.t, doublets)))
    index = np.argmax(np.where(np.isnan(ended.y), -np.inf, np.abs(ended.y)), axis=-1)
    top, growth = (np.take_along_axis(a, index[:, None], -1)[:, 0] for a in (ended.y, slope))
    with quiet_nan():
        rest = np.real(top / growth) / 2
    poles = np.where(ended.stopped, start * np.exp(first.t + ended.t + rest), np.inf)
    weak = np.where(first.stopped, start * np.exp(first.t), np.inf)
    lost = np.isnan(ended.t)
    names = np.array([*_names(doublets), ""], object)
    return LandauPole(
        np.where(lost, np.nan, np.where(poles <= end, poles, np.inf)).reshape(shape)[()],
        names[np.where(~lost & (poles <= end), index, -1)].reshape(shape)[()],
        np.where(lost, np.nan, np.where(weak <= end, weak, np.inf)).reshape(shape)[()],
        np.asarray(~lost & (weak >= goal)).reshape(shape)[()],
    )


def _names(doublets: int) -> list[str]:
    """Name of each component of the packed couplings."""
    names = ["g1", "g2", "g3"]
    for kind, particles in zip(_KINDS, _GENERATIONS, strict=True):
        for prime in ("", "'")[:doublets]:
            names += [f"{kind}{prime}({i},{j})" for i in particles for j in particles]
    return names


def tan_beta_limit(
    *,
    m_susy: RealLike,
    pole_above: float = 1e16,
    eps_b: RealLike = 0.0,
    eps_tau: RealLike = 0.0,
    eps_l: RealLike = 0.0,
) -> RealArray:
    """Largest tan(beta) (...) of the MSSM without a Landau pole below ``pole_above``, GeV.

    Searched from 2 to 300; inf if none of them has a pole there, NaN if all have. The default
    gives 52, 67, 80 for eps_b = -0.005, 0, 0.005 at m_susy = 1 TeV, and 53, 69, 81 at 2.5 TeV.

    >>> f"{tan_beta_limit(m_susy=1000.0):.0f}"
    '67'
    """
    mass = given(_MODEL, "m_susy", m_susy, unit="GeV", kind="positive")
    eps = [given(_MODEL, name, value) for name, value in
           (("eps_b", eps_b), ("eps_tau", eps_tau), ("eps_l", eps_l))]  # fmt: skip
    together(_MODEL, m_susy=mass, eps_b=eps[0], eps_tau=eps[1], eps_l=eps[2])

    def couplings(
        x: RealArray, m: RealArray, b: RealArray, tau: RealArray, mu: RealArray
    ) -> Couplings:
        return mssm_couplings(tan_beta=np.exp(x), m_susy=m, eps_b=b, eps_tau=tau, eps_l=mu)

    return _largest(couplings, np.log([2.0, 20.0, 300.0]), pole_above, mass, *eps)


def largest_y_prime(
    *,
    tan_beta: RealLike,
    tan_beta_u: RealLike,
    m_susy: RealLike,
    pole_above: float = GUT_SCALE,
    eps_b: RealLike = 0.0,
    eps_tau: RealLike = 0.0,
    eps_l: RealLike = 0.0,
    eps_s: RealLike = 0.0,
    largest: float = BEYOND,
) -> RealArray:
    """Largest Y'_mumu (...) of the FSSM without a Landau pole below ``pole_above``, GeV.

    Of whichever coupling: with eps_l > 0 that of the strange quark can come first. With a
    ``largest`` below its default, such as PERTURBATIVE, no coupling may exceed it there. Searched
    from 0.01 to 10; inf if none of them has a pole there, NaN if all have.
    """
    inputs = {
        "tan_beta": tan_beta, "tan_beta_u": tan_beta_u, "m_susy": m_susy,
        "eps_b": eps_b, "eps_tau": eps_tau, "eps_l": eps_l, "eps_s": eps_s,
    }  # fmt: skip
    positive = ("tan_beta", "tan_beta_u", "m_susy")
    values = [
        given(_MODEL, name, value, unit="GeV" if name == "m_susy" else "",
              kind="positive" if name in positive else "real")
        for name, value in inputs.items()
    ]  # fmt: skip
    together(_MODEL, **dict(zip(inputs, values, strict=True)))

    def couplings(x: RealArray, *own: RealArray) -> Couplings:
        fields = dict(zip(inputs, own, strict=True))
        return fssm_couplings(y_prime_muon=np.exp(x), **fields)

    nodes = np.log([0.01, 0.1, 10.0])
    return _largest(couplings, nodes, pole_above, *values, largest=largest)


def _largest(
    couplings: Callable[..., Couplings],
    nodes: RealArray,
    pole_above: float,
    *own: AnyArray,
    largest: float = BEYOND,
) -> RealArray:
    """exp(x) at which the pole, or a coupling of size ``largest``, is at ``pole_above``."""
    pole_above = single(_MODEL, "pole_above", pole_above, unit="GeV")

    def distance(x: RealArray, *parameters: RealArray) -> RealArray:
        start = couplings(x, *parameters)
        far = 1e3 * pole_above
        poles = landau_pole(start, scale_max=far, target=far, largest=largest)
        end = poles.scale if largest == BEYOND else poles.perturbative_up_to
        # Couplings that do not exist are beyond their poles; those without one are far from it.
        ratio = np.where(np.isnan(end), start.scale, np.minimum(end, far))
        return np.asarray(np.log(ratio / pole_above))

    scanned = scan(distance, nodes, *own)
    found = np.exp(first_crossing(scanned, 0.0, tolerance=1e-8).x)
    free = (scanned.values > 0).all(axis=0)
    return np.where(free, np.inf, found)[()]
