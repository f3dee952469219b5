"""Many points at once: arguments with a leading axis that counts the points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from gradviz.errors import ValueProblem
from gradviz.passes.compiling.machine.runner import Runner
from gradviz.shape import Shape, show

Answer = tuple[Any, tuple[Any, ...]]


def batch_over(
    names: Sequence[str], shapes: Sequence[Shape], runner: Callable[[], Runner], dtype: np.dtype[Any]
) -> Callable[..., Answer]:
    """The function for many points.

    Args:
        names: of its arguments.
        shapes: of them, at one point.
        runner: makes what runs it at many points, when that is first needed.
        dtype: of the answers.

    Returns:
        A function that raises ValueProblem where an argument is neither one value nor one per point. Its answers are
        arrays of the caller's own.
    """
    made = cache(runner)

    def batch(*values: Any) -> Answer:
        arrays = _arrays(names, values, shapes, dtype)
        count = _count(arrays, shapes)
        ready = made()
        answers = [np.empty((count, *shape), dtype) for shape in ready.answers]
        if count:
            ready.run(arrays, answers)
        return answers[0], tuple(answers[1:])

    return batch


def _count(arrays: Sequence[Any], shapes: Sequence[Shape]) -> int:
    """How many points there are; one where only single values are given."""
    lengths = {len(array) for array, shape in zip(arrays, shapes, strict=True) if array.ndim > len(shape)}
    if len(lengths) > 1:
        raise ValueProblem(f"the arguments have different numbers of points: {', '.join(map(str, sorted(lengths)))}")
    return lengths.pop() if lengths else 1


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
