"""A problem in motion: flat parameters, their gradients and the optimiser's state, moved one update at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gradviz.errors import InternalError
from gradviz.passes.compiling.emit.inplace.calls import quiet
from gradviz.training.gradients import loss_function
from gradviz.training.inplace import FlatUpdate
from gradviz.training.schedules import rate_function
from gradviz.training.settings import Resolved

if TYPE_CHECKING:
    from gradviz.graph.build import Built
    from gradviz.training.problem import Problem

Array = NDArray[Any]
LARGE = 8192
"""Entries from which a parameter is a piece of its own, so that it can be moved where it lies; smaller ones lie
together and are moved together."""


@dataclass(slots=True)
class _Loss:
    """A loss compiled for one batch size, with its arguments laid out.

    Args:
        function, careful: of `LossFunction`.
        arguments: all of them, and the arrays that are written into.
        parameters, rows, noise: what changes between calls: places among the arguments, and names.
        updates: the arrays of the buffers' next values.
    """

    function: Callable[..., tuple[Any, ...]]
    careful: Callable[..., tuple[Any, ...]]
    arguments: list[Any]
    parameters: tuple[tuple[int, str], ...]
    rows: tuple[tuple[int, str], ...]
    noise: tuple[tuple[int, str], ...]
    updates: Mapping[str, Array]

    def __call__(self) -> float:
        """The loss of the arguments as they are laid out."""
        try:
            (value,) = self.function(*self.arguments)
        except np.linalg.LinAlgError:
            (value,) = self.careful(*self.arguments)
        return float(value)


class Network:
    """The parameters of a problem, lying one after the other in one array, and what one update does to them.

    Args:
        problem: the network.
        settings: the optimiser, its numbers and the schedule.
        seed: of the noise.
        dtype: of all arrays.

    Attributes:
        w, g: all parameters, and the gradient of the latest update, flat.
        pieces: the parameters that lie together in `w`: names and memory.
        values, gradients: views of them in the parameters' shapes, by name.
        buffers: by name.
        updates: made so far.
    """

    __slots__ = (
        *("buffers", "dtype", "g", "gradients", "pieces", "problem", "rate", "settings", "updates", "values", "w"),
        *("_clip", "_losses", "_outs", "_quietly", "_seed", "_update"),
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
        self.pieces = _pieces(self.w, shapes)
        starts = [sum(piece.size for _, piece in self.pieces[:place]) for place in range(len(self.pieces))]
        self._update = FlatUpdate(settings, self.g, starts)
        self._quietly = quiet()
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
        loss, buffers = self.descent(batch, self.values)
        self.move(buffers, [piece for _, piece in self.pieces])
        return loss

    def descent(self, batch: Mapping[str, Array], parameters: Mapping[str, Array]) -> tuple[float, Mapping[str, Array]]:
        """The loss of a batch and its gradient, which lies in `g`; nothing is moved yet.

        Args:
            batch: rows by data input, as arrays of the network's type.
            parameters: the same of parameters, in their shapes.

        Returns:
            The loss, and the new buffers by name.
        """
        loss = self._loss(batch, "training")
        arguments = loss.arguments
        for place, name in loss.parameters:
            arguments[place] = parameters[name]
        for place, name in loss.rows:
            arguments[place] = batch[name]
        for place, name in loss.noise:
            arguments[place] = self.drawn(name, arguments[place].shape)
        return loss(), loss.updates

    def move(self, buffers: Mapping[str, Array], pieces: Sequence[Array]) -> None:
        """The parameters by the gradient of the latest descent, and the buffers.

        Args:
            buffers: their next values.
            pieces: where the parameters lie: memory as that of `pieces`.
        """
        for name, new in buffers.items():
            self.buffers[name][...] = new
        rate = self.rate(self.updates)
        self.updates += 1
        norm = math.sqrt(float(np.dot(self.g, self.g))) if self._clip else 0.0
        self._quietly(self._update, pieces, rate, self.updates, norm)

    def evaluate(self, batch: Mapping[str, Array]) -> float:
        """The loss of rows as in evaluation, by the parameters as they are."""
        loss = self._loss(batch, "evaluation")
        for place, name in loss.rows:
            loss.arguments[place] = batch[name]
        return loss()

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
        parameters = tuple((place, name) for place, name in enumerate(made.inputs) if name in self.values and training)
        fresh = {name: np.empty_like(self.buffers[name]) for name in made.updates}
        outs = [*self._outs, *fresh.values()] if training else []
        return _Loss(made.function, made.careful, [*arguments, *outs], parameters, rows, tuple(noise), fresh)

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


def _pieces(w: Array, shapes: Mapping[str, tuple[int, ...]]) -> list[tuple[tuple[str, ...], Array]]:
    """The parameters' memory in pieces, with the names of what lies there: each large one alone, others together."""
    found: list[tuple[tuple[str, ...], Array]] = []
    names: tuple[str, ...] = ()
    start = end = 0
    for name, shape in shapes.items():
        count = math.prod(shape)
        if count >= LARGE and names:
            found.append((names, w[start:end]))
            names, start = (), end
        names, end = (*names, name), end + count
        if count >= LARGE:
            found.append((names, w[start:end]))
            names, start = (), end
    return [*found, (names, w[start:end])] if names else found


def views(flat: Array, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Array]:
    """Parts of a flat array in the shapes of what lies there, one after the other."""
    found, start = {}, 0
    for name, shape in shapes.items():
        end = start + math.prod(shape)
        found[name] = flat[start:end].reshape(shape)
        start = end
    return found
