"""Powers and exponentials."""

from __future__ import annotations

from typing import Any

from gradviz.checking.diagnosis.scalar.steps import Here
from gradviz.checking.diagnosis.slip import Slip
from gradviz.checking.diagnosis.slip import slip as _slip


def _log(h: Here, u: Any) -> Any:
    return h.fn("log", u)


# fmt: off
POWER: tuple[Slip, ...] = (
    _slip("miscounted", 0.12, "power rule", lambda h: (h.c + 1) * h.u**(h.c - 1) * h.du,
          "a number was worked out wrongly: one more than the exponent {c} came down"),
    _slip("sign of the power", 0.1, "sign", lambda h: -(h.c * h.u**(h.c - 1) * h.du),
          "the sign is lost when the exponent {c} comes down"),
    _slip("exponent's sign lost", 0.3, "power rule", lambda h: h.c * h.u**(1 - h.c) * h.du,
          "the new exponent has the wrong sign"),
    _slip("raised, sign lost", 0.3, "power rule", lambda h: -(h.c * h.u**(h.c + 1) * h.du),
          "the exponent was raised by one, and the sign is lost"),
    _slip("exponent negated", 0.2, "power rule", lambda h: h.c * h.u**(-h.c) * h.du,
          "the exponent changed its sign; it is lowered by one"),
    _slip("divided by the exponent", 0.3, "power rule", lambda h: h.u**(h.c - 1) / h.c * h.du,
          "divided by the exponent {c}; it multiplies"),
    _slip("exponent alone", 0.3, "power rule", lambda h: h.c + 0 * h.du,
          "only the exponent {c} is left"),
    _slip("lowered twice", 0.15, "power rule", lambda h: h.c * (h.c - 1) * h.u**(h.c - 1) * h.du,
          "the exponent came down twice"),
    _slip("as an exponential", 0.15, "power rule", lambda h: h.u**h.c * _log(h, h.u) * h.du,
          "the power was differentiated like an exponential: a factor ln came in"),
    _slip("power of the slope", 0.2, "chain rule", lambda h: h.c * h.du**(h.c - 1) * h.u,
          "{u} and its derivative changed places"),
    _slip("slope to the power", 0.3, "chain rule", lambda h: h.du**h.c,
          "the inside was differentiated and then raised to {c}"),
    _slip("base lost", 0.2, "power rule", lambda h: h.c * h.du,
          "the exponent {c} came down and the power was dropped"),
    _slip("exponent halved", 0.1, "power rule", lambda h: h.c * h.u**(h.c / 2) * h.du,
          "the exponent was halved; it is lowered by one"),
    _slip("fraction inverted", 0.25, "power rule", lambda h: h.u**(h.c - 1) / h.c * h.du,
          "the exponent {c} came down upside down"),
    _slip("lowered by half", 0.15, "power rule", lambda h: h.c * h.u**(h.c - h.b.constant(1) / 2) * h.du,
          "the exponent was lowered by 1/2; it is lowered by 1"),
    _slip("same exponent below", 0.25, "power rule", lambda h: h.c * h.u**(-(h.c - 1)) * h.du,
          "the lowered exponent has the wrong sign"),
)

EXPONENTIAL: tuple[Slip, ...] = (
    _slip("ln of the exponent", 0.3, "exponential", lambda h: h.c**h.u * _log(h, h.u) * h.du,
          "the logarithm is of the exponent; it belongs to the base {c}"),
    _slip("ln a alone", 0.2, "exponential", lambda h: _log(h, h.c) + 0 * h.du,
          "only ln {c} is left; the power is missing"),
    _slip("exponent lowered", 0.2, "exponential", lambda h: h.c**(h.u - 1) * h.du,
          "the exponent was lowered by one"),
    _slip("ln a, lowered", 0.2, "exponential", lambda h: _log(h, h.c) * h.c**(h.u - 1) * h.du,
          "the exponent was lowered by one; it stays as it is"),
    _slip("base for ln a", 0.3, "exponential", lambda h: h.c * h.c**h.u * h.du,
          "multiplied by {c}; it should be ln {c}"),
    _slip("power rule, whole", 0.5, "exponential", lambda h: h.u * h.c**(h.u - 1) + 0 * h.du,
          "the power rule was used on an exponential"),
)

TOWER: tuple[Slip, ...] = (
    _slip("power rule alone", 0.8, "tower", lambda h: h.v * h.u**(h.v - 1) * h.du + 0 * h.dv,
          "the power rule alone was used; the exponent varies too"),
    _slip("exponential rule alone", 0.6, "tower", lambda h: h.u**h.v * _log(h, h.u) * h.dv + 0 * h.du,
          "the exponential rule alone was used; the base varies too"),
    _slip("power itself lost", 0.4, "tower", lambda h: h.dv * _log(h, h.u) + h.v * h.du / h.u,
          "the factor {y} itself is missing"),
    _slip("power rule, v′", 0.3, "tower", lambda h: h.v * h.u**(h.v - 1) * h.dv,
          "the power rule was used, with the exponent's derivative"),
    _slip("ln u lost", 0.4, "tower", lambda h: h.u**h.v * (h.dv + h.v * h.du / h.u),
          "the factor ln {u} is missing"),
    _slip("v′·ln u alone", 0.3, "tower", lambda h: h.u**h.v * (_log(h, h.u) + h.du / h.u) + 0 * h.dv,
          "the factors of the exponent's product rule are incomplete"),
    _slip("slope to the slope", 0.2, "tower", lambda h: h.du**h.dv,
          "base and exponent were differentiated by themselves"),
    _slip("only v u′/u", 0.3, "tower", lambda h: h.u**h.v * h.v * h.du / h.u + 0 * h.dv,
          "the term with ln {u} is missing"),
    _slip("u′v′ in the exponent", 0.3, "tower", lambda h: h.u**h.v * h.dv * h.du / h.u,
          "v·ln u was differentiated as u′v′"),
)
# fmt: on
