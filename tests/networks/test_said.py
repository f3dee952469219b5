"""Settings in errors are decimals; errors of settings stand under the setting, and hint at what there is."""

from fractions import Fraction

import pytest

import gradviz
from gradviz.errors import ParseError, UserError
from gradviz.graph.build import build
from gradviz.networks.table import BLOCKS
from gradviz.networks.wording import said
from gradviz.syntax.parser import parse


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        (Fraction(-1, 10), "-0.1"),
        (Fraction(1, 1_000_000), "0.000001"),
        (Fraction(1, 3), "0.333333"),
        (Fraction(3), "3"),
        (1e-9, "1e-09"),
        (True, "true"),
        (None, "none"),
        ((2, Fraction(1, 2)), "[2, 0.5]"),
        ("tanh", "tanh"),
    ],
)
def test_settings_are_said_as_they_are_written(setting, text):
    assert said(setting) == text


@pytest.mark.parametrize(
    ("text", "under", "says", "hint"),
    [
        ("h = dense(X, 2, foo)", "foo", "'foo' is no activation", "floor"),
        ("h = dense(X, 2, init=he(3))", "he(3)", "he_normal takes no numbers", "write he_normal"),
        ("h = dense(X, -2)", "-2", "not -2", "write dense(x, 8)"),
        ("h = dropout(X, -0.1)", "-0.1", "not -0.1", "dropout(x, 0.2)"),
        ("h = mlp(X, [8, 0], tanh)", "[8, 0]", "mlp needs a whole number of units from 1 up, not 0", "write mlp("),
        ("h = lstm(X, 0)", "0", "lstm needs a whole number", "write lstm(x, 8)"),
        ("h = batch_norm(X, epsilon=-0.000001)", "-0.000001", "epsilon cannot be -0.000001", "1e-5"),
        ("L = huber(X, Y, delta=-1/10)", "-1/10", "not -0.1", "delta=1"),
        ("L = mse(X, Y, reduction=foo)", "foo", "no reduction 'foo'", "batchmean"),
        ('L = nll_of("foo", X, Y)', '"foo"', "no distribution 'foo'", "bernoulli"),
    ],
)
def test_a_wrong_setting_is_underlined(text, under, says, hint):
    declared = "X : 4 x 2; Y : 4 x 2; "
    with pytest.raises(UserError) as caught:
        gradviz.explain(declared + text)
    error = caught.value
    assert (declared + text)[error.span.start : error.span.end] == under
    assert says in error.message
    assert hint in error.hint


def test_pooling_does_not_hint_at_padding_that_it_does_not_have():
    with pytest.raises(UserError) as caught:
        gradviz.explain("X : 1 x 4 x 4; h = max_pool(X, 5)")
    assert caught.value.hint == "take one of at most 4×4"


@pytest.mark.parametrize("form", ["normal(0.5)", "uniform(0.5)", "constant(0.1)", "constant(-1e-3)", "normal()"])
@pytest.mark.parametrize("how", ["init={}", "tanh, {}"])
def test_an_initialiser_with_numbers_is_written_as_a_call(form, how):
    spec = form.replace("(", " ").replace(")", "").strip()
    texts = [f"X : 4 x 2; h = dense(X, 2, {how.format(init)})" for init in (form, f'"{spec}"')]
    first, second = (build(parse(text)) for text in texts)
    assert first.leaves["h.W"].init == second.leaves["h.W"].init == spec


@pytest.mark.parametrize(("inside", "under"), [("c", "c"), ("sin(1)", "sin"), ("0.5, [1]", "[")])
def test_an_initialiser_takes_numbers_only(inside, under):
    text = f"X : 4 x 2; h = dense(X, 2, init=normal({inside}))"
    with pytest.raises(ParseError) as caught:
        gradviz.explain(text)
    assert text[caught.value.span.start : caught.value.span.end] == under
    assert caught.value.hint == "write normal(0.5)"


def test_nll_of_is_called_by_what_was_observed_and_the_parameters():
    assert BLOCKS["nll_of"].usage() == 'nll_of("normal", y, μ, …)'
    with pytest.raises(UserError) as caught:
        gradviz.explain('y : 3; m : 1; L = nll_of("normal", y, m)')
    assert "y is a vector of 3, the mean a vector of 1" in caught.value.message
    assert caught.value.hint == "give a mean of shape 3"
