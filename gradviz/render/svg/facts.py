"""Facts in two columns: what they are of, and what is said."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.render.svg.box import EMPTY, Box
from gradviz.render.svg.ink import Ink

SIZE, BETWEEN, GAP = 12.0, 12.0, 7.0


def fact_table(told: Sequence[tuple[str, str]], ink: Ink, width: float) -> Box:
    """Labels and texts, the texts in lines of at most `width`; its top is its baseline."""
    rows = [(ink.word(label, SIZE, "soft"), ink.paragraph(text, SIZE, "ink", width)) for label, text in told]
    if not rows:
        return EMPTY
    column = max(label.width for label, _ in rows) + BETWEEN
    y, wide, parts = 0.0, 0.0, []
    for label, text in rows:
        parts += [label.at(0, y), text.at(column, y)]
        y, wide = y + max(label.height, text.height) + GAP, max(wide, column + text.width)
    return Box(wide, 0.0, y - GAP, "".join(parts))
