"""Names for what the user left unnamed: short, stable, and never one that the program uses."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import count

LETTERS = tuple("qrstuvwpabcdghkmn")
"""The letters for intermediates, in the order in which they are taken."""


def fresh_names(taken: Collection[str]) -> Iterator[str]:
    """Names in the order of `LETTERS`, then q1, q2, …, leaving out those that the program uses or begins a name with.

    Example:
        >>> names = fresh_names({"x", "q", "r1"})
        >>> next(names), next(names)
        ('s', 't')
    """
    initials = {name[0] for name in taken if name}
    yield from (letter for letter in LETTERS if letter not in initials)
    yield from (name for name in (f"q{i}" for i in count(1)) if name not in taken)


def free_name(wanted: str, taken: Collection[str]) -> str:
    """The wanted name, or the nearest free one: L, f, y, … then numbered.

    Example:
        >>> free_name("L", {"L"}), free_name("g", {"g"})
        ('f', 'G')
    """
    choices = (wanted, wanted.upper(), "L", "f", "F", "y", "J", *(f"L{i}" for i in range(1, len(taken) + 2)))
    return next(name for name in choices if name and name not in taken)
