"""The kinds of document that are rendered."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from gradviz.explanation.data import (
        CheckReport,
        ClassReport,
        ExplanationData,
        GradcheckReport,
        MatrixReport,
        PlotSheet,
        SweepReport,
        TrainingReport,
    )

Document: TypeAlias = (
    "ExplanationData | MatrixReport | SweepReport | TrainingReport | PlotSheet | CheckReport | ClassReport"
    " | GradcheckReport"
)
Kind = Literal["explanation", "matrix", "sweep", "training", "plots", "check", "grading", "gradcheck"]

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "ExplanationData": "explanation",
        "MatrixReport": "matrix",
        "SweepReport": "sweep",
        "TrainingReport": "training",
        "PlotSheet": "plots",
        "CheckReport": "check",
        "ClassReport": "grading",
        "GradcheckReport": "gradcheck",
    }
)
"""By the record's name: a command imports only the records of what it shows."""

WORDS: Mapping[Kind, str] = MappingProxyType(
    {
        "explanation": "an explanation",
        "matrix": "a Jacobian or a Hessian",
        "sweep": "a forward or reverse sweep",
        "training": "a run of training",
        "plots": "plots",
        "check": "answers judged",
        "grading": "a graded class",
        "gradcheck": "a gradient check",
    }
)
"""What a person calls them."""


def kind_of(data: Document) -> Kind:
    """Which kind of document it is."""
    return KINDS[type(data).__name__]
