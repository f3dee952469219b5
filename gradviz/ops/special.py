"""The error function and the gamma family."""

from __future__ import annotations

from functools import partial
from typing import Any

from gradviz.ops.notation import bracketed, function
from gradviz.ops.op import PI, REQUIRED, Notation, Op, Parameter
from gradviz.ops.row import at, unary, unchanged, wrong

_row = partial(unary, family="special")

ANYWHERE = at(0.3, -1.2, [[2.5, 0.8]])
POSITIVE = at(0.3, 4.5, [[1.5, 2.0]])
ORDER = Parameter(name="n", kind="integer", default=REQUIRED, doc="the order, from 0: ψ itself")


def _bell(b: Any, x: Any) -> Any:
    """2/√π · e^(−x²), the slope of erf."""
    return 2 / b.sqrt(b.constant(PI)) * b.exp(-(x**2))


# fmt: off
ROWS: tuple[Op, ...] = (
    _row("erf", "The error function, 2/√π · ∫₀ˣ e^(−t²) dt.",
         lambda b, y, x: _bell(b, x),
         numpy="k.erf({0})", notation=function(r"\operatorname{erf}"),
         samples=ANYWHERE, mistakes=(
             wrong("2/√π lost",      lambda b, y, x: b.exp(-(x**2)), "the factor 2/√π is missing"),
             wrong("2 lost",         lambda b, y, x: _bell(b, x) / 2, "1/√π in place of 2/√π"),
         )),

    _row("erfc", "1 − erf, accurate where erf is nearly 1.",
         lambda b, y, x: -_bell(b, x),
         numpy="k.erfc({0})", notation=function(r"\operatorname{erfc}"),
         samples=ANYWHERE, mistakes=(
             wrong("minus lost", lambda b, y, x: _bell(b, x), "the minus of 1 − erf is lost"),
         )),

    _row("gamma", "The gamma function, which continues the factorial: Γ(n) = (n − 1)!.",
         lambda b, y, x: y * b.digamma(x),
         numpy="k.gamma({0})", notation=function(r"\Gamma", unicode="Γ"),
         samples=POSITIVE + at(-1.5), plot_range=(0.15, 4.5), mistakes=(
             wrong("Γ lost", lambda b, y, x: b.digamma(x), "ψ alone is (ln Γ)′; Γ′ is Γ·ψ"),
             wrong("ψ lost", unchanged,                    "the factor ψ is missing"),
         )),

    _row("loggamma", "The logarithm of |Γ|, without Γ's overflow.",
         lambda b, y, x: b.digamma(x),
         numpy="k.loggamma({0})", python="math.lgamma({0})",
         notation=function(r"\ln\Gamma", unicode="lnΓ"), aliases=("lgamma", "gammaln"),
         samples=POSITIVE, plot_range=(0.1, 6.0), mistakes=(
             wrong("1 over Γ", lambda b, y, x: 1 / b.gamma(x), "Γ's own derivative is missing: (ln Γ)′ is Γ′/Γ"),
         )),

    _row("digamma", "ψ = Γ′/Γ, the slope of ln Γ.",
         lambda b, y, x: b.polygamma(x, n=1),
         numpy="k.digamma({0})", python="k.scalar_digamma({0})",
         notation=function(r"\psi", unicode="ψ"), aliases=("psi",),
         samples=POSITIVE + at(-1.5), plot_range=(0.2, 6.0), mistakes=(
             wrong("left standing", unchanged, "the function was left as it is"),
         )),

    _row("polygamma", "The n-th derivative of ψ. Below −10⁶ it is not computed: NaN.",
         lambda b, y, x, n: b.polygamma(x, n=n + 1),
         parameters=(ORDER,),
         numpy="k.polygamma({0}, {n})", python="k.scalar_polygamma({0}, {n})",
         symbol=lambda sp, x, n: sp.polygamma(n, x),
         notation=Notation(unicode="ψ", latex=lambda x, n: rf"\psi^{{({n})}}" + bracketed(x), latex_slots=(0,)),
         samples=at(0.3, 4.5, [[1.5, 2.0]], n=1) + at(2.5, n=0) + at(1.5, n=3), plot_range=(0.3, 6.0), mistakes=(
             wrong("left standing", unchanged, "the function was left as it is"),
         )),
)
