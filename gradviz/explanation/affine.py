"""Layers found by what they compute: weights times what comes in, plus a bias, then a function of each entry.

It makes no difference whether a layer was written as `dense(x, 3, tanh)` or by hand, `tanh(W@x + b)`: the operations
decide. A step of a recurrent network, `tanh(W@x + U@h + b)`, is a layer with two products.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradviz.explanation.net import Net, held_by
from gradviz.graph.graph import Graph, Node
from gradviz.ops.op import CONSTANT, INPUT
from gradviz.ops.table import OPS

PRODUCTS = frozenset({"matmul", "dot", "einsum", "correlate"})
"""Operations that multiply what comes in by weights."""
NOT_ACTIVATIONS = frozenset({"arithmetic", "comparison", "linear_algebra", "reductions", "shaping", "leaf"})
"""Families whose operations make no nonlinearity of a layer, even where they are elementwise."""


@dataclass(frozen=True, slots=True)
class Product:
    """What comes in times weights.

    Args:
        node: the product.
        slot: the place of the weights among its operands.
        weights: the input that holds them.
        source: the operand that is no weight.
    """

    node: int
    slot: int
    weights: int
    source: int


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer.

    Args:
        products: what is summed.
        biases: inputs that are added, as edges (the sum, the operand's place).
        before: what the function is applied to.
        activation: the node that applies it; None for a linear layer.
        slot: the place of `before` among its operands.
        output: what leaves the layer.
        gated: whether functions are applied to parts of `before`, as the gates of an LSTM's step are.
    """

    products: tuple[Product, ...]
    biases: tuple[tuple[int, int], ...]
    before: int
    activation: int | None
    slot: int
    output: int
    gated: bool = False


def layers_of(net: Net) -> tuple[Layer, ...]:
    """Every layer among the nodes that are shown, in topological order."""
    found: dict[int, list[Product]] = {}
    for i in net.order:
        product = _product(net, i)
        if product is not None:
            found.setdefault(_top(net, i), []).append(product)
    made = []
    for before, products in found.items():
        applied = _activation(net, before)
        activation, slot = applied if applied is not None else (None, 0)
        biases = _biases(net, before, {product.node for product in products})
        state = None if activation is not None else _state(net, before)
        output = before if activation is None else activation
        output = output if state is None else state
        made.append(Layer(tuple(products), biases, before, activation, slot, output, state is not None))
    return tuple(sorted(made, key=lambda layer: layer.output))


def _state(net: Net, before: int) -> int | None:
    """What leaves the group of a sum that gates are taken out of, the last of it; None where there are no gates."""
    nodes, group = net.nodes, net.nodes[before].group
    reading = [target for target, _ in net.readers.get(before, ())]
    if group is None or len(reading) < 2 or any(nodes[i].op.name != "index" for i in reading):
        return None
    held = [i for i in net.order if nodes[i].group == group and nodes[i].op is not INPUT]
    leaving = [i for i in held if any(nodes[t].group != group for t, _ in net.readers.get(i, ()))]
    return max(leaving, default=None)


