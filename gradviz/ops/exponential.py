"""Exponentials, logarithms and roots."""

from __future__ import annotations

from functools import partial

from gradviz.ops.notation import EXPONENTIAL, bracketed, function
from gradviz.ops.op import PRODUCT, SUM, Kink, Notation, Op
from gradviz.ops.row import at, at_kink, binary, one, unary, unchanged, wrong, wrong_right

_row = partial(unary, family="exponential")
_pair = partial(binary, family="exponential")

POSITIVE = at(0.5, 3.0, [[0.1, 20.0]])

STEEP = Kink(
    locus=lambda b, x: x,
    taken="∞",
    allowed="none",
    says="The tangent at 0 is vertical: the slope there is infinite.",
)

# fmt: off
ROWS: tuple[Op, ...] = (
    _row("exp", "e to the operand: the function that is its own derivative.",
         unchanged,
         notation=EXPONENTIAL,
         values="positive", samples=at(0.5, -2.0, [[0.0, 1.5]]), plot_range=(-3.0, 2.0), mistakes=(
             wrong("power rule on eˣ",   lambda b, y, x: x * b.exp(x - 1), "the power rule was used on eˣ"),
             wrong("exponent came down", lambda b, y, x: x * y,            "the exponent was put in front"),
             wrong("minus added",        lambda b, y, x: -y,               "a minus was added to (eˣ)′ = eˣ"),
         )),

    _row("log", "The natural logarithm.",
         lambda b, y, x: 1 / x,
         notation=function(r"\ln", unicode="ln"), aliases=("ln",),
         samples=POSITIVE, plot_range=(0.02, 5.0), mistakes=(
             wrong("left standing",        unchanged,                 "the logarithm was left as it is"),
             wrong("1 over the logarithm", lambda b, y, x: 1 / y,     "1/ln(u) in place of 1/u"),
             wrong("not inverted",         lambda b, y, x: x,         "the operand was not inverted: (ln u)′ is 1/u"),
             wrong("operand lost",         one,                       "the factor 1/u is missing"),
             wrong("differentiated twice", lambda b, y, x: -1 / x**2, "differentiated twice: −1/u²"),
             wrong("integrated",           lambda b, y, x: x * y - x, "integrated instead of differentiated"),
         )),

    _row("log2", "The logarithm to base 2.",
         lambda b, y, x: 1 / (x * b.log(b.constant(2))),
         symbol=lambda sp, x: sp.log(x, 2), notation=function(r"\log_{2}", unicode="log₂"),
         samples=POSITIVE, plot_range=(0.02, 5.0), mistakes=(
             wrong("ln 2 lost",   lambda b, y, x: 1 / x,                    "the factor 1/ln 2 is missing"),
             wrong("ln 2 on top", lambda b, y, x: b.log(b.constant(2)) / x, "multiplied by ln 2, not divided"),
         )),

    _row("log10", "The logarithm to base 10.",
         lambda b, y, x: 1 / (x * b.log(b.constant(10))),
         symbol=lambda sp, x: sp.log(x, 10), notation=function(r"\log_{10}", unicode="log₁₀"), aliases=("lg",),
         samples=POSITIVE, plot_range=(0.02, 12.0), mistakes=(
             wrong("ln 10 lost",   lambda b, y, x: 1 / x,                     "the factor 1/ln 10 is missing"),
             wrong("ln 10 on top", lambda b, y, x: b.log(b.constant(10)) / x, "multiplied by ln 10, not divided"),
         )),

    _pair("log_base", "The logarithm of the first operand to the base of the second.",
          lambda b, y, x, base: 1 / (x * b.log(base)),
          lambda b, y, x, base: -y / (base * b.log(base)),
          numpy="np.log({0}) / np.log({1})", python="math.log({0}) / math.log({1})",
          symbol=lambda sp, x, base: sp.log(x) / sp.log(base),
          notation=Notation(latex=lambda x, base: rf"\log_{{{base}}}" + bracketed(x), latex_slots=(0, 0)), mark=r"\log",
          samples=at((8.0, 3.0), (0.5, [2.0, 10.0]), ([[1.5], [7.0]], [0.5, 3.0])), mistakes=(
              wrong("ln b lost",        lambda b, y, x, base: 1 / x,                    "the factor 1/ln b is missing"),
              wrong("ln b on top",      lambda b, y, x, base: b.log(base) / x,          "ln b multiplies, not divides"),
              wrong_right("minus lost", lambda b, y, x, base: y / (base * b.log(base)), "the minus is lost"),
          )),

    _row("sqrt", "The square root.",
         lambda b, y, x: 1 / (2 * y),
         notation=Notation(unicode="√", latex=lambda x: rf"\sqrt{{{x}}}", latex_slots=(0,)), kinks=(STEEP,),
         samples=at(0.25, 3.0, [[0.1, 20.0]]) + at_kink(0.0), plot_range=(0.0, 4.0), mistakes=(
             wrong("half lost",       lambda b, y, x: 1 / y,           "the factor 1/2 is missing"),
             wrong("not inverted",    lambda b, y, x: y / 2,           "√u/2 in place of 1/(2√u)"),
             wrong("lowered too far", lambda b, y, x: 1 / (2 * x * y), "the exponent became −3/2, not −1/2"),
             wrong("minus added",     lambda b, y, x: -1 / (2 * y),    "a minus was added"),
             wrong("root lost",       lambda b, y, x: 1 / (2 * x),     "1/(2u) in place of 1/(2√u)"),
         )),

    _row("cbrt", "The real cube root, also of negative numbers.",
         lambda b, y, x: 1 / (3 * y**2),
         symbol=lambda sp, x: sp.sign(x) * sp.Abs(x) ** sp.Rational(1, 3),  # SymPy's own is complex below 0
         notation=Notation(unicode="∛", latex=lambda x: rf"\sqrt[3]{{{x}}}", latex_slots=(0,)), kinks=(STEEP,),
         samples=at(0.25, -3.0, [[0.1, -20.0]]) + at_kink(0.0), mistakes=(
             wrong("third lost",      lambda b, y, x: 1 / y**2,    "the factor 1/3 is missing"),
             wrong("lowered wrongly", lambda b, y, x: 1 / (3 * y), "the exponent became −1/3, not −2/3"),
             wrong("not lowered",     lambda b, y, x: y / 3,       "the exponent came down and was not lowered"),
         )),

    _row("log1p", "ln(1 + x), accurate for tiny x.",
         lambda b, y, x: 1 / (1 + x),
         symbol=lambda sp, x: sp.log(1 + x),
         notation=Notation(latex=lambda x: r"\ln" + bracketed(f"1 + {x}"), latex_slots=(SUM,)),
         samples=at(0.5, -0.75, [[1e-9, 20.0]]), plot_range=(-0.98, 4.0), mistakes=(
             wrong("1 + lost", lambda b, y, x: 1 / x, "1/x in place of 1/(1 + x)"),
         )),

    _row("expm1", "e to the operand, less 1; accurate for tiny x.",
         lambda b, y, x: b.exp(x),
         symbol=lambda sp, x: sp.exp(x) - 1,
         notation=Notation(latex=lambda x: f"e^{{{x}}} - 1", latex_precedence=SUM, latex_slots=(0,)),
         samples=at(0.5, -2.0, [[1e-9, 1.5]]), plot_range=(-3.0, 2.0), mistakes=(
             wrong("left standing", unchanged, "the constant −1 was not sent to zero"),
         )),

    _pair("logaddexp", "ln(eᵃ + eᵇ), without overflow: a soft maximum.",
          lambda b, y, a, c: b.exp(a - y),
          lambda b, y, a, c: b.exp(c - y),
          numpy="np.logaddexp({0}, {1})", python="k.scalar_logaddexp({0}, {1})",
          symbol=lambda sp, a, b: sp.log(sp.exp(a) + sp.exp(b)), mark=r"\ln\Sigma e",
          notation=Notation(latex=lambda a, b: r"\ln" + bracketed(f"e^{{{a}}} + e^{{{b}}}"), latex_slots=(0, 0)),
          samples=at((0.5, -2.0), (1.0, 1.0), ([[1.5], [-2.0]], [3.0, -4.0, 0.5])), mistakes=(
              wrong("numerator lost", lambda b, y, a, c: b.exp(-y), "eᵃ is missing on top: it is eᵃ/(eᵃ + eᵇ)"),
              wrong("not divided",    lambda b, y, a, c: b.exp(a),  "the factor 1/(eᵃ + eᵇ) is missing"),
          )),

    _pair("xlogy", "a·ln(x), and 0 where both are 0: an entropy's term, and what xⁿ needs at x = 0.",
          lambda b, y, a, x: b.log(x),
          lambda b, y, a, x: a / x,
          numpy="k.xlogy({0}, {1})", python="k.scalar_xlogy({0}, {1})", symbol=lambda sp, a, x: a * sp.log(x),
          notation=Notation(latex=lambda a, x: rf"{a} \ln{bracketed(x)}", latex_precedence=PRODUCT,
                            latex_slots=(PRODUCT, 0)),
          mark=r"a\ln x",
          samples=at((0.5, 2.0), (-1.0, [0.25, 4.0]), ([[1.5], [2.0]], [3.0, 0.5]), (0.0, 2.0)), mistakes=(
              wrong_right("factor lost", lambda b, y, a, x: 1 / x, "the factor a is missing"),
              wrong("not swapped",       lambda b, y, a, x: a,     "a in place of ln x"),
          )),
)
