"""Functions of square matrices: trace, determinants, inverses, linear systems. Stacks of matrices work too."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from gradviz.ops import shapes, work
from gradviz.ops.building import column, identity, per_matrix, row_of
from gradviz.ops.notation import bracketed, function, operator
from gradviz.ops.op import ATOM, POWER, PRODUCT, Builder, Notation, Op, Term
from gradviz.ops.row import at, wrong
from gradviz.ops.specimens import LARGE, PAIR, SINGULAR, SINGULAR_LARGE, SINGULAR_PAIR, SQUARE, SQUARES

_row = partial(Op, family="linear_algebra")


def _inverse_transposed(b: Builder, x: Term) -> Term:
    return b.transpose(b.inv(x))


def _inverse_back(b: Builder, g: Term, y: Term, x: Term) -> Term:
    """From d(A⁻¹) = −A⁻¹ dA A⁻¹."""
    yt = b.transpose(y)
    return -(yt @ g @ yt)


def _cofactor_back(slot: int, b: Builder, g: Term, y: Term, x: Term, *directions: Term) -> Term:
    """The derivatives of a determinant are symmetric in their directions, so the gradient is one more of them."""
    if slot == 0:
        return b.cofactor(x, *directions, g)
    others = [direction for i, direction in enumerate(directions, start=1) if i != slot]
    return b.cofactor(x, *others, g)


def _cofactor_latex(x: str, *directions: str) -> str:
    along = rf"\left[{', '.join(directions)}\right]" if directions else ""
    return operator("cof") + bracketed(x) + along


def _solved_right(b: Builder, g: Term, a: Term, c: Term) -> Term:
    """A⁻ᵀ g, not yet summed to the right-hand side's shape."""
    at = b.transpose(a)
    if len(c.shape) > 1 or len(g.shape) == 1:
        return b.solve(at, g)
    made = b.solve(at, column(b, g))
    return b.reshape(made, shape=made.shape[:-1])


def _solve_right(b: Builder, g: Term, y: Term, a: Term, c: Term) -> Term:
    return b.sum_to(_solved_right(b, g, a, c), shape=c.shape)


def _solve_left(b: Builder, g: Term, y: Term, a: Term, c: Term) -> Term:
    """−(A⁻ᵀ g) xᵀ."""
    right = _solved_right(b, g, a, c)
    if len(y.shape) == 1:
        return -b.outer(right, y)
    product = column(b, right) * row_of(b, y) if len(c.shape) == 1 else right @ b.transpose(y)
    return b.sum_to(-product, shape=a.shape)


def _per_matrix(sp: Any, np: Any, x: Any, function: Any) -> Any:
    """A function of one SymPy matrix, for each matrix of a stack."""
    results = [np.array(function(sp.Matrix(part)), dtype=object) for part in x.reshape(-1, *x.shape[-2:])]
    return np.stack(results).reshape((*x.shape[:-2], *results[0].shape))


def _determinant_symbol(sp: Any, np: Any, x: Any) -> Any:
    return _per_matrix(sp, np, x, lambda matrix: matrix.det(method="berkowitz"))


def _log_determinant_symbol(sp: Any, np: Any, x: Any) -> Any:
    return _per_matrix(sp, np, x, lambda matrix: sp.log(matrix.det(method="berkowitz")))


def _cofactor_symbol(sp: Any, np: Any, x: Any, *directions: Any) -> Any:
    """The mixed derivative along the directions, by a dummy step along each."""
    if x.shape[-1] == 1:
        return np.full(x.shape, sp.Integer(0 if directions else 1), dtype=object)
    steps = [sp.Dummy(f"t{i}") for i in range(len(directions))]
    moved = sum((step * direction for step, direction in zip(steps, directions, strict=True)), x)
    made = _per_matrix(sp, np, moved, lambda matrix: matrix.cofactor_matrix(method="berkowitz"))
    for place in np.ndindex(*made.shape):
        entry = sp.diff(made[place], *steps) if steps else made[place]
        made[place] = entry.subs(dict.fromkeys(steps, 0))
    return made


def _inverse_symbol(sp: Any, np: Any, x: Any) -> Any:
    return _per_matrix(sp, np, x, lambda matrix: matrix.inv(method="ADJ"))


def _solve_symbol(sp: Any, np: Any, a: Any, c: Any) -> Any:
    return _inverse_symbol(sp, np, a) @ c


