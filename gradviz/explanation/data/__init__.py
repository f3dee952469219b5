"""Plain data: frozen, JSON-able, every formula already text and every array already numbers.

This is all that a renderer knows. It holds no graph, no NumPy, no SymPy.
"""

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
from gradviz.explanation.data.training import EpochRow, FoldRow, ParameterFacts, StepFacts, TrainingReport, UpdateLine
from gradviz.explanation.data.values import Entry, Math, Nested, Remark, Shape, Summary, Value
from gradviz.explanation.data.why import Piece, Why

__all__ = [
    "Band",
    "Chain",
    "CostFacts",
    "Curvature",
    "Curve",
    "Definition",
    "EdgeFacts",
    "Entry",
    "EpochRow",
    "ExplanationData",
    "Field",
    "FlowStep",
    "FoldRow",
    "Glyph",
    "GradientFacts",
    "GradientFlow",
    "GroupFacts",
    "JacobianFacts",
    "Labels",
    "LocalForm",
    "Math",
    "MatrixPicture",
    "MatrixReport",
    "Nested",
    "NeuronLayer",
    "Neurons",
    "NodeFacts",
    "Note",
    "ParameterFacts",
    "Piece",
    "Plot",
    "PlotSheet",
    "Remark",
    "Series",
    "Shape",
    "StepFacts",
    "Summary",
    "SweepReport",
    "SweepStep",
    "TrainingReport",
    "UpdateLine",
    "Value",
    "Weights",
    "Why",
]
