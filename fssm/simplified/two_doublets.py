"""Two Higgs doublets with a flavourful texture: mass matrices, couplings, residual symmetry.

M_f = (v Y_f + v' Y_f')/sqrt2 for f = up, down, lepton, Y_f of rank one, Y_f' generic but for the
hierarchy of the first two generations (W. Altmannshofer 2022; arXiv:1507.07927). The slides
write M = v Y + v' Y', with vevs of 174 GeV in sum of squares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.arguments import instance, together
from fssm.base import InvalidInput, per_point
from fssm.model.electroweak import higgs_vev
from fssm.model.texture import texture_scales
from fssm.observables.estimates import texture_dipole
from fssm.observables.lepton_dipoles import lepton_dipoles, lepton_masses
from fssm.simplified.inputs import given, single

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fssm.base import AnyArray, NumberLike, RealLike
    from fssm.observables.lepton_dipoles import LeptonDipoles

_MODEL = "two_doublets"
# Fields that the flavour group U(3)^5 acts on, and which two meet in each mass matrix.
FLAVOUR_FIELDS = ("quark doublet", "up", "down", "lepton doublet", "lepton")
_MEET = {"up": (0, 1), "down": (0, 2), "lepton": (3, 4)}


class FlavourfulMasses(NamedTuple):
    """Mass matrices (..., 3, 3) in GeV of one kind of fermion, (doublet, singlet).

    ``rank_one`` = M_0 from the first doublet, ``correction`` = Delta M from the second, ``total``
    their sum, and their Yukawa couplings ``yukawa`` = Y, ``yukawa_prime`` = Y'.
    """

    rank_one: AnyArray
    correction: AnyArray
    total: AnyArray
    yukawa: AnyArray
    yukawa_prime: AnyArray


class ResidualSymmetry(NamedTuple):
    """The part of U(3)^5 that leaves Yukawa couplings alone.

    ``dimension`` of its algebra; ``semisimple`` of its commutators, 15 for SU(2)^5 and 6 for
    the SU(2)^2 of leptons; ``abelian`` the rest. ``by_field`` splits the semisimple part over
    FLAVOUR_FIELDS: 3 for an SU(2), 8 for an SU(3).
    """

    dimension: int
    semisimple: int
    abelian: int
    by_field: dict[str, int]


def flavourful_masses(
    masses: RealLike, x: NumberLike, tan_beta: RealLike, *, v: RealLike | None = None
) -> FlavourfulMasses:
    """The texture of one kind of fermion from its masses, heaviest last, and coefficients.

    M_0 = diag(0, 0, m_3) and Delta M = [[m_1, x m_1, x m_1], [x m_1, m_2, x m_2], [x m_1, x m_2,
    x m_2]] with a coefficient x_ij in each place but the first two of the diagonal.

    Parameters
    ----------
    masses : (..., 3) in GeV, as the electron, the muon and the tau.
    x : complex coefficients (..., 3, 3) of order one; the first two of the diagonal do not count.
    tan_beta : v/v' of the two doublets.
    v : sqrt(v^2 + v'^2), GeV, 246 by default.
    """
    m = given(_MODEL, "masses", masses, unit="GeV")
    if m.shape[-1:] != (3,) or not (np.isfinite(m) & (m > 0)).all():
        problem = "must be three positive masses on the last axis"
        raise InvalidInput(f"[{_MODEL}] masses", problem, value=masses, unit="GeV")
    coefficients = given(_MODEL, "x", x, kind="complex", axes=2)
    tangent = given(_MODEL, "tan_beta", tan_beta, kind="positive")
    together(_MODEL, masses=m[..., 0], x=coefficients[..., 0, 0], tan_beta=tangent)
    whole = higgs_vev() if v is None else given(_MODEL, "v", v, unit="GeV", kind="positive")
    together(_MODEL, masses=m[..., 0], v=np.asarray(whole))
    factors = np.where(np.diag([True, True, False]), 1.0, coefficients)
    correction = factors * np.where(
        np.diag([True, False, False]), m[..., :1, None], texture_scales(m, None)
    )
    rank_one = m[..., 2, None, None] * np.diag([0.0, 0.0, 1.0])
    small = whole / np.hypot(1, tangent)
    y, y_prime = (
        np.sqrt(2) * matrix / per_point(vev, 2)
        for matrix, vev in ((rank_one, small * tangent), (correction, small))
    )
    return FlavourfulMasses(rank_one, correction, rank_one + correction, y, y_prime)


def flavourful_dipoles(a_muon: RealLike, masses: FlavourfulMasses) -> LeptonDipoles:
    """Lepton dipoles proportional to Delta M, as on the slides, with a given a_mu fixing the size.

    C = a_mu/(2 m_mu^2) A^dag Delta M B in the mass basis of the whole M: an expectation, with
    a_e = (m_e/m_mu)^2 a_mu, and not a loop calculation.
    """
    a = given(_MODEL, "a_muon", a_muon)
    instance(f"[{_MODEL}] masses", masses, FlavourfulMasses, "that of flavourful_masses")
    together(_MODEL, a_muon=a, masses=masses.total[..., 0, 0])
    m_muon = lepton_masses()[1]
    return lepton_dipoles(
        {"second doublet": texture_dipole(a, masses.correction, masses.total, m_muon=m_muon)}
    )


def residual_symmetry(
    *,
    up: Sequence[AnyArray] = (),
    down: Sequence[AnyArray] = (),
    lepton: Sequence[AnyArray] = (),
    tolerance: float = 1e-9,
) -> ResidualSymmetry:
    """Which of U(3)^5 leaves all the given Yukawa (or mass) matrices (3, 3) invariant.

    Each argument is a list of matrices (doublet i, singlet j), such as ``[Y, Y']``. A generator
    counts as unbroken where it changes no matrix by more than ``tolerance`` times the largest
    entry of its kind: 1e-9 finds the exact symmetry, 0.2 the approximate one of the texture.
    Fields of kinds that are left out rotate freely. One point at a time.
    """
    tolerance = single(_MODEL, "tolerance", tolerance)
    rows = []
    for kind, matrices in (("up", up), ("down", down), ("lepton", lepton)):
        if not (isinstance(matrices, list | tuple) or getattr(matrices, "ndim", 0) == 3):
            problem = "must be a list, each entry a 3x3 matrix"
            raise InvalidInput(f"[{_MODEL}] {kind}", problem, value=matrices)
        arrays = [given(_MODEL, kind, y, kind="complex", axes=2) for y in matrices]
        if any(y.ndim != 2 for y in arrays):
            raise InvalidInput(f"[{_MODEL}] {kind}", "must be single 3x3 matrices, one point")
        largest = max((np.abs(y).max() for y in arrays), default=0.0)
        rows += [_variation(y / largest, *_MEET[kind]) for y in arrays if largest > 0]
    if rows:
        change = np.concatenate(rows)
        _, sizes, modes = np.linalg.svd(np.concatenate([change.real, change.imag]))
        unbroken = modes[np.concatenate([sizes, np.zeros(45 - len(sizes))]) <= tolerance]
    else:
        unbroken = np.eye(45)
    algebra = np.einsum("na,afij->nfij", unbroken, _generators())
    commutators = algebra[:, None] @ algebra[None, :] - algebra[None, :] @ algebra[:, None]
    flat = commutators.reshape(-1, 5, 9)
    # Approximate generators close up to about the tolerance.
    noise = max(1e-6, tolerance)
    semisimple = _rank(flat.reshape(-1, 45), noise)
    return ResidualSymmetry(
        dimension=len(unbroken),
        semisimple=semisimple,
        abelian=len(unbroken) - semisimple,
        by_field={name: _rank(flat[:, i], noise) for i, name in enumerate(FLAVOUR_FIELDS)},
    )


def _hermitian_basis() -> AnyArray:
    """Nine hermitian matrices that span those of U(3), trace(t_a t_b) = delta_ab."""
    basis = []
    for i, j in np.ndindex(3, 3):
        t = np.zeros((3, 3), complex)
        t[i, j], t[j, i] = (1.0, 1.0) if i <= j else (1j, -1j)
        basis.append(t / np.linalg.norm(t))
    return np.array(basis)


def _generators() -> AnyArray:
    """(45, 5, 3, 3): one generator at a time, acting on one of the five fields."""
    one_field = np.einsum("fg,aij->fagij", np.eye(5), _hermitian_basis())
    return np.asarray(one_field.reshape(45, 5, 3, 3))


def _variation(yukawa: AnyArray, doublet: int, singlet: int) -> AnyArray:
    """d(L^T Y E)/i for L -> (1 + i X) L, E -> (1 + i X') E: X^T Y + Y X', (9, 45)."""
    x = _generators()
    change = np.swapaxes(x[:, doublet], -1, -2) @ yukawa + yukawa @ x[:, singlet]
    return np.asarray(change.reshape(45, 9).T)


def _rank(vectors: AnyArray, noise: float) -> int:
    """Number of independent real combinations, by the singular values beyond ``noise``."""
    real = np.concatenate([vectors.real, vectors.imag], axis=-1)
    return int(np.linalg.matrix_rank(real, tol=noise)) if real.size else 0
