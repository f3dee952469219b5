"""The diagnosis of a wrong answer with arrays, and of a wrong line: what explains it, else by how it is off."""

from __future__ import annotations

from collections.abc import Mapping

from gradviz.checking.diagnosis.arrays.case import Case, gradient_case, made_case, second_case
from gradviz.checking.diagnosis.arrays.misfits import repaired
from gradviz.checking.diagnosis.arrays.offsets import offset_at, offset_of
from gradviz.checking.diagnosis.arrays.points import points_at, same_at
from gradviz.checking.diagnosis.arrays.resizing import ambiguous, at_other_sizes, steady
from gradviz.checking.diagnosis.arrays.searching import found_in, further_mistakes, plain_mistakes
from gradviz.checking.diagnosis.arrays.sizes import times
from gradviz.checking.diagnosis.arrays.whole import (
    factor,
)
from gradviz.checking.diagnosis.finding import Diagnosis, Finding
from gradviz.checking.reading.answer import NOWHERE, Answer, read_answer
from gradviz.checking.reading.question import Question
from gradviz.checking.reading.question import question as question_of
from gradviz.errors import UserError
from gradviz.graph.build import Built
from gradviz.graph.graph import Graph
from gradviz.passes.backward import Backward


def diagnose_arrays(question: Question, answer: Answer) -> Diagnosis:
    r"""Which mistake gives a wrong answer to a question with arrays.

    To be asked only after the answer was refuted. First the mistakes that one step of the reverse sweep can hold, then
    what can be wrong with the whole (a transpose, a factor, another derivative), then two steps together.

    Args:
        question: with an array among its input and output.
        answer: as read.

    Returns:
        Findings, the best first; ties among them are said in `also` of the first. Where there are none, by what the
        answer is off.

    Example:
        >>> from gradviz.checking.reading.answer import read_answer
        >>> from gradviz.checking.reading.question import question
        >>> from gradviz.graph.build import build
        >>> from gradviz.syntax.parser import parse
        >>> asked = question(build(parse("L = mean((X @ w - t)^2)\nX : 4 x 3\nw : 3\nt : 4")), "w")
        >>> diagnose_arrays(asked, read_answer(asked, "2*X.T @ (X @ w - t)")).findings[0].explanation
        'At L = mean((X w − t)²): the factor 1/N of the mean is lost (N = 4).'
    """
    case, findings = _found(question, answer)
    if ambiguous(findings) and not answer.fixed and question.zero is None:
        findings = steady(findings, _elsewhere(question, answer))
    off = factor(case) if case is not None and not findings else None
    return Diagnosis(findings) if findings else Diagnosis((), times(off) if off else offset_of(question, answer))


def _elsewhere(question: Question, answer: Answer) -> tuple[Finding, ...]:
    """The findings at other sizes of what letters stand for; none where there are no letters."""
    built = at_other_sizes(question.built)
    try:
        again = None if built is None or question.pulled else question_of(built, question.wrt, question.order)
        return () if again is None else _found(again, read_answer(again, answer.text))[1]
    except UserError:
        return ()


def _found(question: Question, answer: Answer) -> tuple[Case | None, tuple[Finding, ...]]:
    """The sweep that was searched, and what was found."""
    if answer.node == NOWHERE:
        return None, repaired(question, answer)
    case = _case(question, answer)
    if case is None and _is_output(question, answer):
        text = f"That is {question.built.output_name} itself, not differentiated."
        return None, (Finding("left undifferentiated", question.built.output, text),)
    findings = plain_mistakes(case) if case is not None else ()
    if not findings and answer.misfit:
        findings = repaired(question, answer)
    if not findings and case is not None:
        findings = further_mistakes(case)
    return case, findings


def diagnose_step(
    built: Built,
    graph: Graph,
    back: Backward,
    node: int,
    claimed: int,
    symbol: str,
    arriving: Mapping[int, str],
) -> Diagnosis:
    """Which mistake gives a wrong gradient by any node of a reverse sweep.

    Args:
        built: the program.
        graph: holds the sweep and the claimed gradient; it is not changed.
        back: the sweep.
        node: by which.
        claimed: what was claimed.
        symbol: what it should be (`∂f/∂q`).
        arriving: what the gradients are called in the steps that are shown, by their nodes.
    """
    truth = back.gradients.get(node)
    if truth is None:
        return Diagnosis()
    case = made_case(built, symbol, graph.copy(), back, node, (truth, claimed), arriving=arriving)
    if case is None:
        return Diagnosis()
    findings = found_in(case)
    if findings or graph.nodes[claimed].shape != graph.nodes[truth].shape:
        return Diagnosis(findings)
    off = factor(case)
    return Diagnosis((), times(off) if off else offset_at(graph, case.points, (claimed, truth), len(built.graph)))


def _is_output(question: Question, answer: Answer) -> bool:
    """Whether an answer of another shape is what should be differentiated."""
    graph, output = answer.graph, question.built.output
    if graph.nodes[answer.node].shape != graph.nodes[output].shape:
        return False
    points = points_at(graph, [output, answer.node], question.built.declared, answer.fixed)
    return bool(points) and same_at(graph, points, output, answer.node)


def _case(question: Question, answer: Answer) -> Case | None:
    """The sweep in which a mistake can have been made: for a Hessian the second one."""
    misfit = question.shape != answer.graph.nodes[answer.node].shape
    if question.zero is not None or question.order > 2 or (misfit and question.kind not in ("gradient", "derivative")):
        return None
    if question.order == 2:
        return second_case(question, answer) if question.kind == "Hessian" else None
    return gradient_case(question, answer)
