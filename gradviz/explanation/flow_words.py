"""The verdict on the flow of a gradient, its thresholds, and the reason in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gradviz.explanation.data.network import FlowKind, FlowStep

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


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
LAYERS = 5
"""Layers whose stuck units are named."""


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
    return (*said, *stuck_words(steps))


def stuck_words(steps: Sequence[FlowStep]) -> tuple[str, ...]:
    """Which units are dead and which saturated; nothing where none are."""
    return tuple(text for text in (_dead_words(steps), _saturated_words(steps)) if text)


def _dead_words(steps: Sequence[FlowStep]) -> str:
    """Which units are dead, and what that means."""
    dead = [step for step in steps if step.dead]
    if not dead:
        return ""
    where, rows = _listed([(step, step.dead) for step in dead]), max(step.rows for step in dead)
    name = dead[0].activation
    if all(step.off for step in dead):
        sample = "this sample" if rows == 1 else f"these {rows} samples"
        return f"Off for {sample}: of the {name} units {where}. Their slope is 0 there, and no gradient passes them."
    return (
        f"Dead, 0 for every one of the {rows} rows: of the {name} units {where}. Their slope is 0: no gradient passes "
        "them, and their weights do not change."
    )


def _saturated_words(steps: Sequence[FlowStep]) -> str:
    """Which units are saturated, and what that means."""
    stuck = [step for step in steps if step.saturated]
    if not stuck:
        return ""
    limits = dict.fromkeys(f"{slope_symbol(step)} ≤ {fraction_text(step.slope)}" for step in stuck)
    where = _listed([(step, step.saturated) for step in stuck])
    names = " and ".join(dict.fromkeys(step.activation for step in stuck))
    rows = "" if stuck[0].rows == 1 else " in nine rows of ten or more"
    return (
        f"Saturated: of the {names} units {where}. Their slope is under a tenth of its greatest "
        f"({', '.join(limits)}){rows}."
    )


def bound_words(steps: Sequence[FlowStep]) -> str:
    """What the dashed line of the picture is."""
    bent = [step for step in steps[1:] if step.activation]
    slopes = {step.slope for step in bent}
    limit = f"{slope_symbol(bent[-1])} ≤ {fraction_text(bent[-1].slope)}"
    if len(slopes) == 1 and len(bent) == len(steps) - 1:
        return f"{fraction_text(bent[-1].slope)} per layer: the best that {limit} can do with ‖W‖ = 1"
    return f"the best that slopes such as {limit} can do with ‖W‖ = 1"


def slope_symbol(step: FlowStep) -> str:
    """A layer's slope as a symbol: σ′, tanh′."""
    return f"{'σ' if step.activation == 'sigmoid' else step.activation}′"


def count_text(count: int) -> str:
    """A number of things: in words up to twelve."""
    return COUNTS[count] if count < len(COUNTS) else str(count)


def fraction_text(value: float) -> str:
    """A slope: 1/4 rather than 0.25.

    Example:
        >>> fraction_text(0.25), fraction_text(1.0), fraction_text(1.12890)
        ('1/4', '1', '1.13')
    """
    for bottom in range(1, 13):
        if abs(value * bottom - 1) < 1e-9:
            return "1" if bottom == 1 else f"1/{bottom}"
    return figure(value, 3)


def figure(value: float, digits: int = 2) -> str:
    """A number with few digits; powers of ten outside 1/1000 … 10,000.

    Example:
        >>> figure(1.66e-6), figure(0.2283), figure(-1234.0)
        ('1.7×10⁻⁶', '0.23', '−1200')
    """
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    mantissa, power = f"{value:.{digits - 1}e}".split("e")
    if value != 0 and not -3 <= int(power) < 4:
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        text = f"{mantissa}×10{str(int(power)).translate(RAISED)}"
    else:
        text = f"{float(f'{mantissa}e{power}'):.{max(0, digits - 1 - int(power))}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")


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
    bent = [step for step in steps[1:] if step.activation]
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
    bent = [step for step in steps[1:] if step.activation]
    limits = dict.fromkeys(f"{slope_symbol(step)} ≤ {fraction_text(step.slope)}" for step in bent)
    text, root = figure(bound[0]), round(1 / bent[-1].slope) if bent[-1].slope else 0
    if len(limits) == 1 and root > 1 and math.isclose(root ** -len(bent), bound[0], rel_tol=1e-6):
        power = f"{root}{str(-len(bent)).translate(RAISED)}"
        text = f"{power} = {text}"
    slopes = "one slope" if len(bent) == 1 else f"a product of {count_text(len(bent))} slopes"
    listed = ", ".join(limits)
    return f"It contains {slopes} {listed}: the best that this allows with ‖W‖ = 1 is {text}."


def _why_large(steps: Sequence[FlowStep], word: str, shared: tuple[str, float] | None) -> list[str]:
    bent = [step for step in steps if step.activation]
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


def _listed(stuck: Sequence[tuple[FlowStep, int]]) -> str:
    """`3 of 8 in h (1, 4 and 7), all 8 in g`: the first few layers; units are counted from 1."""
    parts = []
    for step, count in stuck[:LAYERS]:
        numbers = [str(i + 1) for i in step.which]
        listed = ", ".join(numbers) + ", …" if count > len(numbers) else ", ".join(numbers)
        if count == step.units:
            parts.append(f"{'the one' if count == 1 else f'all {count}'} in {step.title}")
        else:
            parts.append(f"{count} of {step.units} in {step.title} ({listed})")
    if len(stuck) > LAYERS:
        rest = len(stuck) - LAYERS
        parts.append(f"and some in {count_text(rest)} {'layer' if rest == 1 else 'layers'} more")
    return ", ".join(parts)
