"""A run between two epochs: all that it needs to go on exactly as it would have gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradviz.training.run import Array, Epoch

if TYPE_CHECKING:
    import numpy as np

    from gradviz.training.network import Network

LARGEST_PATH = 64
"""Entries of all parameters together up to which the path is kept."""


@dataclass(frozen=True, slots=True)
class Best:
    """The parameters with the least validation loss so far.

    Args:
        loss: theirs.
        epoch: after which they were found.
        w: flat.
        buffers: by name.
    """

    loss: float
    epoch: int
    w: Array
    buffers: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A run after a whole epoch.

    Args:
        updates: made so far.
        w: the parameters, flat.
        states: the optimiser's, flat, by name.
        buffers: by name.
        generator: the state of the generator that shuffles the rows.
        epochs: what was measured, from number 0.
        losses: the batches' losses, in parts.
        path: the latest parameters, flat, one row per update; no columns where they are too many.
        best: where there are validation rows.
    """

    updates: int
    w: Array
    states: Mapping[str, Array]
    buffers: Mapping[str, Array]
    generator: Mapping[str, Any]
    epochs: tuple[Epoch, ...]
    losses: tuple[Array, ...]
    path: Array
    best: Best | None = None

    @property
    def epoch(self) -> int:
        """How many epochs are whole."""
        return self.epochs[-1].number


def taken(
    network: Network,
    generator: np.random.Generator,
    epochs: tuple[Epoch, ...],
    losses: tuple[Array, ...],
    path: Array,
    best: Best | None,
) -> Snapshot:
    """A snapshot of a network as it is; it shares no memory with it."""
    return Snapshot(
        updates=network.updates,
        w=network.w.copy(),
        states={name: values.copy() for name, values in network.states.items()},
        buffers={name: values.copy() for name, values in network.buffers.items()},
        generator=generator.bit_generator.state,
        epochs=epochs,
        losses=losses,
        path=path,
        best=best,
    )


def restore(snapshot: Snapshot, network: Network, generator: np.random.Generator) -> None:
    """Put a network and the generator of its rows where they were."""
    network.updates = snapshot.updates
    network.w[...] = snapshot.w
    for name, values in snapshot.states.items():
        network.states[name][...] = values
    for name, values in snapshot.buffers.items():
        network.buffers[name][...] = values
    generator.bit_generator.state = dict(snapshot.generator)
