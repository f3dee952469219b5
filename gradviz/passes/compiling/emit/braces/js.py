"""JavaScript: a module of one function, for browsers and Node."""

from __future__ import annotations

import json
import re

from gradviz.passes.compiling.emit.braces.c_vocabulary import KERNELS
from gradviz.passes.compiling.emit.braces.runtime import kernels, kernels_for
from gradviz.passes.compiling.emit.braces.spelling import js_words
from gradviz.passes.compiling.emit.expressions.plain import PLAIN
from gradviz.passes.compiling.emit.expressions.translate import place_text
from gradviz.passes.compiling.emit.expressions.tree import Constant, Expression, Part
from gradviz.passes.compiling.emit.expressions.vocabulary import Text, Vocabulary, starred
from gradviz.passes.compiling.emit.identifiers import Identifiers
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.emit.loops.lower import lower
from gradviz.passes.compiling.emit.loops.printing import LONGEST, Braces, aligned, call, sentence, wrapped
from gradviz.passes.compiling.emit.loops.program import Array, Program, Result
from gradviz.shape import show, size

RUNTIME = "kernels.js"

MATH = (
    *("exp", "log", "log2", "log10", "log1p", "expm1", "sqrt", "cbrt", "hypot", "floor", "ceil"),
    *("sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh"),
)
"""Functions that JavaScript's Math calls as Python's `math` does."""


def starred_power(base: Expression, base_text: Text, exponent: Expression, exponent_text: Text) -> Text:
    """`x ** 2`; where the exponent varies, a function that agrees with IEEE 754 about powers of 1."""
    if isinstance(exponent, Constant):
        return starred(base, base_text, exponent, exponent_text)
    return Text(f"power({base_text.text}, {exponent_text.text})")


def _number(value: float) -> str:
    text = repr(float(value))
    return text.removesuffix(".0")


def _part(part: Part) -> Text:
    """A stretch of an array, as a view."""
    if part.length == part.total:
        return Text(part.array)
    start, end = place_text(part.place).text, place_text(part.place + part.length).text
    return Text(f"{part.array}.subarray({start}, {end})")


JS = Vocabulary(
    name="JavaScript",
    functions={
        **PLAIN,
        **{f"math.{name}": f"Math.{name}" for name in MATH},
        "math.isfinite": "Number.isFinite",
        "math.pow": "{0} ** {1}",
        "math.erf": "erf",
        "math.erfc": "erfc",
        "math.gamma": "gamma",
        "math.lgamma": "log_gamma",
        **KERNELS,
        "abs": "Math.abs",
        "max": "Math.max",
        "min": "Math.min",
        "k.scalar_maximum": "Math.max",
        "k.scalar_minimum": "Math.min",
        "k.scalar_sign": "Math.sign",
    },
    words={"and": "&&", "or": "||", "not": "!", "==": "===", "!=": "!=="},
    number=_number,
    infinity="Infinity",
    nan="NaN",
    choice="{test} ? {yes} : {no}",
    truth="{test} ? 1 : 0",
    power=starred_power,
    part=_part,
)

BRACES = Braces(JS, "  ", "const", "let", "const", "const", "for (let {counter} = 0; {counter} < {count}; {counter}++)")


def js_source(job: Job) -> str:
    """The job as a JavaScript module.

    Raises:
        UserError: an operation cannot be written in JavaScript.
    """
    program = lower(job, Identifiers(js_words() | kernels(RUNTIME).keys()))
    numbers = "Float32Array" if program.single else "Float64Array"
    body = [*BRACES.lines(program.body), "", *_closing(program)]
    body = [*_arrays(program, numbers, body), *body]
    runtime = kernels_for(RUNTIME, set(re.findall(r"\b\w+(?=\()", "\n".join(body))))
    head = call(f"export function {program.name}(", [a.identifier for a in program.arguments], ") {", "  ", ",")
    text = "\n".join([*head, *aligned(body), "}", ""])
    return "\n".join([*_header(program), *(part.replace("Numbers", numbers) for part in runtime), text])


def _arrays(program: Program, numbers: str, body: list[str]) -> list[str]:
    """Given arrays made flat, the constants, and the function's own arrays."""
    words = set(re.findall(r"\w+", "\n".join(line.partition("//")[0] for line in body)))
    lines = [
        f"  {a.identifier} = flat({json.dumps(a.name)}, {a.identifier}, {list(a.shape)});"
        for a in program.arguments
        if a.shape
    ]
    for array in program.arrays:
        if array.name in words and array.numbers is not None:
            lines += _constant(array, numbers)
        elif array.name in words:
            lines.append(_own(array.name, array.shape, numbers))
    results = [program.value, *program.gradients]
    lines += [_own(result.array, result.shape, numbers) for result in results if result.shape]
    return [*lines, ""] if lines else []


def _own(name: str, shape: tuple[int, ...], numbers: str) -> str:
    sized = f"  // {show(shape)}" if len(shape) > 1 else ""
    return f"  const {name} = new {numbers}({size(shape)});{sized}"


def _constant(array: Array, numbers: str) -> list[str]:
    entries = wrapped([BRACES.text(Constant(number)) for number in array.numbers], ",")
    return [f"  const {array.name} = {numbers}.of(", *(f"    {line}" for line in entries), "  );"]


def _closing(program: Program) -> list[str]:
    """What is given back: the value, and the gradients by the user's names."""
    value = _field("value", _given(program.value))
    gradients = [_field(result.name, _given(result)) for result in program.gradients]
    short = f"  return {{ {value}, gradients: {{ {', '.join(gradients)} }} }};".replace("{  }", "{}")
    if len(short) <= LONGEST:
        return [short]
    inner = [f"      {field}," for field in gradients]
    return ["  return {", f"    {value},", "    gradients: {", *inner, "    },", "  };"]


def _given(result: Result) -> str:
    if result.value is not None:
        return BRACES.text(result.value)
    return f"nested({result.array}, {list(result.shape)})"


def _field(name: str, value: str) -> str:
    """A field of an object: `x` for `x: x`."""
    key = name if re.fullmatch(r"[A-Za-z_$][\w$]*", name) and name != "__proto__" else f"[{json.dumps(name)}]"
    return name if key == value else f"{key}: {value}"


def _header(program: Program) -> list[str]:
    """What the module is, and how it is used."""
    by = ", ".join(result.name for result in program.gradients)
    lines = sentence(f"{program.title}{f', and its gradient by {by}' if by else ''}.")
    use = call(f"const {{ value, gradients }} = {program.name}(", [a.identifier for a in program.arguments], ");", "  ")
    lines += ["", f'    import {{ {program.name} }} from "./FILE.mjs";', *(f"    {line}" for line in use), ""]
    lines.append('Node takes the file for a module if its name ends in .mjs; browsers do by <script type="module">.')
    if by:
        lines += sentence(f"The gradients are an object with {'these names' if ',' in by else 'this name'}: {by}.")
    shaped = ", ".join(f"{a.identifier}\N{NO-BREAK SPACE}{show(a.shape)}" for a in program.arguments if a.shape)
    if shaped:
        lines += sentence(f"Arrays may be given nested, [[1, 2], [3, 4]], or flat, row by row: {shaped}.")
    if any(result.shape for result in (program.value, *program.gradients)):
        lines.append("Arrays come back nested.")
    if program.single:
        lines.append("Arrays hold float32; single numbers are doubles, as all of JavaScript's are.")
    return [*(f"// {line}".rstrip() for line in lines), ""]
