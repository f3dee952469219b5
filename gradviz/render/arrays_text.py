"""Arrays as text: in brackets where they fit, as a summary in words where they do not."""

from __future__ import annotations

import math

from gradviz.explanation.data import Shape, Value
from gradviz.render.numbers import number_text
from gradviz.render.options import Options
from gradviz.render.text_lines import right, width_of

TYPESET = 64
"""Entries up to which an array is written out."""


def shape_text(shape: Shape, *, ascii: bool = False) -> str:
    """A shape as a person reads it: `2×3`.

    Example:
        >>> shape_text((2, 3)), shape_text((4,))
        ('2×3', '4')
    """
    return ("x" if ascii else "×").join(map(str, shape)) or "scalar"


def value_text(value: Value, options: Options) -> str:
    """A number, a small array in brackets on one line, or a summary."""
    if not value.shape:
        return number_text(value.number, options.precision, ascii=options.ascii)
    if len(value.entries) > TYPESET or value.summary is not None:
        return summary_text(value, options)
    cells = [number_text(entry, options.precision, ascii=options.ascii) for entry in value.entries]
    return brackets(cells, value.shape)


def brackets(cells: list[str], shape: Shape, separator: str = ", ") -> str:
    """Cells in nested brackets.

    Example:
        >>> brackets(["1", "2", "3", "4"], (2, 2))
        '[[1, 2], [3, 4]]'
    """
    level = cells
    for axis in range(len(shape) - 1, -1, -1):
        size, rows = shape[axis], math.prod(shape[:axis])
        level = ["[" + separator.join(level[i * size : (i + 1) * size]) + "]" for i in range(rows)]
    return level[0] if level else ""


def value_lines(value: Value, options: Options, width: int) -> list[str]:
    """A value in as few lines as it needs: one where it fits in `width`, else one per row, else a summary."""
    text = value_text(value, options)
    if width_of(text) <= width or len(value.shape) < 2 or len(value.entries) > TYPESET or not value.entries:
        return [text] if width_of(text) <= width else _vector_lines(value, options, width)
    rows = _row_lines(value, options)
    return rows if max(map(width_of, rows)) <= width else [summary_text(value, options)]


def _vector_lines(value: Value, options: Options, width: int) -> list[str]:
    if len(value.shape) != 1 or len(value.entries) > TYPESET or value.summary is not None:
        return [summary_text(value, options)]
    cells = [number_text(entry, options.precision, ascii=options.ascii) for entry in value.entries]
    wide = max(map(width_of, cells))
    per = max(1, (width - 1) // (wide + 2))
    padded = [right(cell, wide) for cell in cells]
    rows = [", ".join(padded[start : start + per]) for start in range(0, len(cells), per)]
    heads = ["[", *([" "] * (len(rows) - 1))]
    tails = [*([","] * (len(rows) - 1)), "]"]
    return [head + row + tail for head, row, tail in zip(heads, rows, tails, strict=True)]


def _row_lines(value: Value, options: Options) -> list[str]:
    """One line per innermost row, columns aligned, brackets as NumPy prints them."""
    size, depth = value.shape[-1], len(value.shape)
    cells = [number_text(entry, options.precision, ascii=options.ascii) for entry in value.entries]
    widths = [max(width_of(cell) for cell in cells[column::size]) for column in range(size)]
    rows = len(cells) // size
    lines = []
    for row in range(rows):
        inner = ", ".join(
            right(cell, wide) for cell, wide in zip(cells[row * size : (row + 1) * size], widths, strict=True)
        )
        opened, closed = _edges(row, value.shape[:-1]), _edges(row + 1, value.shape[:-1])
        head = " " * (depth - 1 - opened) + "[" * (opened + 1)
        lines.append(head + inner + "]" * (closed + 1) + ("," if row + 1 < rows else ""))
    return lines


def _edges(row: int, outer: Shape) -> int:
    """How many outer brackets begin (or end) at a row."""
    count = 0
    for size in reversed(outer):
        if row % size:
            break
        count, row = count + 1, row // size
    return count


def summary_text(value: Value, options: Options) -> str:
    """A large array in words: shape, range, share of zeros.

    Example:
        >>> summary_text(Value((100,), (0.0,) * 50 + (2.0,) * 50), Options())
        '100 numbers from 0 to 2, 50 % of them 0'
    """
    what = f"{shape_text(value.shape, ascii=options.ascii)} number{'' if value.shape == (1,) else 's'}"
    finite = [entry for entry in value.entries if math.isfinite(entry)]
    if not value.entries:
        return f"{what} (empty)"
    if not finite:
        return f"{what}, none of them finite"
    low, high = min(finite), max(finite)
    first, last = (number_text(entry, options.precision, ascii=options.ascii) for entry in (low, high))
    if len(finite) == len(value.entries) and low == high:
        return f"{what}, all {first}"
    text = f"{what} from {first} to {last}"
    zeros = sum(entry == 0 for entry in value.entries)
    if zeros:
        text += f", {_share(zeros, len(value.entries))} 0"
    lost = len(value.entries) - len(finite)
    return f"{text}, {_share(lost, len(value.entries))} not finite" if lost else text


def _share(part: int, whole: int) -> str:
    """`50 % of them`; a count where a share would round to nothing or to all."""
    share = 100 * part / whole
    if 0.1 <= share <= 99.9:
        return f"{share:.3g} % of them"
    return f"{part} of them" if share < 50 else f"all but {whole - part} of them"
