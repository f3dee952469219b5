"""The gradient by each input that was asked for: formula, entries, chain, value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from gradviz.explanation.chains import chain_of
from gradviz.explanation.data import Entry, GradientFacts, Math
from gradviz.explanation.mathematics import partial_math
from gradviz.explanation.subject import Subject
from gradviz.explanation.values import to_value, zeros
from gradviz.explanation.wording import LARGE, Wording, formula_math
from gradviz.ops.op import INPUT

if TYPE_CHECKING:
    from gradviz.explanation.data import Definition
    from gradviz.passes.backward import Edge
    from gradviz.passes.formula import Formula

ZERO = Math("0", "0", "0")


def gradient_facts(subject: Subject, wording: Wording) -> Mapping[str, GradientFacts]:
    """By name, in the order asked for."""
    leaving: dict[int, list[Edge]] = {i: [] for i in subject.wanted}
    for edge in subject.backward.edges:
        if edge.source in leaving:
            leaving[edge.source].append(edge)
    untold = _untold(subject, wording)
    return {name: _gradient(subject, wording, i, leaving[i], untold) for i, name in subject.wanted.items()}


def _gradient(subject: Subject, wording: Wording, id: int, leaving: Sequence[Edge], untold: str) -> GradientFacts:
    name = subject.wanted[id]
    shape = subject.graph.nodes[id].shape
    gradient = subject.backward.gradients.get(id)
    symbol = partial_math(subject.numerator, name)
    if gradient is None:  # no differentiable path leads to the output
        return GradientFacts(name, symbol, None if shape else ZERO, (), None, zeros(shape), shape)
    entries = wording.entries.get(id, {})
    known = subject.known.get(gradient)
    named = wording.forms.named.get(id)
    formula = wording.formula_math(id, shape)
    return GradientFacts(
        name=name,
        symbol=symbol,
        formula=formula,
        entries=tuple(Entry(index, formula_math(formula)) for index, formula in entries.items()),
        chain=chain_of(subject, leaving, wording.locals_, wording.named),
        value=None if known is None else to_value(known),
        shape=shape,
        named=None if named is None else formula_math(named),
        where=_where(wording, named),
        by_index=wording.forms.reasons.get(id, "") if shape and named is None else "",
        bracketed=bool(entries) and id not in wording.formulas,
        untold=untold if formula is None and named is None else "",
    )


def _where(wording: Wording, named: Formula | None) -> tuple[Definition, ...]:
    """What the names in a matrix form stand for."""
    if named is None:
        return ()
    from gradviz.explanation.forms import definitions

    return definitions(wording.forms, named)


def _untold(subject: Subject, wording: Wording) -> str:
    """Why a gradient has no formula, so that its line is never empty."""
    count = subject.size - sum(subject.graph.nodes[i].op is INPUT for i in subject.names)
    if subject.size > LARGE:
        return f"no formula above {LARGE} nodes: there are {subject.size}"
    if not wording.asked:
        return "formulas were not asked for"
    return f"too long to be read: {count} operation{'' if count == 1 else 's'}"
