"""Random running couplings, and the rotations of flavours and doublets that turn them."""

import numpy as np

from fssm.constraints.betas import Couplings


def random_couplings(seed, doublets, *, complex_phases=True):
    rng = np.random.default_rng(seed)

    def yukawa():
        y = rng.normal(size=(doublets, 3, 3))
        return y + 1j * rng.normal(size=y.shape) if complex_phases else y

    return Couplings(np.asarray(1e3), rng.uniform(0.3, 1.2, 3), yukawa(), yukawa(), yukawa())


def turning(doublets):
    """Random U(3)^5 x U(doublets)^2 on the couplings."""
    rng = np.random.default_rng(5)

    def unitary(n):
        return np.linalg.qr(rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n)))[0]

    q, u, d, left, e = (unitary(3) for _ in range(5))
    h_up, h_down = unitary(doublets), unitary(doublets)

    def turned(c):
        def rotate(y, h, a, b):
            return np.einsum("ab,bij->aij", h, a.T @ y @ b)

        return Couplings(
            c.scale, c.g, rotate(c.up, h_up, q, u), rotate(c.down, h_down, q, d),
            rotate(c.lepton, h_down, left, e),
        )  # fmt: skip

    return turned
