"""Parts of a written matrix formula: each said twice, as people write it and as gradviz reads it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from gradviz.ops.table import OPS
from gradviz.passes.matrix.algebra import Matrix, is_ones
from gradviz.passes.matrix.kinds import is_row_of_ones
from gradviz.passes.raising import setting
from gradviz.shape import Shape
from gradviz.syntax.tree import Array, Call, Expr, Index, Name, Number, Slice

REPEATED = 3
"""Powers up to which an elementwise power is written as a product."""
ZERO, MINUS_ONE = Number(Fraction(0)), Number(Fraction(-1))


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a formula.

    Args:
        shown: the tree that people see: matrix products side by side, ∘ between arrays.
        spelled: the tree that is printed as text and read back: `@`, `*`, sums along axes.
    """

    shown: Expr
    spelled: Expr


def numeral(value: Fraction | int) -> Piece:
    """A number; a fraction is a quotient, so that it is 1/2 and never 0.5."""
    value = Fraction(value)
    whole = Number(Fraction(value.numerator))
    return both(whole if value.denominator == 1 else Call("div", (whole, Number(Fraction(value.denominator)))))


def both(tree: Expr) -> Piece:
    """A piece that is said the same way twice."""
    return Piece(tree, tree)


def call(function: str, *operands: Piece, keywords: tuple[tuple[str, Expr], ...] = ()) -> Piece:
    """A function of pieces."""
    return Piece(
        Call(function, tuple(operand.shown for operand in operands), keywords),
        Call(function, tuple(operand.spelled for operand in operands), keywords),
    )


def entrywise(function: str, *operands: Piece) -> Piece:
    """`hadamard` or `quotient` as people see it, the plain product or quotient in text."""
    plain = {"hadamard": "mul", "quotient": "div"}[function]
    return Piece(
        Call(function, tuple(operand.shown for operand in operands)),
        Call(plain, tuple(operand.spelled for operand in operands)),
    )


def bracketed(condition: Piece) -> Piece:
    """Iverson's bracket: 1 where a condition holds, else 0."""
    return Piece(Call("indicator", (condition.shown,)), Call("where", (condition.spelled, Number(Fraction(1)), ZERO)))


def scaling(scalar: Piece, body: Piece) -> Piece:
    """A scalar before something; before the first factor of a product, which needs no parentheses then."""
    heads: list[Call] = []
    inner = body.shown
    while isinstance(inner, Call) and inner.function == "beside":
        heads.append(inner)
        inner = inner.operands[0]
    shown: Expr = Call("beside", (scalar.shown, inner))
    for head in reversed(heads):
        shown = Call("beside", (shown, head.operands[1]))
    return Piece(shown, Call("mul", (scalar.spelled, body.spelled)))


def times(left: Piece, right: Piece) -> Piece:
    """The matrix product."""
    return Piece(Call("beside", (left.shown, right.shown)), Call("matmul", (left.spelled, right.spelled)))


def grouped(piece: Piece) -> Piece:
    """In parentheses for people, where precedence alone would leave them out."""
    return Piece(Call("group", (piece.shown,)), piece.spelled)


def negated(piece: Piece) -> Piece:
    """With a minus sign at the very front: −X⁻ᵀ A, not −(X⁻ᵀ A)."""
    return Piece(_negated(piece.shown), _negated(piece.spelled))


_FRONTED = frozenset({"beside", "mul", "matmul", "hadamard", "quotient"})


def _negated(tree: Expr) -> Expr:
    heads: list[Call] = []
    while isinstance(tree, Call) and tree.function in _FRONTED:
        heads.append(tree)
        tree = tree.operands[0]
    made: Expr = Number(-tree.value) if isinstance(tree, Number) else Call("neg", (tree,))
    for head in reversed(heads):
        made = Call(head.function, (made, *head.operands[1:]), head.keywords)
    return made


def total(terms: Sequence[tuple[bool, Piece]]) -> Piece:
    """A sum of pieces, each with whether it is taken away."""
    (minus, made), *rest = terms
    made = negated(made) if minus else made
    for minus, piece in rest:
        made = call("sub" if minus else "add", made, piece)
    return made


def named(name: str) -> Piece:
    """A name."""
    return both(Name(name))


def is_product(tree: Expr) -> bool:
    """Whether a tree is factors side by side."""
    return isinstance(tree, Call) and tree.function in ("beside", "matmul")


