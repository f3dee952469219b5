"""A formula made ready to be written: transposes where they are shorter, squared lengths and sums by their names."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from gradviz.passes.matrix.algebra import Matrix, is_ones, product, transpose
from gradviz.passes.matrix.cost import cost
from gradviz.passes.matrix.kinds import is_row_of_ones
from gradviz.passes.matrix.prices import PARENTHESES
from gradviz.passes.matrix.walk import postorder

LENGTH = "squared_norm"
GAIN = 0.5
"""What a transpose costs its reader, and so what it must save."""
TURNING = frozenset({"sum", "hadamard", "elementwise"})
"""Kinds that are written as transposes of something shorter. A product stays, so that Aᵀ Bᵀ is not (B A)ᵀ."""
ENTRYWISE = frozenset({"hadamard", "elementwise"})
"""Kinds whose transpose is taken of each operand instead, where the operands are rows by nature."""
ALONG_COLUMN, ALONG_ROW = ("softmax", (("axis", 0),)), ("softmax", (("axis", 1),))


def oriented(x: Matrix) -> Matrix:
    """An equal formula for writing only; it is not in normal form, and a constructor would undo it.

    Example:
        >>> from gradviz.passes.matrix.algebra import subtract, symbol
        >>> p, y, x = symbol("P", 2, 3), symbol("Y", 2, 3), symbol("x", 2, 1)
        >>> oriented(product(transpose(subtract(p, y)), x)).args[0].op
        'transpose'
    """
    x = _lying(x)
    other = transpose(x) if x.op == "sum" else x
    if x.op == "sum" and cost(other) + GAIN + PARENTHESES >= cost(x):  # alone it would need no parentheses
        return Matrix(x.op, tuple(_oriented(part, {}) for part in x.args), x.data, x.rows, x.columns)
    return _oriented(x, {})


def _oriented(x: Matrix, done: dict[Matrix, Matrix]) -> Matrix:
    if x not in done:
        done[x] = _made(x, done)
    return done[x]


def _made(x: Matrix, done: dict[Matrix, Matrix]) -> Matrix:
    if x.op in TURNING and not x.is_scalar:
        other = transpose(x)
        if other.op != "transpose" and cost(other) + GAIN < cost(x):
            return Matrix("transpose", (_oriented(other, done),), None, x.rows, x.columns)
    if x.is_scalar and x.op in ("chain", "trace"):
        named = _length(x) or _total(x)
        if named is not None:
            name, inner = named
            return Matrix("function", (_oriented(inner, done),), (name, ()), 1, 1)
    if x.op == "chain":
        x = _with_outer(x)
    if not x.args:
        return x
    return Matrix(x.op, tuple(_oriented(part, done) for part in x.args), x.data, x.rows, x.columns)


def _lying(x: Matrix) -> Matrix:
    """A row made of the entries of rows, without the transposes: q ∘ r for (qᵀ ∘ rᵀ)ᵀ. Factors of products stay."""
    if not x.is_row:
        return x
    if x.op in ("sum", "scaled", "hadamard", "elementwise"):
        return Matrix(x.op, tuple(map(_lying, x.args)), x.data, x.rows, x.columns)
    if x.op != "transpose":
        return x
    (inner,) = x.args
    data = ALONG_ROW if inner.data == ALONG_COLUMN else inner.data
    if inner.op not in ENTRYWISE and data is not ALONG_ROW:
        return x
    made = Matrix(inner.op, tuple(_lying(transpose(part)) for part in inner.args), data, x.rows, x.columns)
    return made if cost(made) < cost(x) else x


def _with_outer(x: Matrix) -> Matrix:
    """A product in which entries are scaled on both sides, with the outer product: (u wᵀ) ∘ A for diag(u) A diag(w)."""
    for i in range(len(x.args) - 2):
        left, inner, right = x.args[i : i + 3]
        if left.op == right.op == "diagonal" and _is_entrywise(inner):
            row = transpose(right.args[0])
            if row.op == "scaled":  # a sign would stand between the two
                continue
            factors = tuple(
                part for side in (left.args[0], row) for part in (side.args if side.op == "chain" else (side,))
            )
            outer = Matrix("chain", factors, None, inner.rows, inner.columns)
            made = Matrix("hadamard", (outer, inner), (Fraction(1), Fraction(1)), inner.rows, inner.columns)
            rest = (*x.args[:i], made, *x.args[i + 3 :])
            return made if len(rest) == 1 else Matrix("chain", rest, None, x.rows, x.columns)
    return x


def _is_entrywise(x: Matrix) -> bool:
    """Whether a matrix is made entry by entry: 1 − H ∘ H, and no product of matrices."""
    if x.op == "sum":
        return any(map(_is_entrywise, x.args))
    return x.op in ENTRYWISE


def _length(x: Matrix) -> tuple[str, Matrix] | None:
    """What a scalar is the squared length of."""
    factors = x.args if x.op == "chain" else x.args[0].args if x.args[0].op == "chain" else ()
    half = len(factors) // 2
    if not factors or len(factors) % 2:
        return None
    left, right = product(*factors[:half]), product(*factors[half:])
    if transpose(left) is not right or is_ones(right):
        return None
    sides = (right, transpose(right)) if x.op == "chain" else (right, left)
    return LENGTH, min(sides, key=cost)


def aligned(x: Matrix) -> Matrix:
    """Lengths of differences with the signs that the differences have elsewhere, for writing only: (x − a)/‖x − a‖."""
    order = postorder([x])
    lengths = {node: node.args[0] for node in order if node.op == "function" and node.data[0] == LENGTH}
    if not any(inner.op == "sum" for inner in lengths.values()):
        return x
    others = {node for node in _outside(x, lengths) if node.op == "sum"}
    made: dict[Matrix, Matrix] = {}
    for node in order:
        args = tuple(made[part] for part in node.args)
        if node in lengths and node.args[0].op == "sum" and node.args[0] not in others:
            inner = node.args[0]
            turned = Matrix("sum", inner.args, tuple(-k for k in inner.data), inner.rows, inner.columns)
            args = (turned,) if turned in others else args
        made[node] = Matrix(node.op, args, node.data, node.rows, node.columns)
    return made[x]


def _outside(x: Matrix, lengths: Collection[Matrix]) -> set[Matrix]:
    """The nodes that do not only stand inside lengths."""
    found: set[Matrix] = set()
    pending = [x]
    while pending:
        node = pending.pop()
        if node not in found and node not in lengths:
            found.add(node)
            pending.extend(node.args)
    return found


def _total(x: Matrix) -> tuple[str, Matrix] | None:
    """What a scalar is the sum of all entries of."""
    if x.op != "chain":
        return None
    first, *rest = x.args
    if is_row_of_ones(first):
        inner = product(*(rest[:-1] if len(rest) > 1 and is_ones(rest[-1]) else rest))
        return "sum", min(inner, transpose(inner), key=cost)
    if not is_ones(x.args[-1]):
        return None
    inner = product(*x.args[:-1])
    return "sum", min(transpose(inner), inner, key=cost)
