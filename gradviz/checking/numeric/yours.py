"""The gradient code's answer in one form, whatever form it has: one array per argument, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from gradviz.checking.numeric.calling import POSITIONAL, form_beside, upstream_of
from gradviz.checking.numeric.function import Arguments, Array
from gradviz.checking.numeric.watching import Watched, name_of
from gradviz.errors import ValueProblem
from gradviz.shape import Shape, show

Form = Literal["gradient", "pulled back", "Jacobian", "of the sum"]


@dataclass(frozen=True, slots=True)
class Pulled:
    """A gradient as the code gives it.

    Args:
        parts: one per argument by which is differentiated; None where its shape does not fit.
        complaints: by position of such an argument, what is wrong with its shape.
        single: whether a part came in single precision.
    """

    parts: tuple[Array | None, ...]
    complaints: Mapping[int, str]
    single: bool = False

    def flat(self, arguments: Arguments) -> Array:
        """All entries in one vector, NaN where the shape does not fit."""
        sizes = [arguments.values[i].size for i in arguments.wrt]
        found = [np.full(n, np.nan) if p is None else p.ravel() for p, n in zip(self.parts, sizes, strict=True)]
        return np.concatenate(found) if found else np.zeros(0)


@dataclass(frozen=True, slots=True)
class Yours:
    """Gradient code, ready to be asked what it pulls an upstream gradient back to.

    Args:
        watched: the code; the function itself where that gives value and gradient together.
        form: what it gives.
        shape: of the function's output.
        second: whether it gives a pair of value and gradient.
        keyword: the keyword that takes the upstream gradient; "": it comes behind the arguments.
    """

    watched: Watched
    form: Form
    shape: Shape
    second: bool = False
    keyword: str = ""

    def pulled(self, flat: Array, upstream: Array) -> Pulled:
        """The gradient of the sum of upstream × output.

        Raises:
            ValueProblem: the code gives no arrays of numbers, or too few.
        """
        arguments = self.watched.arguments
        found = self._asked(flat, upstream)
        parts: list[Array | None] = []
        complaints: dict[int, str] = {}
        single = False
        for k, i in enumerate(arguments.wrt):
            made = _number_array(found[k], arguments.names[i])
            single = single or made.dtype in (np.float32, np.float16)
            wanted = arguments.values[i].shape
            fitted = self._fitted(np.asarray(made, dtype=np.float64), wanted, upstream)
            if fitted is None:
                complaints[k] = _complaint(made.shape, self._expected(wanted))
            parts.append(fitted)
        return Pulled(tuple(parts), complaints, single)

    def _asked(self, flat: Array, upstream: Array) -> list[Any]:
        sent = upstream if self.shape else upstream.item()
        if self.form != "pulled back":
            found = self.watched.raw(flat)
        else:
            found = self.watched.raw(flat, {self.keyword: sent} if self.keyword else (sent,))
        return _listed(found[1] if self.second else found, self.watched.arguments)

    def _expected(self, shape: Shape) -> Shape:
        return (*self.shape, *shape) if self.form == "Jacobian" else shape

    def _fitted(self, made: Array, shape: Shape, upstream: Array) -> Array | None:
        if self.form == "Jacobian":
            flat = (upstream.size, int(np.prod(shape, dtype=int)))
            if made.shape not in ((*self.shape, *shape), flat):
                return None
            return np.asarray(upstream.ravel() @ made.reshape(flat)).reshape(shape)
        if made.shape == shape or (made.size == 1 and np.prod(shape, dtype=int) == 1 and len(shape) < 2):
            return made.reshape(shape)
        if self.shape and made.shape == (*self.shape, *shape) and upstream.size == 1:
            return np.asarray(made.reshape(shape) * upstream.item())
        return None


def yours_of(gradient: Callable[..., Any] | None, function: Watched, arguments: Arguments, shape: Shape) -> Yours:
    """How the gradient code is to be asked.

    Args:
        gradient: `gradient(*arguments)` gives the gradient, or of an array output its Jacobian;
            `gradient(*arguments, upstream)` pulls an upstream gradient back; None: the function gives
            (value, gradient).
        function: the function.
        arguments: as they were given: the gradient code is called in their own precision.
        shape: of the function's output.

    Raises:
        ValueProblem: there is no gradient, or it is not made of arrays of numbers.
    """
    if gradient is None:
        pair = function.raw(function.arguments.flat())
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise ValueProblem(
                "there is no gradient to check",
                hint="give the gradient's code as the second argument, or a function that returns (value, gradient)",
            )
        return _by_shapes(Yours(function, "gradient", shape, True), _listed(pair[1], arguments))
    form = form_beside(gradient, arguments.names, arguments.form)
    watched = Watched(gradient, replace(arguments, form=form))
    taken = upstream_of(gradient, arguments.names, form)
    if taken is not None:
        by_name = form == "keywords" or taken.kind not in POSITIONAL
        return Yours(watched, "pulled back", shape, keyword=taken.name if by_name else "")
    return _by_shapes(Yours(watched, "gradient", shape), _listed(watched.raw(arguments.flat()), arguments))


def _by_shapes(asked: Yours, found: Sequence[Any]) -> Yours:
    """Of an array output: the Jacobian, unless every part has its argument's shape."""
    arguments = asked.watched.arguments
    if int(np.prod(asked.shape, dtype=int)) == 1:
        return asked
    shapes = [_shape_of(part) for part in found]
    if all(shape == arguments.values[i].shape for shape, i in zip(shapes, arguments.wrt, strict=True)):
        return replace(asked, form="of the sum")
    return replace(asked, form="Jacobian")


