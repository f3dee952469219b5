"""One update as a plain function of NumPy arrays."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gradviz.errors import ValueProblem, nearest
from gradviz.shape import show
from gradviz.training.network import Network, views

if TYPE_CHECKING:
    from gradviz.training.problem import Problem
    from gradviz.training.settings import Resolved

Array = NDArray[Any]


class TrainingStep:
    """Loss, gradients and the optimiser's update in one call: `step(params, batch, out=…)`.

    The optimiser's state and the count of updates live in this object; a new one starts from nothing. The code is
    generated once for each size of batch.

    Args:
        problem: the network.
        settings: the optimiser and its numbers.
        seed: of noise such as dropout's.
        dtype: float64 or float32, of all arrays.
    """

    __slots__ = ("_network", "_problem", "_rows", "_shapes")

    def __init__(self, problem: Problem, settings: Resolved, seed: int, dtype: np.dtype[Any]) -> None:
        self._problem = problem
        self._network = Network(problem, settings, seed, dtype)
        self._shapes = {name: view.shape for name, view in self._network.values.items()}
        self._rows = dict.fromkeys(problem.data.arrays)

    @property
    def wrt(self) -> tuple[str, ...]:
        """The names of the parameters."""
        return self._problem.parameters

    @property
    def data(self) -> tuple[str, ...]:
        """The names of the data inputs."""
        return tuple(self._problem.data.arrays)

    @property
    def updates(self) -> int:
        """How many updates were made."""
        return self._network.updates

    @property
    def rate(self) -> float:
        """The learning rate of the next update; it can be set."""
        return self._network.rate(self._network.updates)

    @rate.setter
    def rate(self, value: float) -> None:
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not 0 < number < math.inf:
            raise ValueProblem(f"the learning rate is a number above 0, not {value!r}", hint="write step.rate = 0.01")
        self._network.rate = lambda k: number

    @property
    def state(self) -> dict[str, dict[str, Array]]:
        """The optimiser's state by parameter and name: views, which the next update changes."""
        shapes = {name: view.shape for name, view in self._network.values.items()}
        found = {name: views(values, shapes) for name, values in self._network.states.items()}
        return {name: {state: values[name] for state, values in found.items()} for name in shapes}

    @property
    def buffers(self) -> dict[str, Array]:
        """What layers keep from step to step, such as running means: the arrays themselves."""
        return self._network.buffers

    def parameters(self) -> dict[str, Array]:
        """The first values of the parameters, as new arrays."""
        start = self._problem.start
        return {name: np.array(start[name], dtype=self._network.dtype) for name in self._problem.parameters}

    def __call__(
        self, params: Mapping[str, Array], batch: Mapping[str, Any], out: Mapping[str, Array] | None = None
    ) -> float:
        """One update.

        Args:
            params: the parameters by name, in their shapes.
            batch: rows by data input.
            out: arrays for the new parameters, by name; None: `params` themselves are overwritten.

        Returns:
            The loss of the batch before the update.

        Raises:
            ValueProblem: a parameter or a data input is missing, has another shape or is no array of numbers, or the
                loss or its gradient is NaN or infinite. Nothing has moved then: neither parameters, nor the state.
            ShapeError: the rows do not fit the network.
        """
        network = self._network
        given = _arrays(params, "parameter", self._shapes, network.dtype)
        into = params if out is None else out
        targets = {name: _target(name, into, array) for name, array in given.items()}
        rows = _arrays(batch, "data input", self._rows, network.dtype)
        loss, buffers = network.descent(rows, given)
        if not (math.isfinite(loss) and _finite(network.g)):
            raise _not_finite(loss, rows)
        pieces, copied = [], []
        for names, piece in network.pieces:
            target = targets[names[0]]
            if len(names) == 1 and target is given[names[0]] and target.flags.c_contiguous:
                pieces.append(target.reshape(-1))
                continue
            pieces.append(piece)
            for name in names:
                network.values[name][...] = given[name]
                copied.append(name)
        network.move(buffers, pieces)
        for name in copied:
            targets[name][...] = network.values[name]
        return loss

    def __repr__(self) -> str:
        settings = self._network.settings
        return f"<TrainingStep {settings.optimiser}, rate {self.rate:g}, of {', '.join(self.wrt)}>"


def _found(name: str, given: Mapping[str, Any], what: str) -> Any:
    try:
        return given[name]
    except KeyError:
        close = nearest(name, [str(key) for key in given])
        raise ValueProblem(
            f"the {what} {name} is missing", hint=f"{close!r} is not its name" if close else f"give it as {name!r}"
        ) from None
    except (TypeError, IndexError):
        raise ValueProblem(
            f"{what}s are given by name, not as {type(given).__name__}", hint=f"give {{{name!r}: …}}"
        ) from None


def _arrays(
    given: Mapping[str, Any], what: str, shapes: Mapping[str, tuple[int, ...] | None], dtype: np.dtype[Any]
) -> dict[str, Array]:
    """Arrays of a type by name, each in its shape where there is one."""
    found = {}
    for name, shape in shapes.items():
        try:
            array = given[name]
        except (LookupError, TypeError):
            array = _found(name, given, what)
        if type(array) is not np.ndarray or array.dtype is not dtype:
            array = _array(name, array, what, dtype)
        if array.shape != shape and shape is not None:
            raise _of_other_shape(name, array.shape, shape)
        found[name] = array
    return found


def _array(name: str, given: Any, what: str, dtype: np.dtype[Any]) -> Array:
    try:
        return np.asarray(given, dtype)
    except (TypeError, ValueError):
        raise ValueProblem(f"the {what} {name} is no array of numbers", hint="give np.array(…)") from None


def _target(name: str, into: Mapping[str, Any], like: Array) -> Array:
    """The array that a new parameter is written to, which must be able to hold it."""
    target = _found(name, into, "parameter")
    same = target is like and like.flags.writeable
    if same:
        return like
    if not isinstance(target, np.ndarray):
        raise ValueProblem(f"{name} is no array, so it cannot be written to", hint="give np.array(…)")
    if target.shape != like.shape:
        raise _of_other_shape(name, target.shape, like.shape)
    if target.dtype.kind != "f" or not target.flags.writeable:
        why = f"is of type {target.dtype}" if target.flags.writeable else "is read-only"
        raise ValueProblem(f"{name} {why}, so no new values can be written to it", hint="give an array of floats")
    return target


def _of_other_shape(name: str, shape: tuple[int, ...], wanted: tuple[int, ...]) -> ValueProblem:
    return ValueProblem(f"the parameter {name} has the shape {show(shape)}", hint=f"give {show(wanted)}")


def _finite(gradient: Array) -> bool:
    """Whether all entries are; the square of the length says it in one pass, unless it overflows."""
    return math.isfinite(float(np.dot(gradient, gradient))) or bool(np.isfinite(gradient).all())


def _not_finite(loss: float, rows: Mapping[str, Array]) -> ValueProblem:
    """Why a loss or its gradient is NaN or infinite: a number of the batch, or the parameters."""
    for name, array in rows.items():
        if not np.isfinite(array).all():
            place = int(np.argwhere(~np.isfinite(array))[0][0]) if array.ndim else 0
            return ValueProblem(
                f"the batch holds NaN or infinity: {name}, row {place} (counted from 0); nothing was updated",
                hint="leave that row out, or fill it in",
            )
    what = "gradient of the batch's loss is" if math.isfinite(loss) else "loss of the batch is"
    return ValueProblem(
        f"the {what} NaN or infinite; nothing was updated",
        hint="take a lower learning rate, or other first values",
    )
