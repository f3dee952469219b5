"""Writes a tree from left to right in some style, with as few parentheses as precedence allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from gradviz.ops.op import ATOM, COMPARISON, NEGATION, POSTFIX, POWER, PRODUCT, SUM, Notation
from gradviz.ops.table import OPS
from gradviz.syntax import words
from gradviz.syntax.names import is_single_letter
from gradviz.syntax.show_blocks import Written, shown, written
from gradviz.syntax.show_numbers import is_fraction
from gradviz.syntax.tree import Array, Call, Expr, Index, Name, Number, Slice, Text, postorder

Parts = list["str | tuple[Expr | Slice, int]"]
"""What is still to be written: text, or a tree and the precedence from which it stands without parentheses."""

RAISED = frozenset({"squared_norm", "inv"})
"""Operations whose own form is a power, so that `(‖x‖²)³` keeps its parentheses."""

BESIDE = frozenset({"juxtapose", "beside"})
"""Factors side by side."""

SPACED = frozenset("@∘⊘")
"""Signs of products with a blank on either side."""

BRACKETED = ATOM + 1
"""The precedence that nothing has."""


@dataclass(frozen=True, slots=True)
class Style:
    """One way to write trees.

    Args:
        number, name: how the leaves are written.
        sign: a notation and the operation's name → the sign or function name.
        notations: operations whose row is not followed.
        writers: operations with a form of their own: the call → its parts, or None to use the usual form.
        fences: whether `|x|` is written with bars.
    """

    number: Callable[[Fraction], str]
    name: Callable[[str], str]
    sign: Callable[[Notation, str], str]
    notations: Mapping[str, Notation]
    writers: Mapping[str, Callable[[Call], Parts | None]]
    fences: bool


def write(expr: Expr, style: Style) -> str:
    """Write a tree from left to right with a stack of what is still to be written."""
    out: list[str] = []
    todo: Parts = [(expr, 0)]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            out.append(item)
            continue
        node, least = item
        parts = _parts(node, least, style)
        if precedence(node, style) < least:
            parts = ["(", *parts, ")"]
        todo.extend(reversed(parts))
    return "".join(out)


def precedence(node: Expr | Slice, style: Style) -> int:
    """How tightly a tree's outermost form binds in a style."""
    match node:
        case Number(value):
            if is_fraction(value):
                return PRODUCT
            return NEGATION if value < 0 else ATOM
        case Index():
            return POSTFIX
        case Call(function=function):
            if function in BESIDE:
                return PRODUCT
            if function in ("power", "pow"):
                return POWER
            if function in style.writers and style.writers[function](node) is not None:
                return POWER if function in RAISED else ATOM
            notation = notation_of(node, style)
            return notation.precedence if notation.form in ("infix", "prefix", "postfix") else ATOM
        case _:
            return ATOM


def notation_of(call: Call, style: Style) -> Notation:
    """How a call is written in a style; one that its form cannot hold is written as a function."""
    if call.function in style.notations:
        found = style.notations[call.function]
    elif call.function in OPS:
        found = OPS[call.function].notation
    else:
        return Notation(text=call.function)
    operands = {"infix": 2, "prefix": 1, "postfix": 1, "fence": 1}.get(found.form)
    if operands is not None and (operands != len(call.operands) or call.keywords):
        return Notation(text=call.function)
    return found


def _parts(node: Expr | Slice, least: int, style: Style) -> Parts:
    match node:
        case Number(value):
            return [style.number(value)]
        case Name(id=name):
            return [style.name(name)]
        case Text(value=value):
            return [f'"{value}"']
        case Array(items=items):
            return ["[", *joined(items), "]"]
        case Index(base=base, items=items):
            return [(base, BRACKETED if isinstance(base, Number) else POSTFIX), "[", *joined(items), "]"]
        case Slice():
            return _slice(node)
        case Call():
            return _call(node, least, style)


def joined(items: tuple[Expr | Slice, ...]) -> Parts:
    """Items with commas between them."""
    parts: Parts = []
    for item in items:
        parts += [", ", (item, 0)] if parts else [(item, 0)]
    return parts


def _slice(node: Slice) -> Parts:
    parts: Parts = [(node.start, 0)] if node.start is not None else []
    parts.append(":")
    if node.stop is not None:
        parts.append((node.stop, 0))
    if node.step is not None:
        parts += [":", (node.step, 0)]
    return parts


