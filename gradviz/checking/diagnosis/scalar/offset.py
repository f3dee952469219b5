"""Where no mistake explains an answer: by which simple factor or difference it is off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from gradviz.checking.diagnosis.scalar.algebra import below
from gradviz.checking.diagnosis.scalar.confirming import same
from gradviz.checking.diagnosis.scalar.numbers import Values
from gradviz.checking.diagnosis.scalar.problem import Problem
from gradviz.checking.diagnosis.scalar.showing import names_in, tidied
from gradviz.checking.diagnosis.scalar.words import SHORT
from gradviz.checking.reading.answer import Answer
from gradviz.explanation.mathematics import unicode_of
from gradviz.graph.folding import Folded, Folder
from gradviz.ops.op import CONSTANT
from gradviz.passes.raising import expression
from gradviz.syntax.tree import Call, Expr, Name, Number

POWERS = (Fraction(0), *(sign * Fraction(n) for n in (1, 2, 3, 4, Fraction(1, 2)) for sign in (1, -1)))
"""Of the variable, in a factor or difference that is called simple."""
LARGEST, FINEST = 60, 12
"""Of the numbers that are called simple: their size, and their denominator."""
MOST_NODES = 60


@dataclass(frozen=True, slots=True)
class Simple:
    """A number times a power of the variable, or times a node or 1 over it."""

    number: Fraction
    power: Fraction = Fraction(0)
    node: int | None = None
    inverted: bool = False


def offset_of(problem: Problem, answer: Answer, given: Values, tolerance: float) -> str:
    """In words; empty where it is nothing simple."""
    truth = problem.value(problem.truth)
    good = np.isfinite(given) & np.isfinite(truth)
    if good.sum() < min(4, len(good)) or tolerance > 1e-8:
        return ""
    with np.errstate(all="ignore"):
        tries = [(True, given / truth), (False, given - truth)]
    found = [(times, simple) for times, off in tries for simple in _simples(problem, off, good)]
    found.sort(key=lambda each: (each[1].node is not None, each[1].power != 0, not each[0], abs(each[1].power)))
    for times, simple in found[:4]:
        builder = Folder(answer.graph.copy())
        made = _term(builder, problem, simple)
        right = builder.term(problem.truth)
        whole = right * made if times else right + made
        if same(builder.graph, whole.id, answer.node, answer.fixed):
            return _said(problem, simple, times)
    return ""


def _simples(problem: Problem, off: Values, good: Values) -> Iterator[Simple]:
    """What an array may be at the points."""
    x = problem.value(problem.variable)
    with np.errstate(all="ignore"):
        for power in POWERS:
            number = simple_number((off / x ** float(power))[good])
            if number is not None:
                yield Simple(number, power)
        for node in _nodes(problem):
            value = problem.value(node)
            for inverted in (False, True):
                number = simple_number((off * value if inverted else off / value)[good])
                if number is not None:
                    yield Simple(number, Fraction(0), node, inverted)


def simple_number(values: Values) -> Fraction | None:
    """The simple number that all values are; None where they are not, or all are 0."""
    first = values[0]
    if not np.isfinite(values).all() or np.abs(values - first).max() > 1e-9 * abs(first) or abs(np.imag(first)) > 1e-9:
        return None
    real = float(np.real(first))
    near = Fraction(real).limit_denominator(FINEST) if abs(real) <= LARGEST else None
    return near if near and abs(float(near) - real) <= 1e-9 * abs(real) else None


def _nodes(problem: Problem) -> list[int]:
    """Parts of the problem and of its derivative that vary and are short to say."""
    nodes, names = problem.graph.nodes, names_in(problem.graph, problem.question.built.output)
    seen: list[int] = []
    for i in below(problem.graph, problem.truth)[:MOST_NODES]:
        varies = nodes[i].op is not CONSTANT and np.ptp(np.abs(problem.value(i))) > 1e-9
        if varies and i != problem.variable and expression(problem.graph, i, names, 2 * SHORT) is not None:
            seen.append(i)
    return seen


def _term(builder: Folder, problem: Problem, simple: Simple) -> Folded:
    made = builder.constant(simple.number)
    if simple.node is not None:
        node = builder.term(simple.node)
        made = made / node if simple.inverted else made * node
    elif simple.power:
        made = made * builder.term(problem.variable) ** builder.constant(simple.power)
    return made


def _said(problem: Problem, simple: Simple, times: bool) -> str:
    """A clause that is complete in itself."""
    number, bare = simple.number, simple.node is None and not simple.power
    if times and bare:
        size, word = (abs(number), "large") if abs(number) > 1 else (1 / abs(number), "small")
        return f"the answer is {_shown(size)} times too {word}" + (", and its sign is wrong" if number < 0 else "")
    if times:
        lost = (simple.power < 0 or simple.inverted) and abs(number.numerator) == 1
        if lost:
            flipped = Simple(1 / number, -simple.power, simple.node)
            return f"the factor {_text(problem, flipped)} is missing"
        return f"the factor {_text(problem, simple)} is too much"
    positive = Simple(abs(number), simple.power, simple.node, simple.inverted)
    if bare:
        return f"the answer is {_text(problem, positive)} too {'large' if number > 0 else 'small'}"
    return f"the term {_text(problem, positive)} is {'too much' if number > 0 else 'missing'}"


def _shown(number: Fraction) -> str:
    return unicode_of(tidied(Number(number), False))


def _text(problem: Problem, simple: Simple) -> str:
    names = names_in(problem.graph, problem.question.built.output)
    made: Expr | None = None
    if simple.node is not None:
        made = expression(problem.graph, simple.node, names, 2 * SHORT)
    elif simple.power:
        base: Expr = Name(names[problem.variable])
        made = base if simple.power == 1 else Call("pow", (base, Number(simple.power)))
    number = abs(simple.number)
    if made is None:
        return unicode_of(tidied(Number(simple.number), False))
    if simple.inverted:
        made = Call("div", (Number(number), made))
    elif number != 1:
        made = Call("mul", (Number(number), made))
    return unicode_of(tidied(Call("neg", (made,)) if simple.number < 0 else made, False))
