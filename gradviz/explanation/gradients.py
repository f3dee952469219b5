"""The gradient by each input that was asked for: formula, entries, chain, value."""

from __future__ import annotations

from collections.abc import Mapping

from gradviz.explanation.chains import chain_of
from gradviz.explanation.data import Entry, GradientFacts, Math
from gradviz.explanation.forms import definitions
from gradviz.explanation.mathematics import partial_math
from gradviz.explanation.subject import Subject
from gradviz.explanation.values import to_value, zeros
from gradviz.explanation.wording import LARGE, Wording, formula_math
from gradviz.ops.op import INPUT

ZERO = Math("0", "0", "0")


def gradient_facts(subject: Subject, wording: Wording) -> Mapping[str, GradientFacts]:
    """By name, in the order asked for."""
    return {name: _gradient(subject, wording, i, name) for i, name in subject.wanted.items()}


def _gradient(subject: Subject, wording: Wording, id: int, name: str) -> GradientFacts:
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
        chain=chain_of(subject, id, wording.locals_, wording.named),
        value=None if known is None else to_value(known),
        shape=shape,
        named=None if named is None else formula_math(named),
        where=() if named is None else definitions(wording.forms, named),
        by_index=wording.forms.reasons.get(id, "") if shape and named is None else "",
        bracketed=bool(entries) and id not in wording.formulas,
        untold=_untold(subject, wording) if formula is None and named is None else "",
    )


def _untold(subject: Subject, wording: Wording) -> str:
    """Why a gradient has no formula, so that its line is never empty."""
    count = subject.size - sum(subject.graph.nodes[i].op is INPUT for i in subject.names)
    if subject.size > LARGE:
        return f"no formula above {LARGE} nodes: there are {subject.size}"
    if not wording.asked:
        return "formulas were not asked for"
    return f"too long to be read: {count} operation{'' if count == 1 else 's'}"
