"""A student's backward pass judged line by line: the first wrong line is blamed, what follows from it is credited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from gradviz.checking.diagnosis.arrays.resizing import at_other_sizes
from gradviz.checking.diagnosis.finding import Diagnosis
from gradviz.checking.staged.facts import diagnoses_of, facts_of, missing_facts
from gradviz.checking.staged.verdicts import work_through
from gradviz.checking.staged.work import open_work
from gradviz.errors import UserError
from gradviz.explanation.data.checks import LineFacts, VerdictWord
from gradviz.explanation.marking import strongest
from gradviz.graph.build import Built

MARKED = frozenset({"right", "wrong", "follows"})


@dataclass(frozen=True, slots=True)
class Staged:
    """A staged pass judged.

    Args:
        verdict: "wrong" if a line is (or a gradient that was asked for is missing), else "not decided" if one is, else
            "right". A pass in which no line computes a gradient is "not decided".
        lines: as `judge` gives them.
        marks: by the id of a node in the picture, "wrong", "right" or "follows".
    """

    verdict: VerdictWord
    lines: tuple[LineFacts, ...]
    marks: Mapping[str, str]


def judge(
    built: Built,
    text: str,
    *,
    wrt: Sequence[str] | str | None = None,
    upstream: Any | None = None,
    name: str = "steps",
) -> tuple[LineFacts, ...]:
    """Judge a staged backward pass.

    The text is read by gradviz's grammar, never executed: assignments in the language or in NumPy's way of writing
    (`dq = z; dx = dq * 1`, `dW = dscores.T @ X`, `dh[h <= 0] = 0`, `np.sum(dz, axis=0)`). A gradient is known by its
    name: `dq`, `d_q`, `dL_dq`, `grad_q`, `q_grad`, `dfdq`, `df/dq`, `∂f/∂q`, `grads['q']`. Lines that repeat the
    forward pass are compared with it, and name its nodes. Each line is judged on the lines before it as they should be.

    Args:
        built: the problem.
        text: the lines.
        wrt: the inputs whose gradients must be there; for each that no line computes, a last line numbered 0 says so.
        upstream: what comes back into the output, if that is known; else 1, or free numbers into an array.
        name: what errors call the text.

    Raises:
        UserError: a line cannot be read; it has the place and what to do.

    Example:
        >>> from gradviz.graph.build import build
        >>> from gradviz.syntax.parser import parse
        >>> lines = judge(build(parse("f = (x + y)*z")), "q = x + y; dq = z; dz = q; dx = dq * 1")
        >>> [line.verdict for line in lines]
        ['not judged', 'right', 'right', 'right']
    """
    return judged(built, text, wrt=wrt, upstream=upstream, name=name).lines


def judged(
    built: Built,
    text: str,
    *,
    wrt: Sequence[str] | str | None = None,
    upstream: Any | None = None,
    name: str = "steps",
) -> Staged:
    """A staged backward pass judged, with its verdict and the marks for the picture; arguments as for `judge`."""
    work = open_work(built, text, name, upstream)
    worked = work_through(work)
    asked = (wrt,) if isinstance(wrt, str) else tuple(wrt or ())
    lines = (*facts_of(work, worked, cache(lambda: _elsewhere(built, text, name))), *missing_facts(work, worked, asked))
    marks = strongest([(line.node, line.verdict) for line in lines if line.verdict in MARKED])
    return Staged(_verdict(lines), lines, marks)


def _elsewhere(built: Built, text: str, name: str) -> Mapping[int, Diagnosis]:
    """What went wrong in each line at other sizes of what letters stand for; nothing where there are none."""
    other = at_other_sizes(built)
    if other is None:
        return {}
    try:
        work = open_work(other, text, name)
        return diagnoses_of(work, work_through(work))
    except UserError:
        return {}


def _verdict(lines: Sequence[LineFacts]) -> VerdictWord:
    verdicts = {line.verdict for line in lines}
    if verdicts & {"wrong", "follows"}:
        return "wrong"
    gradients = any(line.symbol is not None and line.verdict == "right" for line in lines)
    return "right" if gradients and "not decided" not in verdicts else "not decided"
