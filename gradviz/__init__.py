"""gradviz: see, understand and check derivatives.

Public names: `parse`, `explain`, `compile`, `jvp`, `vjp`, `jacobian`, `hessian`, `hvp`, `Graph`, `OPS`, `Explanation`,
`Jacobian`, `Hessian`, `Sweep`, `errors`. They are imported when they are first used, so that `import gradviz` costs
nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradviz import errors
    from gradviz.api import (
        Explanation,
        Hessian,
        Jacobian,
        Sweep,
        compile,
        explain,
        hessian,
        hvp,
        jacobian,
        jvp,
        parse,
        vjp,
    )
    from gradviz.graph.graph import Graph
    from gradviz.ops.table import OPS

__version__ = "0.1.0"
__all__ = [
    "OPS",
    "Explanation",
    "Graph",
    "Hessian",
    "Jacobian",
    "Sweep",
    "__version__",
    "compile",
    "errors",
    "explain",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "parse",
    "vjp",
]

_HOMES = {
    "OPS": "gradviz.ops.table",
    "Explanation": "gradviz.api",
    "Graph": "gradviz.graph.graph",
    "Hessian": "gradviz.api",
    "Jacobian": "gradviz.api",
    "Sweep": "gradviz.api",
    "compile": "gradviz.api",
    "explain": "gradviz.api",
    "hessian": "gradviz.api",
    "hvp": "gradviz.api",
    "jacobian": "gradviz.api",
    "jvp": "gradviz.api",
    "parse": "gradviz.api",
    "vjp": "gradviz.api",
}


def __getattr__(name: str) -> Any:
    if name == "errors":
        return import_module("gradviz.errors")
    if name not in _HOMES:
        raise AttributeError(f"module 'gradviz' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
