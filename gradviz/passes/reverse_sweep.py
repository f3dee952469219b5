"""The sweep of reverse mode: from the output back to the inputs, one way into an operation after another.

Large graphs of scalars spend their time here, so that the ways into an operation on scalars are followed by recipes,
without a call for each way that needs none, and of a way only two numbers are noted: `Edges` puts edges together when
somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload

from gradviz.errors import InternalError
from gradviz.graph.folding import PRODUCT, SUM, WAKES_PRODUCT, WAKES_SUM, Folded, Folder, Key
from gradviz.graph.graph import Graph, Node
from gradviz.graph.recipes import Recipe, recipes
from gradviz.ops.op import Op
from gradviz.shape import show


@dataclass(frozen=True, slots=True)
class Edge:
    """What comes back along one operand's way into an operation; node ids in `Backward.graph`.

    Args:
        source, target, slot: the operand, the operation, and the operand's place.
        upstream: the gradient of the output by the target.
        local: the local derivative, in the target's shape; None where the operation is not elementwise.
        contribution: upstream × local, in the operand's shape.
    """

    source: int
    target: int
    slot: int
    upstream: int
    local: int | None
    contribution: int


@dataclass(slots=True, eq=False)
class Edges(Sequence[Edge]):
    """The edges of a sweep, in the order of targets and slots; they are put together when one is first asked for.

    Args:
        graph: that the sweep went through.
        gradients: by node, in the order of the sweep.
        active: by node, whether a gradient was wanted of it.
        locals, contributions: of every edge, in the order of the sweep.
    """

    graph: Graph
    gradients: Mapping[int, int]
    active: Sequence[int]
    locals: list[int | None] = field(default_factory=list)
    contributions: list[int] = field(default_factory=list)
    _made: tuple[Edge, ...] | None = field(default=None, init=False)

    def __len__(self) -> int:
        return len(self.contributions)

    def __iter__(self) -> Iterator[Edge]:
        return iter(self._all())

    @overload
    def __getitem__(self, place: int) -> Edge: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Edge, ...]: ...
    def __getitem__(self, place: int | slice) -> Edge | tuple[Edge, ...]:
        return self._all()[place]

    def _all(self) -> tuple[Edge, ...]:
        if self._made is None:
            noted = zip(self.locals, self.contributions, strict=True)
            made = [Edge(*way, *next(noted)) for way in self._ways()]
            self._made = tuple(reversed(made))
        return self._made

    def _ways(self) -> Iterator[tuple[int, int, int, int]]:
        """Source, target, slot and upstream gradient of every edge, as the sweep meets them."""
        for target, upstream in self.gradients.items():
            node = self.graph.nodes[target]
            if node.op.differentiable:
                for slot in range(len(node.operands) - 1, -1, -1):
                    if self.active[node.operands[slot]]:
                        yield node.operands[slot], target, slot, upstream


Way = tuple[int, Recipe | None, int | None, dict[Key, int] | None]
"""Into an operation: the slot; the recipe of its local derivative, if there is one; where that is an operand, its slot;
where it is another operation on the same operands that is never simplified, the nodes of that by operands.
"""

UNWRITTEN: tuple[Way, ...] = ((-1, None, None, None),)
"""For ways that were not looked for yet."""


def sweep(builder: Folder, output: int, seed: int, active: Sequence[int]) -> tuple[dict[int, int], Edges]:
    """The gradients by node of what comes back from an output, and the ways along which it came.

    Args:
        builder: extends the graph.
        output: where the sweep begins.
        seed: the node of the gradient that arrives there.
        active: by node, whether a gradient is wanted of it.
    """
    arriving: list[int | None] = [None] * (output + 1)
    arriving[output] = seed
    several: dict[int, list[int]] = {}  # all that arrive, where there are several
    gradients: dict[int, int] = {}
    edges = Edges(builder.graph, gradients, active)
    note_local, note_contribution = edges.locals.append, edges.contributions.append
    nodes, start, products = builder.graph.nodes, builder.start, builder.products
    written: dict[str, tuple[Way, ...] | None] = {}
    passed: dict[int, int] = {}
    local: int | None
    one: int | None = None
    wanted = list(active)  # read quicker than bytes
    for target in range(output, -1, -1):
        upstream = arriving[target]
        if upstream is None:
            continue
        if target in several:
            upstream = total(builder, several[target])
        gradients[target] = upstream
        node = nodes[target]
        op, operands = node.op, node.operands
        if not operands:  # a network has many inputs
            continue
        ways = written.get(op.name, UNWRITTEN)
        if ways is UNWRITTEN:
            ways = written[op.name] = _ways_into(op, builder)
        if ways is None or (node.shape and ways):
            ways = _asking(len(operands))
        if not ways:
            continue
        awake = nodes[upstream].op.name in WAKES_PRODUCT
        for slot, recipe, other, twins in ways:
            source = operands[slot]
            if not wanted[source]:
                continue
            if recipe is None:
                local, contribution = along(builder, target, slot, upstream)
            elif recipe.unit:
                local = one = builder.fill(1, ()) if one is None else one
                if not awake and (one >= start or upstream >= start):
                    contribution = upstream
                elif upstream in passed:
                    contribution = passed[upstream]
                else:  # the user may have written this x·1
                    contribution = passed[upstream] = builder.product(upstream, one)
            else:
                if other is not None:
                    local = operands[other]
                elif twins is not None and recipe.turned is not None:
                    local = twins.setdefault(operands, len(nodes))
                    if local == len(nodes):
                        nodes.append(Node(recipe.turned, operands, (), ()))
                else:
                    local = recipe.follow(builder, target, operands)
                # `builder.product` written out: its call would be a fifth of the whole sweep.
                if awake or nodes[local].op.name in WAKES_PRODUCT:
                    contribution = builder.product(upstream, local)
                else:
                    pair, new = (upstream, local), len(nodes)
                    contribution = products.setdefault(pair, new)
                    if contribution == new:
                        swapped = (local, upstream)
                        if swapped in products and swapped != pair:
                            contribution = products[pair] = products[swapped]
                        else:
                            nodes.append(Node(PRODUCT, pair, (), ()))
            note_local(local)
            note_contribution(contribution)
            there = arriving[source]
            if there is None:
                arriving[source] = contribution
            elif source in several:
                several[source].append(contribution)
            else:
                several[source] = [there, contribution]
    return gradients, edges


def _ways_into(op: Op, builder: Folder) -> tuple[Way, ...] | None:
    """The ways into an operation on scalars, last slot first; None where its rules have to be asked at every node."""
    if not op.differentiable:
        return ()
    if op.partials is None or op.parameters:
        return None
    ways: list[Way] = []
    for slot, recipe in enumerate(recipes(op.partials, len(op.partials))):
        other = twins = None
        if recipe is not None and not recipe.unit:
            other = recipe.result - 1 if recipe.result and not recipe.steps else None
            twins = builder.twins(recipe.turned) if recipe.turned is not None else None
        ways.append((slot, recipe, other, twins))
    return tuple(reversed(ways))


def _asking(arity: int) -> tuple[Way, ...]:
    """The ways into an operation whose rules are asked."""
    return tuple([(slot, None, None, None) for slot in reversed(range(arity))])


def total(builder: Folder, contributions: list[int]) -> int:
    """The sum of the contributions to a node. They arrived last edge first."""
    place = len(contributions) - 1
    found = contributions[place]
    nodes, sums = builder.graph.nodes, builder.sums
    shape = nodes[found].shape
    fresh = False  # of what was made just now there are no sums yet
    while place:
        place -= 1
        contribution = contributions[place]
        pair = (found, contribution)
        known = None if fresh else sums.get(pair) or sums.get((contribution, found))
        if known is not None:
            found = known
        elif nodes[contribution].op.name in WAKES_SUM or (not fresh and nodes[found].op.name in WAKES_SUM):
            found, fresh = builder.settle(SUM, pair, (), shape), False
        else:
            sums[pair] = found = len(nodes)
            nodes.append(Node(SUM, pair, (), shape))
            fresh = True
    return found


def along(builder: Folder, target: int, slot: int, upstream: int) -> tuple[int | None, int]:
    """The local derivative (None where there is none) and what comes back along one operand's way."""
    node = builder.node(target)
    if not node.op.elementwise:
        return None, _pull_back(builder, node, target, slot, upstream)
    partial = _local(builder, node, target, slot)
    local = builder.fit(partial, node.shape)
    # The product with the derivative as it came, not as broadcast: it has the target's shape all the same.
    pulled = builder.make("mul", (upstream, partial))
    shape = builder.node(node.operands[slot]).shape
    return local, builder.make("sum_to", (pulled,), (("shape", shape),)) if shape != node.shape else pulled


def _local(builder: Folder, node: Node, target: int, slot: int) -> int:
    rule = node.op.partial(slot)
    if rule is None:
        raise InternalError(f"{node.op.name} has no local derivative by operand {slot}")
    operands = [Folded(builder, operand) for operand in node.operands]
    return builder.id_of(rule(builder, Folded(builder, target), *operands, **node.settings))


def _pull_back(builder: Folder, node: Node, target: int, slot: int, upstream: int) -> int:
    rule = node.op.vjp(slot)
    if rule is None:
        raise InternalError(f"{node.op.name} has no reverse rule by operand {slot}")
    operands = [Folded(builder, operand) for operand in node.operands]
    made = rule(builder, Folded(builder, upstream), Folded(builder, target), *operands, **node.settings)
    contribution = builder.id_of(made)
    expected, found = operands[slot].shape, builder.node(contribution).shape
    if found != expected:
        raise InternalError(f"{node.op.name}'s rule by operand {slot} gives {show(found)} for {show(expected)}")
    return contribution
