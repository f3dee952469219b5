"""Shapes that nobody wrote, where only one fits: `W @ x` with a known W makes x a vector, and letters take sizes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from gradviz.errors import ShapeError, UserError
from gradviz.graph.graph import Term
from gradviz.graph.names import Annotation
from gradviz.graph.sizes import Learned, Letter, Sizes, as_shape
from gradviz.ops.op import CONSTANT, INPUT, Attribute
from gradviz.ops.table import OPS
from gradviz.shape import Shape, describe
from gradviz.source import Span

PRODUCTS = frozenset({"matmul", "dot", "solve"})
"""Operations that a scalar never fits, and whose operand is a vector where only a vector's length is asked."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One thing found out: the shape of a name, the size of a letter, or that a letter is the same as another."""

    name: str
    shape: Shape | None = None
    letter: Letter | None = None
    tie: str | None = None
    where: str = field(default="the expression", compare=False)
    like: str = field(default="", compare=False)
    sizes: tuple[tuple[str, int], ...] = field(default=(), compare=False)

    @property
    def says(self) -> str:
        """What a person is told."""
        if self.shape is not None and self.like:
            return f"{self.name} is taken as {describe(self.shape)}, like {self.like}"
        if self.shape is not None:
            return f"{self.name} is taken as a vector of {self.shape[0]}: only that fits"
        if self.tie is not None:
            return (
                f"the sizes {self.name} and {self.tie} are taken as equal: {self.where} fits only then "
                "(if they may differ, a transpose is missing, or a letter is wrong)"
            )
        return f"{self.name} is {self.letter and self.letter.size}: only that fits"


def with_lesson(learned: Learned, lesson: Lesson) -> Learned:
    """What is known with one more thing."""
    if lesson.shape is not None:
        # The shape was found at these sizes of the letters: they stay.
        preferred = {**learned.preferred, **dict(lesson.sizes)}
        return replace(learned, shapes={**learned.shapes, lesson.name: lesson.shape}, preferred=preferred)
    root = learned.root(lesson.name)
    if lesson.tie is not None:
        other = learned.root(lesson.tie)
        return learned if other == root else replace(learned, ties={**learned.ties, root: other})
    return replace(learned, letters={**learned.letters, root: lesson.letter}) if lesson.letter else learned


class Relearn(Exception):
    """Building must start again with what was found out."""

    def __init__(self, lesson: Lesson, span: Span) -> None:
        super().__init__(lesson.says)
        self.lesson = lesson
        self.span = span


def learn(
    name: str, terms: list[Term], attributes: Mapping[str, Attribute], sizes: Sizes, undeclared: set[str]
) -> Lesson | None:
    """The one shape or size that makes an operation fit, if there is exactly one.

    Args:
        name: the operation that does not fit.
        terms: its operands.
        attributes: its settings.
        sizes: what is known.
        undeclared: the inputs that are scalars only for want of a shape.
    """
    candidates = _candidates(name, terms, sizes, undeclared)
    fitting = dict.fromkeys(lesson for lesson, shapes in candidates if _fits(name, shapes, attributes))
    # That d is k and that k is d say the same.
    same = all(lesson.tie is not None for lesson in fitting)
    return next(iter(fitting)) if len(fitting) == 1 or (fitting and same) else None


def _fits(name: str, shapes: tuple[Shape, ...], attributes: Mapping[str, Attribute]) -> bool:
    op = OPS[name]
    settings = {parameter.name: parameter.default for parameter in op.parameters} | dict(attributes)
    try:
        op.shape(shapes, **settings)
    except UserError:
        return False
    return True


def _candidates(
    name: str, terms: list[Term], sizes: Sizes, undeclared: set[str]
) -> Iterator[tuple[Lesson, tuple[Shape, ...]]]:
    shapes = [term.shape for term in terms]
    lengths = sorted({size for shape in shapes for size in shape})
    for i, term in enumerate(terms):
        candidates = open_names(term, undeclared) if name in PRODUCTS else []
        for length in lengths if len(candidates) == 1 else ():
            yield Lesson(candidates[0], (length,)), _with(shapes, terms, i, (length,))
        yield from _letters(terms, i, lengths, sizes)


def _letters(
    terms: list[Term], slot: int, lengths: list[int], sizes: Sizes
) -> Iterator[tuple[Lesson, tuple[Shape, ...]]]:
    """Sizes that an open letter of an input may have."""
    term, shapes = terms[slot], [term.shape for term in terms]
    if term.node.op is not INPUT or term.node.name is None:
        return
    written = sizes.letters.shapes.get(term.node.name, ())
    for letter in dict.fromkeys(size for size in written if isinstance(size, str)):
        for length in lengths if not sizes.letters.sizes[letter].resolved else ():
            made = tuple(length if size == letter else now for size, now in zip(written, term.shape, strict=True))
            if made != term.shape:
                yield _about(letter, length, term.node.name, sizes), _with(shapes, terms, slot, made)


def _about(letter: str, length: int, source: str, sizes: Sizes) -> Lesson:
    """That a letter has a length: a size, or another letter where the length only represents that one."""
    others = (name for name, known in sizes.letters.sizes.items() if known.size == length and not known.resolved)
    tie = next(others, None)
    return Lesson(letter, tie=tie) if tie else Lesson(letter, letter=Letter(length, True, source))


def open_names(term: Term, undeclared: set[str]) -> list[str]:
    """The names without a shape that a scalar is made of, entry by entry: `x` of `2*x`."""
    if term.shape != ():
        return []
    nodes, found, seen = term.graph.nodes, list[str](), {term.id}
    pending = [term.id]
    while pending:
        node = nodes[pending.pop()]
        if node.op is INPUT and node.name in undeclared:
            found.append(str(node.name))
        if not node.op.elementwise and node.op not in (INPUT, CONSTANT):
            return []
        pending.extend(operand for operand in node.operands if operand not in seen)
        seen.update(node.operands)
    return found


def _with(shapes: list[Shape], terms: list[Term], slot: int, shape: Shape) -> tuple[Shape, ...]:
    """The shapes, with another one for an operand wherever it stands."""
    return tuple(shape if terms[k].id == terms[slot].id else other for k, other in enumerate(shapes))


def check_declared(name: str, note: Annotation, shape: Shape, sizes: Sizes) -> Lesson | None:
    """What an intermediate of a declared shape teaches about a letter; None if its shape is as declared.

    Raises:
        ShapeError: the shape is another one than declared.
    """
    declared = sizes.shapes[name]
    if declared == shape:
        return None
    if len(note.shape) == len(shape):
        wrong = [(size, is_) for size, is_, now in zip(note.shape, shape, declared, strict=True) if is_ != now]
        if all(isinstance(size, str) and not sizes.letters.sizes[size].resolved for size, _ in wrong):
            return _about(str(wrong[0][0]), wrong[0][1], name, sizes)
    raise ShapeError(
        f"{name} is {as_shape(shape)}, but it is declared {as_shape(note.shape)}",
        span=note.span,
        hint="change the declared shape, or leave it out",
    )
