"""Operations as a person writes them in Python: `h[:, 0]`, `W.T`, `np.where(x > 0, g, 0)`, and no calls of kernels."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from gradviz.passes.compiling.simplify import Plan, Step
from gradviz.shape import Shape, broadcast_axes

Form = Callable[[Step, Shape], "str | None"]
"""For a step and its first operand's shape, its template; None where the row's own serves."""

COMPARISONS = {
    "greater": "{0} > {1}",
    "less": "{0} < {1}",
    "greater_equal": "{0} >= {1}",
    "less_equal": "{0} <= {1}",
    "equal": "{0} == {1}",
    "not_equal": "{0} != {1}",
}
"""What is true or false where it only decides, in `where`."""


def truths(plan: Plan) -> frozenset[int]:
    """The steps that are true or false: comparisons that do nothing but decide."""
    return frozenset(step.id for step in plan.steps if step.id in plan.conditions and step.op.name in COMPARISONS)


def in_numpy(plan: Plan, step: Step, deciding: Collection[int]) -> str:
    """A step's template, in which NumPy, PyTorch and JAX agree but for the names of functions.

    Args:
        plan: what the step is from.
        step: an operation.
        deciding: the steps that are true or false, and not 1 or 0.
    """
    if step.op.name == "where":
        return "np.where({0}, {1}, {2})" if step.operands[0] in deciding else "np.where({0} != 0, {1}, {2})"
    if step.id in deciding:
        return COMPARISONS[step.op.name]
    form = FORMS.get(step.op.name)
    return (form and form(step, plan.shapes[step.operands[0]])) or step.op.numpy


def _transpose(step: Step, shape: Shape) -> str | None:
    settings = dict(step.settings)
    return "{0}.T" if len(shape) == 2 and settings["axes"] in (None, (1, 0)) else None


def _index(step: Step, shape: Shape) -> str | None:
    """Entries by brackets; not with a step backwards, which PyTorch cannot take."""
    items: Any = dict(step.settings)["items"]
    items = items if isinstance(items, tuple) and items[:1] != ("slice",) else (items,)
    parts = [_item(item) for item in items]
    return None if None in parts else f"{{0}}[{', '.join(map(str, parts))}]"


def _item(item: Any) -> str | None:
    if not isinstance(item, tuple):
        return str(item)
    start, stop, stride = ("" if part is None else str(part) for part in item[1:])
    if stride.startswith("-"):
        return None
    return f"{start}:{stop}:{stride}" if stride else f"{start}:{stop}"


def _reduction(name: str) -> Form:
    """A reduction with those of its settings that are not the usual ones."""

    def form(step: Step, shape: Shape) -> str:
        settings = dict(step.settings)
        axis = "" if settings["axis"] is None else ", axis={axis}"
        keeps = ", keepdims=True" if settings["keepdims"] else ""
        return f"np.{name}({{0}}{axis}{keeps})"

    return form


def _pair(name: str) -> Form:
    """Two operands, which NumPy's own function takes."""
    return lambda step, shape: f"np.{name}({{0}}, {{1}})" if len(step.operands) == 2 else None


def _sum_to(step: Step, shape: Shape) -> str | None:
    """What broadcasting repeated, summed: over the leading axes, or over others that stay with the length 1."""
    wanted: Any = dict(step.settings)["shape"]
    summed = broadcast_axes(wanted, shape)
    lead = len(shape) - len(wanted)
    if len(summed) == len(shape) and not wanted:
        return "np.sum({0})"
    axis = summed[0] if len(summed) == 1 else summed
    if summed == tuple(range(lead)):
        return f"np.sum({{0}}, axis={axis})"
    return f"np.sum({{0}}, axis={axis}, keepdims=True)" if lead == 0 else None


FORMS: Mapping[str, Form] = {
    "transpose": _transpose,
    "index": _index,
    "sum_to": _sum_to,
    "maximum": _pair("maximum"),
    "minimum": _pair("minimum"),
    **{name: _reduction(name) for name in ("sum", "mean", "prod", "max", "min")},
}
