"""gradviz: see, understand and check derivatives.

Public names: `parse`, `explain`, `compile`, `code`, `jvp`, `vjp`, `jacobian`, `hessian`, `hvp`, `compile_hvp`, `plot`;
`check`, `check_equal`, `check_steps`, `grade`, `variants`; `train`, `compare`, `resume`, `training_step`; `Graph`,
`OPS`; what they return: `Explanation`, `Jacobian`, `Hessian`, `Sweep`, `Plotted`, `Verdict`, `Graded`, `Variants`,
`Training`, `Compared`; and `errors`. They are imported when they are first used: `import gradviz` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gradviz.version import __version__

if TYPE_CHECKING:
    from gradviz import errors
    from gradviz.api import (
        Compared,
        Explanation,
        Graded,
        Hessian,
        Jacobian,
        Plotted,
        Sweep,
        Training,
        Variants,
        Verdict,
        check,
        check_equal,
        check_steps,
        code,
        compare,
        compile,
        compile_hvp,
        explain,
        gradcheck,
        grade,
        hessian,
        hvp,
        jacobian,
        jvp,
        parse,
        plot,
        resume,
        train,
        training_step,
        variants,
        vjp,
    )
    from gradviz.graph.graph import Graph
    from gradviz.interop.modules import gradcheck_module
    from gradviz.ops.table import OPS

__all__ = [
    "OPS",
    "Compared",
    "Explanation",
    "Graded",
    "Graph",
    "Hessian",
    "Jacobian",
    "Plotted",
    "Sweep",
    "Training",
    "Variants",
    "Verdict",
    "__version__",
    "check",
    "check_equal",
    "check_steps",
    "code",
    "compare",
    "compile",
    "compile_hvp",
    "errors",
    "explain",
    "gradcheck",
    "gradcheck_module",
    "grade",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "parse",
    "plot",
    "resume",
    "train",
    "training_step",
    "variants",
    "vjp",
]

_HOMES = {name: "gradviz.api" for name in __all__ if name not in ("__version__", "errors")} | {
    "Graph": "gradviz.graph.graph",
    "OPS": "gradviz.ops.table",
    "gradcheck_module": "gradviz.interop.modules",
}

if not TYPE_CHECKING:  # a type checker knows the names from the imports above, and none beside them

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
