"""PyTorch as an independent witness: values, gradients by inputs and parameters, buffers, in both modes."""

from __future__ import annotations

import numpy as np
import pytest

from gradviz.graph.graph import Graph
from gradviz.graph.site import GraphSite
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate
from tests.networks.layers import Built, built, waves

torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch==2.13.0")
nn = torch.nn

TIGHT = {"rtol": 1e-10, "atol": 1e-10}


def tensor(array, grad=True):
    return torch.tensor(np.array(array, dtype=float), dtype=torch.float64, requires_grad=grad)


def agree(layer: Built, theirs, x, pairs):
    """Ours and theirs: the value; the gradients by x and by pairs of (our name, their gradient in our layout)."""
    value = layer.value()
    np.testing.assert_allclose(value, theirs.detach().numpy(), **TIGHT)
    upstream = waves(np.shape(value), 0.1)
    theirs.backward(torch.tensor(upstream))
    found = layer.gradients(upstream)
    if x.grad is not None:
        np.testing.assert_allclose(found.pop("x"), x.grad.numpy(), **TIGHT)
    for name, theirs_of in pairs.items():
        np.testing.assert_allclose(found[name], theirs_of(), err_msg=name, **TIGHT)
    assert set(pairs) == {leaf.name for leaf in layer.graph.leaves.values() if leaf.role == "parameter"}


CONVOLUTIONS = [
    ((1, 4, 4), {"channels": 1, "size": 2}),
    ((3, 6, 5), {"channels": 4, "size": 3, "padding": 1}),
    ((2, 3, 7, 6), {"channels": 4, "size": (3, 2), "stride": (2, 1), "padding": (1, 0)}),
    ((2, 2, 8, 8), {"channels": 3, "size": 3, "stride": 2, "padding": 2, "bias": False}),
    ((4, 1, 5, 5), {"channels": 2, "size": 5, "activation": "tanh"}),
    ((2, 3, 5, 5), {"channels": 2, "size": 1, "stride": 3}),
]


@pytest.mark.parametrize(("shape", "settings"), CONVOLUTIONS, ids=[str(shape) for shape, _ in CONVOLUTIONS])
def test_conv2d(shape, settings):
    layer = built("conv2d", waves(shape), **settings)
    x = tensor(layer.values["x"])
    params = {name: tensor(value) for name, value in layer.values.items() if name != "x"}
    made = nn.functional.conv2d(
        x, params["h.W"], params.get("h.b"), stride=settings.get("stride", 1), padding=settings.get("padding", 0)
    )
    made = torch.tanh(made) if settings.get("activation") else made
    agree(layer, made, x, {name: lambda p=p: p.grad.numpy() for name, p in params.items()})


def test_conv2d_can_be_differentiated_twice():
    """The gradient's gradient, by x and by W, of a sum of squares."""
    layer = built("conv2d", waves((2, 2, 5, 5)), channels=2, size=3, stride=2, padding=1)
    x, W, b = (tensor(layer.values[name]) for name in ("x", "h.W", "h.b"))
    loss = (nn.functional.conv2d(x, W, b, stride=2, padding=1) ** 3).sum()
    first = torch.autograd.grad(loss, W, create_graph=True)[0]
    direction = waves(first.shape, 0.7)
    (first * torch.tensor(direction)).sum().backward()

    cubed = layer.graph.sum(layer.output**3)
    back = differentiate(layer.graph, cubed.id)
    again = differentiate(back.graph, back.gradients[layer.graph["h.W"].id], upstream=direction)
    wanted = [again.gradients[layer.graph[name].id] for name in ("x", "h.W", "h.b")]
    for ours, theirs in zip(evaluate(again.graph, layer.values, wanted), (x, W, b), strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), **TIGHT)


POOLS = [
    ((4, 4), 2, None),
    ((3, 6, 6), 2, None),
    ((2, 3, 7, 5), (3, 2), None),
    ((2, 2, 6, 6), 3, 1),
    ((1, 5, 7), 2, (1, 3)),
]


