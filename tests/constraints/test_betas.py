"""One-loop betas: against the general N = 1 formula, textbook formulas, and symmetries."""

import itertools

import numpy as np
import pytest
from random_running import random_couplings, turning

from fssm.constraints.betas import Couplings, standard_betas, supersymmetric_betas

LOOP = 16 * np.pi**2


class Superfields:
    """Every component of every chiral superfield, and the tensor of the superpotential."""

    def __init__(self, c):
        a = c.up.shape[0]
        shapes = {"Q": (3, 3, 2), "U": (3, 3), "D": (3, 3), "L": (3, 2), "E": (3,),
                  "Hu": (a, 2), "Hd": (a, 2)}  # fmt: skip
        self.index, size = {}, 0
        for name, shape in shapes.items():
            count = int(np.prod(shape))
            self.index[name] = np.arange(size, size + count).reshape(shape)
            size += count
        self.tensor = np.zeros((size,) * 3, complex)
        epsilon = np.array([[0, 1], [-1, 0]])
        for b, i, j, s, t in itertools.product(range(a), range(3), range(3), (0, 1), (0, 1)):
            for colour in range(3):
                quark = self.index["Q"][i, colour, s]
                self.add(c.up[b, i, j] * epsilon[s, t], quark, self.index["U"][j, colour],
                         self.index["Hu"][b, t])  # fmt: skip
                self.add(c.down[b, i, j] * epsilon[s, t], quark, self.index["D"][j, colour],
                         self.index["Hd"][b, t])  # fmt: skip
            self.add(c.lepton[b, i, j] * epsilon[s, t], self.index["L"][i, s],
                     self.index["E"][j], self.index["Hd"][b, t])  # fmt: skip

    def add(self, value, *fields):
        """W = Y^{ijk} phi_i phi_j phi_k/6 in all orders of the fields."""
        for order in itertools.permutations(fields):
            self.tensor[order] += value

    def casimirs(self, g):
        """sum_a 2 g_a^2 C_a for each component, from hypercharges and representations."""
        hypercharge = {"Q": 1 / 6, "U": -2 / 3, "D": 1 / 3, "L": -1 / 2, "E": 1,
                       "Hu": 1 / 2, "Hd": -1 / 2}  # fmt: skip
        total = np.zeros(self.tensor.shape[0])
        for name, index in self.index.items():
            doublet, triplet = name in ("Q", "L", "Hu", "Hd"), name in ("Q", "U", "D")
            casimir = 3 / 5 * hypercharge[name] ** 2 * g[0] ** 2
            casimir += 3 / 4 * doublet * g[1] ** 2 + 4 / 3 * triplet * g[2] ** 2
            total[index.ravel()] = 2 * casimir
        return total

    def beta(self, g):
        """gamma_i^j = Y_{ipq} Y^{jpq}/2 - 2 g^2 C(i), beta^{ijk} = Y^{ijp} gamma_p^k + perms."""
        y = self.tensor
        gamma = np.einsum("ipq,jpq->ij", y.conj(), y) / 2 - np.diag(self.casimirs(g))
        return (
            np.einsum("ijp,pk->ijk", y, gamma)
            + np.einsum("ipk,pj->ijk", y, gamma)
            + np.einsum("pjk,pi->ijk", y, gamma)
        )


@pytest.mark.parametrize("doublets", [1, 2])
@pytest.mark.parametrize("seed", [1, 2])
def test_betas_are_those_of_the_general_supersymmetric_theory(doublets, seed):
    c = random_couplings(seed, doublets)
    fields, betas = Superfields(c), supersymmetric_betas(c)
    beta = fields.beta(c.g)
    kinds = (("up", "Q", "U", "Hu"), ("down", "Q", "D", "Hd"), ("lepton", "L", "E", "Hd"))
    for kind, left, right, higgs in kinds:
        ours = LOOP * getattr(betas, kind)
        for b, i, j in itertools.product(range(doublets), range(3), range(3)):
            l_i = fields.index[left][i].ravel()[0]
            e_j = fields.index[right][j].ravel()[0]
            expected = beta[l_i, e_j, fields.index[higgs][b, 1]]
            assert ours[b, i, j] == pytest.approx(expected, rel=1e-12, abs=1e-11)


@pytest.mark.parametrize("doublets", [1, 2])
def test_gauge_betas_count_the_fields(doublets):
    c = random_couplings(3, doublets)
    fields = Superfields(c)
    hypercharge = {"Q": 1 / 6, "U": -2 / 3, "D": 1 / 3, "L": -1 / 2, "E": 1,
                   "Hu": 1 / 2, "Hd": -1 / 2}  # fmt: skip
    sizes = {name: index.size for name, index in fields.index.items()}
    b1 = 3 / 5 * sum(sizes[name] * y**2 for name, y in hypercharge.items())
    b2 = -6 + sum(sizes[name] / 2 for name in ("Q", "L", "Hu", "Hd")) / 2
    b3 = -9 + sum(sizes[name] / 3 for name in ("Q", "U", "D")) / 2
    expected = np.array([b1, b2, b3]) * c.g**3 / LOOP
    np.testing.assert_allclose(supersymmetric_betas(c).g, expected, rtol=1e-14)
    known = {1: (33 / 5, 1, -3), 2: (36 / 5, 2, -3)}[doublets]
    np.testing.assert_allclose([b1, b2, b3], known, rtol=1e-14)


def test_standard_model_betas_of_the_third_generation():
    g1, g2, g3, top, bottom, tau = 0.46, 0.65, 1.1, 0.9, 0.3, 0.2
    third = np.diag([0.0, 0.0, 1.0])[None]
    betas = standard_betas(
        Couplings(np.asarray(1.0), np.array([g1, g2, g3]), top * third, bottom * third, tau * third)
    )
    # As in arXiv:1307.3536, with the tau.
    expected = {
        "up": top * (9 / 2 * top**2 + 3 / 2 * bottom**2 + tau**2
                     - 17 / 20 * g1**2 - 9 / 4 * g2**2 - 8 * g3**2),
        "down": bottom * (9 / 2 * bottom**2 + 3 / 2 * top**2 + tau**2
                          - g1**2 / 4 - 9 / 4 * g2**2 - 8 * g3**2),
        "lepton": tau * (5 / 2 * tau**2 + 3 * top**2 + 3 * bottom**2
                         - 9 / 4 * g1**2 - 9 / 4 * g2**2),
    }  # fmt: skip
    for kind, value in expected.items():
        matrix = LOOP * getattr(betas, kind)[0]
        assert matrix[2, 2] == pytest.approx(value, rel=1e-13, abs=0)
        assert np.count_nonzero(matrix) == 1


@pytest.mark.parametrize("doublets", [1, 2])
def test_flavour_and_higgs_rotations_commute_with_the_betas(doublets):
    turned, c = turning(doublets), random_couplings(4, doublets)
    after, before = supersymmetric_betas(turned(c)), turned(supersymmetric_betas(c))
    for one, other in zip(after[1:], before[1:], strict=True):
        # Entries are of order one.
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)
