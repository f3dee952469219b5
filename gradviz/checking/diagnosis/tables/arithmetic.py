"""Sums, products, quotients and coefficients: the mistakes that teachers know."""

from __future__ import annotations

from typing import Any

from gradviz.checking.diagnosis.scalar.steps import Here
from gradviz.checking.diagnosis.slip import Slip
from gradviz.checking.diagnosis.slip import slip as _slip


def _top(h: Here) -> Any:
    """The numerator of the quotient rule."""
    return h.du * h.v - h.u * h.dv


# fmt: off
MINUS: tuple[Slip, ...] = (
    _slip("minus lost", 1.0, "sign", lambda h: h.du, "the minus is lost"),
    Slip("minus misread", 0.3, "misread", "the minus was overlooked in the problem", lambda h: h.du, lambda h: h.u),
)

MULTIPLE: tuple[Slip, ...] = (
    _slip("coefficient lost", 1.0, "coefficient", lambda h: h.du,
          "the coefficient {c} is missing"),
    _slip("coefficient to zero", 0.3, "coefficient", lambda h: 0 * h.du,
          "the coefficient {c} was differentiated to 0, and the term went with it"),
    _slip("coefficient added", 0.2, "coefficient", lambda h: h.c + h.du,
          "the coefficient {c} was added; it multiplies"),
    _slip("coefficient as a factor", 0.2, "coefficient", lambda h: h.u + h.c * h.du,
          "the constant {c} was differentiated to 1 in a product rule; its derivative is 0"),
    _slip("coefficient kept apart", 0.2, "coefficient", lambda h: h.c * h.u + h.c * h.du,
          "the constant {c} was not differentiated in a product rule; its derivative is 0"),
    _slip("coefficient squared", 0.15, "coefficient", lambda h: h.c * h.c * h.du,
          "the coefficient {c} was multiplied in twice"),
    _slip("coefficient inverted", 0.3, "coefficient", lambda h: h.du / h.c,
          "divided by the coefficient {c}; it multiplies"),
    _slip("coefficient's sign", 0.5, "sign", lambda h: -(h.c * h.du),
          "the sign of the coefficient {c} is lost"),
    _slip("coefficient alone", 0.25, "coefficient", lambda h: h.c + 0 * h.du,
          "only the coefficient {c} is left; the derivative {du} is missing"),
    _slip("slope alone, of one", 0.1, "coefficient", lambda h: h.u + 0 * h.du,
          "{c} was differentiated to 1 and {u} kept; it is {c} that stays, and {u} is differentiated"),
    Slip("coefficient misread", 0.3, "misread", "the coefficient {c} was overlooked in the problem",
         lambda h: h.du, lambda h: h.u),
)

SUM: tuple[Slip, ...] = (
    _slip("second term dropped", 0.5, "sum", lambda h: h.du + 0 * h.dv,
          "the derivative of the second term, {v}, is missing"),
    _slip("first term dropped", 0.4, "sum", lambda h: h.dv + 0 * h.du,
          "the derivative of the first term, {u}, is missing"),
    _slip("sign of a term", 0.5, "sign", lambda h: h.du - h.dv,
          "the sign of the second term's derivative is wrong"),
    _slip("sign of first term", 0.3, "sign", lambda h: h.dv - h.du,
          "the sign of the first term's derivative is wrong"),
    _slip("product of slopes", 0.1, "sum", lambda h: h.du * h.dv,
          "the two derivatives were multiplied; they are added"),
    _slip("as a product", 0.1, "sum", lambda h: h.du * h.v + h.u * h.dv,
          "the sum was differentiated like a product"),
    Slip("plus misread", 0.3, "misread", "the plus was read as a minus", lambda h: h.du - h.dv, lambda h: h.u - h.v),
)

DIFFERENCE: tuple[Slip, ...] = (
    _slip("second term dropped", 0.5, "sum", lambda h: h.du + 0 * h.dv,
          "the derivative of the second term, {v}, is missing"),
    _slip("first term dropped", 0.4, "sum", lambda h: -h.dv + 0 * h.du,
          "the derivative of the first term, {u}, is missing"),
    _slip("minus lost",          0.7, "sign", lambda h: h.du + h.dv,     "the minus before the second term is lost"),
    _slip("order reversed",      0.3, "sign", lambda h: h.dv - h.du,     "the difference is the wrong way round"),
    _slip("sign of first term", 0.2, "sign", lambda h: -h.du - h.dv,
          "the sign of the first term's derivative is wrong"),
    _slip("product of slopes", 0.1, "sum", lambda h: h.du * h.dv,
          "the two derivatives were multiplied; they are subtracted"),
    Slip("minus misread", 0.3, "misread", "the minus was read as a plus", lambda h: h.du + h.dv, lambda h: h.u + h.v),
)

