"""The syntax tree: what a program says, before anyone asks what it means.

Operators are calls of the operation they stand for (`x + y` is `Call("add", (x, y))`). Two pseudo-operations are
left for the graph to decide, since only shapes tell: `juxtapose` (`W x`: a matrix product of arrays, otherwise a
product) and `power` (`A^-1` the inverse of a matrix, `A^T` its transpose, otherwise elementwise). `ones(n)`,
`zeros(m, n)` and `eye(n)` are calls on sizes, and stand for constants. In matrix formulas that are shown, `beside` is a
product like `juxtapose`, `hadamard` and `quotient` are those of arrays entry by entry (∘ and ⊘), a `group` stands in
parentheses, and an `indicator` is 1 where its condition holds, else 0 (Iverson's bracket, 1[x > 0]). Trees compare
equal whatever their spans.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, cast

from gradviz.source import Source, Span

NOWHERE = Span(0, 0)

FILLS = {"ones": 1, "zeros": 0, "eye": 1}
"""Calls on sizes that stand for constant arrays, and the number that fills them (of `eye` the diagonal)."""


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number; decimals are rationals."""

    value: Fraction
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A name: an input, an intermediate or a constant (`pi`, `e`)."""

    id: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text: einsum's equation."""

    value: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function or operator on operands, with settings by keyword."""

    function: str
    operands: tuple[Expr, ...]
    keywords: tuple[tuple[str, Expr], ...] = ()
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Slice:
    """`start:stop:step` inside an index; missing parts are None."""

    start: Expr | None
    stop: Expr | None
    step: Expr | None
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Index:
    """`base[items]`, counted from 0 as in Python."""

    base: Expr
    items: tuple[Expr | Slice, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Array:
    """`[a, b]`, nested for matrices."""

    items: tuple[Expr, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


Expr = Number | Name | Text | Call | Index | Array


@dataclass(frozen=True, slots=True)
class Assign:
    """`name = expression`; `name : shape`; or both. A size in a shape is a number or a letter.

    `arguments` are the names on the left of `f(x, y) = …` where f is the output (kept for printing); `declared` is
    the word behind the shape (symmetric, stochastic).
    """

    name: str
    expression: Expr | None
    shape: tuple[int | str, ...] | None = None
    arguments: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    name_span: Span = field(default=NOWHERE, compare=False, repr=False)
    declared: str = ""


@dataclass(frozen=True, slots=True)
class Define:
    """`g(t) = …`, a definition that is called later and inlined there."""

    name: str
    parameters: tuple[str, ...]
    body: Expr
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    name_span: Span = field(default=NOWHERE, compare=False, repr=False)


Statement = Assign | Define


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a person should be told about how the text was read."""

    message: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Program:
    """A program: statements in the order written, and notes on how they were read."""

    statements: tuple[Statement, ...]
    source: Source = field(default=Source(""), compare=False, repr=False)
    notes: tuple[Note, ...] = field(default=(), compare=False)


def children(expr: Expr | Slice) -> tuple[Expr | Slice, ...]:
    """The parts directly below a node, left to right."""
    match expr:
        case Call(operands=operands, keywords=keywords):
            return (*operands, *(value for _, value in keywords))
        case Index(base=base, items=items):
            return (base, *items)
        case Array(items=items):
            return items
        case Slice(start=start, stop=stop, step=step):
            return tuple(part for part in (start, stop, step) if part is not None)
        case _:
            return ()


def postorder(expr: Expr) -> list[Expr | Slice]:
    """Every node of a tree, operands before the node; iterative, so depth does not matter."""
    order: list[Expr | Slice] = []
    stack: list[Expr | Slice] = [expr]
    while stack:
        node = stack.pop()
        order.append(node)
        stack.extend(children(node))
    order.reverse()
    return order


def rebuilt(part: Expr | Slice, made: Mapping[int, Any]) -> Expr | Slice:
    """A part of a tree with its own parts as they were made, by their identity."""
    match part:
        case Call(operands=operands, keywords=keywords):
            settings = tuple((key, made[id(value)]) for key, value in keywords)
            return replace(part, operands=tuple(made[id(operand)] for operand in operands), keywords=settings)
        case Index(base=base, items=items):
            return replace(part, base=made[id(base)], items=tuple(made[id(item)] for item in items))
        case Array(items=entries):
            return replace(part, items=tuple(made[id(entry)] for entry in entries))
        case Slice(start=start, stop=stop, step=step):
            start, stop, step = (None if end is None else made[id(end)] for end in (start, stop, step))
            return Slice(start, stop, step, part.span)
        case _:
            return part


def substituted(tree: Expr, trees: Mapping[str, Expr]) -> Expr:
    """A tree with other trees in the place of names.

    Example:
        >>> substituted(Call("neg", (Name("a"),)), {"a": Name("b")})
        Call(function='neg', operands=(Name(id='b'),), keywords=())
    """
    made: dict[int, Any] = {}
    for part in postorder(tree):
        made[id(part)] = trees.get(part.id, part) if isinstance(part, Name) else rebuilt(part, made)
    return cast("Expr", made[id(tree)])
