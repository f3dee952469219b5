"""The rule of a proof in words."""

from __future__ import annotations

from gradviz.checking.equality.prove.field import Field

KINDS = {
    "exp": "exponentials",
    "log": "logarithms",
    "root": "roots",
    "cos": "sines and cosines",
    "pow": "powers",
    "base": "powers",
    "pi": "π",
    "sign": "signs",
    "sum": "sums",
    "fold": "largest entries",
    "one hot": "classes",
}
"""By a generator's kind, what it is called; sines come with cosines."""
NAMELESS = frozenset({"input", "sin"})


def rule(field: Field, cases: int) -> str:
    """In words, what both sides were compared as.

    Example:
        >>> rule(Field(), 1)
        'as polynomials'
    """
    words: dict[str, None] = {}
    for known in field.generators:
        if known.kind not in NAMELESS:
            words[KINDS.get(known.kind, known.kind.removeprefix("row "))] = None
    text = "as rational functions" if field.fractional else "as polynomials"
    if words:
        listed = list(words)
        joined = listed[0] if len(listed) == 1 else ", ".join(listed[:-1]) + " and " + listed[-1]
        text += f" with {joined}"
    return text if cases == 1 else f"{text}, in each case of signs"
