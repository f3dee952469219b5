"""The only list of benchmarks: by subject, what makes its cases (imported when they are asked for)."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from suite.case import Case

SUBJECTS: Mapping[str, str] = {
    "scalar": "value and all gradients of a scalar graph: one call, and compiling it",
    "batch": "the same over 100,000 points",
    "networks": "loss and all gradients of dense networks",
    "symbolic": "the symbolic gradient of nested chains, products and a perceptron",
    "startup": "whole commands, beside the imports that they cannot do without",
    "pictures": "drawing large graphs, beside dot",
    "checking": "verdicts on answers, beside SymPy's simplify; a class graded",
    "jacobians": "Jacobians and Hessians with structure, and products with them",
}
"""Each subject is a module of this folder with `cases() -> Mapping[str, Case]`, the cases by key."""


def cases(subject: str) -> Mapping[str, Case]:
    """The cases of a subject, by key."""
    made: Mapping[str, Case] = import_module(f"cases.{subject}").cases()
    return made
