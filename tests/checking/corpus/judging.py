"""The corpus put to gradviz: one place that knows how a problem becomes a call of `gradviz.check`."""

from __future__ import annotations

from typing import Any

import gradviz
from gradviz.errors import UserError
from tests.checking.corpus.corpus import Pair, Problem

REFUSED = "refused"
"""An answer that gradviz does not read: neither accepted nor judged."""


def checked(problem: Problem, answer: str) -> Any:
    """The verdict on an answer, whole, without its picture.

    Raises:
        UserError: gradviz does not read the problem or the answer.
    """
    of = problem.implicit or None
    return gradviz.check(problem.text, problem.wrt, answer, problem.order, of=of, picture=False)


class Judge:
    """Verdicts as words."""

    def of(self, problem: Problem, answer: str) -> str:
        """The verdict on an answer: "right", "wrong", "not decided" or "refused"."""
        try:
            return str(checked(problem, answer).verdict)
        except UserError:
            return REFUSED

    def pair(self, pair: Pair) -> tuple[str, str]:
        """The verdict on an adversarial pair and the kind of its evidence. What is refused is not decided."""
        try:
            if pair.text:
                found = gradviz.check(pair.text, pair.wrt, pair.answer, pair.order, picture=False)
            else:
                found = gradviz.check_equal(pair.a, pair.b)
        except UserError:
            return "not decided", ""
        return str(found.verdict), found.evidence.kind if found.evidence else ""
