"""The chain rule, the variable and constants: mistakes that can be made at any step."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from gradviz.checking.diagnosis.scalar.steps import Here
from gradviz.checking.diagnosis.slip import Slip
from gradviz.checking.diagnosis.slip import slip as _slip

# fmt: off
CHAIN: tuple[Slip, ...] = (
    _slip("inner derivative lost", 1.2, "chain rule", lambda h: h.outer_slope(h.u) + 0 * h.du,
          "the inner derivative {du} is missing"),
    _slip("inner function lost", 0.6, "chain rule", lambda h: h.outer_slope(h.variable) * h.du,
          "the outer derivative was taken at {x}; it belongs at {u}"),
    _slip("chain rule forgotten", 0.35, "chain rule", lambda h: h.outer_slope(h.variable) + 0 * h.du,
          "{u} was replaced by {x}, and the inner derivative {du} is missing"),
    _slip("taken at the inner slope", 0.3, "chain rule", lambda h: h.outer_slope(h.du),
          "the outer derivative was taken at {du}, the inner derivative; it belongs at {u}, times {du}"),
    _slip("slope inside and outside", 0.2, "chain rule", lambda h: h.outer_slope(h.du) * h.du,
          "the outer derivative was taken at {du}; it belongs at {u}"),
    _slip("function of the slope", 0.4, "chain rule", lambda h: h.outer(h.du),
          "only the inside was differentiated: {u} was replaced by {du}"),
    _slip("outer function kept", 0.5, "chain rule", lambda h: h.outer(h.u) * h.du,
          "only the inside was differentiated; the outer function was left as it is"),
    _slip("outer derivative lost", 0.5, "chain rule", lambda h: h.du,
          "only the inner derivative {du} is there; the outer one is missing"),
    _slip("divided by the inner slope", 0.4, "chain rule", lambda h: h.outer_slope(h.u) / h.du,
          "divided by the inner derivative {du}; it multiplies"),
    _slip("inner derivative added", 0.3, "chain rule", lambda h: h.outer_slope(h.u) + h.du,
          "the inner derivative {du} was added; it multiplies"),
    _slip("times the inner function", 0.3, "chain rule", lambda h: h.outer_slope(h.u) * h.u,
          "multiplied by {u} itself; it should be its derivative {du}"),
    _slip("inner derivative twice", 0.15, "chain rule", lambda h: h.outer_slope(h.u) * h.du * h.du,
          "the inner derivative {du} was multiplied in twice"),
    _slip("sign of the inner slope", 0.3, "chain rule", lambda h: -(h.outer_slope(h.u) * h.du),
          "the sign of the inner derivative {du} is lost"),
    _slip("outer and inner swapped", 0.2, "chain rule", lambda h: h.outer_slope(h.du) * h.u,
          "{u} and its derivative {du} changed places"),
    _slip("inner slope as a term", 0.15, "chain rule", lambda h: h.outer_slope(h.u) - h.du,
          "the inner derivative {du} was subtracted; it multiplies"),
)
"""Where something stands inside a function or power: it is more than the variable alone."""

BARE: tuple[Slip, ...] = (
    _slip("taken at the inner slope", 0.12, "chain rule", lambda h: h.outer_slope(h.du),
          "the derivative was taken at {du}, the derivative of {u}; it belongs at {u}"),
    _slip("outer derivative lost", 0.1, "chain rule", lambda h: h.du,
          "only the derivative of {u} is there; the outer one is missing"),
    _slip("function of the slope", 0.12, "chain rule", lambda h: h.outer(h.du),
          "only the inside was differentiated: {u} was replaced by {du}"),
)
"""Where the variable alone stands inside."""

WHOLE_STEP: Mapping[str, tuple[Slip, ...]] = MappingProxyType({
    "exp": (
        _slip("power rule on eˣ, whole", 0.4, "derivative of exp", lambda h: h.u * h.fn("exp", h.u - 1) + 0 * h.du,
              "the power rule was used on an exponential"),
    ),
})
"""Mistakes with a function and its inner derivative together."""

KEPT: tuple[Slip, ...] = (
    _slip("left standing", 0.2, "not differentiated", lambda h: _value(h), "{y} was left as it is, undifferentiated"),
)
"""Any step with parts."""

VARIABLE: tuple[Slip, ...] = (
    _slip("variable left standing", 0.15, "not differentiated", lambda h: h.variable,
          "it was left as it is; its derivative is 1"),
    _slip("variable held constant", 0.12, "variable", lambda h: 0 * h.variable,
          "it was held constant, as if it were a number"),
)

DEPENDENT: tuple[Slip, ...] = (
    _slip("y′ forgotten", 1.0, "implicit", lambda h: h.b.constant(1),
          "{y} was differentiated as if it were the variable: the factor {y}′ is missing"),
    _slip("y held constant", 0.7, "implicit", lambda h: h.b.constant(0),
          "{y} was held constant; it depends on {x}"),
    _slip("y left standing", 0.15, "implicit", lambda h: h.b.at(h.step.place),
          "{y} was left as it is, undifferentiated"),
    _slip("sign of y′",            0.2, "implicit", lambda h: -h.b.dependent,             "the sign of {y}′ is wrong"),
)
"""At the variable that depends on the other, in an implicit problem."""

CONSTANT: tuple[Slip, ...] = (
    _slip("constant kept",   0.6, "constant", lambda h: h.c, "the constant {y} was kept; its derivative is 0"),
    _slip("constant to one", 0.3, "constant", lambda h: h.b.constant(1),
          "the constant {y} was differentiated as if it were the variable; its derivative is 0"),
    _slip("constant to minus one", 0.1, "constant", lambda h: h.b.constant(-1),
          "the constant {y} became −1; its derivative is 0"),
)
# fmt: on


def _value(h: Here) -> Any:
    """The step itself, undifferentiated."""
    match h.step.kind:
        case "minus":
            return -h.u
        case "multiple":
            return h.c * h.u
        case "sum":
            return h.u + h.v
        case "difference":
            return h.u - h.v
        case "product":
            return h.u * h.v
        case "quotient":
            return h.u / h.v
        case "tower":
            return h.u**h.v
        case "operation":
            raise ValueError("rows say themselves what is left standing")
        case _:
            return h.outer(h.u)
