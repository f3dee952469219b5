"""The loop: epochs of updates on batches, what is measured after each, and the four ways in which it ends."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from gradviz.explanation.narration import short
from gradviz.training.data import Rows
from gradviz.training.divergence import Trouble, beyond, risen, told
from gradviz.training.network import Network, views
from gradviz.training.run import Array, Ended, Epoch, Run
from gradviz.training.schedules import warnings_for
from gradviz.training.snapshot import LARGEST_PATH, Best, Snapshot, restore, taken

if TYPE_CHECKING:
    from gradviz.training.problem import Problem
    from gradviz.training.settings import Settings


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told of what.

    Args:
        epoch: after each epoch, and of number 0 before the first update.
        checkpoint: a snapshot after every `every` epochs, and at the end, however it comes.
        every: None: a twentieth of the epochs.
    """

    epoch: Callable[[Epoch], None] = lambda epoch: None
    checkpoint: Callable[[Snapshot], None] = lambda snapshot: None
    every: int | None = None


@dataclass(slots=True)
class Loop:
    """One run over given rows.

    Args:
        problem: the network; its data are scaled already.
        settings: what was chosen.
        training, validation: positions of rows; both empty where the program has no data.
        watch: who is told.
    """

    problem: Problem
    settings: Settings
    training: Rows
    validation: Rows
    watch: Watch = field(default_factory=Watch)
    network: Network = field(init=False)
    generator: np.random.Generator = field(init=False)
    _fresh: list[float] = field(default_factory=list)
    _points: list[Array] = field(default_factory=list)
    _rows: dict[str, Array] = field(init=False)
    _held: dict[str, Array] = field(init=False)

    def __post_init__(self) -> None:
        resolved = self.settings.resolved(len(self.training))
        self.network = Network(self.problem, resolved, self.settings.seed, np.dtype(np.float64))
        self.generator = np.random.default_rng([self.settings.seed, 1])
        arrays = self.problem.data.arrays
        self._rows = {name: np.ascontiguousarray(array[self.training]) for name, array in arrays.items()}
        self._held = {name: np.ascontiguousarray(array[self.validation]) for name, array in arrays.items()}

    def run(self, start: Snapshot | None = None) -> Run:
        """Train to the end, from the beginning or from a snapshot.

        Ctrl-C ends it at once: what is kept is the last whole epoch.
        """
        held = self._begun() if start is None else start
        if start is not None:
            restore(start, self.network, self.generator)
        first = held
        ended, says = "done", ""
        while held.epoch < self.settings.epochs and not self._stale(held):
            try:
                made = self._epoch(held)
            except KeyboardInterrupt:
                ended, says = "interrupted", f"interrupted: the parameters are those after epoch {held.epoch}"
                break
            if isinstance(made, Trouble):
                ended, says = "diverged", told(self, held, made)
                break
            held = made
            try:
                self.watch.epoch(held.epochs[-1])
                if held.epoch % self._every == 0:
                    self.watch.checkpoint(held)
            except KeyboardInterrupt:
                ended, says = "interrupted", f"interrupted: the parameters are those after epoch {held.epoch}"
                break
        if ended == "done" and self._stale(held) and held.epoch < self.settings.epochs:
            ended = "early"
        if held is not first or start is None:
            self.watch.checkpoint(held)
        return self._finished(held, ended, says or _farewell(held, ended, self))  # type: ignore[arg-type]

    @property
    def _every(self) -> int:
        return self.watch.every or max(1, self.settings.epochs // 20)

    def _begun(self) -> Snapshot:
        network = self.network
        epoch = Epoch(0, 0, network.evaluate(self._rows), self._validation_loss(), network.rate(0), {})
        small = network.w.size <= LARGEST_PATH
        path = network.w.copy()[None, :] if small else np.zeros((0, 0))
        best = self._better(None, epoch)
        snapshot = taken(network, self.generator, (epoch,), (), path, best)
        self.watch.epoch(epoch)
        return snapshot

    def batches(self) -> Iterator[dict[str, Array]]:
        """The rows of one epoch, batch by batch."""
        for chosen in self.places():
            whole = len(chosen) == len(self.training)
            yield self._rows if whole else {name: array[chosen] for name, array in self._rows.items()}

    def places(self) -> Iterator[Rows]:
        """Which of the training rows each batch takes: without replacement, in an order that is shuffled each time."""
        count, size = len(self.training), self.network.settings.batch
        if count <= size:
            yield np.arange(count)
            return
        order = self.generator.permutation(count)
        for start in range(0, count, size):
            yield order[start : start + size]

    def _epoch(self, held: Snapshot) -> Snapshot | Trouble:
        """One pass over the rows; the snapshot after it."""
        network, scale = self.network, abs(held.epochs[0].train)
        keeps = bool(held.path.size)
        self._fresh, self._points = [], []
        for batch in self.batches():
            loss = network.step(batch)
            if beyond(loss, scale):
                return Trouble(held.epoch + 1, network.updates - 1, loss)
            self._fresh.append(loss)
            if keeps:
                self._points.append(network.w.copy())
        epoch = self._measured(held)
        if beyond(epoch.train, scale):
            return Trouble(epoch.number, network.updates, epoch.train)
        epochs, losses = (*held.epochs, epoch), (*held.losses, np.array(self._fresh))
        return taken(network, self.generator, epochs, losses, self._longer(held.path), self._better(held.best, epoch))

    def _longer(self, path: Array) -> Array:
        if not path.size:
            return path
        whole: Array = np.concatenate([path, *[point[None, :] for point in self._points]])
        return whole[-(self.settings.keep + 1) :]

    def _measured(self, held: Snapshot) -> Epoch:
        network = self.network
        return Epoch(
            number=held.epoch + 1,
            step=network.updates,
            train=network.evaluate(self._rows),
            validation=self._validation_loss(),
            rate=network.rate(network.updates - 1),
            norms=network.norms(),
        )

    def _validation_loss(self) -> float | None:
        return self.network.evaluate(self._held) if len(self.validation) else None

    def _better(self, best: Best | None, epoch: Epoch) -> Best | None:
        if epoch.validation is None or (best is not None and not epoch.validation < best.loss):
            return best
        loss = epoch.validation if math.isfinite(epoch.validation) else math.inf
        buffers = {name: values.copy() for name, values in self.network.buffers.items()}
        return Best(loss, epoch.number, self.network.w.copy(), buffers)

    def _stale(self, held: Snapshot) -> bool:
        """Whether the validation loss has not become better for as many epochs as patience allows."""
        patience = self.settings.patience
        return patience is not None and held.best is not None and held.epoch - held.best.epoch >= patience

    def _finished(self, held: Snapshot, ended: Ended, says: str) -> Run:
        network, problem = self.network, self.problem
        shapes = {name: view.shape for name, view in network.values.items()}
        best = held.best if ended == "early" else None
        last = held if best is None else best
        losses, path = list(held.losses), held.path
        if ended == "diverged":
            losses.append(np.array(self._fresh))
            path = self._longer(path)
        states = {name: views(values, shapes) for name, values in held.states.items()}
        return Run(
            problem=problem,
            settings=self.settings,
            epochs=held.epochs,
            losses=np.concatenate(losses) if losses else np.zeros(0),
            path=_paths(path, shapes),
            first=dict(problem.start),
            last={**views(last.w.copy(), shapes), **{name: values.copy() for name, values in last.buffers.items()}},
            state={name: {state: found[name] for state, found in states.items()} for name in shapes},
            ended=ended,
            says=says,
            notes=(*problem.notes, *warnings_for(self.settings.schedule, network.settings.batch)),
        )


def _paths(path: Array, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Array]:
    """The rows of the path by parameter."""
    if not path.size:
        return {}
    ends = np.cumsum([math.prod(shape) for shape in shapes.values()])
    parts = np.split(path, ends[:-1], axis=1)
    return {name: part.reshape(len(path), *shape) for (name, shape), part in zip(shapes.items(), parts, strict=True)}


def _farewell(held: Snapshot, ended: str, loop: Loop) -> str:
    """How it ended, in a sentence."""
    first, last = held.epochs[0].train, held.epochs[-1].train
    fell = f"the loss went from {short(first)} to {short(last)}"
    if ended == "early" and held.best is not None:
        return (
            f"stopped early after epoch {held.epoch}: the validation loss has not been below {short(held.best.loss)} "
            f"since epoch {held.best.epoch}, whose parameters are kept"
        )
    if not last <= first and held.epoch:
        return f"done, but {fell}. {risen(loop, held)}"
    return f"done: {fell} in {held.updates} update{'s' * (held.updates != 1)}"
