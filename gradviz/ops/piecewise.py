"""Absolute value, rounding, choosing between values, hypot, stop_gradient."""

from __future__ import annotations

from functools import partial
from operator import gt, lt

from gradviz.ops.cases import cases, condition, greatest, least
from gradviz.ops.notation import call, cases_latex, clip_latex, fence
from gradviz.ops.op import POSTFIX, REQUIRED, Kink, Notation, Op, Parameter, elementwise
from gradviz.ops.row import at, at_kink, binary, nothing, one, unary, unchanged, wrong, wrong_right
from gradviz.ops.ties import share, tie

_row = partial(unary, family="piecewise")
_step = partial(_row, slope=nothing, structure=("zero",), gate="stops")

LOW = Parameter(name="low", kind="number", default=REQUIRED, doc="the least value")
HIGH = Parameter(name="high", kind="number", default=REQUIRED, doc="the greatest value")

POINTS = at(2.0, -3.5, [[0.25, -1.0]])
FRACTIONS = at(0.3, -1.6, [[2.5, -0.2]]) + at_kink(2.0, [-1.0, 0.0])
PAIRS = at((2.0, -3.5), (-0.25, [1.5, -4.0]), ([[1.5], [2.0]], [3.0, -4.0, 0.5]))
MORE = at((1.0, 2.5, -0.5), ([1.0, 3.0], 2.0, [0.5, 4.0]))
TIES = at_kink((1.5, 1.5), (0.0, [0.0, 0.0]), (2.0, 2.0, 2.0))

CORNER = Kink(
    locus=lambda b, x: x,
    taken="0",
    allowed="[-1, 1]",
    says="|x| has a corner at 0; of the slopes between −1 and 1, 0 is taken.",
)
JUMP = Kink(
    locus=lambda b, x: x,
    taken="0",
    allowed="none",
    says="The sign jumps at 0; its slope is 0 on both sides, and 0 is taken.",
)
STEPS = Kink(
    locus=lambda b, x: x - b.floor(x),
    taken="0",
    allowed="none",
    says="It jumps at every integer; its slope is 0 on both sides, and 0 is taken.",
)
LIMITS = Kink(
    locus=lambda b, x, low, high: (x - low) * (x - high),
    taken="0",
    allowed="[0, 1]",
    says="At the limits the slope changes between 0 and 1; 0 is taken, as the limit is a constant.",
)
TIP = Kink(
    locus=lambda b, x, y: b.abs(x) + b.abs(y),
    taken="0",
    allowed="[-1, 1]",
    says="At the origin the length has a tip, as a cone has; of the slopes between −1 and 1, 0 is taken.",
)

# fmt: off
WINNER = (
    wrong("routed to the loser",     lambda b, y, x, *_: b.not_equal(x, y), "the gradient went to one that lost"),
    wrong("sent to both",            one,                                   "the gradient was sent to every operand"),
    wrong("multiplied by the value", lambda b, y, x, *_: b.equal(x, y) * x, "the winner's value was used as its slope"),
)

