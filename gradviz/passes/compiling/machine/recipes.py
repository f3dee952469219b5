"""A row's NumPy expression as a list of machine operations, read once per row and settings."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gradviz.passes.compiling.machine.kernels import KERNELS
from gradviz.passes.templates import Settings, literal

FUNCTIONS = {
    name: name
    for name in (
        "exp",
        "log",
        "log2",
        "log10",
        "log1p",
        "expm1",
        "sqrt",
        "cbrt",
        "sin",
        "cos",
        "tan",
        "sinh",
        "cosh",
        "tanh",
        "abs",
        "floor",
        "ceil",
        "hypot",
        "erf",
        "erfc",
        "gamma",
        "loggamma",
    )
} | {
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arctan2": "atan2",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "where": "select",
    "both": "both",
    "either": "either",
    "opposite": "opposite",
}
"""What NumPy's and the kernels' functions are called as machine operations."""
FOLDED = {"maximum": "maximum", "minimum": "minimum"}
"""Functions of any number of operands, taken two by two."""
BINARY = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow"}
COMPARED = {ast.Gt: "gt", ast.Lt: "lt", ast.GtE: "ge", ast.LtE: "le", ast.Eq: "eq", ast.NotEq: "ne"}

Reference = int | float
"""An operand's slot, or that of an earlier operation of the recipe after the operands (both `int`); or a constant."""


class NoRecipe(Exception):
    """An expression that is not made of machine operations."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an operation of a graph does on the machine.

    Args:
        operations: each with its operands.
        result: where its value is then.
    """

    operations: tuple[tuple[str, tuple[Reference, ...]], ...]
    result: Reference


@lru_cache(maxsize=4096)
def recipe_for(template: str, count: int, settings: Settings, kept: Collection[str] = frozenset()) -> Recipe | None:
    """The recipe of a row's expression, or None where it is not made of machine operations.

    Args:
        template: the row's NumPy expression.
        count: how many operands it has.
        settings: of the operation.
        kept: kernels that stay one operation.

    Example:
        >>> recipe_for("1 / np.cos({0})", 1, ())
        Recipe(operations=(('cos', (0,)), ('div', (1.0, 1))), result=2)
    """
    names = [f"x{i}" for i in range(count)]
    text = template.format(*names, args=", ".join(names), **{name: literal(value) for name, value in settings})
    reader = _Reader(count, kept)
    try:
        result = reader.read(text, dict(zip(names, range(count), strict=True)))
    except NoRecipe:
        return None
    return Recipe(tuple(reader.operations), result)


class _Reader:
    """Reads expressions; they come from the rows and the table of kernels, so that they are small."""

    def __init__(self, count: int, kept: Collection[str]) -> None:
        self.count = count
        self.kept = kept
        self.operations: list[tuple[str, tuple[Reference, ...]]] = []

    def read(self, text: str, names: dict[str, Reference]) -> Reference:
        """The value of the last statement, `names` standing for what they refer to."""
        result: Reference = 0
        for statement in ast.parse(text).body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    names[name] = self._value(value, names)
                case ast.Expr(value=value):
                    result = self._value(value, names)
                case _:
                    raise NoRecipe(text)
        return result

    def _value(self, node: ast.expr, names: dict[str, Reference]) -> Reference:
        match node:
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.Name(id=name) if name in names:
                return names[name]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self._value(operand, names)
                return -inner if isinstance(inner, float) else self._made("neg", inner)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self._value(operand, names)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
                return self._made(BINARY[type(op)], self._value(left, names), self._value(right, names))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARED:
                return self._made(COMPARED[type(op)], self._value(left, names), self._value(right, names))
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args, keywords=[]):
                return self._call(name, [self._value(arg, names) for arg in args])
        raise NoRecipe(ast.dump(node))

    def _call(self, name: str, operands: Sequence[Reference]) -> Reference:
        if name in FUNCTIONS:
            return self._made(FUNCTIONS[name], *operands)
        if name in FOLDED:
            result = operands[0]
            for operand in operands[1:]:
                result = self._made(FOLDED[name], result, operand)
            return result
        if name in self.kept:
            return self._made(name, *operands)
        if name in KERNELS:
            parameters, text = KERNELS[name]
            return self.read(text, dict(zip(parameters.split(), operands, strict=True)))
        raise NoRecipe(name)

    def _made(self, name: str, *operands: Reference) -> Reference:
        self.operations.append((name, operands))
        return self.count + len(self.operations) - 1
