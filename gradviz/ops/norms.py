"""Lengths of vectors and matrices."""

from __future__ import annotations

from functools import partial
from typing import Any

from gradviz.ops import shapes, work
from gradviz.ops.building import gap, identity, shared
from gradviz.ops.cases import greatest
from gradviz.ops.notation import fence, function
from gradviz.ops.op import Attribute, Builder, Kink, Notation, Op, Parameter, Term
from gradviz.ops.row import at, at_kink, wrong
from gradviz.ops.specimens import MATRIX, PAIR, VECTOR

_row = partial(Op, family="linear_algebra")

ORDER = Parameter(
    name="ord", kind="number", doc='1, 2, "fro" or "inf"; by default the Euclidean norm, which of a matrix is "fro"'
)
INDICES = {"fro": "F", "inf": r"\infty", float("inf"): r"\infty"}
BARS = fence(r"\lVert ", r"\rVert")


def _norm_back(b: Builder, g: Term, y: Term, x: Term, ord: Attribute) -> Term:
    """x/‖x‖ for the Euclidean norm, signs for the others, u vᵀ for the spectral one; 0 at 0."""
    rank = len(x.shape)
    if ord in (None, "fro") or (ord == 2 and rank < 2):
        return g * b.ratio(x, y)
    if ord == 2:
        return g * b.top_singular(x)
    if rank == 2:
        sums = b.sum(b.abs(x), axis=0 if ord == 1 else 1, keepdims=True)
        return g * b.sign(x) * shared(b, b.equal(sums, b.max(sums)))
    if ord == 1:
        return g * b.sign(x)
    return g * b.sign(x) * shared(b, b.equal(b.abs(x), b.max(b.abs(x))))


def _top_singular_back(b: Builder, g: Term, p: Term, x: Term) -> Term:
    """First-order perturbation of the first singular pair, written in P = u vᵀ alone (u uᵀ = P Pᵀ, v vᵀ = Pᵀ P).

    From A v = σ u and Aᵀ u = σ v, with du ⟂ u and dv ⟂ v: (σ² − A Aᵀ + u uᵀ) du = σ a + A c, where
    a = (1 − u uᵀ) dA v and c = (1 − v vᵀ) dAᵀ u, and the same with A transposed for dv. This is the adjoint of
    dP = du vᵀ + u dvᵀ.
    """
    rows, columns = x.shape
    sigma, xt, pt = b.sum(x * p), b.transpose(x), b.transpose(p)
    left, right = p @ pt, pt @ p
    inner = b.solve(sigma**2 * identity(b, rows) - x @ xt + left, (g - left @ g) @ right)
    outer_t = b.solve(sigma**2 * identity(b, columns) - xt @ x + right, b.transpose(left @ (g - g @ right)))
    return sigma * (inner + b.transpose(outer_t)) + p @ b.transpose(inner) @ x + x @ outer_t @ p


def _norm_symbol(sp: Any, np: Any, x: Any, ord: Attribute) -> Any:
    """Entrywise in SymPy; the spectral norm of a matrix has no such form."""
    if ord in (None, "fro") or (ord == 2 and x.ndim < 2):
        return sp.sqrt(np.sum(x * x))
    if ord == 2:
        raise NotImplementedError("the largest singular value has no short formula")
    sums = np.abs(x) if x.ndim < 2 else np.abs(x).sum(axis=0 if ord == 1 else 1)
    return np.sum(sums) if ord == 1 and x.ndim < 2 else greatest(sp, *np.ravel(sums))


def _corners(b: Builder, x: Term, ord: Attribute) -> Term:
    """0 where a norm of order 1 has a zero entry, or one of order inf (or 1, of a matrix) a tie."""
    size = b.abs(x)
    if ord == 1 and len(x.shape) < 2:
        return b.min(size)
    if ord in (1, "inf", float("inf")):
        return (
            gap(b, size) if len(x.shape) < 2 else b.minimum(gap(b, b.sum(size, axis=0 if ord == 1 else 1)), b.min(size))
        )
    return b.constant(1)


