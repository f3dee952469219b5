"""Functions over the plane: contours with their levels written, regions of classes, a shaded field."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from gradviz.explanation.data import Field
from gradviz.render.numbers import number_text
from gradviz.render.plots.palette import Palette, shades

LEVELS = 10
"""Contour levels where none are given."""

SHADES = (-1.0, -0.6, -0.3, 0.0, 0.3, 0.6, 1.0)
"""Where a shaded field changes its shade, in parts of its greatest value."""


def draw_field(axes: Any, field: Field, palette: Palette, classes: int) -> None:
    """Draw a field behind everything else."""
    _STYLES[field.style](axes, field, palette, classes)


def _contours(axes: Any, field: Field, palette: Palette, classes: int) -> None:
    levels = [*field.levels] or _chosen(field)
    if not levels:
        return
    filled = [_low(field) - 1.0, *levels]
    tones = shades(palette["ground"], palette.tone("local"), len(filled), 0.14 if palette.name == "print" else 0.24)
    axes.contourf(field.x, field.y, field.values, levels=filled, colors=tones, extend="max", zorder=0.5)
    lines = axes.contour(
        field.x, field.y, field.values, levels=levels, colors=[palette.thin("soft", 0.65)], linewidths=0.7, zorder=1
    )
    axes.clabel(
        lines, levels=levels[:: max(1, len(levels) // 5)], fontsize=7, fmt=lambda level: number_text(level, 3),
        colors=[palette["soft"]], inline=True, inline_spacing=3,
    )  # fmt: skip


def _finite(field: Field) -> list[float]:
    return sorted(value for row in field.values for value in row if math.isfinite(value))


def _low(field: Field) -> float:
    found = _finite(field)
    return found[0] if found else 0.0


def _chosen(field: Field) -> list[float]:
    """Levels between the field's least value and its ninth decile, closer where it is low."""
    found = _finite(field)
    if not found or found[0] == found[-1]:
        return []
    low, high = found[0], found[int(0.95 * (len(found) - 1))]
    return [low + (high - low) * ((place + 1) / LEVELS) ** 2 for place in range(LEVELS)]


def _regions(axes: Any, field: Field, palette: Palette, classes: int) -> None:
    """Each class's own ground, and a line where they meet."""
    numbers = sorted({int(value) for row in field.values for value in row if math.isfinite(value)})
    for number in numbers:
        inside = [[1.0 if value == number else 0.0 for value in row] for row in field.values]
        colours = [palette.region(number)]
        if len(numbers) == 1:
            axes.set_facecolor(colours[0])
            return
        axes.contourf(field.x, field.y, inside, levels=[0.5, 1.5], colors=colours, zorder=0.5)
        axes.contour(field.x, field.y, inside, levels=[0.5], colors=[palette["ink"]], linewidths=0.9, zorder=1)


def _shaded(axes: Any, field: Field, palette: Palette, classes: int) -> None:
    """Two sides, the stronger the farther from 0, and the line at 0."""
    found = _finite(field)
    most = max((abs(found[0]), abs(found[-1])), default=0.0) if found else 0.0
    if not most:
        return
    typical = abs(found[len(found) // 10]), abs(found[-1 - len(found) // 10])
    scale = max(*typical) or most
    steps = [share * scale for share in SHADES]
    middles = [(low + high) / 2 for low, high in pairwise(SHADES)]
    colours = [palette.side(-1.0), *(palette.side(middle) for middle in middles), palette.side(1.0)]
    axes.contourf(field.x, field.y, field.values, levels=steps, colors=colours, extend="both", zorder=0.5)
    if found[0] < 0 < found[-1]:
        axes.contour(field.x, field.y, field.values, levels=[0.0], colors=[palette["ink"]], linewidths=1.2, zorder=1)


_STYLES: Mapping[str, Callable[[Any, Field, Palette, int], None]] = MappingProxyType(
    {"contours": _contours, "regions": _regions, "shaded": _shaded}
)
