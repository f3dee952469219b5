"""A mistaken derivation as nodes of a graph: to be compared exactly with an answer, and to be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradviz.checking.diagnosis.scalar.nodes import Nodes
from gradviz.checking.diagnosis.scalar.slips import replayed
from gradviz.checking.diagnosis.scalar.steps import Derivation, Here, Pair
from gradviz.checking.diagnosis.slip import Slip
from gradviz.graph.folding import Folded, Folder


def as_nodes(
    derivation: Derivation,
    slips: Sequence[Sequence[Slip]],
    plan: Mapping[int, int],
    builder: Folder,
    dependent: Any = None,
) -> list[Pair]:
    """The pair of every step, as terms of the builder.

    Args:
        derivation: what is done, on nodes of the builder's graph.
        slips: the mistakes of each step.
        plan: which are made: the number of a slip by step.
        builder: extends the graph.
        dependent: see `Workshop`.
    """
    nodes = Nodes(builder, dependent)
    pairs: list[Pair] = []
    for i, step in enumerate(derivation.steps):
        here = Here(nodes, step, tuple(pairs[k] for k in step.parts), nodes.at(derivation.variable))
        made = replayed(here, slips[i][plan[i]] if i in plan else None)
        pairs.append(Pair(as_term(builder, made.value), as_term(builder, made.slope)))
    return pairs


def as_term(builder: Folder, made: object) -> Folded:
    """What a rule made, which may be a plain number, as a term."""
    return builder.term(builder.id_of(made))