def is_entrywise(tree: Expr) -> bool:
    """Whether a tree is a product or quotient entry by entry."""
    return isinstance(tree, Call) and tree.function in ("hadamard", "quotient")


def fraction(above: Sequence[Piece], below: Sequence[Piece]) -> Piece:
    """Factors above and below a bar."""
    top = beside_each_other(above) if above else numeral(1)
    return call("div", top, beside_each_other(below)) if below else top


def beside_each_other(pieces: Sequence[Piece]) -> Piece:
    """Scalars side by side."""
    made, *rest = pieces
    for piece in rest:
        made = scaling(made, piece)
    return made


def chained(pieces: Sequence[Piece]) -> Piece:
    """A product of matrices."""
    made, *rest = pieces
    for piece in rest:
        made = times(made, piece)
    return made


def entries(pieces: Sequence[Piece]) -> Piece:
    """A product entry by entry."""
    made, *rest = pieces
    for piece in rest:
        made = entrywise("hadamard", made, piece)
    return made


def raised(piece: Piece, exponent: Fraction) -> list[Piece]:
    """A positive power entry by entry, as factors."""
    if exponent.denominator == 1 and exponent <= REPEATED:
        return [piece] * int(exponent)
    if exponent == Fraction(1, 2):
        return [call("sqrt", piece)]
    return [call("power", piece, numeral(exponent))]


def with_sums(factors: Sequence[tuple[Matrix, Piece]]) -> list[Piece]:
    """The factors of a product; where the last or first is 𝟏 the text says a sum along an axis."""
    pieces = [piece for _, piece in factors]
    (first, _), (last, _) = factors[0], factors[-1]
    if len(pieces) > 1 and is_ones(last) and first.rows > 1:
        return [Piece(chained(pieces).shown, _row_sums(chained(pieces[:-1]).spelled))]
    if len(pieces) > 1 and is_row_of_ones(first) and last.columns > 1:
        inner = chained(pieces[1:]).spelled
        summed = Call("sum", (inner,), (("axis", ZERO),))
        return [Piece(chained(pieces).shown, Call("transpose", (summed,)))]
    return pieces


def _row_sums(tree: Expr) -> Expr:
    """The sums of a matrix's rows; of a transpose, of its columns."""
    if isinstance(tree, Call) and tree.function == "transpose":
        return Call("sum", tree.operands, (("axis", ZERO),))
    return Call("sum", (tree,), (("axis", Number(Fraction(1))),))


def keywords(name: str, attributes: Sequence[tuple[str, object]]) -> tuple[tuple[str, Expr], ...]:
    """The settings of an operation that are not the usual ones."""
    usual = {parameter.name: parameter.default for parameter in OPS[name].parameters} if name in OPS else {}
    return tuple((key, setting(value)) for key, value in attributes if usual.get(key) != value)


def squeezed(name: str, shape: Shape) -> Piece:
    """A name whose array has axes of size 1, which the text leaves out: s[:, 0] is a vector."""
    whole = Slice(None, None, None)
    text: Expr = Index(Name(name), tuple(ZERO if size == 1 else whole for size in shape))
    return Piece(Name(name), Call("transpose", (text,)) if len(shape) == 2 and shape[0] == 1 < shape[1] else text)


def flattened(tree: Expr) -> Piece:
    """A written array; one of a single row or column is a vector in the text, as names of such shapes are."""
    rows = tree.items if isinstance(tree, Array) else ()
    if len(rows) == 1 and isinstance(rows[0], Array):
        return Piece(tree, Call("transpose", (rows[0],)))
    first = [row.items[0] for row in rows if isinstance(row, Array) and len(row.items) == 1]
    return Piece(tree, Array(tuple(first))) if first else both(tree)


def one_row(number: Piece, keywords: tuple[tuple[str, Expr], ...]) -> Piece:
    """One class number in a list of its own, as a row of zeros and a single 1."""
    shown = Array((number.shown,)) if isinstance(number.shown, Number) else number.shown
    spelled = Call("transpose", (Call("one_hot", (number.spelled,), keywords),))
    return Piece(Call("one_hot", (shown,), keywords), spelled)


def unsqueezed(piece: Piece, shape: Shape) -> Piece:
    """A vector or scalar with its axes of size 1 put back in the text."""
    sizes = tuple(MINUS_ONE if size != 1 else Number(Fraction(1)) for size in shape)
    return Piece(piece.shown, Call("reshape", (piece.spelled,), (("shape", Array(sizes)),)))
