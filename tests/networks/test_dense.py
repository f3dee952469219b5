"""dense, mlp, maxout and dropout against PyTorch: values and gradients, of vectors and of batches."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import gradviz
from gradviz.errors import NameProblem
from tests.networks.layers import Built, built, waves

torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch==2.13.0")
functional = torch.nn.functional

TIGHT = {"rtol": 1e-10, "atol": 1e-10}

ACTIVATIONS = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": functional.relu,
    "leaky_relu": functional.leaky_relu,
    "elu": functional.elu,
    "selu": functional.selu,
    "gelu": functional.gelu,
    "gelu_tanh": lambda x: functional.gelu(x, approximate="tanh"),
    "softplus": functional.softplus,
    "silu": functional.silu,
    "mish": functional.mish,
    "hard_sigmoid": lambda x: torch.clamp((x + 3) / 6, 0, 1),  # its own slope is 1/6 in single precision
    "exp": torch.exp,
    "softmax": lambda x: functional.softmax(x, -1),
    "log_softmax": lambda x: functional.log_softmax(x, -1),
}

SHAPES = [(3,), (1,), (4, 3), (2, 5, 3)]


def agrees(layer: Built, theirs) -> None:
    """The value, and the gradients by the operand and by all parameters, for an upstream gradient without pattern.

    `theirs` makes PyTorch's value of the tensors by name: the operand "x" and what the layer made.
    """
    tensors = {name: torch.tensor(np.array(value), requires_grad=True) for name, value in layer.values.items()}
    made = theirs(tensors)
    np.testing.assert_allclose(layer.value(), made.detach().numpy(), **TIGHT)
    upstream = waves(tuple(made.shape), 0.1)
    made.backward(torch.tensor(upstream))
    found = layer.gradients(upstream)
    trained = {leaf.name for leaf in layer.graph.leaves.values() if leaf.role == "parameter"}
    assert {"x", *trained} <= set(found)
    for name in ("x", *trained):
        np.testing.assert_allclose(found[name], tensors[name].grad.numpy(), err_msg=name, **TIGHT)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("activation", [None, *ACTIVATIONS])
def test_dense(activation, shape):
    layer = built("dense", 2 * waves(shape), units=4, activation=activation)
    assert layer.graph.leaves["h.W"].shape == (shape[-1], 4)
    squash = ACTIVATIONS.get(activation, lambda z: z)
    agrees(layer, lambda t: squash(functional.linear(t["x"], t["h.W"].T, t["h.b"])))


@pytest.mark.parametrize("shape", SHAPES)
def test_dense_without_bias(shape):
    layer = built("dense", waves(shape), units=2, activation="tanh", bias=False)
    assert set(layer.graph.leaves) == {"h.W"}
    agrees(layer, lambda t: torch.tanh(t["x"] @ t["h.W"]))


def test_the_intermediate_of_dense_is_what_its_function_is_applied_to():
    layer = built("dense", waves((4, 3)), units=2, activation="sigmoid")
    x, W, b = (layer.values[name] for name in ("x", "h.W", "h.b"))
    np.testing.assert_allclose(layer.named("h.z"), x @ W + b, **TIGHT)


@pytest.mark.parametrize("shape", [(3,), (5, 3)])
@pytest.mark.parametrize("activation", [None, "tanh", "relu", "gelu", "softplus"])
def test_mlp_is_linear_at_its_end(activation, shape):
    layer = built("mlp", waves(shape), units=(4, 6, 2), activation=activation)
    squash = ACTIVATIONS.get(activation, lambda z: z)

    def theirs(t):
        h = squash(t["x"] @ t["h.h1.W"] + t["h.h1.b"])
        h = squash(h @ t["h.h2.W"] + t["h.h2.b"])
        return h @ t["h.h3.W"] + t["h.h3.b"]

    assert len(layer.graph.leaves) == 6
    agrees(layer, theirs)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("pieces", [2, 3, 5])
def test_maxout(shape, pieces):
    layer = built("maxout", 2 * waves(shape), units=4, pieces=pieces)

    def theirs(t):
        maps = [t["x"] @ t[f"h.W{k}"] + t[f"h.b{k}"] for k in range(1, pieces + 1)]
        return torch.stack(maps).amax(0)

    agrees(layer, theirs)


@pytest.mark.parametrize("shape", [(7,), (4, 3)])
@pytest.mark.parametrize("rate", [Fraction(1, 4), 0.5, 0.9])
def test_dropout_scales_what_its_mask_keeps(shape, rate):
    layer = built("dropout", waves(shape), rate=rate)
    mask = (waves(shape, 0.9) > 0).astype(float)
    assert 0 < mask.sum() < mask.size
    layer.values["h.mask"] = mask
    kept = torch.tensor(mask)
    agrees(layer, lambda t: t["x"] * kept / (1 - float(rate)))
    gradient = layer.gradients(np.ones(shape))["x"]
    assert np.array_equal(gradient != 0, mask != 0)


@pytest.mark.parametrize("settings", [{"training": False, "rate": 0.5}, {"rate": 0}])
def test_dropout_that_drops_nothing_is_the_identity(settings):
    layer = built("dropout", waves((4, 3)), **settings)
    assert not layer.graph.leaves
    agrees(layer, lambda t: t["x"] * 1)


def test_dense_layers_train_through_dropout():
    """Two layers with a mask between them, with the gradients of everything."""
    from gradviz.graph.graph import Graph
    from gradviz.graph.site import GraphSite

    site = GraphSite(Graph())
    x = site.graph.input("x", (5, 3))
    h = site.block("dropout", site.block("dense", x, name="h", units=4, activation="tanh"), name="d", rate=0.25)
    out = site.block("dense", h, name="o", units=2)
    values = {"x": waves((5, 3))} | {
        leaf.name: waves(leaf.shape, k) for k, leaf in enumerate(site.graph.leaves.values())
    }
    values["d.mask"] = (waves((5, 4), 0.4) > -0.2).astype(float)

    def theirs(t):
        h = torch.tanh(t["x"] @ t["h.W"] + t["h.b"]) * t["d.mask"] / 0.75
        return h @ t["o.W"] + t["o.b"]

    agrees(Built(site.graph, x, out, values), theirs)


def test_what_a_layer_made_can_be_explained_itself():
    text = "x : 3; h = dense(x, 2, tanh); f = sum(h^2)"
    found = gradviz.explain(text, of="h.z", seed=1, formulas=False).data
    values = {name: np.array(value.entries).reshape(value.shape) for name, value in found.inputs.items()}
    assert found.output == "h.z"
    np.testing.assert_allclose(found.value.entries, values["x"] @ values["h.W"] + values["h.b"], **TIGHT)


@pytest.mark.parametrize(
    ("of", "says", "hint"),
    [("h.q", "h makes nothing named 'h.q'", "h.z"), ("f.z", "f makes nothing named 'f.z'", "f is no layer"),
     ("k.z", "the program has no name 'k.z'", "h")],
)  # fmt: skip
def test_what_a_layer_did_not_make_cannot(of, says, hint):
    with pytest.raises(NameProblem, match=says) as caught:
        gradviz.explain("x : 3; h = dense(x, 2, tanh); f = sum(h^2)", of=of)
    assert hint in caught.value.hint
