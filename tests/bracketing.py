"""Y' of the muon alone, real points without Y and trilinears, by brackets between grid nodes.

Nothing is shared with the package but its inputs: the states enter by singular values, the smuons
by projectors instead of an angle, and the first change of sign of |m_l + dm(Y')| - m_mu on a fine
grid from zero outwards is refined by halving. Double precision, many points at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from fssm.constants import measured

Array = Any
M_MUON = measured("m_muon").value
# No larger coupling is perturbative.
PERTURBATIVE = np.sqrt(4 * np.pi)
# Nodes in units of the largest coupling: by constant factors, then towards the tachyonic edge.
NODES = np.concatenate([np.geomspace(1e-6, 0.5, 150)[:-1], 1 - np.geomspace(0.5, 1e-9, 60)])
HALVINGS = 60
BLOCK = 500


@dataclass(frozen=True)
class Vevs:
    """Vevs and gauge couplings from G_F, m_W and m_Z."""

    g: float
    g_prime: float
    u: Array
    u_prime: Array
    d: Array
    d_prime: Array


def vevs_of(tan_beta: Array, tan_beta_u: Array, tan_beta_d: Array) -> Vevs:
    """v_u = v_d tan_beta, v_u' = v_u/tan_beta_u, v_d' = v_d/tan_beta_d."""
    m_w, m_z = measured("m_w").value, measured("m_z").value
    v = (np.sqrt(2) * measured("g_f").value) ** -0.5
    g, g_prime = 2 * m_w / v, 2 * np.sqrt(m_z**2 - m_w**2) / v
    weight = 1 + 1 / tan_beta**2 + 1 / tan_beta_u**2 + 1 / (tan_beta * tan_beta_d) ** 2
    u = v / np.sqrt(weight)
    return Vevs(g, g_prime, u, u / tan_beta_u, u / tan_beta, u / (tan_beta * tan_beta_d))


@dataclass(frozen=True)
class States:
    """Masses squared (n, k), GeV^2, and m_A a_A b_A of pairs of vertices (n, k), GeV.

    ``left`` and ``right`` are the gauge parts of n^L and n^R, ``higgs`` that of H_d'.
    """

    sq: Array
    left_right: Array
    left_higgs: Array
    higgs_right: Array
    higgs_higgs: Array


def neutralinos(v: Vevs, mu: tuple[Array, ...], m1: Array, m2: Array, up: float) -> States:
    """From the singular values of the mass matrix; ``up`` = 0 leaves v_u, v_u' out."""
    mu1, mu2, mu3, mu4 = mu
    m = np.zeros((len(m1), 6, 6))
    m[:, 0, 0], m[:, 1, 1] = m1 / 2, m2 / 2
    for k, (vev, sign) in enumerate(
        ((v.d, -1), (v.d_prime, -1), (v.u * up, 1), (v.u_prime * up, 1))
    ):
        m[:, 0, 2 + k], m[:, 1, 2 + k] = sign * v.g_prime * vev / 2, -sign * v.g * vev / 2
    m[:, 2, 4], m[:, 2, 5], m[:, 3, 4], m[:, 3, 5] = -mu1, -mu3, -mu4, -mu2
    left, mass, right = np.linalg.svd(m + np.swapaxes(m, 1, 2))
    gauge_left = np.array([v.g_prime, v.g, 0, 0, 0, 0]) / np.sqrt(2)
    gauge_right = np.array([np.sqrt(2) * v.g_prime, 0, 0, 0, 0, 0])
    higgs = np.array([0.0, 0, 0, 1, 0, 0])

    def weight(a: Array, b: Array) -> Array:
        return (a @ left) * mass * (right @ b)

    pairs = [(gauge_left, gauge_right), (gauge_left, higgs), (higgs, gauge_right), (higgs, higgs)]
    return States(mass**2, *(weight(*pair) for pair in pairs))


def chargino_slope(v: Vevs, mu: tuple[Array, ...], m2: Array, nu_sq: Array, up: float) -> Array:
    """16 pi^2 dm/Y' (n,) of the charginos, GeV."""
    mu1, mu2, mu3, mu4 = mu
    rows = [
        [m2, v.g * v.u * up / np.sqrt(2), v.g * v.u_prime * up / np.sqrt(2)],
        [v.g * v.d / np.sqrt(2), mu1, mu3],
        [v.g * v.d_prime / np.sqrt(2), mu4, mu2],
    ]
    left, mass, right = np.linalg.svd(np.stack([np.stack(row, -1) for row in rows], -2))
    weight = left[:, 2] * mass * right[:, :, 0]
    return v.g * np.sum(weight * b0(mass**2, nu_sq[:, None], nu_sq[:, None]), -1)


