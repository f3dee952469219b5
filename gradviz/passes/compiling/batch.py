"""Many points at once: arguments with a leading axis that counts the points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from gradviz.errors import ValueProblem
from gradviz.shape import Shape, show

Answer = tuple[Any, tuple[Any, ...]]
Flat = Callable[..., tuple[Any, ...]]


def batch_over(
    function: Any, shapes: Sequence[Shape], vectorised: Callable[[], Flat | None], dtype: np.dtype[Any]
) -> Callable[..., Answer]:
    """The function for many points.

    Args:
        function: of one point; has `inputs`.
        shapes: of its arguments.
        vectorised: makes the same on arrays of numbers, flat (value first), when it is first needed, or answers None
            where not all is elementwise; then points are looped over.
        dtype: of the answers.

    Returns:
        A function that raises ValueProblem where an argument is neither one value nor one per point.
    """
    made = cache(vectorised)

    def batch(*values: Any) -> Answer:
        arrays = _arrays(function.inputs, values, shapes, dtype)
        lengths = {len(array) for array, shape in zip(arrays, shapes, strict=True) if array.ndim > len(shape)}
        if len(lengths) > 1:
            counts = ", ".join(map(str, sorted(lengths)))
            raise ValueProblem(f"the arguments have different numbers of points: {counts}")
        count = lengths.pop() if lengths else 1
        pointwise = made()
        if pointwise is None:
            return _looped(function, arrays, shapes, count, dtype)
        with np.errstate(all="ignore"):
            answers = pointwise(*arrays)
        filled = [np.array(np.broadcast_to(np.asarray(answer, dtype), (count,))) for answer in answers]
        return filled[0], tuple(filled[1:])

    return batch


def _arrays(names: Sequence[str], values: Sequence[Any], shapes: Sequence[Shape], dtype: np.dtype[Any]) -> list[Any]:
    if len(values) != len(shapes):
        raise ValueProblem(f"the function takes {len(shapes)} arguments ({', '.join(names)}), not {len(values)}")
    arrays = [np.asarray(value, dtype=dtype) for value in values]
    for name, array, shape in zip(names, arrays, shapes, strict=True):
        if array.shape != shape and (array.ndim != len(shape) + 1 or array.shape[1:] != shape):
            raise ValueProblem(
                f"the points for {name} have the shape {show(array.shape)}",
                hint=f"give one value, or one per point: {show(('N', *shape))}",  # type: ignore[arg-type]
            )
    return arrays


def _looped(function: Any, arrays: list[Any], shapes: Sequence[Shape], count: int, dtype: np.dtype[Any]) -> Answer:
    points = [
        function(*(a[i] if a.ndim > len(s) else a for a, s in zip(arrays, shapes, strict=True))) for i in range(count)
    ]
    if not points:
        some = function(*(np.ones(shape, dtype) for shape in shapes))
        return _empty(some[0], dtype), tuple(_empty(gradient, dtype) for gradient in some[1])
    columns = zip(*(gradients for _, gradients in points), strict=True)
    return np.array([value for value, _ in points], dtype), tuple(np.array(column, dtype) for column in columns)


def _empty(one: Any, dtype: np.dtype[Any]) -> Any:
    """No points at all, each in the shape of `one`."""
    return np.empty((0, *np.shape(one)), dtype)
