"""The parse tree to the syntax tree, one rule at a time and without recursion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from gradviz.syntax import calls, enclosed, words
from gradviz.syntax.calls import Keyword, Tuple
from gradviz.syntax.grammar import Tree
from gradviz.syntax.limits import LONGEST_NOTE, exact
from gradviz.syntax.part import Building, Part, expressions, span_of
from gradviz.syntax.tree import Call, Expr, Name, Note, Number, Text

BINARY: Mapping[str, str] = {
    "PLUS": "add",
    "MINUS": "sub",
    "STAR": "mul",
    "SLASH": "div",
    "AT": "matmul",
    "JUXT": "juxtapose",
    "CARET": "power",
    "AND": "logical_and",
    "OR": "logical_or",
}
"""The operation of each sign between two operands."""


def build(tree: Tree, building: Building) -> Part:
    """The syntax tree of a parse tree."""
    order: list[Tree] = []
    stack = [tree]
    while stack:
        node = stack.pop()
        order.append(node)
        stack += [child for child in node.children if isinstance(child, Tree)]
    done: dict[int, Part] = {}
    for node in reversed(order):
        parts = [done.pop(id(child)) if isinstance(child, Tree) else building.pieces[child] for child in node.children]
        if node.data not in _TAKES_TUPLES:
            parts = [calls.operand(part) if isinstance(part, (Tuple, Keyword, Text)) else part for part in parts]
        done[id(node)] = RULES[node.data](building, node, parts)
    return done[id(tree)]


def _number(b: Building, node: Tree, parts: list[Part]) -> Expr:
    return Number(exact(str(parts[0].value), parts[0].span), parts[0].span)


def _name(b: Building, node: Tree, parts: list[Part]) -> Expr:
    return Name(parts[0].word, parts[0].span)


def _text(b: Building, node: Tree, parts: list[Part]) -> Expr:
    return Text(parts[0].word, parts[0].span)


def _group(b: Building, node: Tree, parts: list[Part]) -> Expr:
    return replace(parts[1], span=span_of(parts))  # type: ignore[no-any-return]


def _binary(b: Building, node: Tree, parts: list[Part]) -> Expr:
    left, sign, right = parts
    function = BINARY[sign.kind]
    span = span_of(parts)
    if function == "juxtapose":
        _note_quotient(b, node, left, right)
        if isinstance(left, Number) or isinstance(right, Number):
            function = "mul"
    elif function == "power" and left == Name("e") and not b.scope.is_value("e"):
        return Call("exp", (right,), (), span)
    return Call(function, (left, right), (), span)


def _note_quotient(b: Building, node: Tree, left: Expr, right: Expr) -> None:
    """Say how `1/2x` is read: the product that is left out binds no tighter than the division."""
    inner = node.children[0]
    if not (isinstance(inner, Tree) and inner.data == "binary"):
        return
    place = inner.children[1]
    assert isinstance(place, int)
    sign = b.pieces[place]
    if sign.kind != "SLASH" or not sign.text:
        return
    text = b.source.text
    if right.span.end - left.span.start > LONGEST_NOTE:
        return  # such a note would help nobody, and a chain of them would be as long as the text squared
    quotient, factor = text[left.span.start : left.span.end], text[right.span.start : right.span.end]
    top, bottom = quotient[: sign.span.start - left.span.start], quotient[sign.span.end - left.span.start :]
    span = left.span.to(right.span)
    shown = text[span.start : span.end]
    b.notes.append(
        Note(f"{shown} is read as ({quotient})·{factor}; for the other write {top}/({bottom.strip()}*{factor})", span)
    )


def _prefix(b: Building, node: Tree, parts: list[Part]) -> Expr:
    sign, operand = parts
    span = span_of(parts)
    if sign.kind == "PLUS":
        return replace(operand, span=span)  # type: ignore[no-any-return]
    if sign.kind == "NOT":
        return Call("logical_not", (operand,), (), span)
    inner = node.children[1]
    if isinstance(inner, Tree) and inner.data == "number":
        return Number(-operand.value, span)
    return Call("neg", (operand,), (), span)


def _compare(b: Building, node: Tree, parts: list[Part]) -> Expr:
    pairs = [
        Call(str(sign.value), (left, right), (), left.span.to(right.span))
        for left, sign, right in zip(parts[::2], parts[1::2], parts[2::2], strict=False)
    ]
    made: Expr = pairs[0]
    for pair in pairs[1:]:
        made = Call("logical_and", (made, pair), (), made.span.to(pair.span))
    return made


def _call(b: Building, node: Tree, parts: list[Part]) -> Expr:
    function = parts[0]
    arguments = expressions(parts[1:])
    span = span_of(parts)
    if b.scope.is_function(function.word):
        return calls.plain_call(function, arguments, b.scope.functions[function.word], span)
    return calls.resolve(function, arguments, span)


def _call_power(b: Building, node: Tree, parts: list[Part]) -> Expr:
    """`sin^2(x)` is the square of sin(x); `sin^-1(x)` is arcsin(x)."""
    function, exponent, span = parts[0], calls.operand(parts[2]), span_of(parts)
    own = b.scope.is_function(function.word)
    inverse = None if own else words.INVERSES.get(words.function(function.word) or "")
    shown = b.source.text[function.span.start : exponent.span.end] or function.word
    if exponent == Number(Fraction(-1)) and inverse:
        b.notes.append(
            Note(f"{shown} is read as the inverse function {inverse}; 1/{function.word}(x) is its reciprocal", span)
        )
        return calls.resolve(replace(function, value=inverse), expressions(parts[3:]), span)
    if exponent == Number(Fraction(-1)):
        b.notes.append(Note(f"{shown}(…) is read as 1/{function.word}(…)", span))
    base = _call(b, node, [function, *parts[3:]])
    return Call("power", (base, exponent), (), span)


def _whole(b: Building, node: Tree, parts: list[Part]) -> Part:
    return parts[0] if node.data == "expression" else parts


RULES: Mapping[str, Callable[[Building, Tree, list[Part]], Part]] = {
    "number": _number,
    "name": _name,
    "text": _text,
    "group": _group,
    "binary": _binary,
    "prefix": _prefix,
    "compare": _compare,
    "call": _call,
    "call_power": _call_power,
    "keyword": enclosed.keyword,
    "tuple": enclosed.tuple_of,
    "array": enclosed.array,
    "absolute": enclosed.fenced("abs"),
    "norm": enclosed.norm,
    "fence": enclosed.fence,
    "transpose": enclosed.transpose,
    "items": enclosed.items,
    "slice": enclosed.slice_of,
    "index": enclosed.index,
    "expression": _whole,
    **dict.fromkeys(("assign", "declare", "define", "bare", "parameters"), _whole),
}
"""How each rule of the grammar builds its part. A statement is the list of its parts."""

_TAKES_TUPLES = frozenset({"call", "call_power", "keyword"})
