"""What stands around the panels: the title above them, rows of formulas below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gradviz.explanation.data import Math, PlotSheet
from gradviz.render.options import Options
from gradviz.render.plots.palette import Palette
from gradviz.render.text_lines import width_of, wrap

INCH = 72.0
MARGIN = 0.14
"""Inches between the page's edge and words."""
COLUMN_GAP = 0.22
BETWEEN = "   ·   "
"""Stands between facts on one line."""
BOLD, PLAIN = 0.72, 0.63
"""The average width of a sign, in parts of the size of the type."""


@dataclass(frozen=True, slots=True)
class Head:
    """The lines above the panels, and how much of the page they take, in inches."""

    lines: tuple[tuple[str, float, bool], ...]
    height: float


def head_of(sheet: PlotSheet, width: float) -> Head:
    """Title, subtitle and formulas, in lines that fit a page of that many inches."""
    lines = [(part, 13.0, True) for part in _lines(sheet.title, 13.0 * BOLD, width)]
    lines += [(part, 9.5, False) for row in sheet.subtitle.split("\n") for part in _lines(row, 9.5 * PLAIN, width)]
    lines += [(typeset(formula), 11.0, False) for formula in sheet.formulas]
    if not lines:
        return Head((), 0.0)
    return Head(tuple(lines), MARGIN + sum(_leading(size) for _, size, _ in lines))


def _lines(text: str, sign: float, width: float) -> list[str]:
    """A text in lines that fit, by the width that a sign has on average, in points.

    Facts between dots stay whole, and no line begins or ends with a dot.
    """
    room = int((width - 2 * MARGIN) * INCH / sign)
    lines: list[str] = []
    for fact in text.split(BETWEEN) if text else ():
        joined = f"{lines[-1]}{BETWEEN}{fact}" if lines else fact
        if lines and width_of(joined) <= room:
            lines[-1] = joined
        else:
            lines += wrap(fact, room, room)
    return [plain(part) for part in lines]


def _leading(size: float) -> float:
    return 1.55 * size / INCH


def write_head(figure: Any, head: Head, palette: Palette) -> None:
    """Write the lines above the panels, from the left edge."""
    width, height = figure.get_figwidth(), figure.get_figheight()
    top = height - MARGIN
    for text, size, bold in head.lines:
        figure.text(
            MARGIN / width, top / height, text, size=size, weight="bold" if bold else "normal", va="top", ha="left",
            color=palette["ink"] if bold else palette["soft"],
        )  # fmt: skip
        top -= _leading(size)


def rows_below(sheet: PlotSheet, width: float) -> tuple[tuple[Math | str, ...], ...]:
    """Everything under the panels: the rows, the table, the remarks in lines that fit the page."""
    told = [part for remark in sheet.remarks for part in _lines(remark, 9.5 * PLAIN, width)]
    table = [tuple(map(plain, row)) for row in sheet.table]
    return (*sheet.below, *table, *((text,) for text in told))


def write_below(
    figure: Any, rows: Sequence[Sequence[Math | str]], under: float, palette: Palette, options: Options
) -> None:
    """Write the rows under the panels; their cells stand in columns as wide as they need."""
    if not rows:
        return
    height = figure.get_figheight()
    step = (under - MARGIN) / len(rows)
    columns = max(map(len, rows))
    left = MARGIN + 0.02
    for column in range(columns):
        texts = []
        for place, row in enumerate(rows):
            if column < len(row):
                y = (under - 0.06 - place * step) / height
                texts.append((_cell(figure, row[column], left, y, palette), column == len(row) - 1))
        # A row's last cell may reach as far as it likes: no other stands to its right.
        held = [text for text, last in texts if not last]
        widest = max((text.get_window_extent().width for text in held), default=0.0)
        left += widest / figure.dpi + COLUMN_GAP
    ends = [text.get_window_extent().x1 for text in figure.texts if text.get_gid() == "below"]
    right = max(ends, default=0.0) / figure.dpi
    if right > figure.get_figwidth() - MARGIN:
        _shrink(figure, right)


def _cell(figure: Any, cell: Math | str, left: float, y: float, palette: Palette) -> Any:
    words = isinstance(cell, str)
    return figure.text(
        left / figure.get_figwidth(), y, cell if isinstance(cell, str) else typeset(cell), size=9.5, va="top",
        ha="left", color=palette["soft" if words else "ink"], gid="below",
    )  # fmt: skip


def _shrink(figure: Any, wide: float) -> None:
    """Set the rows smaller, so that they stay on the page."""
    share = 0.97 * (figure.get_figwidth() - 1.5 * MARGIN) / wide
    for text in figure.texts:
        if text.get_gid() == "below":
            x, y = text.get_position()
            text.set_position((x * share, y))
            text.set_fontsize(9.5 * share)


def typeset(formula: Math) -> str:
    r"""A formula as matplotlib's own mathematics, or in signs where that cannot set it (matrices, for example).

    Example:
        >>> typeset(Math("x^2", "x²", "x^{2}")), typeset(Math("[1]", "[1]", r"\begin{bmatrix} 1 \end{bmatrix}"))
        ('$x^{2}$', '[1]')
    """
    text = f"${formula.latex}$"
    return text if _can_set(text) else formula.unicode.replace("$", r"\$")


def _can_set(text: str) -> bool:
    from matplotlib.mathtext import MathTextParser

    try:
        MathTextParser("path").parse(text)
    except (ValueError, RuntimeError):
        return False
    return True


def plain(text: str) -> str:
    """Words as they are: a dollar sign opens no mathematics."""
    return text.replace("$", r"\$")


def halo(ground: str) -> list[Any]:
    """A rim in the ground's colour, so that words can be read over lines."""
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=2.2, foreground=ground)]
