"""Units that are stuck, in words: dead ones and saturated ones."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.explanation.data.network import FlowStep
from gradviz.explanation.figures import fraction_text, slope_symbol

LAYERS = 5
"""Layers whose stuck units are named; of more of them, their number is."""


def stuck_words(steps: Sequence[FlowStep], word: str = "layer") -> tuple[str, ...]:
    """Which units are dead and which saturated; nothing where none are. `word`: "layer", or "step" in time."""
    return tuple(text for text in (_dead_words(steps, word), _saturated_words(steps, word)) if text)


def _dead_words(steps: Sequence[FlowStep], word: str) -> str:
    """Which units are dead, and what that means."""
    dead = [step for step in steps if step.dead]
    if not dead:
        return ""
    where, rows = _where(steps, [(step, step.dead) for step in dead], word), max(step.rows for step in dead)
    if all(step.off for step in dead):
        sample = "this sample" if rows == 1 else f"these {rows} samples"
        return f"Off for {sample}: {where}. Their slope is 0 there, and no gradient passes them."
    return (
        f"Dead, 0 for every one of the {rows} rows: {where}. Their slope is 0: no gradient passes "
        "them, and their weights do not change."
    )


def _saturated_words(steps: Sequence[FlowStep], word: str) -> str:
    """Which units are saturated, and what that means."""
    stuck = [step for step in steps if step.saturated]
    if not stuck:
        return ""
    limits = dict.fromkeys(f"{slope_symbol(step)} ≤ {fraction_text(step.slope)}" for step in stuck)
    where = _where(steps, [(step, step.saturated) for step in stuck], word)
    rows = "" if stuck[0].rows == 1 else " in nine rows of ten or more"
    return f"Saturated: {where}. Their slope is under a tenth of its greatest ({', '.join(limits)}){rows}."


def _where(steps: Sequence[FlowStep], stuck: Sequence[tuple[FlowStep, int]], word: str) -> str:
    """Which units of which layers, `of the tanh units 3 of 8 in h`; of many layers how many, and where the most are."""
    kinds = dict.fromkeys(step.activation for step, _ in stuck)
    names = " and ".join(kinds)
    if len(stuck) <= LAYERS:
        return f"of the {names} units {_listed(stuck)}"
    alike = [step for step in steps if step.activation in kinds]
    count, units = sum(count for _, count in stuck), sum(step.units for step in alike)
    layers = f"all {len(stuck):,}" if len(stuck) == len(alike) else f"{len(stuck):,} of {len(alike):,}"
    if count == units:
        return f"all {count:,} {names} units, in {layers} {word}s"
    worst, most = max(stuck, key=lambda pair: pair[1] / pair[0].units)
    share = f"all {most}" if most == worst.units else f"{most} of {worst.units}"
    return f"{count:,} of {units:,} {names} units, in {layers} {word}s, the most in {worst.title} ({share})"


def _listed(stuck: Sequence[tuple[FlowStep, int]]) -> str:
    """`3 of 8 in h (1, 4 and 7), all 8 in g`; units are counted from 1."""
    parts = []
    for step, count in stuck:
        numbers = [str(i + 1) for i in step.which]
        listed = ", ".join(numbers) + ", …" if count > len(numbers) else ", ".join(numbers)
        if count == step.units:
            parts.append(f"{'the one' if count == 1 else f'all {count}'} in {step.title}")
        else:
            parts.append(f"{count} of {step.units} in {step.title} ({listed})")
    return ", ".join(parts)
