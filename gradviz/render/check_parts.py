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


def number_of(facts: LineFacts) -> str:
    """A line's number; a dash for one that is missing."""
    return str(facts.number) if facts.number else "–"


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
    if report.verdict == "not decided" and all(line.symbol is None for line in report.lines):
        return "not decided: no line computes a gradient; write lines such as dx = … or df/dx = …"
    lines = "1 line" if len(report.lines) == 1 else f"{len(report.lines)} lines"
    first = "" if wrong is None else f"{line_name(wrong, report.lines)} is the first wrong one; "
    if wrong is not None and not wrong.number:
        first = f"{wrong.sentence[:1].lower()}{wrong.sentence[1:].rstrip('.')}; "
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
    if not all(_told(f"= {signed(value)}", evidence) for _, value in evidence.point):
        facts.append(("at", ", ".join(point)))
    if evidence.entry and not _told(entry_text(evidence), evidence):
        facts.append(("entry", entry_text(evidence)))
    both = [("expected", evidence.expected), ("found", evidence.found)]
    numbers = [(label, signed(ball.text)) for label, ball in both if ball is not None]
    if not all(_rounded_in(text.partition(" ±")[0], evidence) for _, text in numbers):
        facts += numbers
    return facts + [(label, text) for label, text in _reasons(evidence) if not _told(text, evidence)]


def _reasons(evidence: Evidence) -> list[tuple[str, str]]:
    """What a proof went by, what is undefined and where, how far an agreement reaches."""
    facts = []
    if evidence.rule and not evidence.sentence.startswith("Proved"):
        facts.append(("undefined" if evidence.kind == "domain" else "proved", evidence.rule))
    if evidence.region:
        facts.append(("right for", evidence.region))
    if evidence.kind == "agreement" and evidence.points and "digits" not in evidence.sentence:
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


def _rounded_in(number: str, evidence: Evidence) -> bool:
    """Whether the sentence holds a number, or what it is rounded to."""
    return _told(number, evidence) or (len(number) > ROUNDED and number[: ROUNDED - 1] in signed(evidence.sentence))


ROUNDED = 7
"""Signs of a number beyond which a sentence rounds it."""


def why_line(facts: LineFacts, first: LineFacts | None) -> str:
    """Why a line has its verdict, in a few words; what is wrong in a wrong one stands below the table.

    Example:
        >>> why_line(LineFacts(1, "dq = z", None, None, "follows", "Right given line 4, which is wrong."), None)
        'right given line 4'
    """
    if facts.verdict == "wrong" and facts.number:
        return "first wrong line" if facts is first else "wrong as well"
    said = facts.sentence.rstrip(".")
    for long, short in SHORT.items():
        said = re.sub(long, short, said)
    return said


SHORT: Mapping[str, str] = MappingProxyType(
    {
        r"^Right$": "",
        r"^Right: ": "",
        r"^Right so far: ": "right so far: ",
        r"^Right given (line \d+), which is wrong$": r"right given \1",
        r"^Your own intermediate; it is used as you wrote it$": "your own value",
        r"^(\S+) is a value of the forward pass$": "forward pass",
        r"^(\S+) is an input of the problem$": "an input",
        r"^Taken as given: ": "taken as given: ",
        r"^A part of the gradient: ": "a part of the gradient: ",
        r"^Not finished: it is changed again below, and judged there$": "changed again below",
    }
)
"""Sentences on lines, as they stand in a table, where there is little room."""


def line_reason(facts: LineFacts) -> str:
    """Of a wrong line that no mistake explains: what is wrong with it."""
    if facts.mistakes or facts.verdict != "wrong":
        return ""
    said = facts.sentence.removeprefix("Wrong: ")
    return said[:1].upper() + said[1:]


def has_details(facts: LineFacts) -> bool:
    """Whether a wrong line has more to be said of it than the table has room for."""
    return facts.verdict == "wrong" and bool(facts.number)


def mistake_labels(mistakes: Sequence[MistakeFacts]) -> list[tuple[str, MistakeFacts]]:
    """What stands before each mistake: that it is the one, or that it is one of several that are as likely."""
    first = "mistakes" if len(mistakes) == 1 and mistakes[0].explanation.startswith(TWO) else "possibly"
    return [
        ("mistake" if mistake.sure else "or" if place else first, mistake) for place, mistake in enumerate(mistakes)
    ]


TWO = "One way to get your answer is two mistakes"
"""How what takes two mistakes begins: it hedges itself."""


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
    """The answer as written, where its reading differs from it in more than spaces, signs of products and powers."""
    given = " ".join(answer.given.split())
    heading, _, expression = given.rpartition("=")
    if is_relation(answer) or _POINT.search(heading):
        expression = given
    shown = {_bare(text) for text in (answer.reading.unicode, answer.reading.text)}
    return "" if _bare(expression) in {"", *shown} else given


def _bare(text: str) -> str:
    """A formula without what people write in different ways."""
    for written, plain in _SPELLINGS.items():
        text = text.replace(written, plain)
    return "".join(text.split())


_SPELLINGS: Mapping[str, str] = MappingProxyType(
    {"**": "^", "*": "", "·": "", "@": "", "−": "-", "²": "^2", "³": "^3", "^T": ".T", "ᵀ": ".T"}
)
_POINT = re.compile(r"\(\s*-?[\d.π]|\(\s*pi")
"""`f'(3) =`: at a point, which the reading does not have."""


def is_relation(answer: AnswerFacts) -> bool:
    """Whether the answer is an equation for the derivative, and not the derivative itself."""
    return " = " in answer.reading.unicode


def claimed(answer: AnswerFacts) -> str:
    """The word between what was asked for and the answer: it equals it, or follows from it."""
    return "from" if is_relation(answer) else "="
