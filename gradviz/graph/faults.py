"""What is said where operands do not fit: each operand's place, with its shape and where that came from."""

from __future__ import annotations

from collections.abc import Mapping

from gradviz.errors import ShapeError
from gradviz.graph.names import Annotation
from gradviz.graph.parts import Bench, Fixed, Part, Row, shape_of
from gradviz.graph.sizes import Letters
from gradviz.ops.op import INPUT
from gradviz.ops.shapes import matmul
from gradviz.shape import Shape, describe
from gradviz.syntax.tree import Expr, Name

MARKED = 3
"""Operands whose places are marked: a list of more says nothing."""

LONGEST = 28
"""Characters of an operand that is named by its text."""


def marked(
    error: ShapeError,
    operands: tuple[Expr, ...],
    parts: tuple[Part, ...],
    bench: Bench,
    declared: Mapping[str, Annotation],
) -> ShapeError:
    """The error with the places of its operands, each with what its shape is; the innermost operation says it.

    Args:
        error: of one operation.
        operands: as written.
        parts: what they stand for.
        bench: where they are put together.
        declared: the annotations of the program.
    """
    whole = error.span is None or all(
        error.span.start <= operand.span.start and operand.span.end <= error.span.end for operand in operands
    )
    if not error.places and whole and len(operands) <= MARKED:
        error.places = tuple(
            (operand.span, f"{called(operand, bench)} is {_described(part, bench, declared)}")
            for operand, part in zip(operands, parts, strict=True)
            # The −1 of an inverse is no array that does not fit.
            if not isinstance(part, Fixed) or part.shape or "scalar" in error.message
        )
        _lettered(error, parts, bench.sizes.letters)
    return error


def _lettered(error: ShapeError, parts: tuple[Part, ...], letters: Letters) -> None:
    """Sizes that only represent letters mean nothing to a person: the letters are said instead."""
    written = [letters.shapes.get(_input(part) or "", ()) for part in parts]
    known = letters.sizes
    if not all(written) or all(known[s].resolved for shape in written for s in shape if isinstance(s, str)):
        return
    error.message = f"the shapes {' and '.join('×'.join(map(str, shape)) for shape in written)} do not fit together"
    error.hint = "different letters may be different sizes: use one letter for sizes that are the same"


def _described(part: Part, bench: Bench, declared: Mapping[str, Annotation]) -> str:
    return _shape(part, bench.sizes.letters) + _origin(part, bench, declared)


def called(operand: Expr, bench: Bench) -> str:
    """An operand by its text, or "this" where that is long."""
    text = " ".join(bench.source.text[operand.span.start : operand.span.end].split())
    return text if 0 < len(text) <= LONGEST else "this"


def _shape(part: Part, letters: Letters) -> str:
    """`a 2×3 matrix`; with the letters of its declaration where there are any; a transposed vector is a row."""
    if isinstance(part, Row):
        return f"a row of {part.vector.shape[0]}" if part.vector.shape else "a scalar"
    said, written = describe(shape_of(part)), letters.shapes.get(_input(part) or "", ())
    if not written:
        return said
    lettered = "×".join(map(str, written))
    fixed = all(isinstance(size, int) or letters.sizes[size].resolved for size in written)
    return f"{said} ({lettered})" if fixed else f"of shape {lettered}"


def _origin(part: Part, bench: Bench, declared: Mapping[str, Annotation]) -> str:
    """Where an input's shape came from."""
    name = _input(part)
    if name is None or isinstance(part, Row):
        return ""
    if name in declared:
        return ", as declared"
    if name in bench.graph.values:
        return ", as its value is"
    if name in bench.undeclared:
        return ", because nothing gives it a shape"
    return ", as only that fits elsewhere" if name in bench.sizes.inferred else ""


def _input(part: Part) -> str | None:
    term = part.vector if isinstance(part, Row) else part
    node = getattr(term, "node", None)
    return node.name if node is not None and node.op is INPUT else None


def entrywise_note(operands: tuple[Expr, ...], parts: tuple[Part, ...], bench: Bench) -> str | None:
    """What is said of a `*` that a person may have meant as the matrix product; None where the product is no likelier.

    A matrix by a vector is likelier meant as `@` than as a scaling of columns; so are two square matrices, unless one
    is made of the other (`H * (1 - H)`).
    """
    left, right = (shape_of(part) for part in parts)
    if any(isinstance(part, Row) for part in parts) or 1 in left + right or not _multiplies(left, right):
        return None
    a, c = (called(operand, bench) for operand in operands)
    if "this" in (a, c):
        a, c = "the left one", "the right one"
    if sorted((len(left), len(right))) == [1, 2]:
        what = f"each row of {a} by {c}" if len(left) == 2 else f"{a} by each row of {c}"
    elif len(left) == len(right) == 2 and not _made_of_each_other(parts):
        what = f"each entry of {a} by one of {c}"
    else:
        return None
    product = "written with @" if a == "the left one" else f"{_factor(operands[0], a)} @ {_factor(operands[1], c)}"
    return f"* multiplies entry by entry: {what}; the matrix product is {product}"


def product_hint(left: Shape, right: Shape) -> str | None:
    """What to do where two arrays do not fit entry by entry, but as a matrix product."""
    if not _multiplies(left, right) or len(left) + len(right) < 3:
        return None
    return f"* is entry by entry; as a matrix product these fit: write @, which gives {describe(matmul((left, right)))}"


def _multiplies(left: Shape, right: Shape) -> bool:
    if not left or not right:
        return False
    try:
        matmul((left, right))
    except ShapeError:
        return False
    return True


def _made_of_each_other(parts: tuple[Part, ...]) -> bool:
    """Whether one of two terms is an operand of the other."""
    nodes = [(getattr(part, "id", None), getattr(part, "node", None)) for part in parts]
    (first, a), (second, c) = nodes
    return (a is not None and second in a.operands) or (c is not None and first in c.operands)


def _factor(operand: Expr, text: str) -> str:
    """An operand's text as a factor: names, calls, indices, transposes and brackets need no brackets."""
    closed = " " not in text and text.endswith((")", "]", "'", "ᵀ"))
    return text if closed or isinstance(operand, Name) or _bracketed(text) else f"({text})"


def _bracketed(text: str) -> bool:
    """Whether the bracket that a text begins with closes at its end."""
    depth = 0
    for i, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return i == len(text) - 1 and i > 0
    return False
