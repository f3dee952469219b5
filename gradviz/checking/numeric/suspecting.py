"""The suspicions about a gradient check's wrong arguments, and where a length that explains a factor comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from gradviz.checking.numeric.causes import Case, suspected
from gradviz.checking.numeric.closures import arrays_behind
from gradviz.checking.numeric.function import Array
from gradviz.checking.numeric.watching import Watched
from gradviz.explanation.data.gradchecks import GradientArgument
from gradviz.shape import Shape

if TYPE_CHECKING:
    from gradviz.checking.numeric.check import Measured


def causes_of(watched: Watched, measured: Measured, arguments: tuple[GradientArgument, ...]) -> tuple[str, ...]:
    """The suspicions, from the first upstream gradient."""
    sizes, found = _sizes(watched, measured), {}
    for k, (i, place) in enumerate(watched.arguments.places):
        part = measured.pulled[0].parts[k]
        numeric = np.full(place.stop - place.start, np.nan)
        for at, slope in zip(measured.entries, measured.slopes[0] if measured.slopes else (), strict=False):
            if place.start <= at < place.stop and not slope.kink:
                numeric[at - place.start] = slope.value
        if part is not None:
            shape = watched.arguments.values[i].shape
            found[watched.arguments.names[i]] = (part, numeric.reshape(shape), watched.arguments.values[i])
    told = []
    for one in arguments:
        if one.verdict != "wrong" or one.name not in found or not np.all(np.isfinite(found[one.name][0])):
            continue
        yours, numeric, value = found[one.name]
        others: Mapping[str, tuple[Array, Array]] = {
            name: (a, b) for name, (a, b, _) in found.items() if name != one.name
        }
        case = Case(one.name, value, yours, numeric, sizes, others)
        with np.errstate(all="ignore"):
            said = suspected(case)
        told += [] if said is None else [said]
    return tuple(dict.fromkeys(told))


def _sizes(watched: Watched, measured: Measured) -> dict[int, str]:
    """The lengths of axes, with where they come from; the first array that has one names it."""
    found: dict[int, str] = {}
    for name, value in zip(watched.arguments.names, watched.arguments.values, strict=True):
        _name(found, name, value.shape)
    for length in measured.probe.shape:
        found.setdefault(length, "the length of the output")
    for name, shape in arrays_behind(watched.function).items():
        _name(found, name, shape)
    return found


def _name(found: dict[int, str], name: str, shape: Shape) -> None:
    for axis, length in enumerate(shape):
        match len(shape):
            case 1:
                text = f"the length of {name}"
            case 2:
                text = f"the number of {('rows', 'columns')[axis]} of {name}"
            case _:
                text = f"the length of axis {axis} of {name}"
        found.setdefault(length, text)
    if len(shape) > 1:
        found.setdefault(int(np.prod(shape, dtype=int)), f"the number of entries of {name}")
