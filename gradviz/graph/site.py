"""A graph as the place where blocks are built: parameters, groups, blocks within blocks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from gradviz.errors import LimitError, NameProblem, ShapeError, UserError, ValueProblem, nearest
from gradviz.graph.attributes import settings_of
from gradviz.graph.node import Group
from gradviz.graph.values import shape_of
from gradviz.ops.op import CONSTANT, INPUT, Attribute
from gradviz.shape import Shape, show, size
from gradviz.source import Span

if TYPE_CHECKING:
    from gradviz.graph.graph import Graph, Term
    from gradviz.networks.block import Block
    from gradviz.networks.leaf import Role

MAX_ENTRIES = 100_000_000
"""Entries of one parameter."""
PLAIN = {"loss": "loss", "likelihood": "loss", "penalty": "penalty"}
"""By family, what blocks without a name are called, where their kind with a number would read badly (l21, l11)."""


@dataclass(slots=True)
class GraphSite:
    """Builds blocks into a graph: the `Site` that their `expand` is written against.

    Args:
        graph: where the nodes go.
        training: whether the network is built as it is trained.
        span: where the program calls the block.
        notes: what the blocks want the person to be told.
        values: values of parameters by name, where they are given.
        places: where a program gives a parameter its value.
        taken: names that no group may be given on its own.

    Example:
        >>> from gradviz.graph.graph import Graph
        >>> g = Graph()
        >>> site = GraphSite(g)
        >>> with site.group("h", "dense", "2 → 3"):
        ...     W = site.parameter("W", (2, 3), "he_normal", fans=(2, 3))
        >>> W, g.leaves["h.W"].fan_in
        (<Term h.W = input, shape 2×3>, 2)
    """

    graph: Graph
    training: bool = True
    span: Span | None = None
    notes: list[str] = field(default_factory=list)
    values: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, Span] = field(default_factory=dict)
    taken: Collection[str] = ()

    def parameter(self, name: str, shape: Shape, init: str = "zeros", fans: tuple[int, int] = (1, 1)) -> Term:
        """A parameter: an input that is trained."""
        return self._leaf(name, shape, "parameter", init, fans)

    def noise(self, name: str, shape: Shape, init: str) -> Term:
        """An input that is drawn anew for every step."""
        return self._leaf(name, shape, "noise", init, (1, 1))

    def buffer(self, name: str, shape: Shape, init: str = "zeros") -> Term:
        """An input that is kept from step to step and has no gradient."""
        return self._leaf(name, shape, "buffer", init, (1, 1))

    def update(self, buffer: Term, value: Term) -> None:
        """Say what a buffer's next value is; the value's node is named after it (`h.mean_next`)."""
        name = buffer.node.name or ""
        if value.node.name is None:
            self.graph.name(value, f"{name}_next")
        self.graph.leaves[name] = replace(self.graph.leaves[name], update=value.node.name or "")

    @contextmanager
    def group(self, name: str, kind: str, note: str = "") -> Iterator[str]:
        """Open a group: the nodes made inside lie in it.

        Raises:
            NameProblem: there is a group of that name.
        """
        with self._opened(name, Group(name, kind, note)) as full:
            yield full

    @contextmanager
    def _opened(self, name: str, group: Group) -> Iterator[str]:
        outer, full = self.graph.group, self._full(name)
        if full in self.graph.groups:
            raise NameProblem(f"there are two layers named {full!r}", hint="give each layer a name of its own")
        made = replace(group, name=full, parent=outer)
        self.graph.groups[full] = made
        self.graph.group = made
        try:
            yield made.name
        finally:
            self.graph.group = outer

    def block(self, kind: str, *operands: Any, name: str = "", **settings: Attribute) -> Term:
        """A block in a group of its own; one without a name is called by its kind, numbered (a loss `loss`, `loss2`).

        Raises:
            NameProblem: there is no such block.
            UserError: operands or settings do not fit.
        """
        terms = [self.graph.term(operand) for operand in operands]
        row = self._row(kind, len(terms), settings)
        return self.expand(row, terms, dict(settings_of(row, settings)), name)

    def expand(self, row: Block, terms: list[Term], settings: Mapping[str, Attribute], name: str = "") -> Term:
        """A block of a row with complete settings; its result bears the group's name.

        The result of a block that is the result of the last one inside it is called after the outer one.
        """
        start, self.graph.span = len(self.graph), self.span
        note = row.note(tuple(term.shape for term in terms), **settings) if row.note is not None else ""
        usual = {parameter.name: parameter.default for parameter in row.parameters}
        chosen = tuple((key, value) for key, value in settings.items() if value != usual.get(key))
        with self._opened(name or self._free(row), Group("", row.name, note, settings=chosen)) as full:
            made = self.graph.term(row.expand(self, *terms, **settings))
        if made.id >= start and made.node.op not in (INPUT, CONSTANT) and full not in self.graph.names:
            if (made.node.name or "").startswith(f"{full}."):
                self.graph.nodes[made.id] = replace(made.node, name=None)
            self.graph.name(made, full)
        return made

    def call(self, term: Term, name: str) -> Term:
        """Give a term a name inside the open group."""
        return self.graph.name(term, self._full(name))

    def made_by(self, term: Term) -> str:
        """The name of the operation that makes a term."""
        return term.node.op.name

    def note(self, text: str) -> None:
        """Something that the person should be told."""
        self.notes.append(text)

    def constant(self, value: Any, shape: Shape = ()) -> Term:
        """A constant."""
        return self.graph.constant(value, shape, self.span)

    def apply(self, name: str, *operands: Any, **attributes: Attribute) -> Term:
        """The operation of that name on the operands."""
        return self.graph.apply(name, *operands, span=self.span, **attributes)

    def __getattr__(self, name: str) -> Callable[..., Term]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *operands, **attributes: self.apply(name, *operands, **attributes)

    def _row(self, kind: str, operands: int, settings: Mapping[str, Attribute]) -> Block:
        from gradviz.networks.table import WORDS

        rows = WORDS.get(kind, ())
        if not rows:
            close = nearest(kind, WORDS)
            raise NameProblem(f"there is no layer {kind!r}", hint=f"did you mean {close!r}?" if close else None)
        fitting = [row for row in rows if row.accepts(operands)]
        if not fitting:
            raise ShapeError(f"{kind} does not take {operands} operand{'s' * (operands != 1)}")
        return fitting[0]

    def _full(self, name: str) -> str:
        return f"{self.graph.group.name}.{name}" if self.graph.group is not None else name

    def _free(self, row: Block) -> str:
        """The first of `dense1`, `dense2`, or of `loss`, `loss2`, that nothing bears."""
        graph, word = self.graph, PLAIN.get(row.family, row.name)
        start = graph.numbered.get(self._full(word), 1)
        for number in count(start):
            name = word if number == 1 and row.family in PLAIN else f"{word}{number}"
            full = self._full(name)
            if full not in graph.groups and full not in graph.names and full not in self.taken:
                graph.numbered[self._full(word)] = number + 1
                return name
        raise AssertionError("count ends nowhere")

    def _leaf(self, name: str, shape: Shape, role: Role, init: str, fans: tuple[int, int]) -> Term:
        from gradviz.networks.initialisers import read_init
        from gradviz.networks.leaf import Leaf

        full = self._full(name)
        if size(shape) > MAX_ENTRIES:
            raise LimitError(
                f"{full} would have {size(shape):,} entries", hint=f"parameters may have up to {MAX_ENTRIES:,}"
            )
        read_init(init)
        value = self.values.get(full)
        if value is not None and shape_of(value) != shape:
            raise ValueProblem(
                f"the value of {full} is {_as(shape_of(value))}, but its layer makes it {_as(shape)}",
                span=self.places.get(full),
                hint=f"give {'one number' if not shape else 'numbers in the shape ' + show(shape)}",
            )
        made = self.graph.input(full, shape, value, self.span)
        self.graph.leaves[full] = Leaf(full, shape, role, init, *fans)
        return made


def build_block(graph: Graph, word: str, operands: tuple[Any, ...], settings: dict[str, Attribute], name: str) -> Term:
    """A layer or a loss called on a graph, settings by position told from operands; nothing is left of one that fails.

    Raises:
        NameProblem: there is no such layer or loss, or the name is taken.
        UserError: operands or settings do not fit.
    """
    from gradviz.networks.table import WORDS, block_of

    row = block_of(word, len(operands), list(settings))
    if row is None:
        close = nearest(word, WORDS)
        raise NameProblem(f"there is no layer {word!r}", hint=f"did you mean {close!r}?" if close else None)
    if row.leads and operands and row.parameters[0].name not in settings:
        settings, operands = {row.parameters[0].name: operands[0], **settings}, operands[1:]
    operands, settings = _told_apart(row, operands, settings)
    site, before = GraphSite(graph, graph.training), len(graph)
    tables: tuple[dict[str, Any], ...] = (graph.names, graph.leaves, graph.groups)
    sizes = [len(table) for table in tables]
    try:
        if name and name in graph.names:
            raise NameProblem(f"the name {name!r} is given twice", hint="each name stands for one thing")
        return site.expand(row, [graph.term(operand) for operand in operands], dict(settings_of(row, settings)), name)
    except UserError:
        del graph.nodes[before:]
        for table, length in zip(tables, sizes, strict=True):
            while len(table) > length:
                table.popitem()
        raise


def _told_apart(
    row: Block, operands: tuple[Any, ...], settings: dict[str, Attribute]
) -> tuple[tuple[Any, ...], dict[str, Attribute]]:
    """Operands, and settings with those that were given by position: after the most operands, or from a text on."""
    end = len(operands) if row.most is None else min(row.most, len(operands))
    end = next((i for i, operand in enumerate(operands[:end]) if isinstance(operand, str)), end)
    rest = operands[end:]
    free = [parameter.name for parameter in row.parameters if parameter.name not in settings]
    if end < row.least or len(rest) > len(free):
        raise ShapeError(f"{row.name} does not take {len(operands)} operands", hint=f"write {row.usage()}")
    return operands[:end], {**dict(zip(free, rest, strict=False)), **settings}


def _as(shape: Shape) -> str:
    return f"of shape {show(shape)}" if shape else "a scalar"
