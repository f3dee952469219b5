"""The shapes that follow from others, with the letters of the program's shapes: X : N x d makes h.W d×8."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from gradviz.errors import UserError
from gradviz.graph.graph import Graph
from gradviz.graph.sizes import Letters
from gradviz.shape import Shape

PRIMES = (211, 223, 227, 229, 233, 239, 241, 251, 257, 263, 269, 271, 277, 281, 283, 293)
"""Sizes that stand for letters: no layer has so many units by chance and so many again at another place."""


def with_made(
    letters: Letters, graph: Graph, names: Iterable[str], at: Callable[[Mapping[str, int]], Graph]
) -> Letters:
    """The letters of a program, with the shapes that nobody wrote as they would be written in them.

    Args:
        letters: those of the declared shapes.
        graph: the program as it was built.
        names: the inputs whose shapes follow from others: parameters of layers, targets of losses.
        at: builds the program at other sizes of the letters.
    """
    asked = [name for name in names if name not in letters.shapes]
    if not letters.sizes or not asked or len(letters.sizes) > len(PRIMES):
        return letters
    primes = dict(zip(letters.sizes, PRIMES, strict=False))
    try:
        other = at(primes)
    except UserError:
        return letters
    meant: dict[tuple[int, int], str] = {}
    for letter, known in letters.sizes.items():
        meant.setdefault((known.size, primes[letter]), letter)
    written: dict[str, tuple[int | str, ...]] = {}
    for name in asked:
        if name in graph.names and name in other.names:
            shape = _lettered(graph[name].shape, other[name].shape, meant)
            if any(isinstance(size, str) for size in shape):
                written[name] = shape
    return replace(letters, shapes={**letters.shapes, **written})


def _lettered(here: Shape, there: Shape, meant: Mapping[tuple[int, int], str]) -> tuple[int | str, ...]:
    if len(here) != len(there):
        return here
    return tuple(
        [size if size == prime else meant.get((size, prime), size) for size, prime in zip(here, there, strict=True)]
    )
