"""Array operations on shapes, axes, indices and equations that nobody chose."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradviz.errors import ShapeError
from gradviz.graph.graph import Graph
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate

sizes = st.integers(1, 4)
shapes = st.lists(sizes, min_size=1, max_size=4).map(tuple)
seeds = st.integers(0, 2**32 - 1)


def numbers(seed, *wanted):
    random = np.random.default_rng(seed)
    return [random.uniform(-2, 2, shape) for shape in wanted]


def applied(name, *arrays, **settings):
    """The value of an operation, and a function that pulls an upstream gradient back to each operand."""
    graph = Graph()
    inputs = [graph.input(f"x{i}", array.shape) for i, array in enumerate(arrays)]
    output = graph.apply(name, *inputs, **settings)
    point = {f"x{i}": array for i, array in enumerate(arrays)}

    def pull_back(upstream):
        back = differentiate(graph, output.id, upstream=upstream)
        return evaluate(back.graph, point, [back.gradients[term.id] for term in inputs])

    return evaluate(graph, point, [output.id])[0], pull_back


def is_adjoint(name, *arrays, seed=1, **settings):
    """Of an operation linear in each operand: ⟨g, f(x)⟩ = ⟨gradient, x⟩ for every operand."""
    value, pull_back = applied(name, *arrays, **settings)
    (upstream,) = numbers(seed, np.shape(value))
    for array, gradient in zip(arrays, pull_back(upstream), strict=True):
        assert np.shape(gradient) == array.shape
        assert np.sum(gradient * array) == pytest.approx(np.sum(upstream * value), rel=1e-9, abs=1e-9)
    return value


@st.composite
def broadcasting(draw):
    """A shape, and a smaller one that broadcasts to it."""
    large = draw(shapes)
    keep = draw(st.integers(0, len(large)))
    small = tuple(draw(st.sampled_from([1, n])) for n in large[len(large) - keep :])
    return small, large


@given(broadcasting(), seeds)
def test_broadcast_to_and_sum_to_are_adjoint(pair, seed):
    small, large = pair
    x, g = numbers(seed, small, large)
    wide = is_adjoint("broadcast_to", x, shape=large)
    np.testing.assert_array_equal(wide, np.broadcast_to(x, large))
    narrow = is_adjoint("sum_to", g, shape=small)
    assert np.sum(wide * g) == pytest.approx(np.sum(x * narrow), rel=1e-9, abs=1e-9)


@st.composite
def indexing(draw):
    """A shape, and items that pick from it."""
    shape = draw(shapes)
    ends = st.none() | st.integers(-6, 6)
    steps = st.none() | st.integers(-3, 3).filter(bool)
    items = [
        draw(st.integers(-n, n - 1) | st.tuples(st.just("slice"), ends, ends, steps))
        for n in shape[: draw(st.integers(1, len(shape)))]
    ]
    return shape, tuple(items)


@given(indexing(), seeds)
def test_index_and_scatter_are_adjoint(case, seed):
    shape, items = case
    (x,) = numbers(seed, shape)
    picked = is_adjoint("index", x, items=items)
    key = tuple(slice(*item[1:]) if isinstance(item, tuple) else item for item in items)
    np.testing.assert_array_equal(picked, x[key])
    placed = is_adjoint("scatter", np.asarray(picked), items=items, shape=shape)
    expected = np.zeros(shape)
    expected[key] = x[key]
    np.testing.assert_array_equal(placed, expected)


@st.composite
def products(draw):
    """Shapes of two operands of `@`: vectors, matrices, stacks that broadcast."""
    rows, inner, columns = draw(sizes), draw(sizes), draw(sizes)
    small, large = draw(broadcasting())
    lead = [draw(st.sampled_from([(), small, large])) for _ in range(2)]
    left = (inner,) if draw(st.booleans()) and draw(st.booleans()) else (*lead[0], rows, inner)
    right = (inner,) if draw(st.booleans()) and draw(st.booleans()) else (*lead[1], inner, columns)
    return left, right


@given(products(), seeds)
def test_matmul_is_numpys_and_adjoint(pair, seed):
    a, c = numbers(seed, *pair)
    np.testing.assert_allclose(is_adjoint("matmul", a, c), a @ c, rtol=1e-12, atol=1e-12)


@st.composite
def equations(draw):
    """An einsum with operands of up to three letters, repeated ones among them, and a result of some of them."""
    letters = draw(st.lists(st.sampled_from("ijkl"), min_size=1, max_size=4, unique=True))
    words = draw(st.lists(st.lists(st.sampled_from(letters), max_size=3).map("".join), min_size=1, max_size=3))
    used = sorted(set("".join(words)))
    result = "".join(draw(st.permutations(used)))[: draw(st.integers(0, len(used)))]
    length = {letter: draw(sizes) for letter in letters}
    implicit = draw(st.booleans())
    equation = ",".join(words) + ("" if implicit else "->" + result)
    return equation, [tuple(length[letter] for letter in word) for word in words]


@given(equations(), seeds)
def test_einsum_is_numpys_and_adjoint(case, seed):
    equation, wanted = case
    arrays = numbers(seed, *wanted)
    arrays = [np.asarray(array) for array in arrays]
    value = is_adjoint("einsum", *arrays, equation=equation)
    np.testing.assert_allclose(value, np.einsum(equation, *arrays), rtol=1e-12, atol=1e-12)


@given(equations(), seeds)
def test_einsum_can_be_differentiated_twice(case, seed):
    """It is linear in each operand, so its gradient by one does not depend on that one."""
    equation, wanted = case
    graph = Graph()
    inputs = [graph.input(f"x{i}", shape) for i, shape in enumerate(wanted)]
    output = graph.einsum(*inputs, equation=equation)
    first = differentiate(graph, output.id)
    gradient = first.gradients[inputs[0].id]
    second = differentiate(first.graph, gradient, wrt=[inputs[0].id])
    assert inputs[0].id not in second.gradients or not second.edges


@st.composite
def reductions(draw):
    """A shape, axes of it in any spelling, and whether they are kept."""
    shape = draw(shapes)
    rank = len(shape)
    chosen = draw(st.lists(st.integers(0, rank - 1), min_size=1, unique=True))
    spelled = tuple(axis - rank if draw(st.booleans()) else axis for axis in chosen)
    axis = draw(st.sampled_from([None, spelled, spelled[0]]))
    return shape, axis, draw(st.booleans())


REDUCTIONS = {"sum": np.sum, "mean": np.mean, "prod": np.prod, "max": np.max, "min": np.min, "var": np.var}


@pytest.mark.parametrize("name", REDUCTIONS)
@given(case=reductions(), seed=seeds)
def test_reductions_are_numpys(name, case, seed):
    shape, axis, keepdims = case
    (x,) = numbers(seed, shape)
    value, pull_back = applied(name, x, axis=axis, keepdims=keepdims)
    np.testing.assert_allclose(value, REDUCTIONS[name](x, axis=axis, keepdims=keepdims), rtol=1e-12, atol=1e-13)
    (upstream,) = numbers(seed + 1, np.shape(value))
    (gradient,) = pull_back(upstream)
    degree = {"prod": x.size // max(1, np.size(value)), "var": 2}.get(name, 1)
    assert np.sum(gradient * x) == pytest.approx(degree * np.sum(upstream * value), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", ["max", "min"])
@given(case=reductions(), seed=seeds)
def test_ties_share_equally(name, case, seed):
    shape, axis, keepdims = case
    x = np.random.default_rng(seed).integers(0, 3, shape).astype(float)
    value, pull_back = applied(name, x, axis=axis, keepdims=keepdims)
    (gradient,) = pull_back(np.ones(np.shape(value)))
    won = x == REDUCTIONS[name](x, axis=axis, keepdims=True)
    np.testing.assert_allclose(gradient, won / won.sum(axis=axis, keepdims=True))


@given(shapes, st.data(), seeds)
def test_transposing_by_any_order_and_back(shape, data, seed):
    axes = tuple(data.draw(st.permutations(range(len(shape)))))
    (x,) = numbers(seed, shape)
    np.testing.assert_array_equal(is_adjoint("transpose", x, axes=axes), x.transpose(axes))


@given(shapes, st.data(), seeds)
def test_joining_is_adjoint(shape, data, seed):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    lengths = data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))
    parts = []
    for length in lengths:
        other = list(shape)
        other[axis] = length
        parts.append(tuple(other))
    arrays = numbers(seed, *parts)
    value, pull_back = applied("concat", *arrays, axis=axis)
    np.testing.assert_array_equal(value, np.concatenate(arrays, axis))
    for array, gradient in zip(arrays, pull_back(value), strict=True):
        np.testing.assert_array_equal(gradient, array)
    layers = numbers(seed, *[shape] * len(lengths))
    value, pull_back = applied("stack", *layers, axis=axis)
    np.testing.assert_array_equal(value, np.stack(layers, axis))
    for array, gradient in zip(layers, pull_back(value), strict=True):
        np.testing.assert_array_equal(gradient, array)


@given(shapes, st.data(), seeds)
def test_softmax_gradients_sum_to_zero(shape, data, seed):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    (x,) = numbers(seed, shape)
    value, pull_back = applied("softmax", 100 * x, axis=axis)
    np.testing.assert_allclose(value.sum(axis), 1)
    (gradient,) = pull_back(x)
    np.testing.assert_allclose(gradient.sum(axis), 0, atol=1e-12)


@given(st.integers(1, 6), st.integers(0, 5), seeds)
def test_cofactors_are_minors_at_any_rank(n, rank, seed):
    """Of a matrix of any rank, det and its derivatives, against the definition."""
    left, right = numbers(seed, (n, min(rank, n)), (min(rank, n), n))
    x = left @ right
    minors = np.array(
        [[(-1) ** (i + j) * np.linalg.det(np.delete(np.delete(x, i, 0), j, 1)) for j in range(n)] for i in range(n)]
    )
    value, pull_back = applied("det", x)
    scale = max(1.0, np.abs(x).max()) ** n
    assert value == pytest.approx(np.linalg.det(x), rel=1e-9, abs=1e-12 * scale)
    np.testing.assert_allclose(pull_back(1.0)[0], minors, rtol=1e-9, atol=1e-11 * scale)


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_third_derivatives_of_det_are_right(n):
    """Along one direction t ↦ det(x + t h) is a polynomial, whose coefficients are known by interpolation."""
    x, h = numbers(n, (n, n), (n, n))
    x[0] = x[1]
    graph = Graph()
    t = graph.input("t")
    moved = graph.input("x", (n, n)) + t * graph.input("h", (n, n))
    node = graph.det(moved)
    derivatives = []
    for _ in range(3):
        back = differentiate(graph, node.id, wrt=[t.id])
        graph = back.graph
        node = type(node)(graph, back.gradients[t.id])
        derivatives.append(evaluate(graph, {"t": 0.0, "x": x, "h": h}, [node.id])[0])
    points = np.linspace(-1, 1, n + 1)
    fitted = np.polynomial.polynomial.polyfit(points, [np.linalg.det(x + p * h) for p in points], n)
    expected = [*(fitted * [1, 1, 2, 6, 24, 120][: n + 1])[1:4], 0.0][:3]
    np.testing.assert_allclose(derivatives, expected, rtol=1e-7, atol=1e-7)


@given(st.integers(1, 5), st.lists(st.booleans(), min_size=5, max_size=5), seeds)
def test_prod_with_any_number_of_zeros(n, zeros, seed):
    (x,) = numbers(seed, (n,))
    x[np.array(zeros[:n])] = 0
    _, pull_back = applied("prod", x)
    expected = [np.prod(np.delete(x, i)) for i in range(n)]
    np.testing.assert_allclose(pull_back(1.0)[0], expected, rtol=1e-12)


class TestZeroSizes:
    @pytest.mark.parametrize(("name", "value"), [("sum", 0), ("prod", 1), ("squared_norm", 0), ("norm", 0)])
    def test_nothing_reduces_to_the_neutral_element(self, name, value):
        found, pull_back = applied(name, np.zeros((2, 0)))
        assert found == value
        assert pull_back(1.0)[0].shape == (2, 0)

    def test_a_product_over_nothing_is_zero(self):
        found, pull_back = applied("matmul", np.zeros((2, 0)), np.zeros((0, 3)))
        assert found.tolist() == [[0, 0, 0], [0, 0, 0]]
        assert [gradient.shape for gradient in pull_back(np.ones((2, 3)))] == [(2, 0), (0, 3)]

    def test_the_empty_determinant_is_one(self):
        found, pull_back = applied("det", np.zeros((0, 0)))
        assert found == 1
        assert pull_back(1.0)[0].shape == (0, 0)

    @pytest.mark.parametrize("name", ["max", "min", "mean", "var", "logsumexp"])
    def test_nothing_has_no_largest_entry(self, name):
        graph = Graph()
        with pytest.raises(ShapeError, match="nothing to reduce"):
            graph.apply(name, graph.input("x", (0,)))


def test_every_repeated_letter_gets_one_of_its_own():
    """A diagonal of a diagonal: every repeat needs a letter of its own in the gradient."""
    x = np.arange(8.0).reshape(2, 2, 2)
    value, pull_back = applied("einsum", x, equation="iii->i")
    assert value.tolist() == [0, 7]
    assert pull_back(np.array([1.0, 2.0]))[0].sum() == 3
