"""The corpus of derivative questions: right answers, wrong ones with what a teacher would say, and adversarial pairs.

README: a `[[problem]]` has `text` (in gradviz's language), `wrt`, `order` (1 unless said), `implicit` (the unknown y
of an equation whose dy/dx is asked), `answer`, and lists of `wrong` or `right` answers. A wrong one has `mistakes`
(tags; two for two at once, "none" where nobody could explain it), `where` (the subexpression of each), `says` (the
teacher's sentence) and `also` (other tags that give the same answer). A right one in a notation that only gradviz
reads has `plain`: the same again for the witness. An adversarial `[[pair]]` has `a` and `b` (`check_equal`), or
`text`, `wrt`, `answer` (`check`), and `expect`: the verdicts that may come. `dev_*` may be looked at; `unseen_*` and
`fresh_*`, written later, are for measuring. Written without a look at gradviz's tables of mistakes, which it measures.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
SCALAR = ("dev_scalar.toml", "unseen_scalar.toml", "fresh_scalar.toml")
ARRAYS = ("dev_arrays.toml", "unseen_arrays.toml", "fresh_arrays.toml")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong answer and what a teacher would say of it."""

    answer: str
    mistakes: tuple[str, ...]
    where: tuple[str, ...]
    says: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Right:
    """A right answer; `plain` is the same in plain notation."""

    answer: str
    plain: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A derivative that is asked for. `declarations` are the shapes, "" for scalars."""

    text: str
    wrt: str
    order: int
    implicit: str
    answer: str
    wrong: tuple[Wrong, ...]
    right: tuple[Right, ...]

    @property
    def arrays(self) -> bool:
        """Does it declare a shape?"""
        return ":" in self.text


@dataclass(frozen=True, slots=True)
class Pair:
    """Two expressions, or a question and its answer, with the verdicts that may come."""

    a: str
    b: str
    text: str
    wrt: str
    order: int
    answer: str
    expect: frozenset[str]
    evidence: str
    why: str


def problems(name: str) -> tuple[Problem, ...]:
    """The problems of a file of the corpus."""
    return tuple(_problem(one) for one in _read(name)["problem"])


def pairs() -> tuple[Pair, ...]:
    """The adversarial pairs."""
    return tuple(_pair(one) for one in _read("adversarial.toml")["pair"])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _pair(one: dict[str, Any]) -> Pair:
    a, b, text, wrt, answer, evidence = (one.get(key, "") for key in ("a", "b", "text", "wrt", "answer", "evidence"))
    return Pair(a, b, text, wrt, one.get("order", 1), answer, frozenset(one["expect"]), evidence, one["why"])


def _problem(one: dict[str, Any]) -> Problem:
    wrong = tuple(
        Wrong(w["answer"], tuple(w["mistakes"]), tuple(w["where"]), w["says"], tuple(w.get("also", ())))
        for w in one.get("wrong", ())
    )
    right = tuple(Right(r["answer"], r.get("plain") or r["answer"]) for r in one.get("right", ()))
    return Problem(
        one["text"],
        one["wrt"],
        one.get("order", 1),
        one.get("implicit", ""),
        one.get("answer", ""),
        wrong,
        right,
    )
