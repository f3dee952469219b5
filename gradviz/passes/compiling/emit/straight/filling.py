"""Rows' expressions with operands in their places, and parentheses only where Python needs them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter

from gradviz.passes.templates import Settings, literal

ATOM = 3
STRENGTHS = {"{0} + {1}": 1, "{0} - {1}": 1, "{0} * {1}": 2, "{0} / {1}": 2, "{0} @ {1}": 2}
"""How strongly Python reads the templates of arithmetic; calls are atoms, all others hold together not at all."""


@dataclass(frozen=True, slots=True)
class Form:
    """A row's expression with its settings filled in, and places for its operands.

    Args:
        pattern: the text, with `%s` for each place.
        places: for each place its operand's slot, and how strongly the operand must hold together to stand there
            without parentheses.
        strength: how strongly the whole holds together.
        once: by slot, whether the operand stands in one place.
    """

    pattern: str
    places: tuple[tuple[int, int], ...]
    strength: int
    once: tuple[bool, ...]


@lru_cache(maxsize=4096)
def form_of(template: str, count: int, settings: Settings = ()) -> Form:
    """A row's template for that many operands.

    Example:
        >>> form_of("{0} - {1}", 2)
        Form(pattern='%s - %s', places=((0, 1), (1, 2)), strength=1, once=(True, True))
        >>> form_of("clip({0}, {low})", 1, (("low", 0),))
        Form(pattern='clip(%s, 0)', places=((0, 0),), strength=3, once=(True,))
    """
    spread = template.replace("{args}", ", ".join(f"{{{slot}}}" for slot in range(count)))
    bare = [_bare(spread, slot) for slot in range(count)]
    named = dict(settings)
    pattern, slots = "", []
    for text, field, _, _ in Formatter().parse(spread):
        pattern += text.replace("%", "%%")
        if field is None:
            continue
        if field.isdigit():
            pattern += "%s"
            slots.append(int(field))
        else:
            pattern += literal(named[field]).replace("%", "%%")
    places = tuple((slot, _need(spread, slot, bare[slot])) for slot in slots)
    return Form(pattern, places, _strength(spread), tuple(slots.count(slot) == 1 for slot in range(count)))


def _strength(template: str) -> int:
    if re.fullmatch(r"[\w.]*\([^()]*\)", template):
        return ATOM
    return STRENGTHS.get(template, 0)


def _need(template: str, slot: int, bare: bool) -> int:
    if bare:
        return 0
    return STRENGTHS[template] + slot if template in STRENGTHS else ATOM


def _bare(template: str, slot: int) -> bool:
    """Whether an operand always stands between brackets or commas, so that it needs none of its own."""
    tight = re.sub(r",\s+", ",", template)
    everywhere = len(re.findall(rf"\{{{slot}\}}", template))
    return len(re.findall(rf"(?<=[(,])\{{{slot}\}}(?=\s*[,)])", tight)) == everywhere
