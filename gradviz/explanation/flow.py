"""How the gradient flows back through the layers: norms, saturated and dead units, and what is to be said of it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.explanation.affine import Layer, activation_name, layers_of, longest_chain, title_of
from gradviz.explanation.data import Math, Remark
from gradviz.explanation.data.network import FlowStep, GradientFlow
from gradviz.explanation.flow_words import GATES, bound_words, flow_words, verdict
from gradviz.explanation.mathematics import name_math
from gradviz.explanation.net import Net, net_of
from gradviz.explanation.slopes import TENTH, Slopes, slopes_of
from gradviz.explanation.stuck_words import stuck_words
from gradviz.explanation.subject import Subject
from gradviz.ops.table import OPS

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST = 2
"""Layers from which there is a flow."""
ROWS = 0.9
"""In how many of the rows a unit's slope must be small for it to count as saturated."""
NAMED = 6
"""Saturated or dead units that are named."""

STRAIGHT = Slopes(1.0, 0.0, math.nan, math.nan, dead=False)
"""The slopes of a layer without a nonlinearity."""


def flow_of(subject: Subject) -> GradientFlow | None:
    """The flow of the gradient along the longest chain of layers; None for fewer than two, or without numbers.

    Example:
        >>> from gradviz.explanation.subject import subject_of
        >>> from gradviz.graph.graph import Graph
        >>> g = Graph()
        >>> a = g.tanh(g.input("W", value=[[1.0, 0.5], [0.2, -1.0]]) @ g.input("x", value=[1.0, 2.0]))
        >>> f = g.sum(g.sigmoid(g.input("V", value=[[1.0, -1.0]]) @ a))
        >>> flow = flow_of(subject_of(g, f.id, "f", {}, None, None))
        >>> flow.kind, [step.activation for step in flow.steps], flow.bound
        ('healthy', ['tanh', 'sigmoid'], (0.25, 1.0))
    """
    net = net_of(subject)
    layers = layers_of(net)
    if len(layers) < LEAST:
        return None
    chain = [
        layer
        for layer in longest_chain(net, layers)
        if layer.output in net.known and net.gradient(layer.output) is not None
    ]
    if len(chain) < LEAST or not _network(net, chain):
        return None
    recurrent = _recurrent(chain)
    last = _norm(net.gradient(chain[-1].output))
    names = _titles(net, chain)
    steps = tuple(_step(net, layer, name, last) for layer, name in zip(chain, names, strict=True))
    bound = _bound(net, chain, steps)
    kind = verdict(steps)
    factor = steps[0].relative ** (1 / (len(steps) - 1)) if math.isfinite(steps[0].relative) else math.nan
    shared = _shared_norm(net, chain) if recurrent else None
    return GradientFlow(
        steps=steps,
        kind=kind,
        says=flow_words(steps, kind, factor, bound, recurrent=recurrent, shared=shared),
        bound=bound,
        bound_says=bound_words(steps) if bound else "",
        factor=factor,
        numerator=name_math(subject.numerator),
        recurrent=recurrent,
    )


def _network(net: Net, chain: Sequence[Layer]) -> bool:
    """Whether a chain of products is a network: something in it is nonlinear, or was made by a layer."""
    leaves = net.subject.graph.leaves
    return any(
        layer.activation is not None or any(net.name(product.weights) in leaves for product in layer.products)
        for layer in chain
    )


def _titles(net: Net, chain: Sequence[Layer]) -> list[tuple[str, Math]]:
    """The layers' names, numbered where several have the same: the steps of one recurrent layer."""
    titles = [title_of(net, layer) for layer in chain]
    word = "step" if _recurrent(chain) else "part"
    often, seen = Counter(titles), Counter[str]()
    made = []
    for title in titles:
        seen[title] += 1
        short = title.rsplit(".", 1)[-1]
        own = name_math(short if sum(other.rsplit(".", 1)[-1] == short for other in often) == 1 else title)
        if often[title] == 1:
            made.append((title, own))
        else:
            raised = Math(own.text, own.unicode, rf"{own.latex}^{{({seen[title]})}}")
            made.append((f"{title}, {word} {seen[title]}", raised))
    return made


def _step(net: Net, layer: Layer, name: tuple[str, Math], last: float) -> FlowStep:
    nodes = net.nodes
    value = np.asarray(net.known[layer.output], dtype=np.float64)
    gradient = _norm(net.gradient(layer.output))
    slopes, steep = _slopes(net, layer)
    saturated, dead = _stuck(slopes, _by_unit(net, layer, steep)) if steep is not None else ((), ())
    units, rows = _by_unit(net, layer, value).shape
    group = nodes[layer.products[0].node].group
    with np.errstate(all="ignore"):
        return FlowStep(
            group=group.name if group is not None else "",
            title=name[0],
            label=name[1],
            activation=GATES if layer.gated else activation_name(nodes, layer),
            gradient=gradient,
            relative=gradient / last if last > 0 else 0.0 if gradient == 0 else math.inf,
            parameters=_parameters(net, layer),
            mean=float(value.mean()),
            deviation=float(value.std()),
            saturated=len(saturated),
            dead=len(dead),
            units=units,
            rows=rows,
            which=tuple(sorted((*saturated, *dead)))[:NAMED],
            shape=nodes[layer.output].shape,
            slope=slopes.greatest if slopes is not None else math.inf,
            mean_slope=float(steep.mean()) if steep is not None else 1.0,
        )


