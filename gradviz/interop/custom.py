"""What an adapter makes of another library's object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Custom:
    """Another library's forward and backward pass on NumPy arrays.

    Args:
        name: what the report calls it.
        at: the arguments by name.
        function: `function(values by name)` gives the output.
        gradient: `gradient(values by name, upstream)` gives the gradients by name.
    """

    name: str
    at: Mapping[str, Any]
    function: Callable[[Mapping[str, Any]], Any]
    gradient: Callable[[Mapping[str, Any], Any], Mapping[str, Any]]


def named(inputs: tuple[Any, ...]) -> dict[str, Any]:
    """Inputs by name: `x` where there is one, else `x1`, `x2` and so on."""
    return {"x" if len(inputs) == 1 else f"x{i}": value for i, value in enumerate(inputs, 1)}
