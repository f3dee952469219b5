"""Random programs with letters for sizes: no formula that was found may fail its verification."""

from __future__ import annotations

import random

import pytest

from gradviz.graph.build import build
from gradviz.passes.backward import differentiate
from gradviz.passes.matrix.family import family_of
from gradviz.passes.matrix.forms import gradient_forms
from gradviz.syntax.parser import parse

LETTERS = ("m", "n", "k")
UNARY = ("tanh({})", "exp({})/4", "sigmoid({})", "relu({})", "({})^2", "-({})", "2*({})/3", "softplus({})")


class Maker:
    """Makes expressions of a shape out of inputs that it declares on the way."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.inputs: dict[str, tuple[str, ...]] = {}

    def leaf(self, shape: tuple[str, ...]) -> str:
        known = [name for name, own in self.inputs.items() if own == shape]
        if known and self.random.random() < 0.6:
            return self.random.choice(known)
        name = f"{'sxA'[len(shape)]}{len(self.inputs)}"
        self.inputs[name] = shape
        return name

    def expression(self, shape: tuple[str, ...], depth: int) -> str:
        if depth == 0:
            return self.leaf(shape)
        make = self.random.choice([self.unary, self.pair, self.product, self.reduced, self.spread, self.leaf_only])
        return make(shape, depth - 1)

    def leaf_only(self, shape: tuple[str, ...], depth: int) -> str:
        return self.leaf(shape)

    def unary(self, shape: tuple[str, ...], depth: int) -> str:
        if shape and self.random.random() < 0.2:
            return f"softmax({self.expression(shape, depth)})"
        if len(shape) == 2 and self.random.random() < 0.3:
            return f"({self.expression(shape[::-1], depth)}).T"
        return self.random.choice(UNARY).format(self.expression(shape, depth))

    def pair(self, shape: tuple[str, ...], depth: int) -> str:
        sign = self.random.choice(["+", "-", "*"])
        return f"(({self.expression(shape, depth)}) {sign} ({self.expression(shape, depth)}))"

    def product(self, shape: tuple[str, ...], depth: int) -> str:
        inner = self.random.choice(LETTERS)
        left, right = self.expression((*shape[:1], inner), depth), self.expression((inner, *shape[1:]), depth)
        if not shape:
            return f"dot({left}, {right})"
        return f"(({left}) @ ({right}))"

    def reduced(self, shape: tuple[str, ...], depth: int) -> str:
        inner = self.random.choice(LETTERS)
        if not shape:
            kind = self.random.choice(["sum({})", "mean({})", "||{}||^2", "logsumexp({})", "sqrt(1 + ||{}||^2)"])
            return kind.format(self.expression((inner,), depth))
        if len(shape) == 1:
            return f"{self.random.choice(['sum', 'mean'])}({self.expression((inner, shape[0]), depth)}, axis=0)"
        return self.pair(shape, depth)

    def spread(self, shape: tuple[str, ...], depth: int) -> str:
        small = shape[1:] if len(shape) == 2 else ()
        return f"(({self.expression(shape, depth)}) {self.random.choice('+-*')} ({self.expression(small, depth)}))"


def program(seed: int) -> str:
    maker = Maker(seed)
    first = maker.random.choice([("m",), ("m", "n"), ("n", "n")])
    q = maker.expression(first, 2)
    maker.inputs["q"] = first
    f = maker.expression((), 3)
    f = f"{f} + sum(q*tanh(q))"
    shapes = [f"{name} : {' x '.join(shape) or 'scalar'}" for name, shape in maker.inputs.items() if name != "q"]
    return "; ".join([*shapes, f"q = {q}", f"f = {f}"])


def failures(seed: int) -> list[str]:
    made = build(parse(program(seed)))
    names = {i: node.name for i, node in enumerate(made.graph.nodes) if node.name}
    users = [i for i in names if i != made.output]
    back = differentiate(made.graph, made.output)
    wanted = [made.graph.inputs[name] for name in made.inputs]
    forms = gradient_forms(back, wanted, names=names, users=users, family=family_of(made))
    whole = [i for i in wanted if i in forms.whole or i in forms.named]
    local = [names[i] for i in whole if i not in forms.general]
    return [*(names[i] for i in forms.failures), *local]


@pytest.mark.parametrize("seed", range(30))
def test_random_programs(seed):
    assert failures(seed) == [], program(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30, 330))
def test_many_random_programs(seed):
    assert failures(seed) == [], program(seed)