@pytest.mark.parametrize(("shape", "size", "stride"), POOLS)
@pytest.mark.parametrize("kind", ["max_pool", "avg_pool"])
def test_pooling(kind, shape, size, stride):
    layer = built(kind, waves(shape), size=size, stride=stride)
    x = tensor(layer.values["x"])
    theirs = {"max_pool": nn.functional.max_pool2d, "avg_pool": nn.functional.avg_pool2d}[kind]
    batch = x[None] if len(shape) == 2 else x
    made = theirs(batch, size, stride)
    agree(layer, made[0] if len(shape) == 2 else made, x, {})


@pytest.mark.parametrize(("shape", "start"), [((2, 3, 4, 5), None), ((3, 4, 5), None), ((6, 2, 3), 1), ((4,), 0)])
def test_flatten(shape, start):
    layer = built("flatten", waves(shape), start=start)
    x = tensor(layer.values["x"])
    at = start if start is not None else int(len(shape) == 4)
    agree(layer, torch.flatten(x, at), x, {})


@pytest.mark.parametrize("indices", [[0, 2, 2, 1], [[4, 0], [0, 4]], 3])
def test_embedding(indices):
    layer = built("embedding", indices, count=5, dim=3)
    W = tensor(layer.values["h.W"])
    made = nn.functional.embedding(torch.tensor(indices), W)
    agree(layer, made, torch.tensor(0.0), {"h.W": lambda: W.grad.numpy()})
    assert not np.any(layer.gradients(waves(layer.output.shape))["x"])


@pytest.mark.parametrize("shape", [(5,), (3, 4), (2, 3, 6)])
def test_layer_norm(shape):
    layer = built("layer_norm", 3 * waves(shape), epsilon=1e-3)
    x, gain, shift = (tensor(layer.values[name]) for name in ("x", "h.gain", "h.shift"))
    made = nn.functional.layer_norm(x, shape[-1:], gain, shift, eps=1e-3)
    agree(layer, made, x, {"h.gain": lambda: gain.grad.numpy(), "h.shift": lambda: shift.grad.numpy()})


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [(6, 3), (2, 4), (3, 2, 4, 5)])
def test_batch_norm(shape, training):
    """The running statistics too: after one step they are theirs."""
    layer = built("batch_norm", 3 * waves(shape), training, momentum=0.3)
    theirs = (nn.BatchNorm2d if len(shape) == 4 else nn.BatchNorm1d)(shape[1], momentum=0.3, dtype=torch.float64)
    with torch.no_grad():
        for ours, name in (("gain", "weight"), ("shift", "bias"), ("mean", "running_mean"), ("var", "running_var")):
            getattr(theirs, name).copy_(torch.tensor(layer.values[f"h.{ours}"]))
    theirs.train(training)
    x = tensor(layer.values["x"])
    made = theirs(x)
    if training:
        for name, running in (("mean", theirs.running_mean), ("var", theirs.running_var)):
            np.testing.assert_allclose(layer.named(layer.graph.leaves[f"h.{name}"].update), running.numpy(), **TIGHT)
    else:
        assert all(not leaf.update for leaf in layer.graph.leaves.values())
    pairs = {"h.gain": lambda: theirs.weight.grad.numpy(), "h.shift": lambda: theirs.bias.grad.numpy()}
    agree(layer, made, x, pairs)


SEQUENCES = [(1, 2), (4, 3), (2, 5, 3)]


def recurrent(theirs, layer, shape):
    """Their layer with our parameters; theirs has transposed weights and two biases, of which the second is zero."""
    with torch.no_grad():
        theirs.weight_ih_l0.copy_(torch.tensor(layer.values["h.W_x"].T))
        theirs.weight_hh_l0.copy_(torch.tensor(layer.values["h.W_h"].T))
        theirs.bias_ih_l0.copy_(torch.tensor(layer.values["h.b"]))
        theirs.bias_hh_l0.zero_()
    return {
        "h.W_x": lambda: theirs.weight_ih_l0.grad.numpy().T,
        "h.W_h": lambda: theirs.weight_hh_l0.grad.numpy().T,
        "h.b": lambda: theirs.bias_ih_l0.grad.numpy(),
    }


