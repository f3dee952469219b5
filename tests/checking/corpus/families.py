"""Which of gradviz's names of mistakes say the same as a tag of the corpus.

A tag's family is the set of `Mistake.name`s that a teacher would accept for it. Names not listed are compared by
themselves; a name of two mistakes (`constant kept and square lost`) is each of them. The table may grow with gradviz's
tables of mistakes; the corpus itself is not to be fitted to them.
"""

from __future__ import annotations

from collections.abc import Mapping

FAMILIES: Mapping[str, frozenset[str]] = {
    "algebra slip": frozenset({"coefficient's sign", "sign lost", "sign of a term"}),
    "constant not sent to zero": frozenset({"constant kept"}),
    "exponent lowered first": frozenset({"lowered first"}),
    "exponent not lowered": frozenset({"not inverted", "not lowered"}),
    "exponent raised": frozenset({"raised"}),
    "fractional exponent lowered wrongly": frozenset(
        {"exponent's sign lost", "lowered by two", "lowered too far", "sign of the exponent"}
    ),
    "function not differentiated": frozenset({"left standing", "outer function kept"}),
    "inner derivative inside": frozenset({"exponent alone"}),
    "log of the denominator": frozenset({"logarithm"}),
    "not differentiated": frozenset({"left standing"}),
    "overall sign": frozenset({"overall sign", "sign lost"}),
    "product rule on a constant": frozenset({"coefficient as a factor", "coefficient to zero"}),
    "product rule: minus": frozenset({"uv′ − u′v", "u′v − uv′"}),
    "product rule: not crossed": frozenset({"uu′ + vv′"}),
    "product rule: one term": frozenset({"first term lost", "second term lost"}),
    "product rule: u'+v'": frozenset({"u′ + v′"}),
    "product rule: u'v'": frozenset({"u′v′"}),
    "quotient rule: one term": frozenset({"second term lost", "u′/v"}),
    "quotient rule: plus": frozenset({"plus for minus"}),
    "quotient rule: square missing": frozenset({"square lost"}),
    "quotient rule: u'/v'": frozenset({"u/v′", "u′/v′"}),
    "root of the derivative": frozenset({"function of the slope"}),
    "sign slip": frozenset({"minus lost", "plus for minus", "sign lost", "sign of a term"}),
    "term dropped": frozenset({"first term dropped", "second term dropped", "term lost"}),
    "trig sign": frozenset({"sign of cos′", "sign of sin′"}),
    "wrong inner derivative": frozenset({"times the inner function"}),
    "wrong trig derivative": frozenset({"cot for sec²"}),
}


def of_family(name: str, tag: str) -> bool:
    """Does a mistake's name say what the tag says?"""
    names = {name, *name.split(" and ")}
    return tag in names or not names.isdisjoint(FAMILIES.get(tag, frozenset()))
