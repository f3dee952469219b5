"""A second opinion on the corpus: answers evaluated by mpmath (40 digits) and NumPy, without any of gradviz.

Derivatives are numerical ones of the problem's own text, so that nothing here knows a rule of differentiation.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
from mpmath import mpf

Env = Mapping[str, Any]
Undefined = (ValueError, ZeroDivisionError, OverflowError, ArithmeticError)
DIGITS, AGREE, POINTS = 70, mpf(10) ** -30, 5


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
        for name in [
            "sin",
            "cos",
            "tan",
            "sec",
            "csc",
            "cot",
            "sinh",
            "cosh",
            "tanh",
            "sech",
            "exp",
            "sqrt",
            "log10",
            "floor",
            "ceil",
            "erf",
            "gamma",
        ]
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


class Scalar:
    """A problem about numbers: the function, its derivative, and the values of answers at fixed points."""

    def __init__(self, text: str, wrt: str, order: int, implicit: str = "") -> None:
        self.text, self.wrt, self.order, self.implicit = text, wrt, order, implicit
        if implicit:
            left, _, right = text.partition("=")
            self.program = [("F", ast.parse(python_of(f"({left}) - ({right})", set()), mode="eval").body)]
            self.names = set(re.findall(r"[A-Za-z_]\w*", text)) - FUNCTIONS.keys()
        else:
            self.names = free(text)
            known = self.names | {left for left, _ in statements(text)}
            self.program = [
                (left, ast.parse(python_of(right, known), mode="eval").body) for left, right in statements(text)
            ]
        self.known = self.names | {left for left, _ in self.program}

    def completed(self, env: Env) -> dict[str, Any]:
        """The values of the intermediates as well."""
        made = dict(env)
        for name, tree in self.program:
            made[name] = evaluate(tree, made)
        return made

    def along(self, env: Env, name: str, order: int) -> Any:
        """A numerical derivative of the output."""
        output = self.program[-1][0]
        return mpmath.diff(lambda value: self.completed({**env, name: value})[output], env[name], order)

    def truth(self, env: Env) -> Any:
        """The derivative that is asked for."""
        if self.implicit:
            return -self.along(env, self.wrt, 1) / self.along(env, self.implicit, 1)
        return self.along(env, self.wrt, self.order)

    def points(self) -> list[dict[str, Any]]:
        """Points at which the function is defined, on an implicit curve if there is one."""
        rng, found = random.Random(11), []
        for attempt in range(600):
            env = {name: mpf(rng.randint(-260, 260)) / 67 + mpf(1) / 89 for name in sorted(self.names)}
            if attempt % 2:
                env = {name: abs(value) / (3 if attempt % 4 == 1 else 1) for name, value in env.items()}
            try:
                if self.implicit:
                    env[self.implicit] = self._on_curve(env)
                if abs(self.truth(env)) < mpf(10) ** 12:
                    found.append(env)
            except Undefined:
                continue
            if len(found) == POINTS:
                break
        return found

    def _on_curve(self, env: Env) -> Any:
        name = self.implicit
        value = mpmath.findroot(lambda y: self.completed({**env, name: y})["F"], env[name])
        if isinstance(value, mpmath.mpc):
            raise ValueError("no real point of the curve")
        return value

    def value(self, answer: str, env: Env) -> Any:
        """An answer's value; None where it is undefined."""
        tree = ast.parse(python_of(answer.partition("=")[2] or answer, self.known), mode="eval").body
        try:
            return evaluate(tree, self.completed(env))
        except Undefined:
            return None


def close(value: Any, truth: Any) -> bool:
    """Equal to thirty digits."""
    return bool(abs(value - truth) <= AGREE * (1 + abs(truth)))


class Entries(np.ndarray):  # type: ignore[type-arg]
    """Arrays as gradviz has them: a vector's transpose is a row."""

    row = False

    def __array_finalize__(self, made_from: Any) -> None:
        self.row = getattr(made_from, "row", False)

    @property
    def T(self) -> Any:  # type: ignore[override]
        if self.ndim != 1:
            return np.asarray(self).T.view(Entries)
        made = np.asarray(self)[None, :].view(Entries)
        made.row = True
        return made

    def __matmul__(self, other: Any) -> Any:
        if getattr(other, "row", False) and self.ndim == 1:
            return np.outer(self, other).view(Entries)
        made = np.matmul(np.asarray(self), np.asarray(other))
        if self.row and np.ndim(made) == 1:
            return made[0] if np.ndim(other) == 1 else made.view(Entries)
        made = np.asarray(made)
        if self.row and np.ndim(other) == 2:
            return made[0].view(Entries)
        return made.view(Entries) if made.ndim else made[()]


def _softmax(z: Any) -> Any:
    shifted = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return shifted / np.sum(shifted, axis=-1, keepdims=True)


NUMPY: Mapping[str, Any] = {
    "sum": np.sum,
    "mean": np.mean,
    "exp": np.exp,
    "log": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "sqrt": np.sqrt,
    "sign": np.sign,
    "where": np.where,
    "trace": np.trace,
    "softmax": _softmax,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "relu": lambda z: np.maximum(z, 0),
    "norm": lambda z: np.sqrt(np.sum(np.asarray(z) ** 2)),
    "outer": np.outer,
    "eye": np.eye,
    "ones": lambda *shape: np.ones(shape).view(Entries),
}


def numpy_of(text: str) -> str:
    """A text of the corpus as NumPy."""
    return re.sub(r"\|\|([^|]*)\|\|", r"norm(\1)", text).replace("^", "**")


class Arrays:
    """A problem about arrays at one point, and its gradient by central differences."""

    def __init__(self, text: str, wrt: str, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.wrt, self.program, self.env = wrt, statements(text), {}
        for part in (one.strip() for one in text.split(";")):
            if "=" not in part:
                name, _, shape = part.partition(":")
                sizes = tuple(int(size) for size in shape.split("x")) if shape else ()
                made = rng.uniform(0.2, 1.4, sizes) * rng.choice([-1, 1], sizes)
                # Targets of a logarithmic loss are what they are called: between 0 and 1.
                self.env[name.strip()] = (
                    (np.abs(made) / 2 if name.strip() in ("t", "T") else made).view(Entries) if (sizes) else float(made)
                )

    def completed(self, env: Env) -> dict[str, Any]:
        """The values of the intermediates as well."""
        made = dict(env)
        for name, right in self.program:
            made[name] = _run(right, made)
        return made

    def truth(self) -> Any:
        """The gradient, by central differences."""
        at = np.asarray(self.env[self.wrt], dtype=float)
        made, output, step = np.zeros_like(at), self.program[-1][0], 1e-6
        for index in np.ndindex(at.shape):
            ends = []
            for sign in (1, -1):
                moved = at.copy()
                moved[index] += sign * step
                value = moved.view(Entries) if moved.ndim else float(moved)
                ends.append(float(self.completed({**self.env, self.wrt: value})[output]))
            made[index] = (ends[0] - ends[1]) / (2 * step)
        return made

    def value(self, answer: str) -> Any:
        """An answer's value; None where its shapes do not fit."""
        try:
            return np.asarray(_run(answer, self.completed(self.env)))
        except ValueError:
            return None


def _run(text: str, env: Env) -> Any:
    # The corpus is ours: no stranger's text comes here.
    return eval(numpy_of(text), {"__builtins__": {}, **NUMPY, **env})
