"""JAX's functions, with derivative rules of their own or without, as forward and backward passes on NumPy arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradviz.errors import ValueProblem
from gradviz.interop.custom import Custom, named


def custom(module: Any, inputs: tuple[Any, ...]) -> Custom:
    """A JAX function (`custom_vjp`, `custom_jvp`, jitted or plain), in double precision.

    Raises:
        ValueProblem: it cannot be called.
    """
    import jax

    if not callable(module):
        raise ValueProblem(f"{type(module).__name__} is no function", hint="give a function of JAX arrays")
    at = {name: _array(value) for name, value in named(inputs).items()}
    floats = [name for name, value in at.items() if value.dtype.kind == "f"]

    def function(values: Mapping[str, Any]) -> Any:
        with _double():
            return np.asarray(module(*(jax.numpy.asarray(value) for value in values.values())))

    def gradient(values: Mapping[str, Any], upstream: Any) -> Mapping[str, Any]:
        with _double():
            arrays = {name: jax.numpy.asarray(value) for name, value in values.items()}

            def of_floats(*given: Any) -> Any:
                return module(*(dict(zip(floats, given, strict=True)).get(name, arrays[name]) for name in arrays))

            output, pull = jax.vjp(of_floats, *(arrays[name] for name in floats))
            pulled = pull(jax.numpy.asarray(upstream, dtype=output.dtype).reshape(output.shape))
            return {name: np.asarray(part) for name, part in zip(floats, pulled, strict=True)}

    return Custom(getattr(module, "__name__", "the function"), at, function, gradient)


def _array(value: Any) -> Any:
    made = np.array(value)
    return made.astype(np.float64) if made.dtype.kind == "f" else made


def _double() -> Any:
    """Double precision while it lasts; the switch has moved between JAX's versions."""
    import jax

    if hasattr(jax, "enable_x64"):
        return jax.enable_x64(True)
    from jax.experimental import enable_x64

    return enable_x64(True)
