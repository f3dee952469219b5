"""Formulas of a gradient graph: local derivatives, and gradients in the inputs alone and in the graph's names."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from gradviz.graph.graph import Graph
from gradviz.ops.op import CONSTANT
from gradviz.passes.backward import Backward, Edge
from gradviz.passes.formula import Formula
from gradviz.passes.plain import Terms, rules_on, size_of, terms_of, tree_of
from gradviz.passes.raising import expression
from gradviz.passes.simplify import Effort, Form, candidates, cost
from gradviz.passes.symbolic import Symbols, lower, lower_pointwise, tree_size, written_out
from gradviz.passes.textbook import Unwritable, Writer
from gradviz.passes.ties import drop_ties, one_winner, reachable
from gradviz.passes.verify import Samples
from gradviz.syntax.tree import Array, Call, Expr, Name, Number, postorder

ENTRIES = 9
"""How many entries an array may have for its gradient to be written out."""
LOCAL_COST, NAMED_COST, FORMULA_COST = 40.0, 15.0, 160.0
"""What a formula may cost its reader; beyond that it is not written."""
HIDDEN = frozenset(["broadcast_to", "sum_to", "scatter", "reshape"])
"""Operations of the gradient graph that a person does not write."""


@dataclass(slots=True)
class Formulary:
    """Finds formulas for one gradient graph and verifies each before handing it out.

    Args:
        backward: the gradient graph.
        names: what bears a name in formulas, by node: inputs and intermediates.
        inputs: the inputs by node.
        samples: where formulas are tried.
        reread: reads a tree back from its printed text; raises ValueError or a UserError if it cannot.
        taken: the names a person gave.

    Attributes:
        failures: nodes for which a formula failed its verification: a bug in gradviz.
    """

    backward: Backward
    names: Mapping[int, str]
    inputs: Mapping[int, str]
    samples: Samples
    reread: Callable[[Expr], Expr]
    effort: Effort = field(default_factory=Effort)
    failures: list[int] = field(default_factory=list)
    _symbols: Symbols = field(init=False)
    _writer: Writer = field(init=False)
    _more: tuple[Form, ...] = ()
    _reciprocals: dict[Any, Any] = field(default_factory=dict)
    _ranked: dict[Any, list[Formula]] = field(default_factory=dict)
    _in_inputs: dict[int, Any] = field(default_factory=dict)
    _in_names: dict[int, Any] = field(default_factory=dict)
    _places: dict[str, int] = field(default_factory=dict)
    _plain_in_inputs: dict[int, Terms] = field(default_factory=dict)
    _plain_in_names: dict[int, Terms] = field(default_factory=dict)
    _plain: dict[Any, Formula] = field(default_factory=dict)

    def __post_init__(self) -> None:
        graph = self.backward.graph
        self._symbols = Symbols(frozenset(self.names.values()))
        for _, name in sorted(self.names.items()):
            self._places.setdefault(name, len(self._places))  # in program order
        asks = any(node.op.name in ("equal", "not_equal") for node in graph.nodes[: self.backward.output + 1])
        self._more = (reachable,) if asks else (reachable, drop_ties, one_winner)
        self._writer = Writer(self._symbols, _writes_decimals(graph, self.backward.output))

    def prepare(self, ids: Iterable[int]) -> None:
        """Lower the gradients of these nodes once, sharing their parts; SymPy is asked for what is not plain."""
        graph = self.backward.graph
        wanted = [self.backward.gradients[id] for id in ids if id in self.backward.gradients]
        self._plain_in_names = self._simplest(wanted, self.names)
        self._plain_in_inputs = self._simplest(wanted, self.inputs)
        by_names = [id for id in wanted if id not in self._plain_in_names]
        by_inputs = [id for id in wanted if id not in self._plain_in_inputs]
        if by_names or by_inputs:
            self._named_symbols()
            self._in_names = lower(graph, by_names, self.names, self._symbols)
            self._in_inputs = lower(graph, by_inputs, self.inputs, self._symbols)

    def _simplest(self, ids: Iterable[int], leaves: Mapping[int, str]) -> dict[int, Terms]:
        """Those of the nodes that are so plain that nothing makes them simpler."""
        found = terms_of(self.backward.graph, ids, leaves, self._places)
        return {id: terms for id, terms in found.items() if rules_on(terms, len(self._more)) is not None}

    def _named_symbols(self) -> None:
        """Symbols for all names, in program order, before SymPy sees the first of them."""
        if self._symbols.trees or not self._places:
            return
        for name in self._places:
            self._symbols.leaf(name, ())
        self._reciprocals = self._find_reciprocals()

    def _plainly(self, terms: Terms, id: int, limit: float) -> Formula | None:
        """The formula of plain terms, which spends the effort that looking for a simpler one would."""
        key = frozenset(terms.items())
        form = self._plain.get(key)
        if form is None:
            for _ in range(rules_on(terms, len(self._more)) or 0):
                if not self.effort.spend(size_of(terms)):
                    break
            tree = tree_of(terms, tuple(self._places), self._writer)
            form = self._plain[key] = Formula(tree, tree)
        return self._chosen([form], id, (), limit, infinite=False)

    def local(self, edge: Edge) -> Formula | None:
        """The local derivative along an edge in the graph's names; None if it is not elementwise or too long."""
        if edge.local is None:
            return None
        graph = self.backward.graph
        plain = self._simplest((edge.local,), self.names).get(edge.local)
        if plain is not None:
            return self._plainly(plain, edge.local, LOCAL_COST)
        self._named_symbols()
        expr = lower_pointwise(graph, edge.local, self.names, self._symbols)
        if expr is None:
            return None
        return self._best(expr, edge.local, (), LOCAL_COST, self._by_outputs(expr))

    def _by_outputs(self, expr: Any) -> list[Any]:
        """The same with 1/p as f where the graph has f = 1/p: the lecture's −f² rather than −1/p²."""
        import sympy as sp

        powers = [e for e in expr.atoms(sp.Pow) if e.base in self._reciprocals and e.exp.is_Integer and e.exp < 0]
        return [expr.xreplace({e: self._reciprocals[e.base] ** -e.exp for e in powers})] if powers else []

    def _find_reciprocals(self) -> dict[Any, Any]:
        """By the symbol of a divisor: what 1 by it is in terms of the quotient's own symbol."""
        graph = self.backward.graph
        found: dict[Any, Any] = {}
        for i in self.names:
            node = graph.nodes[i]
            if node.op.name != "div" or node.operands[1] not in self.names or node.shape:
                continue
            top = graph.nodes[node.operands[0]]
            value = top.settings.get("value") if top.op is CONSTANT else None
            if isinstance(value, (int, Fraction)) and value != 0:
                symbol = self._symbols.leaf(self.names[i], ()).item()
                found[self._symbols.leaf(self.names[node.operands[1]], ()).item()] = symbol / value
        return found

    def gradient(self, id: int) -> Formula | None:
        """The gradient of the output by a scalar node, in the inputs alone, textbook form."""
        return self._entry(id, ())

    def entries(self, id: int) -> dict[tuple[int, ...], Formula]:
        """The same for each entry of a small array; empty if one of them has none."""
        shape = self.backward.graph.nodes[id].shape
        if not shape or np.prod(shape) > ENTRIES:
            return {}
        found = {index: self._entry(id, index) for index in np.ndindex(*shape)}
        return {} if any(made is None for made in found.values()) else {i: f for i, f in found.items() if f is not None}

    def named(self, id: int) -> Formula | None:
        """The gradient by a node in terms of the graph's own names; None if it is too long. It may be a number."""
        gradient = self.backward.gradients.get(id)
        if gradient is None:
            return None
        if self.backward.graph.nodes[id].shape:
            return self._array_form(gradient)
        if gradient in self._plain_in_names:
            return self._plainly(self._plain_in_names[gradient], gradient, NAMED_COST)
        if gradient not in self._in_names:
            return None
        expr = self._in_names[gradient].item()
        return self._best(expr, gradient, (), NAMED_COST, self._by_outputs(expr))

    def _entry(self, id: int, index: tuple[int, ...]) -> Formula | None:
        gradient = self.backward.gradients.get(id)
        if gradient in self._plain_in_inputs:
            return self._plainly(self._plain_in_inputs[gradient], gradient, FORMULA_COST)
        if gradient is None or gradient not in self._in_inputs:
            return None
        return self._best(self._in_inputs[gradient][index], gradient, index, FORMULA_COST, [])

    def _array_form(self, gradient: int) -> Formula | None:
        """An array's gradient as the graph's own expression, where that is short and has nothing hidden in it."""
        graph = self.backward.graph
        stop = {i: name for i, name in self.names.items() if i != gradient}
        tree: Expr | None = (
            Name(self.names[gradient]) if gradient in self.names else expression(graph, gradient, stop, 40)
        )
        if tree is None or cost(tree) > NAMED_COST:
            return None
        if any(isinstance(part, Call) and part.function in HIDDEN for part in postorder(tree)):
            return None
        return Formula(tree, tree) if self.samples.agrees([tree], gradient) else None

    def _best(self, expr: Any, id: int, index: tuple[int, ...], limit: float, extra: list[Any]) -> Formula | None:
        """The cheapest form that agrees with the numbers, read back from its own text."""
        if tree_size(expr) > self.effort.spread * limit:
            return None
        ranked = self._forms(expr)
        if extra:
            ranked = sorted(
                [*ranked, *(form for made in extra for form in self._forms(made))], key=lambda form: form.cost
            )
        # SymPy's infinity has no sign where ours has: what holds it is no formula of the same thing.
        return self._chosen(ranked, id, index, limit, infinite=_infinite(expr))

    def _chosen(
        self, ranked: list[Formula], id: int, index: tuple[int, ...], limit: float, *, infinite: bool
    ) -> Formula | None:
        """The first of the forms that agrees with the numbers; None if that costs too much, or none does."""
        if not ranked:
            return None
        for form in ranked:
            if form.cost > limit:
                return None
            if self._verified(form, id, index):
                return form
        if not infinite and self._comparable(id, index) and self._contradicted(ranked, id, index):
            self.failures.append(id)
        return None

    def _forms(self, expr: Any) -> list[Formula]:
        if expr not in self._ranked:
            forms = self._write(candidates(expr, self.effort, self._more))
            self._ranked[expr] = sorted(forms, key=lambda form: form.cost)
        return self._ranked[expr]

    def _write(self, exprs: Iterable[Any]) -> list[Formula]:
        made: dict[Expr, Formula] = {}
        for expr in exprs:
            try:
                display = self._writer.tree(expr)
                if display not in made:
                    made[display] = Formula(display, self._writer.tree(written_out(expr)))
            except (Unwritable, KeyError, TypeError, ValueError, RecursionError):
                continue  # a form that our language cannot say, or that is too deep to walk, is no candidate
        return list(made.values())

    def _verified(self, form: Formula, id: int, index: tuple[int, ...]) -> bool:
        if not self.samples.agrees([form.display], id, index):
            return False
        if isinstance(form.spelled, (Name, Number)):
            return True
        return self.samples.agrees([self.reread(form.spelled)], id, index)

    def _contradicted(self, ranked: list[Formula], id: int, index: tuple[int, ...]) -> bool:
        """Whether every form says other numbers than the rules at most points: not only on a kink, or by rounding."""
        samples = self.samples.off_the_kink()
        return all(samples.contradicts(form.display, id, index) for form in ranked)

    def _comparable(self, id: int, index: tuple[int, ...]) -> bool:
        return any(bool(np.all(np.isfinite(np.asarray(values[id])[index]))) for values in self.samples.values)


def _infinite(expr: Any) -> bool:
    import sympy as sp

    return bool(expr.has(sp.zoo))


def nested(entries: Mapping[tuple[int, ...], Expr], shape: tuple[int, ...]) -> Expr:
    """The entries' trees as nested brackets."""
    level = [entries[index] for index in np.ndindex(*shape)]
    for size in reversed(shape):
        level = [Array(tuple(level[i : i + size])) for i in range(0, len(level), size)]
    return level[0]


def _writes_decimals(graph: Graph, last: int) -> bool:
    """Whether decimals stand in the program: then 1/10 is written 0.1."""
    values = (node.settings["value"] for node in graph.nodes[: last + 1] if node.op is CONSTANT)
    numbers = (value for value in values if isinstance(value, (float, Fraction)) and math.isfinite(value))
    return any(Fraction(value).denominator != 1 for value in numbers)
