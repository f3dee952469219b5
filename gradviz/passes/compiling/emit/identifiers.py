"""Names in generated source: the user's where they are identifiers, otherwise something like them."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Collection

OURS = ("np", "k", "math", "careful", "refuse", "take", "own")
RESERVED = frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *OURS})
"""Names that generated source uses itself."""

LONGEST = 40
"""Characters of a user's name that are kept."""


class Identifiers:
    """Hands out identifiers, each once."""

    __slots__ = ("_count", "_numbers", "_taken")

    def __init__(self, reserved: Collection[str] = RESERVED) -> None:
        self._taken: set[str] = set(reserved)
        self._count = 0
        self._numbers: dict[str, int] = {}
        """By stem, the last number that was tried: a million names of one stem take no more than a million steps."""

    def take(self, wanted: str) -> str:
        """An identifier that nobody has, as like `wanted` as one can be.

        Example:
            >>> names = Identifiers()
            >>> names.take("x"), names.take("x"), names.take("lambda"), names.take("h.W")
            ('x', 'x_2', 'lambda_2', 'h_W')
        """
        stem = _stem(wanted)
        name, number = stem, self._numbers.get(stem, 1)
        while name in self._taken:
            number += 1
            name = f"{stem}_{number}"
        self._numbers[stem] = number
        self._taken.add(name)
        return name

    def fresh(self, letter: str = "t") -> str:
        """An identifier for something that has no name: t1, t2 and so on."""
        while True:
            self._count += 1
            name = f"{letter}{self._count}"
            if name not in self._taken:
                self._taken.add(name)
                return name

    def give_back(self, name: str) -> None:
        """Say that what a fresh identifier stood for is dead. Here nothing follows: each stands for one thing."""


class Recycled(Identifiers):
    """Hands out fresh identifiers again that were given back, the last one first.

    Python reaches the first 256 local names of a function by one instruction and the others by two, and a number that
    is no longer held is memory that is warm for the next one: functions of a hundred lines run a twentieth faster so,
    and of thousands a quarter.

    Example:
        >>> names = Recycled()
        >>> first, second = names.fresh(), names.fresh()
        >>> names.give_back(first)
        >>> names.fresh(), names.fresh()
        ('t1', 't3')
    """

    __slots__ = ("_back",)

    def __init__(self) -> None:
        super().__init__()
        self._back: list[str] = []

    def fresh(self, letter: str = "t") -> str:
        """An identifier that nothing alive has."""
        if letter == "t" and self._back:
            return self._back.pop()
        return super().fresh(letter)

    def give_back(self, name: str) -> None:
        """What it stood for is dead."""
        self._back.append(name)


def _stem(wanted: str) -> str:
    """The name as an identifier. Python reads identifiers normalised (NFKC), so they are kept only in that form."""
    name = unicodedata.normalize("NFKC", wanted)
    name = name if name.isidentifier() else re.sub(r"\W", "_", name)
    name = name[:LONGEST].strip("_") or "v"
    return name if name.isidentifier() else f"v{re.sub(r'[^0-9A-Za-z_]', '_', name)}"
