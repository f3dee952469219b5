"""The diagnosis of a wrong answer."""

from __future__ import annotations

from gradviz.checking.diagnosis.finding import Diagnosis
from gradviz.checking.diagnosis.scalar.search import diagnose_scalar
from gradviz.checking.reading.answer import Answer
from gradviz.checking.reading.question import Question


def diagnose(question: Question, answer: Answer) -> Diagnosis:
    """Which mistakes give exactly this answer, the likeliest first.

    Args:
        question: what is asked.
        answer: one that is known to be wrong.
    """
    if any(node.shape for node in answer.graph.nodes):
        from gradviz.checking.diagnosis.arrays.diagnose import diagnose_arrays

        return diagnose_arrays(question, answer)
    return diagnose_scalar(question, answer)
