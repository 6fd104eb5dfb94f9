"""The compiled scan path (extra ``fast``): the muon's loops, sixteen points at a time."""
