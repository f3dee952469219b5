"""A builder that extends a graph with as few nodes as it can: equal nodes are shared, and needless ones never made.

Gradients are built through it, so that their formulas stay short. What is already in the graph is never changed; it is
shared where a new node would equal it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gradviz.errors import InternalError
from gradviz.graph.graph import Arithmetic, Graph, Node
from gradviz.graph.peephole import RULES, WAKES
from gradviz.graph.rewriting import Settings
from gradviz.ops.op import CONSTANT, INPUT, Attribute, NamedConstant, Number, Op, elementwise
from gradviz.ops.table import OPS
from gradviz.shape import Shape, broadcast

Key = tuple[Any, ...]
Known = tuple[dict[Key, int], bool, frozenset[str] | None]
"""Of one operation: its nodes by operands (and settings), whether it commutes, and what wakes its simplification."""

COMMUTATIVE = frozenset({"add", "mul"})
"""Operations of which `y·x` is found where `x·y` already is. Nothing is reordered: the first way written stays."""

_ASLEEP: frozenset[str] = frozenset()
PRODUCT, SUM = OPS["mul"], OPS["add"]
WAKES_PRODUCT, WAKES_SUM = WAKES[PRODUCT.name], WAKES[SUM.name]


@dataclass(slots=True, eq=False)  # not frozen, for speed: one is made for every operand of every rule
class Folded(Arithmetic):
    """A term of a folding builder: a node of its graph."""

    builder: Folder
    id: int

    @property
    def node(self) -> Node:
        """The node itself."""
        return self.builder.graph.nodes[self.id]

    @property
    def shape(self) -> Shape:
        """The shape of its value."""
        return self.builder.graph.nodes[self.id].shape

    @property
    def fixed(self) -> bool:
        """Whether it depends on no input: a constant, or an expression of constants."""
        return self.builder.is_fixed(self.id)

    def _apply(self, name: str, *operands: Any, **attributes: Any) -> Folded:
        return self.builder.apply(name, *operands, **attributes)


class Folder:
    """Extends a graph in place, sharing equal nodes (same operation, operands and attributes) and simplifying new ones.

    What the graph already holds is looked through when it is first asked for, one operation at a time.

    Args:
        graph: what is extended; its present nodes stay as they are.

    Example:
        >>> g = Graph()
        >>> x = g.input("x")
        >>> b = Folder(g)
        >>> term = b.term(x.id) * 1 + 0
        >>> term.id == x.id
        True
    """

    __slots__ = ("_constants", "_fixed", "_known", "_places", "graph", "products", "start", "sums")

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.start = len(graph)
        self._fixed = bytearray()
        self._known: dict[str, Known] = {}
        self._constants: dict[Key, int] | None = None
        self._places: dict[str, list[int]] | None = None
        self.products: dict[Key, int] = self._look_through(PRODUCT.name)[0]
        self.sums: dict[Key, int] = self._look_through(SUM.name)[0]
        """The products and the sums of two nodes that are there, by positions, for who makes many of them."""

    def term(self, id: int) -> Folded:
        """The node at a position, as a term."""
        return Folded(self, id)

    def constant(self, value: Any, shape: Shape = ()) -> Folded:
        """A constant: a number filled to `shape`, or nested tuples of numbers."""
        return Folded(self, self.fill(value, shape))

    def apply(self, name: str, *operands: Any, **attributes: Attribute) -> Folded:
        """The operation `name` on operands, or whatever simpler is equal to it; numbers become constants."""
        op = OPS[name]
        ids = tuple([self.id_of(operand) for operand in operands])
        settings = tuple((p.name, attributes.get(p.name, p.default)) for p in op.parameters) if op.parameters else ()
        if len(attributes) > len(settings):
            raise InternalError(f"a rule gives {name} the settings {sorted(attributes)}")
        return Folded(self, self._make(op, ids, settings))

    def __getattr__(self, name: str) -> Callable[..., Folded]:
        if name.startswith("_") or name not in OPS:
            raise AttributeError(name)
        return lambda *operands, **attributes: self.apply(name, *operands, **attributes)

    def id_of(self, operand: Any) -> int:
        """The position of an operand: a term of this builder, or a number, which becomes a constant."""
        if isinstance(operand, Folded) and operand.builder is self:
            return operand.id
        if isinstance(operand, (int, float, Fraction)):
            return self.fill(operand, ())
        raise InternalError(f"a rule gives {type(operand).__name__} where a term belongs")

    def is_fixed(self, id: int) -> bool:
        """Whether a node depends on no input."""
        fixed, nodes = self._fixed, self.graph.nodes
        for node in nodes[len(fixed) :] if id >= len(fixed) else ():
            fixed.append(node.op is not INPUT and all([fixed[operand] for operand in node.operands]))
        return bool(fixed[id])

    # What the simplifying rules work with.

    def node(self, id: int) -> Node:
        """The node at a position."""
        return self.graph.nodes[id]

    def number(self, id: int) -> Number | None:
        """The number that a node is filled with, if it is a constant of one number."""
        node = self.graph.nodes[id]
        if node.op is not CONSTANT:
            return None
        value: Any = node.attributes[0][1]
        return None if isinstance(value, tuple) else value

    def fill(self, value: Any, shape: Shape) -> int:
        """The position of a constant."""
        known = self._constants
        if known is None:
            known = self._constants = self._given_constants()
        key = (value, shape) if type(value) is int else _key(value, shape)
        found = known.get(key)
        if found is None:
            found = known[key] = self.graph.constant(value, shape).id
        return found

    def make(self, name: str, operands: tuple[int, ...], settings: Settings = ()) -> int:
        """The position of an operation on nodes, simplified and shared."""
        return self._make(OPS[name], operands, settings)

    def fit(self, id: int, shape: Shape) -> int:
        """A node broadcast to a shape; itself if it has it."""
        if self.graph.nodes[id].shape == shape:
            return id
        return self.make("broadcast_to", (id,), (("shape", shape),))

    def product(self, x: int, y: int) -> int:
        """The position of x·y of two scalars."""
        return self.settle(PRODUCT, (x, y), (), ())

    def twins(self, op: Op) -> dict[Key, int] | None:
        """The nodes of an operation by operands, to look in and to add to; None where it may be simplified."""
        known, _, wakes = self._known.get(op.name) or self._look_through(op.name)
        return known if wakes is _ASLEEP and not op.parameters else None

    def settle(
        self,
        op: Op,
        operands: tuple[int, ...],
        settings: Settings,
        shape: Shape,
        stirring: int | None = None,
    ) -> int:
        """The position of an operation whose shape is known: an equal node, something simpler, or a new node.

        `stirring` is the operand that decides whether it may be simpler, where the others are known not to.
        """
        known, commutes, wakes = self._known.get(op.name) or self._look_through(op.name)
        key: Key = (operands, settings) if settings else operands
        found = known.get(key)
        if found is None and commutes:
            found = known.get((operands[1], operands[0]))
        if found is not None:
            return found
        nodes = self.graph.nodes
        for operand in operands if stirring is None else (stirring,):
            if wakes is None or nodes[operand].op.name in wakes:
                simpler = RULES[op.name](self, shape, operands, settings)
                if simpler is not None:
                    return simpler
                break
        known[key] = found = len(nodes)
        nodes.append(Node(op, operands, settings, shape))
        return found

    def _make(self, op: Op, operands: tuple[int, ...], settings: Settings) -> int:
        nodes = self.graph.nodes
        shapes = tuple([nodes[operand].shape for operand in operands])
        if op.shape is elementwise:
            arrays = [shape for shape in shapes if shape]
            first: Shape = arrays[0] if arrays else ()
            shape = first if arrays.count(first) == len(arrays) else broadcast(*shapes)
        else:
            shape = op.shape(shapes, **dict(settings))
        return self.settle(op, operands, settings, shape)

    def _look_through(self, name: str) -> Known:
        """What the given graph holds of one operation; of equal nodes the first counts."""
        nodes, given = self.graph.nodes, self.given(name)[::-1]
        known: dict[Key, int]
        if given and nodes[given[0]].attributes:
            known = {(nodes[i].operands, nodes[i].attributes): i for i in given}
        else:
            known = {nodes[i].operands: i for i in given}
        found: Known = (known, name in COMMUTATIVE, WAKES.get(name) if name in RULES else _ASLEEP)
        self._known[name] = found
        return found

    def _given_constants(self) -> dict[Key, int]:
        nodes = self.graph.nodes
        return {_key(nodes[i].attributes[0][1], nodes[i].shape): i for i in reversed(self.given(CONSTANT.name))}

    def given(self, name: str) -> list[int]:
        """Where the graph that was given has an operation, in order."""
        if self._places is None:
            places = defaultdict[str, list[int]](list)
            for i, node in enumerate(self.graph.nodes[: self.start]):
                places[node.op.name].append(i)
            self._places = dict(places)
        return self._places.get(name, [])


def _key(value: Any, shape: Shape) -> Key:
    """Equal where `constant_key` is, without writing: but for zeros and NaN a number stands for itself and its type."""
    kind = type(value)
    if kind is int or kind is Fraction:
        return (value, shape)
    return (value, shape, kind) if kind is float and value and value == value else constant_key(value, shape)


def constant_key(value: Any, shape: Shape) -> Key:
    """Constants are equal if they are written equally: π is not 3.14159…, 0.5 is not 1/2, −0 is not 0."""
    if isinstance(value, NamedConstant):
        return ("constant", value.name, repr(value), shape)
    exact = isinstance(value, (int, Fraction))
    return ("constant", "number" if exact else type(value).__name__, str(value) if exact else repr(value), shape)
