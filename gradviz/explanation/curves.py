"""The curve in a function gate's square: sampled through the operation itself, broken at poles, with its tangent."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from gradviz.explanation.data import Curve
from gradviz.graph.graph import Node
from gradviz.ops.op import CONSTANT
from gradviz.passes.templates import array_function

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLES = 97
MARGIN, STEEP = 0.25, 40.0
"""How far beyond the operating point the range goes; the share of the height that one step may jump, times samples."""
POSITIVE = frozenset({"log", "log2", "log10", "sqrt", "loggamma", "gamma", "digamma"})
"""Functions drawn on the right of zero only, while their operand is there."""

Points = tuple[tuple[float, float], ...]


def curve_of(
    nodes: Sequence[Node], node: Node, varying: int, at: float | None, slope: float | None, *, kink: bool
) -> Curve | None:
    """The curve of a node seen as a function of the operand in slot `varying`, the other operands being constants.

    Args:
        nodes: the graph's, to read the constants from.
        node: an elementwise operation.
        varying: the slot of the only operand that varies.
        at: the operating point, if there is a scalar value.
        slope: the local derivative there, as the backward pass has it.
        kink: whether the operating point is a kink.

    Returns:
        None if the function cannot be drawn: it has no finite values in any sensible range.
    """
    import numpy as np

    function = _function(nodes, node, varying)
    at = at if at is not None and math.isfinite(at) and abs(at) < 1e6 else None
    low, high = _range(nodes, node, varying, at)
    xs = np.linspace(low, high, SAMPLES)
    ys = function(xs)
    centre = float(function(np.array([at]))[0]) if at is not None else math.nan
    frame = _frame(ys, centre)
    if frame is None:
        return None
    bottom, top = frame
    points = _pieces(xs, ys, low, high, bottom, top)
    if not points:
        return None
    inside = at is not None and math.isfinite(centre)
    scaled = None
    if inside and not kink and slope is not None and math.isfinite(slope):
        scaled = slope * (high - low) / (top - bottom)
    return Curve(
        points=points,
        axis_x=-bottom / (top - bottom) if bottom <= 0 <= top else None,
        axis_y=-low / (high - low) if low <= 0 <= high else None,
        point=((at - low) / (high - low), (centre - bottom) / (top - bottom)) if inside and at is not None else None,
        slope=scaled,
        kink=kink and inside,
    )


def _function(nodes: Sequence[Node], node: Node, varying: int) -> Callable[[NDArray[Any]], NDArray[Any]]:
    import numpy as np

    compiled = array_function(node.op.name, len(node.operands), node.attributes)
    others = [0.0 if i == varying else _constant(nodes[operand]) for i, operand in enumerate(node.operands)]

    def function(xs: NDArray[Any]) -> NDArray[Any]:
        operands = [xs if i == varying else np.float64(value) for i, value in enumerate(others)]
        with np.errstate(all="ignore"):
            try:
                return np.broadcast_to(np.asarray(compiled(*operands), dtype=float), xs.shape)
            except (TypeError, ValueError):
                return np.full(xs.shape, math.nan)

    return function


def _constant(node: Node) -> float:
    value = node.settings.get("value") if node.op is CONSTANT else None
    return float(value) if value is not None and not isinstance(value, (tuple, str)) else math.nan


def _range(nodes: Sequence[Node], node: Node, varying: int, at: float | None) -> tuple[float, float]:
    """The row's own range, widened to the operating point; a pole at zero is kept outside."""
    low, high = map(float, node.op.plot_range)
    if _pole_at_zero(nodes, node, varying):
        if at is None or at == 0:
            return 0.3, 3.0
        a, b = sorted((at * 0.5, at + math.copysign(max(1.5, abs(at) * 0.6), at)))
        return (min(a, 0.3), max(b, 3.0)) if at > 0 and abs(at) < 3 else (a, b)
    if at is None:
        return low, high
    margin = MARGIN * (high - low)
    if node.op.name in POSITIVE and at > 0:
        return min(low, at / 2), max(high, at + margin)
    if at < low - 3 * margin or at > high + 3 * margin:
        wide = max(margin, abs(at) * 0.3)
        return (min(low, at - wide), max(high, at + wide))
    return min(low, at - margin), max(high, at + margin)


def _pole_at_zero(nodes: Sequence[Node], node: Node, varying: int) -> bool:
    if node.op.name == "div":
        return varying == 1
    if node.op.name == "pow" and varying == 0:
        return _constant(nodes[node.operands[1]]) < 0
    return False


def _frame(ys: NDArray[Any], centre: float) -> tuple[float, float] | None:
    """The heights that are shown: the middle of what is finite where a pole would flatten the rest."""
    import numpy as np

    finite = ys[np.isfinite(ys)]
    if finite.size < 2:
        return None
    bottom, top = float(finite.min()), float(finite.max())
    inner = np.quantile(finite, [0.1, 0.9])
    spread = float(inner[1] - inner[0])
    if spread > 0 and top - bottom > 12 * spread:
        bottom, top = max(bottom, float(inner[0]) - 2 * spread), min(top, float(inner[1]) + 2 * spread)
    if math.isfinite(centre):
        bottom, top = min(bottom, centre), max(top, centre)
    if not math.isfinite(top - bottom):
        return None
    if top - bottom < 1e-12 * max(1.0, abs(top)):
        margin = max(0.5, 1e-3 * abs(top))
        return bottom - margin, top + margin
    return bottom, top


def _pieces(
    xs: NDArray[Any], ys: NDArray[Any], low: float, high: float, bottom: float, top: float
) -> tuple[Points, ...]:
    """The polyline in the unit square, cut where it leaves the frame or jumps across a pole."""
    pieces: list[list[tuple[float, float]]] = [[]]
    previous: float | None = None
    for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
        height = (y - bottom) / (top - bottom) if math.isfinite(y) else math.nan
        visible = math.isfinite(height) and -1e-9 <= height <= 1 + 1e-9
        jumps = visible and previous is not None and abs(height - previous) > STEEP / SAMPLES
        if (not visible or jumps) and pieces[-1]:
            pieces.append([])
        if visible:
            pieces[-1].append((round((x - low) / (high - low), 4), round(min(1.0, max(0.0, height)), 4)))
        previous = height if visible else None
    return tuple(tuple(piece) for piece in pieces if len(piece) > 1)
