"""Layers and losses of a program: each call expanded into a group, and the names of what layers make."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from gradviz.errors import NameProblem, ShapeError, UserError, ValueProblem, nearest
from gradviz.graph.attributes import settings_of
from gradviz.graph.faults import called
from gradviz.graph.graph import Graph, Term
from gradviz.graph.inference import Lesson, Relearn, check_declared, open_names
from gradviz.graph.names import Names, base_of
from gradviz.graph.parts import MAX_NODES, Bench, Part
from gradviz.ops.op import INPUT, Attribute
from gradviz.source import Span
from gradviz.syntax.tree import Call

if TYPE_CHECKING:
    from gradviz.networks.block import Block
    from gradviz.networks.leaf import Leaf

LISTED = 6
"""Parameters that an error lists."""


@dataclass(slots=True)
class Layers:
    """Builds the layers and losses of one program.

    Args:
        bench: where the parts are put together.
        names: what the program's names stand for.
        values: values by name: parameters take theirs from here.
        training: whether they are built as they are trained.
    """

    bench: Bench
    names: Names
    values: Mapping[str, Any]
    training: bool
    _places: dict[str, Span] = field(init=False)
    """Where the program gives parameters their values."""

    def __post_init__(self) -> None:
        self._places = {name: given.name_span for name, given in self.names.assigned.items() if "." in name}

    def build(
        self, row: Block, call: Call, parts: tuple[Part, ...], settings: Mapping[str, Attribute], name: str
    ) -> Term:
        """A call of a layer or a loss, in a group of that name (or of a made-up one).

        Raises:
            UserError: operands or settings do not fit; at the call's place.
            Relearn: the declared shape of a parameter teaches what a letter stands for.
        """
        from gradviz.graph.site import GraphSite

        bench, graph = self.bench, self.bench.graph
        terms = [bench.term(part, call.span) for part in parts]
        self._shaped(row, call, terms)
        start, known, graph.limit = len(graph), len(graph.leaves), MAX_NODES
        site = GraphSite(
            graph, self.training, call.span, values=self.values, places=self._places, taken=self.names.places
        )
        try:
            made = site.expand(row, terms, dict(settings_of(row, settings)), name)
            for i in range(start, len(graph)):
                bench.bounded(graph.nodes[i].shape)
        except UserError as error:
            if error.span is None and not isinstance(error, ShapeError):
                error.span = _blamed(error, call, settings)
            raise self._explained(error, terms).located(bench.source, call.span) from None
        finally:
            graph.limit = graph.span = None
        for text in site.notes:
            bench.note(text, call.span)
        self._check_declared(islice(reversed(graph.leaves.values()), len(graph.leaves) - known))
        return made

    def _shaped(self, row: Block, call: Call, terms: list[Term]) -> None:
        """Refuse an operand of a layer that is a number only for want of a shape; give it one where only one is likely.

        Raises:
            ShapeError: a layer needs a shape.
            Relearn: the operands of a loss have one shape.
        """
        if row.alike:
            self._alike(call, terms)
        if row.family != "layer" or row.entrywise:
            return
        for term, operand in zip(terms, call.operands, strict=True):
            names = open_names(term, self.bench.undeclared)
            if names:
                raise ShapeError(
                    f"{row.name} needs a vector or a batch of them, and {names[0]} has no shape",
                    span=operand.span,
                    hint=f"declare it: {names[0]} : N x 2 for N samples of 2 numbers, {names[0]} : 2 for one sample",
                ).located(self.bench.source)

    def _alike(self, call: Call, terms: list[Term]) -> None:
        """A target without a shape has that of what it is compared with."""
        shapes = {term.shape for term in terms if term.shape}
        for term in terms if len(shapes) == 1 else ():
            name = term.node.name or ""
            if term.node.op is INPUT and not term.shape and name in self.bench.undeclared:
                other = next(i for i, term in enumerate(terms) if term.shape)
                known = self.bench.sizes.letters.sizes.items()
                sizes = tuple((letter, found.size) for letter, found in known if not found.resolved)
                like = called(call.operands[other], self.bench)
                raise Relearn(Lesson(name, shape=shapes.pop(), like=like, sizes=sizes), call.span)

    def _explained(self, error: UserError, terms: list[Term]) -> UserError:
        """The error; where an operand is a scalar for want of a shape, with a hint that says so."""
        name = next((name for term in terms for name in open_names(term, self.bench.undeclared)), None)
        if name is not None and isinstance(error, ShapeError):
            error.hint = f"{name} has no shape, so it is a scalar; write {name} : 3 for a vector of 3"
        return error

    def _check_declared(self, leaves: Iterable[Leaf]) -> None:
        for leaf in leaves:
            if leaf.name in self.names.shapes:
                note = self.names.shapes[leaf.name]
                lesson = check_declared(leaf.name, note, leaf.shape, self.bench.sizes)
                if lesson is not None:
                    raise Relearn(lesson, note.span)


def _blamed(error: UserError, call: Call, settings: Mapping[str, Attribute]) -> Span:
    """The place of the one setting that an error is about: whose name or value it says; the call's where none is."""
    from gradviz.networks.wording import said

    said_words = set(re.findall(r"[^\s,;:()]+", error.message))
    values = {name: said(value) for name, value in settings.items()}
    named = [name for name in values if name in said_words]
    told = [name for name, value in values.items() if {value, repr(value)} & said_words or repr(value) in error.message]
    places = {name: value.span for name, value in call.keywords if value.span.end > value.span.start}
    for found in (told, named):
        if len(found) == 1 and found[0] in places:
            return places[found[0]]
    return call.span


