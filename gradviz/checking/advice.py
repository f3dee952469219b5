"""What a person can do next: about a verdict that is not decided, and about a wrong answer where that helps."""

from __future__ import annotations

import re

from gradviz.checking.judging import Judged
from gradviz.graph.order import calls

LINES = "write the way there line by line (dq = …; dx = …) and have each line judged: --steps, or check_steps in Python"
"""Where nothing explains a wrong answer."""

WRITE_OUT = "write the answer closer to the correct form, or ask at a point (--at x=2), where numbers decide"
"""Where no rule proves that both are equal."""

STEPS = 3
"""Operations of a problem from which on lines are worth writing."""


def advice(judged: Judged) -> str:
    """One sentence, without a capital and a full stop; "" where there is nothing useful to say."""
    if judged.decision.verdict == "right":
        return ""
    if judged.decision.verdict == "not decided":
        return _undecided(judged)
    return _turned(judged) or _of_domain(judged) or _of_symmetry(judged) or _of_nothing(judged)


def _undecided(judged: Judged) -> str:
    evidence = judged.decision.evidence
    if evidence.kind == "domain" or judged.answer.relation is not None:
        return ""
    if judged.answer.fixed:
        return "give the exact value, or more digits"
    return WRITE_OUT


def _turned(judged: Judged) -> str:
    """`x = y^2` with an answer that does not say what it is: dx/dy was taken, and dy/dx may be meant."""
    asked = judged.asked
    if asked.zero is None and asked.built.output_name == "x" and asked.wrt == ("y",) and "=" not in judged.answer.text:
        return "this was taken for dx/dy; if dy/dx is meant, begin the answer with dy/dx ="
    return ""


def _of_domain(judged: Judged) -> str:
    """An answer with ln u where the derivative lives on both sides of 0."""
    evidence = judged.decision.evidence
    logs = any(call.function in ("log", "ln") for call in calls(judged.answer.tree))
    if evidence.kind == "domain" and logs and "log of a negative" in evidence.rule + evidence.sentence:
        return "the function has a derivative there too: write one that holds for both signs, such as ln|u| for ln(u)"
    return ""


def _of_symmetry(judged: Judged) -> str:
    for finding in judged.diagnosis.findings[:1]:
        found = re.search(r"only if (\w+) is symmetric", finding.explanation)
        if found:
            return f"if {found[1]} is symmetric, say so where it gets its shape: {found[1]} : n x n symmetric"
    return ""


def _of_nothing(judged: Judged) -> str:
    found = judged.diagnosis
    operations = sum(1 for node in judged.asked.built.graph.nodes if node.operands)
    if found.findings or found.offset or operations < STEPS or judged.asked.zero is not None or judged.answer.misfit:
        return ""
    return LINES if judged.asked.order == 1 else ""
