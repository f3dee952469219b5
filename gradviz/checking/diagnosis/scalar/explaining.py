"""From matches to theories: how each is confirmed in the graph, and how it is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from gradviz.checking.diagnosis.finding import Finding
from gradviz.checking.diagnosis.scalar.candidates import Candidates
from gradviz.checking.diagnosis.scalar.matching import Match
from gradviz.checking.diagnosis.scalar.other import LIKELY
from gradviz.checking.diagnosis.scalar.problem import Problem
from gradviz.checking.diagnosis.scalar.replaying import as_nodes, as_term
from gradviz.checking.diagnosis.scalar.showing import extended, names_in, tidied
from gradviz.checking.diagnosis.scalar.steps import Derivation, Kind
from gradviz.checking.diagnosis.scalar.theory import Mark, Theory
from gradviz.checking.diagnosis.scalar.whole import Whole
from gradviz.checking.diagnosis.scalar.words import LONG, Fields, Teller
from gradviz.checking.diagnosis.slip import Slip
from gradviz.explanation.mathematics import name_math
from gradviz.graph.folding import Folder
from gradviz.passes.raising import expression
from gradviz.syntax.tree import Expr


def theory_of(problem: Problem, match: Match, answer: int) -> Theory:
    """A match as a theory.

    Args:
        problem: which.
        match: mistakes that fit.
        answer: the answer's node in its own graph.
    """
    found = match.candidates
    plan = dict(found.plans[match.row])
    derivation = found.derivation

    def sides(builder: Folder) -> tuple[int, int]:
        last = as_nodes(derivation, found.slips, plan, builder)[-1]
        made = last.slope if match.whole is None else as_term(builder, match.whole.make(last.slope, last.value))
        return made.id, answer

    likely = match.count == 1 and match.score > LIKELY
    return Theory(match.count, match.score, key_of(match), sides, lambda: told(problem, match), likely, marks_of(match))


def key_of(match: Match) -> tuple[object, ...]:
    """What tells a match's theory from others: the places and names, or one name that is made everywhere."""
    found, plan = match.candidates, match.candidates.plans[match.row]
    made = [(found.derivation.steps[i].place, found.slips[i][k].name) for i, k in plan]
    everywhere = len(made) > 1 and len({_kind(found, i, k) for i, k in plan}) == 1
    key = ("everywhere", made[0][1]) if everywhere else tuple(sorted(made))
    return key if match.whole is None else (*key, match.whole.name)


def _kind(found: Candidates, i: int, k: int) -> tuple[str, str]:
    """What a slip has in common with the same one elsewhere."""
    return found.slips[i][k].family, found.slips[i][k].name


def marks_of(match: Match, stage: str = "") -> tuple[Mark, ...]:
    """The mistakes of a match, each with its place and the reading."""
    found = match.candidates
    reading, steps = found.derivation.reading, found.derivation.steps
    marks = [Mark(steps[i].place, found.slips[i][k].name, reading, stage) for i, k in found.plans[match.row]]
    whole = [] if match.whole is None else [Mark(None, match.whole.name, reading, stage)]
    return (*marks, *whole)


def told(problem: Problem, match: Match) -> Finding:
    """The finding of a match."""
    found = match.candidates
    plan = found.plans[match.row]
    teller = _teller(problem, found.derivation)
    alike: dict[tuple[str, str], list[int]] = {}
    for i, k in plan:
        alike.setdefault(_kind(found, i, k), []).append(i)
    facts = [_fact(teller, found.slips[steps[0]][dict(plan)[steps[0]]], steps) for steps in alike.values()]
    names = list(dict.fromkeys(name for _, name in alike))
    if match.whole is not None:
        facts.append(whole_fact(problem, match.whole))
        names.append(match.whole.name)
    first = plan[0][0] if plan else None
    yours, right = (None, None) if first is None else steps_of(problem, match, first)
    return Finding(
        name=" and ".join(names),
        node=None if first is None else _node(problem, found.derivation, first),
        explanation=sentence(facts, match.count),
        count=match.count,
        score=match.score,
        yours=yours,
        right=right,
    )


