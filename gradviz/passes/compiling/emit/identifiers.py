"""Names in generated source: the user's where they are identifiers, otherwise something like them."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata

OURS = ("np", "k", "math", "careful", "refuse", "take", "own")
RESERVED = frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *OURS})
"""Names that generated source uses itself."""

LONGEST = 40
"""Characters of a user's name that are kept."""


class Identifiers:
    """Hands out identifiers, each once."""

    __slots__ = ("_count", "_taken")

    def __init__(self) -> None:
        self._taken: set[str] = set(RESERVED)
        self._count = 0

    def take(self, wanted: str) -> str:
        """An identifier that nobody has, as like `wanted` as one can be.

        Example:
            >>> names = Identifiers()
            >>> names.take("x"), names.take("x"), names.take("lambda"), names.take("h.W")
            ('x', 'x_2', 'lambda_2', 'h_W')
        """
        stem = _stem(wanted)
        name, number = stem, 1
        while name in self._taken:
            number += 1
            name = f"{stem}_{number}"
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


def _stem(wanted: str) -> str:
    """The name as an identifier. Python reads identifiers normalised (NFKC), so they are kept only in that form."""
    name = unicodedata.normalize("NFKC", wanted)
    name = name if name.isidentifier() else re.sub(r"\W", "_", name)
    name = name[:LONGEST].strip("_") or "v"
    return name if name.isidentifier() else f"v{re.sub(r'[^0-9A-Za-z_]', '_', name)}"
