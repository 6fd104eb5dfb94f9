"""Where every number of a point stands in an SLHA file, and what blocks have how many indices."""

from __future__ import annotations

import sys
from typing import NamedTuple


class Place(NamedTuple):
    """Block of an input, and its entry there; ``entry`` is None for a 3x3 block of its own."""

    block: str
    entry: int | None = None


CHOICES_BLOCK = "FSSMMODSEL"


def _entries(block: str, **numbered: int) -> dict[str, Place]:
    return {name: Place(block, entry) for name, entry in numbered.items()}


# Every field of Point, once. Numbers in gaps keep the forms of one input apart.
PLACES: dict[str, Place] = {
    **_entries(CHOICES_BLOCK, scheme=1, threshold=2, x_normalisation=3),
    **_entries("FSSMEWIN", g_f=1, m_w=2, m_z=3, alpha_mz=4, v=5, g=6, g_prime=7),
    # The PDG codes of the leptons.
    **_entries("FSSMEWIN", m_electron=11, m_muon=13, m_tau=15),
    **_entries("FSSMVEVIN", tan_beta=1, tan_beta_u=2, tan_beta_d=3),
    **_entries("FSSMVEVIN", v_u=11, v_u_prime=12, v_d=13, v_d_prime=14),
    **_entries("FSSMMUIN", mu=1, mu_tilde=2, theta_u=3, theta_d=4),
    **_entries("FSSMMUIN", mu1=11, mu2=12, mu3=13, mu4=14),
    **_entries("FSSMGAUGINOIN", m1=1, m2=2),
    **_entries("FSSMSLEPTONIN", m_l=1, m_e=2, m_l_sq=3, m_e_sq=4, t_muon=5, t_prime_muon=6),
    **_entries("FSSMYUKAWAIN", epsilon_l=1, epsilon_tau=2, y_prime_muon=3, y_muon=4),
    "y_lepton": Place("FSSMYEIN"),
    "y_prime_lepton": Place("FSSMYEPIN"),
    "x_texture": Place("FSSMXIN"),
    "t_lepton": Place("FSSMTEIN"),
    "t_prime_lepton": Place("FSSMTEPIN"),
    "m_l_sq_matrix": Place("FSSMMSL2IN"),
    "m_e_sq_matrix": Place("FSSMMSE2IN"),
}
# What stands in a file for an infinite tan_beta_d: every reader knows it as a number.
INFINITE = sys.float_info.max
INPUT_BLOCKS = tuple(dict.fromkeys(place.block for place in PLACES.values()))
FIELD_AT = {place: name for name, place in PLACES.items()}

# Blocks of an MSSM spectrum, SLHA1 hep-ph/0311123 and SLHA2 arXiv:0801.0045.
MU, TAN_BETA, VEV = Place("HMIX", 1), Place("HMIX", 2), Place("HMIX", 3)
BINO, WINO = Place("MSOFT", 1), Place("MSOFT", 2)
G_PRIME, G = Place("GAUGE", 1), Place("GAUGE", 2)
# Soft masses of (electron, muon, tau): the squares of SLHA2, and the masses of SLHA1.
LEFT_SQUARES, RIGHT_SQUARES = "MSL2", "MSE2"
LEFT_MASSES, RIGHT_MASSES = (31, 32, 33), (34, 35, 36)
TRILINEAR, TRILINEAR_RATIO, YUKAWA = "TE", "AE", "YE"
# Entries of SMINPUTS by the field of Point they set.
SM_INPUTS = {"g_f": 2, "m_z": 4, "m_tau": 7, "m_w": 9, "m_electron": 11, "m_muon": 13}
M_W_OF_SPECTRUM = Place("MASS", 24)
# Where a field of Point comes from in a spectrum; the first place that is there counts.
MSSM_PLACES: dict[str, tuple[Place, ...]] = {
    **{name: (Place("SMINPUTS", entry),) for name, entry in SM_INPUTS.items()},
    "m_w": (Place("SMINPUTS", SM_INPUTS["m_w"]), M_W_OF_SPECTRUM),
    "tan_beta": (TAN_BETA,),
    "v": (VEV, Place("SMINPUTS", SM_INPUTS["g_f"])),
    "g": (G,),
    "g_prime": (G_PRIME,),
    "mu3": (MU,),
    "mu4": (MU,),
    "m1": (BINO,),
    "m2": (WINO,),
    "m_l_sq": (Place(LEFT_SQUARES), Place("MSOFT", LEFT_MASSES[1])),
    "m_e_sq": (Place(RIGHT_SQUARES), Place("MSOFT", RIGHT_MASSES[1])),
    "m_l_sq_matrix": (Place(LEFT_SQUARES), Place("MSOFT", LEFT_MASSES[0])),
    "m_e_sq_matrix": (Place(RIGHT_SQUARES), Place("MSOFT", RIGHT_MASSES[0])),
    "t_prime_muon": (Place(TRILINEAR), Place(TRILINEAR_RATIO)),
    "t_prime_lepton": (Place(TRILINEAR), Place(TRILINEAR_RATIO)),
}
# What only the input of a spectrum generator has.
GENERATOR_INPUT = ("MINPAR", "EXTPAR")


def _ranks() -> dict[str, int]:
    one = "SMINPUTS MINPAR EXTPAR MASS HMIX MSOFT GAUGE SPHENOLOWENERGY GM2CALCOUTPUT FSSMVEV"
    two = (
        "NMIX UMIX VMIX STOPMIX SBOTMIX STAUMIX USQMIX DSQMIX SELMIX SNUMIX SNSMIX SNAMIX SMUMIX "
        "AU AD AE YU YD YE TU TD TE MSQ2 MSU2 MSD2 MSL2 MSE2 VCKM UPMNS "
        "FSSMMH FSSMYE FSSMYEP FSSMTE FSSMTEP FSSMDIPOLE"
    )
    ranks = {"ALPHA": 0} | dict.fromkeys(one.split(), 1) | dict.fromkeys(two.split(), 2)
    inputs = {place.block: 2 if place.entry is None else 1 for place in PLACES.values()}
    ranks |= {block: rank for block, rank in inputs.items() if block != CHOICES_BLOCK}
    return ranks | {f"IM{block}": rank for block, rank in ranks.items()}


# Number of indices of the blocks that hold numbers only; of others any number is read.
RANKS = _ranks()
# Free text behind one index, which may come more than once.
_TEXT_BLOCKS = ("SPINFO", "DCINFO")


def holds_text(block: str) -> bool:
    """Whether the rows of a block (upper case) are texts about the program, as in SPINFO."""
    return block in _TEXT_BLOCKS or block.endswith("INFO")
