"""All the formulas of one explanation, worked out once and verified."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from gradviz.errors import UserError
from gradviz.explanation.data import Math
from gradviz.explanation.mathematics import math_of
from gradviz.ops.op import INPUT
from gradviz.passes.matrix.found import Forms
from gradviz.passes.signs import leading_sign
from gradviz.shape import size
from gradviz.syntax.show import to_text
from gradviz.syntax.tree import Expr, Name, postorder

if TYPE_CHECKING:
    from gradviz.explanation.subject import Subject
    from gradviz.passes.backward import Edge
    from gradviz.passes.formula import Formula
    from gradviz.passes.formulas import Formulary
    from gradviz.passes.matrix.family import Family

LARGE = 400
"""Nodes beyond which only local derivatives are written, one for each kind of operation."""
EFFORT = 30_000
"""Expression nodes that simplification may look at."""
MANY = 120
"""Nodes beyond which the local derivatives of numbers are written once for each kind of operation, and gradients as far
as they are short without much work."""
LITTLE, SPREAD = 5_000, 1.5
"""The effort then, and how large an expression may be beside what its formula may cost."""
FEW = 4
"""Entries up to which a matrix's gradient is written entry by entry too, beside its matrix form."""
TROUBLE = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What SymPy, and our own reading of it, raise where an expression is beyond them (RuntimeError: too deep)."""

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Wording:
    """The formulas by place.

    Args:
        locals_: local derivatives by target and slot.
        named: gradients in the graph's names, by node; numbers included.
        formulas: gradients in the inputs alone, of scalar nodes, and of arrays that have a matrix form.
        entries: the same entry by entry, of small arrays.
        forms: gradients in matrix form.
        failures: sentences on formulas that failed their verification.
        asked: whether formulas were asked for.
    """

    locals_: Mapping[tuple[int, int], Formula]
    named: Mapping[int, Formula]
    formulas: Mapping[int, Formula]
    entries: Mapping[int, Mapping[tuple[int, ...], Formula]]
    forms: Forms = field(default_factory=Forms)
    failures: tuple[str, ...] = ()
    asked: bool = True

    def formula_math(self, id: int, shape: tuple[int, ...]) -> Math | None:
        """The gradient by a node in the inputs alone; nested brackets for a small array without a matrix form."""
        if id in self.formulas:
            return formula_math(self.formulas[id])
        entries = self.entries.get(id)
        if not entries:
            return None
        from gradviz.passes.formulas import nested

        display = nested({index: formula.display for index, formula in entries.items()}, shape)
        return math_of(display, nested({index: formula.spelled for index, formula in entries.items()}, shape))


def formula_math(formula: Formula) -> Math:
    """A formula in three notations."""
    return math_of(formula.display, formula.spelled)


def wording_of(
    subject: Subject,
    *,
    formulas: bool,
    on_kink: bool,
    family: Family | None = None,
    declared: Collection[tuple[str, str]] = (),
) -> Wording:
    """Work out every formula that is shown.

    Args:
        subject: what is explained.
        formulas: whether any are wanted.
        on_kink: whether the given point is on a kink, where a formula that holds elsewhere may not hold.
        family: the program at other sizes, where its shapes have letters.
        declared: what inputs are declared to be, in pairs such as ("S", "symmetric").
    """
    if not formulas:
        return Wording({}, {}, {}, {}, asked=False)
    if subject.size > LARGE:
        return _large_wording(subject)
    backward, graph = subject.backward, subject.graph
    inputs = {i: name for i, name in subject.names.items() if graph.nodes[i].op is INPUT}
    # Inputs first: should the effort run out, it is their formulas that people came for.
    order = sorted((i for i in backward.gradients if i in subject.names), key=lambda i: (i not in inputs, i))
    try:
        formulary = _formulary(subject, inputs, on_kink)
        formulary.prepare(order)
    except TROUBLE as trouble:
        return Wording({}, {}, {}, {}, failures=(_broken(None, trouble),))
    attempts = Attempts(subject)
    forms = _forms(subject, attempts, order, family, declared)
    edges = [e for e in subject.edges.values() if e.target not in subject.boxes]
    local = _local_of_many(subject, formulary) if subject.size > MANY else formulary.local
    locals_ = {(e.target, e.slot): m for e in edges if (m := attempts.made(local, e, e.target))}
    scalars = [i for i in order if not graph.nodes[i].shape and i not in forms.whole]
    whole = {i: m for i in scalars if (m := attempts.made(formulary.gradient, i, i))}
    named = {i: m for i in order if (m := forms.best(i) or attempts.made(formulary.named, i, i))}
    named = {i: named[i] for i in sorted(named)}
    arrays = [i for i in order if _by_entry(graph.nodes[i].shape, i, forms)]
    entries = {i: found for i in arrays if (found := attempts.made(formulary.entries, i, i))}
    wrong = [disagreeing(subject.names.get(id)) for id in (*formulary.failures, *forms.failures)]
    failures = tuple(dict.fromkeys([*wrong, *attempts.broken]))
    return Wording(locals_, named, {**whole, **forms.whole}, entries, forms, failures)


def _forms(
    subject: Subject,
    attempts: Attempts,
    order: Collection[int],
    family: Family | None,
    declared: Collection[tuple[str, str]],
) -> Forms:
    """Gradients in matrix form, which a program of numbers has none of."""
    if not subject.arrays:
        return Forms()
    from gradviz.explanation.forms import matrix_forms

    return attempts.made(lambda _: matrix_forms(subject, order, family, declared), None, -1) or Forms()


def _by_entry(shape: tuple[int, ...], id: int, forms: Forms) -> bool:
    """Whether an array's gradient is written entry by entry: for want of a matrix form, or because it is that small."""
    if not shape or id in forms.general:
        return False
    return id not in forms.whole or (len(shape) == 2 and min(shape) > 1 and size(shape) <= FEW)


