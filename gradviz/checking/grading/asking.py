"""Whether a problem can be asked: the program built, the names found, every derivative made once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gradviz.checking.grading.problems import Problem
from gradviz.checking.reading.implicit import Equation, implicit_question, read_equation
from gradviz.checking.reading.question import Question, question
from gradviz.errors import nearest
from gradviz.graph.build import Built, build
from gradviz.graph.given import evaluated
from gradviz.syntax.names import canonical
from gradviz.syntax.parser import parse, parse_point

if TYPE_CHECKING:
    from gradviz.checking.grading.making import Refuse

MAX_PARTS = 100


@dataclass(frozen=True, slots=True)
class Posed:
    """A program that can be differentiated, or an equation whose derivative is implicit."""

    built: Built
    equation: Equation | None = None

    def asked(self, of: str | None, wrt: tuple[str, ...]) -> Question:
        """The derivative by inputs, one after the other.

        Raises:
            UserError: it cannot be made.
        """
        if self.equation is not None:
            return implicit_question(self.equation, of, wrt[0] if wrt else None, max(1, len(wrt)))
        return question(self.built, wrt, len(wrt))


def posed(source: str, at: str, of: str | None, wrt: str | None = None, name: str = "expression") -> Posed:
    """A program, or an equation, with the point's values.

    Args:
        source: the program, of a variant where there are some.
        at: the point, as text; "" for none.
        of: the output, or the variable of an equation that depends on the other one.
        wrt: the other one.
        name: what errors call the program.

    Raises:
        UserError: the program, or a name in the point, is wrong.
    """
    values = {key: evaluated(key, tree) for key, tree in parse_point(at).items()} if at else {}
    equation = read_equation(source, name=name, values=values, of=of, wrt=wrt)
    if equation is not None:
        return Posed(equation.built, equation)
    return Posed(build(parse(source, name=name, known=tuple(values)), values=values, of=of))


def asked_names(made: Posed, of: str | None, wrt: tuple[str, ...], refuse: Refuse) -> tuple[tuple[str, ...], ...]:
    """By what to differentiate, an entry for each answer; `"x,y"` is the mixed second derivative.

    Args:
        made: the program.
        of: the output.
        wrt: as the file has it; empty for all inputs that have no value (all of them where each has one).
        refuse: how to say that there is no such input.
    """
    built = made.built
    if not wrt:
        wrt = made.asked(of, ()).wrt if made.equation is not None else _free(built)
        if not wrt:
            refuse("source", "the program has no inputs to differentiate by", "write something like f = (x + y)*z")
    if len(wrt) > MAX_PARTS:
        refuse("wrt", f"more than {MAX_PARTS} answers are asked for", "make several problems")
    found = []
    for entry in wrt:
        names = tuple(canonical(name.strip()) for name in entry.split(","))
        for name in names:
            if name not in built.inputs:
                close = nearest(name, built.inputs)
                hint = f"did you mean {close!r}?" if close else f"the inputs are {', '.join(built.inputs)}"
                refuse("wrt", f"there is no input {name!r}", hint)
        found.append(names)
    return tuple(found)


def _free(built: Built) -> tuple[str, ...]:
    own = tuple(name for name in built.inputs if name not in built.leaves)
    return tuple(name for name in own if name in built.missing) or own


def with_symbols(made: Posed, problem: Problem, refuse: Refuse) -> Problem:
    """The problem with what is asked for as mathematics.

    Every derivative is made, so that what cannot be asked is refused before any answer is read.

    Raises:
        UserError: one cannot be made.
    """
    if problem.kind == "steps":
        _check_steps(made, problem, refuse)
        return problem
    parts = tuple(replace(part, symbol=made.asked(problem.of, part.wrt).symbol) for part in problem.parts)
    return replace(problem, parts=parts)


def _check_steps(made: Posed, problem: Problem, refuse: Refuse) -> None:
    built = made.built
    if made.equation is not None:
        refuse("source", "staged work is on a program, not on an equation", "write something like q = x + y; f = q*z")
    known = built.graph.names
    for name in problem.parts[0].wrt:
        if name not in known:
            close = nearest(name, known)
            hint = f"did you mean {close!r}?" if close else f"its names are {', '.join(known)}"
            refuse("lines" if problem.lines else "wrt", f"the program has no {name!r}", hint)
    if built.graph.nodes[built.output].shape:
        refuse("source", "the output of staged work is one number", "add a loss, or a sum")
    question(built, built.inputs[0])


def derivation(wrt: tuple[str, ...], order: int) -> tuple[str, ...]:
    """The inputs to differentiate by, one after the other.

    Example:
        >>> derivation(("x",), 2), derivation(("x", "y"), 1)
        (('x', 'x'), ('x', 'y'))
    """
    return wrt * order if len(wrt) == 1 else wrt
