"""Matrix products: neighbours that make something simpler, and the scalars inside."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

from gradviz.passes.matrix.columns import column_hadamard, diagonal
from gradviz.passes.matrix.leaves import identity, is_ones, is_zero, number, ones, split, zero
from gradviz.passes.matrix.node import Matrix
from gradviz.passes.matrix.scaling import collected, merge
from gradviz.passes.matrix.softmax import softmax_rows
from gradviz.passes.matrix.sums import add
from gradviz.passes.matrix.transposes import oriented, transpose

Scalars = dict[Matrix, Fraction]


def multiplied(*factors: Matrix) -> Matrix:
    """The matrix product; `product` also recognises a softmax across its scalars."""
    for left, right in pairwise(factors):
        if left.columns != right.rows:
            raise ValueError(f"no product of {left.rows}×{left.columns} and {right.rows}×{right.columns}")
    rows, columns = factors[0].rows, factors[-1].columns
    scalars: Scalars = {}
    chain = _absorbed(factors, scalars)
    chain = None if chain is None else _without_inner_scalars(chain, scalars)
    if chain is None:
        return zero(rows, columns)
    if len(chain) > 1:
        for i, factor in enumerate(chain):
            rest = _diagonal_inside(chain, i) if factor.op == "diagonal" else None
            if rest is not None:
                return collected(1, scalars, multiplied(*rest), rows, columns)
    if not chain:
        return collected(1, scalars, None if rows == columns == 1 else identity(rows), rows, columns)
    body = chain[0] if len(chain) == 1 else oriented(tuple(chain))
    return collected(1, scalars, body, rows, columns)


def _take(x: Matrix, scalars: Scalars) -> Matrix | None:
    """Moves the scalars of `x` into `scalars`; what is left."""
    coefficient, more, body = split(x)
    merge(scalars, more)
    if coefficient != 1:
        merge(scalars, {number(coefficient): Fraction(1)})
    return body


def _absorbed(factors: tuple[Matrix, ...], scalars: Scalars) -> list[Matrix] | None:
    """The factors with every pair of neighbours combined that makes one; None for zero."""
    done: list[Matrix] = []
    todo = list(reversed(factors))
    while todo:
        factor = todo.pop()
        if is_zero(factor):
            return None
        if factor.is_scalar or factor.op == "scaled":
            body = _take(factor, scalars)
            if body is not None:
                todo.append(body)
        elif factor.op == "chain":
            todo.extend(reversed(factor.args))
        elif factor.op != "identity":
            together = _together(done[-1], factor) if done else None
            if together is not None:
                done.pop()
                todo.append(together)
            else:
                done.append(factor)
                _cancel(done)
    return done


def _cancel(done: list[Matrix]) -> None:
    """Drops A⁻¹A and AA⁻¹ at the end of the list, where A may be a product of several factors."""
    last = inverted(done[-1])
    if last is not None:
        wanted = last.args if last.op == "chain" else (last,)
        if tuple(done[-1 - len(wanted) : -1]) == wanted:
            del done[-1 - len(wanted) :]
            return
    for i in range(len(done) - 1):
        first = inverted(done[i])
        if first is not None and tuple(done[i + 1 :]) == (first.args if first.op == "chain" else (first,)):
            del done[i:]
            return


def _without_inner_scalars(chain: list[Matrix], scalars: Scalars) -> list[Matrix] | None:
    """The chain without its scalar stretches, which go to `scalars`; None where one of them is zero."""
    narrow = [0] if chain and chain[0].rows == 1 else []
    narrow += [i + 1 for i, factor in enumerate(chain) if factor.columns == 1]
    if len(narrow) < 2 or (len(narrow) == 2 and narrow[-1] - narrow[0] == len(chain)):
        return chain
    for start, end in pairwise(narrow):
        stretch = multiplied(*chain[start:end])
        if is_zero(stretch):
            return None
        _take(stretch, scalars)
    return chain[: narrow[0]] + chain[narrow[-1] :]


def _diagonal_inside(chain: list[Matrix], i: int) -> list[Matrix] | None:
    """diag(u) M v = u∘(M v) and rᵀ M diag(u) = (Mᵀr∘u)ᵀ, where the diagonal matrix is factor `i`."""
    u = chain[i].args[0]
    for end in range(i + 1, len(chain)):
        if chain[end].columns == 1:
            column = column_hadamard((u, 1), (multiplied(*chain[i + 1 : end + 1]), 1))
            return [*chain[:i], column, *chain[end + 1 :]]
    for start in reversed(range(i)):
        if chain[start].rows == 1:
            column = column_hadamard((transpose(multiplied(*chain[start:i])), 1), (u, 1))
            return [*chain[:start], transpose(column), *chain[i + 1 :]]
    return None


def inverted(x: Matrix) -> Matrix | None:
    """A where `x` is A⁻¹ or A⁻ᵀ (then Aᵀ)."""
    if x.op == "inverse":
        return x.args[0]
    if x.op == "transpose" and x.args[0].op == "inverse":
        return transpose(x.args[0].args[0])
    return None


def _together(left: Matrix, right: Matrix) -> Matrix | None:
    for pair in PAIRS:
        made = pair(left, right)
        if made is not None:
            return made
    return None


def _diagonals(left: Matrix, right: Matrix) -> Matrix | None:
    """diag(u) diag(v) = diag(u∘v), diag(u) v = u∘v, rᵀ diag(u) = (r∘u)ᵀ."""
    if left.op == "diagonal" and right.op == "diagonal":
        return diagonal(column_hadamard((left.args[0], 1), (right.args[0], 1)))
    if left.op == "diagonal" and right.is_column:
        return column_hadamard((left.args[0], 1), (right, 1))
    if left.is_row and right.op == "diagonal":
        return transpose(column_hadamard((transpose(left), 1), (right.args[0], 1)))
    return None


def _stochastic(left: Matrix, right: Matrix) -> Matrix | None:
    """P 𝟏 = 𝟏 where rows sum to one, 𝟏ᵀ P = 𝟏ᵀ where columns do; in sums too."""
    if is_ones(right) and right.is_column:
        return _summed(left, right)
    if is_ones(left) and left.is_row:
        made = _summed(transpose(right), transpose(left))
        return None if made is None else transpose(made)
    return None


def _summed(x: Matrix, column: Matrix) -> Matrix | None:
    """X 𝟏 where something is known about it."""
    if rows_sum_to_one(x):
        return ones(x.rows)
    if rows_centred(x):
        return zero(x.rows, 1)
    if x.op == "diagonal":
        return x.args[0]
    if x.op == "sum" and any(_simple(term) for term in x.args):
        parts = (collected(k, {}, multiplied(t, column), x.rows, 1) for k, t in zip(x.data, x.args, strict=True))
        return add(*parts)
    return None


def _simple(x: Matrix) -> bool:
    """Whether the sums of the rows of `x` are simpler than `x`."""
    body = split(x)[2]
    if body is None:
        return False
    last = body.args[-1] if body.op == "chain" else body
    return rows_sum_to_one(last) or rows_centred(last) or body.op == "diagonal" or (is_ones(body) and body.is_row)


def rows_sum_to_one(x: Matrix) -> bool:
    """Whether x 𝟏 = 𝟏."""
    if x.op == "symbol":
        return "stochastic" in x.data[1] and not x.is_column
    if x.op == "function":
        return _sums_to_one(x, 1)
    return x.op == "transpose" and columns_sum_to_one(x.args[0])


def columns_sum_to_one(x: Matrix) -> bool:
    """Whether 𝟏ᵀx = 𝟏ᵀ."""
    if x.op == "symbol":
        return "stochastic" in x.data[1] and (x.is_column or (x.rows == x.columns and "symmetric" in x.data[1]))
    if x.op == "function":
        return _sums_to_one(x, 0)
    return x.op == "transpose" and rows_sum_to_one(x.args[0])


def _sums_to_one(x: Matrix, axis: int) -> bool:
    """Whether a function's value sums to one along an axis: softmax does, and class numbers as zeros and ones."""
    if x.data[0] == "one_hot":
        return axis == (0 if x.is_column and x.args[0].is_scalar else 1)
    return bool(x.data[0] == "softmax" and dict(x.data[1])["axis"] == axis)


