"""Which of gradviz's names of mistakes say the same as a tag of the corpus.

A tag's family is the set of `Mistake.name`s that a teacher would accept for it. Names not listed are compared by
themselves; a name of two mistakes (`constant kept and square lost`) is each of them. The table may grow with gradviz's
tables of mistakes; the corpus itself is not to be fitted to them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

FAMILIES: Mapping[str, frozenset[str]] = {
    "algebra slip": frozenset({"coefficient's sign", "sign lost", "sign of a term"}),
    "constant differentiated as a variable": frozenset({"constant to one"}),
    "constant not sent to zero": frozenset({"constant kept"}),
    "derivative of f at u'": frozenset({"taken at the inner slope"}),
    "differentiated once": frozenset({"differentiated too few times"}),
    "dx/dy for dy/dx": frozenset({"reciprocal"}),
    "exponent lowered first": frozenset({"lowered first"}),
    "exponent not lowered": frozenset({"not inverted", "not lowered"}),
    "exponent raised": frozenset({"raised"}),
    "exponential rule on a variable base": frozenset({"exponential rule alone"}),
    "fractional exponent lowered wrongly": frozenset(
        {"exponent's sign lost", "lowered by two", "lowered too far", "sign of the exponent"}
    ),
    "function not differentiated": frozenset({"left standing", "outer function kept"}),
    "hyperbolic sign": frozenset({"sign of cosh′", "sign of sinh′", "sign of tanh′"}),
    "inner derivative inside": frozenset({"exponent alone"}),
    "inverse read as reciprocal": frozenset({"read as 1/cos", "read as 1/sin", "read as 1/tan"}),
    "inverse trig root lost": frozenset({"root lost"}),
    "ln of the base lost": frozenset({"base for ln 10", "base for ln 2", "ln a lost"}),
    "ln(ax) = a/x": frozenset({"inner function lost"}),
    "log base in the numerator": frozenset({"ln 10 on top", "ln 2 on top"}),
    "log base lost": frozenset({"ln 10 lost", "ln 2 lost"}),
    "log of the denominator": frozenset({"logarithm"}),
    "log sign": frozenset({"sign of ln′"}),
    "not differentiated": frozenset({"left standing"}),
    "overall sign": frozenset({"order reversed", "overall sign", "sign lost"}),
    "parameter treated as a variable": frozenset({"coefficient added", "constant to one"}),
    "power of the derivative": frozenset({"function of the slope", "slope to the power"}),
    "power rule on a variable exponent": frozenset({"power rule alone"}),
    "power rule on an exponential": frozenset({"as xⁿ", "power rule on eˣ"}),
    "product rule on a constant": frozenset({"coefficient as a factor", "coefficient to zero"}),
    "product rule: minus": frozenset({"uv′ − u′v", "u′v − uv′"}),
    "product rule: not crossed": frozenset({"uu′ + vv′"}),
    "product rule: one term": frozenset({"first term lost", "second term lost"}),
    "product rule: u'+v'": frozenset({"u′ + v′"}),
    "product rule: u'v'": frozenset({"u′v′"}),
    "quotient rule: denominator lost": frozenset({"denominator lost"}),
    "quotient rule: not crossed": frozenset({"uu′ − vv′"}),
    "quotient rule: one term": frozenset({"second term lost", "u′/v"}),
    "quotient rule: plus": frozenset({"plus for minus"}),
    "quotient rule: sign": frozenset({"order reversed", "overall sign", "plus for minus", "sign of the power"}),
    "quotient rule: square missing": frozenset({"square lost"}),
    "quotient rule: u'/v'": frozenset({"u/v′", "u′/v′"}),
    "reciprocal lost": frozenset({"operand lost", "outer derivative lost"}),
    "reciprocal of the logarithm": frozenset({"1 over the logarithm"}),
    "root of the derivative": frozenset({"function of the slope", "slope to the power"}),
    "saturating derivative forgotten": frozenset({"outer derivative lost"}),
    "saturating derivative: half": frozenset({"σ lost"}),
    "saturating derivative: square": frozenset({"square of σ"}),
    "sec not squared": frozenset({"square lost"}),
    "sech not squared": frozenset({"sech without a square"}),
    "sign slip": frozenset({"minus lost", "plus for minus", "sign lost", "sign of a term"}),
    "term dropped": frozenset({"first term dropped", "second term dropped", "term lost"}),
    "trig sign": frozenset(
        {"sign of cos′", "sign of cot′", "sign of csc′", "sign of sec′", "sign of sin′", "sign of tan′"}
    ),
    "wrong inner derivative": frozenset({"times the inner function"}),
    "wrong inverse trig derivative": frozenset(
        {
            "arcsin's derivative",
            "arctan's derivative",
            "minus for plus",
            "plus for minus",
            "root added",
            "sign of arccos′",
            "sign of arcsin′",
        }
    ),
    "wrong trig derivative": frozenset({"cot for sec²", "csc² for sec²", "sec²", "sec² for csc²"}),
    "wrong variable": frozenset({"by the wrong variable"}),
}


ARRAYS: Mapping[str, frozenset[str]] = {
    "1/N lost": frozenset({"denominator lost", "multiplied by the number"}),
    "coefficient lost": frozenset({"factor lost"}),
    "constant not removed": frozenset({"variable not removed"}),
    "factor 1/2 lost": frozenset({"denominator lost", "factor 2 added"}),
    "factor 2 too many": frozenset({"factor 2 added"}),
    "fan-out not summed": frozenset({"contributions not summed", "path dropped", "product rule, half"}),
    "fan-out summed with a wrong transpose": frozenset({"not transposed back", "transpose missing"}),
    "inner derivative lost": frozenset({"factor lost", "stopped early"}),
    "mean for sum": frozenset({"broadcast averaged"}),
    "missing transpose": frozenset({"transpose added", "transpose missing", "transposed"}),
    "norm taken as squared norm": frozenset({"norm taken for its square", "not divided by the norm"}),
    "order of the matrix product": frozenset({"order swapped", "outer product turned", "transposed"}),
    "overall sign": frozenset({"minus lost"}),
    "path dropped": frozenset({"contributions not summed", "inner derivative lost", "upstream forgotten"}),
    "path stopped early": frozenset({"inner derivative lost", "stopped early"}),
    "power rule on an exponential": frozenset({"power rule on eˣ"}),
    "power rule: factor dropped": frozenset({"factor lost"}),
    "product rule: minus": frozenset({"sign slipped"}),
    "product rule: one term": frozenset({"path dropped", "product rule, half"}),
    "relu mask on the wrong side": frozenset({"mask on the wrong side"}),
    "relu passes everything": frozenset({"mask forgotten"}),
    "relu value for the mask": frozenset({"multiplied by the output"}),
    "saturating derivative at the input": frozenset({"input for output"}),
    "saturating derivative forgotten": frozenset({"1 − σ lost", "activation forgotten", "left standing"}),
    "saturating derivative twice": frozenset({"derivative twice"}),
    "sign slip": frozenset({"overall sign", "sign slipped"}),
    "softmax diagonal only": frozenset({"diagonal only"}),
    "term dropped": frozenset({"path dropped", "regularisation term lost"}),
    "upstream alone": frozenset({"outer product missing", "stopped early"}),
    "upstream times local mixed up": frozenset({"elementwise for matrix product", "outer product missing"}),
    "variable dropped": frozenset({"factor lost"}),
    "variable not removed": frozenset({"not swapped"}),
    "wrong activation's derivative": frozenset({"tanh's derivative"}),
    "wrong inner derivative": frozenset({"not swapped"}),
    "wrong input of the layer": frozenset({"activation forgotten"}),
}
"""The same for the names of mistakes with arrays."""

NONE: frozenset[str] = frozenset()


def of_family(name: str, tag: str) -> bool:
    """Does a mistake's name say what the tag says?"""
    names = {name, *re.split(" and |, ", name)}
    return tag in names or not names.isdisjoint(FAMILIES.get(tag, NONE) | ARRAYS.get(tag, NONE))