def sentence(facts: Iterable[str], count: int) -> str:
    """One sentence of one fact, or of two together."""
    listed = list(facts)
    if len(listed) == 1 and count == 1:
        return f"{listed[0]}."
    joined = ", and ".join(_small(_brief(fact)) for fact in listed)
    many = "two mistakes" if count == 2 else "several mistakes"
    return f"One way to get your answer is to make {many}: {joined}."


def _brief(fact: str) -> str:
    """A fact without the rule that stands behind its semicolon: two are enough for one sentence."""
    return fact.partition("; ")[0]


def _fact(teller: Teller, slip: Slip, steps: Sequence[int]) -> str:
    """What is said of a mistake made in one step, or in several."""
    if len(steps) == 1:
        return teller.sentence(steps[0], slip)
    places = [teller.place(step) for step in steps]
    where = f"{', '.join(places[:-1])} and {places[-1]}" if len(places) <= 3 else f"{len(places)} places"
    fields = _General([Fields(teller, step) for step in steps], GENERAL.get(teller.derivation.steps[steps[0]].kind, {}))
    fact = " ".join(slip.says.format_map(fields).split()).replace(", ,", "").replace(" ,", ",").replace("ln (", "ln(")
    return f"The same mistake at {where}: {fact}"


_INSIDE: Mapping[str, str] = MappingProxyType({"u": "the inside", "y": "the function", "U": "u", "C": "a"})
_FACTORS: Mapping[str, str] = MappingProxyType({"u": "the first factor", "v": "the second factor"})
GENERAL: Mapping[Kind, Mapping[str, str]] = MappingProxyType(
    {
        "power": _INSIDE,
        "exponential": _INSIDE,
        "function": _INSIDE,
        "product": _FACTORS,
        "quotient": MappingProxyType({"u": "the numerator", "v": "the denominator", "V": "v"}),
        "tower": MappingProxyType({"u": "the base", "v": "the exponent", "y": "the power"}),
    }
)
"""What marks stand for in a sentence about several places, where they differ; others are left out."""


class _General(dict[str, str]):
    def __init__(self, fields: Sequence[Mapping[str, str]], words: Mapping[str, str]) -> None:
        super().__init__()
        self._fields, self._words = fields, words

    def __missing__(self, mark: str) -> str:
        said = {one[mark] for one in self._fields}
        return said.pop() if len(said) == 1 else self._words.get(mark, "")


def whole_fact(problem: Problem, whole: Whole) -> str:
    """What is said of a mistake with the whole."""
    graph = problem.graph
    f = problem.question.built.output_name if problem.output == problem.question.built.output else "f′"
    return whole.says.format(f=name_math(f).unicode, x=name_math(graph.nodes[problem.variable].name or "x").unicode)


def steps_of(problem: Problem, match: Match, step: int) -> tuple[Expr | None, Expr | None]:
    """The mistaken step's derivative as the answer has it, and as it should be."""
    found = match.candidates
    builder, dependent = extended(problem.graph, found.derivation)
    names = names_in(builder.graph, problem.question.built.output)
    plan = dict(found.plans[match.row])
    wrong = as_nodes(found.derivation, found.slips, plan, builder, dependent)[step]
    right = as_nodes(found.derivation, found.slips, {}, builder, dependent)[step]
    graph = builder.graph
    decimals = "." in problem.question.built.program.source.text
    trees = (expression(graph, pair.slope.id, names, LONG) for pair in (wrong, right))
    yours, due = (None if tree is None else tidied(tree, decimals) for tree in trees)
    return yours, due


def _node(problem: Problem, derivation: Derivation, step: int) -> int | None:
    place = derivation.steps[step].place
    return place if place < len(problem.question.built.graph) else None


def _teller(problem: Problem, derivation: Derivation) -> Teller:
    """Who tells of a derivation; made once."""
    found = problem.tellers.get(derivation.reading)
    if found is None:
        built = problem.question.built
        found = Teller(problem.graph, derivation, built.output, "." in built.program.source.text)
        problem.tellers[derivation.reading] = found
    return found


def _small(fact: str) -> str:
    return fact[:1].lower() + fact[1:] if fact.startswith(("At ", "In ", "The ", "This ")) else fact