ROWS: tuple[Op, ...] = (
    _row("abs", "The absolute value.",
         lambda b, y, x: b.sign(x),
         python="abs({0})", symbol=lambda sp, x: sp.Abs(x), aliases=("Abs",), kinks=(CORNER,),
         notation=Notation(form="fence", text="|", latex=fence("|", "|")),
         values="nonnegative", samples=POINTS + at_kink(0.0), mistakes=(
             wrong("bars ignored",  one,                        "the bars were ignored: below 0 the slope is −1"),
             wrong("left standing", unchanged,                  "the absolute value was left as it is"),
             wrong("sign reversed", lambda b, y, x: -b.sign(x), "the sign is the wrong way round"),
         )),

    _step("sign", "−1, 0 or 1 by the operand's sign. Its gradient is zero.",
          python="k.scalar_sign({0})", aliases=("sgn",), kinks=(JUMP,),
          notation=Notation(latex=call(r"\operatorname{sgn}")),
          samples=POINTS + at_kink(0.0), mistakes=(
              wrong("sign ignored", one, "differentiated as if it were the operand itself"),
          )),

    _step("floor", "The greatest integer not above the operand. Its gradient is zero.",
          python="float(math.floor({0}))", kinks=(STEPS,),
          notation=Notation(latex=fence(r"\lfloor ", r"\rfloor ")),
          samples=FRACTIONS, mistakes=(
              wrong("rounding ignored", one, "differentiated as if nothing were rounded"),
          )),

    _step("ceil", "The least integer not below the operand. Its gradient is zero.",
          python="float(math.ceil({0}))", symbol=lambda sp, x: sp.ceiling(x), aliases=("ceiling",), kinks=(STEPS,),
          notation=Notation(latex=fence(r"\lceil ", r"\rceil ")),
          samples=FRACTIONS, mistakes=(
              wrong("rounding ignored", one, "differentiated as if nothing were rounded"),
          )),

    Op(name="minimum", doc="The smallest operand. Its gate routes: the whole gradient goes to the winner.",
       slot_partial=share(lt),
       family="piecewise", arity=(2, None), shape=elementwise, gate="routes", kinks=(tie(-1),),
       numpy="k.minimum({args})", python="k.scalar_minimum({args})", symbol=lambda sp, *xs: least(sp, *xs),
       notation=Notation(text="min", latex=call(r"\min")), mark=r"\min",
       samples=PAIRS + MORE + TIES, mistakes=WINNER),

    Op(name="maximum", doc="The largest operand. Its gate routes: the whole gradient goes to the winner.",
       slot_partial=share(gt),
       family="piecewise", arity=(2, None), shape=elementwise, gate="routes", kinks=(tie(+1),),
       numpy="k.maximum({args})", python="k.scalar_maximum({args})", symbol=lambda sp, *xs: greatest(sp, *xs),
       notation=Notation(text="max", latex=call(r"\max")), mark=r"\max",
       samples=PAIRS + MORE + TIES, mistakes=WINNER),

    _row("clip", "The operand, kept between low and high. Beyond them its gradient is zero.",
         lambda b, y, x, low, high: b.where(b.logical_and(x > low, x < high), 1, 0),
         parameters=(LOW, HIGH), aliases=("clamp",), gate="routes", kinks=(LIMITS,),
         numpy="np.clip({0}, {low}, {high})", python="k.scalar_clip({0}, {low}, {high})",
         symbol=lambda sp, x, low, high: least(sp, greatest(sp, x, low), high),
         notation=Notation(latex=clip_latex, latex_slots=(0,)),
         samples=at(0.5, -2.0, [[0.25, 7.0]], low=-1, high=1) + at_kink(-1.0, [1.0, -1.0], low=-1, high=1), mistakes=(
             wrong("limits ignored", one, "the limits were ignored"),
             wrong("wrong side", lambda b, y, x, low, high: b.where(b.logical_and(x > low, x < high), 0, 1),
                   "the gradient was let through beyond the limits and stopped between them"),
         )),

    Op(name="where", doc="The second operand where the first is not 0, else the third. Its gate routes.",
       partials=(
           nothing,
           lambda b, y, c, chosen, other: b.where(c, 1, 0),
           lambda b, y, c, chosen, other: b.where(c, 0, 1),
       ),
       family="piecewise", arity=3, shape=elementwise, structure=("zero", "diagonal", "diagonal"), gate="routes",
       numpy="np.where({0}, {1}, {2})", python="({1} if {0} else {2})",
       symbol=lambda sp, c, a, b: cases(sp, a, condition(sp, c), b),
       notation=Notation(latex=cases_latex, latex_slots=(0, 0, 0)), mark=r"\text{if}",
       samples=at((1.0, 2.0, -3.0), ([0.0, 1.0], 2.5, [4.0, 0.5]), ([[1.0], [0.0]], [1.5, 2.0], 0.25)), mistakes=(
           wrong("sent to both", one, "the gradient went to both branches", slot=1),
           wrong("other branch", lambda b, y, c, *_: b.where(c, 0, 1), "the gradient went to the other branch", slot=1),
           wrong("other branch", lambda b, y, c, *_: b.where(c, 1, 0), "the gradient went to the other branch", slot=2),
       )),

    binary("hypot", "√(x² + y²), without overflow: the length of a vector of two.",
           lambda b, length, x, y: b.ratio(x, length),
           lambda b, length, x, y: b.ratio(y, length),
           family="piecewise", mark=r"\sqrt{\Sigma^2}", kinks=(TIP,),
           numpy="np.hypot({0}, {1})", python="math.hypot({0}, {1})", symbol=lambda sp, x, y: sp.sqrt(x**2 + y**2),
           notation=Notation(latex=lambda x, y: rf"\sqrt{{{x}^{{2}} + {y}^{{2}}}}", latex_slots=(POSTFIX, POSTFIX)),
           samples=PAIRS + at((0.0, -2.0)) + at_kink((0.0, 0.0)), mistakes=(
               wrong("root lost",         lambda b, length, x, y: 2 * x,            "the root's derivative is missing"),
               wrong("inner slope lost",  lambda b, length, x, y: 1 / (2 * length), "the factor 2x is missing"),
               wrong_right("root lost",   lambda b, length, x, y: 2 * y,            "the root's derivative is missing"),
           )),

    _step("stop_gradient", "The operand itself, through which no gradient comes back.",
          numpy="+{0}", python="+{0}", symbol=lambda sp, x: x, aliases=("detach",),
          notation=Notation(latex=call(r"\operatorname{stop}")), mark=r"\text{stop}",
          samples=POINTS, mistakes=(
              wrong("not stopped", one, "the gradient was let through"),
          )),
)
