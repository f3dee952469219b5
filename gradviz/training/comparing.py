"""One problem trained several times with one thing changed: the runs side by side, on one contour, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gradviz.errors import OptionProblem, nearest
from gradviz.explanation.mathematics import name_math
from gradviz.training.settings import Settings

if TYPE_CHECKING:
    from gradviz.training.run import Run

MOST = 8
"""Values that are compared at once: more would not be told apart."""
CHOICES = frozenset({"optimiser", "rate", "epochs", "batch", "schedule", "weight_decay", "clip", "patience", "seed"})
"""The settings that can be compared; every other name is an option of the optimiser, or an input of the program."""
WORDS = frozenset({"optimiser", "schedule"})
WHOLE = frozenset({"epochs", "batch", "patience", "seed"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs of one problem that differ in one thing.

    Args:
        what: the setting, the option or the input that differs.
        labels: what it is in each run.
        runs: in the order in which they were asked for.
        given: whether it is an input or a size of the program: then each run has a loss of its own, and paths are not
            drawn over one contour.
    """

    what: str
    labels: tuple[str, ...]
    runs: tuple[Run, ...]
    given: bool


def with_choice(settings: Settings, name: str, value: str) -> Settings:
    """The settings with one of them changed to what a text says; `all` is a batch of all rows.

    Raises:
        OptionProblem: the text is none of its values.

    Example:
        >>> with_choice(Settings(), "rate", "0.5").rate, with_choice(Settings("adam"), "beta1", "0.5").options
        (0.5, {'beta1': 0.5})
    """
    if name in WORDS:
        return replace(settings, **{name: value})  # type: ignore[arg-type]
    if name == "batch" and value == "all":
        return replace(settings, optimiser="gd" if settings.optimiser == "sgd" else settings.optimiser, batch=None)
    try:
        number = int(value) if name in WHOLE else float(value)
    except ValueError:
        kind = "a whole number" if name in WHOLE else "a number"
        raise OptionProblem(f"{name} is {kind}, not {value!r}", hint=f"write --compare {name}=1,2,4") from None
    if name in CHOICES:
        return replace(settings, **{name: number})  # type: ignore[arg-type]
    return replace(settings, options={**settings.options, name: float(number)})


def compared(text: str) -> tuple[str, tuple[str, ...]]:
    """The name and the values in `rate=0.01,0.1,1`.

    Raises:
        OptionProblem: the text is not of that form, or there are fewer than two values or too many.

    Example:
        >>> compared("rate=0.01,0.1,1")
        ('rate', ('0.01', '0.1', '1'))
    """
    name, equals, listed = text.partition("=")
    values = tuple(value.strip() for value in listed.split(",") if value.strip())
    if not (name.strip() and equals and values):
        raise OptionProblem(f"{text!r} compares nothing", hint="write --compare rate=0.01,0.1,1")
    if not 2 <= len(values) <= MOST:
        raise OptionProblem(f"{len(values)} values cannot be compared", hint=f"give from 2 to {MOST} of them")
    if len(set(values)) < len(values):
        raise OptionProblem(f"a value is given twice in {text!r}", hint="give each once")
    return name.strip().replace("-", "_"), values


def compare(
    what: str,
    values: Sequence[str],
    settings: Settings,
    inputs: Sequence[str],
    train: Callable[[Settings, Mapping[str, str]], Run],
) -> Comparison:
    """Train once for each value.

    Args:
        what: a setting, an option of the optimiser or the schedule, or an input of the program.
        values: as texts.
        settings: of all runs.
        inputs: the names in the program that have a value.
        train: makes a run with settings and with values of inputs.

    Raises:
        OptionProblem: there is no such thing to compare, or a value does not fit.
    """
    given = what in inputs
    runs: list[Run] = []
    labels: list[str] = []
    for value in values:
        made = settings if given else _changed(settings, what, value, inputs)
        runs.append(train(made, {what: value} if given else {}))
        labels.append(_label(what, value, given=given))
    return Comparison(what, tuple(labels), tuple(runs), given)


def _label(what: str, value: str, *, given: bool) -> str:
    """`rate 0.1`, `adam`, `λ = 0.01`."""
    if given:
        return f"{name_math(what).unicode} = {value}"
    return value if what in WORDS else f"{what.replace('_', ' ')} {value}"


def _changed(settings: Settings, what: str, value: str, inputs: Sequence[str]) -> Settings:
    try:
        return with_choice(settings, what, value)
    except OptionProblem as error:
        close = nearest(what, [*CHOICES, *inputs])
        if what not in CHOICES and close:
            error.hint = f"did you mean {close}?"
        raise
