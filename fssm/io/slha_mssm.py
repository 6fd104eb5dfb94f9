"""The spectrum of an MSSM generator as a point in the MSSM limit.

SLHA1, hep-ph/0311123, and SLHA2, arXiv:0801.0045: signs of mu, A and T are those of this package.
In SLHA2's basis of diagonal lepton Yukawa couplings L = -Phi^dag M^2 Phi with Phi = (L~, E~_R) =
(L~_i, E~c_i^*), so MSL2 and MSE2 are our m_L^2 and m_E^2 as they stand; TE has rows of right- and
columns of left-handed sleptons, and is our T' transposed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fssm.base import InvalidInput, quiet_nan
from fssm.constants import measured
from fssm.io.slha import Q_TOLERANCE, join
from fssm.io.slha_blocks import (
    BINO,
    G_PRIME,
    GENERATOR_INPUT,
    LEFT_MASSES,
    LEFT_SQUARES,
    M_W_OF_SPECTRUM,
    MU,
    RIGHT_MASSES,
    RIGHT_SQUARES,
    SM_INPUTS,
    TAN_BETA,
    TRILINEAR,
    TRILINEAR_RATIO,
    VEV,
    WINO,
    YUKAWA,
    G,
    Place,
)
from fssm.io.slha_lines import fault
from fssm.model.electroweak import higgs_vev
from fssm.model.schema import FIELDS, HERMITIAN_TOLERANCE, checked
from fssm.simplified.mssm import mssm_point

if TYPE_CHECKING:
    from fssm.base import AnyArray, RealArray
    from fssm.io.slha import Block, Document
    from fssm.io.slha_lines import Row
    from fssm.model.point import Point

_LEPTON_MASSES = ("m_electron", "m_muon", "m_tau")
_MUON = 1
_BASIS = "this is not SLHA2's basis of diagonal Yukawa couplings"


def mssm_spectrum(document: Document, scale: float | None, generations: int | None) -> Point:
    """The MSSM limit of a spectrum: v_d = v_u' = 0, mu4 = mu, see docs/slha.md.

    ``scale`` is the Q of the blocks in GeV, ``generations`` 1, 3 or None: 3 where sleptons mix.

    Raises
    ------
    InvalidInput
        naming file, block and entry of what is missing.
    """
    # What is out of range here is so in the point as well, whose checks name it.
    with quiet_nan():
        fields = _fields(_Spectrum(document, scale), generations)
    return mssm_point(**fields)


def _fields(spectrum: _Spectrum, generations: int | None) -> dict[str, Any]:
    tan_beta = spectrum.real(TAN_BETA)
    gauge = spectrum.electroweak()
    v = np.float64(gauge["v"] if "v" in gauge else higgs_vev(gauge.get("g_f")))
    masses = np.array([spectrum.lepton_mass(name) for name in _LEPTON_MASSES])
    # v_d' = v cos(beta).
    tree = np.sqrt(2) * masses * np.hypot(1, tan_beta) / v
    common = {
        "tan_beta": tan_beta,
        "mu": spectrum.number(MU),
        "m1": spectrum.number(BINO),
        "m2": spectrum.number(WINO),
        **gauge,
    }
    left = spectrum.soft_masses(LEFT_SQUARES, LEFT_MASSES)
    right = spectrum.soft_masses(RIGHT_SQUARES, RIGHT_MASSES)
    trilinear = spectrum.trilinear(tree)
    if generations is None:
        generations = 3 if any(_mixes(m) for m in (left, right, trilinear)) else 1
    if generations == 1:
        return common | {
            "m_muon": masses[_MUON],
            "m_l_sq": np.real(left[_MUON, _MUON]),
            "m_e_sq": np.real(right[_MUON, _MUON]),
            "t_prime_muon": trilinear[_MUON, _MUON],
        }
    _all_there(spectrum.document, left, right)
    for name, mass in zip(_LEPTON_MASSES, masses, strict=True):
        # Point does not get the masses themselves, and could not say what is wrong with them.
        checked(FIELDS[name], mass)
    return common | {
        "y_prime_lepton": np.diag(tree),
        "m_l_sq_matrix": left,
        "m_e_sq_matrix": right,
        "t_prime_lepton": trilinear,
    }


def _mixes(matrix: AnyArray) -> bool:
    return bool(np.any(matrix[~np.eye(3, dtype=bool)] != 0))


def _filled(block: Block, sign: int) -> RealArray:
    """A block (3, 3) with ``sign`` times the other triangle where an entry is left out."""
    matrix = block.matrix(3)
    for i, j in np.ndindex(3, 3):
        if i != j and block.find(i + 1, j + 1) is None and block.find(j + 1, i + 1) is not None:
            matrix[i, j] = sign * matrix[j, i]
    return matrix


def _check_diagonal(block: Block, reason: str) -> None:
    """InvalidInput for an entry off the diagonal that is more than rounding."""
    largest = np.max(np.abs(block.matrix(3)))
    for row in block.rows:
        off = row.indices[0] != row.indices[1]
        if off and abs(block.number(row)) > HERMITIAN_TOLERANCE * largest:
            entry = " ".join(map(str, row.indices))
            problem = f"entry {entry} of {block.name} is off the diagonal, and {reason}"
            raise fault(block.source, row.line, problem, row.value)


def _all_there(document: Document, *matrices: AnyArray) -> None:
    for name, matrix in zip((LEFT_SQUARES, RIGHT_SQUARES), matrices, strict=True):
        if np.isnan(matrix).any():
            problem = f"has soft masses of one generation only; three need all of {name} or MSOFT"
            raise InvalidInput(document.name, problem)


class _Spectrum:
    """The blocks of a document at one scale."""

    def __init__(self, document: Document, scale: float | None) -> None:
        self.document, self.scale = document, scale

    def block(self, name: str) -> Block | None:
        return self.document.find_block(name, self.scale)

    def needed(self, name: str, entry: object) -> Block:
        found = self.block(name)
        if found is None:
            own = [b.name for b in self.document.blocks() if b.key in GENERATOR_INPUT]
            problem = f"has no block {name}, of which entry {entry} is needed"
            if own:
                problem += f"; {own[0]} is input of a spectrum generator: run one on this file"
            raise InvalidInput(self.document.name, problem)
        return found

    def real(self, place: Place) -> float:
        block = self.needed(place.block, place.entry)
        return self._real_value(block, block.row(place.entry or 0))

    def _real_value(self, block: Block, row: Row) -> float:
        """The value of a quantity that is real, whatever a block IM has."""
        imaginary = self.document.imaginary(block)
        part = imaginary.find(*row.indices) if imaginary else None
        if imaginary is not None and part is not None and imaginary.number(part) != 0:
            entry = " ".join(map(str, row.indices))
            problem = f"entry {entry} of {block.name} is real and has no imaginary part"
            raise fault(self.document.name, part.line, problem, part.value)
        return block.number(row)

    def number(self, place: Place) -> AnyArray:
        """An entry, complex if the IM block has it."""
        block = self.needed(place.block, place.entry)
        real = block.number(block.row(place.entry or 0))
        imaginary = self.document.imaginary(block)
        part = imaginary.find(place.entry or 0) if imaginary else None
        if imaginary is None or part is None:
            return np.asarray(real)
        return join(np.asarray(real), imaginary.number(part))

    def optional(self, place: Place) -> float | None:
        block = self.block(place.block)
        row = block.find(place.entry or 0) if block else None
        return None if block is None or row is None else self._real_value(block, row)

    def lepton_mass(self, name: str) -> float:
        given = self.optional(Place("SMINPUTS", SM_INPUTS[name]))
        return measured(name).value if given is None else given

    def electroweak(self) -> dict[str, Any]:
        """The running couplings and v, or else G_F, m_W and m_Z."""
        inputs = {n: self.optional(Place("SMINPUTS", SM_INPUTS[n])) for n in ("g_f", "m_w", "m_z")}
        if self.block(G.block) is None:
            if inputs["m_w"] is None:
                inputs["m_w"] = self.optional(M_W_OF_SPECTRUM)
            given = {name: value for name, value in inputs.items() if value is not None}
            return {"scheme": "gf", **given}
        v = self.optional(VEV)
        return {
            "scheme": "couplings",
            "g": self.real(G),
            "g_prime": self.real(G_PRIME),
            "v": float(higgs_vev(inputs["g_f"])) if v is None else v,
        }

    def soft_masses(self, squares: str, masses: tuple[int, ...]) -> AnyArray:
        """Soft masses squared (3, 3), GeV^2, NaN where a generation but the muon's is missing."""
        block = self.block(squares)
        if block is not None:
            return self._hermitian(block)
        own = [self.optional(Place("MSOFT", entry)) for entry in masses]
        if own[_MUON] is None:
            self.needed("MSOFT", masses[_MUON]).row(masses[_MUON])
        # A negative mass stands for a negative square.
        return np.diag([np.nan if m is None else np.copysign(m * m, m) for m in own])

    def _hermitian(self, block: Block) -> AnyArray:
        """A hermitian block, of which one triangle is enough."""
        block.row(_MUON + 1, _MUON + 1)
        imaginary = self.document.imaginary(block)
        real = _filled(block, 1)
        for i in range(3):
            if (row := block.find(i + 1, i + 1)) is None:
                real[i, i] = np.nan
            elif imaginary is not None and abs(self._on_diagonal(imaginary, i)) > (
                HERMITIAN_TOLERANCE * np.nanmax(np.abs(real))
            ):
                self._real_value(block, row)
        return real if imaginary is None else join(real, _filled(imaginary, -1))

    def _on_diagonal(self, block: Block, i: int) -> float:
        row = block.find(i + 1, i + 1)
        return 0.0 if row is None else block.number(row)

    def _parts(self, name: str) -> list[Block]:
        """A block of real parts, and that of imaginary ones if there is one."""
        block = self.document.block(name, self.scale)
        imaginary = self.document.imaginary(block)
        return [block] if imaginary is None else [block, imaginary]

    def trilinear(self, tree: RealArray) -> AnyArray:
        """T' (3, 3), GeV, rows L_i, columns E_j; ``tree`` are tree-level Yukawa couplings.

        Raises
        ------
        InvalidInput
            for AE and YE off the diagonal: T_ij = A_ij Y_ij in the basis of a diagonal Y.
        """
        for block in self._yukawa_blocks():
            _check_diagonal(block, _BASIS)
        if self.block(TRILINEAR) is not None:
            return self.document.matrix(TRILINEAR, self.scale, 3).T
        if self.block(TRILINEAR_RATIO) is None:
            return np.zeros((3, 3))
        # T_ij = A_ij Y_ij, and the Yukawa couplings are diagonal.
        whole = self.document.matrix(TRILINEAR_RATIO, self.scale, 3)
        for block in self._parts(TRILINEAR_RATIO):
            _check_diagonal(block, "it multiplies a Yukawa coupling that vanishes: give TE instead")
        ratio = np.diag(whole)
        return np.diag(ratio * self.yukawa(tree))

    def _yukawa_blocks(self) -> list[Block]:
        """Blocks YE and IMYE that say what the basis is, at the Q of the other blocks."""
        q = self.needed(MU.block, MU.entry).q if self.scale is None else self.scale
        found = [*self.document.blocks(YUKAWA), *self.document.blocks(f"IM{YUKAWA}")]
        return [
            b for b in found if q is None or b.q is None or abs(b.q - q) <= Q_TOLERANCE * abs(q)
        ]

    def yukawa(self, tree: RealArray) -> AnyArray:
        """Diagonal Yukawa couplings (3,), those of tree level where the file has none."""
        block = self.block(YUKAWA)
        if block is None:
            return tree
        for part in self._parts(YUKAWA):
            _check_diagonal(part, _BASIS)
        own = np.diag(self.document.matrix(YUKAWA, self.scale, 3))
        named = [any(part.find(i, i) for part in self._parts(YUKAWA)) for i in (1, 2, 3)]
        return np.where(named, own, tree)
