"""What does not fit a layer is said in its terms, with what would fit."""

import numpy as np
import pytest

import gradviz
from gradviz.errors import DomainProblem, LimitError, NameProblem, ShapeError, UserError, ValueProblem
from gradviz.graph.graph import Graph
from gradviz.graph.site import GraphSite
from tests.networks.layers import built, waves

ERRORS = [
    ("conv2d", (1, 2, 2), {"channels": 1, "size": 3}, "a window of 3×3 is larger than the image of 2×2", "at most 2×2"),
    (
        "conv2d",
        (1, 2, 6),
        {"channels": 1, "size": (7, 2), "padding": 1},
        "a window of 7×2 is larger than the image of 2×6 (with its padding 4×8)",
        "take one of at most 2×6, or padding=3",
    ),
    ("conv2d", (5, 5), {"channels": 1, "size": 3}, "conv2d needs images with channels, not a 5×5", "[1, 5, 5]"),
    ("conv2d", (5,), {"channels": 1, "size": 3}, "conv2d needs images with channels, not a vector", "channels × rows"),
    ("conv2d", (0, 5, 5), {"channels": 1, "size": 3}, "conv2d needs at least one channel", None),
    ("conv2d", (1, 5, 5), {"channels": 0, "size": 3}, "whole number of channels from 1 up, not 0", "conv2d(x, 8, 3)"),
    ("conv2d", (1, 5, 5), {"channels": 1, "size": 0}, "0 is no size of windows", "from 1"),
    ("conv2d", (1, 5, 5), {"channels": 1, "size": (1, 2, 3)}, "[1, 2, 3] is no size of windows", "[down, across]"),
    ("conv2d", (1, 5, 5), {"channels": 1, "size": 2, "stride": 0}, "0 is no stride of windows", "from 1"),
    ("conv2d", (1, 5, 5), {"channels": 1, "size": 2, "padding": -1}, "-1 is no padding of windows", "from 0"),
    ("conv2d", (1, 5, 5), {"channels": 1, "size": 2, "activation": "tanhh"}, "'tanhh' is no activation", "'tanh'"),
    (
        "conv2d",
        (1, 5, 5),
        {"channels": 1, "size": 2, "activation": "softmax"},
        "softmax cannot be conv2d's activation",
        "axis=-3",
    ),
    ("conv2d", (1, 5, 5), {"size": 2}, "channels", None),
    ("max_pool", (5,), {"size": 2}, "a vector of 5 is no image", "rows and columns"),
    ("avg_pool", (2, 2), {"size": 3}, "a window of 3×3 is larger than the image of 2×2", "at most 2×2"),
    ("flatten", (2, 3), {"start": 3}, "flatten cannot keep 3 axes of a 2×3 matrix", "start=1"),
    ("embedding", (2,), {"count": 0, "dim": 2}, "embedding's count must be a whole number from 1 up", "embedding(ind"),
    ("embedding", (2,), {"count": 3, "dim": 0}, "embedding's dim must be a whole number from 1 up", "embedding(ind"),
    ("layer_norm", (), {}, "layer_norm needs entries to normalise, not a scalar", "a vector or a batch"),
    ("layer_norm", (3,), {"epsilon": -1}, "epsilon cannot be -1", "1e-5"),
    ("batch_norm", (1, 3), {}, "batch_norm needs at least two values of each feature in training", "layer_norm"),
    ("batch_norm", (3,), {}, "batch_norm needs at least two values of each feature in training", "layer_norm"),
    ("batch_norm", (2, 3, 4), {}, "does not know which axis of a 2×3×4 array holds the features", "samples × features"),
    ("batch_norm", (2, 3), {"momentum": 2}, "momentum cannot be 2", "from 0 to 1"),
    ("rnn", (3,), {"units": 2}, "rnn needs a sequence, not a vector of 3", "steps × features"),
    ("rnn", (0, 3), {"units": 2}, "rnn needs at least one step", None),
    ("rnn", (2, 3), {"units": 2, "returns": "first"}, "there is no 'first' to return", 'returns="last"'),
    ("rnn", (2, 3), {"units": 2, "activation": "tan7"}, "'tan7' is no activation", None),
    ("lstm", (2, 3, 4, 5), {"units": 2}, "lstm needs a sequence, not a 2×3×4×5 array", "samples × steps × features"),
    ("lstm", (2, 3), {"units": 0}, "lstm needs a whole number of units from 1 up", None),
    ("attention", (4, 6), {"heads": 4}, "4 heads do not divide the 6 features", "1, 2, 3, 6"),
    ("attention", (4, 6), {"heads": 0}, "a whole number of heads from 1 up, not 0", None),
    ("attention", (6,), {}, "attention needs a sequence, not a vector of 6", "places × features"),
]


