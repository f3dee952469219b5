"""Every mistake of every row, injected into a graph around it, is found and located, or reported as a tie."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from gradviz.checking.diagnosis.arrays import searching as diagnosing
from gradviz.checking.diagnosis.arrays.case import Case, made_case
from gradviz.checking.diagnosis.arrays.points import alike, values_of
from gradviz.checking.diagnosis.arrays.replay import replay
from gradviz.checking.diagnosis.arrays.slips import Slip, all_slips, row_alter
from gradviz.checking.diagnosis.arrays.structural import TABLE
from gradviz.graph.build import Built, build
from gradviz.graph.graph import Graph, Term
from gradviz.ops.op import Mistake, Op
from gradviz.ops.table import OPS
from gradviz.passes.backward import differentiate
from gradviz.shape import size
from gradviz.syntax.parser import parse

ROWS = [
    pytest.param(op, mistake, id=f"{op.name}-{mistake.slot}-{mistake.name}")
    for op in OPS.values()
    if not op.elementwise and op.differentiable
    for mistake in op.mistakes
]


def _built(graph: Graph, output: Term) -> Built:
    """A graph as if it were a program's."""
    frame = build(parse("f = x"))
    inputs = tuple(graph.inputs)
    return Built(graph, output.id, "f", inputs, {}, inputs, (), frame.letters, frame.program)


def _around(op: Op, sample: Any, generator: np.random.Generator) -> tuple[Built, int]:
    """The operation in the middle: something before it, something behind it, and a sum of squares with weights."""
    graph = Graph()
    terms: list[Any] = []
    for k, value in enumerate(sample.operands):
        shape = np.shape(value)
        if op.name == "take" and k == 1:
            terms.append(graph.constant(np.asarray(value, dtype=float)))
            continue
        term = graph.input(f"x{k}", shape)
        terms.append(term * Fraction(int(generator.integers(2, 5)), 3))
    made = graph.apply(op.name, *terms, **dict(sample.attributes))
    behind = graph.tanh(made * Fraction(1, 4)) + made
    weights = graph.input("weights", behind.shape)
    total = weights * behind
    out = graph.sum(total) if total.shape else total
    graph.name(out, "f")
    return _built(graph, out), made.id


def _wrong_case(built: Built, wrt: int, place: tuple[int, int], op: Op, mistake: Mistake) -> Case | None:
    back = differentiate(built.graph, built.output)
    if wrt not in back.gradients:
        return None
    truth = back.gradients[wrt]
    case = made_case(built, "∂f/∂x", back.graph, back, wrt, (truth, truth))
    run = None if case is None else replay(case, {place: row_alter(op, mistake)})
    if case is None or run is None or run.gradient is None:
        return None
    nodes = case.graph.nodes
    if nodes[run.gradient].shape != nodes[truth].shape:
        return None
    return made_case(built, "∂f/∂x", case.graph, back, wrt, (truth, run.gradient))


def _same(case: Case) -> bool:
    pairs = values_of(case.graph, case.points, [case.truth, case.claimed])
    return all(alike(*pair) for pair in pairs)


@pytest.mark.parametrize(("op", "mistake"), ROWS)
def test_a_rows_mistake_is_found_where_it_was_made(op: Op, mistake: Mistake) -> None:
    generator = np.random.default_rng(5)
    tried = 0
    for sample in op.samples:
        if sample.kink or mistake.slot >= len(sample.operands) or size(np.shape(sample.operands[0])) > 40:
            continue
        built, node = _around(op, sample, generator)
        wrt = built.graph.inputs[f"x{mistake.slot}"]
        case = _wrong_case(built, wrt, (node, mistake.slot), op, mistake)
        if case is None or _same(case):
            continue
        tried += 1
        findings = diagnosing.found_in(case)
        assert findings, f"{mistake.name} was not found at {sample}"
        assert findings[0].count == 1
        said = " ".join([*(finding.explanation for finding in findings), *findings[0].also])
        located = any(finding.node == node for finding in findings)
        assert located or mistake.says in said or findings[0].node is None, said
        if tried == 2:
            return
    if not tried and mistake.name not in NEVER_DIFFERS:
        pytest.fail("no sample of the row shows this mistake")


NEVER_DIFFERS = {"ties counted twice"}
"""Mistakes that only show at kinks, where nothing is compared."""

STRUCTURES = {
    "net": "h = tanh(X @ W + b)\nq = h @ V\np = softmax(q)\nL = -sum(Y*log(p))/4 + 0.5*reg*sum(W^2)\n"
    "X : 4x3\nW : 3x3\nb : 3\nV : 3x3\nY : 4x3",
    "square": "q = A*(A @ B)\nr = relu(q - A)\nL = sum(sigmoid(r @ B) + maximum(r, B))\nA : 3x3\nB : 3x3",
    "vector": "r = A @ x - y\nL = dot(r, r) + 2*sum(exp(x)*x) - mean(x)\nA : 3x3\nx : 3\ny : 3",
}


def _cases() -> list[tuple[str, str, Slip]]:
    """Every slip of every input of the graphs above."""
    made: list[tuple[str, str, Slip]] = []
    for key, source in STRUCTURES.items():
        built = build(parse(source))
        for name in built.inputs:
            case = _open(built, name)
            if case is not None:
                made += [(key, name, slip) for slip in all_slips(case) if len(slip.alters) == 1]
    return made


def _open(built: Built, name: str) -> Case | None:
    back = differentiate(built.graph, built.output, wrt=[built.graph.names[name]])
    wrt = built.graph.names[name]
    truth = back.gradients[wrt]
    return made_case(built, f"∂L/∂{name}", back.graph, back, wrt, (truth, truth))


SLIPS = _cases()


PARTS = 12


@pytest.mark.parametrize("part", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in range(1, PARTS))])
def test_every_slip_of_a_graph_is_found_or_tied(part: int) -> None:
    tried = 0
    for key, name, slip in SLIPS[part::PARTS]:
        built = build(parse(STRUCTURES[key]))
        case = _open(built, name)
        assert case is not None
        run = replay(case, slip.alters)
        if run is None or run.gradient is None:
            continue
        wrong = made_case(built, case.symbol, case.graph, differentiate(built.graph, built.output, wrt=[case.wrt]),
                          case.wrt, (case.truth, run.gradient))  # fmt: skip
        if wrong is None or _same(wrong):
            continue
        tried += 1
        findings = diagnosing.found_in(wrong)
        assert findings, (key, name, slip.name, slip.node)
        assert findings[0].count == 1, (key, name, slip.name, findings[0].explanation)
        assert findings[0].score >= min(slip.prior, -1.2), (key, name, slip.name, findings[0].explanation)
    assert tried > 5


def test_the_table_of_structural_mistakes_is_used_up() -> None:
    """Every structural mistake can be made somewhere in these graphs, or in a product of a matrix and a vector."""
    seen = {slip.name for _, _, slip in SLIPS}
    assert {one.name for one in TABLE} <= seen | {"summed over the wrong axis"} | ALONE


ALONE = {"broadcast averaged"}
"""Found below: they need a batch."""


def test_a_right_derivative_has_no_explanation() -> None:
    for source in STRUCTURES.values():
        built = build(parse(source))
        for name in built.inputs:
            case = _open(built, name)
            assert case is not None
            moves = diagnosing.moves_of(case)
            found = diagnosing.single_matches(case, all_slips(case), moves)
            truths = values_of(case.graph, case.points, [case.truth])
            for _, made in found:
                assert all(
                    alike(a[0], b[0]) for a, b in zip(values_of(case.graph, case.points, [made]), truths, strict=True)
                )
