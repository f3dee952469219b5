"""Nodes of a graph evaluated in balls: compiled once, run at many points and precisions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import ctx

from gradviz.checking.equality.arrays import Array, each, filled, of, settle
from gradviz.checking.equality.namespace import exact, scalar
from gradviz.checking.equality.values import UNDECIDED, VANISHING, Value
from gradviz.checking.equality.whole import WHOLE
from gradviz.graph.graph import Graph, Node
from gradviz.ops.op import CONSTANT, INPUT
from gradviz.passes.evaluate import needed_for
from gradviz.passes.templates import array_function
from gradviz.shape import size

Point = Mapping[str, Any]
"""By input: a value (scalars) or an object array of values."""

MAX_WORK = 100_000
"""How many entries one evaluation may compute; what is larger stays undecided."""
CUBIC_SIZE = 40
"""Up to which size matrices are inverted in balls."""
CUBIC = frozenset({"det", "logdet", "inv", "solve", "cofactor", "top_singular"})

Step = Callable[..., Any]


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Arithmetic with so many bits."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


@dataclass(frozen=True, slots=True)
class Program:
    """What some nodes need, as steps in order. Nodes that compute the same are computed once.

    Args:
        graph: what was compiled.
        wanted: the nodes whose values are wanted.
        inputs: of those that are needed, names and positions.
        steps: position, function and operands' positions.
        stands: for every node that is needed, the node that is computed in its place: itself, or an equal one.
        work: about how many operations on numbers one run takes.
    """

    graph: Graph
    wanted: tuple[int, ...]
    inputs: tuple[tuple[str, int], ...]
    steps: tuple[tuple[int, Step, tuple[int, ...]], ...]
    stands: Mapping[int, int]
    work: int

    @property
    def too_large(self) -> bool:
        """Whether the arrays are too large to be evaluated."""
        return self.work > MAX_WORK

    def run(self, point: Point, bits: int) -> dict[int, Any]:
        """The values of the nodes that are computed, by position (see `stands`).

        Args:
            point: a value for each of `inputs`.
            bits: the precision.
        """
        if self.too_large:
            return {self.stands[i]: _undecided(self.graph.nodes[i]) for i in self.wanted}
        found: dict[int, Any] = {i: point[name] for name, i in self.inputs}
        with precision(bits):
            for i, step, operands in self.steps:
                found[i] = step(*[found[operand] for operand in operands])
        return found

    def values(self, point: Point, bits: int) -> list[list[Value]]:
        """The entries of the wanted nodes, in order."""
        found = self.run(point, bits)
        return [entries(found[self.stands[i]]) for i in self.wanted]


def entries(value: Any) -> list[Value]:
    """The entries of a node's value as a list."""
    return list(value.flat) if isinstance(value, np.ndarray) else [value]


def compiled(graph: Graph, wanted: Iterable[int], apart: Collection[int] = ()) -> Program:
    """What nodes need, as steps.

    Args:
        graph: any.
        wanted: the nodes.
        apart: nodes that are computed on their own, even if another one is equal.

    Example:
        >>> g = Graph()
        >>> f = g.log(g.input("x"))
        >>> program = compiled(g, [f.id])
        >>> program.values({"x": exact(1)}, 64), program.values({"x": exact(-1)}, 64)
        ([[0]], [[UNDEFINED]])
    """
    asked = tuple(wanted)
    needed = needed_for(graph, asked)
    inputs: list[tuple[str, int]] = []
    steps: list[tuple[int, Step, tuple[int, ...]]] = []
    stands: dict[int, int] = {}
    known: dict[Any, int] = {}
    work = 0
    for i, node in enumerate(graph.nodes[: len(needed)]):
        if not needed[i]:
            continue
        if node.op is INPUT:
            stands[i] = i
            work += size(node.shape)
            inputs.append((node.name or "", i))
            continue
        operands = tuple([stands[operand] for operand in node.operands])
        stands[i] = i if i in apart else known.setdefault(_identity(node, operands), i)
        if stands[i] == i:
            work += _work(graph, node)
            steps.append((i, _constant(node) if node.op is CONSTANT else _step(graph, node), operands))
    return Program(graph, asked, tuple(inputs), tuple(steps), stands, work)


def _identity(node: Node, operands: tuple[int, ...]) -> Any:
    """What a node computes: equal for two of them only if it is the same."""
    if node.op is CONSTANT:
        value = node.settings["value"]
        return "constant", type(value), value, getattr(value, "name", ""), node.shape
    return node.op.name, node.attributes, operands, node.shape


def _work(graph: Graph, node: Node) -> int:
    shapes = tuple(graph.nodes[operand].shape for operand in node.operands)
    if node.op.name in CUBIC and shapes[0]:
        return MAX_WORK + 1 if shapes[0][-1] > CUBIC_SIZE else size(shapes[0]) * shapes[0][-1]
    if node.op.work is not None and node.operands:
        return node.op.work(shapes, **node.settings)
    return size(node.shape)


def _undecided(node: Node) -> Any:
    return filled(node.shape, UNDECIDED) if node.shape else UNDECIDED


def _constant(node: Node) -> Step:
    value = node.settings["value"]
    shape = node.shape
    if isinstance(value, tuple):
        array = settle(each(exact, _objects(value, shape)), shape)
        return lambda: array
    if isinstance(value, float) and not np.isfinite(value):
        return lambda: _undecided(node)
    if shape:
        return lambda: filled(shape, exact(value))
    return lambda: exact(value)


def _objects(value: Any, shape: tuple[int, ...]) -> Array:
    flat: list[Any] = []
    pending = [value]
    while pending:
        part = pending.pop()
        if isinstance(part, tuple):
            pending.extend(reversed(part))
        else:
            flat.append(part)
    return of(flat, shape)


def _step(graph: Graph, node: Node) -> Step:
    op = node.op
    if op.elementwise or (op.symbol is not None and op.structure_of(0) == "zero" and op.name not in WHOLE):
        function = scalar(op, node.settings)
        function = _masking(graph, node, function) if op.name == "where" else function
        if not node.shape:
            return function
        return lambda *xs: each(function, *xs)
    return _whole(node)


def _masking(graph: Graph, node: Node, function: Step) -> Step:
    """A `where` between constants, one of them 0: a mask, which vanishes where that is taken."""
    first, second = (_constant_of(graph, operand) for operand in node.operands[1:])
    if first is None or second is None or (first != 0 and second != 0):
        return function

    def masked(c: Value, a: Value, b: Value) -> Value:
        return function(c, VANISHING if first == 0 else a, VANISHING if second == 0 else b)

    return masked


def _constant_of(graph: Graph, i: int) -> Any:
    """The value of a constant, spread or not; None for any other node."""
    node = graph.nodes[i]
    while node.op.name in ("broadcast_to", "reshape"):
        node = graph.nodes[node.operands[0]]
    return node.settings["value"] if node.op is CONSTANT else None


def _whole(node: Node) -> Step:
    op, shape, settings = node.op, node.shape, node.settings
    if op.name in WHOLE:
        special = WHOLE[op.name]

        def made(*xs: Any) -> Any:
            return special(*[np.asarray(x, dtype=object) for x in xs], **settings)
    else:
        plain = array_function(op.name, len(node.operands), node.attributes)

        def made(*xs: Any) -> Any:
            return settle(plain(*[np.asarray(x, dtype=object) for x in xs]), shape)

    if shape:
        return made
    return lambda *xs: made(*xs)[()]
