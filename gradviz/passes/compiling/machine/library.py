"""Functions of the C library (and its vector forms, where there are some) as calls in LLVM's representation."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from gradviz.errors import UserError
from gradviz.passes.compiling.emit.llvm.core import Lanes

C_NAMES: Mapping[str, str] = {
    **{
        name: name
        for name in (
            "exp",
            "log",
            "log2",
            "log10",
            "log1p",
            "expm1",
            "pow",
            "cbrt",
            "hypot",
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "atan2",
            "sinh",
            "cosh",
            "tanh",
            "asinh",
            "acosh",
            "atanh",
            "erf",
            "erfc",
        )
    },
    "gamma": "tgamma",
    "loggamma": "lgamma",
}
"""What operations are called in C."""

VECTOR_LETTERS: Mapping[int, str] = {2: "b", 4: "d", 8: "e"}
"""By lanes, the letter of the x86 vector function ABI: SSE, AVX2, AVX-512."""

VECTOR_LIBRARY = "libmvec.so.1"
"""glibc's vector functions, of at most 4 units in the last place."""


@cache
def _library(name: str | None) -> Any:
    """A library that is there, or None."""
    try:
        return ctypes.CDLL(name)
    except OSError:
        return None


@cache
def address(function: str, library: str | None = None) -> int | None:
    """Where a function of a library lies (of C's own if none is named); None where it is not there."""
    if library is None and sys.platform == "win32":
        library = "ucrtbase"
    found = getattr(_library(library), function, None)
    return None if found is None else ctypes.cast(found, ctypes.c_void_p).value


@dataclass(slots=True)
class Calls:
    """Writes calls of functions that are not LLVM's own.

    Args:
        lanes: what they are called on.
        foreign: operations that Python does, by name, and where they are called.
    """

    lanes: Lanes
    foreign: Mapping[str, int] = field(default_factory=dict)

    def __call__(self, result: str, name: str, operands: Sequence[str]) -> Iterator[str]:
        """The lines of one call."""
        kind = self.lanes.words["T"]
        vector = self._vector(name, len(operands))
        if vector is not None:
            yield f"  {result} = {call_of(vector, kind, [f'{kind} {operand}' for operand in operands])}  ; {name}"
        else:
            yield from self._one_by_one(result, name, operands)

    def sincos(self, sine: str, cosine: str, operand: str) -> list[str] | None:
        """Both at once, by glibc's function for it; None for vectors and where there is none."""
        function = address("sincos") if self.lanes.count == 1 else None
        if function is None:
            return None
        to = (f"{sine}_to", f"{cosine}_to")
        arguments = [f"double {operand}", *[f"ptr {pointer}" for pointer in to]]
        return [
            *[f"  {pointer} = alloca double" for pointer in to],
            f"  {call_of(function, 'void', arguments)}  ; sincos",
            *[f"  {name} = load double, ptr {name}_to" for name in (sine, cosine)],
        ]

    def _vector(self, name: str, count: int) -> int | None:
        if self.lanes.count == 1:
            return self._scalar(name)
        if name in self.foreign or sys.platform != "linux":
            return None
        symbol = f"_ZGV{VECTOR_LETTERS[self.lanes.count]}N{self.lanes.count}{'v' * count}_{C_NAMES[name]}"
        return address(symbol, VECTOR_LIBRARY)

    def _scalar(self, name: str) -> int:
        if name in self.foreign:
            return self.foreign[name]
        found = address(C_NAMES[name])
        if found is None:
            raise UserError(f"this C library has no {C_NAMES[name]}", hint='compile it with engine="python"')
        return found

    def _one_by_one(self, result: str, name: str, operands: Sequence[str]) -> Iterator[str]:
        kind, function, so_far = self.lanes.words["T"], self._scalar(name), "undef"
        for lane in range(self.lanes.count):
            parts = []
            for slot, operand in enumerate(operands):
                parts.append(f"double {result}_{lane}_{slot}")
                yield f"  {result}_{lane}_{slot} = extractelement {kind} {operand}, i32 {lane}"
            yield f"  {result}_{lane} = {call_of(function, 'double', parts)}  ; {name}"
            made = result if lane == self.lanes.count - 1 else f"{result}_{lane}_in"
            yield f"  {made} = insertelement {kind} {so_far}, double {result}_{lane}, i32 {lane}"
            so_far = made


def call_of(function: int, kind: str, arguments: Sequence[str]) -> str:
    """A call of the function at an address."""
    return f"call {kind} inttoptr (i64 {function} to ptr)({', '.join(arguments)}) nounwind"


Callback = Callable[..., float]


def callback(function: Callback, count: int) -> Any:
    """A Python function of floats as one of C's, which takes the interpreter's lock itself; it must be kept."""
    return ctypes.CFUNCTYPE(ctypes.c_double, *[ctypes.c_double] * count)(function)
