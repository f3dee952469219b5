"""What each way to a derivative costs, in sentences: the argument for backpropagation in this graph's own numbers."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.explanation.data import CostFacts
from gradviz.explanation.mathematics import name_math
from gradviz.passes.costs import Costs, Measured

NAMED = 4
"""Inputs up to which all are named."""


def cost_facts(costs: Costs, measured: Measured | None = None, by: Sequence[str] = ()) -> CostFacts:
    """Counted operations (and seconds, where they were measured) with what follows from them.

    Args:
        costs: counted.
        measured: seconds, where they were asked for.
        by: the names of what is differentiated by, to be said beside how many entries they have.

    Example:
        >>> print(cost_facts(Costs(inputs=1000, outputs=1, value=2000, tangent=3000, cotangent=2000)).says[0])
        1 output, 1,000 inputs: one reverse sweep (with the value, about 2 evaluations) gives every derivative.
    """
    says = [_first(costs, by), *_other_mode(costs), *_numerical(costs)]
    if measured is not None:
        says += _measured(measured)
    return CostFacts(
        inputs=costs.inputs,
        outputs=costs.outputs,
        value=costs.value,
        tangent=costs.tangent,
        cotangent=costs.cotangent,
        forward_mode=costs.forward_mode,
        reverse_mode=costs.reverse_mode,
        numerical=costs.numerical,
        cheapest=costs.cheapest,
        says=tuple(says),
        seconds=None if measured is None else dict(measured.seconds),
    )


def _sizes(costs: Costs, by: Sequence[str]) -> str:
    sizes = f"{counted(costs.outputs, 'output')}, {counted(costs.inputs, 'input')}"
    if not by:
        return sizes
    names = [name_math(name).unicode for name in by]
    if len(names) > NAMED:
        names = [*names[: NAMED - 1], f"{len(names) - NAMED + 1:,} more"]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{sizes} ({listed if costs.inputs == len(by) else f'the entries of {listed}'})"


def _first(costs: Costs, by: Sequence[str]) -> str:
    if not costs.inputs or not costs.outputs:
        return f"{_sizes(costs, by)}: there is nothing to differentiate."
    if costs.cheapest == "equal":
        return (
            f"{_sizes(costs, by)}: forward and reverse mode take the same {counted(costs.forward_mode, 'operation')}."
        )
    forward = costs.cheapest == "forward"
    sweeps = costs.inputs if forward else costs.outputs
    total = costs.forward_mode if forward else costs.reverse_mode
    many = f"{'one' if sweeps == 1 else f'{sweeps:,}'} {costs.cheapest} sweep{'s' * (sweeps > 1)}"
    gives = "gives" if sweeps == 1 else "give"
    return f"{_sizes(costs, by)}: {many} (with the value, {evaluations(total, costs.value)}) {gives} every derivative."


def _other_mode(costs: Costs) -> list[str]:
    if not costs.inputs or not costs.outputs or costs.cheapest == "equal":
        return []
    forward = costs.cheapest == "forward"
    one, other = ("reverse", "output") if forward else ("forward", "input")
    sweeps = costs.outputs if forward else costs.inputs
    best, worse = sorted((costs.forward_mode, costs.reverse_mode))
    return [
        f"{one.capitalize()} mode needs a sweep for each {other}, {sweeps:,} here: "
        f"{worse:,} operations in place of {best:,}."
    ]


def _numerical(costs: Costs) -> list[str]:
    if not costs.inputs or not costs.outputs:
        return []
    return [
        f"Numerical differentiation would evaluate it {costs.inputs + 1:,} times "
        f"({2 * costs.inputs + 1:,} by central differences), {costs.numerical:,} operations, and still be rounded."
    ]


def _measured(measured: Measured) -> list[str]:
    seconds = measured.seconds
    says = [
        f"Measured: the value {duration(seconds['value'])}, with a forward sweep {duration(seconds['tangent'])}, "
        f"with a reverse sweep {duration(seconds['cotangent'])}."
    ]
    if "numerical" in seconds:
        ratio = seconds["numerical"] / seconds["cotangent"] if seconds["cotangent"] else float("inf")
        says.append(
            f"Central differences took {duration(seconds['numerical'])}, {ratio:,.1f} times as long as "
            "the reverse sweep."
        )
    if measured.agrees is False:
        says.append(
            "The numerical gradient differs from the reverse sweep's here: the point is at or near a kink, or the "
            "function is too steep for differences."
        )
    return says


def counted(number: int, word: str) -> str:
    """`1 input`, `2,000 inputs`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def evaluations(total: int, value: int) -> str:
    """Operations as about how many evaluations of the function.

    Example:
        >>> evaluations(29, 10), evaluations(11, 10)
        ('about 3 evaluations', 'about 1 evaluation')
    """
    if not value:
        return counted(total, "operation")
    times = total / value
    whole = round(times)
    shown = f"{times:.1f}" if 1.2 < times < 1.8 else f"{max(1, whole):,}"
    return f"about {shown} evaluation{'' if shown == '1' else 's'}"


def duration(seconds: float) -> str:
    """A time in the unit that suits it.

    Example:
        >>> duration(0.00123), duration(4.2e-7)
        ('1.23 ms', '0.42 µs')
    """
    for unit, factor in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= factor:
            return f"{seconds / factor:.3g} {unit}"
    return f"{seconds / 1e-6:.2g} µs" if seconds < 1e-5 else f"{seconds / 1e-6:.3g} µs"
