"""What an answer earns: all of the points, some by the rules of the problem, or none, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from gradviz.checking.grading.mistakes import matches
from gradviz.checking.grading.problems import Credit, Part, Problem
from gradviz.checking.grading.tasks import Judged
from gradviz.explanation.data.checks import AnswerFacts, LineFacts
from gradviz.explanation.data.grading import LineCredit


@dataclass(frozen=True, slots=True)
class Score:
    """What was earned, why, and of staged work line by line."""

    earned: Fraction
    sentence: str
    credits: tuple[LineCredit, ...] = ()


def number(value: Fraction) -> float:
    """Points as they are shown: four decimals at most."""
    return round(float(value), 4)


def scored(problem: Problem, part: Part, judged: Judged) -> Score:
    """The score of a part that was judged."""
    if problem.kind == "steps" and judged.lines:
        return _steps(problem, part, judged)
    if judged.outcome == "right":
        return Score(part.points, "right")
    if judged.facts is None:
        return Score(Fraction(0), judged.sentence)
    if judged.outcome == "not decided":
        return _undecided(problem.credit, part, judged.facts)
    return _wrong(problem.credit, part, judged.facts, judged.counts)


def _undecided(credit: Credit, part: Part, facts: AnswerFacts) -> Score:
    says = f"not decided: {facts.evidence.sentence}"
    if facts.evidence.kind == "agreement" and credit.agreement:
        return Score(part.points * credit.agreement, f"{says} {_capital(_amount(credit.agreement))} for agreement.")
    return Score(Fraction(0), says)


def _wrong(credit: Credit, part: Part, facts: AnswerFacts, counts: tuple[int, ...]) -> Score:
    """Of several single mistakes that give the same answer, each could be the one: the student has the benefit."""
    if not facts.mistakes:
        return Score(Fraction(0), f"wrong: {facts.offset or facts.evidence.sentence}")
    says = f"wrong: {facts.mistakes[0].explanation}"
    singles = [mistake for mistake, count in zip(facts.mistakes, counts, strict=True) if count == 1]
    for pattern, share in credit.mistakes:
        for mistake in singles:
            if matches(mistake.name, pattern):
                return Score(part.points * share, f"{says} {_capital(_amount(share))} for “{mistake.name}”.")
    if credit.single and singles:
        return Score(part.points * credit.single, f"{says} {_capital(_amount(credit.single))} for a single mistake.")
    return Score(Fraction(0), says)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _amount(share: Fraction) -> str:
    """A share in words.

    Example:
        >>> _amount(Fraction(1, 2)), _amount(Fraction(0)), _amount(Fraction(3, 10))
        ('half the points', 'no points', '30 % of the points')
    """
    known = {Fraction(0): "no points", Fraction(1, 2): "half the points", Fraction(1): "all points"}
    return known.get(share, f"{float(100 * share):.4g} % of the points")


def _steps(problem: Problem, part: Part, judged: Judged) -> Score:
    """Points by gradient: each is judged by the last line that computes it."""
    wanted = {symbol: name for name, symbol in judged.gradients}
    places: dict[str, int] = {
        line.symbol.text: place
        for place, line in enumerate(judged.lines)
        if line.symbol is not None and line.verdict != "not judged"
    }
    last = {symbol: judged.lines[place] for symbol, place in places.items()}
    points = _by_gradient(problem, part, wanted, last)
    earned, credits, missing = Fraction(0), [], []
    for symbol, most in points.items():
        line = last.get(symbol)
        if line is None:
            missing.append(wanted[symbol])
            continue
        share, says = _line_share(problem.credit, line)
        earned += share * most
        credits.append(LineCredit(line.number, number(share * most), number(most), says, places[symbol]))
    credits.sort(key=lambda credit: credit.place)
    return Score(earned, _said(judged.lines, missing), tuple(credits))


def _by_gradient(
    problem: Problem, part: Part, wanted: Mapping[str, str], last: Mapping[str, LineFacts]
) -> dict[str, Fraction]:
    """Points by the gradient's symbol.

    As the problem gives them; otherwise shared equally by what is asked for and what lies on the student's way to it.
    The output's gradient by itself, which is 1, earns nothing.
    """
    if problem.lines:
        return {symbol: problem.lines[name] for symbol, name in wanted.items()}
    symbols = dict.fromkeys((*wanted, *(symbol for symbol in last if not _is_seed(symbol))))
    return {symbol: part.points / len(symbols) for symbol in symbols}


def _is_seed(symbol: str) -> bool:
    """Whether it is the output by itself: `df/df`."""
    above, _, below = symbol.partition("/")
    return above.strip(" ()d") == below.strip(" ()d")


def _line_share(credit: Credit, line: LineFacts) -> tuple[Fraction, str]:
    if line.verdict == "right":
        return Fraction(1), ""
    if line.verdict == "follows":
        says = "right, given the wrong line before it"
        return credit.follows, says if credit.follows == 1 else f"{says}; {_amount(credit.follows)}"
    if line.verdict == "wrong" and line.mistakes:
        for pattern, share in credit.mistakes:
            if matches(line.mistakes[0].name, pattern):
                return share, _amount(share)
        if credit.single and len(line.mistakes) == 1 and line.mistakes[0].sure:
            return credit.single, f"{_amount(credit.single)} for a single mistake"
    if line.verdict == "not decided" and line.evidence is not None and line.evidence.kind == "agreement":
        return credit.agreement, "" if not credit.agreement else f"{_amount(credit.agreement)} for agreement"
    return Fraction(0), ""


def _said(lines: tuple[LineFacts, ...], missing: list[str]) -> str:
    """What came of it, in a sentence: the first wrong line, and which gradients are missing."""
    wrong = next((line for line in lines if line.verdict == "wrong"), None)
    open_ = next((line for line in lines if line.verdict == "not decided"), None)
    if wrong is not None:
        says = f"wrong in line {wrong.number}: {wrong.mistakes[0].explanation if wrong.mistakes else wrong.sentence}"
    elif open_ is not None:
        says = f"not decided in line {open_.number}: {open_.sentence}"
    elif not any(line.verdict in ("right", "follows") for line in lines):
        says = "no line computes a gradient"
    else:
        says = "incomplete" if missing else "right"
    return f"{says}; no line computes the gradient of {', '.join(missing)}" if missing else says
