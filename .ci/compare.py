"""Compare scans of the same points: the folders of numpy as npz and parquet, and of numba."""

import sys

import numpy as np

import fssm

tables = [fssm.read_scan(folder) for folder in sys.argv[1:]]
for first, second in (tables[:2], tables[2:]):
    assert first.columns == second.columns
    for name in first.columns:
        assert np.asarray(first[name]).tobytes() == np.asarray(second[name]).tobytes(), name
assert len(tables[0]) == len(tables[2]) > 1000
np.testing.assert_allclose(tables[0]["a_muon"], tables[2]["a_muon"], rtol=1e-9)
