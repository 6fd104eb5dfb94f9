"""Which dipole entries exact lepton numbers forbid."""

import flavours
import numpy as np

import fssm
from fssm.model.couplings import Legs
from fssm.model.lagrangian import lagrangian
from fssm.model.lepton_number import forbidden


def lag_of(**matrices):
    fields = dict(flavours.SLIDES, tan_beta_d=5.0, y_prime_lepton=np.diag([0.1, 0.2, 0.3]))
    return lagrangian(fssm.Point(**{**fields, **matrices}))


UNIT = Legs(np.eye(3), np.eye(3))


def test_diagonal_parameters_forbid_all_mixing():
    np.testing.assert_array_equal(forbidden(lag_of(), UNIT), ~np.eye(3, dtype=bool))


def test_one_entry_of_any_matrix_connects_two_leptons():
    entry = np.diag([4e6, 4e6, 4e6])
    entry[0, 2] = entry[2, 0] = 1e3
    expected = ~np.eye(3, dtype=bool)
    expected[0, 2] = expected[2, 0] = False
    trilinear = np.zeros((3, 3))
    trilinear[2, 0] = 1.0
    for matrices in (
        dict(m_l=None, m_l_sq_matrix=entry),
        dict(m_e=None, m_e_sq_matrix=entry),
        dict(t_prime_lepton=trilinear),
        dict(y_lepton=trilinear),
    ):
        np.testing.assert_array_equal(forbidden(lag_of(**matrices), UNIT), expected)


def test_the_diagonal_is_never_forbidden():
    # Legs of degenerate leptons may belong to different flavours on the left and on the right.
    legs = Legs(np.eye(3)[[1, 0, 2]], np.eye(3))
    found = forbidden(lag_of(), legs)
    assert not np.diag(found).any()
    assert not found[0, 1]
    assert found[0, 2]
