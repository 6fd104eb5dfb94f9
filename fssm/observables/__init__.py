"""Dipoles, lepton observables and approximate formulas."""
