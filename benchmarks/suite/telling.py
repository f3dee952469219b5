"""Results as text and as JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from suite.measuring import Measured

LIBRARIES = (
    *("gradviz", "numpy", "sympy", "torch", "jax", "autograd", "casadi", "symengine", "numba", "llvmlite", "numexpr"),
    *("micrograd", "tinygrad", "cffi"),
)
SETTINGS = ("OPENBLAS_CORETYPE", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""What changes how fast NumPy's products are, and belongs to every figure."""


def table(found: Measured) -> str:
    """A case as a table, the fastest peer first."""
    case = found.case
    lines = [case.title, f"  {'':24}{'one call':>12}{f'÷ {case.reference}':>26}{'to prepare':>14}"]
    for name, figure in sorted(found.figures.items(), key=lambda item: item[1].ratio):
        lines.append(f"  {name:24}{_time(figure.median):>12}{figure.ratio:>26.3g}{_time(figure.prepared):>14}")
    lines += [f"  {name:24}left out: {reason}" for name, reason in found.absent.items()]
    if case.target:
        told = {True: "met", False: "NOT met", None: "not decided"}[found.met]
        lines.append(f"  target: {case.target}: {told}")
    return "\n".join([*lines, *(f"  {note}" for note in case.notes)])


def _time(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def in_a_line() -> str:
    """The machine, in a line."""
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "settings": {name: os.environ[name] for name in SETTINGS if name in os.environ},
        "blas": _blas(),
        "libraries": {name: found for name in LIBRARIES if (found := _version(name))},
    }


def _blas() -> str:
    """NumPy's library for products, as NumPy tells it."""
    build: Any = np.show_config(mode="dicts")
    blas = build["Build Dependencies"]["blas"]
    return f"{blas['name']} {blas['version']}"


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def as_json(found: Mapping[str, Measured]) -> dict[str, Any]:
    """All results, by `subject:key`."""
    return {"machine": machine(), "cases": {key: _case(one) for key, one in found.items()}}


def _case(one: Measured) -> dict[str, Any]:
    return {
        "title": one.case.title,
        "reference": one.case.reference,
        "target": one.case.target,
        "met": one.met,
        "tolerance": one.case.tolerance,
        "peers": {name: asdict(figure) for name, figure in one.figures.items()},
        "absent": one.absent,
    }
