"""A function or gradient code as a plain call on a flat vector of floats, watched while it is called."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradviz.checking.numeric.function import Arguments, Array
from gradviz.errors import UserError, ValueProblem
from gradviz.shape import Shape

OBSERVED = 3
"""During how many calls changes of the arguments are looked for, and what the function prints is let through once."""


@dataclass(slots=True)
class Watched:
    """A function that is called on flat vectors.

    Args:
        function: the user's.
        arguments: where.
        calls: how often it was called.
        mutated: the names of arguments that it changed.
    """

    function: Callable[..., Any]
    arguments: Arguments
    calls: int = 0
    mutated: set[str] = field(default_factory=set)

    def raw(self, flat: Array, more: Mapping[str, Any] | tuple[Any, ...] = ()) -> Any:
        """What the function gives, with `more` behind its arguments, or by keyword."""
        given = self.arguments.moved(flat)
        self.calls += 1
        observed = self.calls <= OBSERVED
        kept = [value.copy() if isinstance(value, np.ndarray) else value for value in given] if observed else ()
        behind: tuple[Any, ...] = () if isinstance(more, Mapping) else more
        named: dict[str, Any] = dict(more) if isinstance(more, Mapping) else {}
        by_name = dict(zip(self.arguments.names, given, strict=True))
        with _quiet(self.calls > 1, np.iscomplexobj(flat)), np.errstate(all="ignore"):
            match self.arguments.form:
                case "positions":
                    found = self.function(*given, *behind, **named)
                case "keywords":
                    found = self.function(*behind, **by_name, **named)
                case _:
                    found = self.function(by_name, *behind, **named)
        for name, before, after in zip(self.arguments.names, kept, given, strict=False):
            if isinstance(after, np.ndarray) and not np.array_equal(before, after, equal_nan=after.dtype.kind in "fc"):
                self.mutated.add(name)
        return found

    def value(self, flat: Array) -> Array:
        """The function's value as an array.

        Raises:
            ValueProblem: it is not made of numbers, or of complex ones at a real point.
        """
        found = self.raw(flat)
        if isinstance(found, tuple) and found:
            found = found[0]  # CS231n's `loss, gradients = f(W)`
        try:
            made = np.asarray(found)
        except ValueError:
            made = np.asarray(None)
        told = name_of(self.function) or "the function"
        if made.dtype.kind not in "fciub":
            raise ValueProblem(
                f"{told} gives {type(found).__name__}, not numbers", hint="return a number or an array of numbers"
            )
        if made.dtype.kind == "c" and not np.iscomplexobj(flat):
            if np.any(np.imag(made) != 0):
                raise ValueProblem(f"{told} gives complex numbers", hint="return its real part, or its absolute value")
            made = np.real(made)
        return made

    def quietly(self, flat: Array, shape: Shape) -> Array:
        """The value, NaN where the function raises (beyond its domain)."""
        try:
            made = self.value(flat)
        except UserError:
            return np.full(shape, np.nan)
        except Exception:  # the user's code may raise anything at a shifted point
            return np.full(shape, np.nan)
        return made if made.shape == shape else np.full(shape, np.nan)


@contextmanager
def _quiet(again: bool, complex_numbers: bool) -> Iterator[None]:
    """What a function prints and warns of is shown once; a lost imaginary part is an error."""
    if not again:
        yield
        return
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        if complex_numbers:
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
        yield


def name_of(function: Callable[..., Any]) -> str:
    """What a function is called in sentences."""
    name = getattr(function, "__name__", "") or name_inside(function) or type(function).__name__
    return "" if name == "<lambda>" else str(name)


def name_inside(function: Callable[..., Any]) -> str:
    """The name of the function in a `functools.partial`."""
    return str(getattr(getattr(function, "func", None), "__name__", ""))
