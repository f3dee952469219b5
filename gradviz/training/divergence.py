"""A run whose loss left all bounds: which gradient grew, and which rate to try."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from gradviz.errors import UserError
from gradviz.explanation.narration import short

if TYPE_CHECKING:
    from gradviz.training.loop import Loop
    from gradviz.training.snapshot import Snapshot

GROWTH = 1e6
"""How many times the loss at the start (or 1, where that is less) no loss is that is still learning."""

LARGEST_HESSIAN = 50
"""Entries of all parameters up to which the curvature is worked out."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A loss beyond bounds: in which epoch, and after how many updates."""

    epoch: int
    updates: int
    loss: float


def beyond(loss: float, scale: float) -> bool:
    """Whether a loss is NaN, infinite, or far larger than anything that learning gives."""
    limit = GROWTH * max(scale, 1.0)
    return not -limit < loss < limit


def told(loop: Loop, held: Snapshot, trouble: Trouble) -> str:
    """What happened, why, and what to do, in sentences."""
    first, many = held.epochs[0].train, f"{trouble.updates} update{'s' * (trouble.updates != 1)}"
    start = f"training diverged in epoch {trouble.epoch}, after {many}"
    if not math.isfinite(first):
        return f"{start}: the loss is {_number(first)} at the first parameters already; try other first values"
    grew = _growth(loop, held)
    if trouble.loss < 0:
        return f"{start}: the loss fell from {_number(first)} to {_number(trouble.loss)}. It has no least value{grew}."
    text = f"{start}: the loss went from {_number(first)} to {_number(trouble.loss)}. The step is too large{grew}."
    return f"{text} {_advice(loop)}"


def risen(loop: Loop, held: Snapshot) -> str:
    """A run that came to its end with a greater loss than it began with: what to do, if the curvature says it."""
    settings = loop.network.settings
    bound = _bound(loop)
    if bound is not None and bound[1] < settings.rate:
        return f"The step is too large. {_advice(loop)}"
    return f"The step may be too large: try a rate below {settings.rate:g}."


def _growth(loop: Loop, held: Snapshot) -> str:
    """The gradient that grew most between the first and the last update at which all are finite.

    The updates since the last whole epoch are made again, this time with an eye on every gradient.
    """
    from gradviz.training.snapshot import restore

    network = loop.network
    restore(held, network, loop.generator)
    seen: list[Mapping[str, float]] = [held.epochs[1].norms] if len(held.epochs) > 1 else []
    # Two epochs: where one is a single update, the one after it shows the growth.
    for batch in chain(loop.batches(), loop.batches()):
        loss = network.step(batch)
        norms = network.norms()
        if not all(map(math.isfinite, norms.values())):
            break
        seen.append(norms)
        if beyond(loss, abs(held.epochs[0].train)):
            break
    if len(seen) < 2:
        return ""
    before, after = seen[0], seen[-1]
    name = max(after, key=lambda name: after[name] / max(before[name], 1e-300))
    if not after[name] > before[name]:
        return ""
    return f": the gradient of {name} grew from {_number(before[name])} to {_number(after[name])}"


def _advice(loop: Loop) -> str:
    settings = loop.network.settings
    bound = _bound(loop)
    if bound is not None and bound[1] < settings.rate:
        curvature, limit = bound
        return (
            f"At the first parameters the largest curvature, the Hessian's largest eigenvalue, is λ = "
            f"{_number(curvature)}, and {settings.optimiser} needs a rate below {_FACTORS[settings.optimiser][1]} = "
            f"{_number(limit)}: try the rate {_rounded(limit / 2):g}."
        )
    return f"Try a tenth of the rate: {settings.rate / 10:g}."


_FACTORS: Mapping[str, tuple[Callable[[float], float], str]] = {
    "gd": (lambda beta: 2.0, "2/λ"),
    "sgd": (lambda beta: 2.0, "2/λ"),
    "momentum": (lambda beta: 2 * (1 + beta), "2(1 + μ)/λ"),
    "nesterov": (
        lambda beta: 2 * (1 + beta) / (1 + 2 * beta),
        "2(1 + μ)/((1 + 2μ) λ)",
    ),
}
"""By optimiser, the rate times the curvature beyond which a quadratic loss diverges (Goh 2017, Why momentum really
works; Lessard, Recht & Packard 2016 for Nesterov's)."""


def _bound(loop: Loop) -> tuple[float, float] | None:
    """The largest curvature at the start and the rate that a quadratic of that curvature allows; None if not known."""
    from gradviz.passes.second import hessian_of

    problem, settings = loop.problem, loop.network.settings
    if settings.optimiser not in _FACTORS or loop.network.w.size > LARGEST_HESSIAN or problem.noise:
        return None
    rows = {name: array[loop.training] for name, array in problem.data.arrays.items()}
    try:
        built = problem.at(rows)
        values = {**problem.fixed, **rows, **problem.start}
        given = {name: values[name] for name in built.graph.inputs if name in values}
        matrix = hessian_of(built.graph, built.output, [built.graph.names[n] for n in problem.parameters], given)
        entries = np.asarray(matrix.todense())
    except UserError:
        return None
    if not np.isfinite(entries).all():
        return None
    largest = float(np.linalg.eigvalsh((entries + entries.T) / 2)[-1]) + settings.weight_decay
    factor = _FACTORS[settings.optimiser][0](settings.options.get("momentum", 0.0))
    return (largest, factor / largest) if largest > 0 else None


def _rounded(value: float) -> float:
    """Down to one digit."""
    step = 10.0 ** math.floor(math.log10(value))
    return float(f"{math.floor(value / step) * step:.1g}")


def _number(value: float) -> str:
    return "NaN" if math.isnan(value) else "infinity" if math.isinf(value) else short(float(f"{value:.3g}"))
