"""PyTorch's functions and modules as forward and backward passes on NumPy arrays."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gradviz.errors import ValueProblem
from gradviz.interop.custom import Custom, named


def custom(module: Any, inputs: tuple[Any, ...]) -> Custom:
    """An `autograd.Function` class, an `nn.Module` or a function of tensors, in double precision.

    A module is copied, never changed.

    Raises:
        ValueProblem: it is something else.
    """
    import torch

    given = {name: _array(value) for name, value in named(inputs).items()}
    if isinstance(module, type) and issubclass(module, torch.autograd.Function):
        function = module
        return _made(module.__name__, given, lambda tensors: function.apply(*tensors.values()))  # type: ignore[attr-defined]
    if isinstance(module, torch.nn.Module):
        return _of_module(module, given)
    if callable(module) and not isinstance(module, type):
        return _made(getattr(module, "__name__", "the function"), given, lambda tensors: module(*tensors.values()))
    raise ValueProblem(
        f"{getattr(module, '__name__', type(module).__name__)} is no autograd.Function class and no nn.Module",
        hint="give the class itself, or a module",
    )


def _of_module(module: Any, given: Mapping[str, Any]) -> Custom:
    import torch

    twin = copy.deepcopy(module).cpu().double()
    parameters = {name: value.detach().numpy().copy() for name, value in twin.named_parameters()}
    buffers = {name: value.detach().clone() for name, value in twin.named_buffers()}

    def called(tensors: Mapping[str, Any]) -> Any:
        own = {name: tensors[name] for name in parameters} | {name: kept.clone() for name, kept in buffers.items()}
        return torch.func.functional_call(twin, own, tuple(tensors[name] for name in given))

    return _made(type(module).__name__, {**given, **parameters}, called)


def _array(value: Any) -> Any:
    if hasattr(value, "detach"):
        plain = value.detach().cpu()
        made = (plain.double() if plain.is_floating_point() else plain).numpy().copy()  # NumPy has no bfloat16
    else:
        made = np.array(value)
    return made.astype(np.float64) if made.dtype.kind == "f" else made


def _made(name: str, at: Mapping[str, Any], called: Callable[[Mapping[str, Any]], Any]) -> Custom:
    import torch

    def function(values: Mapping[str, Any]) -> Any:
        with torch.no_grad():
            return _one(called({key: torch.as_tensor(value) for key, value in values.items()})).numpy()

    def gradient(values: Mapping[str, Any], upstream: Any) -> Mapping[str, Any]:
        tensors = {key: torch.as_tensor(value) for key, value in values.items()}
        floats = [key for key, tensor in tensors.items() if tensor.is_floating_point()]
        for key in floats:
            tensors[key].requires_grad_()
        output = _one(called(tensors))
        if not output.requires_grad:
            return {key: np.zeros(tensors[key].shape) for key in floats}
        output.backward(torch.as_tensor(upstream, dtype=output.dtype).reshape(output.shape))
        found = {key: tensors[key].grad for key in floats}
        return {key: np.zeros(tensors[key].shape) if g is None else g.numpy() for key, g in found.items()}

    return Custom(name, at, function, gradient)


def _one(output: Any) -> Any:
    import torch

    if not isinstance(output, torch.Tensor):
        raise ValueProblem(
            f"the forward pass gives {type(output).__name__}, not one tensor",
            hint="wrap it so that it gives one tensor",
        )
    return output