def b0(a_sq: Array, b_sq: Array, scale_sq: Array) -> Array:
    """1 - ln(b^2/Q^2) - r ln r/(r - 1), r = a^2/b^2; Q drops out of dm but for rounding."""
    r = a_sq / b_sq
    apart = np.where(r == 1, 2.0, r)
    return 1 - np.log(b_sq / scale_sq) - np.where(r == 1, 1.0, r * np.log(apart) / (apart - 1))


@dataclass(frozen=True)
class Muon:
    """What the mass of n points needs, each (n, ...)."""

    v_d_prime: Array
    scale_sq: Array
    left: Array
    right: Array
    source: Array
    slope: Array
    full: States
    bare: States

    def take(self, where: Array) -> Muon:
        """Some of the points."""
        full, bare = (
            States(*(getattr(s, f.name)[where] for f in fields(s))) for s in (self.full, self.bare)
        )
        own = (getattr(self, f.name)[where] for f in fields(self)[:6])
        return Muon(*own, full, bare)

    def edge(self) -> Array:
        """The coupling at which a smuon becomes tachyonic, infinite without one."""
        c, f = self.v_d_prime**2 / 2, self.source**2 / 2
        middle = f - c * (self.left + self.right)
        rest = middle**2 - 4 * c**2 * self.left * self.right
        with np.errstate(invalid="ignore"):
            edge = np.sqrt(2 * self.left * self.right / (middle + np.sqrt(rest)))
        return np.where((rest > 0) & (middle > 0), edge, np.inf)

    def tree(self, y: Array) -> Array:
        """m_l (n, ...), GeV."""
        return self.v_d_prime[:, None] * y / np.sqrt(2)

    def mass(self, y: Array) -> Array:
        """m_l + dm (n, nodes), GeV, for couplings (n, nodes); NaN beyond the edge."""
        tree = self.tree(y)
        left, right = self.left[:, None] + tree**2, self.right[:, None] + tree**2
        mixing = -y * self.source[:, None] / np.sqrt(2)
        loops = _neutral_sum(self.full, self.scale_sq, left, right, mixing, y)
        loops = loops - _neutral_sum(self.bare, self.scale_sq, left, right, 0 * mixing, y)
        return tree + (loops + y * self.slope[:, None]) / (16 * np.pi**2)


def _neutral_sum(
    s: States, scale_sq: Array, left: Array, right: Array, mixing: Array, y: Array
) -> Array:
    """16 pi^2 dm of the neutralinos, GeV, with the functions of the smuon matrix as projectors."""
    half = (left - right) / 2
    split = np.hypot(half, mixing)
    high = (left + right) / 2 + split
    with np.errstate(invalid="ignore", divide="ignore"):
        low = (left * right - mixing**2) / high
        low = np.where(low > 0, low, np.nan)
        cosine, sine = half / split, mixing / split
        light, heavy = (
            [
                b0(s.sq[:, None], m_sq[..., None], scale_sq[:, None, None]) @ w[..., None]
                for w in (s.left_right, s.left_higgs, s.higgs_right, s.higgs_higgs)
            ]
            for m_sq in (low, high)
        )
    lr, lh, hr, hh = ((a[..., 0], b[..., 0]) for a, b in zip(light, heavy, strict=True))
    mixed = sine / 2 * (lr[1] - lr[0] - y**2 * (hh[1] - hh[0]))
    own_left = (lh[1] + lh[0] + cosine * (lh[1] - lh[0])) / 2
    own_right = (hr[1] + hr[0] - cosine * (hr[1] - hr[0])) / 2
    return mixed + y * (own_left - own_right)


