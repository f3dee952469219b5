"""Plain data: frozen, JSON-able, every formula already text and every array already numbers.

This is all that a renderer knows. It holds no graph, no NumPy, no SymPy. There is one module for each kind of document;
it is imported when one of its records is first used, since a record is a class that costs half a millisecond to make.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradviz.explanation.data.checks import (
        AnswerFacts,
        CheckReport,
        Enclosure,
        Evidence,
        LineFacts,
        MistakeFacts,
    )
    from gradviz.explanation.data.explanation import (
        Chain,
        Curve,
        EdgeFacts,
        ExplanationData,
        Glyph,
        GradientFacts,
        JacobianFacts,
        NodeFacts,
    )
    from gradviz.explanation.data.gradchecks import GradcheckReport, GradientArgument, GradientDirection, GradientEntry
    from gradviz.explanation.data.grading import (
        CaseFacts,
        ClassReport,
        LineCredit,
        Look,
        MistakeCount,
        Outcome,
        PartFacts,
        ProblemFacts,
        StudentFacts,
        WrongAnswer,
    )
    from gradviz.explanation.data.network import (
        FlowStep,
        GradientFlow,
        GroupFacts,
        LocalForm,
        NeuronLayer,
        Neurons,
        Weights,
    )
    from gradviz.explanation.data.plots import Band, Field, Note, Plot, PlotSheet, Series
    from gradviz.explanation.data.reports import (
        CostFacts,
        Curvature,
        Definition,
        Labels,
        MatrixPicture,
        MatrixReport,
        SweepReport,
        SweepStep,
    )
    from gradviz.explanation.data.training import (
        EpochRow,
        FoldRow,
        ParameterFacts,
        StepFacts,
        TrainingReport,
        UpdateLine,
    )
    from gradviz.explanation.data.values import Entry, Math, Nested, Remark, Shape, Summary, Value
    from gradviz.explanation.data.why import Piece, Why

__all__ = [
    "AnswerFacts",
    "Band",
    "CaseFacts",
    "Chain",
    "CheckReport",
    "ClassReport",
    "CostFacts",
    "Curvature",
    "Curve",
    "Definition",
    "EdgeFacts",
    "Enclosure",
    "Entry",
    "EpochRow",
    "Evidence",
    "ExplanationData",
    "Field",
    "FlowStep",
    "FoldRow",
    "Glyph",
    "GradcheckReport",
    "GradientArgument",
    "GradientDirection",
    "GradientEntry",
    "GradientFacts",
    "GradientFlow",
    "GroupFacts",
    "JacobianFacts",
    "Labels",
    "LineCredit",
    "LineFacts",
    "LocalForm",
    "Look",
    "Math",
    "MatrixPicture",
    "MatrixReport",
    "MistakeCount",
    "MistakeFacts",
    "Nested",
    "NeuronLayer",
    "Neurons",
    "NodeFacts",
    "Note",
    "Outcome",
    "ParameterFacts",
    "PartFacts",
    "Piece",
    "Plot",
    "PlotSheet",
    "ProblemFacts",
    "Remark",
    "Series",
    "Shape",
    "StepFacts",
    "StudentFacts",
    "Summary",
    "SweepReport",
    "SweepStep",
    "TrainingReport",
    "UpdateLine",
    "Value",
    "Weights",
    "Why",
    "WrongAnswer",
]

_HOMES = {
    **dict.fromkeys(("AnswerFacts", "CheckReport", "Enclosure", "Evidence", "LineFacts", "MistakeFacts"), "checks"),
    **dict.fromkeys(
        ("Chain", "Curve", "EdgeFacts", "ExplanationData", "Glyph", "GradientFacts", "JacobianFacts", "NodeFacts"),
        "explanation",
    ),
    **dict.fromkeys(("GradcheckReport", "GradientArgument", "GradientDirection", "GradientEntry"), "gradchecks"),
    **dict.fromkeys(
        (
            "CaseFacts",
            "ClassReport",
            "LineCredit",
            "Look",
            "MistakeCount",
            "Outcome",
            "PartFacts",
            "ProblemFacts",
            "StudentFacts",
            "WrongAnswer",
        ),
        "grading",
    ),
    **dict.fromkeys(
        ("FlowStep", "GradientFlow", "GroupFacts", "LocalForm", "NeuronLayer", "Neurons", "Weights"), "network"
    ),
    **dict.fromkeys(("Band", "Field", "Note", "Plot", "PlotSheet", "Series"), "plots"),
    **dict.fromkeys(
        ("CostFacts", "Curvature", "Definition", "Labels", "MatrixPicture", "MatrixReport", "SweepReport", "SweepStep"),
        "reports",
    ),
    **dict.fromkeys(("EpochRow", "FoldRow", "ParameterFacts", "StepFacts", "TrainingReport", "UpdateLine"), "training"),
    **dict.fromkeys(("Entry", "Math", "Nested", "Remark", "Shape", "Summary", "Value"), "values"),
    **dict.fromkeys(("Piece", "Why"), "why"),
}
"""Where each record is."""

if not TYPE_CHECKING:  # a type checker knows the names from the imports above, and none beside them

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
