"""Straight-line Python over NumPy or `math`: what runs, and its source."""
