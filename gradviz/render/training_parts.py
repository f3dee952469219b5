"""What every rendering of a run says in the same words."""

from __future__ import annotations

import math

from gradviz.explanation.data import Math, StepFacts, TrainingReport, UpdateLine
from gradviz.render.pen import Nib

BARS = "▁▂▃▄▅▆▇█"
POINTS = 40
"""Bars of a sparkline, at most."""
ROWS_TOLD = 16
"""Row numbers of a batch that are listed."""


def share_text(share: float) -> str:
    """A share for people.

    Example:
        >>> share_text(0.9285714), share_text(1.0)
        ('92.9 %', '100 %')
    """
    return f"{100 * share:.3g} %"


def table_heads(report: TrainingReport) -> list[str]:
    """The heads of the columns; no validation where there is none."""
    judged = any(row.validation is not None for row in report.rows)
    return ["epoch", "updates", "training loss", *(["validation loss"] if judged else []), "rate", "‖gradient‖"]


def table_rows(report: TrainingReport, nib: Nib) -> list[list[str]]:
    """The cells of the table; nothing stands for what is not known."""
    judged = any(row.validation is not None for row in report.rows)
    found = []
    for row in report.rows:
        validation = "" if row.validation is None else nib.number(row.validation)
        norm = "" if math.isnan(row.gradient) else nib.number(row.gradient)
        numbers = [nib.number(row.train), *([validation] if judged else []), nib.number(row.rate), norm]
        found.append([str(row.epoch), str(row.step), *numbers])
    return found


def fold_rows(report: TrainingReport, nib: Nib) -> list[list[str]]:
    """The folds: their number, and the two losses."""
    return [[str(row.fold), nib.number(row.train), nib.number(row.validation)] for row in report.folds]


def fold_summary(report: TrainingReport, nib: Nib) -> str:
    """`validation loss 0.31 ± 0.04 (mean ± standard deviation over 5 folds)`; "" without folds."""
    if report.fold_mean is None:
        return ""
    spread = "" if report.fold_deviation is None else nib.sign(f" ± {nib.number(report.fold_deviation)}")
    told = "mean" if report.fold_deviation is None else nib.sign("mean ± standard deviation")
    return f"validation loss {nib.number(report.fold_mean)}{spread} ({told} over {len(report.folds)} folds)"


def outcome(report: TrainingReport, nib: Nib) -> list[tuple[str, str]]:
    """What came out: accuracy and the loss over the test rows."""
    told = [(f"{part} accuracy", share_text(share)) for part, share in report.accuracy]
    return [*told, *([("test loss", nib.number(report.test))] if report.test is not None else [])]


def is_flat(values: list[float]) -> bool:
    """Whether nothing changes beyond the last digits, which differ by rounding.

    Example:
        >>> is_flat([1.0, 1.0 + 1e-15]), is_flat([1.0, 1.001])
        (True, False)
    """
    return max(values) - min(values) <= 1e-12 * max(map(abs, values))


def sparkline(values: list[float], *, ascii: bool) -> str:
    """Bars for the size of each value, on a logarithmic scale where they span decades; "" where nothing changes.

    Example:
        >>> sparkline([8.0, 4.0, 2.0, 1.0], ascii=False)
        '█▄▂▁'
    """
    finite = [value for value in values if math.isfinite(value)]
    if ascii or len(finite) < 3 or is_flat(finite):
        return ""
    log = min(finite) > 0 and max(finite) > 30 * min(finite)
    sizes = [math.log(value) if log else value for value in finite]
    low, high = min(sizes), max(sizes)
    return "".join(BARS[min(7, round(7 * (size - low) / (high - low)))] for size in sizes)


def losses_of(report: TrainingReport) -> list[float]:
    """The training losses of the plot, thinned to as many as a sparkline has bars."""
    for plot in report.plots:
        for series in plot.series:
            if series.label == "training":
                step = max(1, math.ceil(len(series.y) / POINTS))
                return list(series.y[::step])
    return [row.train for row in report.rows]


def entry_name(step: StepFacts) -> Math:
    """The entry that is followed: `W[0, 1]`."""
    if not step.index:
        return step.parameter
    inside = ", ".join(map(str, step.index))
    return Math(
        f"{step.parameter.text}[{inside}]",
        f"{step.parameter.unicode}[{inside}]",
        rf"{{{step.parameter.latex}}}_{{{inside}}}",
    )


def step_title(step: StepFacts, nib: Nib) -> str:
    """`update 3 of 60, of w`."""
    return f"update {step.step} of {step.steps}, of {nib.math(entry_name(step))}"


def batch_text(step: StepFacts) -> str:
    """Which rows the update took: all, or their positions, counted from 0."""
    count = len(step.batch)
    if not count:
        return ""
    if count == step.rows:
        return "the one row" if count == 1 else f"all {count} rows"
    told = ", ".join(map(str, sorted(step.batch)[:ROWS_TOLD]))
    more = f" and {count - ROWS_TOLD} more" if count > ROWS_TOLD else ""
    return f"row{'s' * (count != 1)} {told}{more} of {step.rows} (counted from 0), in epoch {step.epoch}"


def loss_label(step: StepFacts) -> str:
    """What stands before the loss that an update changes."""
    return "loss of the batch" if step.batch else "loss"


def members(line: UpdateLine, nib: Nib) -> list[str]:
    """A line's formula, its numbers and its value, without what would be said twice."""
    value = nib.value(line.value)
    numbers = nib.math(line.numbers)
    return [nib.math(line.formula), *([numbers] if numbers and numbers != value else []), value]


def definitions(step: StepFacts) -> list[tuple[Math, Math]]:
    """What the names in the gradient's formula stand for: δ₁, or the graph's own intermediates."""
    facts = step.explanation.gradients.get(step.parameter.text)
    if facts is None or step.gradient is None or step.gradient != facts.named:
        return []
    return [(made.name, made.expression) for made in facts.where]
