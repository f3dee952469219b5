"""Arrays that a function uses without taking them as arguments: the lengths of their axes explain factors."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gradviz.shape import Shape

DEEP = 8
"""How many wrappers (partials, methods, decorators) are looked through."""
SEEN = 64
"""How many arrays are looked at."""


def arrays_behind(function: Callable[..., Any]) -> dict[str, Shape]:
    """The shapes by name of the arrays in a function's closure, its globals, its partial arguments and its object.

    Only shapes are read, and nothing of the user's is called.

    Example:
        >>> from types import SimpleNamespace
        >>> X = SimpleNamespace(shape=(8, 3))
        >>> arrays_behind((lambda X: lambda w: X @ w)(X))
        {'X': (8, 3)}
    """
    found: dict[str, Shape] = {}
    for names in _namespaces(function):
        for name, value in names.items():
            shape = _shape(value)
            if shape is not None and len(found) < SEEN:
                found.setdefault(str(name), shape)
    return found


def _namespaces(function: Any) -> Iterator[Mapping[Any, Any]]:
    for _ in range(DEEP):
        if hasattr(function, "func") and hasattr(function, "keywords"):
            yield dict(function.keywords)
            function = function.func
        elif inspect.ismethod(function):
            yield dict(getattr(function.__self__, "__dict__", {}))
            function = function.__func__
        elif inspect.isfunction(function):
            try:
                closed = inspect.getclosurevars(function)
            except (TypeError, ValueError):
                return
            yield closed.nonlocals
            yield closed.globals
            if not hasattr(function, "__wrapped__"):
                return
            function = function.__wrapped__
        elif hasattr(function, "__dict__") and not isinstance(function, type):
            yield dict(function.__dict__)
            function = vars(type(function)).get("__call__")
        else:
            return


def _shape(value: Any) -> Shape | None:
    if isinstance(value, type):
        return None
    try:
        shape = getattr(value, "shape", None)
    except Exception:  # a property of the user's may raise anything
        return None
    if isinstance(shape, tuple) and shape and all(type(length) is int for length in shape):
        return tuple(shape)
    return None
