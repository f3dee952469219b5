"""Gradient code checked against differences of the function."""
