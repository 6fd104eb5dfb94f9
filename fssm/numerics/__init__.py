"""Diagonalisation, loop functions and root finding; knows no physics model."""
