"""dy/dx and y′ inside an answer to an implicit problem: names for the slopes that are known."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gradviz.checking.reading.question import Question
from gradviz.explanation.data import Math
from gradviz.syntax.names import GREEK, name_unicode

_D = r"(?:d|\\mathrm\s*\{\s*d\s*\}|\\operatorname\s*\{\s*d\s*\})"
_PRIME = "['′’]"
_RAISED: Mapping[str, str] = {"2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶"}


@dataclass(frozen=True, slots=True)
class Slopes:
    """An answer's text with names where slopes were written.

    Args:
        text: as long as it was, so that carets stay where they are.
        names: by order, the name that stands for that derivative.
        orders: the orders that appear.
    """

    text: str
    names: Mapping[int, str]
    orders: frozenset[int]


def named_slopes(asked: Question, text: str) -> Slopes:
    """The text with a name of two characters for each dy/dx, y′ and d²y/dx²; as it was if nothing is implicit."""
    if asked.zero is None:
        return Slopes(text, {}, frozenset())
    letter = next(one for one in "SQZUV" if not any(f"{one}{n}" in asked.built.graph.names for n in range(1, 10)))
    names = {order: f"{letter}{order}" for order in range(1, len(asked.slopes) + 1)}
    met: set[int] = set()
    for order in sorted(names, reverse=True):
        for pattern in _patterns(asked.of, asked.wrt[0], order):
            text, count = re.subn(pattern, _named(names[order]), text)
            if count:
                met.add(order)
    return Slopes(text, names, frozenset(met))


def _named(name: str) -> Callable[[re.Match[str]], str]:
    """Puts a name in the place of what was found, apart from what stands around it where there is room."""
    return lambda found: name if len(found[0]) == len(name) else f" {name}".ljust(len(found[0]))


def _patterns(above: str, below: str, order: int) -> list[str]:
    """How a derivative of an order is written."""
    y, x = _spellings(above), _spellings(below)
    before = r"(?<!\\)" if len(above) == 1 else r"(?<![\w\\])"
    power = "" if order == 1 else rf"\s*(?:\^\s*\{{?\s*{order}\s*\}}?|{_RAISED[str(order)]}|{order})\s*"
    top, bottom = rf"{_D}{power}\s*{y}", rf"{_D}\s*{x}{power}"
    found = [
        rf"\\[dt]?frac\s*\{{\s*{top}\s*\}}\s*\{{\s*{bottom}\s*\}}",
        rf"(?<!\\){top}\s*/\s*{bottom}(?![A-Za-z0-9])",
        rf"\\[dt]?frac\s*\{{\s*{_D}{power}\s*\}}\s*\{{\s*{bottom}\s*\}}\s*{y}(?![A-Za-z0-9])",
        rf"{before}{y}\s*(?:{_PRIME}{{{order}}}|\^\s*\{{?(?:\\prime\s*){{{order}}}\}}?)(?!{_PRIME})(?:\s*\(\s*{x}\s*\))?",
    ]
    if order == 2:
        found.append(rf"{before}{y}\s*″(?:\s*\(\s*{x}\s*\))?")
    return found


def _spellings(name: str) -> str:
    ways = dict.fromkeys((name, name_unicode(name)))
    made = [re.escape(way) for way in ways]
    if name in GREEK:
        made.append(rf"\\{name}")
    return f"(?:{'|'.join(made)})"


def told_slopes(math: Math, asked: Question, slopes: Slopes) -> Math:
    """A reading with y′ where a name stands for a slope."""
    text, shown, latex = math.text, math.unicode, math.latex
    for order in sorted(slopes.orders):
        name = slopes.names[order]
        text = re.sub(rf"\b{name}\b", asked.of + "'" * order, text)
        shown = re.sub(rf"(?<!\w){name_unicode(name)}", name_unicode(asked.of) + "′" * order, shown)
        latex = latex.replace(f"{name[0]}_{{{order}}}", asked.of + "'" * order)
    return Math(text, shown, latex)


def unnamed_slopes(sentence: str, asked: Question, slopes: Slopes) -> str:
    """A sentence with y′ where a name stands for a slope."""
    for order in sorted(slopes.orders):
        sentence = sentence.replace(slopes.names[order], name_unicode(asked.of) + "′" * order)
    return sentence
