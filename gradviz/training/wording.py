"""The choices of a run in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradviz.explanation.narration import short
from gradviz.syntax.show import name_unicode
from gradviz.training.optimisers import OPTIMISERS
from gradviz.training.schedules import parts

if TYPE_CHECKING:
    from gradviz.training.run import Run

GREEK = {"momentum": "μ"}
"""Options that formulas name by a letter."""


def settings_in_words(run: Run) -> tuple[tuple[str, str], ...]:
    """Labels, and what was chosen; only what plays a part in the run."""
    settings = run.settings
    sizes = (len(run.training), len(run.validation), len(run.held_out))
    resolved = settings.resolved(sizes[0])
    told = [
        ("data", _data(run, sizes)),
        ("parameters", _count(run)),
        ("optimiser", _optimiser(run, dict(resolved.options))),
        ("learning rate", _rate(settings.schedule, resolved.rate, dict(resolved.options))),
        ("batch", _batch(resolved.batch, sizes[0])),
        ("weight decay", f"λ = {short(resolved.weight_decay)}" if resolved.weight_decay else ""),
        ("clipping", f"gradients longer than {short(resolved.clip)}" if resolved.clip else ""),
        ("early stopping", _patience(settings.patience)),
        ("cross-validation", f"{settings.folds} folds" if settings.folds else ""),
        ("epochs", _epochs(run)),
        ("seed", str(settings.seed)),
    ]
    return tuple((label, text) for label, text in told if text)


def _data(run: Run, sizes: tuple[int, int, int]) -> str:
    origin = run.problem.data.origin or _rows(run.problem.data.rows)
    named = zip(("training", "validation", "test"), sizes, strict=True)
    parts_told = [f"{size:,} for {name}" for name, size in named if size]
    return origin if len(parts_told) < 2 else f"{origin}: {', '.join(parts_told)}"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows" if count else ""


def _count(run: Run) -> str:
    count = sum(int(np.size(run.first[name])) for name in run.problem.parameters)
    return "1 number" if count == 1 else f"{count:,} numbers"


def _optimiser(run: Run, options: dict[str, float]) -> str:
    row = OPTIMISERS[run.settings.optimiser]
    told = [
        f"{GREEK.get(option.name) or name_unicode(option.name)} = {short(options[option.name])}"
        for option in row.options
        if options.get(option.name)
    ]
    return f"{row.title}, {', '.join(told)}" if told else row.title


def _rate(schedule: str, rate: float, options: dict[str, float]) -> str:
    rows = parts(schedule)
    if all(row.name == "constant" for row in rows):
        return f"η = {short(rate)}"
    told = [f"{option.name} {short(options[option.name])}" for row in rows for option in row.options]
    return f"η = {short(rate)}, {schedule}{' (' + ', '.join(told) + ')' if told else ''}"


def _batch(batch: int, rows: int) -> str:
    if batch >= rows:
        return f"all {_rows(rows)}" if rows > 1 else _rows(rows)
    updates = -(-rows // batch)
    return f"{_rows(batch)} of {rows:,}, so {updates:,} updates an epoch"


def _patience(patience: int | None) -> str:
    return "" if patience is None else f"after {patience} epochs without a better validation loss"


def _epochs(run: Run) -> str:
    made = run.epochs[-1] if run.epochs else None
    planned = run.settings.epochs
    if made is None:
        return f"{planned:,}"
    updates = f"{made.step:,} update{'s' * (made.step != 1)}"
    return f"{planned:,} ({updates})" if made.number == planned else f"{made.number:,} of {planned:,} ({updates})"
