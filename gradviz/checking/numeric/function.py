"""A function and its gradient code as plain calls on flat float arrays, watched while they are called."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradviz.errors import UserError, ValueProblem
from gradviz.shape import Shape

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Arguments:
    """Where a function is checked.

    Args:
        names: of the arguments, as the function calls them.
        values: their values, as arrays; 0-dimensional for numbers.
        wrt: the positions of those by which is differentiated: the ones that hold floats.
        form: how they are passed on: "positions", "keywords", or "mapping" (one dictionary).
        numbers: the positions of plain numbers, which are passed on as numbers.
    """

    names: tuple[str, ...]
    values: tuple[Array, ...]
    wrt: tuple[int, ...]
    form: str
    numbers: frozenset[int] = frozenset()

    @property
    def size(self) -> int:
        """How many entries are differentiated by."""
        return sum(self.values[i].size for i in self.wrt)

    @property
    def places(self) -> tuple[tuple[int, slice], ...]:
        """For each argument by which is differentiated, where its entries lie in the flat vector."""
        found, start = [], 0
        for i in self.wrt:
            found.append((i, slice(start, start + self.values[i].size)))
            start += self.values[i].size
        return tuple(found)

    def widened(self) -> Arguments:
        """The same in double precision, in which the function is called."""
        wide = [value.astype(np.float64) if value.dtype.kind == "f" else value for value in self.values]
        return replace(self, values=tuple(wide))

    def flat(self) -> Array:
        """The entries by which is differentiated, one after the other, in float64."""
        parts = [np.asarray(self.values[i], dtype=np.float64).ravel() for i in self.wrt]
        return np.concatenate(parts) if parts else np.zeros(0)

    def moved(self, flat: Array) -> list[Any]:
        """The arguments with other entries; fresh copies, so that the code may do with them what it likes."""
        found: list[Any] = [value.copy() for value in self.values]
        for i, place in self.places:
            kind = np.complex128 if np.iscomplexobj(flat) else self.values[i].dtype
            found[i] = flat[place].astype(kind).reshape(self.values[i].shape)
        return [value.item() if i in self.numbers else value for i, value in enumerate(found)]


def arguments_of(function: Callable[..., Any], at: Any, wrt: Sequence[str] | None) -> Arguments:
    """The point in one form.

    Args:
        function: what is called.
        at: an array or a number; a tuple of several; or a mapping by name, which is passed by keywords if the function
            has parameters of these names, else as one dictionary.
        wrt: the names of the arguments by which; all that hold floats if None.

    Raises:
        ValueProblem: the point is not made of numbers, or a name is unknown.
    """
    if isinstance(at, Mapping):
        names, given = tuple(map(str, at)), list(at.values())
        form = "keywords" if set(names) <= set(_parameters(function)) else "mapping"
    else:
        given, form = list(at) if isinstance(at, tuple) else [at], "positions"
        known = _parameters(function)
        names = tuple(known[i] if i < len(known) else f"argument {i + 1}" for i in range(len(given)))
    values = tuple(_array(name, value) for name, value in zip(names, given, strict=True))
    floats = tuple(i for i, value in enumerate(values) if value.dtype.kind == "f")
    if wrt is not None:
        for name in wrt:
            if name not in names:
                raise ValueProblem(f"there is no argument {name!r}", hint=f"the arguments are {', '.join(names)}")
        floats = tuple(i for i, name in enumerate(names) if name in wrt)
        values = tuple(
            v.astype(np.float64) if i in floats and v.dtype.kind in "iu" else v for i, v in enumerate(values)
        )
    if not floats or not any(values[i].size for i in floats):
        raise ValueProblem(
            "there is nothing to differentiate by: no argument holds floats",
            hint="give floats: 3.0, or array.astype(float)",
        )
    numbers = frozenset(i for i, value in enumerate(given) if isinstance(value, (int, float)) and i < len(values))
    return Arguments(names, values, floats, form, numbers)


def _parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return ()
    usual = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return tuple(one.name for one in found if one.kind in usual or one.kind is inspect.Parameter.KEYWORD_ONLY)


def _array(name: str, value: Any) -> Array:
    try:
        made = np.array(value)
    except ValueError as error:
        raise ValueProblem(
            f"the value of {name} is ragged: its rows differ in length", hint="give rows of one length"
        ) from error
    if made.dtype.kind not in "fiub":
        raise ValueProblem(f"the value of {name} is no array of real numbers", hint="give NumPy arrays of floats")
    if made.dtype.kind == "f" and not np.all(np.isfinite(made)):
        raise ValueProblem(f"the value of {name} is not finite everywhere", hint="check at another point")
    return made


@dataclass(slots=True)
class Watched:
    """A function that is called on flat vectors.

    Args:
        function: the user's.
        arguments: where.
        seen: what was noticed while it was called: `mutated`, the names of arguments that it changed.
    """

    function: Callable[..., Any]
    arguments: Arguments
    calls: int = 0
    mutated: set[str] = field(default_factory=set)

    def raw(self, flat: Array, *more: Any) -> Any:
        """What the function gives, with `more` behind its arguments."""
        given = self.arguments.moved(flat)
        kept = [value.copy() if isinstance(value, np.ndarray) else value for value in given]
        self.calls += 1
        with np.errstate(all="ignore"):
            match self.arguments.form:
                case "positions":
                    found = self.function(*given, *more)
                case "keywords":
                    found = self.function(**dict(zip(self.arguments.names, given, strict=True)))
                case _:
                    found = self.function(dict(zip(self.arguments.names, given, strict=True)), *more)
        for name, before, after in zip(self.arguments.names, kept, given, strict=True):
            if isinstance(after, np.ndarray) and not np.array_equal(before, after, equal_nan=True):
                self.mutated.add(name)
        return found

    def value(self, flat: Array) -> Array:
        """The function's value as an array.

        Raises:
            ValueProblem: it is not made of numbers.
        """
        found = self.raw(flat)
        if isinstance(found, tuple) and found:
            found = found[0]  # CS231n's `loss, gradients = f(W)`
        made = np.asarray(found)
        if made.dtype.kind not in "fciub":
            raise ValueProblem(f"{name_of(self.function) or 'the function'} gives {type(found).__name__}, not numbers")
        return made

    def quietly(self, flat: Array, shape: Shape) -> Array:
        """The value, NaN where the function raises (beyond its domain)."""
        try:
            made = self.value(flat)
        except UserError:
            raise
        except Exception:  # the user's code may raise anything at a shifted point
            return np.full(shape, np.nan)
        return made if made.shape == shape else np.full(shape, np.nan)


def name_of(function: Callable[..., Any]) -> str:
    """What a function is called in sentences."""
    name = getattr(function, "__name__", "") or type(function).__name__
    return "" if name == "<lambda>" else str(name)


def takes(function: Callable[..., Any], arguments: Arguments) -> bool:
    """Whether a function has one more required positional parameter than the arguments: the upstream gradient."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    own = 1 if arguments.form == "mapping" else len(arguments.names)
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    asked = [one for one in found if one.kind in positional and one.default is inspect.Parameter.empty]
    return len(asked) == own + 1
