"""What every rendering of judged answers says in the same words: verdicts, evidence, mistakes, lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from gradviz.explanation.data import AnswerFacts, CheckReport, Evidence, LineFacts, Math, MistakeFacts
from gradviz.render.numbers import MINUS

SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "right": "✓",
        "wrong": "✗",
        "not decided": "?",
        "follows": "↳",
        "not judged": "–",
        "unreadable": "!",
        "no answer": "–",
    }
)
"""The sign before a verdict's word. It is never shown alone: the word says it."""

LINE_VERDICTS = ("right", "wrong", "follows", "not decided", "not judged")
SAID: Mapping[str, str] = MappingProxyType({"follows": "following from a wrong one"})
"""Verdicts that are said in other words where they are counted."""

LONG = 60
"""Signs of a node's formula beyond which it is not repeated beside the sentence on it."""

_MINUS = re.compile(r"(?<![\w)\]])-(?=[\d.])|(?<=e)-(?=\d)")


@dataclass(frozen=True, slots=True)
class Step:
    """A step as the answer has it, beside the same step as it should be."""

    label: str
    formula: Math


def first_wrong(report: CheckReport) -> LineFacts | None:
    """The first wrong line of a staged pass."""
    return next((line for line in report.lines if line.verdict == "wrong"), None)


def line_name(facts: LineFacts, lines: Sequence[LineFacts]) -> str:
    """What a line is called: its number; where several statements stand on one line, the statement as well."""
    alone = sum(one.number == facts.number for one in lines) == 1
    text = facts.text if len(facts.text) <= LONG else f"{facts.text[:LONG]}…"
    return f"line {facts.number}" if alone else f"line {facts.number} ({text})"


def is_staged(report: CheckReport) -> bool:
    """Whether lines were judged, and not answers."""
    return bool(report.lines)


def summary(report: CheckReport) -> str:
    """The whole in one sentence.

    Example:
        >>> from gradviz.explanation.data import CheckReport, Math
        >>> summary(CheckReport(Math("f", "f", "f"), "f", "right"))
        'right'
    """
    if not is_staged(report):
        if len(report.answers) < 2:
            return report.verdict
        counted = _counted([answer.verdict for answer in report.answers], ("right", "wrong", "not decided"))
        return f"{report.verdict}: of {len(report.answers)} answers {counted}"
    wrong = first_wrong(report)
    counted = _counted([line.verdict for line in report.lines], LINE_VERDICTS)
    lines = "1 line" if len(report.lines) == 1 else f"{len(report.lines)} lines"
    first = "" if wrong is None else f"{line_name(wrong, report.lines)} is the first wrong one; "
    return f"{report.verdict}: {first}{lines}, of them {counted}"


def _counted(verdicts: list[str], kinds: Sequence[str]) -> str:
    counts = [(kind, verdicts.count(kind)) for kind in kinds]
    return ", ".join(f"{count} {SAID.get(kind, kind)}" for kind, count in counts if count)


def evidence_facts(evidence: Evidence) -> list[tuple[str, str]]:
    """Labels, and the parts of the evidence that its sentence does not say itself.

    Example:
        >>> from gradviz.explanation.data import Evidence
        >>> evidence_facts(Evidence("counterexample", "They differ at x = 1.", point=(("x", "1"), ("y", "-2"))))
        [('at', 'x = 1, y = −2')]
    """
    facts: list[tuple[str, str]] = []
    point = [f"{name} = {signed(value)}" for name, value in evidence.point]
    if not all(_told(part, evidence) for part in point):
        facts.append(("at", ", ".join(point)))
    if evidence.entry and not _told(entry_text(evidence), evidence):
        facts.append(("entry", entry_text(evidence)))
    both = [("expected", evidence.expected), ("found", evidence.found)]
    numbers = [(label, signed(ball.text)) for label, ball in both if ball is not None]
    if not all(_told(text.partition(" ±")[0], evidence) for _, text in numbers):
        facts += numbers
    return facts + [(label, text) for label, text in _reasons(evidence) if not _told(text, evidence)]


def _reasons(evidence: Evidence) -> list[tuple[str, str]]:
    """What a proof went by, what is undefined and where, how far an agreement reaches."""
    facts = []
    if evidence.rule:
        facts.append(("undefined" if evidence.kind == "domain" else "proved", evidence.rule))
    if evidence.region:
        facts.append(("right for", evidence.region))
    if evidence.kind == "agreement" and evidence.points:
        points = "1 point" if evidence.points == 1 else f"{evidence.points} points"
        facts.append(("agrees", f"to {evidence.digits} digits at {points}; that is no proof"))
    return facts


def entry_text(evidence: Evidence) -> str:
    """The entry of an array that differs: `[0, 1]`."""
    return f"[{', '.join(map(str, evidence.entry))}]"


def signed(number: str) -> str:
    """A number, or an array of them, with true minus signs."""
    return _MINUS.sub(MINUS, number)


def _told(text: str, evidence: Evidence) -> bool:
    """Whether the sentence holds a text, as a word of its own."""
    return re.search(rf"(?<![\w.−/]){re.escape(text)}(?![\w/]|\.\d)", signed(evidence.sentence)) is not None


def why_line(facts: LineFacts, first: LineFacts | None) -> str:
    """Why a line has its verdict; the first wrong one is called so."""
    return f"First wrong line. {facts.sentence}".rstrip() if facts is first else facts.sentence


def mistake_label(mistake: MistakeFacts) -> str:
    """What stands before a mistake: whether it is the one, or one of several that are as likely."""
    return "mistake" if mistake.sure else "possibly"


def steps_of(mistake: MistakeFacts) -> list[Step]:
    """The student's step and the right one, as far as there are both."""
    steps = [("your step", mistake.yours), ("right step", mistake.right)]
    return [Step(label, formula) for label, formula in steps if formula is not None]


def called(mistake: MistakeFacts) -> str:
    """The name of a mistake that is certain, where the sentence does not hold it; "" otherwise."""
    return mistake.name if mistake.sure and mistake.name not in mistake.explanation else ""


def place_of(mistake: MistakeFacts) -> Math | None:
    """The node where it was made, where the sentence does not name it already."""
    label = mistake.label
    if (
        label is None
        or len(label.unicode) > LONG
        or label.unicode in mistake.explanation
        or label.text in mistake.explanation
    ):
        return None
    return label


def given_of(answer: AnswerFacts) -> str:
    """The answer as written, where its reading does not look the same."""
    given = " ".join(answer.given.split())
    shown = {"".join(text.split()) for text in (answer.reading.unicode, answer.reading.text)}
    return "" if "".join(given.split()) in {"", *shown} else given
