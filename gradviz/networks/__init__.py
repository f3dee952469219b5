"""Layers, losses and initialisers: tables of things that expand into operations."""
