"""The verdict on the flow of a gradient, its thresholds, and the reason in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gradviz.explanation.data.network import FlowKind, FlowStep
from gradviz.explanation.figures import count_text, figure, fraction_text, slope_symbol
from gradviz.explanation.stuck_words import stuck_words
from gradviz.syntax.names import RAISED


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on something is wrong.

    Args:
        vanishing: the gradient at the first layer, relative to the last, below which it vanishes.
        exploding: the same, above which it explodes.
        share: of a layer's units that are dead or saturated, from which the layer is.
    """

    vanishing: float = 1e-3
    exploding: float = 1e3
    share: float = 0.5


LIMITS = Thresholds()
GATES = "gates"
"""What stands for the functions of a step that has gates."""


def verdict(steps: Sequence[FlowStep]) -> FlowKind:
    """What is to be said of the flow: the first that holds of dead (nothing comes back), exploding, …, healthy."""
    first = steps[0].relative
    if any(step.dead == step.units for step in steps) and first == 0:
        return "dead"
    if not math.isfinite(first) or first > LIMITS.exploding:
        return "exploding"
    if first < LIMITS.vanishing and steps[-1].gradient > 0:
        return "vanishing"
    if any(_is_stuck(step, step.dead) for step in steps):
        return "dead"
    if any(_is_stuck(step, step.saturated) for step in steps):
        return "saturated"
    return "healthy"


def flow_words(
    steps: Sequence[FlowStep],
    kind: FlowKind,
    factor: float,
    bound: Sequence[float],
    *,
    recurrent: bool = False,
    shared: tuple[str, float] | None = None,
) -> tuple[str, ...]:
    """The verdict first, then the reason with this network's numbers, then the units that are stuck.

    Args:
        steps: the layers.
        kind: the verdict.
        factor: per layer.
        bound: what the slopes allow; empty where nothing is known.
        recurrent: whether the layers are steps in time.
        shared: the matrix between the steps and its spectral norm.
    """
    word = "step" if recurrent else "layer"
    said = [] if kind in ("dead", "saturated") else [_verdict_words(steps, kind, factor, word)]
    if kind == "vanishing":
        said += _why_small(steps, bound, word)
    elif kind == "exploding":
        said += _why_large(steps, word, shared)
    elif bound and kind == "healthy" and len(steps) > 2:
        said.append(_allowed(steps, bound))
    if kind == "vanishing" and shared is not None:
        said.append(_power(shared, len(steps) - 1))
    return (*said, *stuck_words(steps, word))


def _bent(steps: Sequence[FlowStep]) -> list[FlowStep]:
    """The layers whose function has a slope; gates have several."""
    return [step for step in steps if step.activation not in ("", GATES)]


def bound_words(steps: Sequence[FlowStep]) -> str:
    """What the dashed line of the picture is."""
    bent = _bent(steps[1:])
    slopes = {step.slope for step in bent}
    limit = f"{slope_symbol(bent[-1])} ≤ {fraction_text(bent[-1].slope)}"
    if len(slopes) == 1 and len(bent) == len(steps) - 1:
        return f"{fraction_text(bent[-1].slope)} per layer: the best that {limit} can do with ‖W‖ = 1"
    return f"the best that slopes such as {limit} can do with ‖W‖ = 1"


def _is_stuck(step: FlowStep, count: int) -> bool:
    """Whether so many of a layer's units being dead or saturated is a fault; for few samples, only if all are."""
    return count == step.units if step.off else count > 0 and count >= LIMITS.share * step.units


def _verdict_words(steps: Sequence[FlowStep], kind: FlowKind, factor: float, word: str) -> str:
    first, last = steps[0], steps[-1]
    per = f"×{figure(factor)} per {word}"
    if last.gradient == 0:
        return f"The gradient at {last.title} is 0 already: nothing comes back."
    if kind == "vanishing":
        return f"The gradient vanishes: at {first.title} it is {figure(first.relative)} of that at {last.title}, {per}."
    if kind == "exploding":
        if not math.isfinite(first.relative):
            return f"The gradient explodes: at {first.title} it is no finite number any more."
        return (
            f"The gradient explodes: at {first.title} it is {figure(first.relative)} times that at {last.title}, {per}."
        )
    times = " times" if first.relative >= 1 else " of"
    return f"The gradient at {first.title} is {figure(first.relative)}{times} that at {last.title}, {per}."


def _why_small(steps: Sequence[FlowStep], bound: Sequence[float], word: str) -> list[str]:
    bent = _bent(steps[1:])
    if not bent:
        return [f"Each {word} multiplies it by its weights, and these are small."]
    low, high = min(step.mean_slope for step in bent), max(step.mean_slope for step in bent)
    here = figure(low) if figure(low) == figure(high) else f"{figure(low)} to {figure(high)}"
    if bound:
        return [_allowed(steps, bound), f"Here the slopes are {here} on average, and the weights do the rest."]
    symbol = slope_symbol(bent[-1])
    limit = f" ({symbol} ≤ {fraction_text(bent[-1].slope)})" if math.isfinite(bent[-1].slope) else ""
    return [f"Each {word} multiplies it by its slopes{limit}, {here} on average, and by its weights, which are small."]


def _allowed(steps: Sequence[FlowStep], bound: Sequence[float]) -> str:
    """A product of nine slopes σ′ ≤ 1/4, and its greatest value, 4⁻⁹."""
    bent = _bent(steps[1:])
    limits = dict.fromkeys(f"{slope_symbol(step)} ≤ {fraction_text(step.slope)}" for step in bent)
    text, root = figure(bound[0]), round(1 / bent[-1].slope) if bent[-1].slope else 0
    if len(limits) == 1 and root > 1 and math.isclose(root ** -len(bent), bound[0], rel_tol=1e-6):
        power = f"{root}{str(-len(bent)).translate(RAISED)}"
        text = f"{power} = {text}"
    slopes = "one slope" if len(bent) == 1 else f"a product of {count_text(len(bent))} slopes"
    listed = ", ".join(limits)
    return f"It contains {slopes} {listed}: the best that this allows with ‖W‖ = 1 is {text}."


def _why_large(steps: Sequence[FlowStep], word: str, shared: tuple[str, float] | None) -> list[str]:
    bent = _bent(steps)
    said = []
    if bent:
        symbol, step = slope_symbol(bent[-1]), bent[-1]
        if not math.isfinite(step.slope):
            said.append(f"Nothing bounds {symbol}.")
        elif step.slope >= 1:
            reached = "1 wherever a unit is on" if step.activation == "relu" else f"up to {fraction_text(step.slope)}"
            said.append(f"{symbol} is {reached} and holds nothing back: the weights decide.")
    if shared is not None:
        said.append(_power(shared, len(steps) - 1))
    elif not said:
        said.append(f"Each {word} multiplies it by its weights, and these are large.")
    return [*said, "Smaller initial weights, or clipping the gradient, keep it finite."]


def _power(shared: tuple[str, float], times: int) -> str:
    name, norm = shared
    return (
        f"Every step multiplies it by the same matrix: ‖{name}‖ = {figure(norm, 3)}, and to the power {times} that is "
        f"{figure(_raised(norm, times))}."
    )


def _raised(norm: float, times: int) -> float:
    try:
        return norm**times
    except OverflowError:
        return math.inf
