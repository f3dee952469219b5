"""The graph: nodes in topological order, each an operation on earlier ones. What is in it never changes; it only grows.

`Graph` is also the public builder: `x = g.input("x")`, operators on terms, `g.sin(x)`, `g.name(term, "q")`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from gradviz.errors import LimitError, NameProblem, UserError, ValueProblem, nearest
from gradviz.graph.arithmetic import Arithmetic
from gradviz.graph.attributes import settings_of, split_positional
from gradviz.graph.node import Group, Node
from gradviz.graph.values import as_constant, as_value, shape_of
from gradviz.networks.words import KNOWN, block_of
from gradviz.ops.op import CONSTANT, INPUT, Attribute, elementwise
from gradviz.ops.table import OPS
from gradviz.shape import Shape, show
from gradviz.source import Span

if TYPE_CHECKING:
    from gradviz.networks.leaf import Leaf

__all__ = ["Arithmetic", "Graph", "Group", "Node", "Term"]

_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*'*")


@dataclass(slots=True, eq=False, repr=False)  # not frozen, for speed: one is made for every node that is built
class Term(Arithmetic):
    """A node seen from outside: the graph and its position. Understands `+ - * / ** @`, comparison, indexing and `.T`.

    Example:
        >>> g = Graph()
        >>> W, x = g.input("W", (2, 3)), g.input("x", (3,))
        >>> g.name(W @ x, "q")
        <Term q = matmul(W, x), shape 2>
    """

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

    def __repr__(self) -> str:
        node = self.node
        operands = ", ".join(_label(self.graph, operand) for operand in node.operands)
        what = node.op.name if node.op is INPUT else f"{node.op.name}({operands})"
        what = f"constant {_short(node.settings['value'])}" if node.op is CONSTANT else what
        shape = f"shape {show(node.shape)}" if node.shape else "scalar"
        return f"<Term {f'{node.name} = ' if node.name else ''}{what}, {shape}>"


class Graph:
    """A computation graph that grows by appending; build it by hand with operators.

    Layers and losses are methods too: `h = g.dense(x, 8, activation="tanh", name="h")`.

    Numbers, nested lists and NumPy arrays that meet a term become constants. Large data is better an input with a
    value. Terms are compared by `>` and `<` into new terms, and by `==` as objects.

    Example:
        >>> g = Graph()
        >>> x, y, z = g.input("x"), g.input("y"), g.input("z")
        >>> f = g.name((x + y) * z, "f")
        >>> [node.op.name for node in g]
        ['input', 'input', 'input', 'add', 'mul']
    """

    def __init__(self, *, training: bool = True) -> None:
        self.training = training
        """Whether layers are built as they are trained, or as they are used."""
        self.nodes: list[Node] = []
        self.names: dict[str, int] = {}
        self.values: dict[str, Any] = {}
        self.leaves: dict[str, Leaf] = {}
        """What layers made: parameters, noise, buffers, by the input's name."""
        self.groups: dict[str, Group] = {}
        """The groups by name, in the order in which they were opened."""
        self.group: Group | None = None
        """The group that is open: new nodes lie in it."""
        self.span: Span | None = None
        """Where in a program new nodes come from, unless it is said of one."""
        self.limit: int | None = None
        """How many nodes there may be."""
        self.numbered: dict[str, int] = {}
        """By kind, the number that the next block without a name may take."""

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

    def __repr__(self) -> str:
        return f"<Graph of {len(self)} nodes, inputs {', '.join(self.inputs) or 'none'}>"

    @property
    def inputs(self) -> dict[str, int]:
        """The inputs' positions by name, in the order in which they were made."""
        return {node.name: i for i, node in enumerate(self.nodes) if node.op is INPUT and node.name}

    def differentiates(self, name: str) -> bool:
        """Whether the gradient by an input is wanted unless something else is said: not by noise and buffers."""
        return name not in self.leaves or self.leaves[name].role == "parameter"

    def input(self, name: str, shape: Shape | int | None = None, value: Any = None, span: Span | None = None) -> Term:
        """A new input.

        Args:
            name: a word; layers use dots (`h.W`).
            shape: the sizes of its axes; one number makes a vector. By default that of the value, or a scalar.
            value: a number, nested lists or an array: its value unless another is given later.
            span: where a program wrote it.

        Raises:
            NameProblem: the name is taken, or is no word.
            ValueProblem: the value is not made of numbers, or has another shape.

        Example:
            >>> g = Graph()
            >>> g.input("W", value=[[1, 2, 3], [4, 5, 6]])
            <Term W = input, shape 2×3>
        """
        self._free(name)
        sizes = (shape,) if isinstance(shape, int) else None if shape is None else tuple(shape)
        if value is not None:
            value = as_value(name, value)
            sizes = shape_of(value) if sizes is None else sizes
            if shape_of(value) != sizes:
                raise ValueProblem(
                    f"the value of {name} has the shape {show(shape_of(value))}, but {name} is {show(sizes)}",
                    hint="leave the shape out, or give a value in that shape",
                )
            self.values[name] = value
        self.nodes.append(Node(INPUT, (), (), sizes or (), name, span, self.group))
        self.names[name] = len(self.nodes) - 1
        return Term(self, self.names[name])

    def constant(self, value: Any, shape: Shape = (), span: Span | None = None) -> Term:
        """A constant: a number filled to `shape`, or an array (nested lists or tuples too) in its own shape.

        Raises:
            ValueProblem: it is not made of real numbers, is ragged, or has another shape.

        Example:
            >>> g = Graph()
            >>> g.constant(1, (2, 2)), g.constant([1, 2, 3])
            (<Term constant 1, shape 2×2>, <Term constant (1, 2, 3), shape 3>)
        """
        own: Shape = ()
        if type(value) is tuple and shape:
            own = shape
        elif type(value) is not int and type(value) is not Fraction:
            value, own = as_constant(value)
        if own and shape and own != shape:
            raise ValueProblem(f"a constant of shape {show(own)} cannot fill the shape {show(shape)}")
        self.nodes.append(Node(CONSTANT, (), (("value", value),), shape or own, None, span, self.group))
        return Term(self, len(self.nodes) - 1)

    def apply(self, name: str, *operands: Any, span: Span | None = None, **attributes: Attribute) -> Term:
        """The operation `name` of the table on operands; numbers and arrays become constants.

        Settings are given by keyword, or by position after the operands.

        Raises:
            NameProblem: there is no such operation.
            ShapeError: the operands' shapes do not fit, or their number is wrong.

        Example:
            >>> g = Graph()
            >>> x = g.input("x", (2, 3))
            >>> g.apply("sum", x, axis=0)
            <Term sum(x), shape 3>
        """
        op = OPS.get(name)
        if op is None:
            close = nearest(name, OPS)
            raise NameProblem(f"there is no operation {name!r}", hint=f"did you mean {close!r}?" if close else None)
        if op.arity != len(operands) and not op.accepts(len(operands)):
            operands, attributes = split_positional(op, operands, attributes, span)
        nodes = self.nodes
        start = len(nodes)
        try:
            if self.limit is not None and start >= self.limit:
                raise LimitError(
                    f"this makes more than {self.limit:,} nodes", hint="build large graphs with gradviz.Graph"
                )
            ids, scalars = [], op.shape is elementwise
            for x in operands:  # no call for a scalar term of this graph: a million nodes take seconds
                i = x.id if type(x) is Term and x.graph is self else self.term(x).id
                ids.append(i)
                if nodes[i].shape:
                    scalars = False
            settings = settings_of(op, attributes) if attributes or op.parameters else ()
            shape = () if scalars else op.shape(tuple([nodes[i].shape for i in ids]), **dict(settings))
        except UserError:
            del nodes[start:]
            raise
        nodes.append(Node(op, tuple(ids), settings, shape, None, span or self.span, self.group))
        return Term(self, len(nodes) - 1)

    def block(self, word: str, *operands: Any, name: str = "", **settings: Attribute) -> Term:
        """A layer or a loss on operands, in a group of that name (or of a made-up one).

        Its parameters are inputs of the graph, `name.W` and so on; `leaves` says what they are.

        Args:
            word: as the language calls it.
            operands: terms, numbers or arrays; then settings by position, as in the language.
            name: of the group and of the result.
            settings: by keyword.

        Raises:
            NameProblem: there is no such layer or loss, or the name is taken.
            UserError: operands or settings do not fit.

        Example:
            >>> g = Graph()
            >>> h = g.dense(g.input("X", (4, 2)), 3, "tanh", name="h")
            >>> h, list(g.leaves)
            (<Term h = tanh(h.z), shape 4×3>, ['h.W', 'h.b'])
        """
        from gradviz.graph.site import build_block

        return build_block(self, word, operands, settings, name)

    def __getattr__(self, name: str) -> Callable[..., Term]:
        if name.startswith("_") or (name not in OPS and name not in KNOWN):
            close = None if name.startswith("_") else nearest(name, {*OPS, *KNOWN})
            raise AttributeError(f"there is no operation {name!r}" + (f"; did you mean {close!r}?" if close else ""))
        if name not in KNOWN:
            return partial(self.apply, name)
        return lambda *operands, **attributes: self._called(name, operands, attributes)

    def _called(self, name: str, operands: tuple[Any, ...], attributes: dict[str, Any]) -> Term:
        settings = [key for key in attributes if key != "name"]
        if name in OPS and block_of(name, len(operands), settings) is None:
            return self.apply(name, *operands, **attributes)
        return self.block(name, *operands, **attributes)

    def name(self, term: Term, name: str) -> Term:
        """Give a node a name (its first one stays the one that is shown).

        Raises:
            NameProblem: the name is taken, or is no word.

        Example:
            >>> g = Graph()
            >>> q = g.name(g.input("x") + 1, "q")
            >>> g["q"].id == q.id
            True
        """
        self._free(name)
        node = self.nodes[term.id]
        if node.name is None:
            self.nodes[term.id] = replace(node, name=name)
        self.names[name] = term.id
        return term

    def copy(self) -> Graph:
        """A graph with the same nodes (they are shared, being immutable) that can grow on its own."""
        made = Graph(training=self.training)
        made.nodes, made.names, made.values = list(self.nodes), dict(self.names), dict(self.values)
        made.leaves, made.groups, made.numbered = dict(self.leaves), dict(self.groups), dict(self.numbered)
        return made

    def verify(self) -> None:
        """Check every node: operands come before it, and its shape is what its row's rule says.

        Raises:
            ValueError: the graph is broken (a bug in whoever built it).
        """
        for i, node in enumerate(self.nodes):
            if any(not 0 <= operand < i for operand in node.operands):
                raise ValueError(f"node {i} ({node.op.name}) has an operand that does not come before it")
            if node.op is INPUT or node.op is CONSTANT:
                continue
            shapes = tuple(self.nodes[operand].shape for operand in node.operands)
            if node.op.shape(shapes, **node.settings) != node.shape:
                raise ValueError(f"node {i} ({node.op.name}) has the wrong shape {show(node.shape)}")

    def term(self, operand: Any) -> Term:
        """A term of this graph as it is; a number or an array as a constant.

        Raises:
            ValueProblem: it is neither, or a term of another graph.
        """
        if isinstance(operand, Term):
            if operand.graph is not self:
                raise ValueProblem("a term of another graph cannot be used in this one")
            return operand
        try:
            return self.constant(operand)
        except ValueProblem:
            raise ValueProblem(f"{operand!r} is neither a term, a number nor an array") from None

    def _free(self, name: str) -> None:
        if name in self.names:
            raise NameProblem(f"the name {name!r} is given twice", hint="each name stands for one thing")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise NameProblem(f"{name!r} cannot be a name", hint="a name is a word such as x, w0 or h.W")


def _label(graph: Graph, i: int) -> str:
    node = graph.nodes[i]
    return _short(node.settings["value"]) if node.op is CONSTANT else node.name or f"#{i}"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:37]}…"
