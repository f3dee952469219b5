"""Products of arrays, written in letters as einsum does: which entries a local Jacobian has, and their values."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradviz.graph.graph import Node
from gradviz.ops import einsum
from gradviz.passes.jacobian.arrays import Dense, Kronecker
from gradviz.passes.jacobian.operator import Array, Operator, Places
from gradviz.passes.jacobian.simple import Gathering, Selection
from gradviz.passes.jacobian.sparse import from_entries
from gradviz.shape import Shape, size


@dataclass(frozen=True, slots=True, eq=False)
class Contraction:
    """A sum of products in letters; axes of size 1 that have no letter are left out.

    Args:
        operands, result: the letters.
        shapes, shape: of the operands and the result, one size per letter.
    """

    operands: tuple[str, ...]
    result: str
    shapes: tuple[Shape, ...]
    shape: Shape

    @property
    def sizes(self) -> dict[str, int]:
        """The size of each letter."""
        pairs = zip((*self.operands, self.result), (*self.shapes, self.shape), strict=True)
        return {letter: n for letters, shape in pairs for letter, n in zip(letters, shape, strict=True)}

    def union(self, slot: int) -> str:
        """The letters of the result and an operand: one entry of the Jacobian for each choice of them."""
        return "".join(dict.fromkeys(self.result + self.operands[slot]))

    def entries(self, slot: int) -> int:
        """How many entries can differ from zero."""
        sizes = self.sizes
        return size(tuple(sizes[letter] for letter in self.union(slot)))


def contraction_of(node: Node, shapes: Sequence[Shape]) -> Contraction | None:
    """A sum of products in letters, from its row; None where it cannot be written so."""
    if node.op.name == "trace":
        lead = string.ascii_uppercase[: len(shapes[0]) - 2]
        return Contraction((lead + "ii",), lead, tuple(shapes), node.shape)
    if node.op.name == "einsum":
        operands, result = einsum.parse(str(node.settings["equation"]))
        return Contraction(operands, result, tuple(shapes), node.shape)
    found = node.op.contraction and node.op.contraction(tuple(shapes), **node.settings)
    if not found or found[0] != 1:
        return None
    left, _, right = found[1].partition("->")
    written = [*left.split(","), right]
    sizes = [
        tuple(n for letter, n in zip(letters, shape, strict=True) if letter != "0")
        for letters, shape in zip(written, (*shapes, node.shape), strict=True)
    ]
    named = [letters.replace("0", "") for letters in written]
    return Contraction(tuple(named[:-1]), named[-1], tuple(sizes[:-1]), sizes[-1])


def by_letters(spec: Contraction, slot: int, others: Sequence[Array]) -> Operator:
    """The local Jacobian of a sum of products by one operand.

    Args:
        spec: the letters.
        slot: the operand by which.
        others: the operands' values; the one of `slot` is not looked at.
    """
    sizes = spec.sizes
    laid = [array.reshape(shape) for array, shape in zip(others, spec.shapes, strict=True)]
    found = _kronecker(spec, slot, sizes, laid)
    if found is not None:
        return found
    union = spec.union(slot)
    grid = tuple(sizes[letter] for letter in union)
    rows = _numbers(spec.result, spec.shape, union, grid)
    columns = _numbers(spec.operands[slot], spec.shapes[slot], union, grid)
    values = _values(spec, slot, union, grid, laid)
    return _simplest(size(spec.shape), size(spec.shapes[slot]), rows, columns, values)


def _numbers(letters: str, shape: Shape, union: str, grid: Shape) -> Places:
    """For each choice of letters, the number of the entry that it means in an array with these letters."""
    places = np.zeros(grid, dtype=np.int64)
    step = 1
    for letter, n in reversed(list(zip(letters, shape, strict=True))):
        axis = union.index(letter)
        places += step * np.arange(n).reshape([-1 if i == axis else 1 for i in range(len(grid))])
        step *= n
    return places.ravel()


def _values(spec: Contraction, slot: int, union: str, grid: Shape, others: Sequence[Array]) -> Array:
    """The product of the other operands, for each choice of letters."""
    rest = [i for i in range(len(others)) if i != slot]
    if not rest:
        return np.broadcast_to(np.float64(1), (size(grid),))
    kept = "".join(letter for letter in union if any(letter in spec.operands[i] for i in rest))
    made = np.einsum(f"{','.join(spec.operands[i] for i in rest)}->{kept}", *(others[i] for i in rest))
    laid = np.reshape(made, tuple(n if letter in kept else 1 for letter, n in zip(union, grid, strict=True)))
    return np.broadcast_to(laid, grid).ravel()


def _simplest(height: int, width: int, rows: Places, columns: Places, values: Array) -> Operator:
    if height * width == len(rows):
        made = np.empty((height, width))
        made[rows, columns] = values
        return Dense(made)
    if len(rows) == width and len(np.unique(columns)) == width:
        targets, scale = np.empty(width, dtype=np.int64), np.empty(width)
        targets[columns], scale[columns] = rows, values
        return Gathering(height, targets, scale)
    if len(rows) == height and len(np.unique(rows)) == height:
        picks, scale = np.empty(height, dtype=np.int64), np.empty(height)
        picks[rows], scale[rows] = columns, values
        return Selection(width, picks, scale)
    return from_entries((height, width), rows, columns, values)


def _kronecker(spec: Contraction, slot: int, sizes: Mapping[str, int], others: Sequence[Array]) -> Operator | None:
    """Matrix products and outer products are Kronecker products with an identity; by a size of 1 simply matrices."""
    match (*spec.operands, spec.result, slot):
        case ("ij", "jk", "ik", 0) | ("ij", "j", "i", 0):
            return _product(sizes["i"], others[1].reshape(sizes["j"], -1).T)
        case ("ij", "jk", "ik", 1) | ("j", "jk", "k", 1):
            return _product(others[0].reshape(-1, sizes["j"]), sizes["k"])
        case ("ij", "j", "i", 1):
            return Dense(others[0])
        case ("j", "jk", "k", 0):
            return Dense(others[1].T)
        case ("i", "j", "ij", 0):
            return _product(sizes["i"], others[1].reshape(-1, 1))
        case ("i", "j", "ij", 1):
            return _product(others[0].reshape(-1, 1), sizes["j"])
    return None


def _product(left: Array | int, right: Array | int) -> Operator:
    if isinstance(left, int) and not isinstance(right, int):
        return Dense(right) if left == 1 else Kronecker(left, right)
    if isinstance(right, int) and not isinstance(left, int):
        return Dense(left) if right == 1 else Kronecker(left, right)
    return Kronecker(left, right)
