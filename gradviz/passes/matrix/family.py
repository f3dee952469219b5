"""One program at many sizes: what its letters stand for is chosen anew, and the formula must hold each time."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from gradviz.errors import GradvizError
from gradviz.graph.build import Built, build
from gradviz.graph.graph import Graph
from gradviz.ops.op import CONSTANT
from gradviz.passes.backward import Backward, differentiate
from gradviz.passes.matrix.letters import PRIMES, letter_factors
from gradviz.shape import Shape
from gradviz.syntax.tree import Assign, Program


@dataclass(frozen=True, slots=True)
class Family:
    """A program whose letters may take any size.

    Args:
        program: without the values that fix a letter.
        output: the output's name.
        letters: the letters in its shapes.
        written: the shapes as written, by name.
        shapes: shapes given from outside that have no letters.
        then: what is made of the program when it is built.
        training: whether layers are built as they are trained.
    """

    program: Program
    output: str
    letters: tuple[str, ...]
    written: Mapping[str, tuple[int | str, ...]]
    shapes: Mapping[str, Shape]
    then: Callable[[Built], Built] = lambda built: built
    training: bool = True

    def __call__(self, sizes: Mapping[str, int]) -> Built:
        """The program at those sizes.

        Raises:
            UserError: it does not fit there.
        """
        built = build(self.program, shapes=self.shapes, of=self.output, sizes=sizes, training=self.training)
        return self.then(built)


def family_of(
    built: Built, shapes: Mapping[str, Shape] | None = None, then: Callable[[Built], Built] | None = None
) -> Family | None:
    """The family that a program belongs to; None if there is no letter in its shapes.

    Args:
        built: the program as it was built.
        shapes: the shapes that were given beside it.
        then: what was made of it after it was built.

    Example:
        >>> from gradviz.syntax.parser import parse
        >>> family = family_of(build(parse("X : N x d; f = ||X||^2"), values={"X": [[1, 2, 3]]}))
        >>> family({"N": 5, "d": 4}).graph["X"].shape
        (5, 4)
    """
    letters = built.letters
    if not letters.sizes:
        return None
    statements = [_opened(statement, built) for statement in built.program.statements]
    program = replace(built.program, statements=tuple(kept for kept in statements if kept is not None))
    outside = {name: shape for name, shape in (shapes or {}).items() if name not in letters.shapes}
    # An array whose value came from outside has that shape, unless letters say otherwise.
    for name, i in built.graph.inputs.items():
        shape = built.graph.nodes[i].shape
        if name in built.leaves:  # what a layer makes has the shape that its operand asks for
            continue
        if name in built.values and shape and name not in letters.shapes and not _assigns(program, name):
            outside[name] = shape
    made = Family(program, built.output_name, tuple(letters.sizes), letters.shapes, outside, training=built.training)
    return made if then is None else replace(made, then=then)


def _opened(statement: Any, built: Built) -> Any:
    """A statement without the value that fixes a letter."""
    if not isinstance(statement, Assign) or statement.expression is None:
        return statement
    if statement.name in built.letters.sizes and statement.name not in built.graph.names:
        return None
    if statement.name in built.leaves:
        return None if statement.shape is None else replace(statement, expression=None)
    if statement.name in built.inputs and statement.name in built.letters.shapes:
        return replace(statement, expression=None)
    return statement


def _assigns(program: Program, name: str) -> bool:
    return any(isinstance(s, Assign) and s.name == name and s.expression is not None for s in program.statements)


@dataclass(frozen=True, slots=True)
class Twin:
    """A gradient graph at other sizes, node by node the same.

    Args:
        backward: the gradient graph.
        letters: the letter that each size stands for.
    """

    backward: Backward
    letters: Mapping[int, str]


def twin_of(family: Family | None, backward: Backward, sizes: Mapping[str, int] | None = None) -> Twin | None:
    """The same gradient at other sizes: primes, unless some are given. None where there is no such graph.

    Args:
        family: the program.
        backward: its gradient as it was worked out.
        sizes: by letter.
    """
    if family is None:
        return None
    taken = _numbers(backward.graph)
    primes = [prime for prime in PRIMES if prime not in taken]
    if sizes is None and len(primes) < len(family.letters):
        return None
    sizes = dict(zip(family.letters, primes, strict=False)) if sizes is None else sizes
    try:
        built = family(sizes)
        made = differentiate(
            built.graph, backward.output, wrt=_sources(backward), upstream=_upstream(backward, built.graph)
        )
    except (GradvizError, _NoUpstream):
        return None
    if not _alike(backward.graph, made.graph, len(built.graph)):
        return None
    letters: dict[int, str] = {}
    for letter, known in built.letters.sizes.items():
        letters.setdefault(known.size, letter)
    return Twin(made, letters)


def _sources(backward: Backward) -> list[int]:
    """The nodes whose gradients were wanted: all that have one and no edge brings it further."""
    return sorted(backward.gradients)


class _NoUpstream(Exception):
    """The upstream gradient is an array, which has no other size."""


def _upstream(backward: Backward, graph: Graph) -> Any:
    seed = backward.graph.nodes[backward.seed]
    if seed.op is not CONSTANT or isinstance(seed.attributes[0][1], tuple):
        raise _NoUpstream
    return seed.attributes[0][1]


def _alike(first: Graph, second: Graph, count: int) -> bool:
    """Whether two graphs begin with the same nodes, sizes aside."""
    if len(first) < count:
        return False
    pairs = zip(first.nodes[:count], second.nodes[:count], strict=True)
    return all(
        a.op is b.op and a.operands == b.operands and a.name == b.name and len(a.shape) == len(b.shape)
        for a, b in pairs
    )


def _numbers(graph: Graph) -> set[int]:
    """The whole numbers that a program says, which no letter may be taken for."""
    found = {size for node in graph.nodes for size in node.shape}
    for node in graph.nodes:
        value = node.attributes[0][1] if node.op is CONSTANT else None
        if isinstance(value, (int, Fraction)) or (isinstance(value, float) and math.isfinite(value)):
            found.update(letter_factors(Fraction(repr(float(value)) if isinstance(value, float) else value))[1])
    return found
