"""A builder that extends a graph with as few nodes as it can: equal nodes are shared, and needless ones never made.

Gradients are built through it, so that their formulas stay short. What is already in the graph is never changed; it is
shared where a new node would equal it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gradviz.errors import InternalError
from gradviz.graph.graph import Arithmetic, Graph, Node
from gradviz.graph.peephole import RULES
from gradviz.graph.rewriting import Settings
from gradviz.ops.op import CONSTANT, INPUT, Attribute, NamedConstant, Number, Op
from gradviz.ops.table import OPS
from gradviz.shape import Shape

Key = tuple[Any, ...]

COMMUTATIVE = frozenset({"add", "mul"})
"""Operations of which `y·x` is found where `x·y` already is. Nothing is reordered: the first way written stays."""


@dataclass(frozen=True, slots=True, eq=False)
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

    __slots__ = ("_fixed", "_known", "graph", "start")

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.start = len(graph)
        self._fixed = bytearray()
        self._known: dict[Key, int] = {}
        for i, node in enumerate(graph.nodes):
            self._note(i, node)

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
        return bool(self._fixed[id])

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
        key = constant_key(value, shape)
        found = self._known.get(key)
        if found is None:
            found = self.graph.constant(value, shape).id
            self._known[key] = found
            self._fixed.append(1)
        return found

    def make(self, name: str, operands: tuple[int, ...], settings: Settings = ()) -> int:
        """The position of an operation on nodes, simplified and shared."""
        return self._make(OPS[name], operands, settings)

    def fit(self, id: int, shape: Shape) -> int:
        """A node broadcast to a shape; itself if it has it."""
        if self.graph.nodes[id].shape == shape:
            return id
        return self.make("broadcast_to", (id,), (("shape", shape),))

    def _make(self, op: Op, operands: tuple[int, ...], settings: Settings) -> int:
        key = (op.name, operands, settings)
        found = self._known.get(key)
        if found is None and op.name in COMMUTATIVE:
            found = self._known.get((op.name, operands[::-1], settings))
        if found is not None:
            return found
        nodes = self.graph.nodes
        shapes = tuple([nodes[operand].shape for operand in operands])
        alike = op.elementwise and shapes.count(shapes[0]) == len(shapes)
        shape = shapes[0] if alike else op.shape(shapes, **dict(settings))
        rule = RULES.get(op.name)
        if rule is not None:
            simpler = rule(self, shape, operands, settings)
            if simpler is not None:
                return simpler
        nodes.append(Node(op, operands, settings, shape))
        self._note(len(nodes) - 1, nodes[-1])
        return len(nodes) - 1

    def _note(self, id: int, node: Node) -> None:
        """Remember a node, so that an equal one is not made again; of equal ones the first counts."""
        if node.op is INPUT:
            self._fixed.append(0)
            return
        if node.op is CONSTANT:
            self._known.setdefault(constant_key(node.attributes[0][1], node.shape), id)
            self._fixed.append(1)
            return
        self._known.setdefault((node.op.name, node.operands, node.attributes), id)
        fixed = self._fixed
        self._fixed.append(all([fixed[operand] for operand in node.operands]))


def constant_key(value: Any, shape: Shape) -> Key:
    """Constants are equal if they are written equally: π is not 3.14159…, 0.5 is not 1/2, −0 is not 0."""
    if isinstance(value, NamedConstant):
        return ("constant", value.name, repr(value), shape)
    exact = isinstance(value, (int, Fraction))
    return ("constant", "number" if exact else type(value).__name__, str(value) if exact else repr(value), shape)
