"""How a program in machine code is entered from Python: with numbers, or with memory that is there.

`call` is a function of CPython's own calling convention (`METH_FASTCALL | METH_KEYWORDS`), so that nothing stands
between Python's floats and the program. Whatever is no plain number goes on to a Python function.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradviz.passes.compiling.emit.llvm.repeating import each, guarded

ON_THE_STACK = 400
"""Numbers up to which memory is taken from the stack: less than a page, which is there on every system."""


@dataclass(frozen=True, slots=True)
class Python:
    """What machine code must know of the interpreter.

    Args:
        functions: addresses of its C functions, by name.
        float_type: the address of the type of floats.
        none: the address of None.
        type_at, float_at, items_at: where an object has its type, a float its number, a tuple its items; None where
            that is not known, and functions are asked.
    """

    functions: Mapping[str, int]
    float_type: int
    none: int
    type_at: int | None
    float_at: int | None
    items_at: int | None

    @property
    def nothing(self) -> str:
        """None, as a pointer."""
        return f"inttoptr (i64 {self.none} to ptr)"

    def call(self, kind: str, name: str, arguments: str) -> str:
        """A call of one of the interpreter's functions."""
        return f"call {kind} inttoptr (i64 {self.functions[name]} to ptr)({arguments})"


def call_entry(python: Python, inputs: int, outputs: int, work: int, fallback: int) -> str:
    """`call(self, arguments, count, keywords)`: floats in, `(value, (gradient, …))` out.

    Args:
        python: the interpreter.
        inputs: how many arguments the function has.
        outputs: the value and the gradients.
        work: how much memory the core needs.
        fallback: the address of a Python function that takes what is not `inputs` numbers.
    """
    size = max(1, inputs + outputs + work)
    memory = _stack(size) if size <= ON_THE_STACK else _heap(python, size)
    arguments = f"ptr inttoptr (i64 {fallback} to ptr), ptr %args, i64 %nargs, ptr %kwnames"
    lines = [
        "define ptr @call(ptr %self, ptr %args, i64 %nargs, ptr %kwnames) nounwind {",
        "  %failing = alloca i1",
        "  store i1 false, ptr %failing",
        *memory.reserved,
        "  %named = icmp ne ptr %kwnames, null",
        f"  %miscounted = icmp ne i64 %nargs, {inputs}",
        "  %odd = or i1 %named, %miscounted",
        "  br i1 %odd, label %fallback, label %begin",
        "begin:",
        *memory.taken,
        f"  %o = getelementptr double, ptr %x, i64 {inputs}",
        f"  %w = getelementptr double, ptr %x, i64 {inputs + outputs}",
        *each("read", inputs, _read, "refused"),
        "  call void @core(ptr %x, ptr %o, ptr %w)",
        f"  %answer = {python.call('ptr', 'PyTuple_New', 'i64 2')}",
        *_unless_null("answer", "failed"),
        f"  %gradients = {python.call('ptr', 'PyTuple_New', f'i64 {outputs - 1}')}",
        *_unless_null("gradients", "undo"),
        "  call void @set(ptr %answer, i64 1, ptr %gradients)",
        "  %value_number = load double, ptr %o",
        f"  %value = {python.call('ptr', 'PyFloat_FromDouble', 'double %value_number')}",
        *_unless_null("value", "undo"),
        "  call void @set(ptr %answer, i64 0, ptr %value)",
        "  %slopes = getelementptr double, ptr %o, i64 1",
        *each("write", outputs - 1, lambda index, name: _write(python, index, name), "undo"),
        *memory.given_back,
        "  ret ptr %answer",
        "undo:",
        f"  {python.call('void', 'Py_DecRef', 'ptr %answer')}",
        "  br label %failed",
        "failed:",
        *memory.given_back,
        "  ret ptr null",
        "refused:",
        *memory.given_back,
        f"  {python.call('void', 'PyErr_Clear', '')}",
        "  br label %fallback",
        "fallback:",
        f"  %other = {python.call('ptr', 'PyObject_Vectorcall', arguments)}",
        "  ret ptr %other",
        "}",
        "",
    ]
    return "\n".join([_reader(python), _setter(python), *lines])


def run_entry(python: Python, inputs: int, outputs: int) -> str:
    """`run(self, nothing)`: from and to memory that is there: self is a bytearray of arguments, outputs and work."""
    lines = [
        "define ptr @run(ptr %self, ptr %nothing) nounwind {",
        f"  %x = {python.call('ptr', 'PyByteArray_AsString', 'ptr %self')}",
        f"  %o = getelementptr double, ptr %x, i64 {inputs}",
        f"  %w = getelementptr double, ptr %x, i64 {inputs + outputs}",
        "  call void @core(ptr %x, ptr %o, ptr %w)",
        f"  {python.call('void', 'Py_IncRef', f'ptr {python.nothing}')}",
        f"  ret ptr {python.nothing}",
        "}",
        "",
    ]
    return "\n".join(lines)


