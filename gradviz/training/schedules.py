"""SCHEDULES: the learning rate as a formula of the update's number. A row's formula is computed, shown and listed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gradviz.errors import OptionProblem, nearest
from gradviz.training.optimisers import Option

if TYPE_CHECKING:
    from gradviz.passes.compile import Compiled

TOO_MANY_ROWS = 8192
"""Rows of a batch beyond which linear scaling no longer held (Goyal et al. 2017, figure 1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One schedule.

    Args:
        name: as it is chosen.
        doc: one sentence.
        formula: the rate, in gradviz's own language, from `eta` (the chosen rate), `k` (updates made before this one),
            `T` (updates of the whole run), `batch` (its rows) and the options.
        options: its numbers; where a default is None, `usual` gives it.
        usual: `(updates, epochs)` → the defaults that depend on the run.
        warms: the option that counts the updates of its warm-up, after which another schedule may go on; "" for none.
        source: where it comes from.
    """

    name: str
    doc: str
    formula: str
    options: tuple[Option, ...] = ()
    usual: Callable[[int, int], Mapping[str, float]] = lambda updates, epochs: {}
    warms: str = ""
    source: str = ""


def _updates(name: str, doc: str) -> Option:
    return Option(name, None, 1.0, doc=doc)


ROWS: tuple[Schedule, ...] = (
    Schedule(name="constant", doc="The same rate throughout.", formula="eta"),
    Schedule(
        name="step",
        doc="Multiplies the rate by a factor every so many updates.",
        formula="eta*gamma^floor(k/every)",
        options=(
            Option("gamma", 0.1, 0.0, 1.0, "the factor", open_least=True),
            _updates("every", "updates between two steps; a third of the run unless chosen"),
        ),
        usual=lambda updates, epochs: {"every": max(1, -(-updates // 3))},
        source="torch.optim.lr_scheduler.StepLR",
    ),
    Schedule(
        name="cosine",
        doc="Falls along half a cosine from the rate to the least one.",
        formula="least + (eta - least)*(1 + cos(pi*minimum(k, period)/period))/2",
        options=(
            Option("least", 0.0, doc="the rate at the end"),
            _updates("period", "updates until then; the whole run unless chosen"),
        ),
        usual=lambda updates, epochs: {"period": max(1, updates)},
        source="Loshchilov & Hutter 2017, SGDR, equation 5, without restarts; CosineAnnealingLR",
    ),
    Schedule(
        name="warm-up",
        doc="Rises in a straight line from a part of the rate to the whole, then stays.",
        formula="eta*(start + (1 - start)*minimum(1, k/warm))",
        options=(
            Option("start", 1 / 3, 0.0, 1.0, "the part of the rate that it starts with"),
            _updates("warm", "updates until the whole rate; a tenth of the run unless chosen"),
        ),
        usual=lambda updates, epochs: {"warm": max(1, updates // 10)},
        warms="warm",
        source="torch.optim.lr_scheduler.LinearLR",
    ),
    Schedule(
        name="linear-scaling",
        doc="A rate that grows with the batch, reached from the unscaled one in a straight line.",
        formula="eta*(1 + (batch/base - 1)*minimum(1, k/warm))",
        options=(
            Option("base", 256.0, 1.0, doc="rows of the batch that the rate was found for"),
            _updates("warm", "updates until the scaled rate; five epochs, at most half of the run, unless chosen"),
        ),
        usual=lambda updates, epochs: {"warm": max(1, min(5 * updates // max(1, epochs), updates // 2))},
        warms="warm",
        source="Goyal et al. 2017, Accurate, large minibatch SGD, section 2",
    ),
)

SCHEDULES: Mapping[str, Schedule] = MappingProxyType({row.name: row for row in ROWS})
"""The rows by name."""


def parts(name: str) -> tuple[Schedule, ...]:
    """The rows of a schedule: one, or a warm-up and what follows it (`warm-up+cosine`).

    Raises:
        OptionProblem: there is no such schedule, or the first does not warm up.
    """
    found = []
    for word in name.split("+") if isinstance(name, str) else [name]:
        row = SCHEDULES.get(word.strip() if isinstance(word, str) else "")
        if row is None:
            close = nearest(str(word).strip(), SCHEDULES)
            known = f"the schedules are {', '.join(SCHEDULES)}"
            raise OptionProblem(f"there is no schedule {word!r}", hint=f"did you mean {close!r}?" if close else known)
        found.append(row)
    if len(found) > 2 or (len(found) == 2 and (not found[0].warms or found[1].warms)):
        raise OptionProblem(
            f"{name!r} is no schedule: only a warm-up goes on as another one", hint='write "warm-up+cosine"'
        )
    return tuple(found)


def usual_options(name: str, updates: int, epochs: int, chosen: Mapping[str, float]) -> dict[str, float]:
    """The schedule's options, the chosen ones first; what follows a warm-up has the updates that are left."""
    made: dict[str, float] = {}
    left = updates
    for row in parts(name):
        usual = row.usual(left, epochs)
        for option in row.options:
            default = usual[option.name] if option.default is None else option.default
            made[option.name] = chosen.get(option.name, default)
        left = max(1, left - int(made.get(row.warms, 0)))
    return made


def rate_function(name: str, rate: float, options: Mapping[str, float], batch: int) -> Callable[[int], float]:
    """The learning rate of an update, by the number of updates before it.

    Args:
        name: of the schedule.
        rate: the chosen one.
        options: all of the schedule's, as `usual_options` gives them.
        batch: rows of a batch.

    Example:
        >>> rate = rate_function("step", 1.0, {"gamma": 0.5, "every": 2}, 1)
        >>> [rate(k) for k in range(5)]
        [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    rows = parts(name)
    first = _evaluator(rows[0], {**options, "eta": rate, "batch": batch})
    if len(rows) == 1:
        return first
    warm = int(options[rows[0].warms])
    then = _evaluator(rows[1], {**options, "eta": first(warm), "batch": batch})
    return lambda k: first(k) if k < warm else then(k - warm)


def _evaluator(row: Schedule, values: Mapping[str, float]) -> Callable[[int], float]:
    function = _compiled(row.name)
    given: list[Any] = [float(values.get(name, 0)) for name in function.inputs]
    if "k" not in function.inputs:
        return lambda k: float(function(*given)[0])
    place = function.inputs.index("k")

    def rate(k: int) -> float:
        return float(function(*given[:place], float(k), *given[place + 1 :])[0])

    return rate


@lru_cache(maxsize=16)
def _compiled(name: str) -> Compiled:
    """A row's formula as a function."""
    from gradviz.graph.build import build
    from gradviz.passes.compile import compile_graph
    from gradviz.syntax.parser import parse

    built = build(parse(f"rate = {SCHEDULES[name].formula}", name="schedule", known=("eta", "k", "batch")), of="rate")
    return compile_graph(built.graph, built.output, built.inputs, wrt=())


def warnings_for(name: str, batch: int) -> tuple[str, ...]:
    """What a person should know of a schedule with a batch of that size."""
    if any(row.name == "linear-scaling" for row in parts(name)) and batch > TOO_MANY_ROWS:
        return (
            f"the rate is scaled for a batch of {batch:,} rows; beyond {TOO_MANY_ROWS:,} linear scaling was found to "
            "break down (Goyal et al. 2017)",
        )
    return ()
