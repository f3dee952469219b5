"""Claims made of text, for the tests here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gradviz.checking.claim import Claim, Decision
from gradviz.checking.equality.decide import decide
from gradviz.checking.reading.answer import claim_of, read_answer
from gradviz.checking.reading.question import question
from gradviz.graph.build import build
from gradviz.syntax.parser import parse


def claim(problem: str, answer: str, wrt: str = "x", **fields: Any) -> Claim:
    """That an answer is the derivative of a problem, with some fields of the claim set."""
    asked = question(build(parse(problem)), wrt)
    return replace(claim_of(asked, read_answer(asked, answer)), **{"digits": None, **fields})


def decided(problem: str, answer: str, wrt: str = "x", **fields: Any) -> Decision:
    """The decision on it."""
    return decide(claim(problem, answer, wrt, **fields))
