"""Simplifications of operations that only move entries about: broadcasting, summing back, reshaping, transposing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from gradviz.graph.rewriting import Settings, Simplify, Workbench, combine, exact, inside, under
from gradviz.shape import Shape, size


def _broadcast_to(b: Workbench, shape: Shape, operands: tuple[int, ...], settings: Settings) -> int | None:
    (x,) = operands
    if b.node(x).shape == shape:
        return x
    number = b.number(x)
    if number is not None:
        return b.fill(number, shape)
    inner = inside(b, x, "broadcast_to")
    return b.make("broadcast_to", inner, settings) if inner else None


def _sum_to(b: Workbench, shape: Shape, operands: tuple[int, ...], settings: Settings) -> int | None:
    (x,) = operands
    before = b.node(x).shape
    if before == shape:
        return x
    if size(shape) == 0:
        return None
    times = size(before) // size(shape)
    if exact(b.number(x)):
        return combine(b, shape, lambda value: value * times, x)
    inner = inside(b, x, "broadcast_to")
    if inner and b.node(inner[0]).shape == shape:
        return b.make("mul", (b.fill(times, ()), inner[0]))
    inner = inside(b, x, "sum_to")
    return b.make("sum_to", inner, settings) if inner else None


def _reshape(b: Workbench, shape: Shape, operands: tuple[int, ...], settings: Settings) -> int | None:
    (x,) = operands
    if b.node(x).shape == shape:
        return x
    number = b.number(x)
    if number is not None:
        return b.fill(number, shape)
    inner = inside(b, x, "reshape")
    return b.make("reshape", inner, settings) if inner else None


def _transpose(b: Workbench, shape: Shape, operands: tuple[int, ...], settings: Settings) -> int | None:
    (x,) = operands
    number = b.number(x)
    if number is not None:
        return b.fill(number, shape)
    inner = under(b, x, "transpose")
    if not inner or len(b.node(inner[0]).shape) != len(shape) or not shape:
        return None
    outer_axes, inner_axes = (_axes(dict(s)["axes"], len(shape)) for s in (settings, b.node(x).attributes))
    back = [inner_axes[axis] for axis in outer_axes] == list(range(len(shape)))
    return inner[0] if back and len(shape) > 1 else None


def _axes(axes: Any, rank: int) -> tuple[int, ...]:
    """The permutation that a transpose's setting stands for."""
    if axes is None:
        return (*range(rank - 2), rank - 1, rank - 2)
    return tuple(axis % rank for axis in axes)


SHAPE_RULES: Mapping[str, Simplify] = MappingProxyType(
    {"broadcast_to": _broadcast_to, "sum_to": _sum_to, "reshape": _reshape, "transpose": _transpose}
)
"""The simplification of each of these operations."""
