"""An answer judged: the verdict, its evidence, the mistakes behind it; and a backward pass judged line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gradviz.explanation.data.explanation import ExplanationData
from gradviz.explanation.data.values import Math, Remark

VerdictWord = Literal["right", "wrong", "not decided"]
EvidenceKind = Literal["proof", "counterexample", "agreement", "domain"]
LineVerdict = Literal["right", "wrong", "follows", "not decided", "not judged"]
"""A line "follows" when it is right given an earlier line that is wrong; what computes no gradient is "not judged"."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """An interval that certainly holds a number.

    Args:
        text: for people: `0.5403023059 ± 3e-11`, or the exact number.
        low, high: its ends as decimals, rounded outwards.
    """

    text: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why the verdict is what it is.

    Args:
        kind: a proof that both are equal, a point where they certainly differ, agreement at points without a proof, or
            a difference in where they are defined.
        sentence: one sentence for people.
        rule: of a proof, what it went by ("as polynomials"); of a domain, what is not defined ("log of a negative
            number").
        point: of a counterexample or a domain, the inputs' values, exact, as text ("3/7", "[[1, 2], [3, 4]]").
        entry: of arrays, the entry that differs.
        expected, found: what the derivative and the answer are at the point.
        digits, points: of an agreement, to how many digits at how many points.
        region: of a domain, where the answer is right ("x > 0"), if that can be said.
    """

    kind: EvidenceKind
    sentence: str
    rule: str = ""
    point: tuple[tuple[str, str], ...] = ()
    entry: tuple[int, ...] = ()
    expected: Enclosure | None = None
    found: Enclosure | None = None
    digits: int = 0
    points: int = 0
    region: str = ""


@dataclass(frozen=True, slots=True)
class MistakeFacts:
    """A mistake that gives exactly this answer.

    Args:
        name: of the rule in its table ("sign of cos′", "inner derivative lost").
        node: the id of the node where it was made (as in the picture); "" where it belongs to no single node.
        label: that node as mathematics (`cos(4·x)`).
        explanation: one sentence, with the place and the fact.
        yours, right: the step as the answer has it, and as it should be.
        also: other explanations that give the same answer, one sentence each.
        sure: whether one likely mistake explains it; otherwise it is worded as one way to get the answer.
    """

    name: str
    node: str
    label: Math | None
    explanation: str
    yours: Math | None = None
    right: Math | None = None
    also: tuple[str, ...] = ()
    sure: bool = True


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """One answer judged.

    Args:
        symbol: what was asked for (`∂f/∂x`).
        given: the answer as written.
        reading: how it was read.
        notes: readings that could surprise, and what is to be said of the verdict.
        verdict, evidence: whether it is right, and why.
        mistakes: what explains a wrong one, the likeliest first; empty if it is not wrong, or nothing explains it.
        offset: where no mistake explains it, the factor or difference by which it is off, in words; else "".
        correct: the right derivative, where it has a short verified form.
        advice: what a person can do next, without a capital and a full stop; "" where there is nothing to say.
    """

    symbol: Math
    given: str
    reading: Math
    notes: tuple[str, ...]
    verdict: VerdictWord
    evidence: Evidence
    mistakes: tuple[MistakeFacts, ...] = ()
    offset: str = ""
    correct: Math | None = None
    advice: str = ""


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line of a staged backward pass.

    Args:
        number: counted from 1, in the text as given.
        text: as written.
        reading: how it was read; None where it computes nothing.
        symbol: which gradient it computes (`∂f/∂q`); None where it computes none.
        verdict: see `LineVerdict`.
        sentence: why, in one sentence.
        evidence: of a line that was judged.
        node: the id of the node whose gradient it is.
        mistakes: what explains a wrong one.
    """

    number: int
    text: str
    reading: Math | None
    symbol: Math | None
    verdict: LineVerdict
    sentence: str
    evidence: Evidence | None = None
    node: str = ""
    mistakes: tuple[MistakeFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Answers to one problem judged, or a staged backward pass.

    Args:
        title: the problem as mathematics.
        source: as written.
        verdict: "wrong" if one answer or line is, else "not decided" if one is, else "right".
        answers: one by one; empty for a staged pass.
        lines: of a staged pass.
        picture: the problem explained, with the nodes marked (`NodeFacts.mark`); None if no picture was asked for.
        remarks: on how the problem was read.
        drawn_at: of a picture with numbers that nobody gave, where they are from ("at x = 1, where the answer is
            wrong"); else "".
    """

    title: Math
    source: str
    verdict: VerdictWord
    answers: tuple[AnswerFacts, ...] = ()
    lines: tuple[LineFacts, ...] = ()
    picture: ExplanationData | None = None
    remarks: tuple[Remark, ...] = ()
    drawn_at: str = ""
