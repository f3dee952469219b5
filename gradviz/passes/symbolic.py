"""Graph to SymPy, entry by entry, under a budget counted in expression size. Nothing here differentiates."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

import numpy as np

from gradviz.graph.graph import Graph, Node
from gradviz.ops.cases import check_asked
from gradviz.ops.op import CONSTANT, INPUT, NamedConstant, Op, Size
from gradviz.ops.table import OPS
from gradviz.passes.raising import below
from gradviz.passes.templates import array_function
from gradviz.shape import Shape, broadcast_axes, size
from gradviz.syntax.tree import Expr, Index, Name, Number

SIZE_BUDGET = 400
"""How many nodes the tree of one entry may have; beyond it there is no formula."""
ENTRY_BUDGET = 36
"""How many entries an array may have to be lowered."""
DEPTH_BUDGET = 60
"""How deep one entry may be nested: SymPy walks expressions by recursion."""
OPENED_BUDGET = 3_000
"""How many nodes a tree may have with σ and the like written out."""
DIGIT_BUDGET = 120
"""How many digits an exact number may have."""

INVERTED, INVERTED_SIZE = 9, 60
"""Entries, and expression nodes in them, up to which a matrix is inverted by formula."""
INVERSES = frozenset({"det", "cofactor", "logdet", "inv", "solve"})
ROOTS = frozenset({"top_singular"})
"""Operations that need the roots of a polynomial: no formula."""

OPAQUE = frozenset(
    [
        "sigmoid",
        "relu",
        "leaky_relu",
        "elu",
        "selu",
        "gelu",
        "gelu_tanh",
        "softplus",
        "silu",
        "mish",
        "hard_sigmoid",
        "hypot",
        "logaddexp",
        "log2",
        "log10",
        "log1p",
        "expm1",
        "erfc",
        "log_base",
        "cbrt",
    ]
)
"""Functions that stay themselves in display (σ rather than exponentials) and are written out for SymPy."""


ONCE = frozenset({"sigmoid", "softplus", "log2", "log10", "log1p", "expm1", "erfc", "log_base", "hypot", "logaddexp"})
"""Those that name each operand once where they are written out."""


@dataclass(slots=True)
class Symbols:
    """Which symbol stands for what: a name, or one entry of a named array; and in which order they came.

    Args:
        taken: names that a person gave, so that π and e are not confused with them.
    """

    taken: frozenset[str] = frozenset()
    trees: dict[Any, Expr] = field(default_factory=dict)
    order: dict[Any, tuple[int, ...]] = field(default_factory=dict)
    _positions: dict[str, int] = field(default_factory=dict)

    def leaf(self, name: str, shape: Shape) -> Any:
        """An object array of symbols of that shape: `x`, or `W[0,1]` for the entries of an array.

        All are real: gradviz computes in real numbers, so that √(x²) = |x| is sound.
        """
        made = np.empty(shape, dtype=object)
        for index in np.ndindex(*shape):
            made[index] = self._symbol(name, index)
        return made

    def _symbol(self, name: str, index: tuple[int, ...]) -> Any:
        import sympy as sp

        spelled = name + (f"[{','.join(map(str, index))}]" if index else "")
        symbol = sp.Symbol(spelled, real=True)
        if symbol not in self.trees:
            items = tuple(Number(Fraction(i)) for i in index)
            self.trees[symbol] = Index(Name(name), items) if index else Name(name)
            self.order[symbol] = (self._positions.setdefault(name, len(self._positions)), *index)
        return symbol


@cache
def opaque(op_name: str) -> Any:
    """The SymPy function that stands for an operation without being opened."""
    import sympy as sp

    return sp.Function(op_name, real=True)


def written_out(expr: Any) -> Any:
    """The same expression with opaque functions replaced by what SymPy knows (`sigmoid(x)` → `1/(1 + exp(-x))`).

    Raises:
        ValueError: it would be too long, or ask about too many case distinctions.
    """
    import sympy as sp
    from sympy.core.function import AppliedUndef

    if not expr.has(AppliedUndef):
        return expr
    if _opened_size(expr) > OPENED_BUDGET:
        raise ValueError("too long written out")
    for piece in expr.atoms(sp.Piecewise):
        for _, holds in piece.args:
            check_asked(sp, holds, _falling_apart())
    rules = {name: _opener(sp, OPS[name]) for name in OPAQUE if name in OPS}
    return expr.replace(
        lambda part: isinstance(part, AppliedUndef) and part.func.__name__ in rules,
        lambda part: rules[part.func.__name__](*part.args),
    )


@cache
def _falling_apart() -> frozenset[str]:
    """The opaque functions that are case distinctions where they are written out."""
    import sympy as sp

    x = sp.Dummy("x", real=True)
    found = []
    for name in OPAQUE & OPS.keys():
        op = OPS[name]
        count = op.arity if isinstance(op.arity, int) else op.arity[0]
        if _opener(sp, op)(*(x,) * count, *(sp.Integer(2) for _ in op.parameters)).has(sp.Piecewise):
            found.append(name)
    return frozenset(found)


@lru_cache(maxsize=200_000)
def _opened_size(expr: Any) -> int:
    """About how large an expression is written out: an operand may be written several times at each level."""
    name = expr.func.__name__
    total = sum(_opened_size(arg) for arg in expr.args)
    return 10 + total * (1 if name in ONCE else 3) if name in OPAQUE else 1 + total


def _opener(sp: Any, op: Op) -> Any:
    count = op.arity if isinstance(op.arity, int) else op.arity[0]

    def opened(*args: Any) -> Any:
        settings = {parameter.name: value for parameter, value in zip(op.parameters, args[count:], strict=True)}
        return _apply_symbol(sp, op, args[:count], settings)

    return opened


def _apply_symbol(sp: Any, op: Op, operands: tuple[Any, ...], settings: Mapping[str, Any]) -> Any:
    assert op.symbol is not None
    return op.symbol(sp, *operands, **settings)


def lower(
    graph: Graph, ids: Iterable[int], leaves: Mapping[int, str], symbols: Symbols, budget: int = SIZE_BUDGET
) -> dict[int, Any]:
    """SymPy expressions of nodes in terms of the leaves, as object arrays in the nodes' shapes.

    Args:
        graph: any graph; a gradient graph is one.
        ids: the nodes wanted.
        leaves: nodes that appear by name; what lies before them is not read.
        symbols: filled with the symbols that were made.
        budget: the size that one entry's tree may have.

    Returns:
        By node, for every node on the way that stayed within the budget.

    Example:
        >>> g = Graph()
        >>> x = g.input("x")
        >>> lower(g, [(x * x).id], {0: "x"}, Symbols())[1].item()
        x**2
    """
    import sympy as sp

    done: dict[int, Any] = {}
    for i in below(graph, ids, leaves):
        node = graph.nodes[i]
        if i in leaves:
            if size(node.shape) <= ENTRY_BUDGET:
                done[i] = symbols.leaf(leaves[i], node.shape)
            continue
        if _letter(node):
            done[i] = np.full(node.shape, symbols.leaf(_letter(node), ()).item(), dtype=object)
            continue
        if node.op is INPUT or size(node.shape) > ENTRY_BUDGET or any(o not in done for o in node.operands):
            continue
        made = _lower_node(sp, node, [done[operand] for operand in node.operands])
        if made is not None and all(_affordable(entry, budget) for entry in made.flat):
            done[i] = made
    return done


def lower_pointwise(graph: Graph, id: int, leaves: Mapping[int, str], symbols: Symbols) -> Any | None:
    """One SymPy expression that holds at every entry: an elementwise node in terms of named arrays' entries.

    Each leaf is one symbol whatever its shape, as `2·x` is written for every entry of x. None where an operation on
    the way mixes entries, or an array of constants stands in it.
    """
    import sympy as sp

    done: dict[int, Any] = {}
    for i in below(graph, (id,), leaves):
        node = graph.nodes[i]
        if i in leaves:
            done[i] = symbols.leaf(leaves[i], ())
        elif _letter(node):
            done[i] = symbols.leaf(_letter(node), ())
        elif node.op is CONSTANT and not isinstance(node.settings["value"], tuple):
            done[i] = np.array(_exact(sp, node.settings["value"]), dtype=object)
        elif node.op.name == "broadcast_to" and node.operands[0] in done:
            done[i] = done[node.operands[0]]
        elif node.op.elementwise and all(operand in done for operand in node.operands):
            made = _lower_node(sp, replace(node, shape=()), [done[operand] for operand in node.operands])
            if made is not None and _affordable(made.item(), SIZE_BUDGET):
                done[i] = made
    return done[id].item() if id in done else None


def _letter(node: Node) -> str:
    """The letter whose size a constant is; empty for any other node."""
    value = node.attributes[0][1] if node.op is CONSTANT else None
    return value.name if isinstance(value, Size) else ""


def _lower_node(sp: Any, node: Node, operands: list[Any]) -> Any | None:
    if node.op is CONSTANT:
        return _constant(sp, node)
    if not _safe(node, operands):
        return None
    try:
        made = _elementwise(sp, node, operands) if node.op.elementwise or _flat(node) else _whole(sp, node, operands)
    except (ArithmeticError, TypeError, ValueError, NotImplementedError, AttributeError, KeyError, IndexError):
        return None  # SymPy or NumPy cannot say this operation on symbols: then there is no formula, only numbers
    made = np.array(made, dtype=object)
    if made.shape != node.shape:
        return None
    for index in np.ndindex(*node.shape):
        if isinstance(made[index], np.ndarray):  # an array of no axes put into a place
            made[index] = made[index].item()
        if isinstance(made[index], (int, float)):  # NumPy's sums of nothing, and rows' own zeros and ones
            made[index] = _exact(sp, made[index])
    return made


def _flat(node: Node) -> bool:
    return node.op.structure_of(0) == "zero" and node.op.symbol is not None


def _elementwise(sp: Any, node: Node, operands: list[Any]) -> Any:
    settings = {key: _exact(sp, value) for key, value in node.attributes}
    made = np.empty(node.shape, dtype=object)
    spread: list[Any] = [np.broadcast_to(operand, node.shape) for operand in operands]
    for index in np.ndindex(*node.shape):
        entries = tuple(operand[index] for operand in spread)
        if node.op.name in OPAQUE and not all(entry.is_number for entry in entries):
            made[index] = opaque(node.op.name)(*entries, *settings.values())
        else:
            made[index] = sp.sympify(_apply_symbol(sp, node.op, entries, settings))
    return made


def _whole(sp: Any, node: Node, operands: list[Any]) -> Any:
    if node.op.name == "sum_to":  # NumPy's sum of objects over all axes is no array any more
        axes = broadcast_axes(node.shape, operands[0].shape)
        return np.asarray(operands[0].sum(axis=axes), dtype=object).reshape(node.shape)
    if node.op.symbol is not None:
        return node.op.symbol(sp, np, *operands, **node.settings)
    return array_function(node.op.name, len(operands), node.attributes)(*operands)


def _constant(sp: Any, node: Node) -> Any:
    value = node.settings["value"]
    if isinstance(value, tuple):
        made = np.empty(node.shape, dtype=object)
        for index in np.ndindex(*node.shape):
            entry: Any = value
            for i in index:
                entry = entry[i]
            made[index] = _exact(sp, entry)
        return made
    return np.full(node.shape, _exact(sp, value), dtype=object)


def _exact(sp: Any, value: Any) -> Any:
    if isinstance(value, NamedConstant):
        return sp.pi if value.name == "pi" else sp.E
    if value is None or isinstance(value, (bool, str, tuple)):
        return value
    if isinstance(value, float) and not math.isfinite(value):
        return sp.Float(value)
    exact = Fraction(repr(float(value))) if isinstance(value, float) else Fraction(value)
    return sp.Rational(exact.numerator, exact.denominator)


def _safe(node: Node, operands: list[Any]) -> bool:
    """Whether SymPy may touch it: it raises numbers to powers at once and gets lost in large inverses."""
    if node.op.name in ROOTS or (node.op.name == "norm" and operands[0].ndim == 2 and node.settings["ord"] == 2):
        return False
    if node.op.name in INVERSES:
        written = sum(tree_size(entry) for operand in operands for entry in operand.flat)
        return bool(operands[0].size <= INVERTED and written <= INVERTED_SIZE)
    if node.op.name != "pow":
        return True
    bases, exponents = ([entry for entry in operand.flat if entry.is_number] for operand in operands)
    if any(not entry.is_finite or abs(entry) > 64 for entry in exponents) and bases:
        return False
    return all(not entry.is_Integer or abs(entry) <= 10**6 for entry in exponents)


def _affordable(entry: Any, budget: int) -> bool:
    # Size first: what is small enough was built from parts that were not too deep, so that nothing here recurses far.
    return tree_size(entry) <= budget and tree_depth(entry) <= DEPTH_BUDGET


@lru_cache(maxsize=200_000)
def _own_size(expr: Any) -> int:
    if expr.is_Rational:
        digits = len(str(abs(expr.p))) + len(str(expr.q))
        return 1 if digits <= DIGIT_BUDGET else 10**6
    return 1 + sum(_own_size(arg) for arg in expr.args)


@lru_cache(maxsize=200_000)
def tree_depth(expr: Any) -> int:
    """How deep an expression is nested."""
    return 1 + max((tree_depth(arg) for arg in expr.args), default=0)


def tree_size(expr: Any) -> int:
    """How many nodes an expression's tree has (shared parts counted as often as they are written)."""
    return _own_size(expr)
