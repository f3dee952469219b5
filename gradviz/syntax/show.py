"""Trees to text: what gradviz and SymPy read back, programs as people write them, and Unicode for display."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from gradviz.ops.op import POSTFIX, POWER, PRODUCT, Notation
from gradviz.syntax.names import SUPERSCRIPTS, name_latex, name_unicode
from gradviz.syntax.show_latex import to_latex
from gradviz.syntax.show_numbers import number_text
from gradviz.syntax.tree import Assign, Call, Define, Expr, Name, Number, Program, Text, postorder
from gradviz.syntax.write import BRACKETED, Parts, Style, joined, write

__all__ = ["name_latex", "name_unicode", "program_text", "to_latex", "to_text", "to_unicode"]

OR, AND, NOT = 4, 6, 8
"""Precedence of logic, which binds looser than comparison."""

_RAISED = {plain: small for small, plain in SUPERSCRIPTS.items()}


def to_text(expr: Expr) -> str:
    """An expression as ASCII that gradviz reads back, and SymPy too where it knows the functions.

    Example:
        >>> to_text(Call("power", (Name("x"), Number(Fraction(2)))))
        'x**2'
    """
    return write(expr, TEXT)


def to_unicode(expr: Expr) -> str:
    """An expression for people: `x²·σ(u)`.

    Example:
        >>> to_unicode(Call("power", (Name("x1"), Number(Fraction(2)))))
        'x₁²'
    """
    return write(expr, UNICODE)


def program_text(program: Program) -> str:
    """A program that parses back to the same one, one statement per line.

    Example:
        >>> from gradviz.syntax.parser import parse
        >>> print(program_text(parse("W : 2x2; q = W x ; f=||q||^2")))
        W : 2x2
        q = W x
        f = norm(q)^2
    """
    return "\n".join(_statement(statement) for statement in program.statements)


def _statement(statement: Assign | Define) -> str:
    if isinstance(statement, Define):
        return f"{statement.name}({', '.join(statement.parameters)}) = {write(statement.body, PROGRAM)}"
    head = statement.name
    if statement.arguments:
        head += f"({', '.join(statement.arguments)})"
    if statement.shape is not None:
        numeric = all(isinstance(size, int) for size in statement.shape)
        head += " : " + (("x" if numeric else " x ").join(map(str, statement.shape)) or "scalar")
        head += f" {statement.declared}" if statement.declared else ""
    return head if statement.expression is None else f"{head} = {write(statement.expression, PROGRAM)}"


def _plain_sign(notation: Notation, function: str) -> str:
    return notation.text or function


def _unicode_sign(notation: Notation, function: str) -> str:
    return notation.unicode or notation.text or function


def _unicode_number(value: Fraction) -> str:
    text = number_text(value)
    return f"−{text[1:]}" if value < 0 else text


def _piecewise(call: Call) -> Parts:
    """Nested `where` as SymPy's `Piecewise((a, c), (b, True))`."""
    parts: Parts = ["Piecewise("]
    rest: Expr = call
    while isinstance(rest, Call) and rest.function == "where" and len(rest.operands) == 3:
        condition, value, rest = rest.operands
        parts += ["(", (value, 0), ", ", (condition, 0), "), "]
    return [*parts, "(", (rest, 0), ", True))"]


def _setting_first(call: Call) -> Parts:
    """`einsum("ij,jk->ik", A, B)` and `polygamma(n, x)`: the setting comes before the operands."""
    values = tuple(value for _, value in call.keywords)
    return [f"{call.function}(", *joined((*values, *call.operands)), ")"]


def _raised(call: Call) -> Parts | None:
    """A power with a superscript where Unicode has the signs; None where it has not."""
    base, exponent = call.operands
    if isinstance(exponent, Number) and exponent.value.denominator == 1 and abs(exponent.value) < 10**6:
        signs = str(exponent.value)
    elif isinstance(exponent, Name) and exponent.id in _RAISED:
        signs = exponent.id
    else:
        return None
    return [(base, POSTFIX), "".join(_RAISED[sign] for sign in signs)]


_ORDERS: Mapping[Expr, str] = {
    Number(Fraction(1)): "₁",
    Number(Fraction(2)): "₂",
    Text("inf"): "∞",
    Text("fro"): "_F",
}
"""How the order of a norm stands behind its bars."""

_BARRED = frozenset({"juxtapose", "norm", "squared_norm", "abs", "power", "pow"})
"""What may bring bars, or be taken apart by them, inside bars."""


def _stands_in_bars(call: Call) -> bool:
    """Whether a norm's operand can stand between bars and be read back."""
    inner = (node for node in postorder(call.operands[0]) if isinstance(node, Call))
    return len(call.operands) == 1 and not any(node.function in _BARRED for node in inner)


def _squared_norm(call: Call) -> Parts | None:
    return ["‖", (call.operands[0], 0), "‖²"] if _stands_in_bars(call) else None


