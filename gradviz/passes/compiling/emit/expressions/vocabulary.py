"""What a language calls things, and how strongly its expressions hold together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gradviz.passes.compiling.emit.expressions.tree import Expression, Part

CHOICE, OR, AND, NOT, COMPARISON, SUM, PRODUCT, UNARY, POWER, ATOM = range(1, 11)
"""How strongly expressions hold together, loosest first. All our languages agree in what the rows use."""


@dataclass(frozen=True, slots=True)
class Text:
    """A written expression, and how strongly it holds together."""

    text: str
    strength: int = ATOM

    def within(self, least: int) -> str:
        """The text, in parentheses where something that holds as strongly as `least` is needed."""
        return self.text if self.strength >= least else f"({self.text})"


Power = Callable[[Expression, Text, Expression, Text], Text]
"""How a power is written: the base and its text, the exponent and its text."""


def starred(base: Expression, base_text: Text, exponent: Expression, exponent_text: Text) -> Text:
    """`x ** 2`: Python and JavaScript."""
    return Text(f"{base_text.within(ATOM)} ** {exponent_text.within(UNARY)}", POWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What a language calls things.

    Args:
        name: what people call it.
        functions: by Python's name for a function, this language's; or an expression in Python's terms that stands for
            it (`"np.square": "{0} ** 2"`, told by its braces).
        words: of operators, where they differ: `and`, `or`, `not`, `==`, `!=`.
        number: how a finite number is written, a negative one with its sign.
        infinity, nan: those two.
        choice: of two values: `{test}`, `{yes}`, `{no}`.
        truth: how a comparison becomes 1 or 0: `{test}`; a choice's strength.
        power: how a power is written.
        part: how a stretch of an array is handed to a function.
        pairwise: functions (by this language's name) of two operands that Python's takes any number of.
    """

    name: str
    functions: Mapping[str, str]
    words: Mapping[str, str]
    number: Callable[[float], str]
    infinity: str
    nan: str
    choice: str
    truth: str
    power: Power
    part: Callable[[Part], Text]
    pairwise: frozenset[str] = frozenset()
