"""What can be wrong with a derivative as a whole: its shape, a transpose, a factor, another derivative altogether."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations

import numpy as np

from gradviz.checking.diagnosis.arrays.case import Case
from gradviz.checking.diagnosis.arrays.points import values_of
from gradviz.checking.diagnosis.arrays.replay import IMPOSSIBLE, replay
from gradviz.checking.diagnosis.arrays.screening import is_answer
from gradviz.checking.diagnosis.arrays.words import label_of, named_nodes
from gradviz.explanation.mathematics import partial_math
from gradviz.graph.folding import Folded, Folder
from gradviz.graph.graph import Term
from gradviz.graph.node import Node
from gradviz.ops.op import CONSTANT
from gradviz.passes.backward import differentiate
from gradviz.shape import Shape, size

RANK = 4
"""Axes up to which they are permuted and summed."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the whole right derivative.

    Args:
        name: of the mistake.
        says: one sentence.
        id: the changed derivative.
        prior: the log of how likely it is.
    """

    name: str
    says: str
    id: int
    prior: float = -1.0


def changes(builder: Folder, truth: int, wanted: Shape, symbol: str) -> Iterator[Change]:
    """Rearrangements, sums and means of the right derivative that have the answer's shape."""
    term = builder.term(truth)
    shape = term.shape
    rank = len(shape)
    if not 1 <= rank <= RANK:
        return
    yield from _rearranged(builder, term, wanted, symbol)
    for count in range(1, rank + 1):
        for axes in combinations(range(rank), count):
            yield from _reduced(builder, term, axes, wanted, symbol)
    if rank == 2 and shape[0] == shape[1] and wanted in (shape, shape[:1]):
        diagonal = builder.sum(term * _eye(builder, shape[0]), axis=1)
        says = f"only the diagonal of {symbol} is given: every output depends on every input"
        if wanted == shape[:1]:
            yield Change("diagonal only", f"{_matrix(shape)}; {says}", diagonal.id, -0.5)
        else:
            yield Change("diagonal only", says, builder.id_of(term * _eye(builder, shape[0])), -0.5)
    if rank == 1 and wanted == (shape[0], shape[0]):
        spread = builder.id_of(builder.reshape(term, shape=(shape[0], 1)) * _eye(builder, shape[0]))
        yield Change(
            "vector as a matrix", f"{symbol} is a vector; yours is the matrix that has it on its diagonal", spread
        )


def _matrix(shape: Shape) -> str:
    return f"a matrix of {shape[0]}×{shape[1]} belongs here, not a vector"


def _eye(builder: Folder, count: int) -> Folded:
    return builder.constant(tuple(tuple(int(i == j) for j in range(count)) for i in range(count)), (count, count))


def _rearranged(builder: Folder, term: Folded, wanted: Shape, symbol: str) -> Iterator[Change]:
    shape = term.shape
    if len(shape) == 2 and shape[::-1] == wanted:
        yield Change("transposed", f"it is the transpose of {symbol}", builder.transpose(term).id, -0.4)
    for order in permutations(range(len(shape))):
        moved = tuple(shape[axis] for axis in order)
        if len(shape) > 2 and moved == wanted and order != tuple(range(len(shape))):
            named = ", ".join(map(str, order))
            says = f"the axes of {symbol} are in another order: ({named})"
            yield Change("axes in another order", says, builder.transpose(term, axes=order).id, -0.6)
    if shape != wanted and size(shape) == size(wanted):
        flat = builder.reshape(term, shape=wanted)
        yield Change("flattened", f"the entries are those of {symbol} in another shape", flat.id, -0.5)


def _reduced(builder: Folder, term: Folded, axes: tuple[int, ...], wanted: Shape, symbol: str) -> Iterator[Change]:
    over = f"axis {axes[0]}" if len(axes) == 1 else f"the axes {', '.join(map(str, axes))}"
    if len(axes) == len(term.shape):
        over = "all entries"
    for kept in (False, True):
        total = builder.sum(term, axis=axes, keepdims=kept)
        count = size(term.shape) // max(1, size(total.shape))
        if total.shape == () and wanted == term.shape:
            total = builder.term(builder.fit(total.id, wanted))
        if total.shape == wanted:
            yield Change("summed", f"{symbol} was summed over {over}; no sum belongs there", total.id, -0.7)
            yield Change(
                "averaged", f"{symbol} was averaged over {over}; no mean belongs there", (total / count).id, -0.8
            )


