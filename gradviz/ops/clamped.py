"""A logarithm that ends at −100, as PyTorch's binary cross-entropy takes it, and its slope."""

from __future__ import annotations

from functools import partial

from gradviz.ops.notation import fraction_latex, function
from gradviz.ops.op import NEGATION, Notation, Op
from gradviz.ops.row import at, unary, unchanged, wrong

_row = partial(unary, family="exponential")

FRACTIONS = at(0.5, 1.0, [[0.1, 0.999]])

# fmt: off
ROWS: tuple[Op, ...] = (
    _row("log_clamped", "ln x, but never below −100: what bce takes of a probability, so that 0 costs 100 and not ∞.",
         lambda b, y, x: b.inverse_clamped(x),
         numpy="k.log_clamped({0})", python="k.scalar_log_clamped({0})", symbol=lambda sp, x: sp.log(x),
         notation=function(r"\ln", unicode="ln"), mark=r"\ln",
         samples=FRACTIONS, plot_range=(0.0, 1.0), mistakes=(
             wrong("left standing", unchanged,             "the logarithm was left as it is"),
             wrong("not inverted",  lambda b, y, x: x,     "the operand was not inverted: (ln u)′ is 1/u"),
         )),

    _row("inverse_clamped", "1/x, and 0 where log_clamped is cut off (x below e⁻¹⁰⁰).",
         lambda b, y, x: -y**2,
         numpy="k.inverse_clamped({0})", python="k.scalar_inverse_clamped({0})", symbol=lambda sp, x: 1 / x,
         notation=Notation(latex=lambda x: fraction_latex("1", x), latex_precedence=NEGATION, latex_slots=(0,)),
         mark=r"1/x",
         samples=FRACTIONS, plot_range=(0.05, 1.0), mistakes=(
             wrong("minus lost",  lambda b, y, x: y**2, "the minus of −1/u² is lost"),
             wrong("square lost", lambda b, y, x: -y,   "−1/u in place of −1/u²"),
         )),
)