def rows_centred(x: Matrix) -> bool:
    """Whether x 𝟏 = 0."""
    if x.op == "symbol":
        return "centred" in x.data[1] and not x.is_column
    return x.op == "transpose" and columns_centred(x.args[0])


def columns_centred(x: Matrix) -> bool:
    """Whether 𝟏ᵀx = 0."""
    if x.op == "symbol":
        return "centred" in x.data[1] and x.is_column
    return x.op == "transpose" and rows_centred(x.args[0])


def _inner(left: Matrix, right: Matrix) -> Matrix | None:
    return inner(transpose(left), right) if left.is_row and right.is_column else None


def inner(u: Matrix, w: Matrix) -> Matrix:
    """uᵀw of two columns: one form for each way to write 𝟏ᵀ(a∘b∘…)."""
    if is_ones(u) and is_ones(w):
        return number(u.rows)
    together = column_hadamard((u, 1), (w, 1))
    if columns_centred(split(together)[2] or together):
        return zero(1, 1)
    coefficient, scalars, body = split(together)
    assert body is not None
    return collected(coefficient, scalars, _summed_up(body), 1, 1)


def _summed_up(x: Matrix) -> Matrix:
    """𝟏ᵀx as an inner product of the factors of x; Mᵀ-products stay flat."""
    if is_ones(x):
        return number(x.rows)
    if x.op != "hadamard":
        return number(1) if columns_sum_to_one(x) else _flat(transpose(ones(x.rows)), x)
    factors = list(zip(x.args, x.data, strict=True))
    if all(p.denominator == 1 and p % 2 == 0 for _, p in factors):
        half = column_hadamard(*((y, p / 2) for y, p in factors))
        return _flat(transpose(half), half)
    if len(factors) == 1:
        return _flat(transpose(ones(x.rows)), x)
    plain = [i for i, (_, p) in enumerate(factors) if p == 1]
    at = next((i for i in plain if factors[i][0].op == "chain"), plain[0] if plain else 0)
    return _flat(transpose(column_hadamard(factors[at])), column_hadamard(*factors[:at], *factors[at + 1 :]))


def _flat(row: Matrix, column: Matrix) -> Matrix:
    """Row · column; only where one of them is a product itself can there be more to combine."""
    if "chain" in (row.op, column.op) or (row.op == "scaled" and row.args[-1].op == "chain"):
        return multiplied(row, column)
    return oriented((row, column))


def _softmax(left: Matrix, right: Matrix) -> Matrix | None:
    """diag(1 ⊘ E𝟏) E = softmax(Z) along the rows, where E = exp(Z); along the columns likewise."""
    if left.op == "diagonal":
        found = softmax_rows(left.args[0], right)
        return None if found is None else multiplied(diagonal(column_hadamard(*found[0])), found[1])
    if right.op == "diagonal":
        found = softmax_rows(right.args[0], transpose(left))
        return None if found is None else multiplied(transpose(found[1]), diagonal(column_hadamard(*found[0])))
    return None


PAIRS: tuple[Callable[[Matrix, Matrix], Matrix | None], ...] = (_diagonals, _softmax, _stochastic, _inner)
