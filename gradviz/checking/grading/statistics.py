"""How a class did, problem by problem: outcomes, common mistakes, common wrong answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import get_args

from gradviz.checking.grading.problems import STEPS, Problem
from gradviz.checking.grading.scoring import number
from gradviz.checking.grading.titles import program_math
from gradviz.explanation.data.checks import MistakeFacts
from gradviz.explanation.data.grading import CaseFacts, MistakeCount, Outcome, PartFacts, ProblemFacts, WrongAnswer

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
MOST_MISTAKES, MOST_EXAMPLES, MOST_WRONG = 20, 3, 10
LONGEST = 200
"""Signs of an answer that is quoted as an example."""


def problem_facts(problem: Problem, cases: Sequence[CaseFacts]) -> ProblemFacts:
    """A problem, and how those did who were asked it."""
    parts = [part for case in cases for part in case.parts]
    counts = Counter(part.outcome for part in parts)
    mean = sum(case.score for case in cases) / len(cases) if cases else None
    points = number(problem.points)
    return ProblemFacts(
        id=problem.id,
        title=problem.title,
        source=problem.source,
        formula=None if problem.vary else program_math(problem.source, problem.at),
        symbols=tuple(part.symbol for part in problem.parts if part.symbol is not None),
        kind=problem.kind,
        points=points,
        varies=bool(problem.vary),
        outcomes={outcome: counts[outcome] for outcome in OUTCOMES},
        mean=None if mean is None else round(mean, 4),
        earned=None if mean is None or not points else round(mean / points, 4),
        mistakes=_mistakes(parts),
        unexplained=_unexplained(parts),
    )


def _mistakes(parts: Iterable[PartFacts]) -> tuple[MistakeCount, ...]:
    """The mistakes by how many answers have them; equal counts by name."""
    answers: dict[str, Counter[str]] = {}
    explained: dict[str, dict[str, str]] = {}
    for part in parts:
        for mistake, text in {found[0].name: found for found in reversed(_made(part))}.values():
            answers.setdefault(mistake.name, Counter())[text] += 1
            explained.setdefault(mistake.name, {}).setdefault(text, mistake.explanation)
    made = []
    for name, texts in answers.items():
        examples = tuple(sorted(texts.items(), key=lambda one: (-one[1], one[0])))[:MOST_EXAMPLES]
        made.append(MistakeCount(name, sum(texts.values()), explained[name][examples[0][0]], examples))
    return tuple(sorted(made, key=lambda one: (-one.count, one.name)))[:MOST_MISTAKES]


def _made(part: PartFacts) -> list[tuple[MistakeFacts, str]]:
    """The likeliest explanation of a wrong answer, and the answer; of staged work those of each wrong line."""
    if part.name == STEPS and part.lines:
        wrong = [line for line in part.lines if line.verdict == "wrong" and line.mistakes]
        return [(line.mistakes[0], _quoted(line.text)) for line in wrong]
    return [(part.facts.mistakes[0], _quoted(part.given))] if part.facts is not None and part.facts.mistakes else []


def _quoted(text: str) -> str:
    """A text as an example: on one line, and not too long."""
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"


def _unexplained(parts: Iterable[PartFacts]) -> tuple[WrongAnswer, ...]:
    counts: Counter[str] = Counter()
    offsets: dict[str, str] = {}
    for part in parts:
        if part.outcome == "wrong" and not _made(part) and part.given.strip():
            # Of staged work the first wrong line.
            text = _quoted(next((line.text for line in part.lines if line.verdict == "wrong"), part.given))
            counts[text] += 1
            offsets.setdefault(text, part.facts.offset if part.facts is not None else _missing(part))
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return tuple(WrongAnswer(text, count, offsets[text]) for text, count in ordered[:MOST_WRONG])


def _missing(part: PartFacts) -> str:
    """Of staged work without a wrong line, what is missing."""
    return "" if any(line.verdict == "wrong" for line in part.lines) else part.sentence


def middle(scores: Sequence[float]) -> float | None:
    """The median; None of nothing.

    Example:
        >>> middle([1.0, 4.0, 2.0]), middle([1.0, 2.0])
        (2.0, 1.5)
    """
    if not scores:
        return None
    ordered = sorted(scores)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else round((ordered[half - 1] + ordered[half]) / 2, 4)


def hardest(problems: Sequence[ProblemFacts]) -> tuple[str, ...]:
    """The problems' ids, the smallest share of points earned first; nothing where there is one only."""
    known = [problem for problem in problems if problem.earned is not None]
    if len(known) < 2:
        return ()
    return tuple(problem.id for problem in sorted(known, key=lambda problem: problem.earned or 0.0))
