"""Formulas and words as measured outlines: no font is needed to show them.

Each distinct formula is typeset once, in a unit size, and then placed by a transform.
"""

from __future__ import annotations

import re
import warnings
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gradviz.render.svg.box import EMPTY, Box, beside
from gradviz.render.svg.heights import remember_heights
from gradviz.render.svg.shapes import element, short

UNIT = 20.0
"""The size in which outlines are made."""

LONGEST = 600
"""LaTeX longer than this is never typeset: it would take longer to read than to compute."""

DEEPEST = 12
"""Brackets and braces within one another beyond which a formula is never typeset: each level doubles the time."""

_NESTED = re.compile(r"\\left(?![a-z])|\\right(?![a-z])|(?<!\\)[{}]")
_NUMBER = re.compile(r"\{?-?\d+(\.\d+)?\}?|\(\{-\d+(\.\d+)?\}\)")
_PAIR = re.compile(r"(-?\d*\.?\d+)([ ,]?-?\d*\.?\d+)")

_GROUP = r"(?:\{(?:[^{}]|\{[^{}]*\})*\}|[^\s{}\\])"
_NAMED = re.compile(r"(?<=[A-Za-z0-9])(?<!\\times)(?<!\\cdot)\s*(?=\\(?:operatorname|mathrm)\{[a-z]{2,}\})")
_LIMITS = re.compile(rf"\\(?:sum|prod)(?:\s*[_^]\s*{_GROUP})+")

_HYPHENS = re.compile(r"(?<=-)(?=-)")
"""Between two hyphens, which the font would draw as one dash: an option's name is set as it is typed."""

_BOLD = {r"\mathbf{1}": "𝟏", r"\mathbf{0}": "𝟎"}
"""Bold digits, which the typesetter sets only where they are signs of their own."""

MARGIN = 0.06
"""Room at both ends of a formula, in em."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of a formula in the unit size, its baseline starting at the origin."""

    path: str
    width: float
    ascent: float
    descent: float

    def box(self, size: float, colour: str) -> Box:
        """The outline in a size and a colour."""
        scale = size / UNIT
        transform = f"translate({short(MARGIN * size)} 0) scale({scale:.5g})"
        svg = element("path", d=self.path, fill=colour, transform=transform) if self.path else ""
        return Box(self.width * scale + 2 * MARGIN * size, self.ascent * scale, self.descent * scale, svg)


def formula(latex: str, size: float, colour: str) -> Box:
    """LaTeX (without delimiters) as outlines; falls back to plain type where it cannot be set."""
    if not latex.strip():
        return EMPTY
    made = outline(latex)
    return (
        made.box(size, colour) if made else words(latex if len(latex) <= 80 else latex[:80] + "…", size * 0.8, colour)
    )


def words(text: str, size: float, colour: str) -> Box:
    """A line of sans-serif text, as tall as any other line of it."""
    if not text.strip():
        return EMPTY
    parts = [_words_outline(part).box(size, colour) for part in _HYPHENS.split(text)]
    made = beside(parts, 0.0)
    return Box(made.width, size * 0.76, size * 0.24, made.svg)


def lines(text: str, size: float, colour: str, width: float) -> list[Box]:
    """Text in lines of at most about `width` pixels, broken at spaces and inside words that are longer than a line."""
    room = max(8, int(width / (size * 0.5)))
    found: list[str] = []
    current = ""
    for word in text.split():
        while len(word) > room:
            found, current, word = ([*found, current] if current else found), word[:room], word[room:]
        joined = f"{current} {word}" if current else word
        if len(joined) <= room:
            current = joined
        else:
            found, current = [*found, current], word
    return [words(line, size, colour) for line in [*found, current] if line]


def outline(latex: str) -> Outline | None:
    """The outline, or None where the formula is too long, too deep, or the typesetter does not understand it."""
    if len(latex) > LONGEST or nesting(latex) > DEEPEST:
        return None
    latex = _NAMED.sub(r"\\,\g<0>", latex)
    if r"\left" in latex:
        # The typesetter stretches brackets without bound around limits that stand above or below a sign.
        latex = _LIMITS.sub(r"{\\textstyle \g<0>}", latex)
    return _number_outline(latex) if _NUMBER.fullmatch(latex) else typeset_outline(latex)


