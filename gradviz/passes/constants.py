"""Numbers and arrays as the graph's constants, and back: exact where they can be."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gradviz.errors import ValueProblem
from gradviz.shape import Shape

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray


def as_constant(value: Any) -> tuple[Any, Shape]:
    """A number or an array (nested lists too) as what a constant node holds, and its shape.

    Raises:
        ValueProblem: it holds something else than real numbers, or is ragged.
    """
    if isinstance(value, (int, float, Fraction)):
        return value, ()
    import numpy as np

    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueProblem("this is not a number or an array of numbers") from error
    return (float(array), ()) if array.ndim == 0 else (_tuples(array.tolist()), array.shape)


def _tuples(nested: Any) -> Any:
    """Nested lists as nested tuples; as deep as the array has axes."""
    return tuple(map(_tuples, nested)) if isinstance(nested, list) else nested


def constant_array(value: Any, shape: Shape, dtype: DTypeLike = float) -> NDArray[Any]:
    """What a constant node holds, as an array in its shape; read-only, because all who ask share it."""
    import numpy as np

    if isinstance(value, tuple):
        return _array(value, shape, np.dtype(dtype).str)
    return np.broadcast_to(np.asarray(float(value), dtype=dtype), shape)


@lru_cache(maxsize=256)
def _array(value: tuple[Any, ...], shape: Shape, dtype: str) -> NDArray[Any]:
    import numpy as np

    array: NDArray[Any] = np.array(value, dtype=np.float64).astype(dtype).reshape(shape)
    array.flags.writeable = False
    return array
