"""An optimiser's rule for given settings: its lines, in order, and what each gives for one parameter."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gradviz.training.optimisers import OPTIMISERS, Line, Optimiser

if TYPE_CHECKING:
    from gradviz.graph.build import Built
    from gradviz.training.settings import Resolved

CLIP_EPSILON = 1e-6
"""What torch.nn.utils.clip_grad_norm_ adds to the norm before it divides by it."""


def rule_options(settings: Resolved) -> dict[str, float]:
    """The numbers that a rule may name, besides the rate and the update's number."""
    row = OPTIMISERS[settings.optimiser]
    chosen = {option.name: settings.options[option.name] for option in row.options}
    return {**chosen, "lambda": settings.weight_decay, "kappa": settings.clip or 0.0}


def lines(settings: Resolved) -> tuple[Line, ...]:
    """The lines of an update: clipping, weight decay, and the optimiser's own, with the gradient's name filled in.

    Clipping is `c = g*min(1, kappa/(norm + 1e-6))`, where `norm` is that of the gradient by all parameters together
    (Pascanu et al. 2013; as torch.nn.utils.clip_grad_norm_).

    Example:
        >>> from gradviz.training.settings import Settings
        >>> for line in lines(Settings("momentum", weight_decay=0.1).resolved()):
        ...     print(f"{line.name} = {line.expr}: {line.says}")
        d = g + lambda*w: the weight decay pulls the parameter towards 0
        b1 = momentum*b + d: the velocity: old gradients fade, the new one is added
        w1 = w - eta*b1: one step along the velocity
    """
    row = OPTIMISERS[settings.optimiser]
    gradient, made = "g", []
    if settings.clip is not None:
        expr = f"{gradient}*minimum(1, kappa/(norm + {CLIP_EPSILON:g}))"
        made.append(Line("c", expr, "the gradient, shortened where the whole one is longer than the limit"))
        gradient = "c"
    if settings.weight_decay and not row.decoupled:
        made.append(Line("d", f"{gradient} + lambda*w", "the weight decay pulls the parameter towards 0"))
        gradient = "d"
    options = rule_options(settings)
    for line in row.lines:
        with_it = not line.only_with or options[line.only_with]
        without_it = not line.only_without or not options[line.only_without]
        if with_it and without_it:
            made.append(Line(line.name, line.expr.replace("{g}", gradient), line.says))
    return tuple(made)


def states_of(settings: Resolved) -> tuple[str, ...]:
    """The names of the states that the lines update (an optimiser without momentum keeps no velocity)."""
    made = {line.name for line in lines(settings)}
    return tuple(state for state in OPTIMISERS[settings.optimiser].states if f"{state}1" in made)


def program_of(rule: tuple[Line, ...]) -> str:
    """The lines as a program of the language."""
    return "\n".join(f"{line.name} = {line.expr}" for line in rule)


@lru_cache(maxsize=64)
def built_rule(text: str, shapes: tuple[tuple[str, tuple[int, ...]], ...] = ()) -> Built:
    """A rule as a graph; `shapes` are those of the names that are arrays."""
    from gradviz.graph.build import build
    from gradviz.syntax.parser import parse

    known = ("w", "g", *(name for name, _ in shapes))
    return build(parse(text, name="rule", known=known), shapes=dict(shapes), of="w1")


def traced(settings: Resolved, values: Mapping[str, Any]) -> dict[str, Any]:
    """One update of one parameter, line by line.

    Args:
        settings: the optimiser and its numbers.
        values: `w` and `g`, numbers or arrays of one shape; the states by name (0 where there is none); `eta`, `t`, and
            `norm` where the gradient is clipped.

    Returns:
        The value of each line by its name; `w1` is the parameter's new value.

    Example:
        >>> from gradviz.training.settings import Settings
        >>> found = traced(Settings("momentum").resolved(), {"w": 1.0, "g": 2.0, "b": 4.0, "eta": 0.1, "t": 2})
        >>> {name: round(value, 6) for name, value in found.items()}
        {'b1': 5.6, 'w1': 0.44}
    """
    import numpy as np

    from gradviz.passes.evaluate import evaluate

    rule = lines(settings)
    shape = np.shape(values["w"])
    states = states_of(settings)
    arrays = tuple((name, shape) for name in ("w", "g", *states)) if shape else ()
    built = built_rule(program_of(rule), arrays)
    zeros = dict.fromkeys(states, np.zeros(shape) if shape else 0.0)
    given = {**zeros, **rule_options(settings), **values}
    known = {name: given[name] for name in built.inputs}
    found = evaluate(built.graph, known, [built.graph.names[line.name] for line in rule])
    return {line.name: value for line, value in zip(rule, found, strict=True)}


def describe(row: Optimiser) -> tuple[Line, ...]:
    """A row's lines with all of its usual settings, for lists and pages."""
    from gradviz.training.settings import Settings

    return lines(Settings(row.name).resolved())
