"""Names that the program gave, used backwards; and names for what gradients share."""

from __future__ import annotations

from fractions import Fraction

from gradviz.passes.matrix.algebra import (
    Matrix,
    add,
    hadamard,
    number,
    ones,
    power,
    product,
    scale,
    subtract,
    symbol,
    transpose,
)
from gradviz.passes.matrix.cost import cost
from gradviz.passes.matrix.fold import fold
from gradviz.passes.matrix.replace import replace
from gradviz.passes.matrix.search import simplify
from gradviz.passes.matrix.shared import shared

T = transpose
A, W1, W2 = symbol("A", 3, 2), symbol("W1", 4, 3), symbol("W2", 5, 4)
x, b = symbol("x", 2, 1), symbol("b", 3, 1)
r, z = symbol("r", 3, 1), symbol("z", 3, 1)


def had(*factors: Matrix) -> Matrix:
    return hadamard(*[(f, 1) for f in factors])


def test_a_residual_is_written_by_its_name() -> None:
    residual = subtract(product(A, x), b)
    found = fold(scale(number(2), product(T(A), residual)), [(r, residual)])
    assert found is scale(number(2), product(T(A), r))


def test_a_name_is_found_inside_a_longer_product() -> None:
    assert fold(product(T(A), A, x), [(z, product(A, x))]) is product(T(A), z)


def test_a_name_is_found_among_the_terms_of_a_sum() -> None:
    c = symbol("c", 3, 1)
    whole = add(scale(number(2), product(A, x)), scale(number(-2), b), c)
    assert fold(whole, [(r, subtract(product(A, x), b))]) is add(scale(number(2), r), c)


def test_a_name_is_found_transposed() -> None:
    residual = subtract(product(A, x), b)
    assert fold(product(x, T(residual)), [(r, residual)]) is product(x, T(r))


def test_a_root_is_undone() -> None:
    length = power(product(T(x), x), Fraction(1, 2))
    rho = symbol("ρ", 1, 1)
    assert fold(scale(power(length, -3), x), [(rho, length)]) is scale(power(rho, -3), x)
    assert fold(scale(product(T(x), x), x), [(rho, length)]) is scale(power(rho, 2), x)


def test_a_centred_and_scaled_vector_stands_for_its_numerator() -> None:
    n, s, hat = 2, symbol("s", 1, 1), symbol("x̂", 2, 1)
    mean = scale(number(Fraction(1, n)), product(T(ones(n)), x))
    centred = subtract(x, scale(mean, ones(n)))
    definition = scale(power(s, -1), centred)
    assert fold(scale(power(s, -2), centred), [(hat, definition)]) is scale(power(s, -1), hat)


def test_a_factor_that_may_be_zero_is_not_divided_by() -> None:
    """From h = x ∘ y nothing follows for x alone."""
    y, h = symbol("y", 2, 1), symbol("h", 2, 1)
    big = scale(number(3), add(x, product(T(A), A, x)))
    assert fold(big, [(h, had(x, y))]) is big
    assert fold(big, [(h, scale(symbol("λ", 1, 1), big))]) is big


def test_the_last_definition_is_used_first() -> None:
    q = symbol("q", 3, 1)
    definitions = [(q, subtract(z, b)), (z, product(A, x))]
    assert fold(product(T(A), subtract(product(A, x), b)), definitions) is product(T(A), subtract(z, b))
    assert fold(product(T(A), subtract(z, b)), definitions) is product(T(A), q)


def test_a_definition_that_makes_it_longer_is_not_used() -> None:
    """z is as long as what it stands for: nothing is gained."""
    assert fold(x, [(symbol("y", 2, 1), scale(number(2), x))]) is x


def layers() -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """The gradients of a two-layer perceptron by its weights and biases."""
    h, e, v = symbol("h", 4, 1), symbol("e", 5, 1), symbol("v", 3, 1)
    delta = had(product(T(W2), e), subtract(ones(4), hadamard((h, 2))))
    return delta, product(delta, T(v)), delta, product(e, T(h))


def test_perceptrons_share_a_delta() -> None:
    delta, *gradients = layers()
    (piece,) = shared(gradients)
    assert piece is delta
    name = symbol("δ", 4, 1)
    assert [cost(replace(g, piece, name)) for g in gradients] == [2.75, 1, 2.75]


def test_a_piece_is_shared_with_its_transpose() -> None:
    g, k = symbol("G", 3, 3), symbol("K", 3, 2)
    core = subtract(had(g, symbol("P", 3, 3)), symbol("R", 3, 3))
    (piece,) = shared([product(core, k), product(T(core), A)])
    assert piece in (core, T(core), scale(number(-1), core), scale(number(-1), T(core)))


def test_a_difference_is_shared_with_the_sign_that_is_used() -> None:
    e = subtract(product(T(W2), symbol("e", 5, 1)), symbol("h", 4, 1))
    v = symbol("v", 3, 1)
    for residual in (e, scale(number(-1), e)):
        (piece,) = shared([product(residual, T(v)), scale(number(2), residual)])
        assert piece is residual


def test_a_run_of_factors_is_shared() -> None:
    e, v = symbol("e", 5, 1), symbol("v", 3, 1)
    back = product(T(W1), T(W2), e)
    (piece,) = shared([product(back, T(v)), scale(number(2), back)])
    assert piece is back


def test_nothing_cheap_is_named() -> None:
    assert shared([product(A, x), product(x, T(product(A, x)))]) == ()
    assert shared([product(A, x)]) == ()


def test_inner_pieces_come_first() -> None:
    e, h, v = symbol("e", 5, 1), symbol("h", 4, 1), symbol("v", 3, 1)
    inner = had(e, subtract(ones(5), hadamard((e, 2))))
    outer = had(product(T(W2), inner), subtract(ones(4), hadamard((h, 2))))
    pieces = shared([product(inner, T(h)), inner, product(outer, T(v)), outer])
    assert pieces == (inner, outer)


def test_simplifying_keeps_names() -> None:
    assert simplify(product(T(A), r)) is product(T(A), r)
