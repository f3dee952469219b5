"""The facts of a local Jacobian, for every row at every sample: they are the operator's."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz
from gradviz.explanation.jacobians import jacobian_facts
from gradviz.graph.graph import Graph
from gradviz.ops.table import OPS
from gradviz.passes.jacobian import jacobian_of

CASES = [(op, sample) for op in OPS.values() for sample in op.samples if not sample.kink]


@pytest.mark.parametrize(("op", "sample"), CASES, ids=[f"{op.name}-{i}" for i, (op, _) in enumerate(CASES)])
def test_the_facts_are_those_of_the_operator(op, sample):
    graph = Graph()
    terms = [graph.input(f"x{i}", np.shape(x), x) for i, x in enumerate(sample.operands)]
    output = graph.apply(op.name, *terms, **dict(sample.attributes))
    for slot, term in enumerate(terms):
        facts = jacobian_facts(graph, output.node, slot)
        operator = jacobian_of(graph, output.id, term.id, {}).operator
        assert (facts.rows, facts.columns) == operator.shape
        assert facts.nonzeros == (0 if op.structure_of(slot) == "zero" else operator.nnz)
        if op.name not in ("max", "min", "maxout"):
            # By numbers of one factor the operator knows more than the row: all entries of it may be alike.
            alike = op.elementwise and facts.structure == "diagonal" and operator.structure == "scaled identity"
            assert alike or facts.structure == operator.structure
        small = max(operator.shape) <= 8
        if small and op.name not in ("max", "min", "maxout"):
            rows, columns, _ = operator.entries()
            mask = np.zeros(operator.shape, dtype=int)
            mask[rows, columns] = 1
            assert facts.pattern == tuple(map(tuple, mask.tolist()))


SOURCES = [
    ("q = W@x", {"W": (2, 3), "x": (3,)}, {"W": "Kronecker", "x": "dense"}),
    ("q = W@X", {"W": (2, 3), "X": (3, 4)}, {"W": "Kronecker", "X": "Kronecker"}),
    ("q = x@W", {"W": (3, 2), "x": (3,)}, {"W": "Kronecker", "x": "dense"}),
    ("q = sum(X, axis=0)", {"X": (3, 4)}, {"X": "Kronecker"}),
    ("q = mean(X)", {"X": (3, 4)}, {"X": "dense"}),
    ("q = softmax(x)", {"x": (4,)}, {"x": "dense"}),
    ("q = softmax(X)", {"X": (2, 4)}, {"X": "block diagonal"}),
    ("q = tr(X)", {"X": (4, 4)}, {"X": "sparse"}),
]


@pytest.mark.parametrize(("source", "shapes", "words"), SOURCES, ids=[source for source, _, _ in SOURCES])
def test_explain_and_jacobian_use_one_word(source, shapes, words):
    values = {name: np.ones(shape) for name, shape in shapes.items()}
    edges = {edge.source: edge.jacobian for edge in gradviz.explain(source, at=values, formulas=False).data.edges}
    for name, word in words.items():
        assert edges[name].structure == word
        assert gradviz.jacobian(source, wrt=name, at=values).structure == word
