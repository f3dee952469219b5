"""Arithmetic and powers."""

from __future__ import annotations

from functools import partial

from gradviz.ops.notation import fraction_latex, power_latex, product_latex
from gradviz.ops.op import ATOM, NEGATION, POWER, PRODUCT, SUM, Kink, Notation, Op
from gradviz.ops.row import at, at_kink, binary, nothing, one, unary, unchanged, wrong, wrong_right

_row = partial(unary, family="arithmetic")
_pair = partial(binary, family="arithmetic")

PLUS = Notation(form="infix", text="+", precedence=SUM, latex=lambda a, b: f"{a} + {b}")
MINUS = Notation(form="infix", text="-", unicode="−", precedence=SUM, latex=lambda a, b: f"{a} - {b}")
TIMES = Notation(form="infix", text="*", unicode="·", precedence=PRODUCT, latex=product_latex)
OPPOSITE = Notation(form="prefix", text="-", unicode="−", precedence=NEGATION, latex=lambda x: f"-{x}")
OVER = Notation(
    form="infix", text="/", precedence=PRODUCT, latex=fraction_latex, latex_precedence=NEGATION, latex_slots=(0, 0)
)
RAISED = Notation(form="infix", text="**", unicode="^", precedence=POWER, latex=power_latex, latex_slots=(ATOM, 0))

PAIRS = at((2.0, -3.5), (-0.25, [1.5, 4.0]), ([[1.5], [2.0]], [3.0, -4.0, 0.5]), (1.0, 0.8))

