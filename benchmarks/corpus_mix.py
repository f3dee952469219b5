"""Answers of tests/checking/corpus for the benchmarks, as plain data."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Item:
    """An answer of the corpus: `right` says what it is, `plain` says it in plain notation."""

    text: str
    wrt: str
    order: int
    implicit: str
    answer: str
    plain: str
    right: bool

    @property
    def scalar(self) -> bool:
        return ":" not in self.text and not self.implicit


def corpus() -> list[Item]:
    """All answers of the corpus, each once."""
    sys.path.insert(0, str(ROOT))
    from tests.checking.corpus.corpus import ARRAYS, SCALAR, problems

    found = []
    for name in (*SCALAR, *ARRAYS, "right.toml"):
        for one in problems(name):
            given = [(wrong.answer, wrong.answer, False) for wrong in one.wrong]
            given += [(right.answer, right.plain, True) for right in one.right]
            if one.answer:
                given.append((one.answer, one.answer, True))
            found += [Item(one.text, one.wrt, one.order, one.implicit, *answer) for answer in given]
    return list(dict.fromkeys(found))


def mix(count: int) -> list[Item]:
    """So many answers, right and wrong by turns, each kind spread evenly over the corpus.

    Raises:
        SystemExit: the corpus has fewer.
    """
    known = corpus()
    half = (count + 1) // 2
    rights, wrongs = ([one for one in known if one.right is kind] for kind in (True, False))
    if half > min(len(rights), len(wrongs)):
        raise SystemExit(f"the corpus has {len(rights)} right and {len(wrongs)} wrong answers, too few for {count}")
    return list(chain.from_iterable(zip(spread(rights, half), spread(wrongs, half), strict=True)))[:count]


def spread(items: Sequence[Item], count: int) -> list[Item]:
    """So many of them, evenly."""
    return [items[i * len(items) // count] for i in range(count)]
