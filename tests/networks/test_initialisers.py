"""First values: their spread is PyTorch's, they depend on the seed and the name alone, bad specs are explained."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradviz.errors import ValueProblem
from gradviz.networks.initialisers import INITIALISER_WORDS, INITIALISERS, USUAL, initial, read_init, spread, usual
from gradviz.networks.leaf import Leaf
from gradviz.ops.table import FUNCTIONS

BIG = (300, 200)
"""60,000 draws: a variance is known to about 1.2 % (two standard errors of a normal's: 2·√(2/n))."""


def leaf(init, shape=BIG, name="h.W"):
    return Leaf(name, shape, "parameter", init, fan_in=shape[0], fan_out=shape[-1])


def variance(row, amount):
    """What the distribution of a row has, by its spread."""
    return {"constant": 0.0, "normal": amount**2, "uniform": amount**2 / 3, "bernoulli": amount * (1 - amount)}[
        row.distribution
    ]


@pytest.mark.parametrize("row", INITIALISERS.values(), ids=lambda row: row.name)
def test_the_values_have_the_spread_that_the_row_says(row):
    made = initial(leaf(row.name), 0)
    amount = spread(leaf(row.name))
    assert made.dtype == np.float64
    assert made.shape == BIG
    if row.distribution == "constant":
        assert (made == amount).all()
        return
    n = made.size
    mean = amount if row.distribution == "bernoulli" else 0.0
    # Five standard errors; of the variance, for a kurtosis of at most 3.
    assert abs(made.mean() - mean) < 5 * math.sqrt(variance(row, amount) / n)
    assert made.var() == pytest.approx(variance(row, amount), rel=5 * math.sqrt(2 / n))
    if row.distribution == "uniform":
        assert amount * 0.999 < np.abs(made).max() <= amount
    if row.distribution == "bernoulli":
        assert set(np.unique(made)) == {0.0, 1.0}
    if row.distribution == "normal":
        inside = np.mean(np.abs(made) < amount)
        assert inside == pytest.approx(0.6827, abs=5 * math.sqrt(0.6827 * 0.3173 / n))


THEIRS = {
    "lecun_normal": lambda init, w: init.kaiming_normal_(w, nonlinearity="linear"),
    "lecun_uniform": lambda init, w: init.kaiming_uniform_(w, nonlinearity="linear"),
    "xavier_normal": lambda init, w: init.xavier_normal_(w),
    "xavier_uniform": lambda init, w: init.xavier_uniform_(w),
    "he_normal": lambda init, w: init.kaiming_normal_(w, nonlinearity="relu"),
    "he_uniform": lambda init, w: init.kaiming_uniform_(w, nonlinearity="relu"),
}


@pytest.mark.parametrize("name", THEIRS)
@pytest.mark.parametrize("shape", [(300, 200), (50, 1200)])
def test_the_spread_is_torchs(name, shape, monkeypatch):
    """Their in-place draw is caught, with the standard deviation or bound that they calculated."""
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch==2.13.0")
    weights = torch.empty(shape[1], shape[0], dtype=torch.float64)  # theirs is out × in
    torch.manual_seed(0)
    caught = []
    monkeypatch.setattr(torch.Tensor, "normal_", lambda self, mean=0.0, std=1.0, **_: caught.append(std) or self)
    monkeypatch.setattr(torch.Tensor, "uniform_", lambda self, low=0.0, high=1.0, **_: caught.append(high) or self)
    THEIRS[name](torch.nn.init, weights)
    assert spread(leaf(name, shape)) == pytest.approx(caught[0], rel=1e-15)


def test_variance_is_kept_through_relu_layers_by_he_and_not_by_lecun():
    """What each is for: the mean square after ten layers of 256 relus."""

    def after(init):
        x = np.random.default_rng(1).normal(size=(64, 256))
        for i in range(10):
            x = np.maximum(0, x @ initial(leaf(init, (256, 256), f"h{i}.W"), 0))
        return np.mean(x**2)

    assert 0.3 < after("he_normal") < 3
    assert 0.3 < after("he_uniform") < 3
    assert after("lecun_normal") < 0.01


names = st.from_regex(r"[a-z][a-z0-9]{0,5}(\.[A-Za-z]{1,3})?", fullmatch=True)
specs = st.sampled_from([row.name for row in INITIALISERS.values() if row.distribution != "constant"])


@given(st.lists(names, min_size=2, max_size=5, unique=True), specs, st.integers(0, 2**64))
def test_a_leafs_values_depend_on_no_other_leaf(several, init, seed):
    leaves = [leaf(init, (3, 40), name) for name in several]
    there = [initial(each, seed) for each in leaves]
    back = [initial(each, seed) for each in reversed(leaves)][::-1]
    for one, again in zip(there, back, strict=True):
        np.testing.assert_array_equal(one, again)
    assert not np.array_equal(there[0], there[1])


@given(specs, st.integers(0, 2**40), st.integers(0, 2**40))
def test_seeds_and_steps_make_other_draws(init, seed, step):
    one = leaf(init, (3, 40))
    assert not np.array_equal(initial(one, seed), initial(one, (seed, step)))
    assert not np.array_equal(initial(one, (seed, step)), initial(one, (seed, step + 1)))
    assert not np.array_equal(initial(one, seed), initial(one, seed + 1))


def test_values_are_the_same_on_every_day():
    """Golden numbers: who changes the way of drawing changes what every seed means."""
    np.testing.assert_allclose(initial(leaf("he_normal", (2, 2)), 0), GOLDEN, rtol=1e-12)


GOLDEN = [[0.93977467840667, -0.3953916637176131], [-2.6540015753409, -0.640392521993859]]


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("he", "he_normal"),
        ("kaiming_uniform", "he_uniform"),
        ("xavier", "xavier_uniform"),
        ("glorot", "xavier_uniform"),
        ("glorot_normal", "xavier_normal"),
        ("lecun", "lecun_normal"),
        ("HE_Normal", "he_normal"),
    ],
)
def test_aliases(alias, name):
    assert read_init(alias)[0].name == name


