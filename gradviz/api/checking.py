"""Answers judged: derivatives that a person worked out, two expressions compared, a backward pass line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gradviz.api.asking import (
    Answers,
    answers_given,
    equation_of,
    implicit_asked,
    point_trees,
    questions_of,
    refuse_twice,
)
from gradviz.api.first_values import Mode
from gradviz.api.inputs import Point, build_source, chosen, number_or_array, values
from gradviz.api.verdict import Verdict

if TYPE_CHECKING:
    from gradviz.checking.judging import Judged
    from gradviz.checking.reading.implicit import Equation
    from gradviz.graph.graph import Graph
    from gradviz.shape import Shape


def check(
    source: str | Graph,
    wrt: str | Iterable[str] | None = None,
    answer: str | None = None,
    order: int = 1,
    *,
    answers: Answers | None = None,
    at: Point = None,
    of: str | None = None,
    upstream: Any = None,
    mode: Mode = "training",
    shapes: Mapping[str, Shape] | None = None,
    picture: bool = True,
    name: str = "expression",
) -> Verdict:
    """Whether a derivative that a person worked out is right, and if not, where it went wrong.

    Args:
        source: an expression or a program, a graph built by hand, or an equation (`x^2 + y^2 = 25`), whose answer is
            dy/dx.
        wrt: the input by which; one, or as many as `order` says for mixed derivatives. It may be left out if there is
            one input only or the answer says it (`df/dx = …`).
        answer: the answer, in the language or in LaTeX. Of an array by an array it is the Jacobian, the output's axes
            first; of a number by an array the gradient in the array's shape.
        order: how often is differentiated.
        answers: several answers, by input or as texts that say it.
        at: values of inputs. Those that an answer does not mention are fixed there; the others stay free.
        of: the output's name; of an equation, the variable that depends on the other.
        upstream: the gradient that comes into an array output: the answer is the gradient then, not the Jacobian.
        mode: "training" builds networks as they are trained (dropout drops), "evaluation" as they are used.
        shapes: shapes of inputs that neither the program nor values give.
        picture: whether the right derivative and the picture with the wrong steps marked are worked out: without them
            a verdict takes milliseconds.
        name: under which errors speak of the problem.

    Returns:
        The verdict, frozen: `.verdict` ("right", "wrong", "not decided"), `.evidence`, `.mistakes`, `.reading`.

    Raises:
        UserError: the problem or an answer cannot be read; the error points at the place.

    Example:
        >>> check("y = sin(4x)", answer="cos(4x)").verdict
        'wrong'
        >>> check("x^2 + y^2 = 25", answer="dy/dx = -x/y").verdict
        'right'
    """
    from gradviz.checking.judging import judge

    by = chosen(wrt) or ()
    given = answers_given(answer, answers, by)
    equation = equation_of(source, given, of, at, name)
    if equation is not None:
        asked = [(implicit_asked(equation, by_one, text, of, order), text) for by_one, text in given]
    else:
        built = build_source(source, values(at), of, name, shapes, mode)
        asked = questions_of(built, given, order, number_or_array(upstream, "upstream"))
    trees = point_trees(at)
    asked = [(replace(question, point=trees), text) for question, text in asked]
    refuse_twice([question for question, _ in asked])
    judged = [judge(question, text) for question, text in asked]
    return _verdict(judged, source, equation, picture)


def _verdict(judged: Sequence[Judged], source: str | Graph, equation: Equation | None, picture: bool) -> Verdict:
    from gradviz.checking.report import check_report, problem_remarks

    built = judged[0].asked.built
    title = None if equation is None else equation.title
    text = source if isinstance(source, str) else built.program.source.text
    report = check_report(judged, text, title, told=picture, remarks=problem_remarks(built))
    keys = [",".join(one.asked.wrt) for one in judged]
    return Verdict(report, dict(zip(keys, report.answers, strict=True)))


def check_equal(
    a: str, b: str, *, at: Point = None, shapes: Mapping[str, Shape] | None = None, mode: Mode = "training"
) -> Verdict:
    """Whether two expressions are equal for all values of their names.

    They are if they are equal wherever both are defined, and neither is undefined on an open part of where the other
    one is defined: `sqrt(x^2)` equals `abs(x)`, and `2*log(x)` does not equal `log(x^2)`, which is defined for
    negative x too. At isolated points one may be undefined: `x^2/x` equals `x`, with a note. The order of both does
    not matter.

    Args:
        a: an expression or a program.
        b: the other one.
        at: values of names: these are fixed there, all others are free.
        shapes: shapes of names that neither program gives.
        mode: "training" builds networks as they are trained, "evaluation" as they are used.

    Raises:
        UserError: one cannot be read, or a name has another shape in the other one.

    Example:
        >>> check_equal("sin(x)^2 + cos(x)^2", "1").verdict, check_equal("sqrt(x^2)", "x").verdict
        ('right', 'wrong')
    """
    from gradviz.api.comparing_sides import compared

    return Verdict(compared((a, b), values(at), shapes or {}, mode))


def check_steps(
    source: str | Graph,
    text: str,
    wrt: str | Iterable[str] | None = None,
    *,
    at: Point = None,
    of: str | None = None,
    upstream: Any = None,
    mode: Mode = "training",
    shapes: Mapping[str, Shape] | None = None,
    picture: bool = True,
    name: str = "expression",
) -> Verdict:
    """A backward pass that a person wrote, judged line by line: the first wrong line is blamed.

    Args:
        source: an expression or a program, or a graph built by hand.
        text: lines such as `dq = z; dz = q; dx = dq * 1`, of gradviz or of plain NumPy-like assignments; never run.
        wrt: the inputs whose gradients must be among the lines; none if None.
        at: values of inputs, as for `check`.
        of: the output's name.
        upstream: what comes back into the output: 1 by default; into an array whatever the lines say, if they say it.
        mode: how networks are built, as for `check`.
        shapes: shapes of inputs that nothing else gives.
        picture: whether the picture with the lines' marks is worked out.
        name: under which errors speak of the problem.

    Raises:
        UserError: the problem or a line cannot be read.

    Example:
        >>> found = check_steps("q = x + y; f = q*z", "dq = z; dz = q; dx = dq; dy = dq")
        >>> found.verdict, len(found.report.lines)
        ('right', 4)
    """
    from gradviz.checking.report import problem_remarks, steps_report
    from gradviz.checking.staged.steps import judged

    built = build_source(source, values(at), of, name, shapes, mode)
    staged = judged(built, text, wrt=chosen(wrt), upstream=number_or_array(upstream, "upstream"))
    shown = source if isinstance(source, str) else built.program.source.text
    report = steps_report(built, staged, shown, told=picture, remarks=problem_remarks(built))
    return Verdict(report)