def muon_of(p: dict[str, Array]) -> Muon:
    """From tan_beta, .., mu, mu_tilde, theta_u, theta_d, m1, m2, m_l, m_e, arrays (n,)."""
    v, mu = vevs_of(p["tan_beta"], p["tan_beta_u"], p["tan_beta_d"]), higgsinos(p)
    cosine = (v.d**2 + v.d_prime**2 - v.u**2 - v.u_prime**2) / 8
    left = p["m_l"] ** 2 - (v.g**2 - v.g_prime**2) * cosine
    right = p["m_e"] ** 2 - 2 * v.g_prime**2 * cosine
    nu_sq = p["m_l"] ** 2 + (v.g**2 + v.g_prime**2) * cosine
    slopes = [chargino_slope(v, mu, p["m2"], nu_sq, up) for up in (1.0, 0.0)]
    inos = [neutralinos(v, mu, p["m1"], p["m2"], up) for up in (1.0, 0.0)]
    source = mu[3] * v.u + mu[1] * v.u_prime
    return Muon(v.d_prime, nu_sq, left, right, source, slopes[0] - slopes[1], *inos)


def higgsinos(p: dict[str, Array]) -> tuple[Array, ...]:
    """mu1, mu2, mu3, mu4: R(theta_d)^T diag(mu, mu_tilde) R(theta_u)^T."""

    def rotation(angle: Array) -> Array:
        c, s = np.cos(angle), np.sin(angle)
        return np.moveaxis(np.array([[c, -s], [s, c]]), -1, 0)

    masses = np.stack([p["mu"], p["mu_tilde"]], -1)[:, None, :]
    m = (rotation(p["theta_d"]) * masses) @ rotation(p["theta_u"])
    return m[:, 0, 0], m[:, 1, 1], m[:, 0, 1], m[:, 1, 0]


@dataclass(frozen=True)
class Solved:
    """Y' (n,), NaN without a change of sign up to the edge and the largest coupling.

    ``one_plus_delta`` and ``steepness`` = d ln(mass)/d ln(Y') at Y'.
    """

    y_prime: Array
    one_plus_delta: Array
    steepness: Array


def search(p: dict[str, Array], largest: float = PERTURBATIVE) -> Solved:
    """The smallest positive Y' of every point by the first change of sign on the grid."""
    muon = muon_of(p)
    blocks = np.array_split(np.arange(len(muon.left)), len(muon.left) // BLOCK + 1)
    with np.errstate(invalid="ignore"):
        parts = [_search(muon.take(block), largest) for block in blocks]
    return Solved(*(np.concatenate([getattr(s, f.name) for s in parts]) for f in fields(Solved)))


def _search(muon: Muon, largest: float) -> Solved:
    y = np.minimum(muon.edge(), largest)[:, None] * NODES
    heavy = np.abs(muon.mass(y)) > M_MUON
    found, first = heavy.any(1), heavy.argmax(1)[:, None]
    high = np.take_along_axis(y, first, 1)
    low = np.where(first > 0, np.take_along_axis(y, np.maximum(first - 1, 0), 1), 0.0)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        heavy = np.abs(muon.mass(middle)) > M_MUON
        low, high = np.where(heavy, low, middle), np.where(heavy, middle, high)
    near = high * (1 + np.array([-1e-5, 0.0, 1e-5]))
    mass = np.abs(muon.mass(near))
    y_prime = np.where(found, high[:, 0], np.nan)
    steepness = (mass[:, 2] - mass[:, 0]) / (2e-5 * mass[:, 1])
    delta = (muon.mass(high) / muon.tree(high))[:, 0]
    return Solved(y_prime, delta, np.where(found, steepness, np.nan))


def draw(count: int, seed: int) -> dict[str, Array]:
    """Random points: tan_beta tan_beta_d over 1 to 1e12, masses over 100 GeV to 1000 TeV."""
    rng = np.random.default_rng(seed)

    def log_uniform(low: float, high: float) -> Array:
        return np.exp(rng.uniform(np.log(low), np.log(high), count))

    tan_beta = log_uniform(5, 60)
    return {
        "tan_beta": tan_beta,
        "tan_beta_u": log_uniform(5, 60),
        "tan_beta_d": log_uniform(1, 1e12) / tan_beta,
        **{a: rng.uniform(-np.pi, np.pi, count) for a in ("theta_u", "theta_d")},
        **{
            m: log_uniform(100, 1e6) * rng.choice([-1, 1], count)
            for m in ("mu", "mu_tilde", "m1", "m2")
        },
        **{m: log_uniform(100, 1e6) for m in ("m_l", "m_e")},
    }
