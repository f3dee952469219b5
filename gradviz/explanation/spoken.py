"""Trees as people say them: helper operations of the rules opened, shapes in words, long decimals short."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any, cast

from gradviz.passes.matrix.letters import letter_factors
from gradviz.syntax.tree import Call, Expr, Name, Number, Slice, postorder, rebuilt

LONG, DIGITS = 10**9, 5
"""The denominator of a decimal from which it is written with a few significant digits, and with how many."""
ONE, IDENTITY = Number(Fraction(1)), Name("I")

Opener = Callable[..., Expr]


def spoken(tree: Expr) -> Expr:
    """The tree for display: `f·ln(x)` rather than `xlogy(f, x)`, `x/f` rather than `ratio(x, f)`, 1.0507.

    Example:
        >>> spoken(Call("ratio", (Name("x"), Name("f"))))
        Call(function='div', operands=(Name(id='x'), Name(id='f')), keywords=())
    """
    return _opened(tree, OPENED)


def spoken_rule(tree: Expr) -> Expr:
    """The same for a reverse rule, where arrays that are only broadcast stand as they are."""
    return _opened(tree, {**OPENED, "broadcast_to": lambda x: x})


def spelled_rule(tree: Expr) -> Expr:
    """The same for its ASCII text, which says products by their signs: `outer(g, x)`, `W.T @ g`."""
    return _opened(tree, {**HELPERS, "broadcast_to": lambda x: x})


def with_letters(tree: Expr, letters: Mapping[int, str]) -> Expr:
    """A rule at sizes that stand for letters, with the letters in their place: g/N for g/211.

    Example:
        >>> with_letters(Call("div", (Name("g"), Number(Fraction(211)))), {211: "N"})
        Call(function='div', operands=(Name(id='g'), Name(id='N')), keywords=())
    """
    made: dict[int, Any] = {}
    for part in postorder(tree):
        made[id(part)] = _sized(part.value, letters) if isinstance(part, Number) else rebuilt(part, made)
    return cast("Expr", made[id(tree)])


def _sized(value: Fraction, letters: Mapping[int, str]) -> Expr:
    """A number as a product and quotient of letters."""
    plain, powers = letter_factors(value)
    top = [Name(letters[prime]) for prime, power in powers.items() for _ in range(power) if prime in letters]
    below = [Name(letters[prime]) for prime, power in powers.items() for _ in range(-power) if prime in letters]
    above: list[Expr] = [*([Number(plain)] if plain != 1 or not top else []), *top]
    numerator = reduce(lambda a, b: Call("mul", (a, b)), above)
    return reduce(lambda a, b: Call("div", (a, b)), below, numerator)


def _opened(tree: Expr, opened: Mapping[str, Opener]) -> Expr:
    if not any(_opens(part, opened) for part in postorder(tree)):
        return tree
    made: dict[int, Any] = {}
    for part in postorder(tree):
        made[id(part)] = _said(part, made, opened)
    return cast("Expr", made[id(tree)])


def remark_on(tree: Expr) -> tuple[Expr, str]:
    """What a rule's tree says, and in words what becomes of its shape ("" where nothing does)."""
    if isinstance(tree, Call) and tree.function == "sum_to":
        return tree.operands[0], " summed over the broadcast axes"
    if isinstance(tree, Call) and tree.function == "scatter":
        return tree.operands[0], " in its place, 0 elsewhere"
    if isinstance(tree, Call) and (_broadcasts(tree) or any(map(_broadcasts, tree.operands))):
        return _opened(tree, {"reshape": lambda x: x}), " for every entry"
    return tree, ""


def _broadcasts(tree: Expr) -> bool:
    return isinstance(tree, Call) and tree.function == "broadcast_to"


def _opens(part: Expr | Slice, opened: Mapping[str, Opener]) -> bool:
    if isinstance(part, Number):
        return part.value.denominator >= LONG
    return isinstance(part, Call) and part.function in opened


def _said(part: Expr | Slice, made: Mapping[int, Any], opened: Mapping[str, Opener]) -> Expr | Slice:
    match part:
        case Number(value=value) if value.denominator >= LONG:
            return Number(Fraction(f"{float(value):.{DIGITS}g}"))
        case Call(function=function, operands=operands):
            operands_said = tuple(made[id(operand)] for operand in operands)
            if function == "diag" and _broadcasts(operands[0]) and operands_said[0] == ONE:
                return IDENTITY
            return opened[function](*operands_said) if function in opened else rebuilt(part, made)
        case _:
            return rebuilt(part, made)


def _beside(a: Expr, b: Expr) -> Expr:
    """A matrix product; as it binds tighter than ∘, a left factor (A ∘ B) stands in parentheses."""
    inner = a.operands[0] if isinstance(a, Call) and a.function == "neg" else a
    entrywise = isinstance(inner, Call) and inner.function == "hadamard"
    return Call("beside", (Call("group", (a,)) if entrywise else a, b))


def _side(u: Expr) -> Expr:
    """The left side of an outer product: a product in parentheses, (W x) xᵀ, so that it is seen to be one column."""
    return Call("group", (u,)) if isinstance(u, Call) and u.function == "beside" else u


def _turned(x: Expr) -> Expr:
    """The transpose; of a transpose what it is of."""
    return x.operands[0] if isinstance(x, Call) and x.function == "transpose" else Call("transpose", (x,))


HELPERS: Mapping[str, Opener] = {
    "xlogy": lambda a, x: Call("mul", (a, Call("log", (x,)))),
    "ratio": lambda a, b: Call("div", (a, b)),
}
"""Operations that only rules use, as people write them."""
OPENED: Mapping[str, Opener] = {
    **HELPERS,
    "matmul": _beside,
    "outer": lambda u, v: _beside(_side(u), _turned(v)),
    "dot": lambda u, v: _beside(_turned(u), v),
}
"""The same, and matrix products side by side."""