def _slopes(net: Net, layer: Layer) -> tuple[Slopes | None, NDArray[np.float64] | None]:
    """What slopes a layer's function can have, and which it has here; None where they are not known."""
    if layer.gated:
        return None, None
    if layer.activation is None:
        return STRAIGHT, None
    node = net.nodes[layer.activation]
    name = activation_name(net.nodes, layer)
    known = slopes_of(name, node.attributes if name == node.op.name else ()) if OPS[name].arity == 1 else None
    edge = net.edges.get((layer.activation, layer.slot))
    if edge is None or edge.local is None or edge.local not in net.known:
        return known, None
    return known, np.broadcast_to(np.abs(np.asarray(net.known[edge.local], dtype=np.float64)), node.shape)


def _stuck(slopes: Slopes | None, steep: NDArray[np.float64]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The saturated units and the dead ones; `steep` holds the slopes, units by rows."""
    if slopes is None or not slopes.bounded or not slopes.saturates:
        return (), ()
    if slopes.dead:
        return (), tuple(np.nonzero((steep == 0).all(axis=1))[0].tolist())
    small = (steep < TENTH * slopes.greatest).mean(axis=1)
    return tuple(np.nonzero(small >= ROWS)[0].tolist()), ()


def _by_unit(net: Net, layer: Layer, value: NDArray[np.float64]) -> NDArray[np.float64]:
    """A layer's values as units by rows."""
    nodes, product = net.nodes, layer.products[0]
    if value.ndim == 0:
        return value.reshape(1, 1)
    axis = value.ndim - 1
    if nodes[product.node].op.name == "correlate":
        axis = max(0, value.ndim - 3)
    elif value.ndim == 2 and product.slot == 0:
        axis = 0
    elif value.ndim == 1 and len(nodes[nodes[product.node].operands[product.slot]].shape) == 1:
        return value.reshape(1, -1)
    return np.moveaxis(value, axis, 0).reshape(value.shape[axis], -1)


def _parameters(net: Net, layer: Layer) -> float:
    """The norm of the gradient by a layer's parameters; of shared ones, this layer's contribution."""
    ways = [(product.node, product.slot) for product in layer.products] + list(layer.biases)
    found = [edge.contribution for way in ways if (edge := net.edges.get(way)) is not None]
    return math.hypot(*(_norm(net.known[i]) for i in found if i in net.known))


def _norm(value: Any) -> float:
    """The Euclidean norm, without overflow."""
    flat = np.abs(np.asarray(value, dtype=np.float64)).ravel()
    largest = float(flat.max(initial=0.0))
    if largest == 0 or not math.isfinite(largest):
        return largest
    return largest * float(np.sqrt(np.sum((flat / largest) ** 2)))


def _recurrent(chain: Sequence[Layer]) -> bool:
    """Whether most of the layers share their weights with another one."""
    often = Counter(product.weights for layer in chain for product in layer.products)
    shared = [layer for layer in chain if any(often[product.weights] > 1 for product in layer.products)]
    return 2 * len(shared) > len(chain)


def _shared_norm(net: Net, chain: Sequence[Layer]) -> tuple[str, float] | None:
    """The matrix that carries one step's output into the next, and its spectral norm (its greatest stretch)."""
    for before, after in pairwise(chain):
        for product in after.products:
            weights = net.known.get(product.weights)
            if product.source == before.output and weights is not None and np.ndim(weights) == 2:
                finite = bool(np.isfinite(weights).all()) and np.size(weights) <= 10**6
                name = net.name(product.weights)
                return (name_math(name).unicode, float(np.linalg.norm(weights, 2))) if finite else None
    return None


def _bound(net: Net, chain: Sequence[Layer], steps: Sequence[FlowStep]) -> tuple[float, ...]:
    """What the slopes allow with weights of norm 1, where the chain is the only way back and some slope is below 1."""
    slopes = [step.slope for step in steps]
    if not all(map(math.isfinite, slopes)) or not _only_way(net, chain):
        return ()
    bound = [1.0]
    for slope in reversed(slopes[1:]):
        bound.append(bound[-1] * slope)
    return tuple(reversed(bound)) if max(bound) <= 1.0 and bound[-1] < 1.0 else ()


def _only_way(net: Net, chain: Sequence[Layer]) -> bool:
    """Whether each layer's output is read by the next one's product and by nothing else."""
    readers = Counter(operand for i in net.order for operand in net.nodes[i].operands)
    return all(
        readers[before.output] == 1 and any(product.source == before.output for product in after.products)
        for before, after in pairwise(chain)
    )


def flow_remarks(flow: GradientFlow | None) -> tuple[Remark, ...]:
    """What the text says of the flow where something is wrong: the verdict, and the units that are stuck."""
    if flow is None:
        return ()
    if flow.kind == "healthy" and all(step.off for step in flow.steps):
        return ()  # that some relu is off for a few samples is how it should be
    texts = dict.fromkeys(() if flow.kind == "healthy" else flow.says[:1])
    texts.update(dict.fromkeys(stuck_words(flow.steps, "step" if flow.recurrent else "layer")))
    return tuple(Remark("warning", text) for text in texts)
