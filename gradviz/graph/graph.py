"""The graph: nodes in topological order, each an operation on earlier ones. What is in it never changes; it only grows.

`Graph` is also the public builder: `x = g.input("x")`, operators on terms, `g.sin(x)`, `g.name(term, "q")`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from gradviz.errors import NameProblem, ShapeError, UserError, ValueProblem, nearest
from gradviz.ops.op import CONSTANT, INPUT, Attribute, Number, Op
from gradviz.ops.table import OPS
from gradviz.shape import Shape, show
from gradviz.source import Span


@dataclass(frozen=True, slots=True)
class Node:
    """One operation applied to earlier nodes.

    Args:
        op: its row of the table.
        operands: the positions of its operands in the graph; a repeated operand is listed twice.
        attributes: the operation's settings, in the order of its parameters. A constant's value is `value`.
        shape: of its value.
        name: the user's name for it, if any.
        span: where in the program it was written.
    """

    op: Op
    operands: tuple[int, ...]
    attributes: tuple[tuple[str, Attribute], ...]
    shape: Shape
    name: str | None = None
    span: Span | None = None

    @property
    def settings(self) -> dict[str, Attribute]:
        """The attributes as a dictionary."""
        return dict(self.attributes)


class Arithmetic:
    """The operators of a term, written once for every builder: each applies the operation it stands for."""

    __slots__ = ()

    def _apply(self, name: str, *operands: Any, **attributes: Any) -> Any:
        raise NotImplementedError

    def __add__(self, other: Any) -> Any:
        return self._apply("add", self, other)

    def __radd__(self, other: Any) -> Any:
        return self._apply("add", other, self)

    def __sub__(self, other: Any) -> Any:
        return self._apply("sub", self, other)

    def __rsub__(self, other: Any) -> Any:
        return self._apply("sub", other, self)

    def __mul__(self, other: Any) -> Any:
        return self._apply("mul", self, other)

    def __rmul__(self, other: Any) -> Any:
        return self._apply("mul", other, self)

    def __truediv__(self, other: Any) -> Any:
        return self._apply("div", self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._apply("div", other, self)

    def __pow__(self, other: Any) -> Any:
        return self._apply("pow", self, other)

    def __rpow__(self, other: Any) -> Any:
        return self._apply("pow", other, self)

    def __matmul__(self, other: Any) -> Any:
        return self._apply("matmul", self, other)

    def __neg__(self) -> Any:
        return self._apply("neg", self)

    def __abs__(self) -> Any:
        return self._apply("abs", self)

    def __gt__(self, other: Any) -> Any:
        return self._apply("greater", self, other)

    def __lt__(self, other: Any) -> Any:
        return self._apply("less", self, other)

    def __ge__(self, other: Any) -> Any:
        return self._apply("greater_equal", self, other)

    def __le__(self, other: Any) -> Any:
        return self._apply("less_equal", self, other)

    def __getitem__(self, item: Any) -> Any:
        items = item if isinstance(item, tuple) else (item,)
        return self._apply("index", self, items=tuple(_index_item(part) for part in items))

    @property
    def T(self) -> Any:  # noqa: N802  (the field's own name)
        """The transpose."""
        return self._apply("transpose", self)


def _index_item(part: Any) -> Attribute:
    """An index item as an attribute: an integer, or ("slice", start, stop, step)."""
    return ("slice", part.start, part.stop, part.step) if isinstance(part, slice) else int(part)


@dataclass(frozen=True, slots=True, eq=False)
class Term(Arithmetic):
    """A node seen from outside: the graph and its position. Understands `+ - * / ** @`, comparison, indexing and `.T`."""

    graph: Graph
    id: int

    @property
    def node(self) -> Node:
        """The node itself."""
        return self.graph.nodes[self.id]

    @property
    def shape(self) -> Shape:
        """The shape of its value."""
        return self.graph.nodes[self.id].shape

    @property
    def fixed(self) -> bool:
        """Whether it is a constant."""
        return self.node.op is CONSTANT

    def _apply(self, name: str, *operands: Any, **attributes: Any) -> Term:
        return self.graph.apply(name, *operands, **attributes)


class Graph:
    """A computation graph that grows by appending; build it by hand with operators.

    Example:
        >>> g = Graph()
        >>> x, y, z = g.input("x"), g.input("y"), g.input("z")
        >>> f = g.name((x + y) * z, "f")
        >>> [node.op.name for node in g]
        ['input', 'input', 'input', 'add', 'mul']
    """

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.names: dict[str, int] = {}
        self.values: dict[str, Any] = {}

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __getitem__(self, name: str) -> Term:
        """The term that bears a name.

        Raises:
            NameProblem: no node has it.
        """
        if name not in self.names:
            close = nearest(name, self.names)
            raise NameProblem(f"no node is named {name!r}", hint=f"did you mean {close!r}?" if close else None)
        return Term(self, self.names[name])

    @property
    def inputs(self) -> dict[str, int]:
        """The inputs' positions by name, in the order in which they were made."""
        return {node.name: i for i, node in enumerate(self.nodes) if node.op is INPUT and node.name}

    def input(self, name: str, shape: Shape = (), value: Any = None, span: Span | None = None) -> Term:
        """A new input; `value` (numbers or an array) is its value unless another is given later.

        Raises:
            NameProblem: the name is taken.
        """
        self._free(name)
        if value is not None:
            self.values[name] = value
        term = self._append(Node(INPUT, (), (), tuple(shape), name, span))
        self.names[name] = term.id
        return term

    def constant(self, value: Any, shape: Shape = (), span: Span | None = None) -> Term:
        """A constant: an exact number filled to `shape`, or nested tuples of numbers in their own shape."""
        return self._append(Node(CONSTANT, (), (("value", value),), shape or _shape_of(value), None, span))

    def apply(self, name: str, *operands: Term | Number, span: Span | None = None, **attributes: Attribute) -> Term:
        """The operation `name` of the table on operands; numbers become constants.

        Raises:
            NameProblem: there is no such operation.
            ShapeError: the operands' shapes do not fit, or their number is wrong.
        """
        op = OPS.get(name)
        if op is None:
            close = nearest(name, OPS)
            raise NameProblem(f"there is no operation {name!r}", hint=f"did you mean {close!r}?" if close else None)
        terms = [self._term(operand) for operand in operands]
        if not op.accepts(len(terms)):
            raise ShapeError(f"{name} does not take {len(terms)} operand(s)", span=span)
        settings = _settings(op, attributes)
        shape = op.shape(tuple(term.shape for term in terms), **dict(settings))
        return self._append(Node(op, tuple(term.id for term in terms), settings, shape, None, span))

    def __getattr__(self, name: str) -> Callable[..., Term]:
        if name.startswith("_") or name not in OPS:
            raise AttributeError(name)
        return lambda *operands, **attributes: self.apply(name, *operands, **attributes)

    def name(self, term: Term, name: str) -> Term:
        """Give a node a name (its first one stays the one that is shown).

        Raises:
            NameProblem: the name is taken.
        """
        self._free(name)
        node = self.nodes[term.id]
        if node.name is None:
            self.nodes[term.id] = replace(node, name=name)
        self.names[name] = term.id
        return term

    def copy(self) -> Graph:
        """A graph with the same nodes (they are shared, being immutable) that can grow on its own."""
        made = Graph()
        made.nodes, made.names, made.values = list(self.nodes), dict(self.names), dict(self.values)
        return made

    def verify(self) -> None:
        """Check every node: operands come before it, and its shape is what its row's rule says.

        Raises:
            ValueError: the graph is broken (a bug in whoever built it).
        """
        for i, node in enumerate(self.nodes):
            if any(not 0 <= operand < i for operand in node.operands):
                raise ValueError(f"node {i} ({node.op.name}) has an operand that does not come before it")
            if node.op in (INPUT, CONSTANT):
                continue
            shapes = tuple(self.nodes[operand].shape for operand in node.operands)
            if node.op.shape(shapes, **node.settings) != node.shape:
                raise ValueError(f"node {i} ({node.op.name}) has the wrong shape {show(node.shape)}")

    def _append(self, node: Node) -> Term:
        self.nodes.append(node)
        return Term(self, len(self.nodes) - 1)

    def _term(self, operand: Term | Number) -> Term:
        if isinstance(operand, Term):
            if operand.graph is not self:
                raise ValueProblem("a term of another graph cannot be used in this one")
            return operand
        if isinstance(operand, (int, float, Fraction)):
            return self.constant(operand)
        raise ValueProblem(f"{operand!r} is neither a term nor a number")

    def _free(self, name: str) -> None:
        if name in self.names:
            raise NameProblem(f"the name {name!r} is given twice", hint="each name stands for one thing")


def _settings(op: Op, given: Mapping[str, Attribute]) -> tuple[tuple[str, Attribute], ...]:
    known = {parameter.name for parameter in op.parameters}
    for name in given:
        if name not in known:
            raise UserError(f"{op.name} has no setting {name!r}", hint=f"it has: {', '.join(sorted(known)) or 'none'}")
    return tuple((p.name, given.get(p.name, p.default)) for p in op.parameters)


def _shape_of(value: Any) -> Shape:
    shape: list[int] = []
    while isinstance(value, tuple):
        shape.append(len(value))
        value = value[0] if value else ()
    return tuple(shape)
