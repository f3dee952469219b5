"""Graphs of arrays at many points: operations with a leading axis that counts the points."""
