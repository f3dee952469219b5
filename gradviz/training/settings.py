"""What a person chooses about a training run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from numbers import Integral, Real
from typing import Any

from gradviz.errors import OptionProblem, nearest
from gradviz.training.optimisers import OPTIMISERS, Option
from gradviz.training.schedules import SCHEDULES, parts, usual_options


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices, with what stands when nothing is chosen; checked when they are made.

    Args:
        optimiser: a row of OPTIMISERS ("gd", "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw").
        rate: the learning rate η; None: the optimiser's usual one.
        options: the optimiser's own settings by name (`beta1`, `momentum`, …), and the schedule's.
        epochs: passes over the data.
        batch: rows of one update; None: all ("gd"), one ("sgd"), else 32 or all if there are fewer.
        schedule: a row of SCHEDULES ("constant", "step", "cosine", "warm-up", "linear-scaling"), or a warm-up and what
            follows it ("warm-up+cosine").
        weight_decay: λ of the optimiser (in AdamW decoupled); None: the optimiser's usual one (AdamW 0.01, else 0).
        clip: the greatest norm of the whole gradient; None: not clipped.
        patience: epochs without a better validation loss before it stops early; None: it does not.
        split: shares of the rows for training, validation and test.
        folds: k of k-fold cross-validation; None: none.
        seed: of everything that is drawn.
        keep: how many of the latest points of the path are kept for plots, at most.

    Raises:
        OptionProblem: a choice is out of range or does not exist; the nearest one is proposed.
    """

    optimiser: str = "sgd"
    rate: float | None = None
    options: Mapping[str, float] = field(default_factory=dict)
    epochs: int = 100
    batch: int | None = None
    schedule: str = "constant"
    weight_decay: float | None = None
    clip: float | None = None
    patience: int | None = None
    split: tuple[float, float, float] = (1.0, 0.0, 0.0)
    folds: int | None = None
    seed: int = 0
    keep: int = 2000

    def __post_init__(self) -> None:
        _check_names(self)
        _check_numbers(self)
        _check_options(self)
        _check_parts(self)

    def resolved(self, rows: int = 1) -> Resolved:
        """The same with every choice made, for that many training rows.

        Args:
            rows: for training; 0 or 1 where the program has no data.

        Raises:
            OptionProblem: the batch has more rows than there are.
        """
        row = OPTIMISERS[self.optimiser]
        batch = self._batch(max(rows, 1))
        updates = self.epochs * -(-max(rows, 1) // batch)
        own = {option.name: self.options.get(option.name, option.default or 0.0) for option in row.options}
        return Resolved(
            optimiser=self.optimiser,
            rate=row.rate if self.rate is None else float(self.rate),
            options=own | usual_options(self.schedule, updates, self.epochs, self.options),
            batch=batch,
            schedule=self.schedule,
            weight_decay=row.decay if self.weight_decay is None else float(self.weight_decay),
            clip=None if self.clip is None else float(self.clip),
            updates=updates,
        )

    def _batch(self, rows: int) -> int:
        if self.batch is None:
            return {"gd": rows, "sgd": 1}.get(self.optimiser, min(32, rows))
        if self.batch > rows:
            count = "1 training row" if rows == 1 else f"{rows:,} training rows"
            raise OptionProblem(
                f"a batch of {self.batch:,} rows is larger than the data: there {'is' if rows == 1 else 'are'} {count}",
                hint=f"write batch={rows}, or fewer",
            )
        if self.optimiser == "gd" and self.batch != rows:
            raise OptionProblem(
                f"gradient descent (gd) takes all {rows:,} rows at once, not {self.batch:,}",
                hint='leave the batch out, or take optimiser "sgd"',
            )
        return int(self.batch)


@dataclass(frozen=True, slots=True)
class Resolved:
    """Settings with every choice made.

    Args:
        optimiser, rate, schedule, weight_decay, clip: as in Settings; the decay is 0 where there is none.
        options: all numbers of the optimiser and of the schedule.
        batch: rows of one update.
        updates: of the whole run.
    """

    optimiser: str
    rate: float
    options: Mapping[str, float]
    batch: int
    schedule: str
    weight_decay: float
    clip: float | None
    updates: int


def with_changes(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """The settings with some of them changed.

    Raises:
        OptionProblem: there is no such setting; the nearest one is proposed.
    """
    known = tuple(Settings.__dataclass_fields__)
    for name in changes:
        if name not in known:
            raise _unknown("setting", name, known)
    return replace(settings, **changes)


def _unknown(what: str, name: Any, known: Any) -> OptionProblem:
    close = nearest(str(name), known)
    listed = f"the {what}s are {', '.join(known)}"
    return OptionProblem(f"there is no {what} {name!r}", hint=f"did you mean {close!r}?" if close else listed)


def _check_names(settings: Settings) -> None:
    if settings.optimiser not in OPTIMISERS:
        raise _unknown("optimiser", settings.optimiser, OPTIMISERS)
    if not isinstance(settings.schedule, str):
        raise _unknown("schedule", settings.schedule, SCHEDULES)
    parts(settings.schedule)


def _check_numbers(settings: Settings) -> None:
    _positive(settings.rate, "learning rate", "rate=0.01")
    _positive(settings.clip, "limit of the gradient's norm", "clip=1")
    _whole(settings.epochs, "number of epochs", 1, "epochs=100")
    _whole(settings.batch, "batch", 1, "batch=32")
    _whole(settings.patience, "patience", 1, "patience=10")
    _whole(settings.folds, "number of folds", 2, "folds=5")
    _whole(settings.seed, "seed", 0, "seed=0")
    _whole(settings.keep, "number of kept points", 0, "keep=2000")
    decay = settings.weight_decay
    if decay is not None and not (_is_number(decay) and 0 <= decay < math.inf):
        raise OptionProblem(f"the weight decay is a number from 0 up, not {decay!r}", hint="write weight_decay=0.01")


def _check_options(settings: Settings) -> None:
    known = {option.name: option for option in _options(settings)}
    for name, value in settings.options.items():
        if name not in known:
            raise _no_option(name, settings, known)
        option = known[name]
        if not (_is_number(value) and math.isfinite(value) and option.allows(value)):
            raise OptionProblem(
                f"{name} is {_range(option)}, not {value!r}" + (f" ({option.doc})" if option.doc else ""),
                hint=f"write {name}={0.9 if option.default is None else option.default:g}" if option.default else None,
            )


def _no_option(name: str, settings: Settings, known: Mapping[str, Option]) -> OptionProblem:
    """The error for an option that neither the optimiser nor the schedule has, and whose it is."""
    schedule = "" if settings.schedule == "constant" else f" with the schedule {settings.schedule}"
    error = _unknown("option", name, known)
    if not known:
        owners = [row.name for row in OPTIMISERS.values() if name in {option.name for option in row.options}]
        owners += [row.name for row in SCHEDULES.values() if name in {option.name for option in row.options}]
        error.hint = f"{name} is an option of {' and '.join(owners)}" if owners else "leave it out"
    return OptionProblem(f"{settings.optimiser}{schedule} has no option {name!r}", hint=error.hint)


def _options(settings: Settings) -> tuple[Option, ...]:
    return (*OPTIMISERS[settings.optimiser].options, *(o for row in parts(settings.schedule) for o in row.options))


def _range(option: Option) -> str:
    if math.isinf(option.most):
        return "a number above 0" if option.open_least else f"a number from {option.least:g} up"
    low = f"above {option.least:g}" if option.open_least else f"from {option.least:g}"
    return f"a number {low} {'to below' if option.open_most else 'to'} {option.most:g}"


def _check_parts(settings: Settings) -> None:
    from gradviz.training.splitting import check_shares

    try:
        shares = tuple(float(share) for share in settings.split)
    except (TypeError, ValueError):
        shares = ()
    if len(shares) != 3:
        raise OptionProblem(
            f"the split has three shares (training, validation, test), not {settings.split!r}",
            hint="write split=(0.7, 0.15, 0.15)",
        )
    check_shares((shares[0], shares[1], shares[2]))
    if settings.folds is not None and shares[1]:
        raise OptionProblem(
            "with folds each row is validated once, so there is no share for validation",
            hint=f"write split=({shares[0] + shares[1]:g}, 0, {shares[2]:g})",
        )
    if settings.patience is not None and not shares[1] and settings.folds is None:
        raise OptionProblem(
            "stopping early needs validation rows, and none are set apart", hint="write split=(0.8, 0.2, 0)"
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _positive(value: Any, what: str, example: str) -> None:
    if value is not None and not (_is_number(value) and 0 < value < math.inf):
        raise OptionProblem(f"the {what} is a number above 0, not {value!r}", hint=f"write {example}")


def _whole(value: Any, what: str, least: int, example: str) -> None:
    if value is None:
        return
    if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
        raise OptionProblem(f"the {what} is a whole number from {least} up, not {value!r}", hint=f"write {example}")
