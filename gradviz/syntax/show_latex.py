"""Trees to LaTeX for typesetting: fractions, roots, subscripts, brackets that grow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from gradviz.ops.notation import product_latex
from gradviz.ops.op import ATOM, COMPARISON, NEGATION, POSTFIX, POWER, PRODUCT, Attribute, Notation
from gradviz.ops.table import OPS
from gradviz.syntax.names import name_latex, split_subscript
from gradviz.syntax.show_blocks import written
from gradviz.syntax.show_numbers import is_fraction, number_text
from gradviz.syntax.tree import Array, Call, Expr, Index, Name, Number, Slice, Text, children, postorder

COMMANDS = frozenset(
    ["sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "coth", "exp", "log", "ln", "det", "max", "min"]
)
"""Functions that LaTeX has a command for, under the same name."""


CONSTANTS = {"ones": r"\mathbf{1}", "zeros": r"\mathbf{0}", "eye": "I"}
"""Constant arrays, without their sizes."""
ENTRYWISE = {"hadamard": r"\circ", "quotient": r"\oslash"}
"""Signs between arrays that are taken entry by entry."""


@dataclass(frozen=True, slots=True)
class Typeset:
    """A part's LaTeX and how tightly its outermost form binds."""

    latex: str
    precedence: int

    @property
    def signed(self) -> bool:
        """Whether it begins with a minus."""
        return self.latex.lstrip("{").startswith("-")


def to_latex(expr: Expr) -> str:
    r"""An expression in LaTeX, without delimiters; a leading minus is braced, so that it is a sign after `=`.

    Example:
        >>> print(to_latex(Call("div", (Number(Fraction(1)), Name("x0")))))
        \frac{1}{x_{0}}
    """
    done: dict[int, Typeset] = {}
    for node in postorder(expr):
        done[id(node)] = _typeset(node, [done[id(child)] for child in children(node)])
    made = done[id(expr)]
    return f"{{{made.latex}}}" if made.latex.startswith("-") else made.latex


def _typeset(node: Expr | Slice, parts: Sequence[Typeset]) -> Typeset:
    match node:
        case Number(value):
            return _number(value)
        case Name(id=name):
            return Typeset(name_latex(name), ATOM)
        case Text(value=value):
            return Typeset(rf"\text{{{_escaped(value)}}}", ATOM)
        case Array():
            return _array(node, parts)
        case Index(base=base):
            return _index(base, parts)
        case Slice():
            return _slice(node, parts)
        case Call(function="juxtapose"):
            return _juxtaposed(parts)
        case Call(function="beside"):
            return Typeset(product_latex(_fit(parts[0], PRODUCT), _fit(parts[1], PRODUCT + 1)), PRODUCT)
        case Call(function="indicator"):
            return Typeset(rf"\mathbf{{1}}[{parts[0].latex}]", ATOM)
        case Call(function="group"):
            return _grouped(node.operands[0], parts[0])
        case Call(function=function) if function in CONSTANTS:
            return Typeset(CONSTANTS[function], ATOM)
        case Call(function=function) if function in ENTRYWISE:
            left, right = _fit(parts[0], PRODUCT), _bare(parts[1])
            return Typeset(f"{left} {ENTRYWISE[function]} {right}", PRODUCT)
        case Call(function="transpose", operands=(Call(function="inv"),), keywords=()):
            return Typeset(parts[0].latex.removesuffix("^{-1}") + r"^{-\top}", POWER)
        case Call():
            return _call(node, parts)


def _grouped(inner: Expr, part: Typeset) -> Typeset:
    """In parentheses, which a fraction does not need."""
    fraction = isinstance(inner, Call) and inner.function == "div"
    return part if fraction else Typeset(rf"\left({part.latex}\right)", ATOM)


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "#$%&_{}" else sign for sign in text if sign not in "\\^~")


def _number(value: Fraction) -> Typeset:
    sign = "-" if value < 0 else ""
    if is_fraction(value):
        latex = rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"
        return Typeset(latex, NEGATION)
    text = number_text(abs(value))
    if "e" not in text:
        return Typeset(sign + text, NEGATION if sign else ATOM)
    mantissa, _, exponent = text.partition("e")
    power = f"10^{{{exponent}}}"
    return Typeset(sign + (power if mantissa == "1" else rf"{mantissa} \cdot {power}"), PRODUCT)


def _fit(part: Typeset, least: int) -> str:
    return part.latex if part.precedence >= least else rf"\left({part.latex}\right)"


def _bare(part: Typeset) -> str:
    """A right factor: in parentheses where it is a looser form or begins with a minus."""
    fitted = _fit(part, PRODUCT + 1)
    return rf"\left({fitted}\right)" if part.signed and fitted == part.latex else fitted


def _index(base: Expr, parts: Sequence[Typeset]) -> Typeset:
    below = ",".join(part.latex for part in parts[1:])
    bare = isinstance(base, Name) and not split_subscript(base.id)[1] and "." not in base.id
    if bare:
        return Typeset(f"{parts[0].latex}_{{{below}}}", POSTFIX)
    return Typeset(rf"{{\left({parts[0].latex}\right)}}_{{{below}}}", POSTFIX)


