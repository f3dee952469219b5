"""Hand-written programs for many points: NumPy into arrays that are there, and a loop in C."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from suite.tape import Atom, Straight, expressions

UFUNCS = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "neg": np.negative,
    "sin": np.sin,
    "cos": np.cos,
    "exp": np.exp,
    "tanh": np.tanh,
}


def blocked(code: Straight) -> tuple[Callable[[Any, Any, Any], None], int]:
    """`f(inputs, outputs, buffers)` by NumPy's functions with `out=`, buffers taken again; and how many there are."""
    last: dict[Atom, int] = {atom: k for k, (_, _, operands) in enumerate(code.rows) for atom in operands}
    outputs = {atom: f"out[{i}]" for i, atom in reversed(list(enumerate((code.value, *code.gradients))))}
    places: dict[Atom, str] = {name: f"x[{i}]" for i, name in enumerate(code.inputs)}
    free: list[str] = []
    count = 0
    lines = []
    for k, (name, word, operands) in enumerate(code.rows):
        texts = [places[atom] if isinstance(atom, str) else repr(atom) for atom in operands]
        free += [places[atom] for atom in set(operands) if last[atom] == k and places.get(atom, "").startswith("b")]
        if name not in outputs and not free:
            free.append(f"b[{count}]")
            count += 1
        places[name] = outputs[name] if name in outputs else free.pop()
        lines.append(f"    {word}({', '.join(texts)}, {places[name]})")
    for i, atom in enumerate((code.value, *code.gradients)):
        text = places[atom] if isinstance(atom, str) else repr(atom)
        if text != f"out[{i}]":
            lines.append(f"    out[{i}][...] = {text}")
    space: dict[str, Any] = dict(UFUNCS)
    exec("\n".join(["def f(x, out, b):", *lines, ""]), space)
    return space["f"], count


def c_batch_source(code: Straight) -> str:
    """`void batch(const double *x, double *out, long n)`: inputs and outputs each n numbers after one another."""
    loads = "".join(f"    const double {name} = x[{i} * n + k];\n" for i, name in enumerate(code.inputs))
    body = "".join(f"    const double {name} = {text};\n" for name, text in expressions(code))
    stores = "".join(f"    out[{i} * n + k] = {atom};\n" for i, atom in enumerate((code.value, *code.gradients)))
    head = "void batch(const double *restrict x, double *restrict out, long n)"
    return f"#include <math.h>\n{head} {{\n  for (long k = 0; k < n; k++) {{\n{loads}{body}{stores}  }}\n}}\n"
