"""The mistakes that can be made in one step: its kind's, its row's, the chain rule's, and two of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from math import log
from types import MappingProxyType
from typing import Any

from gradviz.checking.diagnosis.mistakes import BY_KIND
from gradviz.checking.diagnosis.scalar.steps import Derivation, Here, Kind, Step, operation_value, right_step, row_slope
from gradviz.checking.diagnosis.slip import Outer, Rule, Slip
from gradviz.checking.diagnosis.tables.chain import BARE, CHAIN, KEPT, WHOLE_STEP
from gradviz.checking.diagnosis.tables.functions import OUTER, PRIORS, USUAL
from gradviz.checking.diagnosis.tables.sayings import SAID
from gradviz.ops.op import Mistake
from gradviz.ops.table import OPS

BASE = 1.5
"""What one more mistake costs, in logarithms."""

NEGATIVE = 0.6
"""How likely the sign is to be lost where a negative exponent comes down."""

ROWS: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        "minus": ("neg",),
        "sum": ("add",),
        "difference": ("sub",),
        "product": ("mul",),
        "quotient": ("div",),
        "multiple": ("mul",),
        "tower": ("pow",),
    }
)
"""Rows whose mistakes can be made in arithmetic steps."""

MARKS = "uvwxyz"
"""What the parts of an operation are called in sentences."""

COMPOSED = ("inner derivative lost", "inner function lost", "sign of the inner slope", "times the inner function")
"""Mistakes with the inner derivative that are made together with a wrong outer one."""


def slips_of(derivation: Derivation, i: int) -> tuple[Slip, ...]:
    """The mistakes that can be made in the step at `i`, with scores."""
    step = derivation.steps[i]
    sums = tuple(_coefficient_and_exponent(derivation, step))
    bare = all(derivation.steps[part].kind == "variable" for part in step.parts)
    thin = step.kind == "quotient" and derivation.steps[step.parts[0]].kind == "constant"
    slips = _slips(
        step.kind, step.op.name if step.op else "", len(step.parts), _slot(step), bare, i == len(derivation.steps) - 1
    )
    if len(step.constant) > 1:
        slips = (*slips, *_parts_of_constant(step))
    slips = (*slips, *sums)
    if step.negative:
        slips = tuple(
            replace(slip, score=log(NEGATIVE) - BASE) if slip.name == "sign of the power" else slip for slip in slips
        )
    if thin:
        slips = tuple(replace(slip, score=slip.score - 0.6) for slip in slips)
    return slips


def _slot(step: Step) -> int:
    return step.slot if step.kind == "function" else -1


@lru_cache(maxsize=1024)
def _slips(kind: Kind, op: str, parts: int, slot: int, bare: bool, last: bool) -> tuple[Slip, ...]:
    made = list(BY_KIND[kind])
    if kind in ("power", "exponential", "function"):
        made += _outer_slips(kind, op, slot, bare)
    elif kind == "operation":
        made += _operation_slips(op, parts)
    for row in ROWS.get(kind, ()):
        made += _row_slips(row, kind)
    if parts and kind != "operation":
        made += KEPT
    if bare and kind == "power":  # nothing stands inside that could be differentiated by itself
        made = [replace(slip, prior=slip.prior * 0.2) if slip.family == "chain rule" else slip for slip in made]
    if last:
        made = [replace(slip, prior=slip.prior * 2.5) if slip.name == "left standing" else slip for slip in made]
    return tuple(_scored(slip) for slip in made)


def _scored(slip: Slip) -> Slip:
    return replace(slip, score=slip.score or log(slip.prior) - BASE)


def _outer_slips(kind: Kind, op: str, slot: int, bare: bool) -> Iterator[Slip]:
    wrong: list[tuple[str, float, str, Outer]] = list(OUTER.get(op, ()))
    row = "pow" if kind in ("power", "exponential") else op
    slot = {"power": 0, "exponential": 1}.get(kind, slot)
    for mistake in OPS[row].mistakes:
        if mistake.slot == slot:
            prior = PRIORS.get((row, mistake.name), USUAL)
            says = SAID.get((row, mistake.name), mistake.says)
            wrong.append((mistake.name, prior, says, _by_row(mistake)))
    family = {"power": "power rule", "exponential": "exponential"}.get(kind, f"derivative of {op}")
    for name, prior, says, outer in wrong:
        yield Slip(name, prior, "sign" if name.startswith("sign of") else family, says, _times_inner(outer))
    if bare:
        yield from BARE
        return
    yield from WHOLE_STEP.get(op, ())
    yield from CHAIN
    for name, prior, says, outer in sorted(wrong, key=lambda each: -each[1])[:8]:
        for slip in CHAIN:
            if slip.name in COMPOSED:
                score = log(prior) + log(slip.prior) - 2 * BASE
                said = f"{says}, and {slip.says}"
                yield Slip(f"{name}, {slip.name}", prior, family, said, _composed(slip.slope, outer), None, 2, score)


def _by_row(mistake: Mistake) -> Outer:
    return lambda h, u: h.by_row(mistake.rule, u)


def _times_inner(outer: Outer) -> Rule:
    return lambda h: outer(h, h.u) * h.du


def _composed(slope: Rule, outer: Outer) -> Rule:
    return lambda h: slope(replace(h, wrong_outer=outer))


def _row_slips(row: str, kind: Kind) -> Iterator[Slip]:
    """A row's mistakes in an arithmetic step: the wrong local derivative by one operand, the others right."""
    for mistake in OPS[row].mistakes:
        if kind in ("minus", "multiple") and mistake.slot != 0:
            continue
        prior = PRIORS.get((row, mistake.name), USUAL) * (0.3 if mistake.name == "left standing" else 0.8)
        yield Slip(mistake.name, prior, f"{row} rule", mistake.says, _arithmetic(row, mistake))


