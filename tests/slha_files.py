"""MSSM spectra as SLHA text, from parameters."""

from __future__ import annotations

from typing import Any

import numpy as np
import tables


def block(name: str, q: float | None = None, **entries: Any) -> str:
    """A block; entries are named _1 or _2_2, complex ones go to an IM block as well."""
    scale = "" if q is None else f" Q= {q:.8E}"
    keys = {" ".join(key.strip("_").split("_")): value for key, value in entries.items()}
    real = "".join(f"  {key}  {np.real(x):.17g}\n" for key, x in keys.items())
    text = f"Block {name}{scale}\n{real}"
    parts = {key: x.imag for key, x in keys.items() if isinstance(x, complex | np.complex128)}
    if parts:
        imaginary = "".join(f"  {key}  {x:.17g}\n" for key, x in parts.items())
        text += f"Block IM{name}{scale}\n{imaginary}"
    return text


def matrix(name: str, values: np.ndarray, q: float | None = None) -> str:
    """A 3x3 block."""
    entries = {f"_{i + 1}_{j + 1}": values[i, j] for i, j in np.ndindex(3, 3)}
    return block(name, q, **entries)


def table_row(i: int, **columns: Any) -> str:
    """A row of the MSSM table with its tree-level Yukawa coupling; ``columns`` replace its own."""
    t = {name: column[i] for name, column in tables.MSSM.items()} | columns
    blocks = [
        "Block SPINFO\n  1  table\n",
        block("SMINPUTS", _2=1.16637e-5, _13=t["m_mu"]),
        block("GAUGE", _1=t["gY"], _2=t["g2"]),
        block("HMIX", _1=t["mu"], _2=t["vu"] / t["vd"], _3=np.hypot(t["vu"], t["vd"])),
        block("MSOFT", _1=t["M1"], _2=t["M2"]),
        block("MSL2", _2_2=t["mL2"]),
        block("MSE2", _2_2=t["mE2"]),
        block("AE", _2_2=t["A_mu"]),
    ]
    return "".join(blocks)


SOFT = np.array([[4e5, 2e4 + 1e4j, 5e3], [2e4 - 1e4j, 5e5, -3e4j], [5e3, 3e4j, 6e5]])
TRILINEAR = np.array([[1, 2j, 3], [4 - 1j, 50, 6j], [7, 8 + 2j, -90]])
GENERAL = dict(
    mu=600 - 100j, tan_beta=20.0, v=244.0, m1=200 + 30j, m2=400.0, g=0.64, g_prime=0.36,
    left=SOFT, right=SOFT.T[::-1, ::-1] * 1.1, trilinear=TRILINEAR,
)  # fmt: skip


def spectrum(q: float | None = 1000.0, *, drop: str = "", **changes: Any) -> str:
    """A spectrum in the form of SLHA2, complex and flavour violating by default.

    ``drop`` names blocks to leave out.
    """
    p = {**GENERAL, **changes}
    blocks = {
        "SMINPUTS": block("SMINPUTS", _2=1.16637e-5, _4=91.19, _7=1.777, _11=5.11e-4, _13=0.10566),
        "HMIX": block("HMIX", q, _1=p["mu"], _2=p["tan_beta"], _3=p["v"]),
        "MSOFT": block("MSOFT", q, _1=p["m1"], _2=p["m2"], _3=2000.0),
        "GAUGE": block("GAUGE", q, _1=p["g_prime"], _2=p["g"], _3=1.1),
        "MSL2": matrix("MSL2", p["left"], q),
        "MSE2": matrix("MSE2", p["right"], q),
        "TE": matrix("TE", p["trilinear"], q),
        "MASS": "Block MASS\n  25  1.25E+02   # h\n  1000022  2.0E+02\n",
        "DECAY": "DECAY  25  4.0E-03\n  6.0E-01  2  5  -5\n  1.0E-03  2  13  -13\n",
    }
    kept = (text for name, text in blocks.items() if name not in drop.split())
    return "# a spectrum\nBlock SPINFO\n  1  by hand\n" + "".join(kept)