PRODUCT: tuple[Slip, ...] = (
    _slip("u′v′", 1.0, "product rule", lambda h: h.du * h.dv,
          "the two derivatives were multiplied; the product rule is u′v + uv′"),
    _slip("uu′ + vv′", 0.7, "product rule", lambda h: h.u * h.du + h.v * h.dv,
          "each factor was multiplied by its own derivative; the product rule is u′v + uv′"),
    _slip("u′v − uv′", 0.6, "product rule", lambda h: h.du * h.v - h.u * h.dv,
          "the two terms of the product rule were subtracted; they are added"),
    _slip("uv′ − u′v", 0.4, "product rule", lambda h: h.u * h.dv - h.du * h.v,
          "the two terms of the product rule were subtracted; they are added"),
    _slip("second term lost", 0.5, "product rule", lambda h: h.du * h.v + 0 * h.dv,
          "the product rule's second term, {u} times the derivative of {v}, is missing"),
    _slip("first term lost", 0.5, "product rule", lambda h: h.u * h.dv + 0 * h.du,
          "the product rule's first term, the derivative of {u} times {v}, is missing"),
    _slip("u′ + v′", 0.25, "product rule", lambda h: h.du + h.dv,
          "the two derivatives were added; the product rule is u′v + uv′"),
    _slip("u′v′ + uv", 0.2, "product rule", lambda h: h.du * h.dv + h.u * h.v,
          "u′v′ + uv is not the product rule, which is u′v + uv′"),
    _slip("u′v·uv′", 0.15, "product rule", lambda h: h.du * h.v * h.u * h.dv,
          "the two terms of the product rule were multiplied; they are added"),
    _slip("u′v′ twice", 0.1, "product rule", lambda h: 2 * (h.du * h.dv),
          "both terms of the product rule became u′v′; it is u′v + uv′"),
    _slip("u′v + v′", 0.25, "product rule", lambda h: h.du * h.v + h.dv,
          "the factor {u} is missing in the product rule's second term"),
    _slip("u′ + uv′", 0.25, "product rule", lambda h: h.du + h.u * h.dv,
          "the factor {v} is missing in the product rule's first term"),
    _slip("u′v + u′v′", 0.2, "product rule", lambda h: h.du * h.v + h.du * h.dv,
          "the product rule's second term is u′v′; it should be uv′"),
    _slip("u′v′ + uv′", 0.2, "product rule", lambda h: h.du * h.dv + h.u * h.dv,
          "the product rule's first term is u′v′; it should be u′v"),
    _slip("u + v", 0.06, "product rule", lambda h: h.u + h.v,
          "each factor was given its own value: the factors were not swapped and not differentiated"),
    _slip("u′v + uv", 0.2, "product rule", lambda h: h.du * h.v + h.u * h.v,
          "{v} was left undifferentiated in the product rule's second term"),
    _slip("uv + uv′", 0.2, "product rule", lambda h: h.u * h.v + h.u * h.dv,
          "{u} was left undifferentiated in the product rule's first term"),
    _slip("as a quotient", 0.15, "product rule", lambda h: _top(h) / (h.v * h.v),
          "the quotient rule was used on a product"),
    _slip("product of the slopes added", 0.1, "product rule", lambda h: h.du * h.v + h.u * h.dv + h.du * h.dv,
          "u′v′ was added; the product rule is u′v + uv′"),
)