def nesting(latex: str) -> int:
    r"""How many brackets and braces stand within one another.

    Example:
        >>> nesting(r"e^{e^{x}}"), nesting(r"\frac{1}{\left(x\right)}"), nesting("(x)(y)")
        (2, 2, 0)
    """
    depth = most = 0
    for sign in _NESTED.findall(latex):
        depth += 1 if sign in ("{", r"\left") else -1
        most = max(most, depth)
    return most


@lru_cache(maxsize=4096)
def _number_outline(latex: str) -> Outline | None:
    """A number put together from its digits, whose outlines are known: hundreds of times faster than typesetting it."""
    parts: list[str] = []
    x = ascent = descent = 0.0
    for sign in latex.replace("{", "").replace("}", ""):
        made, advance = _sign(sign)
        if made is None:
            return None
        parts.append(_shifted(made.path, x))
        x += advance
        ascent, descent = max(ascent, made.ascent), max(descent, made.descent)
    return Outline("".join(parts), x, ascent, descent)


_WITHIN = {"-": "{-0}", "(": "(0)", ")": "(0)", ".": "0.0"}
"""Where a sign stands in a number, beside zeros of known width."""


@lru_cache(maxsize=16)
def _sign(sign: str) -> tuple[Outline | None, float]:
    """A digit or sign, and how far the next one stands from it."""
    within = _WITHIN.get(sign, f"{sign}0")
    made, zero, around = typeset_outline(sign), typeset_outline("0"), typeset_outline(within)
    if made is None or zero is None or around is None:
        return None, 0.0
    zeros = within.count("0") - (sign == "0")
    return made, (around.width - zeros * zero.width) / (2.0 if sign in "()" else 1.0)


def _shifted(path: str, by: float) -> str:
    """Path data with absolute coordinates, moved to the right."""
    if not by:
        return path
    return _PAIR.sub(lambda pair: f"{short(float(pair[1]) + by)}{pair[2]}", path)


@lru_cache(maxsize=4096)
def typeset_outline(latex: str) -> Outline | None:
    """The outline as the typesetter makes it."""
    typesetter = _typesetter()
    for plain, bold in _BOLD.items():
        latex = latex.replace(plain, bold)
    try:
        return _outlined(typesetter.Latex(latex, size=UNIT))
    except Exception:
        # The typesetter raises whatever its parsers raise: AssertionError, KeyError, ParseError …
        return None


_SPELLED = {"ᵀ": "^T", **{low: f"_{sign}" for low, sign in zip("ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "aehijklmnoprstuvx", strict=True)}}
"""Raised and lowered letters that the font of words does not have, as they are typed."""


@lru_cache(maxsize=4096)
def _words_outline(text: str) -> Outline:
    root = ET.Element("math", mathvariant="sans")
    # An element, not markup: the text is the user's and is never read as LaTeX or MathML.
    ET.SubElement(root, "mtext").text = "".join(
        _SPELLED.get(sign, sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}") for sign in text
    )
    return _outlined(_typesetter().Math(root, size=UNIT))


def _outlined(made: Any) -> Outline:
    typesetter = _typesetter()
    before, typesetter.config.svg2 = typesetter.config.svg2, False
    try:
        drawn = made.svgxml()
    finally:
        typesetter.config.svg2 = before
    bounds = made.node.bbox
    path = "".join(_path(part) for part in drawn.iter())
    return Outline(path, max(bounds.xmax, 0.0), max(bounds.ymax, 0.0), max(-bounds.ymin, 0.0))


def _path(part: ET.Element) -> str:
    tag = part.tag.rpartition("}")[2]
    if tag == "path":
        return _compact(part.get("d", ""))
    if tag != "rect" or part.get("fill") == "none":
        return ""
    x, y, width, height = (float(part.get(name, "0")) for name in ("x", "y", "width", "height"))
    return f"M{short(x)} {short(y)}h{short(width)}v{short(height)}h{short(-width)}z"


def _compact(path: str) -> str:
    """Path data with two decimals and no space that is not needed."""
    rounded = re.sub(r"-?\d*\.\d+", lambda found: short(float(found[0])), path.strip())
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", rounded).replace(" -", "-")


@lru_cache(maxsize=1)
def _typesetter() -> Any:
    with warnings.catch_warnings():
        # It opens its own font by a deprecated name on import.
        warnings.simplefilter("ignore", DeprecationWarning)
        import ziamath
        from ziamath.nodes.mrow import Mrow
    remember_heights(Mrow)
    return ziamath
