"""Operations that are sums of products: one loop nest serves the matrix product, einsum, outer products and means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from gradviz.errors import UserError
from gradviz.ops import einsum
from gradviz.passes.compiling.emit.expressions.tree import Constant, Expression, Infix, Place
from gradviz.passes.compiling.emit.loops.block import NOTHING, Block, Target, times
from gradviz.passes.compiling.emit.loops.value import ZERO, Value
from gradviz.passes.compiling.simplify import Step
from gradviz.shape import size

ONE = Fraction(1)


def contract(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """The step as its row's contraction says."""
    assert step.op.contraction is not None
    made = step.op.contraction(tuple(x.shape for x in operands), **dict(step.settings))
    if made is None:
        raise UserError(f"{step.op.name} of so many axes has no loops", hint="reshape the operands to fewer axes")
    factor, equation = made
    left, result = equation.split("->")
    nest(target, operands, left.split(","), result, factor)


def contract_equation(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """Einsum, by its own equation: an operand may repeat a letter."""
    given, result = einsum.parse(str(dict(step.settings)["equation"]))
    letters = list(given)
    pairs = _pairs(letters, result)
    sizes = _sizes(operands, letters)
    at_once = _entries(sizes, sizes) * (len(operands) - 1)
    if sum(_entries({*first, *second}, sizes) for first, second, _ in pairs) < at_once:
        operands, letters = _in_pairs(target.block, operands, letters, pairs)
    nest(target, operands, letters, result, ONE)


Pair = tuple[str, str, str]
"""The letters of two factors, and of what they make."""


def _pairs(letters: Sequence[str], result: str) -> list[Pair]:
    """The products of the first two factors, until two are left: each keeps the letters that are needed later."""
    first, *others = letters
    pairs = []
    for place, second in enumerate(others):
        later = set(result).union(*others[place + 1 :])
        made = "".join(dict.fromkeys(letter for letter in first + second if letter in later))
        pairs.append((first, second, made))
        first = made
    return pairs


def _sizes(operands: Sequence[Value], letters: Sequence[str]) -> dict[str, int]:
    return {letter: n for x, own in zip(operands, letters, strict=True) for letter, n in zip(own, x.shape, strict=True)}


def _entries(letters: Iterable[str], sizes: Mapping[str, int]) -> int:
    return size(tuple(sizes[letter] for letter in letters))


def _in_pairs(
    block: Block, operands: Sequence[Value], letters: Sequence[str], pairs: Sequence[Pair]
) -> tuple[list[Value], list[str]]:
    """Multiply the first two factors until two are left."""
    sizes = _sizes(operands, letters)
    first, *others = operands
    for (left, right, made), second in zip(pairs[:-1], others, strict=False):
        part = Target(block, block.names.fresh(), tuple(sizes[letter] for letter in made))
        if part.shape:
            block.array(part.name, part.shape)
        nest(part, (first, second), (left, right), made, ONE)
        first = part.value
    return [first, others[-1]], [pairs[-1][0], pairs[-1][1]]


def nest(target: Target, operands: Sequence[Value], letters: Sequence[str], result: str, factor: Fraction) -> None:
    """Loops over the result's letters, and inside them over those that are summed.

    Args:
        target: where the result goes.
        operands: the factors.
        letters: of each operand's axes; `0` is an axis of size 1 that stands still.
        result: the letters of the result's axes.
        factor: what the sums are multiplied by.
    """
    block = target.block
    sizes = _sizes(operands, letters)
    summed = [letter for letter in sizes if letter not in result and letter != "0"]
    outer = [letter for letter in result if letter != "0"]
    with block.loops([sizes[letter] for letter in outer]) as kept:
        known = dict(zip(outer, kept, strict=True)) | {"0": ZERO}
        places = tuple(known[letter] for letter in result)
        if not summed:
            target.give(places, _scaled(_product(operands, letters, known), factor))
            return
        with target.running(places, "sum", NOTHING) as total:
            with block.loops([sizes[letter] for letter in summed]) as moving:
                inside = known | dict(zip(summed, moving, strict=True))
                block.change(total, "+=", _product(operands, letters, inside))
            if factor != 1:
                how, by = ("/=", 1 / factor) if factor.numerator == 1 else ("*=", factor)
                block.change(total, how, Constant(by))


def _product(operands: Sequence[Value], letters: Sequence[str], known: Mapping[str, Place]) -> Expression:
    factors = [x.at(tuple(known[letter] for letter in own)) for x, own in zip(operands, letters, strict=True)]
    return times([factor for factor in factors if factor != Constant(1.0)] or [Constant(1.0)])


def _scaled(value: Expression, factor: Fraction) -> Expression:
    if factor == 1:
        return value
    if factor.numerator == 1:
        return Infix("/", value, Constant(factor.denominator))
    return Infix("*", value, Constant(factor))
