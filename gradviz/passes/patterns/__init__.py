"""Recognised patterns: circuits that a gate or a layer stands for, found, folded, unfolded, and proved equal."""