def _squared_bars(call: Call) -> Parts | None:
    return ["||", (call.operands[0], 0), "||^2"] if _stands_in_bars(call) else None


def _norm(call: Call) -> Parts | None:
    """`‖x‖₁`; without an order the usual form serves."""
    order = _ORDERS.get(call.keywords[0][1]) if len(call.keywords) == 1 else None
    if order is None or not _stands_in_bars(call):
        return None
    return ["‖", (call.operands[0], 0), "‖" + order]


def _inverse(call: Call) -> Parts:
    return [(call.operands[0], POSTFIX), "⁻¹"]


def _beside(call: Call) -> Parts | None:
    """A product for people: factors side by side, `2 (W x) xᵀ`; what begins with a digit or a sign in parentheses."""
    left, right = call.operands
    bare = PRODUCT + 1 if not isinstance(right, Number) else BRACKETED
    digit = isinstance(left, Number) and isinstance(right, Call) and right.function == "indicator"
    return [(left, PRODUCT), "·" if digit else " ", (right, bare)]


def _inverse_transpose(call: Call) -> Parts | None:
    """`X⁻ᵀ` for the transpose of an inverse."""
    (operand,) = call.operands
    if isinstance(operand, Call) and operand.function == "inv" and not call.keywords:
        return [(operand.operands[0], POSTFIX), "⁻ᵀ"]
    return None


ONE, NONE = Number(Fraction(1)), Number(Fraction(0))


def _indicator(call: Call) -> Parts:
    """Iverson's bracket."""
    return ["1[", (call.operands[0], 0), "]"]


def _chosen(call: Call) -> Call:
    """Iverson's bracket as a choice, which can be read back."""
    return Call("where", (call.operands[0], ONE, NONE))


def _group(call: Call) -> Parts:
    return ["(", (call.operands[0], 0), ")"]


_ENTRYWISE = {"hadamard": ("*", "∘"), "quotient": ("/", "⊘")}
_SHOWN = {
    name: Notation(form="infix", text=text, unicode=unicode, precedence=PRODUCT)
    for name, (text, unicode) in _ENTRYWISE.items()
}
_TRANSPOSE = Notation(form="postfix", text=".T", unicode="ᵀ", precedence=POSTFIX)
_POWER = Notation(form="infix", text="**", unicode="^", precedence=POWER)
_NAMED = {"log_base": "log", "ceil": "ceiling", "equal": "Eq", "not_equal": "Ne"}
_SYMPY = {"logical_and": "And", "logical_or": "Or", "logical_not": "Not"}
_CARET = Notation(form="infix", text="^", precedence=POWER)
_ORDERED = {"einsum": _setting_first, "polygamma": _setting_first, "group": _group}

TEXT = Style(
    number=number_text,
    name=str,
    sign=_plain_sign,
    notations={
        **_SHOWN,
        "power": _POWER,
        "pow": _POWER,
        "transpose": _TRANSPOSE,
        **{name: Notation(text=text) for name, text in (_NAMED | _SYMPY).items()},
    },
    writers={
        "where": _piecewise,
        "indicator": lambda call: _piecewise(_chosen(call)),
        "squared_norm": _squared_bars,
        **_ORDERED,
    },
    fences=False,
)
PROGRAM = Style(
    number=number_text,
    name=str,
    sign=_plain_sign,
    notations={
        **_SHOWN,
        "power": _CARET,
        "pow": _CARET,
        "transpose": _TRANSPOSE,
        "log_base": Notation(text="log"),
        "logical_and": Notation(form="infix", text="and", precedence=AND),
        "logical_or": Notation(form="infix", text="or", precedence=OR),
        "logical_not": Notation(form="prefix", text="not ", precedence=NOT),
    },
    writers={"indicator": lambda call: [(_chosen(call), 0)], **_ORDERED},
    fences=False,
)
UNICODE = Style(
    number=_unicode_number,
    name=name_unicode,
    sign=_unicode_sign,
    notations={
        **_SHOWN,
        "power": _POWER,
        "pow": _POWER,
        "transpose": _TRANSPOSE,
        "log_base": Notation(text="log"),
        "equal": Notation(form="infix", text="==", precedence=10),
        "norm": Notation(form="fence", text="‖"),
        "logical_and": Notation(form="infix", text="∧", precedence=AND),
        "logical_or": Notation(form="infix", text="∨", precedence=OR),
        "logical_not": Notation(form="prefix", text="¬", precedence=NOT),
    },
    writers={
        "beside": _beside,
        "indicator": _indicator,
        "power": _raised,
        "pow": _raised,
        "squared_norm": _squared_norm,
        "norm": _norm,
        "inv": _inverse,
        "transpose": _inverse_transpose,
        "ones": lambda call: ["𝟏"],
        "zeros": lambda call: ["𝟎"],
        "eye": lambda call: ["I"],
        **_ORDERED,
    },
    fences=True,
)