@pytest.mark.parametrize(
    ("init", "numbers"),
    [("normal 0.5", (0.5,)), ("normal(0.5)", (0.5,)), ("normal", (0.01,)), ("constant -2", (-2.0,)), ("zeros", ())],
)
def test_numbers_after_the_name(init, numbers):
    assert read_init(init)[1] == numbers


@pytest.mark.parametrize(
    ("init", "says", "hint"),
    [
        ("he_norml", "there is no initialiser 'he_norml'", "did you mean 'he_normal'"),
        ("", "there is no initialiser ''", "the initialisers are zeros, ones"),
        ("0.5", "there is no initialiser '0.5'", "zeros"),
        ("zeros 3", "'zeros 3' has too many numbers: zeros takes no numbers", "write zeros"),
        ("normal 1 2", "'normal 1 2' has too many numbers: normal takes at most one", "write normal(0.01)"),
        ("normal x", "'x' in the initialiser 'normal x' is no number", "write normal(0.01)"),
        ("normal inf", "'inf' in the initialiser 'normal inf' is not finite", "write normal(0.01)"),
        ("normal -1", "the standard deviation in the initialiser 'normal -1' is below 0", "write normal(0.01)"),
        ("uniform -1", "the bound in the initialiser 'uniform -1' is below 0", "write uniform(0.1)"),
        ("bernoulli 1.2", "the probability in the initialiser 'bernoulli 1.2' is not between 0 and 1", "bernoulli 0.8"),
    ],
)
def test_bad_specs(init, says, hint):
    with pytest.raises(ValueProblem) as caught:
        initial(leaf(init), 0)
    assert says in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize("seed", [-1, 1.5, True, "a", (0, -1)])
def test_bad_seeds(seed):
    with pytest.raises(ValueProblem, match="no whole number from 0"):
        initial(leaf("he"), seed)


def test_every_row_says_what_it_is():
    for row in INITIALISERS.values():
        assert row.doc.endswith(".")
        assert row.formula
        assert row.latex
    assert set(INITIALISERS) <= set(INITIALISER_WORDS)


def test_formulas_are_what_is_computed():
    """The formula for people, read as Python with the fans put in."""
    fans = {"fan_in": 7, "fan_out": 3, "value": 0.25, "std": 0.25, "bound": 0.25, "probability": 0.25}
    for row in INITIALISERS.values():
        text = row.formula.replace("√", "math.sqrt")
        numbers = [0.25 for _ in row.parameters]
        assert eval(text, {"math": math}, fans) == pytest.approx(row.spread(7, 3, *numbers), rel=1e-15)


def test_every_activation_has_its_usual_initialiser():
    activations = {op.name for op in FUNCTIONS.values() if op.family == "activations"}
    assert activations - set(USUAL) == set()
    assert set(USUAL.values()) <= set(INITIALISERS)
    assert usual("gelu") == usual("swish") == usual("maxout") == "he_normal"
    assert usual("sigmoid") == usual("tanh") == "xavier_uniform"
    assert usual(None) == usual("") == usual("sin") == "lecun_normal"


def test_zero_sizes_draw_nothing():
    assert initial(replace(leaf("he"), shape=(0, 3), fan_in=0), 0).shape == (0, 3)
