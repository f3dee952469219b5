"""A row's expression in another language: names by a table, operators by precedence, only needed parentheses.

What the rows say is Python over `math` (`op.python`) or NumPy (`op.numpy`). A language is a vocabulary: what it calls
the functions, how it writes powers, choices, truth and numbers. A row that is added with plain mathematics is thereby
written in every language; one with a kernel of its own (`k.…`) needs that kernel in the language's runtime.
"""

from __future__ import annotations

from fractions import Fraction

from gradviz.errors import InternalError, OptionProblem
from gradviz.ops.op import Attribute
from gradviz.passes.compiling.emit.expressions.tree import (
    COMPARISONS,
    JOINED,
    Call,
    Choice,
    Constant,
    Expression,
    Infix,
    Name,
    Part,
    Place,
    Prefix,
    Read,
    Whole,
    filled,
    read,
)
from gradviz.passes.compiling.emit.expressions.vocabulary import (
    AND,
    ATOM,
    CHOICE,
    COMPARISON,
    NOT,
    OR,
    POWER,
    PRODUCT,
    SUM,
    UNARY,
    Text,
    Vocabulary,
)

LEVELS = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "@": PRODUCT, "**": POWER, "and": AND, "or": OR}
LEVELS |= dict.fromkeys(COMPARISONS, COMPARISON)


def write(expression: Expression, vocabulary: Vocabulary) -> Text:
    """An expression in a language.

    Args:
        expression: with operands and settings filled in.
        vocabulary: the language's.

    Raises:
        OptionProblem: the language has no name for a function.

    Example:
        >>> from gradviz.passes.compiling.emit.braces.c_vocabulary import C
        >>> write(filled(read("{0} * math.exp(-{1})"), [read("x + 1"), read("y")]), C).text
        '(x + 1.0) * exp(-y)'
    """
    match expression:
        case Name(text):
            return Text(text)
        case Constant(value):
            return _constant(value, vocabulary)
        case Read(array, place):
            return Text(f"{array}[{place_text(place).text}]")
        case Whole(place):
            return place_text(place)
        case Part():
            return vocabulary.part(expression)
        case Call(function, arguments):
            return _call(function, arguments, vocabulary)
        case Infix("**", base, exponent):
            base_text, exponent_text = write(base, vocabulary), write(exponent, vocabulary)
            return vocabulary.power(base, base_text, exponent, exponent_text)
        case Infix():
            return _infix(expression, vocabulary)
        case Prefix(sign, operand):
            return _prefix(sign, operand, vocabulary)
        case Choice(test, yes, no):
            texts = [write(part, vocabulary) for part in (as_test(test), yes, no)]
            first, second, third = texts[0].within(OR), texts[1].within(OR), texts[2].within(CHOICE)
            return Text(vocabulary.choice.format(test=first, yes=second, no=third), CHOICE)
        case _:
            raise InternalError(f"{type(expression).__name__} cannot be written: it is no number")


def place_text(place: Place) -> Text:
    """A place as a sum.

    Example:
        >>> place_text(Place((("i", 6), ("j", 1), ("k", -1)), 2))
        Text(text='6 * i + j - k + 2', strength=6)
    """
    parts = [("-" if n < 0 else "+", name if abs(n) == 1 else f"{abs(n)} * {name}") for name, n in place.terms]
    if place.constant or not parts:
        parts.append(("-" if place.constant < 0 else "+", str(abs(place.constant))))
    (sign, first), *rest = parts
    text = ("-" if sign == "-" else "") + first + "".join(f" {sign} {part}" for sign, part in rest)
    return Text(text, SUM if rest else UNARY if sign == "-" else PRODUCT if "*" in first else ATOM)


def _constant(value: Attribute, vocabulary: Vocabulary) -> Text:
    if not isinstance(value, (int, float, Fraction)):
        raise InternalError(f"{value!r} is no number")
    number = float(value) if isinstance(value, Fraction) else value
    if number != number:
        return Text(vocabulary.nan)
    if number in (float("inf"), float("-inf")):
        return Text(vocabulary.infinity) if number > 0 else Text(f"-{vocabulary.infinity}", UNARY)
    text = vocabulary.number(number)
    return Text(text, UNARY if text.startswith("-") else ATOM)


def is_test(expression: Expression) -> bool:
    """Whether an expression says yes or no, rather than how much."""
    match expression:
        case Infix(sign, _, _):
            return sign in COMPARISONS or sign in JOINED
        case Prefix(sign, _):
            return sign == "not"
        case Call(function, _):
            return function == "math.isfinite"
        case _:
            return False


def as_test(expression: Expression) -> Expression:
    """An expression as what a choice depends on: numbers count as yes where they are not 0, NaN too."""
    if isinstance(expression, Call) and expression.function == "float" and is_test(expression.arguments[0]):
        return expression.arguments[0]
    return expression if is_test(expression) else Infix("!=", expression, Constant(0))


def _call(function: str, arguments: tuple[Expression, ...], vocabulary: Vocabulary) -> Text:
    name = vocabulary.functions.get(function)
    if name is None and function == "float":
        return _as_number(arguments[0], vocabulary)
    if name is None:
        raise OptionProblem(
            f"{vocabulary.name} has no {function.rpartition('.')[2]}",
            hint="write the program without it, or choose Python: --to numpy, --to python",
        )
    if "{" in name:
        return write(filled(read(name), arguments), vocabulary)
    texts = [write(argument, vocabulary).text for argument in arguments]
    if name not in vocabulary.pairwise:
        return Text(f"{name}({', '.join(texts)})")
    first, *others = texts
    for other in others:
        first = f"{name}({first}, {other})"
    return Text(first)


def _as_number(expression: Expression, vocabulary: Vocabulary) -> Text:
    """`float(…)`: of a comparison 1 or 0; a number is one already."""
    made = write(expression, vocabulary)
    return Text(vocabulary.truth.format(test=made.within(OR)), CHOICE) if is_test(expression) else made


def _infix(expression: Infix, vocabulary: Vocabulary) -> Text:
    sign, level = expression.sign, LEVELS[expression.sign]
    left, right = expression.left, expression.right
    if sign in JOINED:
        left, right = as_test(left), as_test(right)
    # `a and b or c` is right without parentheses, and nobody is sure of it: C's compilers warn of it.
    alike = isinstance(left, Infix) and left.sign == sign
    left_needs = COMPARISON if sign in JOINED and not alike else SUM if sign in COMPARISONS else level
    right_needs = COMPARISON if sign in JOINED else level + 1
    left_text, right_text = write(left, vocabulary), write(right, vocabulary)
    second = f"({right_text.text})" if right_text.text.startswith("-") else right_text.within(right_needs)
    return Text(f"{left_text.within(left_needs)} {vocabulary.words.get(sign, sign)} {second}", level)


def _prefix(sign: str, operand: Expression, vocabulary: Vocabulary) -> Text:
    if sign == "+":
        return write(operand, vocabulary)
    if sign == "not":
        word = vocabulary.words.get("not", "not ")
        return Text(f"{word}{write(as_test(operand), vocabulary).within(ATOM)}", NOT)
    made = write(operand, vocabulary)
    # −a·b is (−a)·b to every language and −(a·b) to the row; the numbers are the same, to the last bit.
    text = f"({made.text})" if made.text.startswith("-") else made.within(PRODUCT)
    return Text(f"-{text}", PRODUCT if made.strength == PRODUCT else UNARY)
