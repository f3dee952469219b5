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
from gradviz.explanation.data.values import Entry, Math, Nested, Remark, Shape, Summary, Value
from gradviz.explanation.data.why import Piece, Why

__all__ = [
    "Chain",
    "CostFacts",
    "Curvature",
    "Curve",
    "Definition",
    "EdgeFacts",
    "Entry",
    "ExplanationData",
    "Glyph",
    "GradientFacts",
    "JacobianFacts",
    "Labels",
    "Math",
    "MatrixPicture",
    "MatrixReport",
    "Nested",
    "NodeFacts",
    "Piece",
    "Remark",
    "Shape",
    "Summary",
    "SweepReport",
    "SweepStep",
    "Value",
    "Why",
]
