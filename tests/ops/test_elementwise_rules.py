"""Elementwise rules where they have to decide something: ties, constants, masks, zero to a power, gates."""

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from gradviz.graph.graph import Graph
from gradviz.ops import kernels
from gradviz.ops.cases import condition
from gradviz.ops.notation import power_latex, product_latex
from gradviz.ops.table import OPS
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate


def gradients(build, **values):
    """The gradient of `build(g, *inputs)` by every input."""
    g = Graph()
    xs = [g.input(name, np.shape(value)) for name, value in values.items()]
    back = differentiate(g, build(g, *xs).id)
    return [evaluate(back.graph, values, [back.gradients[x.id]])[0] if x.id in back.gradients else None for x in xs]


@pytest.mark.parametrize("name", ["maximum", "minimum"])
class TestTies:
    def test_two_variables_share(self, name):
        assert gradients(lambda g, x, y: g.apply(name, x, y), x=1.5, y=1.5) == [0.5, 0.5]

    def test_three_variables_share_among_the_best(self, name):
        sign = 1 if name == "maximum" else -1
        found = gradients(lambda g, x, y, z: g.apply(name, x, y, z), x=1.5 * sign, y=1.5 * sign, z=-3.0 * sign)
        assert found == [0.5, 0.5, 0]

    def test_the_constant_wins(self, name):
        assert gradients(lambda g, x: g.apply(name, 0, x), x=0.0) == [0]
        assert gradients(lambda g, x: g.apply(name, x, 0), x=0.0) == [0]
        assert gradients(lambda g, x, y: g.apply(name, x, 0, y), x=0.0, y=0.0) == [0, 0]

    def test_away_from_it_the_winner_takes_all(self, name):
        sign = 1 if name == "maximum" else -1
        assert gradients(lambda g, x: g.apply(name, 0, x), x=2.0 * sign) == [1]
        assert gradients(lambda g, x, y: g.apply(name, x, 0, y), x=2.0 * sign, y=1.0 * sign) == [1, 0]

    @given(st.lists(st.sampled_from([-1.0, 0.0, 2.0]), min_size=2, max_size=5))
    def test_shares_sum_to_one(self, name, xs):
        values = {f"x{i}": x for i, x in enumerate(xs)}
        assert sum(gradients(lambda g, *terms: g.apply(name, *terms), **values)) == pytest.approx(1)


@pytest.mark.parametrize("name", ["abs", "relu", "sign", "hypot"])
def test_at_the_corner_nothing_comes_back(name):
    count = 2 if name == "hypot" else 1
    values = dict.fromkeys(["x", "y"][:count], 0.0)
    assert gradients(lambda g, *xs: g.apply(name, *xs), **values) == [0] * count


def test_leaky_relu_at_the_corner_has_its_slope():
    assert gradients(lambda g, x: g.leaky_relu(x, slope=Fraction(1, 4)), x=0.0) == [0.25]


class TestPowers:
    def test_zero_to_a_positive_power(self):
        assert gradients(lambda g, x, n: x**n, x=0.0, n=2.0) == [0, 0]

    @pytest.mark.parametrize(("n", "slope"), [(0, 0), (1, 1), (2, 0), (3, 0)])
    def test_constant_exponents_at_zero(self, n, slope):
        (found,) = gradients(lambda g, x: x**n + 0 * x, x=0.0)
        assert found == slope

    def test_negative_base_with_a_whole_exponent(self):
        assert gradients(lambda g, x: x**3, x=-2.0) == [12]

    def test_second_derivative_of_a_square_is_two(self):
        g = Graph()
        x = g.input("x")
        first = differentiate(g, (x**2).id)
        second = differentiate(first.graph, first.gradients[x.id])
        assert evaluate(second.graph, {"x": 0.0}, [second.gradients[x.id]]) == [2]

    def test_a_constant_base(self):
        assert gradients(lambda g, n: 2**n, n=3.0) == [pytest.approx(8 * math.log(2))]


def test_polygamma_far_left_answers_at_once():
    assert np.isnan(kernels.polygamma(-1e15 - 0.5, 1))
    assert math.isnan(kernels.scalar_polygamma(-1e300, 2))
    assert kernels.polygamma(-0.5, 1) == pytest.approx(8.934802200544679)


def test_masked_branches_are_safe():
    x = np.array([-800.0, 0.0, 800.0])
    for name in ("elu", "selu", "softplus", "silu", "mish", "sigmoid", "gelu"):
        (found,) = gradients(lambda g, x, name=name: g.apply(name, x), x=x)
        assert np.all(np.isfinite(found))


@pytest.mark.parametrize("name", ["floor", "ceil", "sign", "greater", "stop_gradient"])
def test_no_gradient_passes(name):
    (found,) = gradients(lambda g, x: g.apply(name, *([x] * OPS[name].arity)), x=1.25)
    assert not found


@pytest.mark.parametrize(
    ("name", "varying", "word"),
    [
        ("add", [0, 1], "distributes"),
        ("add", [0], "passes"),
        ("sub", [0, 1], "distributes"),
        ("sub", [0], "passes"),
        ("sub", [1], "flips"),
        ("mul", [0, 1], "swaps"),
        ("mul", [1], "scales"),
        ("div", [0], "scales"),
        ("div", [1], ""),
        ("neg", [0], "flips"),
        ("maximum", [1], "routes"),
        ("relu", [0], "routes"),
        ("exp", [0], ""),
    ],
)
def test_gates_by_what_varies(name, varying, word):
    assert OPS[name].gate_with(varying) == word


class TestComparisons:
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_masks_have_the_operands_type(self, dtype):
        mask = kernels.greater(np.array([1, 2], dtype=dtype), 1)
        assert mask.dtype == dtype
        assert (mask + mask).tolist() == [0, 2]

    def test_condition_is_what_was_compared(self):
        x, y = sp.symbols("x y", real=True)
        greater = OPS["greater"].symbol(sp, x, y)
        assert condition(sp, greater) == sp.Gt(x, y)
        assert condition(sp, OPS["logical_not"].symbol(sp, greater)) == sp.Le(x, y)
        assert condition(sp, x) == sp.Ne(x, 0)
        assert OPS["where"].symbol(sp, greater, x, y) == sp.Piecewise((x, x > y), (y, True))

    def test_nan_is_neither(self):
        assert kernels.greater(np.nan, 0.0) == 0
        assert kernels.less_equal(np.nan, 0.0) == 0


@pytest.mark.parametrize(
    ("base", "exponent", "latex"),
    [
        ("x", "2", "{x}^{2}"),
        (r"\sin(x)", "2", r"\sin^{2}(x)"),
        (r"\ln\left(\frac{x}{2}\right)", "2", r"\ln^{2}\left(\frac{x}{2}\right)"),
        (r"\sin(x)", "-1", r"{\sin(x)}^{-1}"),
        (r"\arcsin(x)", "2", r"{\arcsin(x)}^{2}"),
    ],
)
def test_powers_of_functions_are_written_on_their_names(base, exponent, latex):
    assert power_latex(base, exponent) == latex


@pytest.mark.parametrize(
    ("left", "right", "latex"),
    [
        ("x", "y", r"x\, y"),
        ("x", r"\sin(y)", r"x \sin(y)"),
        ("2", "x", "2 x"),
        ("2", "3", r"2 \cdot 3"),
        ("x", "(-y)", r"x \cdot (-y)"),
        ("x", "(2 + y)", "x (2 + y)"),
    ],
)
def test_products_never_run_together(left, right, latex):
    assert product_latex(left, right) == latex
