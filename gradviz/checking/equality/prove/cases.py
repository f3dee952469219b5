"""Whether two nodes are equal in every case of signs, by fractions of polynomials in generators."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from gradviz.checking.claim import Claim
from gradviz.checking.equality.prove.evaluation import evaluate, strictly_needed
from gradviz.checking.equality.prove.field import Field, Split
from gradviz.checking.equality.prove.fractions import UNDEFINED, GiveUp
from gradviz.checking.equality.prove.ring import ROOMS, Look, Restart
from gradviz.checking.equality.prove.sums import Index, Sums
from gradviz.checking.equality.prove.typical import Outcome, Typical, has_arrays
from gradviz.checking.equality.prove.words import rule
from gradviz.graph.graph import Graph
from gradviz.ops.op import INPUT
from gradviz.passes.raising import below
from gradviz.shape import size

CASES, DEPTH, RESTARTS = 80, 8, 24
"""How many cases, how many signs in one of them, and how often units may become finer."""
MOST = 400
"""How many entries all inputs may have together."""
Assumptions = tuple[tuple[Any, str], ...]


@dataclass(frozen=True, slots=True)
class _Task:
    """One claim, prepared."""

    claim: Claim
    needed: frozenset[int]
    shared: Mapping[tuple[str, tuple[int, ...]], Any]


@dataclass(frozen=True, slots=True)
class Algebra:
    """What algebra found.

    Args:
        rule: by which both sides are equal; None where that is not shown.
        complete: whether nothing else can show it: as rational functions of the inputs they differ.
    """

    rule: str | None
    complete: bool = False


def by_cases(claim: Claim) -> Algebra:
    """Compare both sides as fractions, looking at them in one way after the other."""
    entries, conditions = _counted(claim.graph, (*claim.domain, claim.truth, claim.answer))
    if entries > MOST:
        return Algebra(None)
    room = next(room for room in ROOMS if entries * 2 <= room or room == ROOMS[-1])
    looks: tuple[Look, ...] = ("whole", "coarse", "fine") if conditions or entries > 12 else ("coarse", "fine", "whole")
    simple = True
    for look in looks:
        field = Field(look, room)
        cases, gave_up = attempt(field, claim)
        if cases:
            return Algebra(rule(field, cases))
        simple = simple and not gave_up and all(known.kind == "input" for known in field.generators)
        if look == "coarse" and not gave_up and not field.summed:
            break
    return Algebra(None, simple)


def attempt(field: Field, claim: Claim) -> tuple[int, bool]:
    """Look at a claim in one way.

    Returns:
        In how many cases both sides are equal, if they are in all (else 0), and whether it gave up.
    """
    needed = strictly_needed(claim.graph, (*claim.domain, claim.truth, claim.answer))
    try:
        task = _Task(claim, needed, declared_entries(claim, claim.graph))
        return _all_cases(field, lambda: _compared(field, task), _anything), False
    except GiveUp:
        return 0, True


def by_typical_entries(claim: Claim) -> str | None:
    """Compare both sides at a typical entry: one proof for all entries, at any size. The rule; None if not shown."""
    if not has_arrays(claim):
        return None
    for look in ("coarse", "whole", "fine"):
        field = Field(look)
        try:
            cases = _all_cases(field, partial(_typical, field, claim), _unbound)
        except GiveUp:
            continue
        if cases:
            return f"{rule(field, cases)}, entry by entry"
    return None


def _typical(field: Field, claim: Claim) -> Outcome:
    return Typical(field, claim).compared()


def _unbound(field: Field, polynomial: Any) -> None:
    """A sign may be one or the other at one entry, but not at all entries that a sum runs over."""
    if any(Index(letter).bound for letter in Sums(field, frozenset(), frozenset()).of_polynomial(polynomial)):
        raise GiveUp("entries of a sum have different signs")


def _anything(field: Field, polynomial: Any) -> None:
    """Any sign may be asked for."""


def _counted(graph: Graph, ids: Iterable[int]) -> tuple[int, bool]:
    """How many entries the inputs have, and whether there are conditions on arrays."""
    entries, conditions = 0, False
    for i in below(graph, ids):
        node = graph.nodes[i]
        entries += size(node.shape) if node.op is INPUT else 0
        conditions = conditions or (bool(node.op.kinks) and size(node.shape) > 2)
    return entries, conditions


def _all_cases(field: Field, compare: Callable[[], Outcome], check: Callable[[Field, Any], None]) -> int:
    """In how many cases both sides are equal, if they are in all; 0 otherwise."""
    stack: list[Assumptions] = [()]
    tried = equal = 0
    while stack:
        assumptions = stack.pop()
        tried += 1
        if tried > CASES or len(assumptions) > DEPTH:
            raise GiveUp("there are too many cases")
        try:
            outcome = _one_case(field, compare, assumptions)
        except Split as split:
            check(field, split.polynomial)
            rest = tuple(each for each in assumptions if each[0] != split.polynomial)
            stack.extend((*rest, (split.polynomial, word)) for word in reversed(split.words))
            continue
        if outcome == "open":
            return 0
        equal += outcome == "equal"
    return equal


def _one_case(field: Field, compare: Callable[[], Outcome], assumptions: Assumptions) -> Outcome:
    for _ in range(RESTARTS):
        field.begin(assumptions)
        try:
            return compare()
        except Restart:
            continue
    raise GiveUp("the units never become fine enough")


def _compared(field: Field, task: _Task) -> Outcome:
    claim = task.claim
    wanted = [*claim.domain, claim.truth, claim.answer, *([] if claim.zero is None else [claim.zero])]
    found = evaluate(field, claim.graph, wanted, task.needed, claim.fixed, task.shared)
    pairs = list(zip(found[claim.truth].flat, found[claim.answer].flat, strict=True))
    constraint = None if claim.zero is None else found[claim.zero].item()
    defined = [pair for pair in pairs if UNDEFINED not in pair]
    if not defined or constraint is UNDEFINED or any(UNDEFINED in found[i].flat for i in claim.domain):
        return "empty"
    for truth, answer in defined:
        if truth.same(answer):
            continue
        if constraint is None or not _modulo(field, truth - answer, constraint):
            return "empty" if field.impossible else "open"
    return "empty" if field.impossible else "equal"


def _modulo(field: Field, difference: Any, constraint: Any) -> bool:
    """Whether a difference is zero wherever the constraint is: each factor of that which may be zero divides it."""
    if constraint.top.is_zero():
        return False
    _, powers = field.factors(constraint)
    factors = [p for p, e in powers if e > 0 and field.facts(p) not in (">", "<")]
    return bool(factors) and all(
        divmod(difference.top, p)[1].is_zero() or _eliminated(field, difference, p) for p in factors
    )


def _eliminated(field: Field, difference: Any, factor: Any) -> bool:
    """Whether it becomes zero with the generator put in that the factor is linear in, by a number."""
    for place, degree in enumerate(factor.degrees()):
        if degree != 1 or (field.generators[place].kind == "cos" and factor.degrees()[place + 1]):
            continue
        slope = factor.derivative(place)
        if not slope.is_constant():
            continue
        rest = factor.subs({f"g{place}": 0})
        instead = -rest / slope.leading_coefficient()
        made = _substituted(field, difference.top, place, instead)
        if field.normal(made).is_zero():
            return True
    return False


def _substituted(field: Field, a: Any, place: int, instead: Any) -> Any:
    parts: dict[int, dict[Any, Any]] = {}
    for exponents, coefficient in a.to_dict().items():
        parts.setdefault(int(exponents[place]), {})[(*exponents[:place], 0, *exponents[place + 1 :])] = coefficient
    total = field.ring.constant(0)
    for times, part in parts.items():
        total += field.times(field.ring.from_dict(part), field.raised(instead, times))
    return total


def declared_entries(claim: Claim, graph: Graph) -> dict[tuple[str, tuple[int, ...]], Any]:
    """Entries that others say: below a symmetric matrix's diagonal, and the last of each stochastic row."""
    made: dict[tuple[str, tuple[int, ...]], Any] = {}
    for name, word in sorted(claim.declared):
        place = graph.inputs.get(name)
        if place is None or name in claim.fixed:
            continue
        for index in np.ndindex(*graph.nodes[place].shape):
            if word == "symmetric" and len(index) == 2 and index[0] > index[1]:
                made[(name, index)] = _mirror(index)
            elif word == "stochastic" and index and index[-1] == graph.nodes[place].shape[-1] - 1:
                made[(name, index)] = _rest(index)
    return made


def _mirror(index: tuple[int, ...]) -> Any:
    return lambda field, x: x[index[::-1]]


def _rest(index: tuple[int, ...]) -> Any:
    return lambda field, x: field.one - sum((x[(*index[:-1], i)] for i in range(index[-1])), field.zero)