# fmt: off
ROWS: tuple[Op, ...] = (
    _pair("add", "The sum. Its gate distributes: each operand gets the upstream gradient as it is.",
          one,
          one,
          numpy="{0} + {1}", symbol=lambda sp, a, b: a + b, notation=PLUS, mark="+",
          structure=("identity",), gate="distributes", gate_constant="passes",
          samples=PAIRS, mistakes=(
              wrong("as a product",       lambda b, y, a, c: c, "the sum was differentiated like a product"),
              wrong_right("term dropped", nothing,              "the second term's derivative is missing"),
          )),

    _pair("sub", "The difference. Its gate distributes, and flips the sign of what the second operand gets.",
          one,
          lambda b, y, a, c: b.constant(-1),
          numpy="{0} - {1}", symbol=lambda sp, a, b: a - b, notation=MINUS, mark="-",
          structure=("identity", "scaled identity"),
          gate="distributes", gate_constant="passes", gate_constants=("passes", "flips"),
          samples=PAIRS, mistakes=(
              wrong_right("minus lost",   one,     "the minus before the second term is lost"),
              wrong_right("term dropped", nothing, "the second term's derivative is missing"),
          )),

    _pair("mul", "The product, entry by entry. Its gate swaps: each operand gets the upstream times the other.",
          lambda b, y, a, c: c,
          lambda b, y, a, c: a,
          numpy="{0} * {1}", symbol=lambda sp, a, b: a * b, notation=TIMES, mark=r"\times",
          gate="swaps", gate_constant="scales",
          samples=PAIRS + at((0.0, 3.0)), mistakes=(
              wrong("not swapped",              lambda b, y, a, c: a, "the first factor was given its own value"),
              wrong_right("not swapped",        lambda b, y, a, c: c, "the second factor was given its own value"),
              wrong("factor lost",              one,                  "the other factor is lost"),
              wrong_right("factor lost",        one,                  "the other factor is lost"),
              wrong("product rule, half",       nothing,              "the first factor was held constant"),
              wrong_right("product rule, half", nothing,              "the second factor was held constant"),
              wrong("left standing",            unchanged,            "the product was left as it is"),
          )),

    _pair("div", "The quotient, entry by entry.",
          lambda b, y, a, c: 1 / c,
          lambda b, y, a, c: -a / c**2,
          numpy="{0} / {1}", symbol=lambda sp, a, b: a / b, notation=OVER, mark=r"\div",
          gate_constants=("scales", ""),
          samples=PAIRS, mistakes=(
              wrong("denominator lost",          one,                             "the denominator is lost"),
              wrong("multiplied",                lambda b, y, a, c: c,            "multiplied by the denominator"),
              wrong_right("minus lost",          lambda b, y, a, c: a / c**2,     "(1/v)′ is −1/v²: the minus is lost"),
              wrong_right("square lost",         lambda b, y, a, c: -a / c,       "the denominator is not squared"),
              wrong_right("left standing",       unchanged,                       "the quotient was left as it is"),
              wrong_right("numerator lost",      lambda b, y, a, c: -1 / c**2,    "the numerator is lost"),
              wrong_right("quotient rule, half", nothing,                         "the denominator was held constant"),
              wrong_right("integrated",          lambda b, y, a, c: a * b.log(c), "1/v was integrated"),
          )),

    _pair("pow", "The power, entry by entry. The derivative by the exponent is only asked for where it varies.",
          lambda b, y, x, n: n * x**(n - 1),
          lambda b, y, x, n: b.xlogy(y, x),  # y·ln x, and 0 at x = 0
          numpy="{0} ** {1}", python="math.pow({0}, {1})", symbol=lambda sp, x, n: x**n, notation=RAISED, mark="x^{n}",
          samples=at((2.0, 3.0), (1.5, -2.0), ([0.5, 2.5], [[1.2], [0.5]]), (3.0, 0.5), (0.7, -1.5)), mistakes=(
              wrong("not lowered",      lambda b, y, x, n: n * y,                 "the exponent was not lowered"),
              wrong("coefficient lost", lambda b, y, x, n: x**(n - 1),            "the exponent did not come down"),
              wrong("lowered first",    lambda b, y, x, n: (n - 1) * x**(n - 1),  "lowered before it came down"),
              wrong("raised",           lambda b, y, x, n: n * x**(n + 1),        "the exponent was raised by one"),
              wrong("lowered by two",   lambda b, y, x, n: n * x**(n - 2),        "the exponent was lowered by two"),
              wrong("minus lost",       lambda b, y, x, n: b.abs(n) * x**(n - 1), "the exponent's minus is lost"),
              wrong("as a product",     lambda b, y, x, n: n * x,                 "the power was read as a product"),
              wrong("integrated",       lambda b, y, x, n: x**(n + 1) / (n + 1),  "the power was integrated"),
              wrong("left standing",    unchanged,                                "the power was left as it is"),
              wrong_right("as xⁿ",      lambda b, y, x, n: n * x**(n - 1),        "the power rule was used on aˣ"),
              wrong_right("ln a lost",  unchanged,                                "the factor ln a is missing"),
              wrong_right("integrated", lambda b, y, x, n: y / b.log(x),          "divided by ln a: aˣ was integrated"),
          )),

    _row("neg", "The opposite. Its gate flips the sign of the gradient.",
         lambda b, y, x: b.constant(-1),
         numpy="-{0}", python="-{0}", symbol=lambda sp, x: -x, notation=OPPOSITE, mark="-",
         structure=("scaled identity",), gate="flips",
         samples=at(2.0, -3.5, [[0.25, -1.0]]), mistakes=(
             wrong("minus lost", one, "the minus is lost"),
         )),

    _pair("ratio", "The quotient where 0/0 is taken as 0. Rules use it for directions such as x/√(x² + y²).",
          lambda b, y, a, c: b.ratio(1, c),
          lambda b, y, a, c: -b.ratio(a, c**2),
          numpy="k.ratio({0}, {1})", python="k.scalar_ratio({0}, {1})", symbol=lambda sp, a, b: a / b,
          notation=Notation(latex=fraction_latex, latex_precedence=NEGATION, latex_slots=(0, 0)), mark=r"\div",
          gate_constants=("scales", ""),
          kinks=(
              Kink(locus=lambda b, a, c: b.abs(a) + b.abs(c), taken="∞", allowed="none",
                   says="0/0 has no value; 0 is taken, and the slope beside it is infinite."),
          ),
          samples=PAIRS + at_kink((0.0, 0.0)), mistakes=(
              wrong_right("square lost", lambda b, y, a, c: -a / c, "the denominator is not squared"),
          )),
)
