"""The length of a matrix formula as a reader sees it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from weakref import WeakKeyDictionary

from gradviz.passes.matrix.algebra import Matrix, split
from gradviz.passes.matrix.placing import all_ones, settled
from gradviz.passes.matrix.prices import (
    ATOM,
    BLANK,
    CALL,
    CLOSED,
    EXPONENT,
    IDENTITY,
    ONE,
    OPERATOR,
    PARENTHESES,
    SCALAR,
    TRANSPOSE,
    number_price,
    signs_price,
)

ENTRIES = frozenset(["symbol", "transpose", "hadamard", "elementwise", "function"])
"""Beside a matrix of these kinds ones everywhere are written as a bare 1."""

_costs: WeakKeyDictionary[Matrix, float] = WeakKeyDictionary()


def cost(x: Matrix) -> float:
    """How long a formula is to a reader; letters for sizes count as atoms.

    Every use of a shared part counts, so the cost of n nodes can be exponential in n; finding it takes n steps.

    >>> from gradviz.passes.matrix.algebra import product, symbol, transpose
    >>> a, x = symbol("A", 3, 2), symbol("x", 2, 1)
    >>> cost(product(transpose(a), a, x))
    4.0
    """
    pending = [x]
    while pending:
        node = pending[-1]
        missing = [] if node in _costs else [part for part in node.args if part not in _costs]
        if missing:
            pending.extend(missing)
        else:
            pending.pop()
            if node not in _costs:
                _costs[node] = _own(node)
    return _costs[x]


def _own(x: Matrix) -> float:
    """The cost of a node whose parts' costs are known."""
    match x.op:
        case "symbol" | "ones":
            return ATOM
        case "identity":
            return IDENTITY
        case "scaled":
            return _scaled(*split(x))
        case "sum":
            return _sum(x)
        case "chain":
            return sum(_inside(part, "sum", "hadamard") for part in x.args) + BLANK * (len(x.args) - 1)
        case "hadamard":
            return _hadamard(x)
        case "transpose":
            return _inside(x.args[0], "sum", "chain", "hadamard") + TRANSPOSE
        case _:
            return CALL + sum(_costs[part] for part in x.args) + BLANK * (len(x.args) - 1)


def _inside(x: Matrix, *composite: str) -> float:
    """The cost of a part, with parentheses if it is one of the composite kinds."""
    return _costs[x] + (PARENTHESES if x.op in composite else 0.0)


def _hadamard(x: Matrix) -> float:
    """The cost of an elementwise product; a square is written as the product that it is, long ones read badly."""
    total, written = 0.0, 0
    for part, power in zip(x.args, x.data, strict=True):
        base = _costs[part] + (CLOSED if part.op in ("sum", "chain") else 0.0)
        written += 2 if power == 2 else 1
        total += 2 * base if power == 2 else base + (0.0 if power in (1, -1) else OPERATOR)
    return total + OPERATOR * (written - 1) + BLANK * max(0, written - 2)


def _sum(x: Matrix) -> float:
    """The cost of a sum; a minus between terms costs no more than a plus."""
    total = OPERATOR * max(0, len(x.args) - 1)
    bare = x.columns == 1 or any(term.op in ENTRIES for term in x.args)
    for k, term in zip(x.data, x.args, strict=True):
        coefficient, scalars, body = split(term)
        total += _costs[term] if abs(k) == 1 else _scaled(abs(k) * coefficient, scalars, body)
        if bare and body is not None and all_ones(body):
            total -= _costs[body] if scalars or abs(k) != 1 else _costs[body] - ONE
    return total


def _scaled(coefficient: Fraction, scalars: Mapping[Matrix, Fraction], body: Matrix | None) -> float:
    if not scalars and body is None:
        return max(ATOM, number_price(coefficient) - SCALAR)
    placement = settled(coefficient, scalars, body)
    total = number_price(placement.outer)
    total += sum(_inside(s, "sum") + SCALAR + (0.0 if p == 1 else EXPONENT) for s, p in scalars.items())
    for part, inner in placement.inner.items():
        total += signs_price(inner) - signs_price(part.data)
    if body is None:
        return total
    bare = not scalars and abs(placement.outer) == 1
    return total + _costs[body] + (PARENTHESES if body.op == "sum" and not bare else 0.0)