def _second_value(b: Builder, x: Term, ord: Attribute) -> Term:
    """The difference of the two largest singular values, where the norm is spectral."""
    if ord != 2 or len(x.shape) < 2:
        return b.constant(1)
    first = b.norm(x, ord=2)
    return first - b.norm(x - first * b.top_singular(x), ord=2)


KINKS = (
    Kink(
        locus=lambda b, x, ord: b.norm(x),
        taken="0",
        allowed="all arrays of dual norm at most 1",
        says="A norm has a kink at 0; the subgradient 0 is taken.",
    ),
    Kink(
        locus=_corners,
        taken="0 at zero entries; ties share equally",
        allowed="between the slopes on both sides",
        says="A norm of order 1 or inf has kinks at zero entries, which get 0, and at ties, which share equally.",
    ),
    Kink(
        locus=_second_value,
        taken="u vᵀ of one of them",
        allowed="averages of the tied u vᵀ",
        says="The two largest singular values are equal: the gradient follows one of them.",
    ),
)


def _norm_latex(x: str, ord: Attribute = None) -> str:
    order: Any = ord
    return BARS(x) + ("" if order is None else f"_{{{INDICES.get(order, order)}}}")


ROWS: tuple[Op, ...] = (
    _row(
        name="norm",
        doc="The length of a vector or matrix: Euclidean (Frobenius), or of order 1, 2 (of a matrix: spectral) or inf.",
        parameters=(ORDER,),
        notation=Notation(form="fence", text="||", unicode="‖", latex=_norm_latex),
        shape=shapes.norm,
        work=work.norm,
        numpy="k.norm({0}, {ord})",
        python="abs({0})",
        symbol=_norm_symbol,
        vjps=(_norm_back,),
        structure=("dense",),
        mark=r"\lVert\cdot\rVert",
        samples=at(VECTOR, MATRIX, [MATRIX, MATRIX], -3.0, ord=None)
        + at(VECTOR, MATRIX, ord=1)
        + at(VECTOR, MATRIX, PAIR, ord=2)
        + at(MATRIX, ord="fro")
        + at(VECTOR, MATRIX, ord="inf")
        + at_kink([0.0, 0.0], ord=None)
        + at_kink([1.0, -1.0], [[1.0, -1.0], [1.0, 1.0]], ord="inf")
        + at_kink([0.0, -1.0], ord=1)
        + at_kink([[2.0, 0.0], [0.0, -2.0]], ord=2),
        kinks=KINKS,
        mistakes=(
            wrong("not divided by the norm", lambda b, g, y, x, ord: g * x, "x should be divided by its norm"),
            wrong(
                "norm taken for its square", lambda b, g, y, x, ord: 2 * g * x, "this is the squared norm's gradient"
            ),
        ),
    ),
    _row(
        name="squared_norm",
        doc="The sum of the squared entries, ‖x‖².",
        notation=Notation(latex=lambda x: BARS(x) + "^{2}"),
        shape=lambda given: (),
        work=work.inner,
        numpy="np.sum(np.square({0}))",
        python="{0} ** 2",
        vjps=(lambda b, g, y, x: 2 * g * x,),
        structure=("dense",),
        mark=r"\lVert\cdot\rVert^{2}",
        samples=at(VECTOR, MATRIX, [[0.0, 0.0]], -3.0, [[[2.0]]]),
        mistakes=(
            wrong("factor 2 lost", lambda b, g, y, x: g * x, "the factor 2 of (x²)′ = 2x is lost"),
            wrong("squared, not doubled", lambda b, g, y, x: g * x * x, "the entries should be doubled, not squared"),
            wrong("norm instead of its square", lambda b, g, y, x: g * b.ratio(x, b.norm(x)), "the norm's gradient"),
        ),
    ),
    _row(
        name="top_singular",
        doc="The outer product u vᵀ of the first singular vectors (0 at 0): the gradient of the spectral norm.",
        notation=function(r"u_1 v_1^{\top}"),
        shape=shapes.matrix,
        work=work.SINGULAR,
        numpy="k.top_singular({0})",
        vjps=(_top_singular_back,),
        structure=("dense",),
        samples=at(MATRIX, PAIR, [[1.0], [-2.0], [0.5]], [[3.0]]),
    ),
)
