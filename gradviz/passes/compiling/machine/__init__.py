"""Scalar graphs as programs of machine operations: what is common to NumPy over points and to machine code."""