def other_derivatives(case: Case) -> Iterator[Change]:
    """Derivatives by something else, and values left undifferentiated."""
    names = named_nodes(case.graph, case.program)
    wanted = case.graph.nodes[case.claimed].shape
    symbol, top = case.symbol, case.built.output_name
    for name in case.built.inputs:
        i = case.built.graph.names[name]
        if i == case.wrt or case.graph.nodes[i].shape != wanted:
            continue
        back = differentiate(case.graph, case.output, wrt=[i], upstream=_seed(case))
        if i in back.gradients:
            made = _moved(case, back.graph.nodes, back.gradients[i])
            yield Change("wrong variable", f"that is {partial_math(top, name).unicode}, not {symbol}", made, -0.8)
    for i, gradient in case.gradients.items():
        between = case.wrt < i < case.output
        if between and case.graph.nodes[gradient].shape == wanted and _leads(case, i):
            label = label_of(case.graph, i, names)
            label = label if i in names else f"({label})"
            tail = label_of(case.graph, case.wrt, names)
            says = f"that is ∂{top}/∂{label}: the steps from there to {tail} are missing"
            yield Change("stopped early", says, gradient, -1.5)
    if case.graph.nodes[case.wrt].shape == wanted:
        yield Change("left undifferentiated", f"that is {label_of(case.graph, case.wrt, names)} itself", case.wrt, -2.0)


def masked_at_the_end(case: Case) -> Iterator[Change]:
    """Gradients that went through relu unmasked, the mask being put on the result."""
    names = named_nodes(case.graph, case.program)
    builder = case.builder
    for target in case.targets:
        if builder.node(target).op.name != "relu":
            continue
        run = replay(case, {(target, 0): lambda spot: spot.g})
        if run is None or run.gradient is None:
            continue
        made, by = builder.term(run.gradient), builder.term(case.wrt)
        relu = label_of(case.graph, target, names)
        says = f"the mask of relu was put on the result; it belongs at {relu}, on the way back"
        yield Change("mask on the wrong side", says, builder.relu(made).id, -0.5)
        if made.shape == by.shape:
            open_ = builder.where(by > 0, made, builder.constant(0, made.shape))
            yield Change("mask on the wrong side", says, open_.id, -0.6)


def _leads(case: Case, id: int) -> bool:
    """Whether a node lies on the way from the input."""
    return any(target == id for target, _ in case.edges)


def _seed(case: Case) -> Term | None:
    return None if case.row is None else Term(case.graph, case.row)


def _moved(case: Case, nodes: Sequence[Node], id: int) -> int:
    """The nodes of a graph that grew out of the case's, taken over into it."""
    places: dict[int, int] = {}
    start = len(case.graph)
    for i in range(start, id + 1):
        node = nodes[i]
        operands = tuple(places.get(operand, operand) for operand in node.operands)
        if node.op is CONSTANT:
            places[i] = case.builder.fill(node.attributes[0][1], node.shape)
        else:
            places[i] = case.builder.make(node.op.name, operands, node.attributes)
    return places.get(id, id)


def matching(case: Case, listed: Iterator[Change]) -> list[Change]:
    """Those that give the answer."""
    found: list[Change] = []
    while True:
        try:
            change = next(listed)
        except StopIteration:
            return found
        except IMPOSSIBLE:
            return found
        if is_answer(case, change.id) and change.id != case.truth:
            found.append(change)


def factor(case: Case) -> Fraction | None:
    """The simple number by which all entries of the answer are too large, if there is one."""
    nodes = case.graph.nodes
    if nodes[case.claimed].shape != nodes[case.truth].shape:
        return None
    ratios: list[float] = []
    for claimed, truth in values_of(case.graph, case.points, [case.claimed, case.truth]):
        least = 1e-6 * float(np.max(np.abs(truth), initial=0.0))
        ratios += [float(r) for r in (claimed[np.abs(truth) > least] / truth[np.abs(truth) > least]).ravel()]
    if not ratios or not np.isfinite(ratios).all():
        return None
    found = Fraction(float(np.median(ratios))).limit_denominator(1000)
    made = case.builder.term(case.truth) * found
    return found if found not in (0, 1) and is_answer(case, case.builder.id_of(made)) else None
