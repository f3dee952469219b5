"""All the formulas of one explanation, worked out once and verified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradviz.errors import UserError
from gradviz.explanation.data import Math
from gradviz.explanation.mathematics import math_of
from gradviz.explanation.subject import Subject
from gradviz.ops.op import INPUT
from gradviz.passes.formulas import Formula, Formulary, nested
from gradviz.passes.signs import leading_sign
from gradviz.passes.simplify import Effort
from gradviz.passes.verify import sample
from gradviz.syntax.parser import parse_expression
from gradviz.syntax.show import to_text
from gradviz.syntax.tree import Expr, Name, postorder

LARGE = 400
"""Nodes beyond which gradients are not written in the inputs alone."""
EFFORT, LARGE_EFFORT = 30_000, 10_000
"""Expression nodes that simplification may look at."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The formulas by place.

    Args:
        locals_: local derivatives by target and slot.
        named: gradients in the graph's names, by node; numbers included.
        formulas: gradients in the inputs alone, of scalar nodes.
        entries: the same entry by entry, of small arrays.
        failures: sentences on formulas that failed their verification.
    """

    locals_: Mapping[tuple[int, int], Formula]
    named: Mapping[int, Formula]
    formulas: Mapping[int, Formula]
    entries: Mapping[int, Mapping[tuple[int, ...], Formula]]
    failures: tuple[str, ...] = ()

    def formula_math(self, id: int, shape: tuple[int, ...]) -> Math | None:
        """The gradient by a node in the inputs alone; nested brackets for a small array."""
        if id in self.formulas:
            return formula_math(self.formulas[id])
        entries = self.entries.get(id)
        if not entries:
            return None
        display = nested({index: formula.display for index, formula in entries.items()}, shape)
        return math_of(display, nested({index: formula.spelled for index, formula in entries.items()}, shape))


def formula_math(formula: Formula) -> Math:
    """A formula in three notations."""
    return math_of(formula.display, formula.spelled)


def wording_of(subject: Subject, *, formulas: bool, on_kink: bool) -> Wording:
    """Work out every formula that is shown. A point on a kink is not sampled."""
    if not formulas:
        return Wording({}, {}, {}, {})
    backward, graph = subject.backward, subject.graph
    small = len(subject.shown) <= LARGE
    inputs = {i: name for i, name in subject.names.items() if graph.nodes[i].op is INPUT}
    wanted = [*backward.gradients.values(), *(edge.local for edge in backward.edges if edge.local is not None)]
    at = None if on_kink or subject.missing else dict(subject.given)
    formulary = Formulary(
        backward=backward,
        names=subject.names,
        inputs=inputs,
        samples=sample(graph, subject.names, list(dict.fromkeys(wanted)), at),
        reread=_reread,
        effort=Effort(nodes=EFFORT if small else LARGE_EFFORT),
    )
    # Inputs first: should the effort run out, it is their formulas that people came for.
    order = sorted(backward.gradients, key=lambda i: (i not in inputs, i))
    formulary.prepare(order, inputs_alone=small)
    locals_ = {(e.target, e.slot): made for e in backward.edges if (made := formulary.local(e)) is not None}
    whole = {i: made for i in order if not graph.nodes[i].shape and (made := formulary.gradient(i)) is not None}
    named = {i: made for i in order if (made := formulary.named(i)) is not None}
    named = {i: named[i] for i in sorted(named)}
    entries = {i: written for i in order if graph.nodes[i].shape and (written := formulary.entries(i))}
    failures = tuple(_failure(subject.names.get(id)) for id in dict.fromkeys(formulary.failures))
    return Wording(locals_, named, whole, entries, failures)


def _failure(name: str | None) -> str:
    about = f" at {name}" if name else ""
    return (
        f"a formula{about} did not agree with the numbers and is not shown; this is a bug in gradviz, please report it"
    )


def _reread(tree: Expr) -> Expr:
    """The tree that its printed text gives when it is read again."""
    names = {part.id for part in postorder(tree) if isinstance(part, Name)}
    try:
        return parse_expression(to_text(leading_sign(tree)), known=names)
    except UserError:
        return Name("?unreadable")  # it has no value, so that the formula counts as failed
