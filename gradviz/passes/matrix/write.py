"""Matrix algebra to formulas: `2 (W x) xᵀ` for people, `2*(W@x)@x.T` to be read back. Nothing is simplified here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from gradviz.passes.matrix.algebra import Matrix, is_ones, is_zero, split
from gradviz.passes.matrix.kinds import fills, is_plain_product, is_truth, is_vector_sum, mixes, takes_bar, takes_truth
from gradviz.passes.matrix.leaves import is_letter, is_number, letter_value
from gradviz.passes.matrix.letters import letter_factors
from gradviz.passes.matrix.orient import aligned, oriented
from gradviz.passes.matrix.pieces import (
    Piece,
    beside_each_other,
    both,
    bracketed,
    call,
    chained,
    entries,
    entrywise,
    flattened,
    fraction,
    grouped,
    is_entrywise,
    is_product,
    keywords,
    named,
    negated,
    numeral,
    one_row,
    raised,
    scaling,
    squeezed,
    total,
    unsqueezed,
    with_sums,
)
from gradviz.passes.matrix.present import present
from gradviz.shape import Shape
from gradviz.syntax.tree import Call, Expr

HALF = Fraction(1, 2)
WORDS = {
    "transpose": "transpose",
    "inverse": "inv",
    "determinant": "det",
    "logdet": "logdet",
    "trace": "trace",
    "diagonal": "diag",
    "diagonal_of": "diag",
}
"""The operations that kinds of the algebra are."""


@dataclass(slots=True)
class Writer:
    """Writes formulas of the algebra.

    Args:
        letters: the letter that each prime size stands for.
        literals: what symbols for written constants are.
        shapes: the shapes of names, where they have axes of size 1: such a name is written without them in text.
    """

    letters: Mapping[int, str] = field(default_factory=dict)
    literals: Mapping[str, Expr] = field(default_factory=dict)
    shapes: Mapping[str, Shape] = field(default_factory=dict)

    def result(self, x: Matrix, shape: Shape) -> Piece:
        """A formula for something of a shape, which axes of size 1 may belong to."""
        piece = self.write(x)
        return unsqueezed(piece, shape) if 1 in shape and x.columns == 1 else piece

    def write(self, x: Matrix) -> Piece:
        """A formula, as people write it and as gradviz reads it back.

        Example:
            >>> from gradviz.passes.matrix.algebra import product, symbol, transpose
            >>> from gradviz.syntax.show import to_text, to_unicode
            >>> w, x = symbol("W", 2, 3), symbol("x", 3, 1)
            >>> piece = Writer().write(product(w, x, transpose(x)))
            >>> to_unicode(piece.shown), to_text(piece.spelled)
            ('(W x) xᵀ', 'W @ x @ x.T')
        """
        return self._written(aligned(present(oriented(x))))

    def _written(self, x: Matrix) -> Piece:
        if is_zero(x):
            return self._zero(x)
        match x.op:
            case "symbol":
                return self._symbol(x)
            case "ones":
                return self._constant("ones", x.rows)
            case "identity":
                return self._constant("eye", x.rows)
            case "scaled":
                return self._scaled(x)
            case "sum":
                return self._sum(x)
            case "chain":
                return chained(self._factors(x.args))
            case "hadamard":
                return self._hadamard(x)
            case "elementwise":
                return self._elementwise(x)
            case "function":
                return self._function(x)
            case _:
                return call(WORDS[x.op], self._written(x.args[0]))

    def _symbol(self, x: Matrix) -> Piece:
        if is_letter(x):
            return fraction(*self._number(letter_value(x)))
        name = x.data[0]
        if name in self.literals:
            return flattened(self.literals[name])
        return squeezed(name, self.shapes[name]) if name in self.shapes else named(name)

    def _zero(self, x: Matrix) -> Piece:
        if x.is_scalar:
            return numeral(0)
        return self._constant("zeros", x.rows, *([x.columns] if x.columns > 1 else []))

    def _constant(self, function: str, *sizes: int) -> Piece:
        return both(Call(function, tuple(fraction(*self._number(Fraction(size))).spelled for size in sizes)))

    def _number(self, value: Fraction) -> tuple[list[Piece], list[Piece]]:
        """What stands above and below the bar of a number without its sign; letters after the number itself."""
        rest, powers = letter_factors(value)
        above, below = list[Piece](), list[Piece]()
        up, down = abs(rest.numerator), rest.denominator
        for prime, exponent in powers.items():
            if prime not in self.letters:
                up, down = (up * prime**exponent, down) if exponent > 0 else (up, down * prime**-exponent)
                continue
            letter = named(self.letters[prime])
            powered = letter if abs(exponent) == 1 else call("power", letter, numeral(abs(exponent)))
            (above if exponent > 0 else below).append(powered)
        return ([numeral(up)] if up != 1 else []) + above, ([numeral(down)] if down != 1 else []) + below

    def _scaled(self, x: Matrix) -> Piece:
        """Numbers and scalars before a matrix: 2 W, (1/N) Xᵀ R, x/‖x‖; before a sum: −(2/N) sum(y − ŷ)."""
        coefficient, scalars, body = split(x)
        if body is None:
            scalars, body = _told_last(coefficient, scalars)
        above, below = self._number(coefficient)
        for scalar, exponent in sorted(scalars.items(), key=lambda pair: pair[0].order):
            (above if exponent > 0 else below).append(self._powered(scalar, abs(exponent)))
        if body is None:
            made = fraction(above, below)
        elif (
            below and any(p < 0 for p in scalars.values()) and (takes_bar(body) or (is_vector_sum(body) and not above))
        ):
            made = call("div", beside_each_other([*above, self._written(body)]), beside_each_other(below))
        elif not above and not below:
            made = self._written(body)
        else:
            front = fraction(above, below)
            made = self._behind(grouped(front) if below else front, body)
        return negated(made) if coefficient < 0 else made

    def _behind(self, front: Piece, body: Matrix) -> Piece:
        """A scalar and what stands behind it."""
        if body.op != "chain":
            return scaling(front, self._written(body))
        first, *rest = self._factors(body.args)
        return chained([scaling(front, first), *rest])

    def _powered(self, scalar: Matrix, exponent: Fraction) -> Piece:
        """A scalar to a positive power; lengths are recognised: ‖x‖ for √(xᵀx)."""
        twice = 2 * exponent
        if scalar.op == "function" and scalar.data[0] == "squared_norm" and exponent != 1 and twice.denominator == 1:
            root = call("norm", self._written(scalar.args[0]))
            return root if twice == 1 else call("power", root, numeral(twice))
        written = self._written(scalar)
        if exponent == HALF:
            return call("sqrt", written)
        written = grouped(written) if is_product(written.shown) else written
        return written if exponent == 1 else call("power", written, numeral(exponent))

    def _factors(self, factors: Sequence[Matrix]) -> list[Piece]:
        """The factors of a product; the long side of an outer product (W x) xᵀ as one."""
        pieces = [(factor, self._factor(factor)) for factor in factors]
        cut = next((i for i in range(1, len(factors)) if factors[i].rows == 1), None)
        if cut is None:
            return with_sums(pieces)
        if cut > 1 and len(factors) - cut == 1 and not is_ones(factors[cut - 1]):
            return [grouped(chained(with_sums(pieces[:cut]))), *with_sums(pieces[cut:])]
        return [*with_sums(pieces[:cut]), *with_sums(pieces[cut:])]

    def _factor(self, x: Matrix) -> Piece:
        piece = self._written(x)
        return grouped(piece) if is_entrywise(piece.shown) else piece

    def _sum(self, x: Matrix) -> Piece:
        """Terms in a reader's order; ones everywhere are a bare 1 beside arrays that are taken entry by entry.

        Positive ones come first, products of matrices before the rest, a number behind letters: W x + b, N − 1.
        """
        pairs = [*zip(x.data, x.args, strict=True)]
        others = [term for _, term in pairs if not fills(term)]
        bare = bool(others) and (x.columns == 1 or not any(map(mixes, others)))
        beside = any(map(is_letter, others))
        pieces, last = list[tuple[bool, Piece]](), list[tuple[bool, bool, bool]]()
        for coefficient, term in pairs:
            number, scalars, body = split(term)
            if is_letter(term):
                number, scalars = letter_value(term), {}
            if bare and fills(term):
                body = None
            elif body is None and not scalars:
                scalars = {}
            made = self._term(abs(coefficient * number), scalars, body, term)
            pieces.append((coefficient * number < 0, made))
            last.append((pieces[-1][0], beside and is_number(term), not is_plain_product(term)))
        order = sorted(range(len(pieces)), key=lambda i: last[i])
        return total([pieces[i] for i in order])

    def _term(
        self, coefficient: Fraction, scalars: Mapping[Matrix, Fraction], body: Matrix | None, like: Matrix
    ) -> Piece:
        """A term without its sign."""
        if coefficient == 1 and body is not None and not scalars:
            return self._written(body)
        args = (*scalars, *(() if body is None else (body,)))
        if len(args) == 1 and body is None and coefficient == 1 and next(iter(scalars.values())) == 1:
            return self._written(args[0])
        rows, columns = (1, 1) if body is None else (like.rows, like.columns)
        return self._scaled(
            Matrix("scaled", args, (coefficient, tuple(scalars.values()), body is not None), rows, columns)
        )

    def _hadamard(self, x: Matrix) -> Piece:
        """Entry by entry: a ∘ b ⊘ c; squares as the products that they are."""
        above, below = list[Piece](), list[Piece]()
        for factor, exponent in zip(x.args, x.data, strict=True):
            (above if exponent > 0 else below).extend(raised(self._written(factor), abs(exponent)))
        top = entries(above) if above else numeral(1)
        return entrywise("quotient", top, entries(below)) if below else top

    def _elementwise(self, x: Matrix) -> Piece:
        return bracketed(self._applied(x)) if is_truth(x) else self._applied(x)

    def _applied(self, x: Matrix) -> Piece:
        """A function of each entry; a comparison as it stands, which is how a condition is read."""
        name, attributes = x.data
        varied = len(x.args) > 1 and any(not (fills(arg) or is_zero(arg)) for arg in x.args)
        write = self._entry if varied else self._written
        operands = [self._condition(a, write) if takes_truth(name, i) else write(a) for i, a in enumerate(x.args)]
        return call(name, *operands, keywords=keywords(name, attributes))

    def _condition(self, x: Matrix, write: Callable[[Matrix], Piece]) -> Piece:
        """A condition: x > 0, not 1[x > 0]; one for all entries too."""
        coefficient, scalars, _ = split(x)
        alone = next(iter(scalars), x) if fills(x) and coefficient == 1 and [*scalars.values()] == [1] else x
        return self._applied(alone) if is_truth(alone) else write(x)

    def _entry(self, x: Matrix) -> Piece:
        """An operand of a function of entries: what is the same everywhere is a number."""
        if is_zero(x):
            return numeral(0)
        coefficient, scalars, _ = split(x)
        if not fills(x):
            return self._written(x)
        made = self._term(abs(coefficient), scalars, None, x)
        return negated(made) if coefficient < 0 else made

    def _function(self, x: Matrix) -> Piece:
        """An operation on whole rows or columns, along the last axis, which is the one that is meant if none is."""
        name, attributes = x.data
        last = 0 if x.args[0].columns == 1 else 1
        settings = [(key, -1 if key == "axis" and value == last else value) for key, value in attributes]
        sizes = tuple((key, self._size(value)) for key, value in settings if key == "classes")
        others = keywords(name, [setting for setting in settings if setting[0] != "classes"])
        if name == "one_hot" and x.is_row and x.args[0].is_scalar:
            return one_row(self._written(x.args[0]), (*sizes, *others))
        return call(name, *map(self._written, x.args), keywords=(*sizes, *others))

    def _size(self, value: int) -> Expr:
        """A setting that is a size, as a letter where there is one: classes=C."""
        return fraction(*self._number(Fraction(value))).spelled


def _told_last(
    coefficient: Fraction, scalars: Mapping[Matrix, Fraction]
) -> tuple[dict[Matrix, Fraction], Matrix | None]:
    """The sum or product over all samples that stands behind a fraction of sizes, apart: (2/N) xᵀ r, (2/N) sum(r)."""
    apart = [s for s, power in scalars.items() if power == 1 and (s.op == "chain" or _is_total(s))]
    rest = {s: power for s, power in scalars.items() if s not in apart}
    small = all(s.op == "symbol" for s in rest)
    divided = coefficient.denominator != 1 or any(power < 0 for power in rest.values())
    only = abs(coefficient.numerator) == 1 and all(power < 0 for power in rest.values())
    if len(apart) != 1 or not small or (_is_total(apart[0]) and (only or not divided)):
        return dict(scalars), None
    return rest, apart[0]


def _is_total(x: Matrix) -> bool:
    return x.op == "function" and x.data[0] == "sum"
