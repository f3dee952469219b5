"""What a writer asks of a formula: whether it is ones everywhere, a matter of matrices, or simple enough for a bar."""

from __future__ import annotations

from gradviz.ops.table import OPS
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


def is_plain_product(x: Matrix) -> bool:
    """Whether a term is a product of matrices, none of ones: it stands before vectors that are added to it."""
    _, _, body = split(x)
    if body is None or body.op != "chain":
        return False
    return not any(is_ones(part) or is_row_of_ones(part) for part in body.args)


def is_vector_sum(x: Matrix) -> bool:
    """Whether it is a sum of columns, which stands in parentheses before a fraction bar: (x − a)/‖x − a‖."""
    return x.op == "sum" and x.columns == 1


def is_truth(x: Matrix) -> bool:
    """Whether its entries are 1 where a comparison holds, else 0."""
    return x.op == "elementwise" and x.data[0] in OPS and OPS[x.data[0]].family == "comparison"


def takes_truth(name: str, slot: int) -> bool:
    """Whether an operand of an operation is a condition, which is read as it stands: x > 0."""
    if name not in OPS:
        return False
    op = OPS[name]
    return op.family == "comparison" or (op.gate == "routes" and op.structure[slot : slot + 1] == ("zero",))
