"""Which derivative an answer is to: what the caller asks for, what the answer's left side says, or the only input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradviz.checking.reading.heading import Heading, read_heading
from gradviz.checking.reading.question import Question, question
from gradviz.checking.reading.sides import sides, unwrapped
from gradviz.errors import NameProblem, OptionProblem
from gradviz.graph.build import Built


def heading_of(text: str, inputs: Sequence[str], names: Sequence[str]) -> Heading:
    """What the left side of an answer says; nothing where it has none, or none that is notation.

    Example:
        >>> heading_of("dy/dx = 2x", ["x"], ["x", "f"]).by
        ('x',)
    """
    parts = sides(unwrapped(text))
    if len(parts) < 2:
        return Heading()
    return read_heading(parts[0].text, inputs, names) or Heading()


def pose(built: Built, text: str, wrt: Sequence[str] = (), order: int = 1, upstream: Any | None = None) -> Question:
    """The question that a text answers.

    Args:
        built: the program.
        text: the answer.
        wrt: the inputs by which, if they were said: one, or as many as `order` says.
        order: how often is differentiated, if `wrt` says it or the answer does not.
        upstream: what comes back into an array output.

    Raises:
        NameProblem: it is not said by what, and there are several inputs.
        OptionProblem: the order does not fit the inputs.

    Example:
        >>> from gradviz.syntax.parser import parse
        >>> from gradviz.graph.build import build
        >>> pose(build(parse("f = x^2*y")), "f_xy = 2x").wrt
        ('x', 'y')
    """
    if wrt:
        return question(built, tuple(wrt) if len(wrt) > 1 else wrt[0], _order(wrt, order), upstream)
    said = heading_of(text, built.inputs, tuple(built.graph.names))
    if said.by:
        if order not in (1, len(said.by)):
            raise OptionProblem(
                f"the answer is of order {len(said.by)}, and order {order} is asked for",
                hint="leave the order out, or the answer's left side",
            )
        return question(built, said.by, len(said.by), upstream)
    return question(built, only_input(built), said.order if order == 1 and said.order else order, upstream)


def _order(wrt: Sequence[str], order: int) -> int:
    if len(wrt) > 1 and len(wrt) != order:
        raise OptionProblem(
            f"{len(wrt)} inputs, {', '.join(wrt)}, make a derivative of order {len(wrt)}, not {order}",
            hint=f"write order={len(wrt)} for the mixed derivative, or answer each: x=…, y=…",
        )
    return order


def only_input(built: Built) -> str:
    """The one input that a program is differentiated by.

    Raises:
        NameProblem: there is none, or several.
    """
    inputs = [name for name in built.inputs if built.graph.differentiates(name)]
    free = [name for name in inputs if name not in built.values]
    if len(inputs) == 1:
        return inputs[0]
    if not inputs:
        raise NameProblem(
            f"{built.output_name} names no input: there is nothing to differentiate by", hint="use a name such as x"
        )
    example = (free or inputs)[0]
    raise NameProblem(
        f"it is not said by which of {', '.join(inputs)} {built.output_name} is differentiated",
        hint=f"write --wrt {example}, or begin the answer with d{built.output_name}/d{example} =",
    )