def longest_chain(net: Net, layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """The longest way from an input to the output, told by the layers on it; one pass over the graph."""
    by_output = {layer.output: place for place, layer in enumerate(layers)}
    best: dict[int, tuple[int, int]] = {}
    previous: dict[int, int] = {}
    for i in net.order:
        operands = [best[operand] for operand in net.nodes[i].operands if operand in best]
        depth, last = max(operands, default=(0, -1))
        place = by_output.get(i)
        if place is not None:
            previous[place] = last
            depth, last = depth + 1, place
        best[i] = depth, last
    chain, place = [], best.get(net.subject.output, (0, -1))[1]
    while place >= 0:
        chain.append(layers[place])
        place = previous[place]
    return tuple(reversed(chain))


def title_of(net: Net, layer: Layer) -> str:
    """What a layer is called: its group's name, the program's name for what it gives, or a made-up one."""
    nodes = net.nodes
    group = nodes[layer.products[0].node].group
    if group is not None and nodes[layer.before].group in (group, group.parent):
        return group.name
    for i in (layer.output, layer.before):
        if nodes[i].name is not None:
            return nodes[i].name or ""
    return net.name(layer.output)


def activation_name(nodes: Sequence[Node], layer: Layer) -> str:
    """The name of a layer's function in the table; `max(0, x)` is a relu; "" for a linear layer."""
    if layer.activation is None:
        return ""
    node = nodes[layer.activation]
    if node.op.name == "maximum" and _is_zero(nodes[node.operands[1 - layer.slot]]):
        return "relu"
    return node.op.name


def is_bias(net: Net, i: int) -> bool:
    """Whether a term of a sum is added as it is: a parameter, or an input that layers did not make."""
    held = held_by(net.subject.graph, i)
    if held is None:
        return False
    leaf = net.subject.graph.leaves.get(net.nodes[held].name or "")
    return leaf is None or leaf.role == "parameter"


def _product(net: Net, i: int) -> Product | None:
    node = net.nodes[i]
    if node.op.name not in PRODUCTS or len(node.operands) != 2:
        return None
    slot = _weights_slot(net.subject.graph, node)
    if slot is None:
        return None
    weights = held_by(net.subject.graph, node.operands[slot])
    source = node.operands[1 - slot]
    if weights is None or source not in net.readers or net.nodes[source].op is CONSTANT:
        return None
    return Product(i, slot, weights, source)


def _is_product(net: Net, i: int) -> bool:
    """Whether a node is a product with weights, if only of zeros, as in a recurrent network's first step."""
    node = net.nodes[i]
    return node.op.name in PRODUCTS and len(node.operands) == 2 and _weights_slot(net.subject.graph, node) is not None


def _weights_slot(graph: Graph, node: Node) -> int | None:
    """Which operand holds the weights: what a layer made, else the only input, else by its name and shape."""
    held = [held_by(graph, operand) for operand in node.operands]
    if held == [None, None] or held[0] == held[1]:
        return None
    names = ["" if i is None else graph.nodes[i].name or "" for i in held]
    leaves = [graph.leaves.get(name) for name in names]
    for told in (
        [leaf is not None and leaf.role == "parameter" for leaf in leaves],
        [i is not None for i in held],
        [name[:1] in ("W", "w") for name in names],
        [name[:1] not in ("x", "X", "h", "H") for name in names],
        [len(graph.nodes[operand].shape) >= 2 for operand in node.operands],
    ):
        if told[0] != told[1]:
            return 0 if told[0] else 1
    return 1 if len(graph.nodes[node.operands[1]].shape) == 2 else 0


def _top(net: Net, i: int) -> int:
    """The sum that a product ends in: of products and biases only, each read once."""
    nodes = net.nodes
    while len(net.readers.get(i, ())) == 1:
        target, slot = net.readers[i][0]
        if nodes[target].op.name != "add" or not _joins(net, nodes[target].operands[1 - slot]):
            return i
        i = target
    return i


def _joins(net: Net, i: int) -> bool:
    """Whether a term of a sum belongs to a layer: a bias, another product, or a sum of such."""
    nodes, waiting = net.nodes, [i]
    while waiting:
        term = waiting.pop()
        if nodes[term].op.name == "add" and len(net.readers.get(term, ())) == 1:
            waiting += nodes[term].operands
        elif nodes[term].op is not CONSTANT and not is_bias(net, term) and not _is_product(net, term):
            return False
    return True


def _biases(net: Net, before: int, products: set[int]) -> tuple[tuple[int, int], ...]:
    nodes, waiting, found = net.nodes, [before], []
    while waiting:
        i = waiting.pop()
        if i in products or nodes[i].op.name != "add":
            continue
        for slot, operand in enumerate(nodes[i].operands):
            if nodes[operand].op.name == "add":
                waiting.append(operand)
            elif operand not in products and is_bias(net, operand):
                found.append((i, slot))
    return tuple(sorted(found))


def _activation(net: Net, before: int) -> tuple[int, int] | None:
    """The function that is applied to a sum, if it is the only thing that reads it."""
    reading = net.readers.get(before, ())
    if len({target for target, _ in reading}) != 1 or len(reading) != 1:
        return None
    target, slot = reading[0]
    nodes = net.nodes
    node = nodes[target]
    others = [nodes[operand] for place, operand in enumerate(node.operands) if place != slot]
    if not node.op.elementwise or node.op.family in NOT_ACTIVATIONS or not node.op.differentiable:
        return None
    plain = node.op.name in OPS and node.op.name != "stop_gradient" and all(other.op is CONSTANT for other in others)
    return (target, slot) if plain and not _of_a_loss(nodes, target) else None


def _of_a_loss(nodes: Sequence[Node], i: int) -> bool:
    """Absolute values, roots and logarithms of a prediction belong to what is made of it."""
    return nodes[i].op.name in ("abs", "sqrt", "cbrt") or nodes[i].op.name.startswith("log")


def _is_zero(node: Node) -> bool:
    value = node.settings.get("value") if node.op is CONSTANT else None
    return value is not None and not isinstance(value, (tuple, str)) and float(value) == 0
