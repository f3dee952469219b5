"""Expressions as trees of no language, and how they are written in one."""
