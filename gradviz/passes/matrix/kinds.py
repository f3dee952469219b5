"""What a writer asks of a formula: whether it is ones everywhere, a matter of matrices, or simple enough for a bar."""

from __future__ import annotations

from gradviz.passes.matrix.algebra import Matrix, is_ones, split

PLAIN = frozenset({"symbol", "elementwise", "function", "inverse", "trace", "determinant", "logdet", "diagonal_of"})


def takes_bar(x: Matrix) -> bool:
    """Whether it stands before a fraction bar as it is: x/‖x‖."""
    return x.op in PLAIN


def is_row_of_ones(x: Matrix) -> bool:
    """Whether it is 𝟏ᵀ."""
    return x.op == "transpose" and is_ones(x.args[0])


def fills(x: Matrix) -> bool:
    """Whether it is a vector or matrix with one scalar everywhere."""
    _, _, body = split(x)
    if body is None or x.is_scalar:
        return False
    if body.op == "chain":
        return len(body.args) == 2 and is_ones(body.args[0]) and is_row_of_ones(body.args[1])
    return is_ones(body) or is_row_of_ones(body)


def mixes(x: Matrix) -> bool:
    """Whether a term is one of matrix algebra, beside which a bare 1 would not be read as ones everywhere."""
    _, _, body = split(x)
    return body is not None and body.op in ("chain", "identity", "inverse", "diagonal")
