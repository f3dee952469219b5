"""Graphs with groups for the tests: random ones, nested, and networks."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from gradviz.graph.graph import Graph, Term
from gradviz.graph.site import GraphSite

UNARY = ["tanh", "sigmoid", "sin", "neg"]


def scribbled(seed: int, steps: int = 14) -> Graph:
    """A random graph of numbers with nested groups, some of which have several outputs or share what enters them."""
    source = random.Random(seed)
    site = GraphSite(Graph())
    made: list[Term] = [site.graph.input(f"x{i}", value=round(source.uniform(-1, 1), 2)) for i in range(3)]
    open_groups: list[Any] = []
    for number in range(steps):
        if source.random() < 0.3 and len(open_groups) < 3:
            group = site.group(f"g{number}", source.choice(["cell", "block"]), "a note")
            group.__enter__()
            open_groups.append(group)
            if source.random() < 0.5:
                made.append(site.parameter("w", ()))
        elif source.random() < 0.3 and open_groups:
            open_groups.pop().__exit__(None, None, None)
        pool = made[-6:] if source.random() < 0.8 else made
        first, second = source.choice(pool), source.choice(pool)
        choice = source.random()
        if choice < 0.4:
            made.append(first + second)
        elif choice < 0.75:
            made.append(first * second)
        else:
            made.append(getattr(site, source.choice(UNARY))(first))
    while open_groups:
        open_groups.pop().__exit__(None, None, None)
    total = made[-1]
    for term in made[-4:-1]:
        total = total + term
    site.graph.name(total, "f")
    filled(site, seed)
    return site.graph


def filled(site: GraphSite, seed: int = 0) -> None:
    """Values for what the layers made."""
    numbers = np.random.default_rng(seed)
    for name, leaf in site.graph.leaves.items():
        site.graph.values[name] = np.round(numbers.normal(size=leaf.shape) * 0.7, 2)


def dense(site: GraphSite, x: Term, name: str, units: int, activation: str = "") -> Term:
    """A dense layer of operations."""
    note = f"{x.shape[-1]} → {units}" + (f", {activation}" if activation else "")
    with site.group(name, "dense", note):
        z = x @ site.parameter("W", (x.shape[-1], units)) + site.parameter("b", (units,))
        return site.apply(activation, z) if activation else z


def network(sizes: list[int], batch: int | None = 4, inner: str = "") -> Graph:
    """Dense layers, in a group of their own if `inner` names one, and a squared error."""
    site = GraphSite(Graph())
    rows = () if batch is None else (batch,)
    numbers = np.random.default_rng(1)
    x = site.graph.input("x", value=np.round(numbers.normal(size=(*rows, sizes[0])), 2))
    y = site.graph.input("y", value=np.round(numbers.normal(size=(*rows, sizes[-1])), 2))

    def layers(term: Term) -> Term:
        for i, units in enumerate(sizes[1:], 1):
            term = dense(site, term, f"h{i}", units, "tanh" if i < len(sizes) - 1 else "")
        return term

    if inner:
        with site.group(inner, "mlp"):
            made = layers(x)
    else:
        made = layers(x)
    with site.group("loss", "mse"):
        error = site.apply("mean", (made - y) ** 2)
    site.graph.name(error, "L")
    filled(site)
    return site.graph


def two_outputs() -> Graph:
    """A group two of whose nodes are read outside, with a part that serves both."""
    site = GraphSite(Graph())
    x, w = site.graph.input("x", value=0.3), site.graph.input("w", value=1.2)
    with site.group("cell", "cell", "two outputs"):
        t = site.tanh(x * w)
        first, second = t * t, site.exp(t) + x
    site.graph.name(first * second + x, "f")
    return site.graph


def residual() -> Graph:
    """A connection around a group."""
    site = GraphSite(Graph())
    x = site.graph.input("x", value=[0.2, 0.4, 0.1])
    total = x + dense(site, x, "h", 3, "tanh")
    site.graph.name(site.apply("sum", total**2), "f")
    filled(site)
    return site.graph


def shared_input() -> Graph:
    """Two groups that read the same."""
    site = GraphSite(Graph())
    x = site.graph.input("x", value=[0.2, 0.4, 0.1])
    product = dense(site, x, "a", 2, "tanh") * dense(site, x, "b", 2, "sigmoid")
    site.graph.name(site.apply("sum", product), "f")
    filled(site)
    return site.graph


def nested() -> Graph:
    """A group within a group, and an input used inside and outside."""
    site = GraphSite(Graph())
    x = site.graph.input("x", value=0.3)
    with site.group("outer", "block"):
        a = x * 2 + 1
        with site.group("inner", "sigmoid"):
            z = 1 / (1 + site.exp(-a))
        c = z * x
    site.graph.name(c**2 + x, "f")
    return site.graph


NETWORKS = {
    "2-3-1": lambda: network([2, 3, 1]),
    "three layers in one": lambda: network([2, 4, 4, 1], inner="net"),
    "vector": lambda: network([3, 2, 2], batch=None),
    "two outputs": two_outputs,
    "residual": residual,
    "shared input": shared_input,
    "nested": nested,
}

LAYERED = {
    "steps": lambda: "X : 6x3; h = rnn(X, 4); L = sum(h**2)",
    "gated steps": lambda: "X : 4x2; h = lstm(X, 3); L = sum(h**2)",
    "attention": lambda: "X : 4x3; h = attention(X); L = sum(h**2)",
    "images": lambda: "X : 1x6x6; c = conv2d(X, 2, 3, relu); p = max_pool(c, 2); L = mean(p**2)",
    "normalised": lambda: "X : 6x3; h = batch_norm(X); L = sum(h**2*X)",
    "three layers": lambda: "X : 5x4; y : 5x2; net = mlp(X, [6, 4, 2], relu); L = mse(net, y)",
    "twelve layers": lambda: (
        "X : 4x5; y : 4x1; net = mlp(X, [5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 1], tanh); L = mse(net, y)"
    ),
}
"""Programs with layers of the language: their inputs are drawn."""
