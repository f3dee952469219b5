"""The matrix product, with vectors and stacks of matrices as in NumPy."""

from __future__ import annotations

from gradviz.ops import contractions, shapes, work
from gradviz.ops.building import column, row_of
from gradviz.ops.op import PRODUCT, Builder, Notation, Op, Term
from gradviz.ops.row import at, wrong
from gradviz.ops.specimens import MATRIX, SQUARE, TALL, TALL_STACK, VECTOR, WIDE_STACK


def times_column(b: Builder, matrices: Term, x: Term) -> Term:
    """Stacks of matrices by stacks of vectors."""
    if len(x.shape) == 1:
        return matrices @ x
    made = matrices @ column(b, x)
    return b.reshape(made, shape=made.shape[:-1])


def _matmul_left(b: Builder, g: Term, y: Term, a: Term, c: Term) -> Term:
    """G Bᵀ; by a vector on the right, every row of the matrix gets the vector: g xᵀ."""
    if len(c.shape) == 1:
        return _rows_by_vector(b, g, a, c)
    if len(a.shape) == 1:
        return b.sum_to(times_column(b, c, g), shape=a.shape)
    return b.sum_to(g @ b.transpose(c), shape=a.shape)


def _rows_by_vector(b: Builder, g: Term, a: Term, c: Term) -> Term:
    if len(a.shape) == 2:
        return b.outer(g, c)
    return (column(b, g) if g.shape else g) * c


def _matmul_right(b: Builder, g: Term, y: Term, a: Term, c: Term) -> Term:
    """Aᵀ G; by a vector on the left, x gᵀ."""
    if len(a.shape) == 1:
        return _vector_by_columns(b, g, a, c)
    if len(c.shape) == 1:
        return b.sum_to(times_column(b, b.transpose(a), g), shape=c.shape)
    return b.sum_to(b.transpose(a) @ g, shape=c.shape)


def _vector_by_columns(b: Builder, g: Term, a: Term, c: Term) -> Term:
    if len(c.shape) == 2:
        return b.outer(a, g)
    return column(b, a) * row_of(b, g) if g.shape else a * g


ROWS: tuple[Op, ...] = (
    Op(
        name="matmul",
        family="linear_algebra",
        doc="The matrix product: rows by columns. Vectors and stacks of matrices as in NumPy.",
        arity=2,
        notation=Notation(form="infix", text="@", precedence=PRODUCT, latex=lambda a, c: rf"{a} \, {c}"),
        shape=shapes.matmul,
        linear=("alone",),
        work=work.matmul,
        contraction=contractions.matmul,
        numpy="{0} @ {1}",
        vjps=(_matmul_left, _matmul_right),
        structure=("Kronecker", "Kronecker"),
        gate="swaps",
        mark="@",
        samples=at(
            (MATRIX, VECTOR),
            (VECTOR, TALL),
            (VECTOR, VECTOR),
            (MATRIX, TALL),
            (SQUARE, SQUARE),
            (SQUARE, VECTOR),
            ([[2.0]], [[-3.0]]),
            ([[1.0], [2.0]], [[3.0, -1.0]]),
            (WIDE_STACK, TALL_STACK),
            (WIDE_STACK, VECTOR),
            (VECTOR, TALL_STACK),
            (MATRIX, TALL_STACK),
            ([WIDE_STACK[0]], TALL_STACK),
        ),
        mistakes=(
            wrong(
                "transpose missing",
                lambda b, g, y, a, c: b.sum_to(a @ g, shape=c.shape),
                "the matrix on the left should be transposed: Aᵀ G",
                slot=1,
            ),
            wrong(
                "transpose missing",
                lambda b, g, y, a, c: b.sum_to(g @ c, shape=a.shape),
                "the matrix on the right should be transposed: G Bᵀ",
            ),
            wrong("order swapped", lambda b, g, y, a, c: b.transpose(c) @ g, "the order is G Bᵀ, not Bᵀ G"),
            wrong("order swapped", lambda b, g, y, a, c: g @ b.transpose(a), "the order is Aᵀ G, not G Aᵀ", slot=1),
            wrong("outer product turned", lambda b, g, y, a, c: b.outer(c, g), "the outer product is g xᵀ, not x gᵀ"),
        ),
    ),
)
