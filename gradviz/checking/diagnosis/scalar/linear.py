"""Single mistakes in long derivations, all at once: the derivative is linear in that of each step.

With β the derivative of the whole by a step (as a number, along all paths), a step whose derivative is d* in place of d
makes the whole f′ + β·(d* − d). One sweep back gives every β.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradviz.checking.diagnosis.scalar.batch import Plan
from gradviz.checking.diagnosis.scalar.numbers import Numbers, Values
from gradviz.checking.diagnosis.scalar.steps import Derivation, Here, Pair, right_step
from gradviz.checking.diagnosis.slip import Slip

MOST_ROWS = 60_000


def linear(
    derivation: Derivation, slips: Sequence[Sequence[Slip]], numbers: Numbers, count: int
) -> tuple[list[Plan], Values]:
    """Every single mistake that leaves values alone: the plans and the derivatives."""
    steps, variable = derivation.steps, numbers.at(derivation.variable)
    with np.errstate(all="ignore"):
        pairs: list[Pair] = []
        heres: list[Here] = []
        for step in steps:
            heres.append(Here(numbers, step, tuple(pairs[k] for k in step.parts), variable))
            right = right_step(heres[-1])
            pairs.append(Pair(np.broadcast_to(right.value, (count,)), np.broadcast_to(right.slope, (count,))))
        weights = _weights(derivation, heres, count)
        plans: list[Plan] = [()]
        rows: list[Values] = [pairs[-1].slope]
        for i, own in enumerate(slips):
            for k, slip in enumerate(own):
                if slip.value is None and len(plans) < MOST_ROWS:
                    plans.append(((i, k),))
                    rows.append(pairs[-1].slope + weights[i] * (slip.slope(heres[i]) - pairs[i].slope))
    return plans, np.stack(rows)


def _weights(derivation: Derivation, heres: Sequence[Here], count: int) -> list[Values]:
    steps = derivation.steps
    weights = [np.zeros(count) for _ in steps]
    weights[-1] = np.ones(count)
    zero, one = np.zeros(count), np.ones(count)
    for i in range(len(steps) - 1, -1, -1):
        here = heres[i]
        for slot, part in enumerate(steps[i].parts):
            unit = tuple(Pair(p.value, one if k == slot else zero) for k, p in enumerate(here.parts))
            local = right_step(Here(here.b, here.step, unit, here.variable)).slope
            weights[part] = weights[part] + weights[i] * local
    return weights
