"""The reference tables as points and columns."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

import fssm

FOLDER = Path(__file__).parent / "reference"


def columns(name: str) -> dict[str, np.ndarray]:
    with (FOLDER / name).open(newline="") as file:
        rows = list(csv.DictReader(file))
    table = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    return {
        key: texts if key == "regime" else np.array([float(t) if t else np.nan for t in texts])
        for key, texts in table.items()
    }


MSSM = columns("mssm_limit.csv")
FSSM = columns("fssm_points.csv")


def mssm_point(embedding: str, yukawa: str) -> fssm.Point:
    """All rows; the MSSM doublets are (H_u, H_d') for "primed", (H_u, H_d) for "unprimed"."""
    t = MSSM
    y = t[f"y_mu_{yukawa}"]
    zero = np.zeros_like(y)
    # The other doublets decouple whatever their mass; 4321 GeV is as good as any.
    spectator = 4321.0
    common = dict(
        scheme="couplings",
        threshold="none",
        g=t["g2"],
        g_prime=t["gY"],
        m_muon=t["m_mu"],
        m1=t["M1"],
        m2=t["M2"],
        m_l_sq=t["mL2"],
        m_e_sq=t["mE2"],
        v_u=t["vu"],
        v_u_prime=zero,
    )
    if embedding == "primed":
        return fssm.Point(
            **common,
            v_d=zero,
            v_d_prime=t["vd"],
            mu1=0.0,
            mu2=0.0,
            mu3=spectator,
            mu4=t["mu"],
            y_prime_muon=y,
            t_prime_muon=y * t["A_mu"],
        )
    return fssm.Point(
        **common,
        v_d=t["vd"],
        v_d_prime=zero,
        mu1=t["mu"],
        mu2=spectator,
        mu3=0.0,
        mu4=0.0,
        y_prime_muon=0.0,
        y_muon=y,
        t_muon=y * t["A_mu"],
    )


def fssm_point(threshold: str = "none") -> fssm.Point:
    """All rows; their a_mu has the tree-level phase of the muon mass."""
    names = (
        "m_muon tan_beta tan_beta_u tan_beta_d mu mu_tilde theta_u theta_d m1 m2 m_l m_e "
        "y_muon t_muon t_prime_muon y_prime_muon"
    )
    t = FSSM
    return fssm.Point(
        scheme="couplings",
        threshold=threshold,
        v=t["v"],
        g=t["g"],
        g_prime=t["gp"],
        **{name: t[name] for name in names.split()},
    )
