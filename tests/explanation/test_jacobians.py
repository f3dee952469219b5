"""The facts of a local Jacobian, for every row at every sample: they are the operator's."""

from __future__ import annotations

import numpy as np
import pytest

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
        small = max(operator.shape) <= 8
        if small and op.name not in ("max", "min", "maxout"):
            rows, columns, _ = operator.entries()
            mask = np.zeros(operator.shape, dtype=int)
            mask[rows, columns] = 1
            assert facts.pattern == tuple(map(tuple, mask.tolist()))
