"""The rules of a sweep as formulas: `q̇ = W ẋ`, `q̄ = 2 q r̄`, each tried at random points before it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from gradviz.explanation.data import Math
from gradviz.explanation.mathematics import math_of, rule_math
from gradviz.explanation.subject import Subject
from gradviz.explanation.wording import TROUBLE, formula_math, reread
from gradviz.graph.graph import Graph
from gradviz.ops.op import CONSTANT, INPUT
from gradviz.passes.backward import Backward, Edge
from gradviz.passes.formula import Formula
from gradviz.passes.formulas import HIDDEN, Formulary
from gradviz.passes.matrix.forms import gradient_forms
from gradviz.passes.raising import below, expression
from gradviz.passes.simplify import Effort, cost
from gradviz.passes.verify import Samples, sample
from gradviz.syntax.tree import Array, Call, Expr, Name, postorder

RULE_COST, RESULT_COST = 60.0, 60.0
"""What a rule, and a result's formula, may cost its reader."""
EFFORT = 30_000
"""Expression nodes that simplification may look at."""


@dataclass(slots=True)
class Rules:
    """Writes rules and results of one sweep.

    Args:
        graph: the graph with what the sweep carries.
        carriers: by forward node, what is carried there.
        names: of forward nodes and of what is carried.
        owners: by what is carried, the forward node that it is named after.
        inputs: the inputs among them.
        samples: where formulas are tried.

    Attributes:
        failures: sentences on formulas that could not be worked out.
    """

    graph: Graph
    carriers: Mapping[int, int]
    names: Mapping[int, str]
    owners: Mapping[int, int]
    inputs: Mapping[int, str]
    samples: Samples
    effort: Effort = field(default_factory=lambda: Effort(nodes=EFFORT))
    failures: list[str] = field(default_factory=list)

    @staticmethod
    def of(subject: Subject, graph: Graph, carriers: Mapping[int, int], mark: str, known: Mapping[int, Any]) -> Rules:
        """The rules of a sweep.

        Args:
            subject: what is differentiated.
            graph: the graph with what the sweep carries.
            carriers: by forward node, what is carried there.
            mark: what is put behind a node's name for what is carried there.
            known: values by node, as far as they are known.
        """
        names, owners = dict(subject.names), dict[int, int]()
        taken = {*graph.names, *names.values()}
        order = [i for i in subject.shown if i in carriers]
        for i in order if mark == "dot" else reversed(order):
            carrier = carriers[i]
            if carrier not in names and not is_constant(graph, carrier):
                own = graph.nodes[carrier]
                names[carrier] = own.name if own.op is INPUT and own.name else free(f"{subject.names[i]}_{mark}", taken)
                taken.add(names[carrier])
                owners[carrier] = i
        inputs = {i: name for i, name in names.items() if graph.nodes[i].op is INPUT}
        at = {name: known[i] for i, name in inputs.items() if i in known}
        wanted = list(dict.fromkeys(carriers[i] for i in order))
        samples = sample(graph, names, wanted, at if len(at) == len(graph.inputs) else None)
        return Rules(graph, carriers, names, owners, inputs, samples)

    def step(self, id: int) -> Math | None:
        """What is carried at a node, in the names of its neighbours; None where that cannot be said shortly."""
        carrier = self.carriers[id]
        own = self.owners.get(carrier) == id
        names = {i: name for i, name in self.names.items() if i != carrier} if own else self.names
        return self._written(carrier, names, RULE_COST, rules=True)

    def result(self, id: int) -> Math | None:
        """What is carried at a node, in the inputs alone."""
        carrier = self.carriers.get(id)
        if carrier is None:
            return None if self.graph.nodes[id].shape else Math("0", "0", "0")
        return self._written(carrier, self.inputs, RESULT_COST, rules=False)

    def _written(self, carrier: int, names: Mapping[int, str], limit: float, *, rules: bool) -> Math | None:
        if carrier in names:
            return math_of(Name(names[carrier]))
        formula = self._in_matrices(carrier, names) or self._tidy(carrier, names)
        if formula is not None:
            return formula_math(formula) if formula.cost <= limit else None
        tree = whole_sums(expression(self.graph, carrier, names))
        if tree is None or cost(tree) > limit or (not rules and _hidden(tree)):
            return None
        if not self.samples.agrees([tree, reread(tree)], carrier):
            return None
        return rule_math(tree) if rules else math_of(tree)

    def _in_matrices(self, carrier: int, names: Mapping[int, str]) -> Formula | None:
        """The matrix form, where arrays are in it; it was verified where it was found."""
        graph, placed = cut(self.graph, carrier, names)
        if all(not node.shape for node in graph.nodes):
            return None
        end = placed[carrier]
        whole = Backward(graph, end, end, {end: end}, ())
        inputs = {i: name for name, i in graph.inputs.items()}
        try:
            forms = gradient_forms(whole, [end], names=inputs)
        except TROUBLE:
            return None  # then it is written as it is computed
        return forms.best(end)

    def _tidy(self, carrier: int, names: Mapping[int, str]) -> Formula | None:
        """The textbook form of what is computed entry by entry."""
        whole = Backward(self.graph, carrier, carrier, {carrier: carrier}, ())
        try:
            formulary = Formulary(whole, names, self.inputs, self.samples, reread, self.effort)
            return formulary.local(Edge(carrier, carrier, 0, carrier, carrier, carrier))
        except TROUBLE as trouble:
            self.failures.append(
                f"working out a rule failed ({type(trouble).__name__}), so that it is shown as it is computed; "
                "this is a bug in gradviz, please report it"
            )
            return None


def cut(graph: Graph, id: int, names: Mapping[int, str]) -> tuple[Graph, Mapping[int, int]]:
    """A node's computation from the named nodes on, which become inputs; and where each node went.

    Example:
        >>> g = Graph()
        >>> x = g.input("x")
        >>> q = g.sin(x)
        >>> small, placed = cut(g, (q * 2).id, {q.id: "q"})
        >>> list(small.inputs), len(small)
        (['q'], 3)
    """
    made, placed = Graph(), dict[int, int]()
    for i in below(graph, (id,), names):
        node = graph.nodes[i]
        if i in names:
            placed[i] = made.input(names[i], node.shape).id
            continue
        placed[i] = len(made.nodes)
        made.nodes.append(replace(node, operands=tuple(placed[operand] for operand in node.operands), name=None))
    return made, placed


def is_constant(graph: Graph, id: int) -> bool:
    """Whether a node needs no name, being a constant."""
    return graph.nodes[id].op is CONSTANT


def free(wanted: str, taken: set[str]) -> str:
    """The name, numbered if it is taken."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}{number}"
    return name


def whole_sums(tree: Expr | None) -> Expr | None:
    """`sum(x)` where a sum down to the shape of a scalar stands.

    Example:
        >>> from gradviz.syntax.tree import Array
        >>> whole_sums(Call("sum_to", (Name("x"),), (("shape", Array(())),)))
        Call(function='sum', operands=(Name(id='x'),), keywords=())
    """
    if tree is None:
        return None
    made: dict[int, Any] = {}
    for part in postorder(tree):
        made[id(part)] = part
        if isinstance(part, Call):
            operands = tuple(made[id(operand)] for operand in part.operands)
            whole = part.function == "sum_to" and dict(part.keywords).get("shape") == Array(())
            made[id(part)] = Call("sum", operands) if whole else replace(part, operands=operands)
    return cast("Expr", made[id(tree)])


def _hidden(tree: Expr) -> bool:
    return any(isinstance(part, Call) and part.function in HIDDEN for part in postorder(tree))