def _slice(node: Slice, parts: Sequence[Typeset]) -> Typeset:
    rest = iter(parts)
    shown = [next(rest).latex if part is not None else "" for part in (node.start, node.stop, node.step)]
    return Typeset(":".join(shown if node.step is not None else shown[:2]), ATOM)


def _array(node: Array, parts: Sequence[Typeset]) -> Typeset:
    """A vector as a column, a matrix as rows; anything deeper as lists."""
    rows = [row for row in node.items if isinstance(row, Array)]
    flat = not any(isinstance(item, Array) for row in rows for item in row.items)
    if not rows:
        return _column(node, parts)
    if flat and len(rows) == len(node.items) and len({len(row.items) for row in rows}) == 1:
        body = r" \\ ".join(
            part.latex.removeprefix(_BEGIN).removesuffix(_END).replace(r" \\ ", " & ") for part in parts
        )
        return Typeset(f"{_BEGIN}{body}{_END}", ATOM)
    return Typeset(rf"\left[{', '.join(part.latex for part in parts)}\right]", ATOM)


_BEGIN, _END = r"\begin{bmatrix} ", r" \end{bmatrix}"


def _column(node: Array, parts: Sequence[Typeset]) -> Typeset:
    return Typeset(_BEGIN + r" \\ ".join(part.latex for part in parts) + _END, ATOM)


def _juxtaposed(parts: Sequence[Typeset]) -> Typeset:
    left, right = _fit(parts[0], PRODUCT), _bare(parts[1])
    between = r" \cdot " if right[:1].isdecimal() else r"\,"
    return Typeset(f"{left}{between}{right}", PRODUCT)


def _call(call: Call, parts: Sequence[Typeset]) -> Typeset:
    name = "pow" if call.function == "power" else call.function
    count = len(call.operands)
    pairs = list(zip(call.keywords, parts[count:], strict=True))
    block = written(call)
    if block is not None:
        by = {id(value): part.latex for value, part in zip(children(call), parts, strict=True)}
        named = {key: by[id(value)] for key, value in block.keywords}
        return Typeset(_function(_command(name), [by[id(value)] for value in block.positional], named), ATOM)
    if name not in OPS:
        return Typeset(_function(name_latex(name), [part.latex for part in parts], {}), ATOM)
    notation = OPS[name].notation
    if notation.latex is None:
        return Typeset(
            _function(
                _command(notation.text or name),
                [part.latex for part in parts[:count]],
                {key: part.latex for (key, _), part in pairs},
            ),
            ATOM,
        )
    operands = [_fit(part, _slot(notation, i)) for i, part in enumerate(parts[:count])]
    if notation.form == "infix" and count == 2 and parts[1].signed and not operands[1].startswith(r"\left("):
        operands[1] = _signed(operands[1], notation, name)
    settings = {key: _setting(value, part.latex) for (key, value), part in pairs}
    latex = notation.latex(*operands, **settings)
    bind = notation.precedence if notation.form in ("infix", "prefix", "postfix") else ATOM
    return Typeset(latex, bind if notation.latex_precedence is None else notation.latex_precedence)


def _setting(value: Expr, latex: str) -> Attribute:
    """A setting as a row's notation takes it: a number, a tuple of numbers, a text; LaTeX if it is no constant."""
    match value:
        case Number(number):
            return int(number) if number.denominator == 1 else number
        case Text(value=text):
            return text
        case Array(items=items):
            return tuple(_setting(item, latex) for item in items)
        case _:
            return latex


def _signed(latex: str, notation: Notation, name: str) -> str:
    """A right operand that begins with a minus: braced where the sign before it is a relation, else in parentheses."""
    if name in ("div", "pow"):
        return latex
    return f"{{{latex}}}" if notation.precedence == COMPARISON else rf"\left({latex}\right)"


def _slot(notation: Notation, i: int) -> int:
    """The precedence from which an operand stands without parentheses."""
    if notation.latex_slots:
        return notation.latex_slots[min(i, len(notation.latex_slots) - 1)]
    bind = notation.precedence
    match notation.form:
        case "infix" if bind == POWER:
            return POSTFIX if i == 0 else 0
        case "infix":
            return bind + (i > 0 or bind == COMPARISON)
        case "prefix":
            return PRODUCT if bind == NEGATION else bind
        case "postfix":
            return POSTFIX
        case _:
            return 0


def _command(name: str) -> str:
    return f"\\{name}" if name in COMMANDS else rf"\operatorname{{{_escaped(name)}}}"


def _function(command: str, operands: Sequence[str], settings: dict[str, str]) -> str:
    named = [rf"\text{{{_escaped(key)}}}={value}" for key, value in settings.items()]
    return rf"{command}\left({', '.join([*operands, *named])}\right)"
