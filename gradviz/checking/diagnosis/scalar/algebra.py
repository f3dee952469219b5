"""Slips of algebra: brackets, powers and roots handled wrongly, before the differentiation or after a right rule.

Each rule looks at one node of a graph and says what it was wrongly turned into; the rest of the graph follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from gradviz.checking.diagnosis.scalar.nodes import Nodes
from gradviz.checking.diagnosis.scalar.numbers import Numbers, Values, apply
from gradviz.checking.diagnosis.scalar.replaying import as_term
from gradviz.checking.diagnosis.scalar.steps import Workshop
from gradviz.graph.folding import Folder
from gradviz.graph.graph import Graph
from gradviz.ops.op import CONSTANT, INPUT

Make = Callable[[Workshop], Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """A node wrongly turned into something else.

    Args:
        node: which.
        name, says: of the slip.
        prior: how likely.
        make: what stands there.
    """

    node: int
    name: str
    says: str
    prior: float
    make: Make


def turns(graph: Graph, nodes: Sequence[int]) -> list[Turn]:
    """The slips that can be made at some nodes of a graph."""
    made: list[Turn] = []
    for i in nodes:
        rule = _RULES.get(graph.nodes[i].op.name)
        if rule is not None:
            made += rule(graph, i)
    return made


def _inside(graph: Graph, i: int, *names: str) -> tuple[int, ...]:
    node = graph.nodes[i]
    return node.operands if node.op.name in names else ()


def _signed(graph: Graph, i: int) -> int:
    return -1 if graph.nodes[i].op.name == "sub" else 1


def _joined(b: Workshop, graph: Graph, i: int, left: Any, right: Any) -> Any:
    return left - right if _signed(graph, i) < 0 else left + right


# fmt: off
def _mul(graph: Graph, i: int) -> Iterator[Turn]:
    pair = graph.nodes[i].operands
    for a, s in (pair, pair[::-1]):
        if inner := _inside(graph, s, "add", "sub"):
            yield from _bracket(graph, i, a, s, *inner)
    left, right = (_power_of(graph, k) for k in pair)
    if left and right and left[0] == right[0]:
        yield Turn(i, "exponents multiplied", "the exponents were multiplied; they are added", 0.3,
                   lambda b: b.at(left[0]) ** (_exponent(b, left[1]) * _exponent(b, right[1])))


def _bracket(graph: Graph, i: int, a: int, s: int, p: int, q: int) -> Iterator[Turn]:
    """a·(p ± q), the bracket being the node s."""
    yield Turn(i, "bracket not multiplied out", "only the first term of the bracket was multiplied", 0.4,
               lambda b: _joined(b, graph, s, b.at(a) * b.at(p), b.at(q)))
    yield Turn(i, "bracket not multiplied out", "only the second term of the bracket was multiplied", 0.15,
               lambda b: _joined(b, graph, s, b.at(p), b.at(a) * b.at(q)))
    yield Turn(i, "sign lost in the bracket", "the sign of the second term in the bracket is wrong", 0.3,
               lambda b: _joined(b, graph, s, b.at(a) * b.at(p), -(b.at(a) * b.at(q))))


def _power_of(graph: Graph, i: int) -> tuple[int, int | None] | None:
    node = graph.nodes[i]
    if node.op.name == "pow":
        return node.operands[0], node.operands[1]
    return (i, None) if node.op is INPUT else None


def _exponent(b: Workshop, node: int | None) -> Any:
    return b.constant(1) if node is None else b.at(node)


def _div(graph: Graph, i: int) -> Iterator[Turn]:
    top, bottom = graph.nodes[i].operands
    if inner := _inside(graph, top, "add", "sub"):
        p, q = inner
        yield Turn(i, "only one term divided", "only the first term of the numerator was divided", 0.3,
                   lambda b: _joined(b, graph, top, b.at(p) / b.at(bottom), b.at(q)))
        yield Turn(i, "only one term divided", "only the second term of the numerator was divided", 0.3,
                   lambda b: _joined(b, graph, top, b.at(p), b.at(q) / b.at(bottom)))
    if inner := _inside(graph, bottom, "add", "sub"):
        p, q = inner
        yield Turn(i, "fraction split below",
                   "the fraction was split along its denominator: 1/(a + b) is not 1/a + 1/b", 0.3,
                   lambda b: _joined(b, graph, bottom, b.at(top) / b.at(p), b.at(top) / b.at(q)))
    left, right = _power_of(graph, top), _power_of(graph, bottom)
    if left and right and left[0] == right[0]:
        yield Turn(i, "exponents divided", "the exponents were divided; they are subtracted", 0.3,
                   lambda b: b.at(left[0]) ** (_exponent(b, left[1]) / _exponent(b, right[1])))
    yield Turn(i, "turned upside down", "the fraction was turned upside down", 0.12, lambda b: b.at(bottom) / b.at(top))


def _pow(graph: Graph, i: int) -> Iterator[Turn]:
    base, n = graph.nodes[i].operands
    if inner := _inside(graph, base, "add", "sub"):
        p, q = inner
        yield Turn(i, "(a + b)ⁿ = aⁿ + bⁿ", "the power of a sum was split: (a + b)ⁿ is not aⁿ + bⁿ", 0.5,
                   lambda b: _joined(b, graph, base, b.at(p) ** b.at(n), b.at(q) ** b.at(n)))
        yield Turn(i, "(a + b)ⁿ = aⁿ + bⁿ", "the power of a difference was split, and its sign lost", 0.2,
                   lambda b: b.at(p) ** b.at(n) + b.at(q) ** b.at(n))
    if inner := _inside(graph, base, "mul"):
        p, q = inner
        yield Turn(i, "power of one factor", "only the second factor was raised to the power", 0.3,
                   lambda b: b.at(p) * b.at(q) ** b.at(n))
    if inner := _inside(graph, base, "pow"):
        p, m = inner
        yield Turn(i, "exponents added", "the exponents were added; they multiply", 0.3,
                   lambda b: b.at(p) ** (b.at(m) + b.at(n)))
    if graph.nodes[n].op is CONSTANT:
        yield Turn(i, "sign of the exponent", "the sign of the exponent was lost", 0.3,
                   lambda b: b.at(base) ** (-b.at(n)))
        yield Turn(i, "power as a product", "the power was read as a product with its exponent", 0.12,
                   lambda b: b.at(base) * b.at(n))
        yield Turn(i, "power lost", "the exponent was lost", 0.2, lambda b: b.at(base))


def _minus(graph: Graph, i: int) -> Iterator[Turn]:
    inner = graph.nodes[i].operands[0]
    if parts := _inside(graph, inner, "add", "sub"):
        p, q = parts
        yield Turn(i, "minus before a bracket", "the minus before the bracket reached its first term only", 0.5,
                   lambda b: _joined(b, graph, inner, -b.at(p), b.at(q)))
    yield Turn(i, "minus lost", "a minus was lost", 0.3, lambda b: b.at(inner))


def _add(graph: Graph, i: int) -> Iterator[Turn]:
    a, c = graph.nodes[i].operands
    yield Turn(i, "sign lost", "the sign of the second term was lost", 0.3, lambda b: b.at(a) - b.at(c))
    yield Turn(i, "sign lost", "the sign of the first term was lost", 0.2, lambda b: b.at(c) - b.at(a))
    yield Turn(i, "term lost", "the second term was lost", 0.2, lambda b: b.at(a))
    yield Turn(i, "term lost", "the first term was lost", 0.2, lambda b: b.at(c))


def _sub(graph: Graph, i: int) -> Iterator[Turn]:
    a, c = graph.nodes[i].operands
    if parts := _inside(graph, c, "add", "sub"):
        p, q = parts
        yield Turn(i, "minus before a bracket", "the minus before the bracket reached its first term only", 0.5,
                   lambda b: _joined(b, graph, c, b.at(a) - b.at(p), b.at(q)))
    yield Turn(i, "sign lost", "the minus before the second term was lost", 0.4, lambda b: b.at(a) + b.at(c))
    yield Turn(i, "sign lost", "the sign of the first term was lost", 0.15, lambda b: -b.at(a) - b.at(c))
    yield Turn(i, "term lost", "the second term was lost", 0.2, lambda b: b.at(a))
    yield Turn(i, "term lost", "the first term was lost", 0.2, lambda b: -b.at(c))


def _function(graph: Graph, i: int) -> Iterator[Turn]:
    node = graph.nodes[i]
    (u,) = node.operands
    name = node.op.name
    if parts := _inside(graph, u, "add", "sub"):
        p, q = parts
        yield Turn(i, "function of a sum split", "the function of a sum was split into a sum of functions", 0.3,
                   lambda b: _joined(b, graph, u, b.apply(name, b.at(p)), b.apply(name, b.at(q))))
    if parts := _inside(graph, u, "mul"):
        p, q = parts
        yield Turn(i, "factor taken out of a function", "a factor was taken out of the function", 0.2,
                   lambda b: b.at(p) * b.apply(name, b.at(q)))


def _root(graph: Graph, i: int) -> Iterator[Turn]:
    yield from _function(graph, i)
    (u,) = graph.nodes[i].operands
    yield Turn(i, "root lost", "the root was lost", 0.25, lambda b: b.at(u))
    yield Turn(i, "root read as a reciprocal", "√u was read as 1/u", 0.15, lambda b: 1 / b.at(u))
    yield Turn(i, "root read as a negative power", "√u was read as u^(−1/2)", 0.25,
               lambda b: 1 / b.apply("sqrt", b.at(u)))
    yield Turn(i, "root read as a square", "√u was read as u²", 0.1, lambda b: b.at(u) ** 2)

# fmt: on


_RULES: Mapping[str, Callable[[Graph, int], Iterator[Turn]]] = MappingProxyType(
    {
        "mul": _mul,
        "div": _div,
        "pow": _pow,
        "neg": _minus,
        "add": _add,
        "sub": _sub,
        "sqrt": _root,
        **dict.fromkeys(("sin", "cos", "tan", "exp", "log", "sigmoid", "tanh"), _function),
    }
)


def turned(graph: Graph, root: int, all_turns: Sequence[Turn], known: Mapping[int, Values], count: int) -> Values:
    """The root's value after each of some slips, one row for each."""
    numbers = Numbers(known)
    own: dict[int, list[int]] = {}
    for row, turn in enumerate(all_turns):
        own.setdefault(turn.node, []).append(row)
    found: dict[int, Values] = {}
    shape = (len(all_turns), count)
    with np.errstate(all="ignore"):
        for i in below(graph, root):
            node = graph.nodes[i]
            if not any(k in found for k in node.operands) and i not in own:
                continue
            made = apply(node.op.name, [found.get(k, known[k]) for k in node.operands], node.attributes)
            full = np.array(np.broadcast_to(made, shape))
            for row in own.get(i, ()):
                full[row] = all_turns[row].make(numbers)
            found[i] = full
    return found.get(root, np.broadcast_to(known[root], shape))


def as_turned(builder: Folder, root: int, turn: Turn) -> int:
    """The root after a slip, as a node of the builder's graph."""
    graph = builder.graph
    moved = {turn.node: as_term(builder, turn.make(Nodes(builder))).id}
    for i in below(graph, root):
        node = graph.nodes[i]
        if i != turn.node and any(k in moved for k in node.operands):
            moved[i] = builder.make(node.op.name, tuple(moved.get(k, k) for k in node.operands), node.attributes)
    return moved.get(root, root)


def below(graph: Graph, root: int) -> list[int]:
    """What a node needs, in order, itself included."""
    seen: set[int] = set()
    stack = [root]
    while stack:
        i = stack.pop()
        if i not in seen:
            seen.add(i)
            stack.extend(graph.nodes[i].operands)
    return sorted(seen)
