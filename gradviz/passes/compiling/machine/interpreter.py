"""What machine code must know of the interpreter that runs it."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any

from gradviz.passes.compiling.emit.llvm.entries import Python

FUNCTIONS = (
    "PyFloat_AsDouble",
    "PyFloat_FromDouble",
    "PyTuple_New",
    "PyTuple_SetItem",
    "PyErr_Occurred",
    "PyErr_Clear",
    "PyErr_NoMemory",
    "PyObject_Vectorcall",
    "PyByteArray_AsString",
    "PyMem_RawMalloc",
    "PyMem_RawFree",
    "Py_IncRef",
    "Py_DecRef",
)

FASTCALL, KEYWORDS, NOARGS = 0x80, 0x02, 0x04
"""CPython's `METH_…`: how a function in C takes its arguments."""


class Definition(ctypes.Structure):
    """CPython's `PyMethodDef`."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("function", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("doc", ctypes.c_char_p),
    )


@cache
def interpreter() -> Python | None:
    """This interpreter; None where it is not CPython."""
    if sys.implementation.name != "cpython":
        return None
    functions = {name: _address(getattr(ctypes.pythonapi, name)) for name in FUNCTIONS}
    return Python(functions, id(float), id(None), *_layout())


def _address(function: Any) -> int:
    return ctypes.cast(function, ctypes.c_void_p).value or 0


def _layout() -> tuple[int | None, int | None, int | None]:
    """Where objects have what machine code reads and writes: as their sizes say, if a look at three objects agrees."""
    number, pair = 1.5, (number_type := float, None)
    pointer = ctypes.sizeof(ctypes.c_void_p)
    type_at = object.__basicsize__ - pointer
    float_at = float.__basicsize__ - ctypes.sizeof(ctypes.c_double)
    items_at = tuple.__basicsize__
    if ctypes.c_void_p.from_address(id(number) + type_at).value != id(number_type):
        return None, None, None
    if ctypes.c_double.from_address(id(number) + float_at).value != number:
        return None, None, None
    items = (ctypes.c_void_p * 2).from_address(id(pair) + items_at)
    return type_at, float_at, items_at if list(items) == [id(float), id(None)] else None


def builtin(definition: Definition, owner: Any) -> Any:
    """A function of machine code as one of Python's, which keeps `owner`, and so the code, as long as it is there."""
    make = ctypes.pythonapi.PyCFunction_NewEx
    make.restype = ctypes.py_object
    make.argtypes = (ctypes.c_void_p, ctypes.py_object, ctypes.c_void_p)
    return make(ctypes.addressof(definition), owner, None)