QUOTIENT: tuple[Slip, ...] = (
    _slip("u′/v′", 1.0, "quotient rule", lambda h: h.du / h.dv,
          "the derivatives were divided; the quotient rule is (u′v − uv′)/v²"),
    _slip("plus for minus", 0.8, "quotient rule", lambda h: (h.du * h.v + h.u * h.dv) / h.v**2,
          "the numerator is u′v + uv′; it should be u′v − uv′"),
    _slip("uv′ − u′v", 0.8, "quotient rule", lambda h: -_top(h) / h.v**2,
          "the numerator is the wrong way round: uv′ − u′v, not u′v − uv′"),
    _slip("square lost", 0.8, "quotient rule", lambda h: _top(h) / h.v,
          "the denominator is not squared"),
    _slip("denominator lost", 0.5, "quotient rule", _top,
          "the denominator {V}² is missing"),
    _slip("u² below", 0.5, "quotient rule", lambda h: _top(h) / h.u**2,
          "the square of {u} stands below; it should be the square of {v}"),
    _slip("v′² below", 0.3, "quotient rule", lambda h: _top(h) / h.dv**2,
          "the derivative of {v} was squared below; it should be {v} itself"),
    _slip("v′ below", 0.2, "quotient rule", lambda h: _top(h) / h.dv,
          "the derivative of {v} stands below; it should be the square of {v}"),
    _slip("u′/v", 0.5, "quotient rule", lambda h: h.du / h.v + 0 * h.dv,
          "the denominator was held constant"),
    _slip("−uv′/v²", 0.4, "quotient rule", lambda h: -(h.u * h.dv) / h.v**2 + 0 * h.du,
          "the numerator was held constant"),
    _slip("uv′/v²", 0.25, "quotient rule", lambda h: (h.u * h.dv) / h.v**2 + 0 * h.du,
          "the numerator was held constant, and the minus is lost"),
    _slip("as a product", 0.4, "quotient rule", lambda h: h.du * h.v + h.u * h.dv,
          "the product rule was used on a quotient"),
    _slip("u′v′/v²", 0.3, "quotient rule", lambda h: h.du * h.dv / h.v**2,
          "the numerator is u′v′; it should be u′v − uv′"),
    _slip("uu′ − vv′", 0.4, "quotient rule", lambda h: (h.u * h.du - h.v * h.dv) / h.v**2,
          "each was multiplied by its own derivative; the numerator is u′v − uv′"),
    _slip("vv′ − uu′", 0.2, "quotient rule", lambda h: (h.v * h.dv - h.u * h.du) / h.v**2,
          "each was multiplied by its own derivative; the numerator is u′v − uv′"),
    _slip("uu′ + vv′", 0.2, "quotient rule", lambda h: (h.u * h.du + h.v * h.dv) / h.v**2,
          "each was multiplied by its own derivative; the numerator is u′v − uv′"),
    _slip("u/v′", 0.3, "quotient rule", lambda h: h.u / h.dv + 0 * h.du,
          "only the denominator was differentiated, as if it stood alone"),
    _slip("u′v′", 0.2, "quotient rule", lambda h: h.du * h.dv,
          "the derivatives were multiplied; the quotient rule is (u′v − uv′)/v²"),
    _slip("inverted", 0.4, "quotient rule", lambda h: -_top(h) / h.u**2,
          "the quotient was turned upside down before it was differentiated"),
    _slip("u′ − v′ above", 0.25, "quotient rule", lambda h: (h.du - h.dv) / h.v**2,
          "the numerator is u′ − v′; it should be u′v − uv′"),
    _slip("u′v alone", 0.25, "quotient rule", lambda h: h.du * h.v / h.v**2 + 0 * h.dv,
          "the second term uv′ of the numerator is missing"),
    _slip("v² for v above", 0.1, "quotient rule", lambda h: (h.du * h.v**2 - h.u * h.dv) / h.v**2,
          "the numerator's first term has v²; it should be u′v"),
    _slip("u′ − uv′", 0.2, "quotient rule", lambda h: (h.du - h.u * h.dv) / h.v**2,
          "the factor {v} is missing in the numerator's first term"),
    _slip("u′v − v′", 0.2, "quotient rule", lambda h: (h.du * h.v - h.dv) / h.v**2,
          "the factor {u} is missing in the numerator's second term"),
    _slip("fourth power below", 0.1, "quotient rule", lambda h: _top(h) / h.v**4,
          "the denominator was squared twice"),
    _slip("cube below", 0.1, "quotient rule", lambda h: _top(h) / h.v**3,
          "the denominator has the third power; it should be the second"),
    _slip("bracket lost", 0.3, "quotient rule", lambda h: h.du * h.v - h.u * h.dv / h.v**2,
          "only the second term was divided by v²; the whole numerator is"),
    _slip("only the first divided", 0.2, "quotient rule", lambda h: h.du * h.v / h.v**2 - h.u * h.dv,
          "only the first term was divided by v²; the whole numerator is"),
    _slip("logarithm", 0.1, "quotient rule", lambda h: h.u * h.fn("log", h.v) + 0 * h.du,
          "1/{V} was integrated to ln {V}"),
)
# fmt: on