def _arithmetic(row: str, mistake: Mistake) -> Rule:
    op = OPS[row]

    def rule(h: Here) -> Any:
        operands = [h.u] if row == "neg" else [h.u, h.c] if h.step.kind == "multiple" else [h.u, h.v]
        slopes = [part.slope for part in h.parts]
        y = h.b.apply(row, *operands)
        total: Any = 0
        for slot, slope in enumerate(slopes):
            local = mistake.rule if slot == mistake.slot else op.partial(slot)
            total = total + h.b.by_rule(local, y, operands, [False] * len(operands), {}) * slope
        return total

    return rule


def _operation_slips(op: str, parts: int) -> Iterator[Slip]:
    for mistake in OPS[op].mistakes:
        slots = range(parts) if OPS[op].slot_partial is not None and mistake.slot == 0 else (mistake.slot,)
        for slot in slots:
            prior = PRIORS.get((op, mistake.name), USUAL)
            yield Slip(mistake.name, prior, f"derivative of {op}", mistake.says, _at_slot(mistake, slot))
    for slot in range(parts):
        mark = "{" + MARKS[slot % len(MARKS)] + "}"
        yield Slip("path dropped", 0.4, "path", f"the path through {mark} is missing", _without(slot))
        yield Slip(
            "inner derivative lost", 0.5, "chain rule", f"the inner derivative of {mark} is missing", _bare(slot)
        )
    yield Slip("left standing", 0.2, "not differentiated", "{y} was left as it is, undifferentiated", operation_value)


def _at_slot(mistake: Mistake, wrong: int) -> Rule:
    def rule(h: Here) -> Any:
        operands = [part.value for part in h.parts]
        if wrong and h.step.op is not None and h.step.op.slot_partial is not None:
            operands = [operands[wrong], *operands[:wrong], *operands[wrong + 1 :]]
        total: Any = 0
        for slot, part in enumerate(h.parts):
            if slot == wrong:
                y, still, settings = operation_value(h), [False] * len(operands), dict(h.step.settings)
                total = total + h.b.by_rule(mistake.rule, y, operands, still, settings) * part.slope
            else:
                total = total + row_slope(h, slot, None) * part.slope
        return total

    return rule


def _without(dropped: int) -> Rule:
    return lambda h: _summed(h, dropped, 0)


def _bare(bared: int) -> Rule:
    return lambda h: _summed(h, bared, 1)


def _summed(h: Here, changed: int, by: int) -> Any:
    total: Any = 0
    for slot, part in enumerate(h.parts):
        slope = by + 0 * part.slope if slot == changed else part.slope
        total = total + row_slope(h, slot, None) * slope
    return total


def _parts_of_constant(step: Step) -> Iterator[Slip]:
    """One of several factors of a coefficient or exponent lost."""
    if step.kind != "multiple":
        return
    for k in range(len(step.constant)):
        slip = Slip(
            "factor of the coefficient lost",
            0.4,
            "coefficient",
            f"the factor {{c{k}}} of the coefficient is missing",
            _coefficient_without(k),
        )
        yield _scored(slip)


SUMMED = "the coefficient {c} and the exponent were added; they multiply"
RAISED = "the coefficient {c} was raised to the exponent; they multiply"


def _coefficient_and_exponent(derivation: Derivation, step: Step) -> Iterator[Slip]:
    """c·uⁿ: coefficient and exponent combined wrongly."""
    if step.kind != "multiple" or derivation.steps[step.parts[0]].kind != "power":
        return
    power = derivation.steps[step.parts[0]]

    def added(h: Here) -> Any:
        n = replace(h, step=power).constant()
        return (h.c + n) * h.du / n

    def raised(h: Here) -> Any:
        n = replace(h, step=power).constant()
        return h.c**n * h.du / n

    yield _scored(Slip("coefficient and exponent added", 0.3, "coefficient", SUMMED, added))
    yield _scored(Slip("coefficient raised", 0.1, "coefficient", RAISED, raised))


def _coefficient_without(k: int) -> Rule:
    return lambda h: h.constant(k) * h.du


def replayed(here: Here, slip: Slip | None) -> Any:
    """The pair of a step, with a mistake or without."""
    right = right_step(here)
    if slip is None:
        return right
    slope = slip.slope(here)
    return replace(right, slope=slope) if slip.value is None else replace(right, value=slip.value(here), slope=slope)
