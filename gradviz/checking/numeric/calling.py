"""How a function wants its arguments: by position, by keyword or as one dictionary; and an upstream gradient."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from inspect import Parameter
from typing import Any

POSITIONAL = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
UPSTREAM = frozenset({"upstream", "upstream_gradient", "dout", "d_out", "grad_output", "grad_out", "dy", "cotangent"})
"""What an optional parameter is called that takes the upstream gradient; a required one may have any name."""


def parameters(function: Callable[..., Any]) -> tuple[Parameter, ...]:
    """The parameters that have a name to be called by; none of a function that does not tell."""
    return tuple(one for one in _signature(function) if one.kind in (*POSITIONAL, Parameter.KEYWORD_ONLY))


def _signature(function: Callable[..., Any]) -> tuple[Parameter, ...]:
    try:
        return tuple(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return ()


def form_of(function: Callable[..., Any], names: Sequence[str]) -> str:
    """How a function takes values that are given by name: "keywords", or "mapping" (one dictionary).

    Example:
        >>> form_of(lambda W, b: 0, ("b", "W")), form_of(lambda parameters: 0, ("b", "W"))
        ('keywords', 'mapping')
    """
    known = {one.name for one in parameters(function) if one.kind is not Parameter.POSITIONAL_ONLY}
    if set(names) <= known:
        return "keywords"
    rest = any(one.kind is Parameter.VAR_KEYWORD for one in _signature(function))
    return "keywords" if rest and not set(required(function)) - set(names) else "mapping"


def form_beside(gradient: Callable[..., Any], names: Sequence[str], form: str) -> str:
    """How gradient code takes the arguments that its function takes in a form; its parameters may have other names."""
    if form == "positions":
        return form
    own = form_of(gradient, names)
    if form == "keywords" and own == "mapping" and len(required(gradient)) in (len(names), len(names) + 1):
        return "positions"
    return own


def required(function: Callable[..., Any]) -> tuple[str, ...]:
    """The parameters without a default value."""
    return tuple(one.name for one in parameters(function) if one.default is Parameter.empty)


def upstream_of(gradient: Callable[..., Any], names: Sequence[str], form: str) -> Parameter | None:
    """The parameter that takes the upstream gradient; None: the code gives the whole gradient.

    Example:
        >>> str(upstream_of(lambda x, upstream=1.0: upstream * x, ("x",), "positions"))
        'upstream=1.0'
        >>> upstream_of(lambda x, step=1.0: x, ("x",), "positions")
    """
    known = parameters(gradient)
    if form == "keywords":
        others = [one for one in known if one.name not in names]
    else:
        own = 1 if form == "mapping" else len(names)
        others = [one for one in known if one.kind in POSITIONAL][own:]
        others += [one for one in known if one.kind is Parameter.KEYWORD_ONLY]
    asked = [one for one in others if one.default is Parameter.empty]
    asked += [one for one in others if one.default is not Parameter.empty and one.name in UPSTREAM]
    return asked[0] if len(asked) == 1 else None
