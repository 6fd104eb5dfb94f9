"""Random parameters of the general, complex point, and the transformations that leave it alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

import fssm

Parameters = dict[str, Any]
GAUGE = dict(scheme="couplings", g=0.6528, g_prime=0.3581)


def parameters(seed: int, *, complex_phases: bool = True) -> Parameters:
    """A random point in matrix form; moderate masses, so that no smuon is tachyonic."""
    rng = np.random.default_rng(seed)

    def phase() -> complex:
        return (
            np.exp(1j * rng.uniform(-np.pi, np.pi)) if complex_phases else rng.choice([-1.0, 1.0])
        )

    def mass(low: float, high: float) -> float:
        return float(np.exp(rng.uniform(np.log(low), np.log(high))))

    v_u = np.array([1.0, 1 / mass(1, 50)])
    v_d = np.array([1 / mass(2, 60), 0.0])
    v_d[1] = v_d[0] / mass(1, 20)
    norm = 246.22 / np.sqrt(np.sum(v_u**2) + np.sum(v_d**2))
    return dict(
        v_u=norm * v_u.astype(type(1j * 1) if complex_phases else float),
        v_d=norm * v_d.astype(type(1j * 1) if complex_phases else float),
        m_higgsino=np.array([[mass(100, 3000) * phase() for _ in range(2)] for _ in range(2)]),
        m1=mass(100, 3000) * phase(),
        m2=mass(100, 3000) * phase(),
        m_l=mass(800, 3000),
        m_e=mass(800, 3000),
        y=np.array([0.003 * phase(), 0.2 * phase()]),
        t=np.array([5 * phase(), 20 * phase()]),
    )


def point(p: Parameters, **changes: Any) -> fssm.Point:
    (mu1, mu3), (mu4, mu2) = p["m_higgsino"]
    fields = dict(
        GAUGE,
        v_u=p["v_u"][0],
        v_u_prime=p["v_u"][1],
        v_d=p["v_d"][0],
        v_d_prime=p["v_d"][1],
        mu1=mu1,
        mu2=mu2,
        mu3=mu3,
        mu4=mu4,
        m1=p["m1"],
        m2=p["m2"],
        m_l=p["m_l"],
        m_e=p["m_e"],
        y_muon=p["y"][0],
        y_prime_muon=p["y"][1],
        t_muon=p["t"][0],
        t_prime_muon=p["t"][1],
    )
    return fssm.Point(**{**fields, **changes})


def unitary(a: float, b: float, c: float, d: float) -> np.ndarray:
    """A general U(2) matrix from four angles."""
    rotation = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    return (
        np.exp(1j * d)
        * np.diag(np.exp([1j * b, -1j * b]))
        @ rotation
        @ np.diag(np.exp([1j * c, -1j * c]))
    )


def rotate_down(p: Parameters, u: np.ndarray) -> Parameters:
    """(H_d, H_d') = u (new fields); W = H_d^T M_H H_u and (Y, Y') L H_d E unchanged."""
    return dict(
        p,
        m_higgsino=u.T @ p["m_higgsino"],
        v_d=u.conj().T @ p["v_d"],
        y=u.T @ p["y"],
        t=u.T @ p["t"],
    )


def rotate_up(p: Parameters, u: np.ndarray) -> Parameters:
    """(H_u, H_u') = u (new fields)."""
    return dict(p, m_higgsino=p["m_higgsino"] @ u, v_u=u.conj().T @ p["v_u"])


def rephase_r(p: Parameters, angle: float) -> Parameters:
    """R symmetry with charge 1 for every Higgs doublet: M and T carry -2, vevs +1."""
    soft, vev = np.exp(-2j * angle), np.exp(1j * angle)
    return dict(
        p,
        m1=p["m1"] * soft,
        m2=p["m2"] * soft,
        t=p["t"] * soft,
        v_u=p["v_u"] * vev,
        v_d=p["v_d"] * vev,
    )


def rephase_lepton(p: Parameters, angle: float) -> Parameters:
    """A phase of E^c (or L) moves into Y and T."""
    return dict(p, y=p["y"] * np.exp(1j * angle), t=p["t"] * np.exp(1j * angle))


seeds = st.integers(min_value=0, max_value=10**6)
angles = st.floats(min_value=-3.1, max_value=3.1, allow_nan=False)
