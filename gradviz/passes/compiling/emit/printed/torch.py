"""Printed programs in PyTorch: our own derivation on tensors, with nothing left to autograd."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.emit.printed import torch_arrays, torch_kernels
from gradviz.passes.compiling.emit.printed.forms import in_numpy
from gradviz.passes.compiling.emit.printed.shown import program
from gradviz.passes.compiling.emit.printed.tongue import Tongue
from gradviz.passes.compiling.simplify import Plan, Step


def torch_source(job: Job) -> str:
    """A function of tensors (numbers and lists are taken too) that returns the value and the tuple of gradients."""
    return program(job, TORCH)


CALLS = {
    "np.arctan2": "k.arctan2",
    "np.cbrt": "k.cbrt",
    "np.flip": "k.flip",
    "np.hypot": "k.hypot",
    "np.maximum": "k.maximum",
    "np.minimum": "k.minimum",
    "np.logaddexp": "k.logaddexp",
    "np.prod": "k.prod",
    "np.concatenate": "torch.cat",
    "np.dot": "torch.dot",
    "k.det": "torch.linalg.det",
    "k.digamma": "torch.digamma",
    "k.erf": "torch.erf",
    "k.erfc": "torch.erfc",
    "k.inv": "torch.linalg.inv",
    "k.log_softmax": "torch.log_softmax",
    "k.logdet": "torch.logdet",
    "k.loggamma": "torch.lgamma",
    "k.sigmoid": "torch.sigmoid",
    "k.softmax": "torch.softmax",
}
"""What PyTorch calls NumPy's functions and our kernels, where it is not the same name."""

TEMPLATES = {
    "np.maximum({0}, 0.0)": "torch.relu({0})",
    "np.einsum({equation}, {args}, optimize=True)": "torch.einsum({equation}, {args})",
    "np.trace({0}, axis1=-2, axis2=-1)": "k.trace({0})",
    "np.max({0}, axis={axis})": "torch.amax({0}, axis={axis})",
    "np.min({0}, axis={axis})": "torch.amin({0}, axis={axis})",
    "np.max({0}, axis={axis}, keepdims=True)": "torch.amax({0}, axis={axis}, keepdims=True)",
    "np.min({0}, axis={axis}, keepdims=True)": "torch.amin({0}, axis={axis}, keepdims=True)",
    "np.max({0}, keepdims=True)": "torch.amax({0}, keepdims=True)",
    "np.min({0}, keepdims=True)": "torch.amin({0}, keepdims=True)",
    "np.log({0}) / np.log({1})": "k.log_of({0}) / k.log_of({1})",
    "k.polygamma({0}, {n})": "torch.polygamma({n}, {0})",
}
"""Whole expressions that are written otherwise."""


def in_torch(plan: Plan, step: Step, deciding: Collection[int]) -> str:
    """A step's template; a maximum with a number is a clamp, since `torch.maximum` wants two tensors."""
    if step.op.name in CLAMPS and len(step.operands) == 2:
        numbers = [i for i in step.operands if i in plan.constants and _one_number(plan.constants[i])]
        if numbers:
            place = step.operands.index(numbers[0])
            return f"torch.clamp({{{1 - place}}}, {CLAMPS[step.op.name]}={{{place}}})"
    return in_numpy(plan, step, deciding)


CLAMPS = {"maximum": "min", "minimum": "max"}


def _one_number(value: Any) -> bool:
    return np.ndim(value) == 0


def _array(text: str, dtype: np.dtype[Any], parameter: str) -> str:
    """A tensor where the inputs are, of their type."""
    return f"{parameter}.new_tensor({text})" if parameter else f"torch.tensor({text}, dtype=torch.{dtype.name})"


def _filled(value: float, shape: tuple[int, ...], dtype: np.dtype[Any], parameter: str) -> str:
    named = {0.0: "zeros", 1.0: "ones"}.get(value)
    head = f"{parameter}.new_" if parameter else "torch."
    kind = "" if parameter else f", dtype=torch.{dtype.name}"
    number = repr(value) if np.isfinite(value) else f"float('{value}')"
    return f"{head}{named}({shape}{kind})" if named else f"{head}full({shape}, {number}{kind})"


TORCH = Tongue(
    name="PyTorch",
    module="torch",
    imports=("import torch",),
    kernels=(torch_kernels, torch_arrays),
    template=in_torch,
    array=_array,
    filled=_filled,
    lifted=_array,
    calls=CALLS,
    templates=TEMPLATES,
    opening=lambda name, shape, dtype: f"{name} = torch.as_tensor({name}, dtype=torch.{dtype.name})",
    copied="{0}.clone()",
)
