"""Whether a circuit and its gate are the same function with the same local derivative: proved, or tried at points."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from gradviz.graph.graph import Graph, Node
from gradviz.ops.op import CONSTANT, INPUT
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate
from gradviz.passes.patterns.circuits import COUNT, COUNTED, SHARE, Drawn
from gradviz.passes.symbolic import Symbols, lower, written_out

Kind = Literal["proved", "tried", "refuted"]

POINTS, SEED, TOLERANCE = 20, 20261, 1e-9
"""Where a circuit is tried, and how far values of order one may differ."""


@lru_cache(maxsize=256)
def equality(way: Drawn) -> Kind:
    """How surely a circuit is its gate, in value and in every local derivative.

    A proof is one of algebra, entry by entry (for arrays at the sizes that the table draws them at): in exponentials
    as positive unknowns, the differences are rational functions that cancel to zero.

    Returns:
        "proved"; "tried" where algebra found no answer and both agree at random points; "refuted" where they do not.

    Example:
        >>> from gradviz.passes.patterns.circuits import drawn
        >>> equality(drawn("sigmoid")[0])
        'proved'
    """
    if not _agree(way):
        return "refuted"
    return "proved" if _cancel(way) else "tried"


def _entries(graph: Graph, root: int) -> list[int]:
    """The output's entries followed by their derivatives by the holes, as nodes of a graph that is extended."""
    shape = graph.nodes[root].shape
    holes = [i for i, node in enumerate(graph.nodes) if node.op is INPUT and node.name not in COUNTED]
    found: list[int] = [root]
    for index in np.ndindex(*shape):
        upstream = np.zeros(shape)
        upstream[index] = 1
        backward = differentiate(graph, root, wrt=holes, upstream=upstream if shape else None)
        graph.nodes[:] = backward.graph.nodes
        found += [backward.gradients[hole] for hole in holes if hole in backward.gradients]
    return found


def _both(way: Drawn) -> tuple[tuple[Graph, list[int]], tuple[Graph, list[int]]]:
    first, second = way.graph.copy(), way.gate.copy()
    return (first, _entries(first, way.root)), (second, _entries(second, way.gate_root))


def _agree(way: Drawn) -> bool:
    """Whether values and derivatives agree at random points."""
    sides = _both(way)
    shapes = {node.name or "": node.shape for graph, _ in sides for node in graph.nodes if node.op is INPUT}
    rng = np.random.default_rng(SEED)
    for _ in range(POINTS):
        point: dict[str, Any] = {name: rng.normal(size=shape) for name, shape in shapes.items()}
        point |= {name: float(value) for name, value in _counts(way).items()}
        found = [
            evaluate(graph, {name: value for name, value in point.items() if name in graph.inputs}, ids)
            for graph, ids in sides
        ]
        if not all(np.allclose(a, b, rtol=TOLERANCE, atol=TOLERANCE) for a, b in zip(*found, strict=True)):
            return False
    return True


def _counts(way: Drawn) -> dict[str, Fraction]:
    """What `n` and `r` are: of all entries of z, or of those along its last axis where the circuit names one."""
    shape = way.circuit.shapes.get("z", (1,))
    return {COUNT: Fraction(shape[-1]), SHARE: Fraction(1, shape[-1])}


def _cancel(way: Drawn) -> bool:
    """Whether the differences cancel to zero by algebra."""
    import sympy as sp

    expressions: list[list[Any]] = []
    for graph, ids in _both(way):
        leaves = {
            i: node.name or "" for i, node in enumerate(graph.nodes) if node.op is INPUT and node.name not in COUNTED
        }
        for i, node in enumerate(graph.nodes):
            if node.op is INPUT and node.name in COUNTED:
                graph.nodes[i] = Node(CONSTANT, (), (("value", _counts(way)[node.name]),), ())
        lowered = lower(graph, ids, leaves, Symbols())
        if any(i not in lowered for i in ids):
            return False
        expressions.append([entry for i in ids for entry in np.ravel(lowered[i])])
    try:
        return all(_zero(sp, written_out(a) - written_out(b)) for a, b in zip(*expressions, strict=True))
    except (ArithmeticError, ValueError, TypeError, NotImplementedError):
        return False


def _zero(sp: Any, difference: Any) -> bool:
    if difference == 0:
        return True
    if difference.has(sp.Max, sp.Piecewise, sp.Abs):
        return False
    positive = {symbol: sp.log(sp.Dummy(f"e_{symbol}", positive=True)) for symbol in difference.free_symbols}
    rational = difference.rewrite(sp.exp).subs(positive)
    return bool(sp.cancel(sp.together(sp.expand_log(sp.powdenest(rational, force=True), force=True))) == 0) or bool(
        sp.simplify(rational) == 0
    )