def named_in(graph: Graph, names: Names, name: str, outside: Collection[str], span: Span) -> Term | None:
    """What a dotted name stands for: what a layer made; None where it is an input like any other.

    Raises:
        NameProblem: the layer has nothing of that name, or there is no such layer.
    """
    if "." not in name:
        return None
    if name in graph.names:
        return graph[name]
    if name in outside and not base_of(name, names.assigned):
        return None
    raise unknown(graph, names, name, span)


def unknown(graph: Graph, names: Names, name: str, span: Span | None) -> NameProblem:
    """The error for a dotted name that nothing bears."""
    base = base_of(name, {*graph.groups, *names.places}) or name.rpartition(".")[0]
    made = _parts_of(graph, base)
    if made:
        close = next((part for part in made if part.lower() == name.lower()), None)
        listed = ", ".join(made[:LISTED]) + (", …" if len(made) > LISTED else "")
        hint = f"did you mean {close}? It has {listed}" if close else f"it has {listed}"
        return NameProblem(f"the layer {base} has no {name[len(base) + 1 :]}", span=span, hint=hint)
    if base in names.places:
        hint = "names with a dot are parameters of layers: h = dense(x, 8) has h.W and h.b"
        return NameProblem(f"{base} has no parameters, so {name} means nothing", span=span, hint=hint)
    known = [leaf for group in graph.groups for leaf in _parts_of(graph, group)]
    close = nearest(name, known)
    hint = f"did you mean {close}?" if close else f"the layers' parameters are {', '.join(known[:LISTED])}"
    if not known:
        hint = "names with a dot are parameters of layers: h = dense(x, 8) has h.W and h.b"
    return NameProblem(f"the program has no layer {base!r}", span=span, hint=hint)


def _parts_of(graph: Graph, base: str) -> list[str]:
    return [leaf for leaf in graph.leaves if leaf.startswith(f"{base}.")]


def check_parameters(graph: Graph, names: Names, values: Mapping[str, Any], shapes: Collection[str]) -> None:
    """Refuse values (and shapes) for parameters that no layer makes.

    Raises:
        NameProblem: there is no such parameter.
        ValueProblem: the name stands for what is computed.
    """
    for name in (*values, *names.shapes):
        if "." not in name or name in graph.leaves:
            continue
        place = names.places.get(name)
        if name in graph.names and name not in graph.inputs:
            raise ValueProblem(
                f"a value is given for {name}, which is computed",
                span=place,
                hint="values are for inputs and parameters",
            )
        if name not in graph.inputs:
            raise unknown(graph, names, name, place)
