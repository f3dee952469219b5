"""Shorter outlines in an SVG: coordinates to a hundredth of a point, and no points that lie on a line anyway."""

from __future__ import annotations

import re
from collections.abc import Iterator

SLACK = 0.03
"""How far, in points of 1/72 inch, a point may lie from the line that replaces it: nobody sees that."""
NEAR = 40
"""Points after which a line ends in any case, so that the work grows only with the outline's length."""

Point = tuple[float, float]

_OUTLINE = re.compile(r' d="([^"]*)"')
_FRACTION = re.compile(r"-?\d+\.\d+")
_POLYGON = re.compile(r"(?:\s*[ML]\s+-?[\d.]+\s+-?[\d.]+|\s*[zZ])+\s*")
_STROKE = re.compile(r"([MLzZ])(?:\s+(-?[\d.]+)\s+(-?[\d.]+))?")


def shortened(svg: str) -> str:
    """The same picture with shorter outlines, and without the indentation of its lines.

    Example:
        >>> shortened('<path d="M 0.123456 1 L 1 1.001 L 2.5 1 L 2.5 4 z"/>')
        '<path d="M0.12 1L2.5 1L2.5 4z"/>'
    """
    return re.sub(r"\n +", "\n", _OUTLINE.sub(lambda found: f' d="{_short(found[1])}"', svg))


def _short(outline: str) -> str:
    if not _POLYGON.fullmatch(outline):
        return _FRACTION.sub(lambda found: _number(float(found[0])), " ".join(outline.split()))
    return "".join(_strokes(outline))


def _strokes(outline: str) -> Iterator[str]:
    run: list[Point] = []
    for kind, x, y in _STROKE.findall(outline):
        if kind == "L":
            run.append((float(x), float(y)))
            continue
        yield from _written(run)
        run = []
        if kind == "M":
            run = [(float(x), float(y))]
        else:
            yield "z"
    yield from _written(run)


def _written(run: list[Point]) -> Iterator[str]:
    for place, (x, y) in enumerate(_thinned(run)):
        yield f"{'L' if place else 'M'}{_number(x)} {_number(y)}"


def _thinned(run: list[Point]) -> list[Point]:
    """The points that are needed: each line reaches as far as all that it passes lie near it."""
    if len(run) < 3:
        return run
    kept, start = [run[0]], 0
    while start < len(run) - 1:
        end = start + 1
        while end + 1 < min(len(run), start + NEAR) and _passes(run, start, end + 1):
            end += 1
        kept.append(run[end])
        start = end
    return kept


def _passes(run: list[Point], start: int, end: int) -> bool:
    return all(_distance(run[place], run[start], run[end]) <= SLACK for place in range(start + 1, end))


def _distance(point: Point, start: Point, end: Point) -> float:
    """From a point to the stretch between two others."""
    (x, y), (x0, y0), (x1, y1) = point, start, end
    across, up = x1 - x0, y1 - y0
    square = across * across + up * up
    part = min(1.0, max(0.0, ((x - x0) * across + (y - y0) * up) / square)) if square else 0.0
    return float(((x - x0 - part * across) ** 2 + (y - y0 - part * up) ** 2) ** 0.5)


def _number(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
