"""The shape puzzle: every product of the pieces, with transposes and in every order, tried on the wanted shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations, product
from string import ascii_letters
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gradviz.syntax.tree import Call, Expr, Name, Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

Shape = tuple[int, ...]
MOST = 60
"""Products after which no more are looked for."""
CHAIN = 3
"""Pieces up to which all orders of a product are tried."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A product so far: a tree, its value as a matrix, and what it stands for (a row's tree is the vector's)."""

    tree: Expr
    kind: Literal["column", "row", "matrix"]
    value: NDArray[Any]


@lru_cache(maxsize=2048)
def fitting(pieces: tuple[Shape, ...], wanted: Shape, equation: str, twins: tuple[int, ...] = ()) -> tuple[Expr, ...]:
    """The products of the pieces that have the wanted shape and are different arrays, the right one first.

    Args:
        pieces: their shapes; in the trees they are called "0", "1", …
        wanted: the shape that must come out.
        equation: the right product as an einsum of the pieces; `0` marks axes of size 1.
        twins: for each piece the first one that is the same array; all are different if empty.

    Example:
        >>> from gradviz.syntax.show import to_unicode
        >>> len(fitting(((2,), (3,)), (2, 3), "i,j->ij")), len(fitting(((2,), (2,)), (2, 2), "i,j->ij"))
        (1, 2)
    """
    random = np.random.default_rng(20)
    arrays = [random.standard_normal(shape) for shape in pieces]
    arrays = [arrays[twin] for twin in twins] or arrays
    right = joined(equation, arrays)
    plain = max((len(shape) for shape in (*pieces, wanted)), default=0) <= 2
    found: dict[bytes, Expr] = {}
    for tree, value in _products(arrays, wanted) if plain else _joinings(arrays, wanted):
        found.setdefault(_mark(value), tree)
        if len(found) == MOST:
            break
    first = found.pop(_mark(right), None) or einsum_tree(equation.replace("0", ""), len(pieces))
    return (first, *list(found.values())[: MOST - 1])


def _mark(value: NDArray[Any]) -> bytes:
    """What arrays of the same numbers have in common, whatever order they were summed in."""
    return (np.round(value, 7) + 0.0).tobytes()


