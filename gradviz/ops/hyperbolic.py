"""The six hyperbolic functions and their inverses."""

from __future__ import annotations

from functools import partial

from gradviz.ops.notation import function
from gradviz.ops.op import Op
from gradviz.ops.row import at, unary, unchanged, wrong

_row = partial(unary, family="hyperbolic")

ANYWHERE = at(0.3, -1.2, [[2.5, 0.8]])

# fmt: off
ROWS: tuple[Op, ...] = (
    _row("sinh", "The hyperbolic sine, (eˣ − e⁻ˣ)/2.",
         lambda b, y, x: b.cosh(x),
         samples=ANYWHERE, mistakes=(
             wrong("sign of sinh′", lambda b, y, x: -b.cosh(x), "the sign is wrong: sinh′ is +cosh"),
         )),

    _row("cosh", "The hyperbolic cosine, (eˣ + e⁻ˣ)/2.",
         lambda b, y, x: b.sinh(x),
         values="positive", samples=ANYWHERE, mistakes=(
             wrong("sign of cosh′", lambda b, y, x: -b.sinh(x), "cosh′ is +sinh; only cos′ has a minus"),
         )),

    _row("tanh", "The hyperbolic tangent: an S-shaped curve from −1 to 1, a network's classic activation.",
         lambda b, y, x: 1 - y**2,
         samples=ANYWHERE, mistakes=(
             wrong("input for output",     lambda b, y, x: 1 - x**2,    "1 − x² in place of 1 − tanh²(x)"),
             wrong("square lost",          lambda b, y, x: 1 - y,       "the square of 1 − tanh² is missing"),
             wrong("plus for minus",       lambda b, y, x: 1 + y**2,    "1 + tan² is tan′; tanh′ is 1 − tanh²"),
             wrong("sigmoid's derivative", lambda b, y, x: y * (1 - y), "that is the sigmoid's derivative"),
             wrong("sign of tanh′",        lambda b, y, x: y**2 - 1,    "the sign is wrong"),
             wrong("left standing",        unchanged,                   "the function was left as it is"),
         )),

    _row("sech", "The hyperbolic secant, 1/cosh.",
         lambda b, y, x: -y * b.tanh(x),
         numpy="k.sech({0})", python="k.scalar_sech({0})",
         samples=ANYWHERE, mistakes=(
             wrong("sign of sech′", lambda b, y, x: y * b.tanh(x), "the sign is wrong: sech′ is −sech·tanh"),
         )),

    _row("csch", "The hyperbolic cosecant, 1/sinh.",
         lambda b, y, x: -y * b.coth(x),
         numpy="k.csch({0})", python="k.scalar_csch({0})",
         samples=ANYWHERE, plot_range=(0.2, 3.0), mistakes=(
             wrong("sign of csch′", lambda b, y, x: y * b.coth(x), "the sign is wrong: csch′ is −csch·coth"),
         )),

    _row("coth", "The hyperbolic cotangent, cosh/sinh.",
         lambda b, y, x: 1 - y**2,
         numpy="1 / np.tanh({0})", python="1 / math.tanh({0})",
         samples=ANYWHERE, plot_range=(0.2, 3.0), mistakes=(
             wrong("sign of coth′", lambda b, y, x: y**2 - 1, "the sign is wrong: coth′ is −csch²"),
         )),

    _row("asinh", "The number whose hyperbolic sine is the operand.",
         lambda b, y, x: 1 / b.sqrt(x**2 + 1),
         numpy="np.arcsinh({0})",
         notation=function(r"\operatorname{arsinh}", unicode="arsinh"), aliases=("arcsinh", "arsinh"),
         samples=ANYWHERE, plot_range=(-6.0, 6.0), mistakes=(
             wrong("minus for plus", lambda b, y, x: 1 / b.sqrt(x**2 - 1), "x² − 1 in place of x² + 1"),
         )),

    _row("acosh", "The number from 0 on whose hyperbolic cosine is the operand.",
         lambda b, y, x: 1 / b.sqrt(x**2 - 1),
         numpy="np.arccosh({0})",
         notation=function(r"\operatorname{arcosh}", unicode="arcosh"), aliases=("arccosh", "arcosh"),
         samples=at(1.3, 2.5, [[1.01, 12.0]]), plot_range=(1.0, 6.0), mistakes=(
             wrong("plus for minus", lambda b, y, x: 1 / b.sqrt(x**2 + 1), "x² + 1 in place of x² − 1"),
         )),

    _row("atanh", "The number whose hyperbolic tangent is the operand.",
         lambda b, y, x: 1 / (1 - x**2),
         numpy="np.arctanh({0})",
         notation=function(r"\operatorname{artanh}", unicode="artanh"), aliases=("arctanh", "artanh"),
         samples=at(0.3, -0.8, [[0.05, 0.99]]), plot_range=(-0.99, 0.99), mistakes=(
             wrong("plus for minus", lambda b, y, x: 1 / (1 + x**2), "1/(1 + x²) is arctan′; artanh′ is 1/(1 − x²)"),
         )),

    _row("asech", "The number from 0 on whose hyperbolic secant is the operand: arcosh(1/x).",
         lambda b, y, x: -1 / (x * b.sqrt(1 - x**2)),
         numpy="np.arccosh(1 / {0})", python="math.acosh(1 / {0})",
         notation=function(r"\operatorname{arsech}", unicode="arsech"), aliases=("arcsech", "arsech"),
         samples=at(0.3, 0.8, [[0.05, 0.99]]), plot_range=(0.02, 1.0), mistakes=(
             wrong("minus lost", lambda b, y, x: 1 / (x * b.sqrt(1 - x**2)), "the minus is lost"),
         )),

    _row("acsch", "The number whose hyperbolic cosecant is the operand: arsinh(1/x).",
         lambda b, y, x: -1 / (b.abs(x) * b.sqrt(x**2 + 1)),
         numpy="np.arcsinh(1 / {0})", python="math.asinh(1 / {0})",
         notation=function(r"\operatorname{arcsch}", unicode="arcsch"), aliases=("arccsch", "arcsch"),
         samples=ANYWHERE, plot_range=(0.1, 4.0), mistakes=(
             wrong("bars lost", lambda b, y, x: -1 / (x * b.sqrt(x**2 + 1)), "the bars of |x| are lost"),
         )),

    _row("acoth", "The number whose hyperbolic cotangent is the operand: artanh(1/x).",
         lambda b, y, x: 1 / (1 - x**2),
         numpy="np.arctanh(1 / {0})", python="math.atanh(1 / {0})",
         notation=function(r"\operatorname{arcoth}", unicode="arcoth"), aliases=("arccoth", "arcoth"),
         samples=at(1.3, -2.5, [[1.01, 12.0]]), plot_range=(1.02, 6.0), mistakes=(
             wrong("plus for minus", lambda b, y, x: 1 / (1 + x**2), "1 + x² in place of 1 − x²"),
         )),
)
