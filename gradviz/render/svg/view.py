"""A view: the explanation, indexed, with what every part of one picture shares: inks, scales, footnotes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gradviz.explanation.data import Definition, EdgeFacts, ExplanationData, Math, NodeFacts, Value
from gradviz.render.svg.arrays import scale_of, scale_of_all
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.scales import Scale

Level = Literal["values", "gradients", "full", "table", "compact", "network", "layers"]
"""The levels of detail; one for large graphs, glyphs and wires without texts; and two for networks: heat maps at the
wires, with rules and structures, or with norms."""

LONG = 24.0
"""A formula wider than this many em becomes a footnote."""

SHORT = 14
"""Characters that are never that wide."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What comes back along a wire: nothing (no gradient was asked for), a zero, or a gradient of some magnitude."""

    kind: Literal["none", "zero", "gradient"]
    magnitude: float = 0.0


NO_FLOW = Flow("none")
ZERO_FLOW = Flow("zero")


@dataclass(frozen=True, slots=True)
class View:
    """One picture's data.

    Args:
        level: how much is said.
        ink: colours and precision.
        nodes: by id.
        outgoing, incoming: positions in the edges, by node id.
        scales: of the cells of values and of gradients; None where none is needed.
        footnotes: numbers of the formulas (LaTeX) that are too long for their place; `long` are those formulas.
        replaced: gradients (LaTeX) that are as long, but are said by the names of intermediates instead.
    """

    data: ExplanationData
    level: Level
    ink: Ink
    nodes: Mapping[str, NodeFacts]
    outgoing: Mapping[str, tuple[int, ...]]
    incoming: Mapping[str, tuple[int, ...]]
    scales: tuple[Scale | None, Scale | None]
    footnotes: Mapping[str, int]
    long: tuple[Math, ...]
    replaced: frozenset[str] = frozenset()

    def flow(self, edge: EdgeFacts) -> Flow:
        """What comes back along an edge."""
        if self.level == "values" or not edge.active:
            return NO_FLOW
        if edge.contribution is None:
            zero = edge.local_formula is not None and edge.local_formula.text.strip() in ("0", "0.0")
            return ZERO_FLOW if zero else Flow("gradient", math.nan)
        return _flow(edge.contribution)

    def trunk(self, node: NodeFacts) -> Flow:
        """What comes back to a node."""
        if self.level == "values":
            return NO_FLOW
        if node.gradient is not None:
            return _flow(node.gradient)
        active = any(self.data.edges[i].active for i in (self.incoming if node.is_output else self.outgoing)[node.id])
        symbolic = active and (node.is_output or node.named is not None or node.formula is not None)
        return Flow("gradient", math.nan) if symbolic else NO_FLOW

    def number_of(self, index: int) -> int:
        """The number of an edge in the table, counted from 1; edges without a gradient have no row there."""
        return sum(edge.active for edge in self.data.edges[: index + 1])

    def gradient_formula(self, node: NodeFacts) -> Math | None:
        """What a gradient is said to be: of an array input its matrix form, else by the graph's names."""
        matrix = _matrix_form(self.data, node)
        if matrix is not None:
            short = self.data.gradients[node.name].named
            return short if short is not None and matrix.latex in self.replaced else matrix
        return node.named or (node.formula if node.gradient is None else None)

    def definitions(self) -> tuple[Definition, ...]:
        """What the names in gradients stand for that no node of the picture bears; each name once."""
        if self.level not in ("full", "table"):
            return ()
        known = {node.label.latex for node in self.data.nodes}
        found: dict[str, Definition] = {}
        for node in self.data.nodes:
            facts = self.data.gradients.get(node.name) if node.is_input else None
            if facts is None or facts.named is None:
                continue
            if self.level == "table" or self.gradient_formula(node) == facts.named:
                found.update({made.name.latex: made for made in facts.where if made.name.latex not in known})
        return tuple(found.values())

    def noted(self, formula: Math) -> str:
        """The formula's LaTeX, or its footnote's mark."""
        number = self.footnotes.get(formula.latex)
        return formula.latex if number is None else footnote_mark(number)


def _matrix_form(data: ExplanationData, node: NodeFacts) -> Math | None:
    """The gradient by an array input in matrix form; None where there is only one of entries in brackets."""
    facts = data.gradients.get(node.name) if node.is_input and node.shape else None
    if facts is None or facts.formula is None or facts.by_index or facts.formula.text.lstrip().startswith("["):
        return None
    return facts.formula


def footnote_mark(number: int) -> str:
    """A footnote's name in LaTeX."""
    return rf"\langle {number}\rangle"


def _flow(value: Value) -> Flow:
    return ZERO_FLOW if value.magnitude == 0 else Flow("gradient", value.magnitude)


def view(data: ExplanationData, level: Level, ink: Ink) -> View:
    """The view of an explanation at one level of detail."""
    outgoing: dict[str, list[int]] = {node.id: [] for node in data.nodes}
    incoming: dict[str, list[int]] = {node.id: [] for node in data.nodes}
    for i, edge in enumerate(data.edges):
        outgoing[edge.source].append(i)
        incoming[edge.target].append(i)
    nodes = {node.id: node for node in data.nodes}
    every = level in ("network", "layers")
    gradients = [*(node.gradient for node in data.nodes), *(edge.contribution for edge in data.edges if every)]
    scales = (
        (scale_of_all if every else scale_of)(node.value for node in data.nodes),
        (scale_of_all if every else scale_of)(gradients) if level != "values" else None,
    )
    long = _long(data, ink) if level in ("full", "table") else ()
    replaced = _by_names(data) & {formula.latex for formula in long}
    long = tuple(formula for formula in long if formula.latex not in replaced)
    return View(
        data,
        level,
        ink,
        nodes,
        {id: tuple(edges) for id, edges in outgoing.items()},
        {id: tuple(edges) for id, edges in incoming.items()},
        scales,
        {formula.latex: i + 1 for i, formula in enumerate(long)},
        long,
        frozenset(replaced),
    )


def _by_names(data: ExplanationData) -> set[str]:
    """The matrix forms that can be said by names of intermediates."""
    forms = [(node, _matrix_form(data, node)) for node in data.nodes]
    return {form.latex for node, form in forms if form is not None and data.gradients[node.name].named is not None}


def _long(data: ExplanationData, ink: Ink) -> tuple[Math, ...]:
    """The formulas that need a footnote, each once."""
    found: dict[str, Math] = {}
    for formula in _formulas(data):
        # Typesetting costs milliseconds: what has few letters cannot be long, whatever its letters are.
        if formula is None or len(formula.unicode) <= SHORT or formula.latex in found:
            continue
        if ink.math(formula.latex, 10, "ink").width > 10 * LONG:
            found[formula.latex] = formula
    return tuple(found.values())


def _formulas(data: ExplanationData) -> list[Math | None]:
    """Every formula that could stand on a wire, in the order of the nodes and edges."""
    found: list[Math | None] = []
    for node in data.nodes:
        found += [node.expression, node.named, _matrix_form(data, node)]
    for edge in data.edges:
        found += [edge.local_formula, edge.rule]
    return found
