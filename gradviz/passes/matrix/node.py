"""The nodes of the matrix algebra: immutable, two-dimensional, and equal only if they are the same object."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final
from weakref import WeakValueDictionary

KINDS: Final = (
    "scaled",
    "symbol",
    "ones",
    "identity",
    "diagonal",
    "elementwise",
    "function",
    "inverse",
    "transpose",
    "diagonal_of",
    "hadamard",
    "chain",
    "trace",
    "determinant",
    "logdet",
    "sum",
)
"""What a node can be, in the order in which operands that may change places stand."""

DEEPEST: Final = 150
"""How deep a formula may be nested: what is deeper is no formula for a reader, and recursion must end somewhere."""

LONGEST: Final = 400
"""How many nodes a formula's `repr` shows."""


class TooDeep(ValueError):
    """A formula nested beyond `DEEPEST`."""


class Matrix:
    """A matrix-valued formula: a vector is n×1, a scalar 1×1.

    Nodes are interned: building an equal node again gives the same object, so `is` compares formulas. They are made by
    the constructors of `gradviz.passes.matrix.algebra`, which keep the normal form, and not by calling this class.

    Args:
        op: one of `KINDS`.
        args: the operands.
        data: what else the kind needs: of a `symbol` (name, properties), of `scaled` (coefficient, powers, whether the
            last operand is a matrix), of a `sum` the coefficients, of a `hadamard` product the powers, of `elementwise`
            and `function` (operation, attributes).
        rows: how many rows, at least 1.
        columns: how many columns, at least 1.

    Raises:
        ValueError: where there are no rows or columns.
        TooDeep: where the formula is nested too deeply.

    Example:
        >>> from gradviz.passes.matrix.algebra import symbol, transpose
        >>> a = symbol("A", 2, 3)
        >>> transpose(transpose(a)) is a, transpose(a)
        (True, transpose[3×2](A))
    """

    __slots__ = ("__weakref__", "_mirror", "args", "columns", "data", "depth", "op", "order", "rows", "size")

    op: str
    args: tuple[Matrix, ...]
    data: Any
    rows: int
    columns: int
    depth: int
    size: int
    order: tuple[Any, ...]
    _mirror: Callable[[], Matrix | None]

    def __new__(cls, op: str, args: tuple[Matrix, ...], data: Any, rows: int, columns: int) -> Matrix:
        """The one node of that content."""
        key = (op, args, data, rows, columns)
        known = _KNOWN.get(key)
        if known is not None:
            return known
        if rows < 1 or columns < 1:
            raise ValueError(f"a formula needs at least one row and one column, not {rows}×{columns}")
        depth = 1 + max((arg.depth for arg in args), default=0)
        if depth > DEEPEST:
            raise TooDeep(f"the formula is nested more than {DEEPEST} deep")
        made = object.__new__(cls)
        size = 1 + sum(arg.size for arg in args)
        order = (_RANK[op], _data_key(op, data), rows, columns, tuple(arg.order for arg in args))
        fields = {"op": op, "args": args, "data": data, "rows": rows, "columns": columns, "depth": depth, "size": size}
        for name, value in {**fields, "order": order, "_mirror": _nothing}.items():
            object.__setattr__(made, name, value)
        return _KNOWN.setdefault(key, made)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a formula never changes: {name}")

    def __reduce__(self) -> tuple[Any, ...]:
        return Matrix, (self.op, self.args, self.data, self.rows, self.columns)

    def __repr__(self) -> str:
        if self.op == "symbol":
            return str(self.data[0])
        if self.op == "scaled" and not self.args:
            return str(self.data[0])
        data = "" if self.data is None else f" {_plain(self.data)}"
        inside = ", ".join(map(repr, self.args)) if self.size <= LONGEST else "…"  # shared parts would repeat for ever
        return f"{self.op}{data}[{self.rows}×{self.columns}]({inside})"

    @property
    def is_scalar(self) -> bool:
        """Whether it is 1×1."""
        return self.rows == 1 and self.columns == 1

    @property
    def is_column(self) -> bool:
        """Whether it is n×1 with n above 1."""
        return self.columns == 1 and self.rows != 1

    @property
    def is_row(self) -> bool:
        """Whether it is 1×n with n above 1."""
        return self.rows == 1 and self.columns != 1


def _nothing() -> None:
    """No transpose is remembered yet; later a weak reference to it stands here, since its key holds this node."""


_KNOWN: WeakValueDictionary[tuple[Any, ...], Matrix] = WeakValueDictionary()
_RANK = {op: rank for rank, op in enumerate(KINDS)}


def _data_key(op: str, data: Any) -> tuple[Any, ...]:
    """`data` as something that can be compared with the data of any node of that kind."""
    if op == "symbol":
        return (data[0], tuple(sorted(data[1])))
    if op == "scaled":
        return (data[2], len(data[1]), data[1], data[0])
    if op in ("sum", "hadamard"):
        return (len(data), data)
    if op in ("elementwise", "function"):
        return (data[0], repr(data[1]))
    return ()


def _plain(data: Any) -> str:
    if isinstance(data, Fraction):
        return str(data)
    if isinstance(data, tuple):
        return f"({', '.join(map(_plain, data))})"
    return str(data)
