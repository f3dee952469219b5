"""The nodes of a graph as arrays of fractions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from gradviz.checking.equality.prove import angles
from gradviz.checking.equality.prove.field import Field
from gradviz.checking.equality.prove.fractions import UNDEFINED, GiveUp
from gradviz.checking.equality.prove.matrices import MATRICES
from gradviz.checking.equality.prove.namespace import Names
from gradviz.checking.equality.prove.powers import exponential, whole_part
from gradviz.checking.equality.prove.rules import RULES
from gradviz.graph.graph import Graph, Node
from gradviz.ops.op import CONSTANT, INPUT, NamedConstant, Size
from gradviz.passes.raising import below
from gradviz.passes.templates import array_function
from gradviz.shape import broadcast_axes, size

ENTRIES, NODES = 400, 4_000
"""How many entries an array, and how many nodes a proof may have."""
OPAQUE = frozenset(
    {"floor", "ceil", "gamma", "loggamma", "digamma", "polygamma", "atan2", "log_clamped", "inverse_clamped"}
)
"""Elementwise rows of which only equal operands are known to have equal values."""

WHOLE = frozenset(
    [
        "sum",
        "mean",
        "prod",
        "reshape",
        "broadcast_to",
        "sum_to",
        "transpose",
        "matmul",
        "dot",
        "outer",
        "stack",
        "concat",
        "softmax",
        "log_softmax",
        "logsumexp",
        "norm",
        "squared_norm",
        "einsum",
    ]
)
"""Operations whose result needs every entry of every operand."""


def evaluate(
    field: Field,
    graph: Graph,
    ids: Iterable[int],
    needed: frozenset[int],
    given: Mapping[str, Any],
    shared: Mapping[tuple[str, tuple[int, ...]], Any],
) -> dict[int, Any]:
    """Arrays of fractions by node.

    Args:
        field: where they lie.
        graph: any graph.
        ids: the nodes wanted.
        needed: nodes without whose values no wanted one has a value: what makes them defined may be used as a fact.
        given: values of inputs.
        shared: entries of inputs that are said by others: `(field, x) -> fraction`, x being the input's array.

    Raises:
        GiveUp, Split, Restart: see there.
    """
    done: dict[int, Any] = {}
    order = below(graph, ids)
    if len(order) > NODES:
        raise GiveUp("there are too many nodes")
    names = Names(field)
    for i in order:
        node = graph.nodes[i]
        field.spend(size(node.shape))
        if size(node.shape) > ENTRIES:
            raise GiveUp("an array is too large")
        field.recording = i in needed
        if node.op is INPUT:
            done[i] = _input(field, node, given, shared)
        elif node.op is CONSTANT:
            done[i] = _filled(field, node.shape, node.settings["value"])
        else:
            done[i] = _operation(field, names, node, [done[operand] for operand in node.operands])
    return done


def strictly_needed(graph: Graph, ids: Iterable[int]) -> frozenset[int]:
    """The nodes that must have a value for all of `ids` to have one: not what `where` may leave out.

    Past operations that only pick some entries of an operand, nothing is taken for granted.
    """
    seen: set[int] = set()
    stack = list(ids)
    while stack:
        i = stack.pop()
        if i in seen:
            continue
        seen.add(i)
        node = graph.nodes[i]
        if node.op.name == "where":
            stack.extend(node.operands[:1])
        elif node.op.elementwise or node.op.name in WHOLE:
            stack.extend(node.operands)
    return frozenset(seen)


def _input(field: Field, node: Node, given: Mapping[str, Any], shared: Mapping[Any, Any]) -> Any:
    name = node.name or ""
    if name in given:
        return _filled(field, node.shape, given[name])
    made = np.empty(node.shape, dtype=object)
    later = []
    for index in np.ndindex(*node.shape):
        if (name, index) in shared:
            later.append(index)
            continue
        place = field.generator("input", (name, index))
        made[index] = field.replaced.get(place) or field.gen(place)
    for index in later:
        made[index] = shared[(name, index)](field, made)
    return made


def _filled(field: Field, shape: tuple[int, ...], value: Any) -> Any:
    made = np.empty(shape, dtype=object)
    for index in np.ndindex(*shape):
        entry = value
        if isinstance(value, (tuple, list)) or (isinstance(value, np.ndarray) and value.shape):
            for i in index:
                entry = entry[i]
        made[index] = constant(field, entry)
    return made


def constant(field: Field, value: Any) -> Any:
    """A number as a fraction; π and e as generators."""
    if isinstance(value, NamedConstant) and not isinstance(value, Size):
        return angles.pi(field) if value.name == "pi" else exponential(field.one)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return UNDEFINED
    return field.ratio(value)


def _operation(field: Field, names: Names, node: Node, operands: list[Any]) -> Any:
    try:
        made = (
            _elementwise(field, names, node, operands) if node.op.elementwise else _whole(field, names, node, operands)
        )
    except (ArithmeticError, TypeError, ValueError, NotImplementedError, AttributeError, KeyError, IndexError):
        return _unknown(field, node, operands)  # neither the row nor NumPy can say it of fractions
    except GiveUp:
        if field.exhausted:
            raise
        return _unknown(field, node, operands)
    made = np.array(made, dtype=object)
    if made.shape != node.shape:
        return _unknown(field, node, operands)
    for index in np.ndindex(*node.shape):
        entry = made[index]
        if isinstance(entry, np.ndarray):
            entry = entry.item()
        made[index] = field.ratio(entry)
    return made


def _unknown(field: Field, node: Node, operands: list[Any]) -> Any:
    """Entries of which nothing is known but that they are a function of the operands."""
    flat = tuple(entry for operand in operands for entry in operand.flat)
    if len(flat) > 64 or UNDEFINED in flat:
        raise GiveUp("an operation has no form here")
    made = np.empty(node.shape, dtype=object)
    for index in np.ndindex(*node.shape):
        shapes = tuple(operand.shape for operand in operands)
        made[index] = angles.function(f"row {node.op.name}", *flat, key=(node.attributes, shapes, index))
    return made


def _elementwise(field: Field, names: Names, node: Node, operands: list[Any]) -> Any:
    made = np.empty(node.shape, dtype=object)
    spread = [np.broadcast_to(operand, node.shape) for operand in operands]
    for index in np.ndindex(*node.shape):
        made[index] = entry(field, names, node, [operand[index] for operand in spread])
    return made


def entry(field: Field, names: Names, node: Node, operands: list[Any]) -> Any:
    """An elementwise operation on single entries."""
    rule = RULES.get(node.op.name)
    if node.op.name in ("floor", "ceil") and operands[0] is not UNDEFINED:
        u = operands[0] if node.op.name == "floor" else -operands[0]
        made = angles.function("floor", u - whole_part(u)) + whole_part(u)
        return made if node.op.name == "floor" else -made
    if node.op.name in OPAQUE:
        return angles.function(node.op.name, *operands, key=node.attributes)
    if rule is not None:
        return rule(field, *operands)
    if node.op.symbol is None:
        raise NotImplementedError
    settings = {key: _setting(field, value) for key, value in node.attributes}
    return field.ratio(node.op.symbol(names, *operands, **settings))


def unknown_entry(node: Node, operands: list[Any]) -> Any:
    """What nothing is known of but that equal operands have equal values."""
    if UNDEFINED in operands:
        raise GiveUp("an operation has no form here")
    return angles.function(f"row {node.op.name}", *operands, key=node.attributes)


def _setting(field: Field, value: Any) -> Any:
    if value is None or isinstance(value, (bool, str, tuple)):
        return value
    return constant(field, value)


def _whole(field: Field, names: Names, node: Node, operands: list[Any]) -> Any:
    if node.op.name in MATRICES:
        return MATRICES[node.op.name](field, *operands)
    if node.op.name == "sum_to":
        axes = broadcast_axes(node.shape, operands[0].shape)
        return np.asarray(operands[0].sum(axis=axes), dtype=object).reshape(node.shape)
    if node.op.symbol is not None:
        return node.op.symbol(names, np, *operands, **node.settings)
    return array_function(node.op.name, len(operands), node.attributes)(*operands)
