"""`gradcheck_module`: a backward pass written for PyTorch or JAX, beside differences of its forward pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, Literal

from gradviz.api.gradchecking import Gradcheck
from gradviz.errors import ValueProblem
from gradviz.interop.custom import Custom

ADAPTERS: Mapping[str, str] = MappingProxyType({"torch": "gradviz.interop.torch", "jax": "gradviz.interop.jax"})
"""By library, the module whose `custom(thing, inputs)` makes its object a function and a gradient on NumPy arrays."""


def gradcheck_module(
    module: Any,
    *inputs: Any,
    wrt: str | tuple[str, ...] | None = None,
    mode: Literal["auto", "full", "fast"] = "auto",
    seed: int = 0,
) -> Gradcheck:
    """Check the backward pass of a PyTorch or JAX object against differences of its forward pass, in double precision.

    Args:
        module: a `torch.autograd.Function` class (or its `apply`), a `torch.nn.Module` (its parameters are arguments
            too, under their own names), a JAX function, such as one with a `custom_vjp` or `custom_jvp`; or any Python
            function of tensors, if an input is a tensor or a JAX array.
        inputs: what it is called with: tensors, arrays or numbers. What is no float is held fixed.
        wrt: the names of arguments, where they are not all: `x1`, `x2` … for inputs, a parameter's own name.
        mode: as for `gradcheck`.
        seed: as for `gradcheck`.

    Raises:
        ValueProblem: the object is of neither library, or gives no tensor.

    Example:
        >>> gradcheck_module(len, [1.0])
        Traceback (most recent call last):
            ...
        gradviz.errors.ValueProblem: builtin_function_or_method is neither PyTorch's nor JAX's
        hint: give an autograd.Function, an nn.Module or a JAX function; other code: gradcheck(fn, grad, at=x)
    """
    from gradviz.checking.numeric.check import check_gradient

    owner = getattr(module, "__self__", None)
    thing = owner if isinstance(owner, type) and getattr(module, "__name__", "") == "apply" else module
    found = _adapter(thing, inputs)(thing, inputs)
    by = (wrt,) if isinstance(wrt, str) else wrt
    return Gradcheck(
        check_gradient(found.function, found.gradient, dict(found.at), wrt=by, mode=mode, seed=seed, name=found.name)
    )


def _adapter(module: Any, inputs: tuple[Any, ...]) -> Callable[[Any, tuple[Any, ...]], Custom]:
    """The adapter of the library that the object is of, or else, of a function, that its inputs are of."""
    kind = module if isinstance(module, type) else type(module)
    told = [kind, *map(type, inputs)] if callable(module) and not isinstance(module, type) else [kind]
    for parent in (parent for one in told for parent in one.__mro__):
        library = parent.__module__.partition(".")[0].removesuffix("lib")
        if library in ADAPTERS:
            made: Callable[[Any, tuple[Any, ...]], Custom] = import_module(ADAPTERS[library]).custom
            return made
    raise ValueProblem(
        f"{kind.__name__} is neither PyTorch's nor JAX's",
        hint="give an autograd.Function, an nn.Module or a JAX function; other code: gradcheck(fn, grad, at=x)",
    )
