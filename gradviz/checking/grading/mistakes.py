"""The names and families that mistakes have, for partial credit by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from types import MappingProxyType
from typing import Any

from gradviz.checking.diagnosis.slip import Slip
from gradviz.ops.table import OPS

COMPOSED = ("arithmetic slip", "left standing", "integrated", "path dropped", "contributions not summed")
"""Names that stand in no table, because they are of no single step."""

NO_FAMILY = ""


@cache
def families() -> Mapping[str, frozenset[str]]:
    """Every mistake's name that a table has, with the families that it is in.

    The operations' own mistakes have none; names that diagnosis makes up as it goes (pairs, rewritings) are not here.
    """
    from gradviz.checking.diagnosis.arrays.structural import TABLE
    from gradviz.checking.diagnosis.mistakes import BY_KIND
    from gradviz.checking.diagnosis.scalar.whole import WHOLE
    from gradviz.checking.diagnosis.tables import chain
    from gradviz.checking.diagnosis.tables.functions import OUTER

    pairs = [(slip.name, slip.family) for slip in _slips([BY_KIND, *vars(chain).values()])]
    pairs += [(outer[0], NO_FAMILY) for one in OUTER.values() for outer in one]
    pairs += [(mistake.name, NO_FAMILY) for op in OPS.values() for mistake in op.mistakes]
    pairs += [(one.name, NO_FAMILY) for one in WHOLE]
    pairs += [(one.name, NO_FAMILY) for one in TABLE]
    pairs += [(name, NO_FAMILY) for name in COMPOSED]
    found: dict[str, set[str]] = {}
    for name, family in pairs:
        found.setdefault(name, set()).update({family} - {NO_FAMILY})
    return MappingProxyType({name: frozenset(kinds) for name, kinds in found.items()})


def _slips(tables: Iterable[Any]) -> list[Slip]:
    """The mistakes in tables, which are tuples, or tuples by a key."""
    rows = [row for one in tables for row in (one.values() if isinstance(one, Mapping) else (one,))]
    return [slip for row in rows if isinstance(row, tuple) for slip in row if isinstance(slip, Slip)]


def matches(name: str, pattern: str) -> bool:
    """Whether a mistake is meant: by its name, its family, or a pattern in which `*` stands for anything.

    Example:
        >>> matches("sign of cos′", "sign of *"), matches("inner derivative lost", "chain rule")
        (True, True)
        >>> matches("sign of cos′", "sign of sin′")
        False
    """
    if name == pattern or pattern in families().get(name, ()):
        return True
    return "*" in pattern and fnmatchcase(name, pattern.replace("[", "[[]").replace("?", "[?]"))


def is_listed(pattern: str) -> bool:
    """Whether any mistake of the tables is meant."""
    return any(matches(name, pattern) for name in families())


def known_words() -> tuple[str, ...]:
    """Every name and family, to suggest one of."""
    kinds = sorted({kind for found in families().values() for kind in found})
    return (*kinds, *families())


def listed_mistakes() -> list[str]:
    """The families with the names in each, then all other names, as lines of text."""
    known = families()
    kinds = sorted({kind for found in known.values() for kind in found})
    lines = []
    for kind in kinds:
        lines += [f"{kind}:", *(f"  {name}" for name in sorted(name for name, found in known.items() if kind in found))]
    return [
        *lines,
        "in no family:",
        *(f"  {name}" for name in sorted(name for name, found in known.items() if not found)),
    ]
