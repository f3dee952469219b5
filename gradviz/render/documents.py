"""The kinds of document that are rendered."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from gradviz.explanation.data import ExplanationData, MatrixReport, PlotSheet, SweepReport, TrainingReport

Document = ExplanationData | MatrixReport | SweepReport | TrainingReport | PlotSheet
Kind = Literal["explanation", "matrix", "sweep", "training", "plots"]

KINDS: Mapping[type[Document], Kind] = MappingProxyType(
    {
        ExplanationData: "explanation",
        MatrixReport: "matrix",
        SweepReport: "sweep",
        TrainingReport: "training",
        PlotSheet: "plots",
    }
)

WORDS: Mapping[Kind, str] = MappingProxyType(
    {
        "explanation": "an explanation",
        "matrix": "a Jacobian or a Hessian",
        "sweep": "a forward or reverse sweep",
        "training": "a run of training",
        "plots": "plots",
    }
)
"""What a person calls them."""


def kind_of(data: Document) -> Kind:
    """Which kind of document it is."""
    return KINDS[type(data)]
