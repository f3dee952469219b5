"""A sheet: boxes below each other on a page, with words for those who cannot see it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gradviz.explanation.data import Math, Remark
from gradviz.render.svg.box import Box
from gradviz.render.svg.drawing import Drawing, Sketch
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.shapes import rectangle, safe
from gradviz.render.svg.theme import Role

MARGIN, GAP = 16.0, 10.0
REMARKS = 6
"""Remarks that a sheet shows; further ones are counted."""


def sheet(boxes: Sequence[Box], ink: Ink, name: str, description: str) -> Drawing:
    """The boxes, one below the other; empty ones are left out."""
    sketch, parts, y, width = Sketch(), [], MARGIN, 0.0
    for box in boxes:
        if box:
            parts.append(sketch.text(box, MARGIN, y, "", "sheet"))
            y, width = y + box.height + GAP, max(width, box.width)
    total, tall = math.ceil(width + 2 * MARGIN), math.ceil(max(y - GAP, MARGIN) + MARGIN)
    body = rectangle(0, 0, total, tall, fill=ink.theme["ground"]) + "".join(parts)
    return Drawing(total, tall, document(total, tall, body, name, description), tuple(sketch.texts), (), ())


def document(width: int, height: int, body: str, name: str, description: str) -> str:
    """An SVG document around what is drawn, with its name and a description in words."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{safe(name)}"><title>{safe(name)}</title>'
        f"<desc>{safe(description)}</desc>{body}</svg>"
    )


def content(drawing: Drawing) -> str:
    """What is drawn in a drawing, without the document around it.

    Example:
        >>> content(Drawing(1, 1, document(1, 1, "<g/>", "a name", "words"), (), (), ()))
        '<g/>'
    """
    return drawing.svg.partition("</desc>")[2].removesuffix("</svg>")


def remark_boxes(remarks: Sequence[Remark], missing: Sequence[str], ink: Ink, width: float) -> list[Box]:
    """Notes, and what has no value, as paragraphs."""
    said: list[tuple[str, Role]] = [
        (remark.text, "warn" if remark.kind in ("kink", "warning") else "soft") for remark in remarks
    ]
    if len(said) > REMARKS:
        said = [*said[: REMARKS - 1], (f"and {len(said) - REMARKS + 1} remarks more", "soft")]
    if missing:
        said.append((f"without a value: {', '.join(missing)}", "soft"))
    return [ink.paragraph(text, 12, role, width) for text, role in said]


def equation_box(parts: Sequence[Math], size: float, role: Role, ink: Ink, width: float) -> Box:
    """`a = b`, smaller where it is wide, in plain type and several lines where it is very wide."""
    latex = " = ".join(part.latex for part in parts)
    box = ink.math(latex, size, role)
    if box.width <= width and len(latex) <= 600:
        return box
    if len(latex) <= 600 and box.width * 0.7 <= width:
        return ink.math(latex, size * width / box.width, role)
    text = " = ".join(part.unicode for part in parts)
    return ink.paragraph(text if len(text) <= 1200 else f"{text[:1200]} …", 13, role, width)
