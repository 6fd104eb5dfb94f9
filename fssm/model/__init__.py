"""Inputs, mass matrices, spectrum, couplings and the muon mass threshold."""
