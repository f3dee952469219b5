"""Sample points, and arithmetic at all of them at once: what mistakes are replayed in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradviz.graph.arithmetic import Arithmetic
from gradviz.graph.graph import Graph, Node
from gradviz.ops.op import CONSTANT, INPUT, Attribute, Number, Rule
from gradviz.passes.templates import Settings, array_function

Values = NDArray[Any]

ANALYTIC = frozenset(
    [
        "add", "sub", "mul", "div", "neg", "pow", "ratio", "exp", "log", "log2", "log10", "log_base", "sqrt",
        "log1p", "expm1", "xlogy", "sin", "cos", "tan", "sec", "csc", "cot", "asin", "acos", "atan", "sinh",
        "cosh", "tanh", "sech", "csch", "coth", "asinh", "acosh", "atanh", "asech", "acsch", "acoth",
        "stop_gradient", "erf", "erfc", "sigmoid", "gelu", "gelu_tanh",
        "softplus", "silu", "mish",
    ]
)  # fmt: skip
"""Operations whose rows compute with complex numbers. A graph of these is sampled off the real line, where no two
different formulas agree by accident; any other graph on the real line, on both sides of zero."""


@dataclass(frozen=True, slots=True, eq=False)
class Sampled(Arithmetic):
    """A value at the sample points, as the rows' rules want it."""

    array: Values
    fixed: bool = False
    shape: tuple[int, ...] = ()

    def _apply(self, name: str, *operands: Any, **attributes: Any) -> Sampled:
        return _RULES.apply(name, *operands, **attributes)


class _RowBuilder:
    """The builder that rows' rules are given: terms are `Sampled`."""

    def constant(self, value: Number, shape: tuple[int, ...] = ()) -> Sampled:
        return Sampled(as_array(value), True)

    def apply(self, name: str, *operands: Any, **attributes: Attribute) -> Sampled:
        made = apply(name, [_array(x) for x in operands], tuple(attributes.items()))
        return Sampled(made, all(not isinstance(x, Sampled) or x.fixed for x in operands))

    def __getattr__(self, name: str) -> Callable[..., Sampled]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *operands, **attributes: self.apply(name, *operands, **attributes)


_RULES = _RowBuilder()


def as_array(value: Number) -> Values:
    """A number, infinite where it is too large for a float.

    Example:
        >>> as_array(10**400)
        array(inf)
    """
    try:
        return np.asarray(float(value))
    except OverflowError:
        return np.asarray(np.inf if value > 0 else -np.inf)


def _array(operand: Any) -> Values:
    return operand.array if isinstance(operand, Sampled) else as_array(operand)


def apply(name: str, operands: Sequence[Values], settings: Settings = ()) -> Values:
    """An operation at all points at once, by the row's own expression."""
    return np.asarray(array_function(name, len(operands), settings)(*operands))


class Numbers:
    """Combines values at sample points. Terms are arrays whose last axis goes over the points.

    Args:
        known: values of nodes of the graph, by position.
        dependent: see `Workshop`.
    """

    __slots__ = ("dependent", "known")

    def __init__(self, known: Mapping[int, Values], dependent: Any = None) -> None:
        self.known, self.dependent = known, dependent

    def at(self, node: int) -> Values:
        """The value of a node of the graph."""
        return self.known[node]

    def constant(self, value: Number) -> Values:
        """A number."""
        return as_array(value)

    def apply(self, name: str, *operands: Values, **settings: Attribute) -> Values:
        """An operation on terms."""
        return apply(
            name, [np.asarray(x, dtype=float) if isinstance(x, int) else x for x in operands], tuple(settings.items())
        )

    def by_rule(
        self,
        rule: Rule,
        y: Values,
        operands: Sequence[Values],
        fixed: Sequence[bool],
        settings: Mapping[str, Attribute],
    ) -> Values:
        """What a row's rule makes of the operation's output and operands."""
        terms = [Sampled(x, still) for x, still in zip(operands, fixed, strict=True)]
        return _array(rule(_RULES, Sampled(y), *terms, **settings))


def evaluated(graph: Graph, wanted: Iterable[int], known: dict[int, Values]) -> None:
    """Add to `known` what some nodes need, given the values of the inputs. All nodes are numbers.

    Raises:
        TypeError, ValueError: an operation cannot be computed with such values.
    """
    needed: set[int] = set()
    stack = [i for i in wanted if i not in known]
    while stack:
        i = stack.pop()
        if i not in needed:
            needed.add(i)
            stack.extend(k for k in graph.nodes[i].operands if k not in known)
    for i in sorted(needed):
        known[i] = _node_value(graph.nodes[i], known)


def _node_value(node: Node, known: Mapping[int, Values]) -> Values:
    if node.op is CONSTANT:
        value: Any = node.settings["value"]
        return as_array(value) if not isinstance(value, tuple) else np.asarray(value, dtype=float)
    if node.op is INPUT:
        raise ValueError(f"nothing is known of {node.name}")
    return apply(node.op.name, [known[k] for k in node.operands], node.attributes)