def _formulary(subject: Subject, inputs: Mapping[int, str], on_kink: bool) -> Formulary:
    from gradviz.passes.formulas import Formulary
    from gradviz.passes.simplify import Effort
    from gradviz.passes.verify import sample

    backward = subject.backward
    gradients = [gradient for i, gradient in backward.gradients.items() if i in subject.names]
    wanted = [*gradients, *(edge.local for edge in subject.edges.values() if edge.local is not None)]
    at = None if subject.missing else dict(subject.given)
    samples = sample(subject.graph, subject.names, list(dict.fromkeys(wanted)), at, on_kink=on_kink)
    effort = Effort(nodes=EFFORT) if subject.size <= MANY else Effort(nodes=LITTLE, spread=SPREAD)
    return Formulary(backward, subject.names, inputs, samples, reread, effort)


def _local_of_many(subject: Subject, formulary: Formulary) -> Callable[[Edge], Formula | None]:
    """Local derivatives of numbers by kind of operation; those of arrays, and what has no kind, one by one."""
    from gradviz.explanation.patterns import Patterns

    patterns, nodes = Patterns(reread), subject.graph.nodes

    def local(edge: Edge) -> Formula | None:
        plain = not nodes[edge.target].shape and not nodes[edge.source].shape
        made = patterns.local(subject.backward, edge, subject.names) if plain else None
        return made or formulary.local(edge)

    return local


def _large_wording(subject: Subject) -> Wording:
    from gradviz.explanation.patterns import Patterns

    patterns, attempts = Patterns(reread), Attempts(subject)
    locals_ = {
        (edge.target, edge.slot): made
        for edge in subject.edges.values()
        if edge.target not in subject.boxes
        and (made := attempts.made(lambda e: patterns.local(subject.backward, e, subject.names), edge, edge.target))
    }
    return Wording(locals_, {}, {}, {}, failures=tuple(dict.fromkeys(attempts.broken)))


@dataclass(slots=True)
class Attempts:
    """Works formulas out one by one; a failure costs one formula and is told, never the numbers."""

    subject: Subject
    broken: list[str] = field(default_factory=list)

    def made(self, work: Callable[[Any], Made | None], on: Any, about: int) -> Made | None:
        """What `work` makes of `on`; None, and a sentence in `broken`, if it fails."""
        try:
            return work(on)
        except TROUBLE as trouble:
            self.broken.append(_broken(self.subject.names.get(about), trouble))
            return None


def _broken(name: str | None, trouble: Exception) -> str:
    about = f" at {name}" if name else ""
    return (
        f"working out a formula{about} failed ({type(trouble).__name__}), so that only numbers are shown; "
        "this is a bug in gradviz, please report it"
    )


def disagreeing(name: str | None) -> str:
    """What is said of a formula that failed its verification."""
    about = f" at {name}" if name else ""
    return (
        f"a formula{about} did not agree with the numbers and is not shown; this is a bug in gradviz, please report it"
    )


def reread(tree: Expr) -> Expr:
    """The tree that its printed text gives when it is read again."""
    from gradviz.syntax.parser import parse_expression

    names = {part.id for part in postorder(tree) if isinstance(part, Name)}
    try:
        return parse_expression(to_text(leading_sign(tree)), known=names)
    except UserError:
        return Name("?unreadable")  # it has no value, so that the formula counts as failed
