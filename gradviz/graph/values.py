"""Given numbers and arrays as what the graph holds: values of inputs, and constants."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradviz.errors import ValueProblem
from gradviz.ops.op import NamedConstant
from gradviz.shape import Shape

Value = Any
"""A number (exact where it can be) or a float64 array."""


def as_value(name: str, given: Any) -> Value:
    """A given value as a number or a float64 array of its own; lists, tuples and NumPy's numbers are taken too.

    Raises:
        ValueProblem: it is not made of real numbers, or is ragged.

    Example:
        >>> as_value("x", 3), as_value("W", [[1, 2], [3, 4]]).shape
        (3, (2, 2))
    """
    if isinstance(given, bool):
        return int(given)
    if isinstance(given, (int, Fraction)):
        _in_range(given, name)
        return given
    if isinstance(given, float):
        return given if isinstance(given, NamedConstant) else float(given)
    array = _array(given, f"the value of {name}")
    return array if array.ndim else array.item()


def _in_range(given: int | Fraction, name: str) -> None:
    """Refuse what no float can hold."""
    try:
        float(given)
    except OverflowError:
        raise ValueProblem(f"the value of {name} is out of range", hint="numbers go up to about 1.8e308") from None


def as_constant(given: Any) -> tuple[Any, Shape]:
    """What a constant node holds for a number, an array or nested lists, and its shape.

    Raises:
        ValueProblem: it is not made of real numbers, or is ragged.

    Example:
        >>> as_constant([[1, 2], [3, 4]])
        (((1, 2), (3, 4)), (2, 2))
    """
    if isinstance(given, (bool, int, float, Fraction)):
        return as_value("a constant", given), ()
    checked = _array(given, "a constant")
    return (_tuples(given), checked.shape) if checked.ndim else (checked.item(), ())


def _array(given: Any, what: str) -> Any:
    import numpy as np

    try:
        array = np.asarray(given)
        if array.dtype.kind not in "biufO":
            raise TypeError
        if array.dtype.kind == "O" and not all(isinstance(part, (int, float, Fraction)) for part in array.flat):
            raise TypeError
        return np.array(array, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ValueProblem(
            f"{what} is not a number or an array of numbers",
            hint="give a number, or nested lists whose rows are equally long",
        ) from None


def _tuples(nested: Any) -> Any:
    """Nested lists and arrays as nested tuples; numbers in them stay as exact as they are."""
    if hasattr(nested, "tolist"):
        nested = nested.tolist()
    if isinstance(nested, (list, tuple)):
        return tuple([_tuples(part) for part in nested])
    return nested if isinstance(nested, (int, float, Fraction)) else float(nested)


def shape_of(value: Value) -> Shape:
    """The shape of a number, an array or nested tuples."""
    if not isinstance(value, tuple):
        return tuple(getattr(value, "shape", ()))
    shape: list[int] = []
    while isinstance(value, tuple):
        shape.append(len(value))
        value = value[0] if value else ()
        if not shape[-1]:
            break
    return tuple(shape)


def floats(value: Any) -> Any:
    """Exact fractions as floats, also inside tuples; all else as it is."""
    if isinstance(value, tuple):
        return tuple(floats(part) for part in value)
    return float(value) if isinstance(value, (Fraction, float)) else value
