"""Graphs as loops over flat arrays, in no language yet: what C and JavaScript are printed from."""