ROWS: tuple[Op, ...] = (
    _row(
        name="trace",
        doc="The sum of a square matrix's diagonal.",
        notation=function(operator("tr"), unicode="tr"),
        aliases=("tr",),
        shape=shapes.per_square,
        linear=("alone",),
        numpy="np.trace({0}, axis1=-2, axis2=-1)",
        vjps=(lambda b, g, y, x: b.broadcast_to(per_matrix(b, g) * identity(b, x.shape[-1]), shape=x.shape),),
        structure=("sparse",),
        gate="distributes",
        mark=r"\operatorname{tr}",
        samples=at(PAIR, SQUARE, SQUARES, [[4.0]]),
        mistakes=(
            wrong(
                "ones everywhere",
                lambda b, g, y, x: b.broadcast_to(per_matrix(b, g), shape=x.shape),
                "only the diagonal is in the trace: its gradient is the identity matrix",
            ),
        ),
    ),
    _row(
        name="det",
        doc="The determinant. Its gradient is the matrix of cofactors, which singular matrices have too.",
        notation=function(r"\det"),
        shape=shapes.per_square,
        work=work.cubic(Fraction(2, 3)),
        numpy="k.det({0})",
        symbol=_determinant_symbol,
        vjps=(lambda b, g, y, x: per_matrix(b, g) * b.cofactor(x),),
        structure=("dense",),
        mark=r"\det",
        samples=at(
            PAIR, SQUARE, LARGE, SQUARES, [[4.0]], SINGULAR_PAIR, SINGULAR, [[0.0, 0.0], [0.0, 0.0]], SINGULAR_LARGE
        ),
        mistakes=(
            wrong(
                "transpose missing",
                lambda b, g, y, x: per_matrix(b, g) * b.transpose(b.cofactor(x)),
                "the adjugate was taken: the gradient is its transpose, the cofactors",
            ),
            wrong(
                "determinant lost",
                lambda b, g, y, x: per_matrix(b, g) * _inverse_transposed(b, x),
                "the inverse transposed should be multiplied by the determinant",
            ),
        ),
    ),
    _row(
        name="cofactor",
        doc="The matrix of cofactors, (−1)^(i+j) times the minor without row i and column j: the gradient of det. "
        "Further operands are directions along which it is differentiated.",
        arity=(1, None),
        notation=Notation(latex=_cofactor_latex),
        shape=shapes.all_square,
        linear=("", "alone"),
        work=work.SINGULAR,
        numpy="k.cofactor({args})",
        symbol=_cofactor_symbol,
        slot_vjp=_cofactor_back,
        structure=("dense",),
        samples=at((PAIR,), (SQUARE,), (LARGE,), (SQUARES,), ([[4.0]],), (SINGULAR_LARGE,), (SINGULAR,))
        + at((PAIR, SINGULAR_PAIR), (SQUARE, SINGULAR), (LARGE, SINGULAR_LARGE), (SINGULAR_LARGE, LARGE, LARGE)),
    ),
    _row(
        name="logdet",
        doc="The logarithm of the determinant: −∞ at singular matrices, NaN where the determinant is negative.",
        notation=function(r"\ln \det"),
        shape=shapes.per_square,
        work=work.cubic(Fraction(2, 3)),
        numpy="k.logdet({0})",
        symbol=_log_determinant_symbol,
        vjps=(lambda b, g, y, x: per_matrix(b, g) * _inverse_transposed(b, x),),
        structure=("dense",),
        mark=r"\ln\det",
        samples=at(PAIR, SQUARE, LARGE, SQUARES, [[4.0]]),
        mistakes=(
            wrong(
                "transpose missing",
                lambda b, g, y, x: per_matrix(b, g) * b.inv(x),
                "the gradient is the inverse transposed",
            ),
        ),
    ),
    _row(
        name="inv",
        doc="The inverse of a square matrix; NaN where there is none.",
        notation=Notation(latex=lambda x: f"{{{x}}}^{{-1}}", latex_precedence=POWER, latex_slots=(ATOM,)),
        aliases=("inverse",),
        shape=shapes.square,
        work=work.cubic(2),
        numpy="k.inv({0})",
        symbol=_inverse_symbol,
        vjps=(_inverse_back,),
        structure=("Kronecker",),
        mark="A^{-1}",
        samples=at(PAIR, SQUARE, LARGE, SQUARES, [[4.0]]),
        mistakes=(
            wrong("minus lost", lambda b, g, y, x: -_inverse_back(b, g, y, x), "the minus of −A⁻ᵀ G A⁻ᵀ is lost"),
            wrong("transposes missing", lambda b, g, y, x: -(y @ g @ y), "both inverses should be transposed"),
        ),
    ),
    _row(
        name="solve",
        doc="The x with A x = c, for a vector or a matrix of columns c; NaN where A is singular.",
        arity=2,
        notation=Notation(
            latex=lambda a, c: rf"{{{a}}}^{{-1}} \, {c}", latex_precedence=PRODUCT, latex_slots=(ATOM, PRODUCT)
        ),
        shape=shapes.solve,
        linear=("", "alone"),
        work=work.solving,
        numpy="k.solve({0}, {1})",
        symbol=_solve_symbol,
        vjps=(_solve_left, _solve_right),
        structure=("Kronecker",),
        mark="A^{-1}c",
        samples=at(
            (PAIR, [1.0, -2.0]),
            (SQUARE, [[1.0, 2.0], [0.5, -1.0], [3.0, 0.25]]),
            (SQUARES, [1.0, -2.0]),
            (SQUARES, [[1.0], [-2.0]]),
            (PAIR, [[[1.0], [-2.0]], [[0.5], [3.0]]]),
            ([[4.0]], [2.0]),
        ),
        mistakes=(
            wrong(
                "transpose missing",
                lambda b, g, y, a, c: b.sum_to(b.solve(a, g), shape=c.shape),
                "A⁻ᵀ g, not A⁻¹ g",
                slot=1,
            ),
            wrong("minus lost", lambda b, g, y, a, c: -_solve_left(b, g, y, a, c), "the minus of −(A⁻ᵀ g) xᵀ is lost"),
        ),
    ),
)
