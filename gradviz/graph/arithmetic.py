"""The operators of a term, written once for every builder."""

from __future__ import annotations

from collections.abc import Iterator
from operator import index
from typing import Any

from gradviz.errors import UserError
from gradviz.ops.op import Attribute


class Arithmetic:
    """The operators of a term: each applies the operation it stands for. Who inherits it says how, in `_apply`."""

    __slots__ = ()

    # NumPy then leaves `array * term` to the term, instead of taking the array apart.
    __array_ufunc__ = None

    def _apply(self, name: str, *operands: Any, **attributes: Any) -> Any:
        raise TypeError(f"{type(self).__name__} does not say how an operation is applied")

    def __add__(self, other: Any) -> Any:
        return self._apply("add", self, other)

    def __radd__(self, other: Any) -> Any:
        return self._apply("add", other, self)

    def __sub__(self, other: Any) -> Any:
        return self._apply("sub", self, other)

    def __rsub__(self, other: Any) -> Any:
        return self._apply("sub", other, self)

    def __mul__(self, other: Any) -> Any:
        return self._apply("mul", self, other)

    def __rmul__(self, other: Any) -> Any:
        return self._apply("mul", other, self)

    def __truediv__(self, other: Any) -> Any:
        return self._apply("div", self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._apply("div", other, self)

    def __pow__(self, other: Any) -> Any:
        return self._apply("pow", self, other)

    def __rpow__(self, other: Any) -> Any:
        return self._apply("pow", other, self)

    def __matmul__(self, other: Any) -> Any:
        return self._apply("matmul", self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return self._apply("matmul", other, self)

    def __neg__(self) -> Any:
        return self._apply("neg", self)

    def __abs__(self) -> Any:
        return self._apply("abs", self)

    def __gt__(self, other: Any) -> Any:
        return self._apply("greater", self, other)

    def __lt__(self, other: Any) -> Any:
        return self._apply("less", self, other)

    def __ge__(self, other: Any) -> Any:
        return self._apply("greater_equal", self, other)

    def __le__(self, other: Any) -> Any:
        return self._apply("less_equal", self, other)

    def __getitem__(self, item: Any) -> Any:
        items = item if isinstance(item, tuple) else (item,)
        return self._apply("index", self, items=tuple(_index_item(part) for part in items))

    def __iter__(self) -> Iterator[Any]:
        shape = getattr(self, "shape", ())
        if not shape:
            raise TypeError("a scalar term has no entries to go through")
        return (self[i] for i in range(shape[0]))

    def __bool__(self) -> bool:
        raise UserError(
            "a term has no truth value: it is not known before values are given", hint="choose with where(c, a, b)"
        )

    @property
    def T(self) -> Any:
        """The transpose."""
        return self._apply("transpose", self)


def _index_item(part: Any) -> Attribute:
    """An index item as an attribute: an integer, or ("slice", start, stop, step)."""
    if isinstance(part, slice):
        return ("slice", *(None if end is None else index(end) for end in (part.start, part.stop, part.step)))
    try:
        return index(part)
    except TypeError:
        raise UserError(f"{part!r} is no index", hint="an index is a whole number or a slice") from None
