"""A number worked out wrongly after the right rule: one term of the derivative has another number in front."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, log

import numpy as np

from gradviz.checking.diagnosis.finding import Finding
from gradviz.checking.diagnosis.scalar.numbers import Values
from gradviz.checking.diagnosis.scalar.problem import Problem
from gradviz.checking.diagnosis.scalar.showing import names_in, tidied
from gradviz.checking.diagnosis.scalar.slips import BASE
from gradviz.checking.diagnosis.scalar.theory import Theory
from gradviz.checking.diagnosis.scalar.words import LONG
from gradviz.explanation.mathematics import unicode_of
from gradviz.graph.folding import Folder
from gradviz.graph.graph import Graph
from gradviz.ops.op import CONSTANT
from gradviz.passes.raising import expression
from gradviz.syntax.tree import Call, Expr, Number

FARTHEST = 3
"""How far from the right whole number a wrong one may be, to be called a slip and not just another number."""
PRIOR = 0.15
MOST_TERMS = 12


@dataclass(frozen=True, slots=True)
class Summand:
    """A term of the derivative: its sign, the number in front, and the rest, a product of nodes over others."""

    node: int
    sign: int
    number: Fraction
    above: tuple[int, ...]
    below: tuple[int, ...]


def summands(graph: Graph, root: int) -> list[Summand]:
    """The terms of a node, none of them multiplied out."""
    made: list[Summand] = []
    stack = [(root, 1)]
    while stack and len(made) < MOST_TERMS:
        i, sign = stack.pop()
        node = graph.nodes[i]
        match node.op.name:
            case "add":
                stack += [(node.operands[1], sign), (node.operands[0], sign)]
            case "sub":
                stack += [(node.operands[1], -sign), (node.operands[0], sign)]
            case "neg":
                stack.append((node.operands[0], -sign))
            case _:
                made.append(_summand(graph, i, sign))
    return made


def _summand(graph: Graph, top: int, sign: int) -> Summand:
    number = Fraction(1)
    above: list[int] = []
    below: list[int] = []
    stack = [(top, False)]
    while stack:
        i, inverted = stack.pop()
        node = graph.nodes[i]
        value = node.settings["value"] if node.op is CONSTANT else None
        if isinstance(value, (int, Fraction)) and value:
            number = number / value if inverted else number * value
        elif node.op.name == "mul":
            stack += [(node.operands[1], inverted), (node.operands[0], inverted)]
        elif node.op.name == "div":
            stack += [(node.operands[1], not inverted), (node.operands[0], inverted)]
        elif node.op.name == "neg":
            number = -number
            stack.append((node.operands[0], inverted))
        else:
            (below if inverted else above).append(i)
    return Summand(top, sign, number, tuple(above), tuple(below))


def arithmetic_theories(problem: Problem, answer: int, given: Values) -> Iterator[Theory]:
    """Terms whose number is a little off, all else being right."""
    truth = problem.value(problem.truth)
    good = np.isfinite(given) & np.isfinite(truth)
    terms = summands(problem.graph, problem.truth)
    if len(terms) > 1:
        yield from _throughout(problem, terms, answer, given, truth, good)
    for term in terms:
        with np.errstate(all="ignore"):
            ratios = 1 + (given - truth)[good] * term.sign / problem.value(term.node)[good]
        if (
            not len(ratios)
            or not np.isfinite(ratios).all()
            or np.abs(ratios - ratios[0]).max() > 1e-9 * (1 + abs(ratios[0]))
        ):
            continue
        wrong = float(np.real(ratios[0])) * float(term.number)
        near = round(wrong)
        if abs(wrong - near) < 1e-7 and term.number.denominator == 1 and _slipped(int(term.number), near):
            yield _theory(problem, term, near, answer)


def _throughout(
    problem: Problem, terms: list[Summand], answer: int, given: Values, truth: Values, good: Values
) -> Iterator[Theory]:
    """A number that stands before all terms."""
    with np.errstate(all="ignore"):
        ratios = (given / truth)[good]
    if (
        not len(ratios)
        or not np.isfinite(ratios).all()
        or np.abs(ratios - ratios[0]).max() > 1e-9 * (1 + abs(ratios[0]))
    ):
        return
    shared = (
        gcd(*(term.number.numerator for term in terms)) if all(term.number.denominator == 1 for term in terms) else 0
    )
    wrong = float(np.real(ratios[0])) * shared
    near = round(wrong)
    if abs(wrong - near) > 1e-7 or not _slipped(shared, near):
        return

    def sides(builder: Folder) -> tuple[int, int]:
        return (builder.term(problem.truth) * Fraction(near, shared)).id, answer

    score = log(PRIOR) - BASE
    says = f"A slip of arithmetic after the right rules: the number in front is {shared}, not {near}."
    yield Theory(
        1, score, ("arithmetic", shared), sides, lambda: Finding("arithmetic slip", None, says, score=score), False
    )


def _slipped(right: int, wrong: int) -> bool:
    """Whether one whole number may have been written for another by a slip: near it, and of the same sign."""
    return 0 < abs(right - wrong) <= FARTHEST and right * wrong > 0


def _theory(problem: Problem, term: Summand, wrong: int, answer: int) -> Theory:
    def sides(builder: Folder) -> tuple[int, int]:
        off = builder.term(term.node) * Fraction(wrong, int(term.number)) - builder.term(term.node)
        whole = builder.term(problem.truth)
        return (whole + off if term.sign > 0 else whole - off).id, answer

    score = log(PRIOR) - BASE
    return Theory(1, score, ("arithmetic", term.node), sides, lambda: _finding(problem, term, wrong, score), False)


def _finding(problem: Problem, term: Summand, wrong: int, score: float) -> Finding:
    right, yours = (_written(problem, term, Fraction(n) * term.sign) for n in (int(term.number), wrong))
    number = abs(int(term.number))
    says = f"A slip of arithmetic after the right rules: the number in front is {number}, not {abs(wrong)}"
    if right is not None:
        place = unicode_of(right)
        says = f"A slip of arithmetic after the right rules: in {place} the number is {number}, not {abs(wrong)}"
    return Finding("arithmetic slip", None, f"{says}.", score=score, yours=yours, right=right)


def _written(problem: Problem, term: Summand, number: Fraction) -> Expr | None:
    names = names_in(problem.graph, problem.question.built.output)

    def product(nodes: tuple[int, ...], lead: list[Expr]) -> Expr | None:
        trees = [expression(problem.graph, i, names, LONG) for i in nodes]
        if any(tree is None for tree in trees):
            return None
        parts = lead + [tree for tree in trees if tree is not None]
        made = parts[0] if parts else Number(Fraction(1))
        for part in parts[1:]:
            made = Call("mul", (made, part))
        return made

    lead: list[Expr] = [Number(abs(number))] if abs(number) != 1 or not term.above else []
    top, bottom = product(term.above, lead), product(term.below, [])
    if top is None or bottom is None:
        return None
    whole: Expr = Call("div", (top, bottom)) if term.below else top
    return tidied(Call("neg", (whole,)) if number < 0 else whole, "." in problem.question.built.program.source.text)
