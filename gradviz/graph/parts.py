"""What an expression is while it is built: a number not yet in the graph, a node, or a vector lying down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from gradviz.errors import LimitError, ShapeError, UserError
from gradviz.graph.exact import fold, is_exact, representable
from gradviz.graph.graph import Graph, Term
from gradviz.graph.inference import Relearn, learn, open_names
from gradviz.graph.sizes import Sizes
from gradviz.ops.op import INPUT, Attribute
from gradviz.shape import Shape, size
from gradviz.source import Source, Span
from gradviz.syntax.tree import Note

MAX_ENTRIES = 10_000_000
"""Entries of any array in a graph built from text: 80 MB."""

MAX_NODES = 75_000
"""Nodes that a program's text may make."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A constant that is no node yet: an exact number, π or e, or nested tuples of those."""

    value: Any
    shape: Shape = ()


@dataclass(frozen=True, slots=True)
class Row:
    """The transpose of a vector: a row, 1×n. It stays a vector until something needs the two axes."""

    vector: Term


Part = Fixed | Row | Term


@dataclass(slots=True)
class Bench:
    """Where parts are put together: the graph that grows, and what the program says about it.

    Args:
        graph: grows.
        source: the program's text, for errors.
        sizes: the inputs' shapes.
        undeclared: the inputs that are scalars only because nothing says otherwise.
        settled: whether an undeclared scalar is known to stay one.
        notes: what a person should be told; grows.
        doubtful: set where the reading hung on whether a scalar stays one.
    """

    graph: Graph
    source: Source
    sizes: Sizes
    undeclared: set[str]
    settled: bool = False
    notes: dict[Note, None] = field(default_factory=dict)
    doubtful: bool = False

    def note(self, message: str, span: Span) -> None:
        """Tell a person something about how the program was read; once."""
        self.notes.setdefault(Note(message, span))

    def term(self, part: Part, span: Span) -> Term:
        """The part as a node."""
        if isinstance(part, Term):
            return part
        if isinstance(part, Row):
            return self.apply("transpose", (part.vector,), span) if part.vector.shape else part.vector
        if is_exact(part.value):
            representable(part.value, span)
        return self.graph.constant(part.value, part.shape, span=span)

    def may_grow(self, part: Term) -> bool:
        """Whether a scalar may yet turn out to be a vector, because nothing gives it a shape."""
        return not self.settled and part.node.op is INPUT and part.node.name in self.undeclared

    def doubted(self, part: Term) -> Row:
        """The transpose of a scalar that may turn out to be a vector."""
        self.doubtful = True
        return Row(part)

    def apply(self, name: str, parts: tuple[Part, ...], span: Span, **attributes: Attribute) -> Term:
        """An operation on parts, as a node; what goes wrong is shown at its place.

        Raises:
            UserError: the shapes do not fit; located at the span.
            Relearn: they do not fit yet, but one shape for an open name or letter would.
        """
        if len(self.graph) >= MAX_NODES:
            raise LimitError(
                f"the program makes more than {MAX_NODES:,} nodes",
                span=span,
                hint="build large graphs with gradviz.Graph",
            )
        terms = [self.term(part, span) for part in parts]
        try:
            return self._bounded(self.graph.apply(name, *terms, span=span, **attributes))
        except ShapeError as error:
            learned = learn(name, terms, attributes, self.sizes, self.undeclared)
            if learned is not None:
                where = self.source.text[span.start : span.end]
                raise Relearn(replace(learned, where=where) if where else learned, span) from error
            # A shape rule serves several operations, so it says "this" of the one at hand.
            error.message = error.message.replace("this needs", f"{name} needs", 1)
            raise self._explained(error, terms, span) from None
        except UserError as error:
            raise error.located(self.source, span) from None

    def _bounded(self, made: Term) -> Term:
        """The term, if its value has a size that can be computed with."""
        self.bounded(made.shape)
        return made

    def bounded(self, shape: Shape) -> None:
        """Refuse a shape of more entries than can be computed with.

        Raises:
            LimitError: there are more.
        """
        if size(shape) > MAX_ENTRIES:
            raise LimitError(
                f"this array would have {size(shape):,} entries",
                hint=f"arrays may have up to {MAX_ENTRIES:,}",
            )

    def _explained(self, error: ShapeError, terms: list[Term], span: Span) -> UserError:
        """The error at its place; if an operand is a scalar for want of a shape, with a hint that says so."""
        name = next((name for term in terms for name in open_names(term, self.undeclared)), None)
        if name is not None:
            ways = f"write {name} : 3 for a vector of 3, {name} : 2x3 for a matrix"
            error.hint = f"{name} has no shape, so it is a scalar; {ways}"
        return error.located(self.source, span)


def shape_of(part: Part) -> Shape:
    """The shape that a part will have as a node."""
    if not isinstance(part, Row):
        return part.shape
    return (1, *part.vector.shape) if part.vector.shape else ()


def elementwise(bench: Bench, name: str, parts: tuple[Part, ...], span: Span) -> Part:
    """Arithmetic: exact numbers are folded; a row times a scalar stays a row."""
    folded = fold(name, tuple(part.value if isinstance(part, Fixed) else None for part in parts), span)
    if folded is not None:
        return Fixed(folded)
    name = {"juxtapose": "mul", "power": "pow"}.get(name, name)
    if any(isinstance(part, Row) for part in parts) and all(isinstance(p, Row) or p.shape == () for p in parts):
        return Row(bench.apply(name, tuple(p.vector if isinstance(p, Row) else p for p in parts), span))
    return bench.apply(name, parts, span)


Finish = Callable[[Bench, tuple[Part, ...], Span], Part]
"""What makes a call's part out of its operands' parts."""
