"""Expressions as trees of no language: read once from a row's text, filled in, written by `translate.py`."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gradviz.errors import InternalError
from gradviz.ops.op import Attribute


@dataclass(frozen=True, slots=True)
class Place:
    """A whole number that is linear in loop counters: `6*i + j + 1`; an index of an axis, or of an array's memory.

    Args:
        terms: counters and what each is multiplied by, the largest first, none zero.
        constant: what is added.
    """

    terms: tuple[tuple[str, int], ...] = ()
    constant: int = 0

    def __add__(self, other: Place | int) -> Place:
        """The sum."""
        if isinstance(other, int):
            return Place(self.terms, self.constant + other)
        merged = dict(self.terms)
        for name, factor in other.terms:
            merged[name] = merged.get(name, 0) + factor
        kept = sorted(((name, n) for name, n in merged.items() if n), key=lambda term: (-abs(term[1]), term[0]))
        return Place(tuple(kept), self.constant + other.constant)

    def __mul__(self, factor: int) -> Place:
        """So many times this place."""
        if not factor:
            return Place()
        return Place(tuple((name, n * factor) for name, n in self.terms), self.constant * factor)


@dataclass(frozen=True, slots=True)
class Constant:
    """A number; before it is asked for, any setting."""

    value: Attribute


@dataclass(frozen=True, slots=True)
class Operand:
    """An operand of a row, not filled in yet."""

    slot: int


@dataclass(frozen=True, slots=True)
class Operands:
    """All operands of a row, side by side."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of a row, not filled in yet."""

    name: str


@dataclass(frozen=True, slots=True)
class Name:
    """An identifier of the program that is written; or any text that holds together as strongly as one."""

    text: str


@dataclass(frozen=True, slots=True)
class Read:
    """An entry of an array."""

    array: str
    place: Place


@dataclass(frozen=True, slots=True)
class Whole:
    """A place as a number."""

    place: Place


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an array, handed to a function: from `place` on, `length` entries of an array of `total`."""

    array: str
    place: Place
    length: int
    total: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function by Python's name for it: `math.exp`, `np.sum`, `k.sigmoid`, `max`."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Infix:
    """`+ - * / ** @`, a comparison, `and` or `or` between two expressions."""

    sign: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Prefix:
    """`-`, `+` or `not`."""

    sign: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Choice:
    """`yes if test else no`."""

    test: Expression
    yes: Expression
    no: Expression


Expression = Constant | Operand | Operands | Setting | Name | Read | Whole | Part | Call | Infix | Prefix | Choice

ARITHMETIC: Mapping[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.MatMult: "@",
}
COMPARED: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
SIGNED: Mapping[type[ast.unaryop], str] = {ast.USub: "-", ast.UAdd: "+", ast.Not: "not"}
COMPARISONS = frozenset(COMPARED.values())
JOINED = frozenset({"and", "or"})


@lru_cache(maxsize=1024)
def read(template: str) -> Expression:
    """A row's expression of numbers as a tree.

    Example:
        >>> read("{0} + {1}")
        Infix(sign='+', left=Operand(slot=0), right=Operand(slot=1))
    """
    text = re.sub(r"\{(\w+)\}", lambda found: _placeholder(found.group(1)), template)
    return _read(ast.parse(text, mode="eval").body)


def _placeholder(name: str) -> str:
    return "__all" if name == "args" else f"__operand_{name}" if name.isdigit() else f"__setting_{name}"


def _read(node: ast.expr) -> Expression:
    reader: Any = READERS.get(type(node))
    if reader is None:
        raise InternalError(f"a row's expression has a {type(node).__name__}")
    made: Expression = reader(node)
    return made


def _name(node: ast.Name) -> Expression:
    if node.id == "__all":
        return Operands()
    if node.id.startswith("__operand_"):
        return Operand(int(node.id.removeprefix("__operand_")))
    if node.id.startswith("__setting_"):
        return Setting(node.id.removeprefix("__setting_"))
    return Name(node.id)


def _call(node: ast.Call) -> Expression:
    if node.keywords:
        raise InternalError("a row's expression of numbers has an argument by keyword")
    return Call(ast.unparse(node.func), tuple(map(_read, node.args)))


def _compare(node: ast.Compare) -> Expression:
    """`a <= b <= c` is two comparisons."""
    ends = [_read(part) for part in (node.left, *node.comparators)]
    made: Expression | None = None
    for left, sign, right in zip(ends, node.ops, ends[1:], strict=False):
        one = Infix(COMPARED[type(sign)], left, right)
        made = one if made is None else Infix("and", made, one)
    assert made is not None
    return made


def _joined(node: ast.BoolOp) -> Expression:
    sign = "and" if isinstance(node.op, ast.And) else "or"
    first, *others = map(_read, node.values)
    for other in others:
        first = Infix(sign, first, other)
    return first


READERS: Mapping[type[ast.expr], Callable[[Any], Expression]] = {
    ast.Constant: lambda node: Constant(node.value),
    ast.Name: _name,
    ast.Attribute: lambda node: Name(ast.unparse(node)),
    ast.Call: _call,
    ast.BinOp: lambda node: Infix(ARITHMETIC[type(node.op)], _read(node.left), _read(node.right)),
    ast.UnaryOp: lambda node: Prefix(SIGNED[type(node.op)], _read(node.operand)),
    ast.Compare: _compare,
    ast.BoolOp: _joined,
    ast.IfExp: lambda node: Choice(_read(node.test), _read(node.body), _read(node.orelse)),
}
"""What of Python's expressions a row may use."""


def filled(
    expression: Expression, operands: Sequence[Expression], settings: Mapping[str, Attribute] | None = None
) -> Expression:
    """A row's expression with operands and settings in their places.

    Example:
        >>> filled(read("max({args}, {least})"), [Name("x"), Name("y")], {"least": 0})
        Call(function='max', arguments=(Name(text='x'), Name(text='y'), Constant(value=0)))
    """
    known = {} if settings is None else settings

    def many(parts: Sequence[Expression]) -> tuple[Expression, ...]:
        spread: list[Expression] = []
        for part in parts:
            spread.extend(operands if isinstance(part, Operands) else [fill(part)])
        return tuple(spread)

    def fill(part: Expression) -> Expression:
        match part:
            case Operand(slot):
                return operands[slot]
            case Setting(name):
                return Constant(known[name])
            case Call(function, arguments):
                return Call(function, many(arguments))
            case Infix(sign, left, right):
                return Infix(sign, fill(left), fill(right))
            case Prefix(sign, operand):
                return Prefix(sign, fill(operand))
            case Choice(test, yes, no):
                return Choice(fill(test), fill(yes), fill(no))
            case _:
                return part

    return fill(expression)