@pytest.mark.parametrize("returns", ["all", "last"])
@pytest.mark.parametrize("shape", SEQUENCES)
@pytest.mark.parametrize("kind", ["tanh", "relu", "lstm"])
def test_recurrent_layers(kind, shape, returns):
    units, batched = 4, len(shape) == 3
    if kind == "lstm":
        layer = built("lstm", waves(shape), units=units, returns=returns)
        theirs = nn.LSTM(shape[-1], units, batch_first=batched, dtype=torch.float64)
    else:
        layer = built("rnn", waves(shape), units=units, activation=kind, returns=returns)
        theirs = nn.RNN(shape[-1], units, nonlinearity=kind, batch_first=batched, dtype=torch.float64)
    pairs = recurrent(theirs, layer, shape)
    x = tensor(layer.values["x"])
    states, _ = theirs(x)
    agree(layer, states if returns == "all" else states[..., -1, :], x, pairs)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize(("shape", "heads"), [((3, 4), 1), ((5, 6), 3), ((2, 4, 6), 2), ((2, 3, 4), 1), ((1, 2), 2)])
def test_attention(shape, heads, causal):
    layer = built("attention", waves(shape), heads=heads, causal=causal)
    width = shape[-1]
    theirs = nn.MultiheadAttention(width, heads, bias=False, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.tensor(np.concatenate([layer.values[f"h.W_{n}"].T for n in "qkv"])))
        theirs.out_proj.weight.copy_(torch.tensor(layer.values["h.W_o"].T))
    x = tensor(layer.values["x"])
    mask = torch.triu(torch.ones(shape[-2], shape[-2], dtype=torch.bool), 1) if causal else None
    made, _ = theirs(x, x, x, attn_mask=mask, need_weights=False)
    pairs = {
        f"h.W_{n}": lambda k=k: theirs.in_proj_weight.grad.numpy()[k * width : (k + 1) * width].T
        for k, n in enumerate("qkv")
    }
    agree(layer, made, x, {**pairs, "h.W_o": lambda: theirs.out_proj.weight.grad.numpy().T})


def test_a_small_network_of_all_kinds():
    """Image → convolution → normalised → pooled → flattened → dense: the layers fit together."""
    graph = Graph()
    site = GraphSite(graph)
    image = graph.input("x", (3, 1, 8, 8))
    h = site.block("conv2d", image, name="c", channels=4, size=3, padding=1, activation="relu")
    h = site.block("max_pool", site.block("batch_norm", h, name="n"), name="p", size=2)
    out = site.block("dense", site.block("flatten", h, name="f"), name="d", units=2)
    assert out.shape == (3, 2)
    values = {"x": waves((3, 1, 8, 8))} | {leaf.name: waves(leaf.shape, 0.2) for leaf in graph.leaves.values()}

    params = {name: tensor(value) for name, value in values.items()}
    made = torch.relu(nn.functional.conv2d(params["x"], params["c.W"], params["c.b"], padding=1))
    made = nn.functional.batch_norm(made, None, None, params["n.gain"], params["n.shift"], training=True)
    made = torch.flatten(nn.functional.max_pool2d(made, 2), 1) @ params["d.W"] + params["d.b"]
    made.sum().backward()
    back = differentiate(graph, out.id)
    for name in ("x", "c.W", "c.b", "n.gain", "n.shift", "d.W", "d.b"):
        (ours,) = evaluate(back.graph, values, [back.gradients[graph[name].id]])
        np.testing.assert_allclose(ours, params[name].grad.numpy(), err_msg=name, rtol=1e-9, atol=1e-9)
