"""Parameters and mass matrices of one point, with one or three generations, in mpmath."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import mpmath as mp
import numpy as np

from fssm.base import FSSMError
from fssm.constants import measured

if TYPE_CHECKING:
    from fssm.model.point import Point

Number: TypeAlias = Any  # mpf or mpc
Matrix: TypeAlias = Any  # mp.matrix
Levels: TypeAlias = list[tuple[Number, Matrix]]  # eigenvalue and eigenvector

# Fields of the couplings to (H_d, H_d') and of the lepton masses, by number of generations.
_COUPLINGS = {
    1: (("y_muon", "y_prime_muon"), ("t_muon", "t_prime_muon")),
    3: (("y_lepton", "y_prime_lepton"), ("t_lepton", "t_prime_lepton")),
}
_MASSES = {1: ("m_muon",), 3: ("m_electron", "m_muon", "m_tau")}


@dataclass
class Model:
    """Parameters of one point as mpmath numbers; y, t and soft masses are n x n matrices."""

    g: Number
    g_prime: Number
    v: Number
    v_u: list[Number]
    v_d: list[Number]
    mu: Matrix
    m1: Number
    m2: Number
    y: list[Matrix]
    t: list[Matrix]
    m_l_sq: Matrix
    m_e_sq: Matrix
    m_lepton: list[Number]


def number(value: Any) -> Number:
    """Exact mpmath value of a Python or NumPy number."""
    item = np.asarray(value).item()
    return mp.mpc(item) if isinstance(item, complex) else mp.mpf(item)


def input_value(point: Point, name: str) -> Number:
    """A field, or the measured value where it was left out."""
    given = getattr(point, name)
    return number(measured(name).value if given is None else given)


def input_matrix(value: Any, n: int) -> Matrix:
    """Exact n x n matrix of an array (or of a number, for n = 1); zero where left out."""
    if value is None:
        return mp.zeros(n)
    return mp.matrix([[number(x) for x in row] for row in np.atleast_2d(value)])


def _gauge(point: Point) -> tuple[Number, Number, Number]:
    if point.scheme == "couplings":
        v = mp.mpf(0) if point.v is None else number(point.v)
        return number(point.g), number(point.g_prime), v
    m_w, m_z = input_value(point, "m_w"), input_value(point, "m_z")
    if point.scheme == "gf":
        v = 2 ** mp.mpf("-0.25") / mp.sqrt(input_value(point, "g_f"))
        g = 2 * m_w / v
    else:
        sine = mp.sin(mp.acos(m_w / m_z))
        g = mp.sqrt(4 * mp.pi * input_value(point, "alpha_mz")) / sine
        v = 2 * m_w / g
    return g, g * mp.tan(mp.acos(m_w / m_z)), v


def model_of(point: Point) -> Model:
    """All parameters; Yukawas or vevs are left for the lepton masses to fix where they do."""
    g, g_prime, v = _gauge(point)
    n = point.generations
    yukawas, trilinears = (
        [input_matrix(getattr(point, name), n) for name in names] for names in _COUPLINGS[n]
    )
    model = Model(
        g=g,
        g_prime=g_prime,
        v=v,
        v_u=[],
        v_d=[],
        mu=_higgsino(point),
        m1=number(point.m1),
        m2=number(point.m2),
        y=yukawas,
        t=trilinears,
        m_l_sq=_soft_mass_sq(point.m_l, point.m_l_sq, point.m_l_sq_matrix, n),
        m_e_sq=_soft_mass_sq(point.m_e, point.m_e_sq, point.m_e_sq_matrix, n),
        m_lepton=[input_value(point, name) for name in _MASSES[n]],
    )
    if point.v_u is not None:
        model.v_u = [number(point.v_u), number(point.v_u_prime)]
        model.v_d = [number(point.v_d), number(point.v_d_prime)]
    elif point.tan_beta_d is not None:
        set_vevs(point, model, 1 / number(point.tan_beta_d))
    return model


def _soft_mass_sq(mass: Any, mass_sq: Any, matrix: Any, n: int) -> Matrix:
    if matrix is not None:
        return input_matrix(matrix, n)
    return (number(mass) ** 2 if mass is not None else number(mass_sq)) * mp.eye(n)


def set_vevs(point: Point, model: Model, cot_beta_d: Number) -> None:
    """The four vevs on the sphere of radius v, from v_u'/v_u, v_d/v_u and v_d'/v_d."""
    cot_u, cot = 1 / number(point.tan_beta_u), 1 / number(point.tan_beta)
    direction = [1, cot_u, cot, cot * cot_beta_d]
    length = mp.sqrt(mp.fsum(x * x for x in direction))
    vev = [model.v * x / length for x in direction]
    model.v_u, model.v_d = vev[:2], vev[2:]


def cot_beta_d(point: Point, share: Number) -> Number:
    """v_d'/v_d for v_d' = share v, at the other two tangents of the point.

    Raises
    ------
    FSSMError
        if v_d' is not smaller than v.
    """
    if abs(share) >= 1:
        raise FSSMError("no tan_beta_d: v_d' would exceed v")
    return share / mp.sqrt(1 - share**2) / _d_prime_unit(point)


def vev_share(point: Point, cot_beta_d: Number) -> Number:
    """v_d'/v for v_d'/v_d = cot_beta_d."""
    ratio = cot_beta_d * _d_prime_unit(point)
    return ratio / mp.sqrt(1 + ratio**2)


def _d_prime_unit(point: Point) -> Number:
    """v_d over the length of (v_u, v_u', v_d)."""
    cot_u, cot = 1 / number(point.tan_beta_u), 1 / number(point.tan_beta)
    return cot / mp.sqrt(1 + cot_u**2 + cot**2)


def tan_beta_d(model: Model) -> Number:
    """v_d/v_d', infinite without v_d' and NaN without either."""
    if model.v_d[1]:
        return model.v_d[0] / model.v_d[1]
    return mp.inf if model.v_d[0] else mp.nan


def _higgsino(point: Point) -> Matrix:
    if point.mu1 is not None:
        entry = [number(getattr(point, name)) for name in ("mu1", "mu3", "mu4", "mu2")]
        return mp.matrix([entry[:2], entry[2:]])
    u, d = number(point.theta_u), number(point.theta_d)

    def transposed(t: Number) -> Matrix:
        return mp.matrix([[mp.cos(t), -mp.sin(t)], [mp.sin(t), mp.cos(t)]])

    return transposed(d) * mp.diag([number(point.mu), number(point.mu_tilde)]) * transposed(u)


def tree_mass(model: Model) -> Matrix:
    """m_l = (v_d Y + v_d' Y')/sqrt2."""
    return (model.v_d[0] * model.y[0] + model.v_d[1] * model.y[1]) / mp.sqrt(2)


def charginos(model: Model, v_u: list[Number]) -> Matrix:
    """Chargino matrix X for the given up-type vevs."""
    x = mp.matrix(3, 3)
    x[0, 0] = model.m2
    for i in (0, 1):
        x[0, i + 1] = model.g * mp.conj(v_u[i]) / mp.sqrt(2)
        x[i + 1, 0] = model.g * mp.conj(model.v_d[i]) / mp.sqrt(2)
        for j in (0, 1):
            x[i + 1, j + 1] = model.mu[i, j]
    return x


def neutralinos(model: Model, v_u: list[Number]) -> Matrix:
    """Neutralino matrix, basis (B, W3, H_d, H_d', H_u, H_u')."""
    m = mp.matrix(6, 6)
    m[0, 0], m[1, 1] = model.m1, model.m2
    for i in (0, 1):
        for row, coupling in ((0, -model.g_prime), (1, model.g)):
            m[row, 2 + i] = m[2 + i, row] = coupling * mp.conj(model.v_d[i]) / 2
            m[row, 4 + i] = m[4 + i, row] = -coupling * mp.conj(v_u[i]) / 2
        for j in (0, 1):
            m[2 + i, 4 + j] = m[4 + j, 2 + i] = -model.mu[i, j]
    return m


def cos_term(model: Model) -> Number:
    """(|v_d|^2 + |v_d'|^2 - |v_u|^2 - |v_u'|^2)/4 = v^2 cos(2 beta)/4."""
    return (sum(abs(v) ** 2 for v in model.v_d) - sum(abs(v) ** 2 for v in model.v_u)) / 4


def d_terms(model: Model) -> tuple[Number, Number, Number]:
    """D-terms in the squared masses of l~_L, l~_R and sneutrino."""
    m_z_sq_cos = (model.g**2 + model.g_prime**2) * cos_term(model)
    s_w_sq = model.g_prime**2 / (model.g**2 + model.g_prime**2)
    return m_z_sq_cos * (s_w_sq - mp.mpf(1) / 2), -m_z_sq_cos * s_w_sq, m_z_sq_cos / 2


def sneutrino_levels(model: Model) -> Levels:
    """Sneutrino m^2, ascending, and eigenvectors."""
    levels = hermitian_levels(model.m_l_sq + d_terms(model)[2] * mp.eye(model.m_l_sq.rows))
    return _without_tachyon(levels)


def f_terms(model: Model, v_u: list[Number]) -> list[Number]:
    """F = M_H (v_u, v_u'), which mixes the sleptons together with (Y, Y')."""
    return [model.mu[i, 0] * v_u[0] + model.mu[i, 1] * v_u[1] for i in (0, 1)]


def slepton_levels(model: Model, v_u: list[Number]) -> Levels:
    """Slepton m^2 and eigenvectors; v_u enters the mixing only, D-terms keep the model's."""
    n = model.m_l_sq.rows
    d_left, d_right, _ = d_terms(model)
    mass, one, mixing = tree_mass(model), mp.eye(n), mp.zeros(n)
    for t, y, v_d, source in zip(model.t, model.y, model.v_d, f_terms(model, v_u), strict=True):
        mixing += (t * v_d - y * mp.conj(source)) / mp.sqrt(2)
    left = model.m_l_sq + mass.conjugate() * mass.T + d_left * one
    right = model.m_e_sq + mass.T * mass.conjugate() + d_right * one
    whole = mp.zeros(2 * n)
    for i in range(n):
        for j in range(n):
            whole[i, j], whole[n + i, n + j] = left[i, j], right[i, j]
            whole[n + j, i], whole[i, n + j] = mixing[i, j], mp.conj(mixing[i, j])
    return _without_tachyon(hermitian_levels(whole))


def _without_tachyon(levels: Levels) -> Levels:
    if levels[0][0] <= 0:
        raise FSSMError("tachyonic slepton: the reference has no spectrum for this point")
    return levels


def hermitian_levels(matrix: Matrix) -> Levels:
    """Eigenvalues, ascending, and eigenvectors of a hermitian matrix."""
    complex_entries = any(mp.im(entry) != 0 for entry in matrix)
    # The solvers stop on changes relative to the eigenvalues: keep those away from zero.
    shift = mp.fsum(abs(entry) for entry in matrix)
    shifted = matrix + shift * mp.eye(matrix.rows)
    values, vectors = mp.eighe(shifted) if complex_entries else mp.eigsy(shifted.apply(mp.re))
    return sorted(
        ((values[i] - shift, vectors[:, i]) for i in range(len(values))), key=lambda level: level[0]
    )


def levels(matrix: Matrix) -> Levels:
    """Eigenvalues m^2 of M M^dag, ascending, and eigenvectors u."""
    return hermitian_levels(matrix * matrix.H)
