"""Whole commands, each a process of its own, beside the imports that they cannot do without and beside peers' scripts.

All peers find their bytecode compiled, in a folder of this run: what a checkout's own folders hold may be old, and some
machines forbid that Python writes there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import numpy as np
from numpy.typing import NDArray

from suite.case import Absent, Case, Ready

POINT = {"x": -2.0, "y": 5.0, "z": -4.0}
EXPLAIN = ("explain", "f=(x+y)*z", "--at", ",".join(f"{name}={value:g}" for name, value in POINT.items()))
EXPECTED = (POINT["x"] + POINT["y"]) * POINT["z"], POINT["z"], POINT["z"], POINT["x"] + POINT["y"]
NUMBERS = ("--no-formulas", "--format", "json")

SYMPY = """
import sympy
x, y, z = sympy.symbols("x y z", real=True)
f = (x + y)*z
gradients = [sympy.diff(f, by) for by in (x, y, z)]
at = {x: -2, y: 5, z: -4}
print(*(float(found.subs(at)) for found in (f, *gradients)), *gradients)
"""
MICROGRAD = """
from micrograd.engine import Value
x, y, z = Value(-2.0), Value(5.0), Value(-4.0)
f = (x + y)*z
f.backward()
print(f.data, x.grad, y.grad, z.grad)
"""
DRAWN = (
    MICROGRAD
    + """
import subprocess
lines, seen, stack = ["digraph { rankdir=LR; node [shape=record];"], set(), [f]
while stack:
    node = stack.pop()
    if id(node) not in seen:
        seen.add(id(node))
        lines.append(f'n{id(node)} [label="{{ {node._op} | data {node.data:.4f} | grad {node.grad:.4f} }}"];')
        lines += [f"n{id(child)} -> n{id(node)};" for child in node._prev]
        stack += node._prev
subprocess.run(["dot", "-Tsvg", "-o", FILE], input="\\n".join([*lines, "}"]), text=True, check=True)
"""
)
TORCH = """
import torch
x, y, z = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (-2.0, 5.0, -4.0))
f = (x + y)*z
f.backward()
print(f.item(), x.grad.item(), y.grad.item(), z.grad.item())
"""
JAX = """
import jax
value, gradients = jax.value_and_grad(lambda x, y, z: (x + y)*z, argnums=(0, 1, 2))(-2.0, 5.0, -4.0)
print(value, *gradients)
"""

Numbers = Callable[[str], NDArray[np.float64]]


def cases() -> Mapping[str, Case]:
    """Help, numbers, an explanation, a picture."""
    peers = {
        "SymPy script": _script("sympy", SYMPY),
        "micrograd script": _script("micrograd", MICROGRAD),
        "PyTorch script": _script("torch", TORCH),
        "JAX script": _script("jax", JAX),
    }
    return {
        "help": Case(
            title="gradviz --help",
            peers={"gradviz": _gradviz("--help"), "import click": _script("click", "import click")},
            reference="import click",
            target="under 1.5 times the import of click",
            at_most=1.5,
            slow=True,
        ),
        "numbers": Case(
            title="value and gradients of (x+y)*z at a point, as JSON, without formulas",
            peers={"gradviz": _gradviz(*EXPLAIN, *NUMBERS, read=_of_json), "import numpy": _start("numpy"), **peers},
            reference="import numpy",
            target="under twice the import of NumPy",
            at_most=2.0,
            slow=True,
        ),
        "explain": Case(
            title="(x+y)*z explained: forward, backward edge by edge, formulas",
            peers={"gradviz": _gradviz(*EXPLAIN), "import sympy": _start("sympy"), **peers},
            reference="import sympy",
            target="under 1.5 times the import of SymPy",
            at_most=1.5,
            slow=True,
        ),
        "sigmoid": Case(
            title="the sigmoid circuit of five inputs explained, with formulas that SymPy finds",
            peers={
                "gradviz": _gradviz("explain", "1/(1+exp(-(w0*x0+w1*x1+w2)))", "--at", "w0=2,x0=-1,w1=-3,x1=-2,w2=-3"),
                "import sympy": _start("sympy"),
            },
            reference="import sympy",
            slow=True,
        ),
        "svg": Case(
            title="the same drawn as SVG, with typeset formulas (micrograd: plain labels, by Graphviz)",
            peers={
                "gradviz": _gradviz(*EXPLAIN, "-o", str(_folder() / "f.svg")),
                "import sympy": _start("sympy"),
                "micrograd and dot": _drawn,
            },
            reference="import sympy",
            target="under 2.2 times the import of SymPy",
            at_most=2.2,
            slow=True,
        ),
    }


@cache
def _folder() -> Path:
    """Where bytecode and pictures go; it is deleted when the run ends."""
    _KEPT.append(tempfile.TemporaryDirectory(prefix="gradviz-startup-"))
    return Path(_KEPT[0].name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


def _gradviz(*arguments: str, read: Numbers | None = None) -> Callable[[], Ready]:
    return lambda: _process((sys.executable, "-c", "from gradviz.cli import main; main()", *arguments), read)


def _script(library: str, text: str) -> Callable[[], Ready]:
    """A peer's script, which prints the value and the gradients."""

    def ready() -> Ready:
        if find_spec(library) is None:
            raise Absent(f"{library} is not installed")
        return _process((sys.executable, "-c", text), _first_four if "print(" in text else None)

    return ready


def _start(library: str) -> Callable[[], Ready]:
    return _script(library, f"import {library}")


def _drawn() -> Ready:
    if which("dot") is None:
        raise Absent("Graphviz is not installed")
    return _script("micrograd", DRAWN.replace("FILE", repr(str(_folder() / "m.svg"))))()


def _process(command: tuple[str, ...], read: Numbers | None) -> Ready:
    """A process that is ready to start: it has run once, so that its bytecode and its files are at hand."""
    places = {"PYTHONPYCACHEPREFIX": str(_folder() / "bytecode")}
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def run() -> str:
        return subprocess.run(command, env=kept | places, capture_output=True, text=True, check=True).stdout

    printed = run()
    if read is not None and not np.allclose(read(printed), EXPECTED, rtol=1e-6):
        raise SystemExit(f"{' '.join(command[2:])} prints other numbers than (x+y)*z and its gradients are")
    return Ready(run, answer=read)


def _first_four(printed: str) -> NDArray[np.float64]:
    return np.array([float(word) for word in printed.split()[:4]])


def _of_json(printed: str) -> NDArray[np.float64]:
    document = json.loads(printed)
    return np.array([document["value"], *(document["gradients"][name]["value"] for name in POINT)], dtype=np.float64)
