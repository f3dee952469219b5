"""What the numbers of a variant are chosen from, and what they obey."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gradviz.checking.grading.numbers_in import Values, put_in
from gradviz.checking.grading.problems import Vary
from gradviz.errors import UserError, ValueProblem
from gradviz.syntax.names import canonical
from gradviz.syntax.parser import parse_expression
from gradviz.syntax.tree import Expr, Name, postorder

if TYPE_CHECKING:
    from gradviz.checking.grading.making import Refuse

MAX_CHOICES = 10_000
"""Numbers that one name may be chosen from."""
LARGEST = 10**9

_NUMBER = r"[+-]?\d{1,12}(?:\.\d{1,12})?(?:/\d{1,12})?"
_RANGE = re.compile(rf"\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*(?:step\s+({_NUMBER}))?\s*")
_ONE = re.compile(rf"\s*({_NUMBER})\s*")
_SIGN = re.compile(r"!=|≠|<=|≤|>=|≥|==|=|<|>")

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "!=": operator.ne,
        "≠": operator.ne,
        "<=": operator.le,
        "≤": operator.le,
        ">=": operator.ge,
        "≥": operator.ge,
        "==": operator.eq,
        "=": operator.eq,
        "<": operator.lt,
        ">": operator.gt,
    }
)


@dataclass(frozen=True, slots=True)
class Constraint:
    """`left sign right`, both sides expressions in the names that vary."""

    left: Expr
    sign: str
    right: Expr

    def holds(self, values: Values) -> bool:
        """Whether it is so for these numbers; where a side is undefined it is not."""
        try:
            return bool(COMPARISONS[self.sign](_number(self.left, values), _number(self.right, values)))
        except UserError:
            return False


def vary_of(name: str, value: Any, refuse: Refuse) -> Vary:
    """The numbers that a name is chosen from: `"2..9"`, `"0..2 step 0.5"`, `[2, 3, "1/2"]`."""
    key = f"vary/{name}"
    if isinstance(value, str):
        return Vary(canonical(name), _range(value, key, refuse))
    if not isinstance(value, list) or not value:
        refuse(key, f"{name} is chosen from a range or a list of numbers", 'write "2..9", or [2, 3, "1/2"]')
    choices = []
    for one in value:
        found = _ONE.fullmatch(str(one)) if not isinstance(one, (bool, float)) else None
        if found is None or _fraction(found[1]) is None:
            refuse(key, f"{one!r} is no number that {name} could be", 'write numbers, or fractions such as "1/2"')
        choices.append(Fraction(found[1]))
    if len(set(choices)) < len(choices):
        refuse(key, f"{name} has a number twice in its list", "name each once")
    return Vary(canonical(name), tuple(choices))


def _fraction(text: str) -> Fraction | None:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None


def _range(text: str, key: str, refuse: Refuse) -> tuple[Fraction, ...]:
    found = _RANGE.fullmatch(text)
    parts = [] if found is None else [_fraction(part or "1") for part in found.groups()]
    if not parts or None in parts:
        refuse(key, f"{text!r} is no range of numbers", 'write "2..9", or "0..2 step 0.5"')
    first, last, step = (part for part in parts if part is not None)
    if step <= 0 or last < first:
        refuse(key, f"the range {text!r} is empty", "the smaller number comes first, and the step is above 0")
    count = int((last - first) / step) + 1
    if count > MAX_CHOICES or max(abs(first), abs(last)) > LARGEST:
        refuse(key, f"the range {text!r} has more than {MAX_CHOICES:,} numbers, or too large ones", "make it smaller")
    return tuple(first + i * step for i in range(count))


def constraints_of(such_that: Sequence[str]) -> tuple[Constraint, ...]:
    """The constraints that texts such as `a + b < 10` say.

    Raises:
        ValueProblem: one is no comparison.
        UserError: a side cannot be read.
    """
    made = []
    for text in such_that:
        signs = _SIGN.findall(text)
        if len(signs) != 1:
            raise ValueProblem(f"{text!r} is no comparison of two numbers", hint='write such_that = "a != b"')
        left, right = text.split(signs[0])
        made.append(Constraint(parse_expression(left), signs[0], parse_expression(right)))
    return tuple(made)


def check_constraints(such_that: Sequence[str], vary: Sequence[Vary], refuse: Refuse) -> None:
    """Refuse constraints that cannot be read, or speak of what does not vary."""
    names = {one.name for one in vary}
    if len(names) < len(vary):
        refuse("vary", "a name varies twice", "x_1, x1 and x₁ are one name")
    try:
        for constraint in constraints_of(such_that):
            for node in (*postorder(constraint.left), *postorder(constraint.right)):
                if isinstance(node, Name) and node.id not in names:
                    refuse("such_that", f"{node.id} does not vary", f"these do: {', '.join(sorted(names))}")
    except UserError as error:
        if error.source is not None and error.source.name != "expression":
            raise
        refuse("such_that", error.message, error.hint)


def _number(expr: Expr, values: Values) -> Any:
    from gradviz.graph.given import evaluated

    return evaluated("this", put_in(expr, values))
