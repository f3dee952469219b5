"""Shapes of inputs from annotations, values and what a product leaves open: letters are sizes to be found."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gradviz.errors import NameProblem, ShapeError, ValueProblem, nearest
from gradviz.graph.names import Annotation, Names
from gradviz.graph.values import Value, shape_of
from gradviz.shape import Shape
from gradviz.source import Span

MAX_ENTRIES = 10**8
"""Entries that an input may have."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in a shape.

    Args:
        size: its size.
        resolved: whether a value or a number fixed it; otherwise the size only represents any size.
        source: the name that fixed it, if one did.
    """

    size: int
    resolved: bool
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a program.

    Args:
        shapes: the shape as written (numbers and letters) of each name that has a letter in it.
        sizes: what each letter stands for.
    """

    shapes: Mapping[str, tuple[int | str, ...]] = field(default_factory=dict)
    sizes: Mapping[str, Letter] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Learned:
    """What building has found out so far, because nothing else fits.

    Args:
        shapes: of names.
        letters: the sizes of letters.
        ties: letters that turned out to be the same size as another one.
        preferred: sizes that letters take where nothing else gives them one.
    """

    shapes: Mapping[str, Shape] = field(default_factory=dict)
    letters: Mapping[str, Letter] = field(default_factory=dict)
    ties: Mapping[str, str] = field(default_factory=dict)
    preferred: Mapping[str, int] = field(default_factory=dict)

    def root(self, letter: str) -> str:
        """The letter that stands for all those it is tied to."""
        while letter in self.ties:
            letter = self.ties[letter]
        return letter


@dataclass(frozen=True, slots=True)
class Sizes:
    """The shapes of the inputs, as far as they are known: a name that is not here is a scalar."""

    shapes: Mapping[str, Shape]
    letters: Letters
    inferred: frozenset[str] = frozenset()
    """The names whose shape is the only one that fits where they are used."""


def sizes_of(names: Names, values: Mapping[str, Value], given: Mapping[str, Shape], learned: Learned) -> Sizes:
    """The inputs' shapes and the letters' sizes.

    Raises:
        ValueProblem: a value or a given shape contradicts an annotation, or two values a letter.
    """
    found: dict[str, Letter] = {}
    notes = {name: Annotation(_rooted(note.shape, learned), note.span) for name, note in names.shapes.items()}
    letters = list(
        dict.fromkeys(size for note in names.shapes.values() for size in note.shape if isinstance(size, str))
    )
    for letter in letters:
        if letter in values:
            found[learned.root(letter)] = Letter(_whole(letter, values[letter], names), True, letter)
    for name, note in notes.items():
        for shape, what in _facts(name, values, given):
            _unify(name, note, shape, what, found)
    known = {name: shape_of(value) for name, value in values.items()} | dict(given) | dict(learned.shapes)
    for letter, size in learned.letters.items():
        found.setdefault(learned.root(letter), size)
    for letter, preferred in learned.preferred.items():
        if letter in letters:
            found.setdefault(learned.root(letter), Letter(preferred, False))
    taken = {letter.size for letter in found.values()} | _numbers(names, known.values())
    for root in map(learned.root, letters):
        if root not in found:
            found[root] = Letter(next(size for size in range(2, len(taken) + 3) if size not in taken), False)
            taken.add(found[root].size)
    for name, note in notes.items():
        known[name] = _limited(name, tuple(found[s].size if isinstance(s, str) else s for s in note.shape), note.span)
    written = {name: note.shape for name, note in names.shapes.items() if any(isinstance(s, str) for s in note.shape)}
    sizes = {letter: found[learned.root(letter)] for letter in letters}
    return Sizes(known, Letters(written, sizes), frozenset(learned.shapes))


def _rooted(shape: tuple[int | str, ...], learned: Learned) -> tuple[int | str, ...]:
    return tuple(learned.root(size) if isinstance(size, str) else size for size in shape)


def _facts(name: str, values: Mapping[str, Value], given: Mapping[str, Shape]) -> Iterable[tuple[Shape, str]]:
    if name in values:
        yield shape_of(values[name]), "value"
    if name in given:
        yield given[name], "given shape"


def _numbers(names: Names, shapes: Iterable[Shape]) -> set[int]:
    annotated = {s for note in names.shapes.values() for s in note.shape if isinstance(s, int)}
    return annotated | {size for shape in shapes for size in shape}


def _whole(letter: str, value: Value, names: Names) -> int:
    if shape_of(value) != () or value != int(value) or value < 0:
        raise ValueProblem(
            f"{letter} is a size in a shape, so its value must be a whole number",
            span=names.places.get(letter),
            hint=f"use another letter in the shape, or give {letter} a whole number",
        )
    return int(value)


def _unify(name: str, note: Annotation, shape: Shape, what: str, found: dict[str, Letter]) -> None:
    fits = len(shape) == len(note.shape)
    if not fits or any(isinstance(s, int) and s != size for s, size in zip(note.shape, shape, strict=True)):
        raise ValueProblem(
            f"the {what} of {name} is {as_shape(shape)}, but {name} is declared {as_shape(note.shape)}",
            span=note.span,
            hint="change the one or the other",
        )
    for letter, size in zip(note.shape, shape, strict=True):
        if not isinstance(letter, str):
            continue
        before = found.setdefault(letter, Letter(size, True, name))
        if before.size != size:
            raise ValueProblem(
                f"{letter} is {before.size} {_by(letter, before)} and {size} in the {what} of {name}",
                span=note.span,
                hint="a letter stands for one size: use different letters, or values that agree",
            )


def _by(letter: str, known: Letter) -> str:
    return "by its own value" if known.source == letter else f"in {known.source}"


def as_shape(shape: tuple[int | str, ...]) -> str:
    """A shape in words: `a scalar`, `3 numbers` reads as `of shape 3`, letters as written."""
    return f"of shape {'×'.join(map(str, shape))}" if shape else "a scalar"


def _limited(name: str, shape: Shape, span: Span) -> Shape:
    entries = 1
    for size in shape:
        entries *= size
    if entries > MAX_ENTRIES:
        raise ValueProblem(f"{name} has more than {MAX_ENTRIES:,} entries", span=span, hint="make it smaller")
    return shape


def _given_shape(name: str, shape: Any) -> Shape:
    """A shape of whole numbers; one number is a vector's length."""
    try:
        sizes = tuple(map(operator.index, shape if isinstance(shape, Iterable) else (shape,)))
    except TypeError:
        sizes = (-1,)
    if isinstance(shape, (str, bytes)) or any(size < 0 for size in sizes):
        raise ShapeError(
            f"the shape given for {name} is not made of whole numbers: {shape!r}",
            hint="write (2, 3), or () for a scalar",
        )
    return sizes


def given_shapes(shapes: Mapping[str, Iterable[int]] | None, names: Names) -> dict[str, Shape]:
    """The shapes given from outside, checked.

    Raises:
        NameProblem: the program has no such input.
        ShapeError: a size is no whole number.
    """
    found: dict[str, Shape] = {}
    for name, shape in (shapes or {}).items():
        if name not in names.places:
            close = nearest(name, names.places)
            hint = f"did you mean {close!r}?" if close else f"its names are {', '.join(names.places)}"
            raise NameProblem(f"a shape is given for {name!r}, but the program has no such name", hint=hint)
        found[name] = _given_shape(name, shape)
    return found
