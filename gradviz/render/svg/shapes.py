"""SVG's elements as strings: numbers are short, nothing has an id, nothing is styled from outside."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from html import escape

Point = tuple[float, float]

_INVALID = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML does not allow, escaped or not."""


def safe(text: str) -> str:
    """Text for an element or an attribute.

    Example:
        >>> safe('a<b & "c"')
        'a&lt;b &amp; &quot;c&quot;'
    """
    return escape(_INVALID.sub("\N{REPLACEMENT CHARACTER}", text), quote=True)


def short(value: float) -> str:
    """A coordinate, to a hundredth of a pixel.

    Example:
        >>> short(1.0), short(-0.001), short(2.346)
        ('1', '0', '2.35')
    """
    text = f"{value:.2f}"
    if text[-1] != "0":
        return text
    text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def element(name: str, /, **attributes: str | float) -> str:
    """An empty element; underscores in attribute names stand for hyphens, empty strings are left out."""
    return f"<{name}{_attributes(attributes)}/>"


def group(*content: str, title: str = "", **attributes: str | float) -> str:
    """A group, with a title for those who cannot see the outlines."""
    head = f"<title>{safe(title)}</title>" if title else ""
    return f"<g{_attributes(attributes)}>{head}{''.join(content)}</g>"


def _attributes(attributes: dict[str, str | float]) -> str:
    return "".join(
        f' {name.replace("_", "-")}="{value if isinstance(value, str) else short(value)}"'
        for name, value in attributes.items()
        if value != ""
    )


def moved(content: str, x: float, y: float) -> str:
    """The content with its origin at (x, y)."""
    return f'<g transform="translate({short(x)} {short(y)})">{content}</g>' if content else ""


def line(start: Point, end: Point, colour: str, width: float = 1, *, dash: str = "", cap: str = "") -> str:
    """A straight line."""
    return element(
        "line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], stroke=colour, stroke_width=width,
        stroke_dasharray=dash, stroke_linecap=cap,
    )  # fmt: skip


def rectangle(
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    fill: str = "none",
    stroke: str = "",
    line: float = 1,
    radius: float = 0,
    dash: str = "",
) -> str:
    """A rectangle, its corners rounded by `radius`."""
    extra: dict[str, str | float] = {"stroke": stroke, "stroke_width": line} if stroke else {}
    if radius:
        extra["rx"] = radius
    if dash:
        extra["stroke_dasharray"] = dash
    return element("rect", x=x, y=y, width=width, height=height, fill=fill, **extra)


def circle(centre: Point, radius: float, *, fill: str = "none", stroke: str = "", line: float = 1) -> str:
    """A circle."""
    extra: dict[str, str | float] = {"stroke": stroke, "stroke_width": line} if stroke else {}
    return element("circle", cx=centre[0], cy=centre[1], r=radius, fill=fill, **extra)


def curve(points: Sequence[Point], colour: str, width: float, *, dash: str = "", cap: str = "") -> str:
    """An open line through points."""
    return element(
        "path", d=outline(points), fill="none", stroke=colour, stroke_width=width, stroke_dasharray=dash,
        stroke_linejoin="round", stroke_linecap=cap,
    )  # fmt: skip


def outline(points: Iterable[Point]) -> str:
    """The path data of a line through points."""
    return "M" + "L".join(f"{short(x)},{short(y)}" for x, y in points)


def arrowhead(
    tip: Point, direction: Point, length: float, half: float, *, fill: str, stroke: str = "", line: float = 1
) -> str:
    """A triangle with its tip at a point; `direction` is where it points to."""
    size = math.hypot(*direction) or 1.0
    c, s = direction[0] / size, direction[1] / size
    (x, y) = tip
    corners = [
        tip,
        (x - length * c - half * s, y - length * s + half * c),
        (x - length * c + half * s, y - length * s - half * c),
    ]
    extra: dict[str, str | float] = (
        {"stroke": stroke, "stroke_width": line, "stroke_linejoin": "round"} if stroke else {}
    )
    return element("path", d=outline(corners) + "Z", fill=fill, **extra)
