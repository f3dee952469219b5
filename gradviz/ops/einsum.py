"""Einsum's equations: read, checked, and turned into those of the gradient, which are einsums again."""

from __future__ import annotations

from gradviz.errors import ShapeError
from gradviz.ops.op import Builder, Term
from gradviz.shape import Shape, describe

Spec = tuple[tuple[str, ...], str]
"""The letters of each operand, and those of the result."""


def parse(equation: str) -> Spec:
    """An equation in letters. Without `->` the result has the letters that occur once, in alphabetical order.

    Raises:
        ShapeError: it is no equation.

    Example:
        >>> parse("ij, jk"), parse("ii->i")
        ((('ij', 'jk'), 'ik'), (('ii',), 'i'))
    """
    import string

    text = "".join(str(equation).split())
    if "." in text:
        raise ShapeError("einsum's ellipsis is not supported", hint="write a letter for every axis")
    left, arrow, result = text.partition("->")
    operands = tuple(left.split(","))
    letters = "".join(operands)
    if not set(letters + result) <= set(string.ascii_letters):
        raise ShapeError(f"{equation!r} is no equation for einsum", hint='write it like "ij,jk->ik"')
    if not arrow:
        result = "".join(sorted(letter for letter in set(letters) if letters.count(letter) == 1))
    for letter in result:
        if result.count(letter) > 1:
            raise ShapeError(f"the letter {letter} stands twice in einsum's result", hint="each may stand there once")
        if letter not in letters:
            raise ShapeError(f"the letter {letter} of einsum's result is in no operand", hint="take it from an operand")
    return operands, result


def shape(shapes: tuple[Shape, ...], equation: str) -> Shape:
    """The sizes of the result's letters.

    Raises:
        ShapeError: the operands do not fit the equation, or a letter would have two sizes.
    """
    operands, result = parse(equation)
    sizes = _sizes(operands, shapes)
    return tuple(sizes[letter] for letter in result)


def _sizes(operands: tuple[str, ...], shapes: tuple[Shape, ...]) -> dict[str, int]:
    if len(operands) != len(shapes):
        raise ShapeError(
            f"the equation is for {len(operands)} operand{'s' * (len(operands) > 1)}, and {len(shapes)} are given",
            hint="write the letters of every operand, with commas between",
        )
    sizes: dict[str, int] = {}
    for letters, axes in zip(operands, shapes, strict=True):
        if len(letters) != len(axes):
            raise ShapeError(
                f"the letters {letters!r} of einsum do not fit {describe(axes)}",
                hint=f"write {len(axes)} of them, one for each axis" if axes else "write none for a scalar",
            )
        for letter, n in zip(letters, axes, strict=True):
            if sizes.setdefault(letter, n) != n:
                raise ShapeError(
                    f"einsum's letter {letter} is {sizes[letter]} in one place and {n} in another",
                    hint="a letter stands for one size: use another one, or change the order of the letters",
                )
    return sizes


def pull_back(slot: int, b: Builder, g: Term, y: Term, *xs: Term, equation: str) -> Term:
    """The gradient by one operand: its letters become the result, the upstream gradient takes its place.

    A letter that nothing else has was summed over alone, so the gradient is spread along it, by ones. A letter that
    the operand repeats picked a diagonal, so the gradient is put on it, by an identity matrix.
    """
    import string

    operands, result = parse(equation)
    sizes = _sizes(operands, tuple(x.shape for x in xs))
    others = [i for i in range(len(xs)) if i != slot]
    factors = [(result, g), *((operands[i], xs[i]) for i in others)]
    used = set("".join(operands) + result)
    target = ""
    for letter in operands[slot]:
        if letter in target:
            fresh = next(c for c in string.ascii_letters if c not in used)
            used.add(fresh)
            factors.append((letter + fresh, b.diag(b.constant(1, (sizes[letter],)))))
            letter = fresh
        elif not any(letter in letters for letters, _ in factors):
            factors.append((letter, b.constant(1, (sizes[letter],))))
        target += letter
    text = ",".join(letters for letters, _ in factors) + "->" + target
    return b.einsum(*(term for _, term in factors), equation=text)
