"""Operations whose meaning hangs on shapes: products side by side, transposes, powers of matrices.

The transpose of a vector is a row. `x' u` is the inner product, a scalar; `u x'` the outer product; `x' A` again a row,
so that `x' A x` is a scalar. Two plain vectors side by side are refused, because a person may mean either product.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from gradviz.errors import LimitError, ShapeError
from gradviz.graph.exact import divides_by_zero
from gradviz.graph.graph import Term
from gradviz.graph.parts import MAX_ENTRIES, Bench, Finish, Fixed, Part, Row, elementwise, shape_of
from gradviz.shape import size
from gradviz.source import Span
from gradviz.syntax.tree import FILLS


def transpose(bench: Bench, parts: tuple[Part, ...], span: Span) -> Part:
    """A matrix on its side; of a vector a row, of a row the vector, of a scalar the scalar.

    What is a scalar only for want of a shape may turn out to be a vector: until that is settled it lies down too.
    """
    (part,) = parts
    if isinstance(part, Row):
        return part.vector
    if part.shape == ():
        return bench.doubted(part) if isinstance(part, Term) and bench.may_grow(part) else part
    term = bench.term(part, span)
    if len(term.shape) > 2:
        swapped = f"the transpose of an array with {len(term.shape)} axes swaps the last two"
        bench.note(f"{swapped}; transpose(X, axes=…) gives another order", span)
    return Row(term) if len(term.shape) == 1 else bench.apply("transpose", (term,), span)


def matmul(bench: Bench, parts: tuple[Part, ...], span: Span) -> Part:
    """The matrix product, rows and columns told apart."""
    left, right = parts
    if isinstance(left, Row) and not isinstance(right, Row):
        if len(right.shape) < 2:
            return bench.apply("dot", (left.vector, right), span)
        if len(right.shape) == 2:
            return Row(bench.apply("matmul", (left.vector, right), span))
    if isinstance(right, Row) and not isinstance(left, Row) and len(left.shape) == 1:
        return bench.apply("outer", (left, right.vector), span)
    return bench.apply("matmul", parts, span)


def juxtapose(bench: Bench, parts: tuple[Part, ...], span: Span) -> Part:
    """Two things side by side: the matrix product of arrays, otherwise the product.

    Raises:
        ShapeError: both are plain vectors.
    """
    left, right = parts
    if isinstance(left, Row) and left.vector.shape == () and len(shape_of(right)) > 0:
        return matmul(bench, parts, span)
    if shape_of(left) == () or shape_of(right) == ():
        _note_scalar_for_vector(bench, parts, span)
        return elementwise(bench, "juxtapose", parts, span)
    if len(shape_of(left)) == len(shape_of(right)) == 1:
        error = ShapeError(
            "two vectors side by side can mean two things",
            hint="write u' v (or dot(u, v)) for the inner product, u * v for the product entry by entry",
        )
        raise error.located(bench.source, span)
    return matmul(bench, parts, span)


def _note_scalar_for_vector(bench: Bench, parts: tuple[Part, ...], span: Span) -> None:
    """`W x` with x of no known shape: a product with a number, which a person should know."""
    left, right = parts
    if len(shape_of(left)) != 2 or not isinstance(right, Term) or right.node.name not in bench.undeclared:
        return
    if isinstance(left, Term) and left.node.name and right.node.op.name == "input":
        name, length = right.node.name, left.shape[1]
        bench.note(f"{name} has no shape, so it is read as a number; write {name} : {length} for a vector", span)


def divide(bench: Bench, parts: tuple[Part, ...], span: Span) -> Part:
    """A quotient.

    Raises:
        DomainProblem: the divisor is exactly 0.
    """
    divisor = parts[1]
    if isinstance(divisor, Fixed) and divisor.value == 0:
        raise divides_by_zero(span).located(bench.source)
    return elementwise(bench, "div", parts, span)


def power(bench: Bench, parts: tuple[Part, ...], span: Span) -> Part:
    """A power: `A^-1` the inverse of a matrix, otherwise entry by entry (which is said of a matrix)."""
    base, exponent = parts
    rank = len(shape_of(base))
    if isinstance(exponent, Fixed) and rank >= 2:
        if exponent.value == -1:
            return bench.apply("inv", (base,), span)
        bench.note(
            f"a matrix to the power {_written(exponent.value)} is taken entry by entry{_product(exponent)}", span
        )
    if rank == 0 and isinstance(base, Fixed) and base.value == 0 and _negative(exponent):
        raise divides_by_zero(span).located(bench.source)
    return elementwise(bench, "pow", parts, span)


def _negative(exponent: Part) -> bool:
    return isinstance(exponent, Fixed) and exponent.shape == () and bool(exponent.value < 0)


def _written(value: object) -> str:
    return f"{value}" if isinstance(value, int) else f"({value})" if isinstance(value, Fraction) else "of an array"


def _product(exponent: Fixed) -> str:
    return "; write A @ A for the matrix product" if exponent.value == 2 else ""


def _plain(name: str) -> Finish:
    return lambda bench, parts, span: elementwise(bench, name, parts, span)


def filled(bench: Bench, function: str, shape: tuple[int, ...], span: Span) -> Term:
    """A constant array: `ones(n)`, `zeros(m, n)`, or the identity matrix `eye(n)`.

    Raises:
        ShapeError: a size is negative.
        LimitError: it would have too many entries.
    """
    if any(n < 0 for n in shape):
        error = ShapeError(f"{function} of a negative size", hint=f"write {function}(3), or a letter of a shape")
        raise error.located(bench.source, span)
    whole = shape * 2 if function == "eye" else shape
    if size(whole) > MAX_ENTRIES:
        problem = LimitError(
            f"this array would have {size(whole):,} entries", hint=f"arrays may have up to {MAX_ENTRIES:,}"
        )
        raise problem.located(bench.source, span)
    made = bench.graph.constant(FILLS[function], shape, span=span)
    return bench.apply("diag", (made,), span) if function == "eye" else made


RULES: Mapping[str, Callable[[Bench, tuple[Part, ...], Span], Part]] = {
    "add": _plain("add"),
    "sub": _plain("sub"),
    "mul": _plain("mul"),
    "neg": _plain("neg"),
    "div": divide,
    "pow": power,
    "power": power,
    "matmul": matmul,
    "juxtapose": juxtapose,
    "transpose": transpose,
}
"""Operations that are more than their row applied."""
