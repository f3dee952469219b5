"""Windows, correlation and lookups on shapes, steps and indices that nobody chose: against loops, and adjoint."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.graph.graph import Graph
from gradviz.ops.images import fitting
from gradviz.ops.table import OPS
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate

seeds = st.integers(0, 2**32 - 1)


def two(low, high):
    return st.tuples(st.integers(low, high), st.integers(low, high))


def numbers(seed, *shapes):
    random = np.random.default_rng(seed)
    return [random.uniform(-2, 2, shape) for shape in shapes]


def applied(name, *arrays, **attributes):
    """The value, and every operand's gradient for an upstream gradient."""
    graph = Graph()
    inputs = [graph.input(f"x{i}", np.shape(array)) for i, array in enumerate(arrays)]
    output = graph.apply(name, *inputs, **attributes)
    graph.verify()
    point = {f"x{i}": array for i, array in enumerate(arrays)}
    value = evaluate(graph, point, [output.id])[0]

    def pull_back(upstream):
        back = differentiate(graph, output.id, upstream=upstream)
        return evaluate(back.graph, point, [back.gradients[term.id] for term in inputs])

    return value, pull_back


@st.composite
def images(draw):
    """Leading axes, an image, a window that fits on it, steps and padding."""
    lead = tuple(draw(st.lists(st.integers(1, 3), max_size=2)))
    padding, stride, window = draw(two(0, 2)), draw(two(1, 3)), draw(two(1, 3))
    image = tuple(max(1, k - 2 * p) + draw(st.integers(0, 4)) for k, p in zip(window, padding, strict=True))
    return lead, image, window, stride, padding


def slid(x, w, stride, padding):
    """Cross-correlation by its definition: a loop over places, and a sum over the window."""
    x = np.pad(x, ((0, 0),) * (x.ndim - 2) + tuple((p, p) for p in padding))
    down, across = fitting(x.shape[-2:], w.shape[-2:], stride)
    made = np.zeros((*x.shape[:-3], len(w), down, across))
    for i in range(down):
        for j in range(across):
            top, left = i * stride[0], j * stride[1]
            under = x[..., top : top + w.shape[-2], left : left + w.shape[-1]]
            for k, kernel in enumerate(w):
                made[..., k, i, j] = np.sum(under * kernel, axis=(-3, -2, -1))
    return made


@given(images(), st.integers(1, 3), st.integers(1, 3), seeds)
@settings(max_examples=60)
def test_correlate_is_its_definition_and_its_gradients_its_adjoints(case, inside, outside, seed):
    lead, image, window, stride, padding = case
    x, w = numbers(seed, (*lead, inside, *image), (outside, inside, *window))
    value, pull_back = applied("correlate", x, w, stride=stride, padding=padding)
    np.testing.assert_allclose(value, slid(x, w, stride, padding), rtol=1e-12, atol=1e-12)
    (upstream,) = numbers(seed + 1, value.shape)
    by_x, by_w = pull_back(upstream)
    for gradient, operand in ((by_x, x), (by_w, w)):
        assert np.sum(gradient * operand) == pytest.approx(np.sum(upstream * value), rel=1e-9, abs=1e-9)
    # The adjoints are rows of their own, and theirs are among the three again.
    for name, operands, extra in (
        ("correlate_transpose", (upstream, w), {"shape": image}),
        ("correlate_kernel", (x, upstream), {"size": window}),
    ):
        made, back = applied(name, *operands, stride=stride, padding=padding, **extra)
        np.testing.assert_array_equal(made, by_x if name == "correlate_transpose" else by_w)
        (other,) = numbers(seed + 2, made.shape)
        for gradient, operand in zip(back(other), operands, strict=True):
            assert np.sum(gradient * operand) == pytest.approx(np.sum(other * made), rel=1e-9, abs=1e-9)


@given(images(), seeds)
@settings(max_examples=60)
def test_windows_and_fold_are_adjoint(case, seed):
    lead, image, window, stride, _ = case
    image = tuple(max(n, k) for n, k in zip(image, window, strict=True))
    (x,) = numbers(seed, (*lead, *image))
    cut, pull_back = applied("windows", x, size=window, stride=stride)
    down, across = cut.shape[len(lead) : len(lead) + 2]
    for i in range(down):
        for j in range(across):
            top, left = i * stride[0], j * stride[1]
            np.testing.assert_array_equal(cut[..., i, j, :, :], x[..., top : top + window[0], left : left + window[1]])
    (upstream,) = numbers(seed + 1, cut.shape)
    (gradient,) = pull_back(upstream)
    assert np.sum(gradient * x) == pytest.approx(np.sum(upstream * cut), rel=1e-9, abs=1e-9)
    folded, unfold = applied("fold", upstream, stride=stride, shape=image)
    np.testing.assert_array_equal(folded, gradient)
    np.testing.assert_array_equal(unfold(x)[0], cut)


@given(st.integers(1, 5), st.lists(st.integers(1, 3), max_size=2), st.lists(st.integers(1, 3), max_size=2), seeds)
def test_take_and_scatter_add_are_adjoint(count, picked, row, seed):
    x, g = numbers(seed, (count, *row), (*picked, *row))
    indices = np.random.default_rng(seed).integers(0, count, tuple(picked)).astype(float)
    value, pull_back = applied("take", x, indices)
    np.testing.assert_array_equal(value, x[indices.astype(int)])
    gradient, none = pull_back(g)
    expected = np.zeros_like(x)
    for place in np.ndindex(*picked):
        expected[int(indices[place])] += g[place]
    np.testing.assert_allclose(gradient, expected, rtol=1e-13, atol=1e-13)
    assert not np.any(none)
    added, back = applied("scatter_add", g, indices, count=count)
    np.testing.assert_allclose(added, expected, rtol=1e-13, atol=1e-13)
    np.testing.assert_array_equal(back(x)[0], value)


def test_nothing_is_copied_by_windows():
    """A view: the memory of the windows is that of the image."""
    from gradviz.ops import kernels as k

    x = np.zeros((8, 64, 64))
    assert np.shares_memory(k.windows(x, 3, 1), x)


def test_settings_for_both_directions_are_one_number_or_two():
    x, w = numbers(0, (1, 6, 6), (2, 1, 3, 3))
    same = [applied("correlate", x, w, stride=stride, padding=1)[0] for stride in (2, (2,), (2, 2))]
    np.testing.assert_array_equal(same[0], same[1])
    np.testing.assert_array_equal(same[0], same[2])


def test_the_latex_names_what_is_not_usual():
    """And has one subscript at most: two of them are no LaTeX."""
    latex = OPS["correlate"].notation.latex
    assert latex("x", "w", stride=1, padding=0) == r"x \star w"
    assert latex("x", "w", stride=(2, 1), padding=1) == r"x \star_{\text{stride }2 \times 1, \text{padding }1} w"
    kernel = OPS["correlate_kernel"].notation.latex("x", "g", stride=1, padding=0, size=(2, 2))
    assert kernel == r"x \star_{2 \times 2} g"
    transposed = OPS["correlate_transpose"].notation.latex("g", "w", stride=1, padding=0, shape=(3, 3))
    assert transposed == r"g \star^{\top}_{3 \times 3} w"