def _call(call: Call, least: int, style: Style) -> Parts:
    if call.function in BESIDE and call.function not in style.writers:
        return _juxtaposed(call, style)
    if call.function in style.writers:
        written = style.writers[call.function](call)
        if written is not None:
            return written
    notation = notation_of(call, style)
    sign = style.sign(notation, call.function)
    match notation.form:
        case "infix":
            return _infix(call, notation, sign, style)
        case "prefix":
            return [sign, (call.operands[0], _below(notation, call.operands[0]))]
        case "postfix":
            operand = call.operands[0]
            return [(operand, BRACKETED if isinstance(operand, Number) else POSTFIX), sign]
        case "fence" if style.fences and not _has_fence(call.operands[0], style):
            return [sign, (call.operands[0], 0), sign]
        case "fence":
            return [f"{call.function}(", *arguments(call), ")"]
        case _ if sign in ("√", "∛") and least < POWER and isinstance(call.operands[0], Name):
            return [sign, (call.operands[0], ATOM)]
        case _:
            return [f"{sign}(", *arguments(call), ")"]


def _below(notation: Notation, operand: Expr) -> int:
    """From where a prefix's operand stands bare; a number after a minus would be taken for a negative number."""
    if notation.precedence != NEGATION:
        return notation.precedence
    return BRACKETED if isinstance(operand, Number) else POWER


def _has_fence(expr: Expr, style: Style) -> bool:
    """Whether a bar inside these bars could be taken for the closing one."""
    calls = [node for node in postorder(expr) if isinstance(node, Call)]
    return any(call.function == "juxtapose" or notation_of(call, style).form == "fence" for call in calls)


def _infix(call: Call, notation: Notation, sign: str, style: Style) -> Parts:
    left, right = call.operands
    bind = notation.precedence
    if bind == POWER:
        return [(left, POSTFIX), sign, (right, POWER)]
    spaced = f" {sign} " if bind <= SUM or sign in SPACED else sign
    signed = isinstance(first := _first(right, style), Call) or (isinstance(first, Number) and first.value < 0)
    return [(left, bind + (bind == COMPARISON)), spaced, (right, BRACKETED if signed else bind + 1)]


def _first(expr: Expr, style: Style) -> Expr | None:
    """The leaf (or minus) that a tree's text begins with; None if it begins with a function or a bracket."""
    while True:
        match expr:
            case Index(base=Number()):
                return None
            case Index(base=base):
                expr = base
            case Call(function="neg"):
                return expr
            case Call(operands=(left, *_)) if expr.function in BESIDE or _form(expr, style) in (
                "infix",
                "postfix",
            ):
                expr = left
            case Call():
                return None
            case _:
                return expr


def _last(expr: Expr, style: Style) -> Expr | None:
    """The leaf that a tree's text ends with; None if it ends with a bracket."""
    while isinstance(expr, Call):
        if expr.function not in BESIDE and _form(expr, style) not in ("infix", "prefix"):
            return None
        expr = expr.operands[-1]
    return expr


def _form(call: Call, style: Style) -> str:
    return notation_of(call, style).form


def _juxtaposed(call: Call, style: Style) -> Parts:
    """Factors side by side; one that would be read as something else stands in parentheses."""
    left, right = call.operands
    if isinstance(left, Number) or isinstance(right, Number):
        return [(left, PRODUCT), "*", (right, PRODUCT + 1)]
    last, first = _last(left, style), _first(right, style)
    word = isinstance(last, Name) and (not is_single_letter(last.id) or words.function(last.id) is not None)
    bare = isinstance(first, (Number, Array, Call, Text))
    return [(left, BRACKETED if word else PRODUCT), " ", (right, BRACKETED if bare else PRODUCT + 1)]


def _block(block: Written) -> Parts:
    """The arguments of a layer or a loss; words stand bare."""
    parts: Parts = []
    for key, value in (*(("", value) for value in block.positional), *block.keywords):
        made = shown(value, flag=key in block.flags)
        parts += [", " * bool(parts) + (f"{key}=" if key else ""), made if isinstance(made, str) else (made, 0)]
    return parts


def arguments(call: Call) -> Parts:
    """A call's operands, then its settings by keyword."""
    block = written(call)
    if block is not None:
        return _block(block)
    parts = joined(call.operands)
    settings = {p.name: p for p in OPS[call.function].parameters} if call.function in OPS else {}
    for name, value in call.keywords:
        separator = ", " if parts else ""
        if name in settings and settings[name].kind == "flag" and isinstance(value, Number):
            parts.append(f"{separator}{name}={bool(value.value)}")
        else:
            parts += [f"{separator}{name}=", (value, 0)]
    return parts
