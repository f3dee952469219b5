"""A problem in motion: flat parameters, their gradients and the optimiser's state, moved one update at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gradviz.errors import InternalError
from gradviz.training.gradients import loss_function
from gradviz.training.inplace import FlatUpdate
from gradviz.training.schedules import rate_function
from gradviz.training.settings import Resolved

if TYPE_CHECKING:
    from gradviz.graph.build import Built
    from gradviz.training.problem import Problem

Array = NDArray[Any]


@dataclass(slots=True)
class _Loss:
    """A loss compiled for one batch size, with its arguments laid out: only rows and noise change between calls."""

    function: Callable[..., tuple[Any, ...]]
    arguments: list[Any]
    rows: tuple[tuple[int, str], ...]
    noise: tuple[tuple[int, str], ...]
    updates: tuple[str, ...]


class Network:
    """The parameters of a problem, lying one after the other in one array, and what one update does to them.

    Args:
        problem: the network.
        settings: the optimiser, its numbers and the schedule.
        seed: of the noise.
        dtype: of all arrays.

    Attributes:
        w, g: all parameters, and the gradient of the latest update, flat.
        values, gradients: views of them in the parameters' shapes, by name.
        buffers: by name.
        updates: made so far.
    """

    __slots__ = (
        *("buffers", "dtype", "g", "gradients", "problem", "rate", "settings", "updates", "values", "w"),
        *("_clip", "_losses", "_outs", "_seed", "_update"),
    )

    def __init__(self, problem: Problem, settings: Resolved, seed: int, dtype: np.dtype[Any]) -> None:
        self.problem, self.settings, self.dtype = problem, settings, dtype
        shapes = {name: problem.start[name].shape for name in problem.parameters}
        entries = sum(math.prod(shape) for shape in shapes.values())
        self.w, self.g = np.zeros(entries, dtype), np.zeros(entries, dtype)
        self.values, self.gradients = views(self.w, shapes), views(self.g, shapes)
        self.buffers = {name: problem.start[name].astype(dtype) for name in problem.buffers if name in problem.start}
        self.rate = rate_function(settings.schedule, settings.rate, settings.options, settings.batch)
        self.updates = 0
        self._update = FlatUpdate(settings, entries, dtype)
        self._clip = settings.clip is not None
        self._seed = seed
        self._losses: dict[Any, _Loss] = {}
        self._outs = list(self.gradients.values())
        for name, view in self.values.items():
            view[...] = problem.start[name]

    @property
    def states(self) -> dict[str, Array]:
        """The optimiser's state: flat arrays by name, as long as the parameters together."""
        return self._update.values

    def step(self, batch: Mapping[str, Array]) -> float:
        """One update.

        Args:
            batch: rows by data input, as arrays of the network's type.

        Returns:
            The loss before it. Where that is NaN or infinite the parameters are spoilt.
        """
        loss, buffers = self.descent(batch)
        self.move(buffers)
        return loss

    def descent(self, batch: Mapping[str, Array]) -> tuple[float, Mapping[str, Array]]:
        """The loss of a batch and its gradient, which lies in `g`; nothing is moved yet.

        Args:
            batch: rows by data input, as arrays of the network's type.

        Returns:
            The loss, and the new buffers by name.
        """
        loss = self._loss(batch, "training")
        for place, name in loss.rows:
            loss.arguments[place] = batch[name]
        for place, name in loss.noise:
            loss.arguments[place] = self.drawn(name, loss.arguments[place].shape)
        value, *buffers = loss.function(*loss.arguments)
        return float(value), dict(zip(loss.updates, buffers, strict=True))

    def move(self, buffers: Mapping[str, Array]) -> None:
        """The parameters by the gradient of the latest descent, and the buffers."""
        for name, new in buffers.items():
            self.buffers[name][...] = new
        rate = self.rate(self.updates)
        self.updates += 1
        norm = math.sqrt(float(np.dot(self.g, self.g))) if self._clip else 0.0
        with np.errstate(all="ignore"):
            self._update(self.w, self.g, rate, self.updates, norm)

    def evaluate(self, batch: Mapping[str, Array]) -> float:
        """The loss of rows as in evaluation, by the parameters as they are."""
        loss = self._loss(batch, "evaluation")
        for place, name in loss.rows:
            loss.arguments[place] = batch[name]
        return float(loss.function(*loss.arguments)[0])

    def norms(self) -> dict[str, float]:
        """The norm of each parameter's gradient at the latest update."""
        with np.errstate(all="ignore"):
            return {name: float(np.linalg.norm(view)) for name, view in self.gradients.items()}

    def drawn(self, name: str, shape: tuple[int, ...]) -> Array:
        """Noise of this update: it depends on the seed, the name and the update's number alone."""
        from dataclasses import replace

        from gradviz.networks.initialisers import initial

        leaf = replace(self.problem.leaves[name], shape=shape)
        drawn: Array = initial(leaf, (self._seed, self.updates)).astype(self.dtype, copy=False)
        return drawn

    def _loss(self, batch: Mapping[str, Array], mode: str) -> _Loss:
        key = (mode, *[array.shape for array in batch.values()])
        found = self._losses.get(key)
        if found is None:
            training = mode == "training"
            built = self.problem.at(batch) if training else self.problem.evaluating(batch)
            found = self._losses[key] = self._compiled(built, batch, training=training)
        return found

    def _compiled(self, built: Built, batch: Mapping[str, Array], *, training: bool) -> _Loss:
        wrt = self.problem.parameters if training else ()
        graph = built.graph
        updates = {n: graph.names[u] for n, u in self._next().items() if u in graph.names} if training else {}
        made = loss_function(graph, built.output, wrt, updates, self.dtype)
        arguments: list[Any] = []
        noise = []
        for place, name in enumerate(made.inputs):
            arguments.append(self._argument(name, graph.nodes[graph.inputs[name]].shape, batch))
            if name in self.problem.noise:
                noise.append((place, name))
        rows = tuple((place, name) for place, name in enumerate(made.inputs) if name in batch)
        outs = self._outs if training else []
        return _Loss(made.function, [*arguments, *outs], rows, tuple(noise), made.updates)

    def _next(self) -> dict[str, str]:
        return {n: self.problem.leaves[n].update for n in self.buffers if self.problem.leaves[n].update}

    def _argument(self, name: str, shape: tuple[int, ...], batch: Mapping[str, Array]) -> Any:
        if name in self.values:
            return self.values[name]
        if name in self.buffers:
            return self.buffers[name]
        if name in batch:
            return batch[name]
        if name in self.problem.noise:
            return np.ones(shape, self.dtype)
        if name not in self.problem.fixed:
            raise InternalError(f"{name} has no value in training")
        return np.asarray(self.problem.fixed[name], dtype=self.dtype).reshape(shape)


def views(flat: Array, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Array]:
    """Parts of a flat array in the shapes of what lies there, one after the other."""
    found, start = {}, 0
    for name, shape in shapes.items():
        end = start + math.prod(shape)
        found[name] = flat[start:end].reshape(shape)
        start = end
    return found
