"""Whether operations that are not defined everywhere are defined wherever some nodes are: by the signs of operands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from gradviz.checking.claim import Claim
from gradviz.checking.equality.prove.cases import RESTARTS, declared_entries
from gradviz.checking.equality.prove.evaluation import evaluate, strictly_needed
from gradviz.checking.equality.prove.field import Field, Split
from gradviz.checking.equality.prove.fractions import UNDEFINED, GiveUp
from gradviz.checking.equality.prove.ring import Restart
from gradviz.graph.graph import Graph
from gradviz.ops.op import CONSTANT
from gradviz.passes.raising import below

Needs = Callable[..., list[tuple[Any, bool]]]
"""Of an operation's operands, what must not be negative; True: nor zero."""

_POSITIVE: Needs = lambda x, *_: [(x, True)]
_NOT_NEGATIVE: Needs = lambda x, *_: [(x, False)]

NEEDS: Mapping[str, Needs] = MappingProxyType(
    dict.fromkeys(("log", "log2", "log10"), _POSITIVE)
    | {
        "sqrt": _NOT_NEGATIVE,
        "log1p": lambda x: [(x + 1, True)],
        "xlogy": lambda a, x: [(x, True)],
        "log_base": lambda x, base: [(x, True), (base, True)],
        "asin": lambda x: [(1 - x, False), (1 + x, False)],
        "acos": lambda x: [(1 - x, False), (1 + x, False)],
        "acosh": lambda x: [(x - 1, False)],
        "atanh": lambda x: [(1 - x, True), (1 + x, True)],
        "pow": _POSITIVE,
    }
)
UNKNOWN = frozenset({"asec", "acsc", "asech", "acoth", "logdet"})
"""Others that are not defined everywhere."""
STEPS = frozenset({"sign", "relu", "floor", "ceil", "where", "abs", "maximum", "minimum", "clip", "hard_sigmoid"}) | {
    *("greater", "less", "greater_equal", "less_equal", "equal", "not_equal", "ratio")
}
"""What a divisor must hold to be zero on an open part without being zero everywhere."""


TOTAL = frozenset(
    {
        *("input", "constant", "add", "sub", "mul", "neg", "exp", "sin", "cos", "tanh", "sigmoid", "relu", "abs"),
        *("sign", "atan", "sinh", "cosh", "asinh", "erf", "where", "maximum", "minimum", "greater", "less"),
        *("greater_equal", "less_equal", "equal", "not_equal", "sum", "mean", "max", "min", "squared_norm"),
        *("softmax", "log_softmax", "logsumexp", "matmul", "dot", "outer", "transpose", "broadcast_to"),
        *("reshape", "sum_to"),
    }
)
"""Operations that have a value wherever their operands have one."""


def always_defined(graph: Graph, i: int) -> bool:
    """Whether a node has a value wherever its operands have."""
    node = graph.nodes[i]
    if node.op.name in ("pow", "div"):
        second = graph.nodes[node.operands[1]]
        value: Any = second.settings["value"] if second.op is CONSTANT else None
        if isinstance(value, tuple) or value is None or not value:
            return False
        return node.op.name == "div" or (getattr(value, "denominator", 0) == 1 and bool(value > 0))
    return node.op.name in TOTAL


def partial(graph: Graph, i: int) -> bool:
    """Whether a node may be undefined on an open part of where its operands are defined."""
    node = graph.nodes[i]
    if node.op.name == "pow":
        exponent = graph.nodes[node.operands[1]]
        whole = exponent.op is CONSTANT and getattr(exponent.settings["value"], "denominator", 0) == 1
        return not whole or _steps(graph, node.operands[0])
    if node.op.name in ("div", "ratio"):
        return _steps(graph, node.operands[1])
    return node.op.name in NEEDS or node.op.name in UNKNOWN


def _steps(graph: Graph, i: int) -> bool:
    return any(graph.nodes[k].op.name in STEPS for k in below(graph, [i]))


def surely_defined(claim: Claim, nodes: Iterable[int]) -> bool:
    """Whether nodes are defined wherever the truth and the claim's domain are, as far as signs show it.

    Example:
        >>> g = Graph()
        >>> x = g.input("x")
        >>> claim = Claim(g, (2 * x).id, x.id)
        >>> surely_defined(claim, [g.sqrt(x**2 + 1).id]), surely_defined(claim, [g.sqrt(x**2 - 1).id])
        (True, False)
    """
    asked = list(nodes)
    if any(claim.graph.nodes[i].op.name not in NEEDS for i in asked):
        return False
    try:
        return _by_signs(claim, asked)
    except (GiveUp, Split):
        return False


def _by_signs(claim: Claim, asked: list[int]) -> bool:
    graph, field = claim.graph, Field("coarse")
    places = [operand for i in asked for operand in graph.nodes[i].operands]
    needed = strictly_needed(graph, (*claim.domain, claim.truth))
    wanted = [*claim.domain, claim.truth, *places]
    for _ in range(RESTARTS):
        field.begin(())
        try:
            found = evaluate(field, graph, wanted, needed, claim.fixed, declared_entries(claim, graph))
        except Restart:
            continue
        return all(_holds(field, graph, i, found) for i in asked)
    return False


def _holds(field: Field, graph: Graph, i: int, found: Mapping[int, Any]) -> bool:
    node = graph.nodes[i]
    operands = [found[operand].ravel() for operand in node.operands]
    longest = max(len(entries) for entries in operands)
    if any(len(entries) not in (1, longest) for entries in operands):
        return False
    for k in range(longest):
        entries = [each[k if len(each) > 1 else 0] for each in operands]
        if UNDEFINED in entries:
            return False
        for value, strictly in NEEDS[node.op.name](*entries):
            sign = field.sign(value) if strictly else 0 if value.top.is_zero() else field.weak_sign(value)
            if sign < 0 or (strictly and not sign):
                return False
    return True
