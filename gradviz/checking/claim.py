"""What is to be decided: that two nodes of a graph are equal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from gradviz.explanation.data.checks import Evidence, VerdictWord
from gradviz.graph.graph import Graph


@dataclass(frozen=True, slots=True)
class Claim:
    """That one node equals another wherever the first is defined.

    Values are real. A node is defined at a point if every node that it needs has a finite real value there.

    Args:
        graph: holds both; its inputs are free real numbers (arrays of them) unless `fixed` says otherwise.
        truth: what is known to be right: the derivative.
        answer: what is claimed to equal it, in the same shape.
        domain: nodes that must be defined as well for a point to count: the function itself.
        fixed: inputs that are not free but have this exact value (numbers, fractions, nested tuples): a question at a
            point.
        zero: a node that must be zero for a point to count: an implicit equation `F = 0`; None where there is none.
        declared: what inputs are declared to be, in pairs such as ("S", "symmetric"); points respect it.
        digits: of an answer written in decimals, how many significant digits it gives: it is judged by those. None for
            exact answers.
        decimals: the decimals of such an answer as they are written, without signs: what else stands in its graph was
            multiplied out when it was read.
    """

    graph: Graph
    truth: int
    answer: int
    domain: tuple[int, ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)
    zero: int | None = None
    declared: frozenset[tuple[str, str]] = frozenset()
    digits: int | None = None
    decimals: tuple[Fraction, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, why, and what is to be said of it ("not defined at x = 0, where the derivative is")."""

    verdict: VerdictWord
    evidence: Evidence
    notes: tuple[str, ...] = ()
