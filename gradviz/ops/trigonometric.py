"""The six trigonometric functions, their inverses, atan2."""

from __future__ import annotations

from functools import partial

from gradviz.ops.notation import function
from gradviz.ops.op import Kink, Op
from gradviz.ops.row import at, at_kink, binary, nothing, unary, unchanged, wrong, wrong_right

_row = partial(unary, family="trigonometric")

ANGLES = at(0.3, -1.2, [[2.5, 0.8]])
INSIDE = at(0.3, -0.8, [[0.05, 0.99]])
OUTSIDE = at(1.3, -2.5, [[1.01, 12.0]])
"""Points for the inverses: between −1 and 1, and beyond."""

CUT = Kink(
    locus=lambda b, y, x: b.abs(y) + b.relu(x),
    taken="the slope of both sides",
    allowed="none",
    says="On the negative x axis the angle jumps from π to −π; the slope of both sides is taken.",
)

# fmt: off
ROWS: tuple[Op, ...] = (
    _row("sin", "The sine of an angle in radians.",
         lambda b, y, x: b.cos(x),
         samples=ANGLES, plot_range=(-6.3, 6.3), mistakes=(
             wrong("sign of sin′",  lambda b, y, x: -b.cos(x), "the sign is wrong: sin′ is +cos"),
             wrong("left standing", unchanged,                 "the sine was left as it is"),
         )),

    _row("cos", "The cosine of an angle in radians.",
         lambda b, y, x: -b.sin(x),
         samples=ANGLES, plot_range=(-6.3, 6.3), mistakes=(
             wrong("sign of cos′",  lambda b, y, x: b.sin(x), "the sign is wrong: cos′ is −sin"),
             wrong("left standing", unchanged,                "the cosine was left as it is"),
         )),

    _row("tan", "The tangent of an angle in radians.",
         lambda b, y, x: 1 + y**2,
         samples=ANGLES, plot_range=(-1.5, 1.5), mistakes=(
             wrong("csc² for sec²",      lambda b, y, x: b.csc(x)**2, "1/sin² in place of 1/cos²"),
             wrong("square lost",        lambda b, y, x: b.sec(x),    "the square of sec² is missing"),
             wrong("sign of tan′",       lambda b, y, x: -1 - y**2,   "the sign is wrong: tan′ is +sec²"),
             wrong("minus for plus",     lambda b, y, x: 1 - y**2,    "1 − tan² in place of 1 + tan²"),
             wrong("quotient of slopes", lambda b, y, x: -b.cot(x),   "sin′/cos′ is not the derivative of sin/cos"),
         )),

    _row("sec", "The secant, 1/cos.",
         lambda b, y, x: y * b.tan(x),
         numpy="1 / np.cos({0})", python="1 / math.cos({0})",
         samples=ANGLES, plot_range=(-1.4, 1.4), mistakes=(
             wrong("sign of sec′",    lambda b, y, x: -y * b.tan(x), "the sign is wrong: sec′ is +sec·tan"),
             wrong("tangent squared", lambda b, y, x: b.tan(x)**2,   "tan² in place of sec·tan"),
             wrong("tangent lost",    unchanged,                     "the factor tan is missing"),
         )),

    _row("csc", "The cosecant, 1/sin.",
         lambda b, y, x: -y * b.cot(x),
         numpy="1 / np.sin({0})", python="1 / math.sin({0})", aliases=("cosec",),
         samples=ANGLES, plot_range=(0.15, 3.0), mistakes=(
             wrong("sign of csc′",      lambda b, y, x: y * b.cot(x), "the sign is wrong: csc′ is −csc·cot"),
             wrong("cotangent squared", lambda b, y, x: -b.cot(x)**2, "cot² in place of csc·cot"),
             wrong("cotangent lost",    lambda b, y, x: -y,           "the factor cot is missing"),
         )),

    _row("cot", "The cotangent, cos/sin.",
         lambda b, y, x: -1 - y**2,
         numpy="1 / np.tan({0})", python="1 / math.tan({0})",
         samples=ANGLES, plot_range=(0.2, 2.9), mistakes=(
             wrong("sign of cot′",  lambda b, y, x: 1 + y**2,     "the sign is wrong: cot′ is −csc²"),
             wrong("sec² for csc²", lambda b, y, x: -b.sec(x)**2, "1/cos² in place of 1/sin²"),
         )),

    _row("asin", "The angle from −π/2 to π/2 whose sine is the operand.",
         lambda b, y, x: 1 / b.sqrt(1 - x**2),
         numpy="np.arcsin({0})", notation=function(r"\arcsin", unicode="arcsin"), aliases=("arcsin",),
         samples=INSIDE, plot_range=(-1.0, 1.0), mistakes=(
             wrong("sign of arcsin′", lambda b, y, x: -1 / b.sqrt(1 - x**2),   "the sign is wrong: that is arccos′"),
             wrong("read as 1/sin",   lambda b, y, x: -b.cos(x) / b.sin(x)**2, "sin⁻¹ was read as 1/sin"),
             wrong("root lost",       lambda b, y, x: 1 / (1 - x**2),          "the square root is missing"),
             wrong("plus for minus",  lambda b, y, x: 1 / b.sqrt(1 + x**2),    "1 + x² in place of 1 − x²"),
             wrong("slope at x",      lambda b, y, x: 1 / b.cos(x),            "1/cos at x; it belongs at arcsin(x)"),
         )),

    _row("acos", "The angle from 0 to π whose cosine is the operand.",
         lambda b, y, x: -1 / b.sqrt(1 - x**2),
         numpy="np.arccos({0})", notation=function(r"\arccos", unicode="arccos"), aliases=("arccos",),
         samples=INSIDE, plot_range=(-1.0, 1.0), mistakes=(
             wrong("sign of arccos′", lambda b, y, x: 1 / b.sqrt(1 - x**2),   "the sign is wrong: that is arcsin′"),
             wrong("read as 1/cos",   lambda b, y, x: b.sin(x) / b.cos(x)**2, "cos⁻¹ was read as 1/cos"),
             wrong("root lost",       lambda b, y, x: -1 / (1 - x**2),        "the square root is missing"),
         )),

    _row("atan", "The angle from −π/2 to π/2 whose tangent is the operand.",
         lambda b, y, x: 1 / (1 + x**2),
         numpy="np.arctan({0})", notation=function(r"\arctan", unicode="arctan"), aliases=("arctan",),
         samples=ANGLES, plot_range=(-6.0, 6.0), mistakes=(
             wrong("minus for plus", lambda b, y, x: 1 / (1 - x**2),       "1 − x² in place of 1 + x²"),
             wrong("root added",     lambda b, y, x: 1 / b.sqrt(1 + x**2), "there is no square root in arctan′"),
             wrong("read as 1/tan",  lambda b, y, x: -1 / b.sin(x)**2,     "tan⁻¹ was read as 1/tan"),
             wrong("square lost",    lambda b, y, x: 1 / (1 + x),          "1 + x in place of 1 + x²"),
         )),

    _row("asec", "The angle from 0 to π whose secant is the operand: arccos(1/x).",
         lambda b, y, x: 1 / (b.abs(x) * b.sqrt(x**2 - 1)),
         numpy="np.arccos(1 / {0})", python="math.acos(1 / {0})",
         notation=function(r"\operatorname{arcsec}", unicode="arcsec"), aliases=("arcsec",),
         samples=OUTSIDE, plot_range=(1.0, 6.0), mistakes=(
             wrong("bars lost",       lambda b, y, x: 1 / (x * b.sqrt(x**2 - 1)),         "the bars of |x| are lost"),
             wrong("sign of arcsec′", lambda b, y, x: -1 / (b.abs(x) * b.sqrt(x**2 - 1)), "the sign is wrong"),
         )),

    _row("acsc", "The angle from −π/2 to π/2 whose cosecant is the operand: arcsin(1/x).",
         lambda b, y, x: -1 / (b.abs(x) * b.sqrt(x**2 - 1)),
         numpy="np.arcsin(1 / {0})", python="math.asin(1 / {0})",
         notation=function(r"\operatorname{arccsc}", unicode="arccsc"), aliases=("arccsc",),
         samples=OUTSIDE, plot_range=(1.0, 6.0), mistakes=(
             wrong("bars lost",       lambda b, y, x: -1 / (x * b.sqrt(x**2 - 1)),       "the bars of |x| are lost"),
             wrong("sign of arccsc′", lambda b, y, x: 1 / (b.abs(x) * b.sqrt(x**2 - 1)), "the sign is wrong"),
         )),

    _row("acot", "The angle from 0 to π whose cotangent is the operand: π/2 − arctan(x), continuous at 0.",
         lambda b, y, x: -1 / (1 + x**2),
         numpy="np.arctan2(1.0, {0})", python="math.atan2(1.0, {0})",
         symbol=lambda sp, x: sp.pi / 2 - sp.atan(x),  # SymPy's own acot jumps at 0
         notation=function(r"\operatorname{arccot}", unicode="arccot"), aliases=("arccot",),
         samples=ANGLES, plot_range=(-6.0, 6.0), mistakes=(
             wrong("sign of arccot′", lambda b, y, x: 1 / (1 + x**2),  "the sign is wrong: that is arctan′"),
             wrong("minus for plus",  lambda b, y, x: -1 / (1 - x**2), "1 − x² in place of 1 + x²"),
         )),

    binary("atan2", "The angle from −π to π of the point (x, y); y comes first.",
           lambda b, angle, y, x: x / (x**2 + y**2),
           lambda b, angle, y, x: -y / (x**2 + y**2),
           family="trigonometric", aliases=("arctan2",), mark=r"\angle", kinks=(CUT,),
           numpy="np.arctan2({0}, {1})", python="math.atan2({0}, {1})", symbol=lambda sp, y, x: sp.atan2(y, x),
           notation=function(r"\operatorname{atan2}"),
           samples=at((1.0, 2.0), (-0.25, [1.5, -4.0]), ([[1.5], [2.0]], [3.0, -4.0, 0.5])) + at_kink((0.0, -1.5)),
           mistakes=(
               wrong_right("minus lost",       lambda b, angle, y, x: y / (x**2 + y**2),  "the minus is lost"),
               wrong("operands swapped",       lambda b, angle, y, x: -y / (x**2 + y**2), "x and y were swapped"),
               wrong_right("operands swapped", lambda b, angle, y, x: x / (x**2 + y**2),  "x and y were swapped"),
               wrong_right("x held constant",  nothing,                                   "x was held constant"),
           )),
)
