"""What a program of loops is: a handful of statements over flat arrays in row-major order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradviz.passes.compiling.emit.expressions.tree import Expression, Place
from gradviz.shape import Shape


@dataclass(frozen=True, slots=True)
class Say:
    """A comment."""

    text: str


@dataclass(frozen=True, slots=True)
class Let:
    """A number that stays, with a comment beside it."""

    name: str
    value: Expression
    note: str = ""


@dataclass(frozen=True, slots=True)
class LetWhole:
    """A whole number that stays."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Start:
    """A number that will be changed."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Change:
    """A number that is changed: `=`, `+=`, `*=` or `/=`."""

    name: str
    how: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Store:
    """An entry of an array that is written: `=`, `+=` or `*=`."""

    array: str
    place: Place
    how: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Loop:
    """The body for each whole number from 0 up to `count`, without it."""

    counter: str
    count: int
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class If:
    """The body, where a test holds."""

    test: Expression
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Do:
    """A function of the runtime that writes into an array."""

    call: Expression


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name for an array, with a comment beside it."""

    name: str
    array: str
    note: str


Statement = Say | Alias | Let | LetWhole | Start | Change | Store | Loop | If | Do


@dataclass(frozen=True, slots=True)
class Argument:
    """What a program is given: the identifier, the user's name, and the shape."""

    identifier: str
    name: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Result:
    """What a program gives.

    Args:
        name: the user's name for the variable whose gradient it is; empty for the value.
        shape: of the result.
        value: of a number: what it is. None for an array.
        array: of an array: where it was written.
    """

    name: str
    shape: Shape
    value: Expression | None = None
    array: str = ""


@dataclass(frozen=True, slots=True)
class Array:
    """An array of the program's own; a constant has its numbers, flat."""

    name: str
    shape: Shape
    numbers: Any = None


@dataclass(frozen=True, slots=True)
class Program:
    """A function of numbers and arrays that gives a value and its gradients.

    Args:
        name: the function's.
        title: what it computes, in a line.
        arguments: what it is given.
        value, gradients: what it gives.
        arrays: its own, constants first.
        body: what it does.
        single: whether its numbers are float32.
    """

    name: str
    title: str
    arguments: tuple[Argument, ...]
    value: Result
    gradients: tuple[Result, ...]
    arrays: tuple[Array, ...]
    body: tuple[Statement, ...]
    single: bool

    @property
    def scalar(self) -> bool:
        """Whether all that goes in and comes out is a number."""
        given = [argument.shape for argument in self.arguments]
        return not any([*given, self.value.shape, *(result.shape for result in self.gradients)])
