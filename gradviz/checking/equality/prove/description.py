"""A claim as plain data (lists, numbers and words, never code), for a worker process, and back."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from gradviz.checking.claim import Claim
from gradviz.graph.graph import Graph, Node
from gradviz.ops.op import CONSTANT, CONSTANTS, INPUT, NamedConstant, Op, Size
from gradviz.ops.table import OPS
from gradviz.passes.raising import below

LEAVES: Mapping[str, Op] = {"input": INPUT, "constant": CONSTANT}


def described(claim: Claim) -> dict[str, Any]:
    """The nodes that both sides need, in order, and which of them are the sides.

    Example:
        >>> g = Graph()
        >>> x = g.input("x")
        >>> described(Claim(g, (x * 2).id, (x + x).id))["sides"]
        [2, 3]
    """
    order = below(claim.graph, (claim.truth, claim.answer))
    places = {id: i for i, id in enumerate(order)}
    nodes: list[list[Any]] = []
    for id in order:
        node = claim.graph.nodes[id]
        word = node.name or "" if node.op is INPUT else ""
        if word and word in claim.fixed:
            attributes = (("value", claim.fixed[word]),)
            nodes.append(["constant", "", [], [[key, plain(value)] for key, value in attributes], list(node.shape)])
            continue
        operands = [places[k] for k in node.operands]
        settings = [[key, plain(value)] for key, value in node.attributes]
        nodes.append([node.op.name, word, operands, settings, list(node.shape)])
    return {"nodes": nodes, "sides": [places[claim.truth], places[claim.answer]]}


def rebuilt(data: Mapping[str, Any]) -> tuple[Graph, int, int]:
    """The graph that was described, and its two sides."""
    graph = Graph()
    for name, word, operands, settings, shape in data["nodes"]:
        op = LEAVES.get(name) or OPS[name]
        attributes = tuple((key, read(value)) for key, value in settings)
        graph.nodes.append(Node(op, tuple(operands), attributes, tuple(shape), word or None))
    first, second = data["sides"]
    return graph, first, second


def plain(value: Any) -> Any:
    """A setting as plain data: what JSON does not have is a list that begins with a word."""
    if isinstance(value, Size):
        return ["ratio", str(Fraction(value).numerator), str(Fraction(value).denominator)]
    if isinstance(value, NamedConstant):
        return ["named", value.name]
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (tuple, list)):
        return ["tuple", *map(plain, value)]
    exact = Fraction(repr(float(value))) if isinstance(value, float) else Fraction(value)
    kind = "whole" if isinstance(value, int) else "ratio"
    return [kind, str(exact.numerator), str(exact.denominator)]


def read(value: Any) -> Any:
    """The setting that plain data stands for."""
    if not isinstance(value, list):
        return value
    kind, *rest = value
    if kind == "tuple":
        return tuple(map(read, rest))
    if kind == "named":
        return CONSTANTS[rest[0]]
    return int(rest[0]) if kind == "whole" else Fraction(int(rest[0]), int(rest[1]))