def joined(equation: str, arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """An einsum in which `0` is an axis of size 1.

    Example:
        >>> joined("ki,0i->0k", [np.ones((2, 3)), np.ones((1, 3))])
        array([[3., 3.]])
    """
    left, _, right = equation.partition("->")
    squeezed = [
        array[tuple(0 if letter == "0" else slice(None) for letter in letters)]
        for letters, array in zip(left.split(","), arrays, strict=True)
    ]
    made = np.einsum(equation.replace("0", ""), *squeezed)
    return np.asarray(made[tuple(None if letter == "0" else slice(None) for letter in right)])


def einsum_tree(equation: str, count: int) -> Expr:
    """An einsum of pieces that are called by their numbers."""
    return Call("einsum", tuple(Name(str(i)) for i in range(count)), (("equation", Text(equation)),))


def _products(arrays: Sequence[NDArray[Any]], wanted: Shape) -> Iterator[tuple[Expr, NDArray[Any]]]:
    """Products of numbers, vectors and matrices; columns before rows, so that Mᵀ v stands before vᵀ M."""
    numbers = [i for i, array in enumerate(arrays) if not array.ndim]
    listed = [i for i, array in enumerate(arrays) if array.ndim]
    made = list(_chains([_factor(i, arrays[i]) for i in listed])) if len(listed) <= CHAIN else []
    scale = float(np.prod([arrays[i] for i in numbers])) if numbers else 1.0
    fits = [factor for factor in made if factor.value.size == np.prod(wanted) and _shape(factor) == wanted]
    for factor in sorted(fits, key=lambda factor: factor.kind == "row"):
        tree = factor.tree
        for i in numbers:
            tree = Call("mul", (Name(str(i)), tree))
        yield tree, scale * factor.value.reshape(wanted)
    if not listed and wanted == ():
        tree = Name("0")
        for i in range(1, len(arrays)):
            tree = Call("mul", (tree, Name(str(i))))
        yield tree, np.asarray(scale)


def _shape(factor: Factor) -> Shape:
    if factor.value.size == 1 and factor.kind == "row":
        return ()
    return factor.value.shape if factor.kind == "matrix" else (factor.value.size,)


def _factor(i: int, array: NDArray[Any]) -> Factor:
    if array.ndim == 1:
        return Factor(Name(str(i)), "column", array.reshape(-1, 1))
    return Factor(Name(str(i)), "matrix", array)


def _chains(factors: Sequence[Factor]) -> Iterator[Factor]:
    for order in permutations(factors):
        for turned in product((False, True), repeat=len(order)):
            made: Factor | None = None
            parts = [transposed(factor) if turn else factor for factor, turn in zip(order, turned, strict=True)]
            for part in parts:
                made = part if made is None else times(made, part)
                if made is None:
                    break
            if made is not None:
                yield made
    if len(factors) == 2:
        for left, right in product(*((factor, transposed(factor)) for factor in factors)):
            if left.value.shape == right.value.shape and left.kind == right.kind:
                yield Factor(Call("hadamard", (left.tree, right.tree)), left.kind, left.value * right.value)


def transposed(factor: Factor) -> Factor:
    """The transpose; a column becomes a row and keeps its tree."""
    if factor.kind == "matrix":
        return Factor(Call("transpose", (factor.tree,)), "matrix", factor.value.T)
    return Factor(factor.tree, "row" if factor.kind == "column" else "column", factor.value.T)


def times(left: Factor, right: Factor) -> Factor | None:
    """The matrix product, where there is one that the language has."""
    if left.value.shape[1] != right.value.shape[0]:
        return None
    value = left.value @ right.value
    match left.kind, right.kind:
        case "column", "row":
            return Factor(Call("outer", (left.tree, right.tree)), "matrix", value)
        case "matrix", "matrix":
            return Factor(Call("matmul", (left.tree, right.tree)), "matrix", value)
        case "matrix", "column":
            return Factor(Call("matmul", (left.tree, right.tree)), "column", value)
        case "row", "matrix":
            return Factor(Call("matmul", (Call("transpose", (right.tree,)), left.tree)), "row", value)
        case "row", "column":
            return Factor(Call("dot", (left.tree, right.tree)), "row", value)
        case _:
            return None


def _joinings(arrays: Sequence[NDArray[Any]], wanted: Shape) -> Iterator[tuple[Expr, NDArray[Any]]]:
    """For arrays of more axes: every way of joining each axis with axes of its size in other arrays, none left over."""
    axes = [(t, a) for t, array in enumerate(arrays) for a, n in enumerate(array.shape) if n != 1]
    sizes = {(t, a): arrays[t].shape[a] for t, a in axes}
    kept = [n for n in wanted if n != 1]
    letters = ascii_letters
    if len(axes) > len(letters):
        return
    squeezed = [np.squeeze(array) for array in arrays]
    for groups in _groupings(axes, sizes, kept):
        named = {axis: letters[g] for g, group in enumerate(groups) for axis in group}
        left = ["".join(named[axis] for axis in axes if axis[0] == t) for t in range(len(arrays))]
        text = ",".join(left) + "->" + "".join(letters[g] for g in range(len(kept)))
        yield einsum_tree(text, len(arrays)), np.einsum(text, *squeezed).reshape(wanted)


def _groupings(
    axes: Sequence[tuple[int, int]], sizes: dict[tuple[int, int], int], kept: Sequence[int]
) -> Iterator[list[list[tuple[int, int]]]]:
    """The first groups are those of the wanted axes, with one axis at least; the others have two at least."""
    start: list[list[tuple[int, int]]] = [[] for _ in kept]
    stack = [(0, start)]
    while stack:
        place, groups = stack.pop()
        if place == len(axes):
            if all(len(group) > (g >= len(kept)) for g, group in enumerate(groups)):
                yield groups
            continue
        axis = axes[place]
        for g, group in enumerate(groups):
            length = kept[g] if g < len(kept) else sizes[group[0]]
            if length == sizes[axis] and all(member[0] != axis[0] for member in group):
                stack.append((place + 1, [*groups[:g], [*group, axis], *groups[g + 1 :]]))
        stack.append((place + 1, [*groups, [axis]]))