def _unless_null(name: str, failure: str) -> list[str]:
    lines = [f"  %{name}_null = icmp eq ptr %{name}, null"]
    return guarded(name, (lines, f"%{name}_null"), failure)


def _read(index: str, name: str) -> tuple[list[str], str]:
    lines = [
        f"  %{name}_p = getelementptr ptr, ptr %args, i64 {index}",
        f"  %{name}_object = load ptr, ptr %{name}_p",
        f"  %{name}_number = call double @read(ptr %{name}_object, ptr %failing)",
        f"  %{name}_to = getelementptr double, ptr %x, i64 {index}",
        f"  store double %{name}_number, ptr %{name}_to",
        f"  %{name}_bad = load i1, ptr %failing",
    ]
    return lines, f"%{name}_bad"


def _write(python: Python, index: str, name: str) -> tuple[list[str], str]:
    lines = [
        f"  %{name}_p = getelementptr double, ptr %slopes, i64 {index}",
        f"  %{name}_number = load double, ptr %{name}_p",
        f"  %{name}_object = {python.call('ptr', 'PyFloat_FromDouble', f'double %{name}_number')}",
        f"  call void @set(ptr %gradients, i64 {index}, ptr %{name}_object)",
        f"  %{name}_bad = icmp eq ptr %{name}_object, null",
    ]
    return lines, f"%{name}_bad"


@dataclass(frozen=True, slots=True)
class _Memory:
    """Lines that make `%x`, where a function begins and where it is needed, and that give it back."""

    reserved: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    given_back: tuple[str, ...] = ()


def _stack(size: int) -> _Memory:
    return _Memory(reserved=(f"  %x = alloca [{size} x double], align 16",))


def _heap(python: Python, size: int) -> _Memory:
    return _Memory(
        taken=(
            f"  %x = {python.call('ptr', 'PyMem_RawMalloc', f'i64 {8 * size}')}",
            "  %x_null = icmp eq ptr %x, null",
            "  br i1 %x_null, label %exhausted, label %taken",
            "exhausted:",
            f"  %nothing = {python.call('ptr', 'PyErr_NoMemory', '')}",
            "  ret ptr %nothing",
            "taken:",
        ),
        given_back=(f"  {python.call('void', 'PyMem_RawFree', 'ptr %x')}",),
    )


def _reader(python: Python) -> str:
    """`read(object, failed)`: a float's number at once, any other number by the interpreter."""
    quick = [
        f"  %type_p = getelementptr i8, ptr %object, i64 {python.type_at}",
        "  %type = load ptr, ptr %type_p",
        f"  %exact = icmp eq ptr %type, inttoptr (i64 {python.float_type} to ptr)",
        "  br i1 %exact, label %quick, label %slow",
        "quick:",
        f"  %number_p = getelementptr i8, ptr %object, i64 {python.float_at}",
        "  %number = load double, ptr %number_p",
        "  ret double %number",
    ]
    known = python.type_at is not None and python.float_at is not None
    lines = [
        "define internal double @read(ptr %object, ptr %failing) alwaysinline nounwind {",
        *(quick if known else ["  br label %slow"]),
        "slow:",
        f"  %asked = {python.call('double', 'PyFloat_AsDouble', 'ptr %object')}",
        "  %suspect = fcmp oeq double %asked, -1.0",
        "  br i1 %suspect, label %ask, label %right",
        "ask:",
        f"  %error = {python.call('ptr', 'PyErr_Occurred', '')}",
        "  %wrong = icmp ne ptr %error, null",
        "  store i1 %wrong, ptr %failing",
        "  br label %right",
        "right:",
        "  ret double %asked",
        "}",
        "",
    ]
    return "\n".join(lines)


def _setter(python: Python) -> str:
    """`set(tuple, index, item)` on a tuple that was just made; the item is the tuple's from then on."""
    if python.items_at is None:
        body = [f"  %done = {python.call('i32', 'PyTuple_SetItem', 'ptr %tuple, i64 %index, ptr %item')}"]
    else:
        body = [
            f"  %items = getelementptr i8, ptr %tuple, i64 {python.items_at}",
            "  %p = getelementptr ptr, ptr %items, i64 %index",
            "  store ptr %item, ptr %p",
        ]
    head = "define internal void @set(ptr %tuple, i64 %index, ptr %item) alwaysinline nounwind {"
    return "\n".join([head, *body, "  ret void", "}", ""])
