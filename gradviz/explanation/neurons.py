"""The classic picture of a network: columns of units, the weights between them, and the gradients of these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gradviz.explanation.affine import Layer, activation_name, layers_of, longest_chain, title_of
from gradviz.explanation.data import Math
from gradviz.explanation.data.network import NeuronLayer, Neurons, Weights
from gradviz.explanation.mathematics import name_math
from gradviz.explanation.net import MOVES, Net, net_of
from gradviz.explanation.neuron_weights import Affine, affine_of
from gradviz.explanation.subject import Subject
from gradviz.ops.op import CONSTANT, INPUT

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST = 12
"""Units of a column that are shown at most; of a wider layer, as many with the largest weights, less one for a `⋮`."""
IN_ALL, LEAST = 48, 4
"""Units of all columns together that are shown where there are many columns, but as many as this of each."""
DENSE = frozenset({"matmul", "dot"})

READING = (
    "A weight says how much one unit counts for another (importance), a bias how easily a unit responds (sensitivity)."
)
"""How the picture is read, in the lecture's words."""


def neurons_of(subject: Subject) -> Neurons | None:
    """The neurons of a chain of dense layers, from what comes into the first to what leaves the last.

    None where the last layer is no dense one, or a weight has no value.

    Example:
        >>> from gradviz.explanation.subject import subject_of
        >>> from gradviz.graph.graph import Graph
        >>> g = Graph()
        >>> x, b = g.input("x", value=[1.0, 2.0]), g.input("b", value=[0.1, 0.2, 0.3])
        >>> h = g.name(g.tanh(g.input("W", value=[[1.0, 0.5], [0.2, -1.0], [2.0, 0.0]]) @ x + b), "h")
        >>> found = neurons_of(subject_of(g, g.sum(h).id, "f", {}, None, None))
        >>> [(layer.title, layer.size, layer.activation) for layer in found.layers]
        [('x', 2, ''), ('h', 3, 'tanh')]
        >>> found.weights[0].values
        ((1.0, 0.2, 2.0), (0.5, -1.0, 0.0))
    """
    net = net_of(subject)
    run = _dense_run(net, longest_chain(net, layers_of(net)))
    made = []
    for layer in run:
        affine = affine_of(net, layer)
        if affine is None:
            return None
        made.append(affine)
    if not made:
        return None
    sizes = [made[0].weights.shape[0], *(affine.weights.shape[1] for affine in made)]
    if any(affine.weights.shape[0] != size for affine, size in zip(made, sizes, strict=False)):
        return None
    most = min(MOST, max(LEAST, IN_ALL // len(sizes)))
    shown = [_shown(made, place, size, most) for place, size in enumerate(sizes)]
    layers = [_first(net, made[0].layer, sizes[0], shown[0])]
    layers += [_column(net, affine, picked) for affine, picked in zip(made, shown[1:], strict=True)]
    weights = tuple(_weights(net, affine, i, shown[i], shown[i + 1]) for i, affine in enumerate(made))
    return Neurons(tuple(layers), weights, _says(net, made, layers))


def _dense_run(net: Net, chain: Sequence[Layer]) -> list[Layer]:
    """The last layers of a chain, as far back as each is dense and takes what the one before it gives."""
    run: list[Layer] = []
    for layer in reversed(chain):
        if len(layer.products) != 1 or net.nodes[layer.products[0].node].op.name not in DENSE:
            break
        if run and _from(net, run[0]) != layer.output:
            break
        run.insert(0, layer)
    return run


def _from(net: Net, layer: Layer) -> int:
    """What a layer takes, before dropout's masks and rearrangements."""
    i = layer.products[0].source
    while True:
        node = net.nodes[i]
        if node.op.name in MOVES and node.operands[0] in net.readers:
            i = node.operands[0]
        elif node.op.name in ("mul", "div") and (rest := [x for x in node.operands if not _is_mask(net, x)]):
            if len(rest) != 1:
                return i
            i = rest[0]
        else:
            return i


def _is_mask(net: Net, i: int) -> bool:
    if net.nodes[i].op is CONSTANT:
        return True
    leaf = net.subject.graph.leaves.get(net.nodes[i].name or "")
    return leaf is not None and leaf.role == "noise"


def _shown(made: Sequence[Affine], place: int, size: int, most: int) -> tuple[int, ...]:
    """The units of a column that are shown: all, or those with the largest weights in and out."""
    if size <= most:
        return tuple(range(size))
    weight = np.zeros(size)
    with np.errstate(all="ignore"):
        if place:
            weight += np.sum(made[place - 1].weights ** 2, axis=0)
        if place < len(made):
            weight += np.sum(made[place].weights ** 2, axis=1)
    return tuple(sorted(np.argsort(-np.nan_to_num(weight), kind="stable")[: most - 1].tolist()))


def _first(net: Net, layer: Layer, size: int, shown: tuple[int, ...]) -> NeuronLayer:
    source = _from(net, layer)
    title = net.name(source)
    return NeuronLayer(title, _label(title), size, shown, _values(net, source, layer, size, shown))


def _column(net: Net, affine: Affine, shown: tuple[int, ...]) -> NeuronLayer:
    layer, size = affine.layer, affine.weights.shape[1]
    title = title_of(net, layer)
    return NeuronLayer(
        title=title,
        label=_label(title),
        size=size,
        shown=shown,
        values=_values(net, layer.output, layer, size, shown),
        biases=_picked(affine.biases, shown),
        bias_gradients=_picked(affine.bias_gradients, shown),
        activation=activation_name(net.nodes, layer),
    )


def _label(title: str) -> Math:
    """What a unit is called after: a group within a group by its own name, `h1` of `net.h1`."""
    return name_math(title.rsplit(".", 1)[-1])


def _values(net: Net, i: int, layer: Layer, size: int, shown: tuple[int, ...]) -> tuple[float, ...] | None:
    """The values of a column's units for the first sample."""
    value = net.known.get(i)
    if value is None:
        return None
    array = np.asarray(value, dtype=np.float64)
    if array.ndim == 1 and array.size != size and size == 1:
        array = array[:1]
    while array.ndim > 1:
        by_column = layer.products[0].slot == 0 and array.ndim == 2
        array = array[:, 0] if by_column else array[0]
    flat = array.reshape(-1)
    return _picked(flat, shown) if flat.size == size else None


def _picked(values: NDArray[np.float64] | None, shown: tuple[int, ...]) -> tuple[float, ...] | None:
    return None if values is None else tuple(float(values[i]) for i in shown)


def _weights(net: Net, affine: Affine, place: int, rows: tuple[int, ...], columns: tuple[int, ...]) -> Weights:
    def picked(matrix: NDArray[np.float64]) -> tuple[tuple[float, ...], ...]:
        return tuple(tuple(map(float, row)) for row in matrix[np.ix_(rows, columns)])

    def largest(matrix: NDArray[np.float64]) -> float:
        finite = np.abs(matrix[np.isfinite(matrix)])
        return float(finite.max(initial=0.0))

    gradients = affine.gradients
    return Weights(
        name=name_math(net.name(affine.layer.products[0].weights)),
        source=place,
        target=place + 1,
        values=picked(affine.weights),
        gradients=None if gradients is None else picked(gradients),
        largest=largest(affine.weights),
        largest_gradient=0.0 if gradients is None else largest(gradients),
    )


def _says(net: Net, made: Sequence[Affine], layers: Sequence[NeuronLayer]) -> tuple[str, ...]:
    said = [READING]
    if net.nodes[_from(net, made[0].layer)].op is not INPUT:
        said.append(f"Only the dense layers at the end are drawn: what makes {layers[0].title} is left out.")
    rows = _rows(net, made[0], layers[0].size)
    if rows > 1 and layers[0].values is not None:
        said.append(f"The values above the units are those of the first of {rows} samples; the gradients are of all.")
    wide = [layer for layer in layers if len(layer.shown) < layer.size]
    if wide:
        alike = len({(len(layer.shown), layer.size) for layer in wide}) == 1 and len(wide) > 2
        each = [f"{len(layer.shown)} of {layer.size} in {layer.title}" for layer in wide]
        counted = f"{len(wide[0].shown)} of {wide[0].size} in each" if alike else ", ".join(each)
        said.append(f"Of wide layers the units with the largest weights are drawn: {counted}.")
    return tuple(said)


def _rows(net: Net, affine: Affine, size: int) -> int:
    value = net.known.get(_from(net, affine.layer))
    return 1 if value is None or np.ndim(value) < 2 else int(np.size(value)) // size
