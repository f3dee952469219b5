"""One update as a plain function of NumPy arrays."""

from __future__ import annotations

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

    __slots__ = ("_network", "_problem")

    def __init__(self, problem: Problem, settings: Resolved, seed: int, dtype: np.dtype[Any]) -> None:
        self._problem = problem
        self._network = Network(problem, settings, seed, dtype)

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
        number = float(value)
        if not 0 < number < float("inf"):
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
            ValueProblem: a parameter or a data input is missing, or has another shape.
            ShapeError: the rows do not fit the network.
        """
        network = self._network
        for name, view in network.values.items():
            given = _found(name, params, "parameter")
            if np.shape(given) != view.shape:
                raise ValueProblem(
                    f"the parameter {name} has the shape {show(np.shape(given))}", hint=f"give {show(view.shape)}"
                )
            view[...] = given
        dtype = network.dtype
        rows = {name: np.asarray(_found(name, batch, "data input"), dtype) for name in self._problem.data.arrays}
        loss = network.step(rows)
        into = params if out is None else out
        for name, view in network.values.items():
            target = _found(name, into, "parameter")
            if not isinstance(target, np.ndarray):
                raise ValueProblem(f"{name} is no array, so it cannot be written to", hint="give np.array(…)")
            target[...] = view
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
