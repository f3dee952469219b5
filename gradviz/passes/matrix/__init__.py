"""Gradients in matrix form: an algebra of matrices with a normal form, and the ways into it and out of it."""
