"""Mistakes in derivatives of numbers by numbers: replayed on the derivation, one and then two at a time."""
