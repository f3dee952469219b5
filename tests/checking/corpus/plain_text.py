"""The corpus's plain texts evaluated by mpmath, without any of gradviz: what the witness of numbers stands on."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import mpmath
from mpmath import mpf

Env = Mapping[str, Any]
Undefined = (ValueError, ZeroDivisionError, OverflowError, ArithmeticError)


def power(base: Any, exponent: Any) -> Any:
    """A real power: odd roots of negatives are real, others are undefined."""
    if isinstance(exponent, Fraction):
        if exponent.denominator == 1:
            return base**exponent.numerator
        if base < 0:
            if exponent.denominator % 2 == 0:
                raise ValueError("an even root of a negative")
            root = mpmath.power(-base, mpf(exponent.numerator) / exponent.denominator)
            return -root if exponent.numerator % 2 else root
        return mpmath.power(base, mpf(exponent.numerator) / exponent.denominator)
    if base <= 0:
        raise ValueError("a variable power of what is not positive")
    return mpmath.power(base, exponent)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **{
        name: getattr(mpmath, name)
        for name in (
            *("sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "sech"),
            *("exp", "sqrt", "log10", "floor", "ceil", "erf", "gamma"),
        )
    },
    "arcsin": mpmath.asin,
    "arccos": mpmath.acos,
    "arctan": mpmath.atan,
    "arsinh": mpmath.asinh,
    "artanh": mpmath.atanh,
    "ln": mpmath.log,
    "log": mpmath.log,
    "log2": lambda u: mpmath.log(u, 2),
    "cbrt": lambda u: power(u, Fraction(1, 3)),
    "abs": abs,
    "sigmoid": lambda u: 1 / (1 + mpmath.exp(-u)),
    "relu": lambda u: max(u, mpf(0)),
    "sign": mpmath.sign,
    "where": lambda test, yes, no: yes if test else no,
    "max": max,
    "min": min,
}
TOKEN = re.compile(r"\s*((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|\*\*|>=|<=|==|.)")


def python_of(text: str, names: set[str]) -> str:
    """A plain text as Python: implicit products written out, bars as abs, ^ as **."""
    text = re.sub(r"\|([^|]*)\|", r"abs(\1)", text.replace("·", "*"))
    made: list[str] = []
    for token in TOKEN.findall(text):
        if made and re.match(r"[\w(.]", token) and (made[-1] == ")" or re.fullmatch(r"\.?\d.*|[A-Za-z_]\w*", made[-1])):
            called = token == "(" and made[-1] in FUNCTIONS and made[-1] not in names
            if not called:
                made.append("*")
        made.append("**" if token == "^" else token)
    return "".join(made)


def exact(node: ast.expr) -> Fraction | None:
    """The value of what holds numbers only."""
    if isinstance(node, ast.Constant):
        return Fraction(str(node.value))
    if isinstance(node, ast.UnaryOp):
        value = exact(node.operand)
        return None if value is None else -value
    if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Pow):
        left, right = exact(node.left), exact(node.right)
        return None if left is None or right is None else _combined(node.op, left, right)
    return None


def _combined(op: ast.operator, left: Any, right: Any) -> Any:
    match op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case _:
            return left / right


def evaluate(node: ast.expr, env: Env) -> Any:
    """A Python expression over mpmath; raises one of `Undefined` where it has no real value."""
    known = exact(node)
    if known is not None:
        return mpf(known.numerator) / known.denominator
    match node:
        case ast.Name(id=name):
            return env[name] if name in env else {"e": mpmath.e, "pi": mpmath.pi}[name]
        case ast.UnaryOp(operand=operand):
            return -evaluate(operand, env)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            exponent = exact(right)
            return power(evaluate(left, env), evaluate(right, env) if exponent is None else exponent)
        case ast.BinOp(left=left, op=op, right=right):
            return _combined(op, evaluate(left, env), evaluate(right, env))
        case ast.Compare(left=left, ops=[ast.Gt()], comparators=[right]):
            return evaluate(left, env) > evaluate(right, env)
        case ast.Call(func=ast.Name(id=name), args=args):
            value = FUNCTIONS[name](*[evaluate(one, env) for one in args])
            if isinstance(value, mpmath.mpc):
                raise ValueError(f"{name} has no real value")
            return value
    raise AssertionError(f"the witness does not read {ast.dump(node)}")


def statements(text: str) -> list[tuple[str, str]]:
    """The assignments of a program, without declarations: names and right sides."""
    parts = [part.strip() for part in text.split(";")]
    made = [part.partition("=") for part in parts if "=" in part]
    return [(left.strip(), right.strip()) for left, _, right in made]


def free(text: str) -> set[str]:
    """The names that a program does not define."""
    defined = {left for left, _ in statements(text)}
    used = set(re.findall(r"[A-Za-z_]\w*", " ".join(right for _, right in statements(text))))
    return used - defined - FUNCTIONS.keys() - {"e", "pi"}
