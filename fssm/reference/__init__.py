"""The same physics once more in mpmath, at any precision, written to disagree.

Nothing here is shared with the fast path but the input fields and measured constants. Loop
functions are hypergeometric or divided differences at extra precision; mixing matrices are
avoided: eigenvectors u of M M^dag give sum_A N*_Ap m_A N*_Aq f = sum_u (M^dag u)_p u*_q f
without any Takagi factorisation. One point at a time, with one generation or three.
"""

from fssm.reference.flavour import FlavourReference
from fssm.reference.front import evaluate
from fssm.reference.loops import b0, f1c, f1n, f2c, f2n, f_c, f_n, i_loop
from fssm.reference.muon import Reference

__all__ = [
    "FlavourReference",
    "Reference",
    "b0",
    "evaluate",
    "f1c",
    "f1n",
    "f2c",
    "f2n",
    "f_c",
    "f_n",
    "i_loop",
]
