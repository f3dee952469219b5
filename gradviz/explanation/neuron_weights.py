"""Dense layers in numbers: weights and biases by unit, with their gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.explanation.affine import Layer
from gradviz.explanation.net import Net

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Affine:
    """One layer in numbers: weights by source unit and target unit, biases by target unit."""

    layer: Layer
    weights: NDArray[np.float64]
    gradients: NDArray[np.float64] | None
    biases: NDArray[np.float64] | None
    bias_gradients: NDArray[np.float64] | None


def affine_of(net: Net, layer: Layer) -> Affine | None:
    """A layer in numbers; None where its weights have no value, or are no matrix."""
    product = layer.products[0]
    held = net.nodes[product.node].operands[product.slot]
    weights = net.known.get(held)
    if weights is None or np.ndim(weights) not in (1, 2):
        return None
    edge = net.edges.get((product.node, product.slot))
    gradient = net.known.get(edge.contribution) if edge is not None else None
    matrix = _oriented(weights, product.slot)
    biases, bias_gradients = _biases(net, layer, matrix.shape[1])
    return Affine(
        layer, matrix, None if gradient is None else _oriented(gradient, product.slot), biases, bias_gradients
    )


def _oriented(values: Any, slot: int) -> NDArray[np.float64]:
    """Weights as source units by target units: as they are on the right of a product, transposed on the left."""
    matrix = np.asarray(values, dtype=np.float64)
    if matrix.ndim == 1:
        return matrix.reshape(-1, 1)
    return matrix.T if slot == 0 else matrix


def _biases(net: Net, layer: Layer, units: int) -> tuple[NDArray[np.float64] | None, NDArray[np.float64] | None]:
    """The biases of a layer by unit (several are added), and their gradients."""
    value: NDArray[np.float64] | None = None
    gradient: NDArray[np.float64] | None = None
    for target, slot in layer.biases:
        held = net.known.get(net.nodes[target].operands[slot])
        if held is None or np.size(held) not in (1, units):
            continue
        value = np.broadcast_to(np.ravel(np.asarray(held, dtype=np.float64)), (units,)) + (
            0 if value is None else value
        )
        edge = net.edges.get((target, slot))
        found = net.known.get(edge.contribution) if edge is not None else None
        gradient = (
            np.ravel(np.asarray(found, dtype=np.float64)) if found is not None and np.size(found) == units else None
        )
    return value, gradient
