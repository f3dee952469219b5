"""Where a function is checked: its arguments, and their entries as one flat vector of floats."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradviz.checking.numeric.calling import POSITIONAL, form_of, parameters
from gradviz.errors import ValueProblem

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
        scalars: the positions of NumPy's own numbers, which are passed on as such.
    """

    names: tuple[str, ...]
    values: tuple[Array, ...]
    wrt: tuple[int, ...]
    form: str
    numbers: frozenset[int] = frozenset()
    scalars: frozenset[int] = frozenset()

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
        places = dict(self.places)
        found: list[Any] = []
        for i, value in enumerate(self.values):
            if i in places:
                kind = np.complex128 if np.iscomplexobj(flat) else value.dtype
                made = flat[places[i]].astype(kind).reshape(value.shape)
            else:
                made = value.copy()
            found.append(made.item() if i in self.numbers else made[()] if i in self.scalars else made)
        return found


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
        form = form_of(function, tuple(map(str, at)))
        order = [one.name for one in parameters(function)]
        named = {str(name): value for name, value in at.items()}
        names = tuple(sorted(named, key=order.index)) if set(named) <= set(order) else tuple(named)
        given = [named[name] for name in names]
    else:
        given, form = list(at) if isinstance(at, tuple) else [at], "positions"
        known = [one.name for one in parameters(function) if one.kind in POSITIONAL]
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
    scalars = frozenset(i for i, value in enumerate(given) if isinstance(value, np.generic))
    numbers = frozenset(i for i, value in enumerate(given) if isinstance(value, (int, float))) - scalars
    return Arguments(names, values, floats, form, numbers, scalars)


def _array(name: str, value: Any) -> Array:
    try:
        made = np.array(value)
    except ValueError as error:
        raise ValueProblem(
            f"the value of {name} is ragged: its rows differ in length", hint="give rows of one length"
        ) from error
    if made.dtype.kind not in "fiub":
        hint = "give NumPy arrays of floats, several as a tuple or a dictionary"
        raise ValueProblem(f"the value of {name} is no array of real numbers", hint=hint)
    if made.dtype.kind == "f" and not np.all(np.isfinite(made)):
        raise ValueProblem(f"the value of {name} is not finite everywhere", hint="check at another point")
    return made
