"""Printed programs in NumPy and in plain Python."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from gradviz.errors import OptionProblem
from gradviz.ops import kernels
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.emit.printed.forms import in_numpy
from gradviz.passes.compiling.emit.printed.numpy_kernels import REPLACED
from gradviz.passes.compiling.emit.printed.shown import program
from gradviz.passes.compiling.emit.printed.tongue import Tongue
from gradviz.passes.compiling.simplify import Plan, Step


def numpy_source(job: Job) -> str:
    """The program in NumPy; it needs nothing else, but for functions that only SciPy has."""
    return program(job, NUMPY)


def python_source(job: Job) -> str:
    """The program in plain Python, over floats and `math`.

    Raises:
        OptionProblem: it has arrays.
    """
    touched = [*job.inputs.values(), *job.plan.shapes, *job.plan.targets]
    nodes = job.back.graph.nodes
    if any(nodes[i].shape for i in touched):
        array = next((name for name, shape in zip(job.inputs, job.shapes, strict=True) if shape), "")
        what = f"{array} is an array" if array else "this program has arrays"
        raise OptionProblem(f"{what}, and plain Python has numbers only", hint="write the program by --to numpy")
    return program(job, PYTHON)


def _dtype(dtype: np.dtype[Any]) -> str:
    """The type where it is not the usual one."""
    return "" if dtype == np.float64 else f", dtype=np.{dtype.name}"


def _array(text: str, dtype: np.dtype[Any], parameter: str) -> str:
    return f"np.array({text}{_dtype(dtype)})"


def _filled(value: float, shape: tuple[int, ...], dtype: np.dtype[Any], parameter: str) -> str:
    named = {0.0: "zeros", 1.0: "ones"}.get(value)
    return f"np.{named}({shape}{_dtype(dtype)})" if named else f"np.full({shape}, {_number(value)}{_dtype(dtype)})"


def _number(value: float) -> str:
    """A number, infinities and NaN by NumPy's names."""
    return repr(value) if np.isfinite(value) else f"np.{value}".replace("np.-", "-np.")


def _floats(plan: Plan, step: Step, deciding: Collection[int]) -> str:
    if step.op.name == "pow":
        exponent = plan.constants.get(step.operands[1])
        return "{0} ** {1}" if isinstance(exponent, float) and exponent.is_integer() else "math.pow({0}, {1})"
    template = step.op.numpy if step.op.python is None else step.op.python
    return template[len("float(") : -1] if step.id in deciding else template


def _of_numbers(name: str) -> str:
    """A kernel for single numbers by its plain name; `polygamma` is what the array's own is called."""
    return name if name == "scalar_polygamma" else name.removeprefix("scalar_")


NUMPY = Tongue(
    name="NumPy",
    module="np",
    imports=("import numpy as np",),
    kernels=(kernels,),
    template=in_numpy,
    array=_array,
    filled=_filled,
    replaced=REPLACED,
    lifted=lambda number, dtype, _: number if dtype == np.float64 else f"np.{dtype.name}({number})",
    opening=lambda name, shape, dtype: f"{name} = np.asarray({name}, dtype=np.{dtype.name})",
    decorator='@np.errstate(all="ignore")  # outside its domain a function gives NaN or infinity',
)

PYTHON = Tongue(
    name="Python",
    module="math",
    imports=("import math",),
    kernels=(kernels,),
    template=_floats,
    array=_array,
    filled=_filled,
    replaced=REPLACED,
    renamed=_of_numbers,
)
