"""Backward passes written for PyTorch and JAX, right ones and ones with planted mistakes."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

from gradviz import errors, gradcheck_module

X = np.random.default_rng(3).normal(size=(4, 3))


@pytest.fixture(scope="module")
def torch() -> Any:
    return pytest.importorskip("torch", reason="PyTorch is not installed")


@pytest.fixture(scope="module")
def jax() -> Any:
    return pytest.importorskip("jax", reason="JAX is not installed")


def cubed(torch: Any, factor: float) -> Any:
    class Cube(torch.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx: Any, upstream: Any) -> Any:
            (x,) = ctx.saved_tensors
            return factor * upstream * x**2

    return Cube


@pytest.mark.parametrize(("factor", "verdict"), [(3.0, "right"), (2.0, "wrong"), (-3.0, "wrong"), (3.003, "wrong")])
def test_a_torch_function_is_judged_as_torch_judges_it(torch: Any, factor: float, verdict: str) -> None:
    function = cubed(torch, factor)
    assert gradcheck_module(function, torch.tensor(X)).verdict == verdict
    tensor = torch.tensor(X, requires_grad=True)
    theirs = torch.autograd.gradcheck(function.apply, (tensor,), rtol=1e-4, raise_exception=False)
    assert theirs is (verdict == "right")


def test_a_torch_function_may_be_given_by_its_apply_or_inside_a_function(torch: Any) -> None:
    for factor, verdict in ((3.0, "right"), (2.0, "wrong")):
        function = cubed(torch, factor)
        half = torch.tensor(X, dtype=torch.bfloat16)
        assert gradcheck_module(function.apply, half).verdict == verdict
        assert gradcheck_module(lambda x, f=function: f.apply(x).sum() * 2, half).verdict == verdict


LAYERS = ["BatchNorm1d(3)", "LayerNorm(3)", "ReLU()", "Softmax(1)", "Linear(3, 2)", "GELU()", "Hardtanh()", "GLU(0)"]


@pytest.mark.parametrize("layer", LAYERS)
def test_the_layers_of_torch_are_right(torch: Any, layer: str) -> None:
    name, _, given = layer.removesuffix(")").partition("(")
    numbers = [int(part) for part in given.split(",") if part]
    found = gradcheck_module(getattr(torch.nn, name)(*numbers), torch.tensor(X))
    assert found.verdict == "right", found.to_text()


def test_a_torch_module_is_checked_by_its_inputs_and_parameters(torch: Any) -> None:
    module = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.Tanh(), torch.nn.Linear(5, 2))
    before = [value.detach().clone() for value in module.parameters()]
    found = gradcheck_module(module, torch.tensor(X, dtype=torch.float32))
    assert found.verdict == "right"
    assert [one.name for one in found.report.arguments] == ["x", "0.weight", "0.bias", "2.weight", "2.bias"]
    assert all(torch.equal(a, b) for a, b in zip(before, module.parameters(), strict=True))


def test_a_wrong_parameter_gradient_is_named(torch: Any) -> None:
    class Scale(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.w = torch.nn.Parameter(torch.tensor([0.5, -1.0, 2.0]))

        def forward(self, x: Any) -> Any:
            return x * self.w + (self.w - self.w.detach())  # the second term has a gradient and no value

    found = gradcheck_module(Scale(), torch.tensor(X))
    assert [(one.name, one.verdict) for one in found.report.arguments] == [("x", "right"), ("w", "wrong")]


def test_dropout_is_noise(torch: Any) -> None:
    found = gradcheck_module(torch.nn.Dropout(0.5), torch.tensor(X))
    assert found.verdict == "not decided"


def test_integers_are_held_fixed(torch: Any) -> None:
    class Loss(torch.nn.Module):  # type: ignore[misc]
        def forward(self, scores: Any, labels: Any) -> Any:
            return torch.nn.functional.cross_entropy(scores, labels)

    found = gradcheck_module(Loss(), torch.tensor(X), torch.tensor([0, 1, 2, 1]))
    assert (found.verdict, [one.name for one in found.report.arguments]) == ("right", ["x1"])


def softplus(jax: Any, slope: Any) -> Any:
    @jax.custom_vjp
    def function(x: Any) -> Any:
        return jax.numpy.log1p(jax.numpy.exp(x))

    function.defvjp(lambda x: (function(x), x), lambda x, upstream: (upstream * slope(x),))
    return function


def test_a_jax_rule_is_judged(jax: Any) -> None:
    assert gradcheck_module(softplus(jax, jax.nn.sigmoid), X).verdict == "right"
    found = gradcheck_module(softplus(jax, lambda x: -jax.nn.sigmoid(x)), X)
    assert (found.verdict, found.causes) == ("wrong", ("x: the sign is wrong everywhere",))


def test_a_jax_jvp_rule_is_judged(jax: Any) -> None:
    @jax.custom_jvp
    def square(x: Any) -> Any:
        return x**2

    square.defjvp(lambda at, along: (square(at[0]), at[0] * along[0]))
    found = gradcheck_module(square, X)
    assert (found.verdict, found.causes[0].split(":")[1]) == (
        "wrong",
        " the code's gradient is 2 times too small everywhere",
    )


def test_a_jitted_function_of_two_arguments_is_right(jax: Any) -> None:
    assert gradcheck_module(jax.jit(lambda a, b: jax.numpy.tanh(a @ b)), X, X.T).verdict == "right"


@pytest.mark.parametrize("thing", [len, 3, "relu"])
def test_what_is_of_neither_library_is_refused(thing: Any) -> None:
    with pytest.raises(errors.ValueProblem, match="neither PyTorch's nor JAX's"):
        gradcheck_module(thing, X)


def test_neither_library_is_imported_by_gradviz() -> None:
    assert "gradviz.interop.modules" in sys.modules
    import gradviz.interop.custom
    import gradviz.interop.modules

    for module in (gradviz.interop.modules, gradviz.interop.custom):
        assert not {"torch", "jax"} & set(vars(module))
