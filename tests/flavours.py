"""Three-generation points: the reference table, random ones, and what leaves them alone."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import points
from tables import FOLDER

import fssm

TABLE = json.loads((FOLDER / "flavour_points.json").read_text())
MATRICES = ("y_lepton", "y_prime_lepton", "t_lepton", "t_prime_lepton")
SOFT = ("m_l_sq_matrix", "m_e_sq_matrix")
SLIDES = dict(
    tan_beta=50, tan_beta_u=50, mu=2500, mu_tilde=2500, theta_u=np.pi / 4, theta_d=np.pi / 4,
    m1=2500, m2=2500, m_l=2500, m_e=2500,
)  # fmt: skip


def number(pair: Any) -> Any:
    """[re, im], of numbers or matrices; real where the imaginary part vanishes."""
    real, imaginary = np.array(pair)
    return (real + 1j * imaginary if np.any(imaginary) else real)[()]


def row(i: int) -> tuple[fssm.Point, dict[str, Any]]:
    """Point and outputs of one row of the table."""
    given = TABLE[i]["inputs"]
    mu = number(given["M_H"])
    names = ("Y", "Y_prime", "T", "T_prime")
    point = fssm.Point(
        scheme="couplings", g=given["g"], g_prime=given["gp"],
        v_u=given["vu"][0], v_u_prime=given["vu"][1],
        v_d=given["vd"][0], v_d_prime=given["vd"][1],
        mu1=mu[0, 0], mu3=mu[0, 1], mu4=mu[1, 0], mu2=mu[1, 1],
        m1=number(given["M1"]), m2=number(given["M2"]),
        **{name: number(given[key]) for name, key in zip(MATRICES, names, strict=True)},
        m_l_sq_matrix=number(given["mL_sq"]), m_e_sq_matrix=number(given["mE_sq"]),
    )  # fmt: skip
    return point, TABLE[i]["outputs"]


def parameters(seed: int, *, complex_phases: bool = True) -> points.Parameters:
    """A random point in matrix form with three generations that mix at order one."""
    rng = np.random.default_rng(seed + 10**7)

    def matrix() -> np.ndarray:
        real = rng.normal(size=(3, 3))
        return real + 1j * rng.normal(size=(3, 3)) if complex_phases else real

    def soft() -> np.ndarray:
        m = matrix()
        spread = 3e4 * rng.uniform(1, 10)
        return spread * (m + m.conj().T) + np.diag(rng.uniform(1000, 3000, 3) ** 2)

    p = points.parameters(seed, complex_phases=complex_phases)
    grading = np.array([0.003, 0.1, 1.0])
    graded = np.sqrt(np.outer(grading, grading))
    return dict(
        p,
        y=np.stack([0.05 * matrix() * graded, 0.2 * matrix() * graded]),
        t=np.stack([20 * matrix() * graded, 60 * matrix() * graded]),
        m_l_sq=soft(),
        m_e_sq=soft(),
    )


def point(p: points.Parameters, **changes: Any) -> fssm.Point:
    """The point of such parameters."""
    one = dict.fromkeys(("m_l", "m_e", "y_muon", "y_prime_muon", "t_muon"))
    three = dict(
        t_prime_muon=None,
        y_lepton=p["y"][0],
        y_prime_lepton=p["y"][1],
        t_lepton=p["t"][0],
        t_prime_lepton=p["t"][1],
        m_l_sq_matrix=p["m_l_sq"],
        m_e_sq_matrix=p["m_e_sq"],
    )
    return points.point(p, **{**one, **three, **changes})


def random_unitary(seed: int) -> np.ndarray:
    """A random element of U(3)."""
    rng = np.random.default_rng(seed)
    q, r = np.linalg.qr(rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3)))
    return q * (np.diag(r) / np.abs(np.diag(r)))


def rotate_leptons(p: points.Parameters, left: np.ndarray, right: np.ndarray) -> points.Parameters:
    """L = left L', E^c = right E^c'; soft masses are those of L~ and of E~c^*."""
    return dict(
        p,
        y=left.T @ p["y"] @ right,
        t=left.T @ p["t"] @ right,
        m_l_sq=left.conj().T @ p["m_l_sq"] @ left,
        m_e_sq=right.T @ p["m_e_sq"] @ right.conj(),
    )


def rotate_doublets(p: points.Parameters, u: np.ndarray) -> points.Parameters:
    """(H_d, H_d') = u (new fields), for the three-generation couplings."""
    turned = points.rotate_down(dict(p, y=np.zeros(2), t=np.zeros(2)), u)
    return dict(
        turned,
        y=np.einsum("ba,bij->aij", u, p["y"]),
        t=np.einsum("ba,bij->aij", u, p["t"]),
    )
