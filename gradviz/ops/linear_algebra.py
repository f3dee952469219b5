"""Transposes, diagonals, products of two vectors, einsum."""

from __future__ import annotations

from functools import partial
from typing import Any

from gradviz.ops import contractions, einsum, shapes, work
from gradviz.ops.axes import permutation
from gradviz.ops.notation import bracketed, function, operator
from gradviz.ops.op import ATOM, POSTFIX, POWER, PRODUCT, REQUIRED, Attribute, Builder, Notation, Op, Parameter, Term
from gradviz.ops.row import at, wrong
from gradviz.ops.specimens import MATRIX, SQUARE, TALL, VECTOR, WIDE_STACK

_row = partial(Op, family="linear_algebra")


def _transposed_back(b: Builder, g: Term, x: Term, axes: Attribute) -> Term:
    """Transposed again, by the reverse order; a row becomes a vector again."""
    if len(x.shape) < 2:
        return b.reshape(g, shape=x.shape)
    if axes is None:
        return b.transpose(g)
    order = permutation(axes, len(x.shape))
    return b.transpose(g, axes=tuple(sorted(range(len(order)), key=lambda i: order[i])))


def _diagonal_back(b: Builder, g: Term, x: Term) -> Term:
    """Of a vector's diagonal matrix the diagonal; of a matrix's diagonal the entries at their places."""
    if len(x.shape) == 1 or x.shape[0] == x.shape[1]:
        return b.diag(g)
    small = min(x.shape)
    corner = (("slice", 0, small, None), ("slice", 0, small, None))
    return b.scatter(b.diag(g), items=corner, shape=x.shape)


def _transpose_latex(x: str, axes: Any = None) -> str:
    below = "" if axes is None else f"_{{{', '.join(map(str, axes))}}}"
    return rf"{{{x}}}^{{\top}}{below}"


def _einsum_latex(*xs: str, equation: Any) -> str:
    letters = str(equation).replace("->", r" \to ")
    return f"{operator('einsum')}_{{{letters}}}" + bracketed(", ".join(xs))


AXES = Parameter(name="axes", kind="axes", doc="the new order of the axes; the last two are swapped if none is given")
EQUATION = Parameter(name="equation", kind="text", default=REQUIRED, doc='letters for axes, as in "ij,jk->ik"')


ROWS: tuple[Op, ...] = (
    _row(
        name="transpose",
        doc="The last two axes swapped (of a vector a row), or all axes in the order given.",
        parameters=(AXES,),
        notation=Notation(
            form="postfix",
            text=".T",
            unicode="ᵀ",
            precedence=POSTFIX,
            latex=_transpose_latex,
            latex_precedence=POWER,
            latex_slots=(ATOM,),
        ),
        shape=shapes.transpose,
        contraction=contractions.permuted,
        linear=("alone",),
        work=work.none,
        numpy="k.transpose({0}, {axes})",
        python="{0}",
        vjps=(lambda b, g, y, x, axes: _transposed_back(b, g, x, axes),),
        structure=("selection",),
        gate="passes",
        samples=at(MATRIX, SQUARE, VECTOR, WIDE_STACK, 2.0) + at(WIDE_STACK, axes=(2, 0, 1)) + at(MATRIX, axes=(-1, 0)),
        mistakes=(wrong("not transposed back", lambda b, g, y, x, axes: g, "the gradient must be transposed back"),),
    ),
    _row(
        name="dot",
        doc="The inner product of two vectors.",
        arity=2,
        notation=Notation(
            latex=lambda x, z: rf"{x} \cdot {z}", latex_precedence=PRODUCT, latex_slots=(PRODUCT, PRODUCT + 1)
        ),
        aliases=("inner",),
        shape=shapes.dot,
        contraction=contractions.dot,
        linear=("alone",),
        work=work.inner,
        numpy="np.dot({0}, {1})",
        vjps=(lambda b, g, y, x, z: g * z, lambda b, g, y, x, z: g * x),
        structure=("dense",),
        gate="swaps",
        mark=r"\cdot",
        samples=at((VECTOR, [0.5, 4.0, -3.0]), ([2.0], [-1.5])),
        mistakes=(
            wrong("not swapped", lambda b, g, y, x, z: g * x, "the first vector got itself, not the other one"),
            wrong(
                "not swapped", lambda b, g, y, x, z: g * z, "the second vector got itself, not the other one", slot=1
            ),
        ),
    ),
    _row(
        name="outer",
        doc="The outer product x zᵀ of two vectors: every entry of one by every entry of the other.",
        arity=2,
        notation=Notation(
            latex=lambda x, z: rf"{x} \, {{{z}}}^{{\top}}", latex_precedence=PRODUCT, latex_slots=(PRODUCT, ATOM)
        ),
        shape=shapes.outer,
        contraction=contractions.outer,
        linear=("alone",),
        numpy="np.outer({0}, {1})",
        vjps=(lambda b, g, y, x, z: g @ z, lambda b, g, y, x, z: x @ g),
        structure=("Kronecker",),
        gate="swaps",
        mark=r"\otimes",
        samples=at((VECTOR, [0.5, 4.0]), ([2.0], [-1.5, 1.0]), (VECTOR, VECTOR)),
        mistakes=(
            wrong(
                "transpose missing", lambda b, g, y, x, z: z @ g, "the gradient by the first vector is G z, not Gᵀ z"
            ),
            wrong(
                "transpose missing",
                lambda b, g, y, x, z: g @ x,
                "the gradient by the second vector is Gᵀ x, not G x",
                slot=1,
            ),
        ),
    ),
    _row(
        name="diag",
        doc="A vector as a diagonal matrix; of a matrix, its diagonal.",
        notation=function(operator("diag")),
        shape=shapes.diag,
        linear=("alone",),
        work=work.none,
        numpy="np.diag({0})",
        vjps=(lambda b, g, y, x: _diagonal_back(b, g, x),),
        structure=("selection",),
        gate="routes",
        samples=at(VECTOR, SQUARE, MATRIX, TALL, [[4.0]], [-2.0]),
    ),
    _row(
        name="einsum",
        doc="Products summed over the letters that are not in the result: every product of arrays in one notation.",
        arity=(1, None),
        parameters=(EQUATION,),
        notation=Notation(latex=_einsum_latex),
        shape=einsum.shape,
        contraction=contractions.by_equation,
        linear=("alone",),
        work=work.contraction,
        numpy="np.einsum({equation}, {args}, optimize=True)",
        slot_vjp=einsum.pull_back,
        structure=("dense",),
        gate="swaps",
        samples=at((MATRIX, TALL), equation="ij,jk->ik")
        + at((MATRIX, TALL), equation="ij,jk")
        + at((SQUARE,), equation="ii")
        + at((SQUARE,), equation="ii->i")
        + at((MATRIX,), equation="ij->j")
        + at((MATRIX,), equation="ji")
        + at((VECTOR, SQUARE, VECTOR), equation="i, ij, j ->")
        + at((WIDE_STACK, WIDE_STACK), equation="bij,bkj->bik")
        + at(([SQUARE, SQUARE], VECTOR), equation="bii,i->b")
        + at((2.0, VECTOR), equation=",i->i"),
    ),
)