@pytest.mark.parametrize(("kind", "shape", "settings", "says", "hint"), ERRORS)
def test_what_does_not_fit(kind, shape, settings, says, hint):
    site = GraphSite(Graph())
    with pytest.raises(UserError) as caught:
        site.block(kind, site.graph.input("x", shape), **settings)
    assert says in caught.value.message
    if hint is not None:
        assert hint in caught.value.hint


def test_an_initialiser_that_does_not_exist():
    with pytest.raises(ValueProblem, match="there is no initialiser 'hee_normal'"):
        built("conv2d", waves((1, 3, 3)), channels=1, size=2, init="hee_normal")


@pytest.mark.parametrize(("kind", "shape"), [("rnn", (2001, 1)), ("attention", (10_001, 1)), ("conv2d", (1, 3, 3))])
def test_limits(kind, shape):
    site = GraphSite(Graph())
    settings = {"rnn": {"units": 1}, "attention": {}, "conv2d": {"channels": 10**7, "size": 1}}[kind]
    with pytest.raises(LimitError):
        site.block(kind, site.graph.input("x", shape), **settings)


def test_a_layer_that_does_not_exist():
    site = GraphSite(Graph())
    with pytest.raises(NameProblem, match="conv3d"):
        site.block("conv3d", site.graph.input("x", (1, 3, 3)))


@pytest.mark.parametrize(
    ("indices", "says"),
    [
        ([0.0, 7.0], "x[1] is 7, but the rows of h.W are counted from 0 to 3"),
        ([[0.0, 1.0], [-1.0, 9.0]], "x[1, 0] is −1, but the rows of h.W are counted from 0 to 3"),
        ([0.5], "x[0] is 0.5, but the rows of h.W are counted from 0 to 3"),
        (4.0, "x is 4, but the rows of h.W are counted from 0 to 3"),
    ],
)
def test_an_index_out_of_range_is_named_with_its_place(indices, says):
    layer = built("embedding", indices, count=4, dim=2)
    with pytest.raises(DomainProblem) as caught:
        gradviz.explain(layer.graph, at=layer.values)
    assert says in caught.value.message


def test_an_index_out_of_range_takes_nothing_from_the_others():
    """Its row is NaN, and no gradient of the table becomes so."""
    layer = built("embedding", [1.0, 9.0], count=3, dim=2)
    assert np.isnan(layer.value()[1]).all()
    np.testing.assert_array_equal(layer.value()[0], layer.values["h.W"][1])
    np.testing.assert_array_equal(layer.gradients(np.ones((2, 2)))["h.W"], [[0, 0], [1, 1], [0, 0]])


OPS = [
    ("correlate", [(2, 5, 5), (1, 3, 2, 2)], {}, "the image has 2 channels, the kernels are for 3"),
    ("correlate", [(1, 5, 5), (3, 2, 2)], {}, "a 3×2×2 array is no set of kernels"),
    ("correlate", [(5, 5), (1, 1, 2, 2)], {}, "a 5×5 matrix is no image with channels"),
    ("correlate_transpose", [(1, 2, 2), (1, 1, 2, 2)], {"shape": (4, 4)}, "is not what kernels of 1×1×2×2 make"),
    ("correlate_kernel", [(1, 4, 4), (1, 2, 2)], {"size": 2}, "is not what kernels of 1×1×2×2 make of images of 1×4×4"),
    ("windows", [(5,)], {"size": 2}, "a vector of 5 is no image"),
    ("fold", [(2, 2)], {"shape": (3, 3)}, "a 2×2 matrix holds no windows"),
    ("fold", [(1, 1, 2, 2)], {"shape": (3, 3)}, "does not hold the windows of an image of 3×3"),
    ("take", [(), (3,)], {}, "a scalar has no rows to take"),
    ("scatter_add", [(2, 3), (3,)], {"count": 4}, "does not begin with the shape of its indices, 3"),
    ("scatter_add", [(2, 3), (2,)], {"count": 0}, "0 is no number of rows"),
]


@pytest.mark.parametrize(("name", "shapes", "settings", "says"), OPS)
def test_operations_say_what_does_not_fit(name, shapes, settings, says):
    graph = Graph()
    with pytest.raises(ShapeError) as caught:
        graph.apply(name, *(graph.input(f"x{i}", shape) for i, shape in enumerate(shapes)), **settings)
    assert says in caught.value.message
    assert caught.value.hint
