"""Functions drawn over one input or two."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradviz.api import showing
from gradviz.api.inputs import Point, built_at, chosen, values
from gradviz.errors import NameProblem, OptionProblem, ValueProblem, nearest

if TYPE_CHECKING:
    from gradviz.explanation.data import PlotSheet
    from gradviz.explanation.function_plots import Axis, Output

Range = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Plotted:
    """What `plot` returns: panels, as plain data in `sheet`."""

    sheet: PlotSheet

    def save(self, path: str | os.PathLike[str], **options: Any) -> Path:
        """Write a file in the format that its suffix says: .svg, .png, .pdf, .json."""
        return showing.save(self.sheet, path, options)

    def to_svg(self, **options: Any) -> str:
        """The picture."""
        return showing.text_in(self.sheet, "svg", options)

    def _repr_svg_(self) -> str:
        return self.to_svg()


def plot(
    source: str,
    over: Mapping[str, Range],
    at: Point = None,
    of: str | Iterable[str] | None = None,
    *,
    seed: int | None = None,
    name: str = "expression",
) -> Plotted:
    """Draw a program's output over one input, with its derivative beside it, or over two, with its gradient.

    Args:
        source: an expression or a program.
        over: the inputs that vary, numbers, with their ranges: `{"x": (-3, 3)}`.
        at: values of the other inputs; of those in `over` too, where a point is to be marked.
        of: the outputs, several over one input; by default the program's.
        seed: random values for inputs that have none.
        name: under which errors speak of the text.

    Raises:
        UserError: the text, a name, a range or a value is wrong.

    Example:
        >>> sheet = plot("f = x^2", over={"x": (-2, 2)}, at={"x": 1}).sheet
        >>> [series.label for panel in sheet.plots for series in panel.series if series.label]
        ['f', '∂f/∂x']
    """
    from gradviz.explanation.function_plots import contours, curves

    axes = [_axis(name, limits) for name, limits in over.items()]
    if not 1 <= len(axes) <= 2:
        raise OptionProblem(f"a plot is over one input or two, not {len(axes)}", hint="write over={'x': (-3, 3)}")
    names = chosen(of) or (None,)
    point = values(at)
    outputs, known = list[Any](), dict[str, Any]()
    for wanted in names:
        output, found = _output(source, axes, point, wanted, seed, name)
        outputs.append(output)
        known |= found
    if len(axes) == 1:
        return Plotted(curves(outputs, axes[0], known))
    if len(outputs) > 1:
        raise OptionProblem("level lines are drawn of one output", hint="name one with of, or vary one input only")
    return Plotted(contours(outputs[0], axes[0], axes[1], known))


def _axis(name: str, limits: Range) -> Axis:
    from gradviz.explanation.function_plots import Axis
    from gradviz.syntax.names import canonical

    low, high = (float(limit) for limit in limits)
    if not low < high or high - low == float("inf"):
        raise OptionProblem(f"{name} cannot go from {low:g} to {high:g}", hint=f"write {name}=-3:3")
    return Axis(canonical(name), low, high)


def _output(
    source: str, axes: Sequence[Axis], point: Mapping[str, Any], of: str | None, seed: int | None, name: str
) -> tuple[Output, dict[str, Any]]:
    """The program with one output, and the values of its inputs."""
    from gradviz.explanation.function_plots import Output

    varying = {axis.name: point.get(axis.name, (axis.low + axis.high) / 2) for axis in axes}
    built = built_at(source, {**point, **varying}, of, name=name, seed=seed)
    for axis in axes:
        if axis.name not in built.graph.inputs:
            close = nearest(axis.name, built.inputs)
            hint = f"did you mean {close!r}?" if close else f"its inputs are {', '.join(built.inputs) or 'none'}"
            raise NameProblem(f"{built.output_name} does not depend on {axis.name}", hint=hint)
        if built.graph[axis.name].shape:
            raise ValueProblem(f"{axis.name} is an array; a plot is over numbers", hint="name one of its entries")
    if built.missing:
        missing = ", ".join(built.missing)
        raise ValueProblem(
            f"{missing} has no value" if len(built.missing) == 1 else f"{missing} have no values",
            hint=f"add --at {built.missing[0]}=…",
        )
    if built.graph.nodes[built.output].shape:
        raise ValueProblem(
            f"{built.output_name} is an array; a plot is of numbers", hint="name an entry of it: f = y[0], or a sum"
        )
    known = {key: value for key, value in built.values.items() if key not in varying or key in point}
    return Output(built.graph, built.output, built.output_name), known
