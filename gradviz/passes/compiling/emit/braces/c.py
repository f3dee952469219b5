"""C: one self-contained function of C99, which is C++ too, over <math.h>; it allocates nothing."""

from __future__ import annotations

import re

from gradviz.passes.compiling.emit.braces.c_vocabulary import SINGLE, C, single
from gradviz.passes.compiling.emit.braces.runtime import kernels, kernels_for
from gradviz.passes.compiling.emit.braces.spelling import AsciiNames, c_words
from gradviz.passes.compiling.emit.expressions.tree import Constant
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.emit.loops.lower import lower
from gradviz.passes.compiling.emit.loops.memory import Memory, memory_for
from gradviz.passes.compiling.emit.loops.printing import Braces, aligned, call, sentence, wrapped
from gradviz.passes.compiling.emit.loops.program import Array, Program, Result
from gradviz.shape import show, size

RUNTIME = "kernels.c"

STORED = re.compile(r"^\s*\w+\[[^\]]*\] \S*= ")
"""What a line writes into."""


def c_source(job: Job) -> str:
    """The job as a file of C.

    Raises:
        UserError: an operation cannot be written in C.
    """
    program = lower(job, AsciiNames({*c_words(), *kernels(RUNTIME), "gradient", "workspace"}), "numbers too")
    memory = memory_for(program)
    body = [*_braces(program).lines(program.body), "", *_closing(program)]
    body = [*_memory_lines(program, memory, body), *body]
    used = set(re.findall(r"\b\w+(?=\()", "\n".join(body)))
    runtime = [single(part) if program.single else part for part in kernels_for(RUNTIME, used)]
    text = "\n".join([*_head(program, memory), "{", *aligned(body), "}", ""])
    return "\n".join([*_header(program, memory), "#include <math.h>", "", *runtime, text])


def _real(program: Program) -> str:
    return "float" if program.single else "double"


def _braces(program: Program) -> Braces:
    real = _real(program)
    loop = "for (int {counter} = 0; {counter} < {count}; {counter}++)"
    return Braces(
        SINGLE if program.single else C, "    ", f"const {real}", real, "const int", f"const {real} *const", loop
    )


def _head(program: Program, memory: Memory) -> list[str]:
    """The function's first lines."""
    real = _real(program)
    given = [
        f"const {real} {a.identifier}[{_room(a.shape)}]" if a.shape else f"{real} {a.identifier}"
        for a in program.arguments
    ]
    given += [
        f"{real} {result.array}[{_room(result.shape)}]" if result.shape else f"{real} *{result.array}"
        for result in _written(program)
    ]
    if program.scalar and program.gradients:
        given.append(f"{real} gradient[{len(program.gradients)}]")
    if memory.workspace:
        given.append(f"{real} workspace[{memory.length}]")
    kind = "void" if program.value.shape else real
    *lines, last = call(f"{kind} {program.name}(", given or ["void"], ")", "    ")
    return [*lines[:-1], lines[-1] + last] if lines else [last]


def _written(program: Program) -> list[Result]:
    """The results that are written where the caller says, by a parameter of their own."""
    if program.scalar:
        return []
    return [program.value] * bool(program.value.shape) + list(program.gradients)


def _room(shape: tuple[int, ...]) -> int:
    return max(1, size(shape))


def _memory_lines(program: Program, memory: Memory, body: list[str]) -> list[str]:
    """The constants and the function's own arrays, and a word to the compiler of what nothing needs."""
    real, lines = _real(program), []
    code = [line.partition("//")[0] for line in body]
    words = set(re.findall(r"\w+", "\n".join(code)))
    read = set(re.findall(r"\w+", "\n".join(STORED.sub("", line) for line in code)))
    for array in program.arrays:
        if array.name not in words:
            continue
        if array.numbers is not None:
            lines += _constant(array, program)
        elif array.name in memory.workspace:
            place = memory.workspace[array.name]
            where = f"workspace + {place}" if place else "workspace"
            lines.append(f"    {real} *const {array.name} = {where};{_sized(array)}")
        else:
            lines.append(f"    {real} {array.name}[{_room(array.shape)}];{_sized(array)}")
    parameters = [a.identifier for a in program.arguments] + [r.array for r in _results(program) if r.shape]
    lines += [f"    (void){name};" for name in parameters if name not in words]
    unread = words - read
    own = [array.name for array in program.arrays if array.name in unread]
    lines += [f"    (void){name};" for name in own]
    return [*lines, ""] if lines else []


def _sized(array: Array) -> str:
    """The shape beside a declaration that does not say it."""
    return f"  // {show(array.shape)}" if len(array.shape) > 1 else ""


def _results(program: Program) -> list[Result]:
    return [program.value, *program.gradients]


def _constant(array: Array, program: Program) -> list[str]:
    braces = _braces(program)
    numbers = [braces.text(Constant(number)) for number in array.numbers]
    lines = [f"    static const {_real(program)} {array.name}[{_room(array.shape)}] = {{{_sized(array)}"]
    lines += [f"        {line}" for line in wrapped(numbers)]
    return [*lines, "    };"]


def _closing(program: Program) -> list[str]:
    """What is given back: numbers are returned or written where the caller says, arrays have been written."""
    braces, scalar = _braces(program), program.scalar
    lines = []
    for place, result in enumerate(program.gradients):
        if result.value is not None:
            home = f"gradient[{place}]" if scalar else f"*{result.array}"
            lines.append(f"    {home} = {braces.text(result.value)};")
    if program.value.value is not None:
        lines.append(f"    return {braces.text(program.value.value)};")
    return lines


def _header(program: Program, memory: Memory) -> list[str]:
    """What the file is, how it is compiled and called."""
    by = ", ".join(result.name for result in program.gradients)
    lines = sentence(f"{program.title}{f', and its gradient by {by}' if by else ''}.")
    lines += ["", *(f"    {line}" for line in _use(program, memory)), ""]
    lines.append("Compile this file with  cc -O2 -c FILE.c  and link with -lm. It is C99, and C++ too.")
    if not program.scalar:
        lines.append("Arrays are flat, row by row: the entry (i, j) of a matrix A with n columns is A[n*i + j].")
        lines.append("The results must not overlap with what is given.")
    if memory.workspace:
        lines.append("The workspace is memory that the function computes in; what is in it does not matter.")
    return [*(f"// {line}".rstrip() for line in lines), ""]


def _use(program: Program, memory: Memory) -> list[str]:
    """How a caller uses it."""
    real = _real(program)
    lines = [f"{real} {a.identifier}{_brackets(a.shape)};" for a in program.arguments if a.shape]
    lines += [f"{real} {result.array}{_brackets(result.shape)};" for result in _written(program)]
    arguments = [a.identifier for a in program.arguments]
    arguments += [result.array if result.shape else f"&{result.array}" for result in _written(program)]
    if program.scalar and program.gradients:
        lines.append(f"{real} gradient[{len(program.gradients)}];")
        arguments.append("gradient")
    if memory.workspace:
        lines.append(f"static {real} workspace[{memory.length}];")
        arguments.append("workspace")
    kept = "" if program.value.shape else f"{real} value = "
    return [*lines, *call(f"{kept}{program.name}(", arguments, ");", "    ")]


def _brackets(shape: tuple[int, ...]) -> str:
    """A declared size, and what it is made of."""
    if not shape:
        return ""
    return f"[{' * '.join(map(str, shape))}]" if 0 not in shape else "[1]"
