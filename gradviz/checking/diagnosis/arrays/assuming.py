"""Answers that are right under an assumption that nobody made: a symmetric matrix, rows that sum to one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradviz.checking.diagnosis.arrays.case import Case
from gradviz.checking.diagnosis.arrays.points import is_finite, same_at, values_of
from gradviz.explanation.mathematics import name_math
from gradviz.ops.op import INPUT
from gradviz.shape import Shape


@dataclass(frozen=True, slots=True)
class Assumption:
    """What an answer takes for granted.

    Args:
        name: of the mistake.
        says: one sentence.
        prior: the log of how likely it is.
    """

    name: str
    says: str
    prior: float


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    fits: Callable[[Shape], bool]
    made: Callable[[Any], Any]
    says: str


def _is_square(shape: Shape) -> bool:
    return len(shape) == 2 and shape[0] == shape[1] > 1


def _rows(value: Any) -> Any:
    positive = np.abs(value) + 0.1
    return positive / positive.sum(axis=-1, keepdims=True)


KINDS = (
    _Kind("symmetry assumed", _is_square, lambda value: (value + value.T) / 2, "{0} is symmetric"),
    _Kind(
        "sum of one assumed",
        lambda shape: len(shape) in (1, 2) and shape[-1] > 1,
        _rows,
        "the entries of {0} sum to 1 (in each row)",
    ),
)
"""The assumptions that are tried, one input at a time."""


def assumptions(case: Case) -> list[Assumption]:
    """The assumptions under which the answer would be right."""
    nodes = case.graph.nodes
    if nodes[case.claimed].shape != nodes[case.truth].shape:
        return []
    declared = {name for name, _ in case.built.declared}
    found: list[Assumption] = []
    for node in nodes[: case.program]:
        if node.op is not INPUT or not node.name or node.name in declared:
            continue
        for kind in KINDS:
            if kind.fits(node.shape) and _holds(case, node.name, kind):
                says = kind.says.format(name_math(node.name).unicode)
                if len(node.shape) == 1:
                    says = says.replace(" (in each row)", "")
                found.append(Assumption(kind.name, f"It is right only if {says}, which is not said.", -0.8))
    return found


def _holds(case: Case, name: str, kind: _Kind) -> bool:
    """Whether answer and derivative agree where the assumption holds, and are not constant there by chance."""
    points: list[Mapping[str, Any]] = [{**point, name: kind.made(np.asarray(point[name]))} for point in case.points]
    finite = [
        point
        for point in points
        if all(is_finite(value) for value in values_of(case.graph, [point], [case.truth, case.claimed])[0])
    ]
    return len(finite) > 1 and same_at(case.graph, finite, case.truth, case.claimed)
