"""What an engineer would write by hand: straight-line code of a value and its gradient, in Python and in C.

A tape records the operations of a graph, goes back over them once, and writes both directions down, every product with
1 left out and every result that is used once put where it is used. It knows nothing of gradviz: it is the yardstick.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from suite.graphs import ScalarGraph

Atom = str | float
"""A name or a number."""

SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
DEEPEST = 25
"""Expressions in one another: the parsers of both languages have limits."""

FUNCTIONS = {"sin": math.sin, "cos": math.cos, "exp": math.exp, "tanh": math.tanh}


@dataclass(frozen=True)
class Value:
    """A number on a tape, with the operators that graphs use."""

    tape: Tape
    atom: Atom

    def __add__(self, other: Any) -> Value:
        return self.tape.apply("add", self, other)

    def __radd__(self, other: Any) -> Value:
        return self.tape.apply("add", other, self)

    def __sub__(self, other: Any) -> Value:
        return self.tape.apply("sub", self, other)

    def __rsub__(self, other: Any) -> Value:
        return self.tape.apply("sub", other, self)

    def __mul__(self, other: Any) -> Value:
        return self.tape.apply("mul", self, other)

    def __rmul__(self, other: Any) -> Value:
        return self.tape.apply("mul", other, self)

    def __truediv__(self, other: Any) -> Value:
        return self.tape.apply("div", self, other)

    def __rtruediv__(self, other: Any) -> Value:
        return self.tape.apply("div", other, self)

    def __neg__(self) -> Value:
        return self.tape.apply("neg", self)


@dataclass
class Tape:
    """Operations in order, each `(name of the result, operation, operands)`."""

    rows: list[tuple[str, str, tuple[Atom, ...]]] = field(default_factory=list)

    def apply(self, word: str, *operands: Any) -> Value:
        """Record an operation."""
        return Value(self, self.row(word, *[o.atom if isinstance(o, Value) else float(o) for o in operands]))

    def row(self, word: str, *operands: Atom) -> str:
        """Record an operation on names and numbers."""
        name = f"t{len(self.rows)}"
        self.rows.append((name, word, operands))
        return name

    def sin(self, x: Value) -> Value:
        """The sine."""
        return self.apply("sin", x)

    def exp(self, x: Value) -> Value:
        """The exponential."""
        return self.apply("exp", x)

    def tanh(self, x: Value) -> Value:
        """The hyperbolic tangent."""
        return self.apply("tanh", x)


@dataclass(frozen=True)
class Straight:
    """Straight-line code of a value and its gradients."""

    rows: tuple[tuple[str, str, tuple[Atom, ...]], ...]
    inputs: tuple[str, ...]
    value: Atom
    gradients: tuple[Atom, ...]


def straight(graph: ScalarGraph) -> Straight:
    """A graph's value and gradients, written down by reverse mode as one does it by hand."""
    tape = Tape()
    output = graph.build(tape, [Value(tape, name) for name in graph.names]).atom
    slopes: dict[Atom, Atom] = {output: 1.0}
    for name, word, operands in reversed(tuple(tape.rows)):
        if name in slopes:
            _back(tape, slopes, name, word, operands)
    return Straight(tuple(tape.rows), graph.names, output, tuple(slopes.get(name, 0.0) for name in graph.names))


def _back(tape: Tape, slopes: dict[Atom, Atom], name: str, word: str, operands: tuple[Atom, ...]) -> None:
    g = slopes[name]
    x, y = (*operands, 0.0)[:2]
    if word == "add":
        _arrive(tape, slopes, x, g)
        _arrive(tape, slopes, y, g)
    elif word == "sub":
        _arrive(tape, slopes, x, g)
        _arrive(tape, slopes, y, g, "sub")
    elif word == "neg":
        _arrive(tape, slopes, x, g, "sub")
    elif word == "mul":
        for one, other in ((x, y), (y, x)):
            if isinstance(one, str):
                _arrive(tape, slopes, one, _times(tape, g, other))
    elif word == "div":
        quotient = tape.row("div", g, y)
        _arrive(tape, slopes, x, quotient)
        if isinstance(y, str):
            _arrive(tape, slopes, y, _times(tape, quotient, name), "sub")
    else:
        _arrive(tape, slopes, x, _times(tape, g, SLOPES[word](tape, x, name)))


SLOPES: dict[str, Callable[[Tape, Atom, str], str]] = {
    "sin": lambda tape, x, y: tape.row("cos", x),
    "exp": lambda tape, x, y: y,
    "tanh": lambda tape, x, y: tape.row("sub", 1.0, tape.row("mul", y, y)),
}


def _times(tape: Tape, a: Atom, b: Atom) -> Atom:
    if a == 1.0:
        return b
    return a if b == 1.0 else tape.row("mul", a, b)


def _arrive(tape: Tape, slopes: dict[Atom, Atom], at: Atom, what: Atom, word: str = "add") -> None:
    if isinstance(at, float):
        return
    if at in slopes:
        slopes[at] = tape.row(word, slopes[at], what)
    elif word == "add":
        slopes[at] = what
    else:
        slopes[at] = -what if isinstance(what, float) else tape.row("neg", what)


def expressions(code: Straight) -> list[tuple[str, str]]:
    """Assignments, with what is used once inside what uses it."""
    uses = Counter(atom for _, _, operands in code.rows for atom in operands)
    kept = {code.value, *code.gradients}
    inside: dict[Atom, tuple[str, int]] = {}
    lines = []
    for name, word, operands in code.rows:
        parts = [inside.get(atom, (atom if isinstance(atom, str) else repr(atom), 0)) for atom in operands]
        deep = 1 + max(depth for _, depth in parts)
        text = _expression(word, [text for text, _ in parts])
        if uses[name] == 1 and name not in kept and deep < DEEPEST:
            inside[name] = (text, deep)
        elif uses[name] or name in kept:
            lines.append((name, text))
    return lines


def _expression(word: str, parts: Sequence[str]) -> str:
    if word in SIGNS:
        return f"({parts[0]} {SIGNS[word]} {parts[1]})"
    return f"(-{parts[0]})" if word == "neg" else f"{word}({parts[0]})"


def python_source(code: Straight, *, nested: bool = True) -> str:
    """A Python function of floats: `value, (gradients)`, or one flat tuple."""
    gradients = "".join(f"{gradient}, " for gradient in code.gradients)
    answer = f"{code.value}, ({gradients})" if nested else f"{code.value}, {gradients}"
    body = "".join(f"    {name} = {text}\n" for name, text in expressions(code))
    return f"def f({', '.join(code.inputs)}):\n{body}    return {answer}\n"


def python_function(code: Straight, *, nested: bool = True) -> Callable[..., Any]:
    """That function itself, over `math`."""
    space: dict[str, Any] = dict(FUNCTIONS)
    exec(python_source(code, nested=nested), space)
    made: Callable[..., Any] = space["f"]
    return made


def c_source(code: Straight) -> str:
    """The same in C: `void f(const double *x, double *out)`."""
    loads = "".join(f"  const double {name} = x[{i}];\n" for i, name in enumerate(code.inputs))
    body = "".join(f"  const double {name} = {text};\n" for name, text in expressions(code))
    stores = "".join(f"  out[{i}] = {atom};\n" for i, atom in enumerate((code.value, *code.gradients)))
    return f"#include <math.h>\nvoid f(const double *restrict x, double *restrict out) {{\n{loads}{body}{stores}}}\n"
