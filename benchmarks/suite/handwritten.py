"""Loss and gradients of a perceptron as someone writes them by hand over NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from suite.case import Ready
from suite.perceptron import Array, Perceptron, flat


def naive(net: Perceptron) -> Ready:
    """A textbook's forward and backward pass; every array is a new one."""

    def call(x: Array, t: Array, *p: Array) -> tuple[Any, list[Any]]:
        kept, h = [x], x
        for layer in range(net.layers):
            h = h @ p[2 * layer] + p[2 * layer + 1]
            if layer < net.layers - 1:
                h = np.tanh(h) if net.activation == "tanh" else np.maximum(h, 0)
            kept.append(h)
        if net.loss == "mse":
            d = h - t
            loss, d = np.mean(d * d), 2 * d / d.size
        else:
            shifted = h - h.max(1, keepdims=True)
            powers = np.exp(shifted)
            total = powers.sum(1, keepdims=True)
            loss, d = -np.sum(t * (shifted - np.log(total))) / len(x), (powers / total - t) / len(x)
        gradients: list[Any] = [None] * len(p)
        for layer in reversed(range(net.layers)):
            gradients[2 * layer], gradients[2 * layer + 1] = kept[layer].T @ d, d.sum(0)
            if layer:
                d = d @ p[2 * layer].T
                d = d * (1 - kept[layer] ** 2) if net.activation == "tanh" else d * (kept[layer] > 0)
        return loss, gradients

    return Ready(call, (*net.batch(), *net.parameters()), lambda found: flat(*found))


def with_out(net: Perceptron) -> Ready:
    """The same with every array made beforehand, `out=` everywhere, and in place where a value is dead."""
    shapes = [(net.rows, size) for size in net.sizes[1:]]
    outputs, deltas = [np.empty(s, net.dtype) for s in shapes], [np.empty(s, net.dtype) for s in shapes]
    masks = [np.empty(s, bool) for s in shapes]
    gradients = [np.empty_like(p) for p in net.parameters()]
    ones, top = np.ones(net.rows, net.dtype), np.empty((net.rows, 1), net.dtype)
    places = np.arange(net.rows) * net.sizes[-1] + (net.classes() if net.loss != "mse" else 0)
    scale = net.dtype(2.0 / (net.rows * net.sizes[-1]) if net.loss == "mse" else 1.0 / net.rows)
    last, relu, squares = net.layers - 1, net.activation == "relu", net.loss == "mse"
    rows, dot, add, subtract, multiply = net.rows, np.dot, np.add, np.subtract, np.multiply

    def call(x: Array, t: Array, *p: Array) -> tuple[Any, list[Array]]:
        h = x
        for layer, z in enumerate(outputs):
            dot(h, p[2 * layer], z)
            add(z, p[2 * layer + 1], z)
            if layer < last:
                np.maximum(z, 0, out=z) if relu else np.tanh(z, z)
            h = z
        d = deltas[last]
        if squares:
            subtract(h, t, d)
            r = d.ravel()
            loss = float(dot(r, r)) / r.size
            multiply(d, scale, d)
        else:
            np.maximum.reduce(h, 1, None, top, True)
            subtract(h, top, h)
            np.exp(h, d)
            add.reduce(d, 1, None, top, True)
            loss = (float(np.log(top).sum()) - float(h.take(places).sum())) / rows
            multiply(top, rows, top)
            np.divide(d, top, d)
            d.reshape(-1)[places] -= scale
        for layer in range(last, -1, -1):
            dot((outputs[layer - 1] if layer else x).T, d, gradients[2 * layer])
            dot(ones, d, gradients[2 * layer + 1])
            if layer:
                before, h = deltas[layer - 1], outputs[layer - 1]
                dot(d, p[2 * layer].T, before)
                if relu:
                    np.greater(h, 0, masks[layer - 1])
                    multiply(before, masks[layer - 1], before)
                else:
                    multiply(h, h, h)
                    subtract(1, h, h)
                    multiply(before, h, before)
                d = before
        return loss, gradients

    return Ready(call, (*net.batch(), *net.parameters()), lambda found: flat(*found))