def _listed(found: Any, arguments: Arguments) -> list[Any]:
    """One part for each argument by which is differentiated.

    Raises:
        ValueProblem: there are more or fewer.
    """
    names = [arguments.names[i] for i in arguments.wrt]
    if isinstance(found, Mapping):
        given = [str(name) for name in found]
        found = {
            name: found[name if name in found else f"d{name}"] for name in names if {name, f"d{name}"} & set(found)
        }
        missing = [name for name in names if name not in found]
        if missing:
            raise ValueProblem(
                f"the gradient has no {', '.join(missing)}", hint=f"it has {', '.join(given) or 'nothing'}"
            )
        return [found[name] for name in names]
    parts = _parts(found, arguments)
    if len(parts) == len(arguments.names) != len(names):
        parts = [parts[i] for i in arguments.wrt]
    if len(parts) != len(names):
        raise ValueProblem(
            f"the gradient code gives {len(parts)} array{'s'[: len(parts) != 1]} for {len(names)} arguments",
            hint=f"give one for each of {', '.join(names)}, as a tuple or a dictionary",
        )
    return parts


def _parts(found: Any, arguments: Arguments) -> list[Any]:
    """What a tuple or a list holds: a gradient for each argument, or the entries of one."""
    if not isinstance(found, (tuple, list)):
        return [found]
    if len(arguments.wrt) == 1:
        shape = arguments.values[arguments.wrt[0]].shape
        alone = len(found) == 1 and (isinstance(found, tuple) or np.ndim(found[0]) > 0) and shape != (1,)
        if not alone and (isinstance(found, list) or _shape_of(found) == shape):
            return [found]
    return list(found)


def _shape_of(found: Any) -> Shape | None:
    try:
        return tuple(np.shape(found))
    except ValueError:
        return None


def _number_array(found: Any, name: str) -> Array:
    try:
        made = np.asarray(found)
    except ValueError:
        made = np.asarray(None)
    if made.dtype.kind not in "fiub":
        given = "None" if found is None else type(found).__name__
        raise ValueProblem(f"the gradient by {name} is no array of numbers but {given}", hint="return an array")
    return made


def _complaint(found: Shape, wanted: Shape) -> str:
    told = f"the gradient has the shape {_said(found)}, and should have {_said(wanted)}"
    if len(found) > 1 and found == wanted[::-1]:
        return f"{told}: it is transposed"
    if int(np.prod(found, dtype=int)) == int(np.prod(wanted, dtype=int)):
        return f"{told}: it needs a reshape"
    if len(found) == len(wanted) + 1 and found[1:] == wanted:
        return f"{told}: the sum over the first axis (the batch) is missing"
    if len(found) > len(wanted):
        return _summed(found, wanted, told)
    if len(found) == len(wanted) and all(n in (1, m) for m, n in zip(found, wanted, strict=True)):
        axes = [k for k, (m, n) in enumerate(zip(found, wanted, strict=True)) if m != n]
        return f"{told}: the sum over {_axes(axes)} is missing, along which it was repeated"
    return told


def _summed(found: Shape, wanted: Shape, told: str) -> str:
    """Axes in front that were broadcast over, and lengths of one that were repeated."""
    extra = len(found) - len(wanted)
    if not all(n in (1, m) for m, n in zip(found[extra:], wanted, strict=True)):
        return told
    axes = [*range(extra), *(k + extra for k, n in enumerate(wanted) if n == 1 != found[k + extra])]
    return f"{told}: the sum over {_axes(axes)} is missing, along which it was repeated"


def _axes(axes: Sequence[int]) -> str:
    return f"axis {axes[0]}" if len(axes) == 1 else f"the axes {', '.join(map(str, axes))}"


def _said(shape: Shape) -> str:
    return f"({shape[0]},)" if len(shape) == 1 else show(shape) if shape else "of a number"


def said_of(gradient: Callable[..., Any] | None, function: Callable[..., Any]) -> str:
    """What the code is called in sentences."""
    return name_of(function if gradient is None else gradient) or "the gradient code"
