"""What every rendering of a forward or reverse sweep says in the same words."""

from __future__ import annotations

from gradviz.explanation.data import CostFacts, SweepReport
from gradviz.render.matrix_parts import count_text


def heading(report: SweepReport) -> str:
    """What the report shows."""
    if report.kind == "jvp":
        return "forward product (directional derivative)"
    return "reverse product (gradients pulled back)"


def sweep_name(report: SweepReport) -> str:
    """The direction of the sweep."""
    return "forward sweep" if report.kind == "jvp" else "reverse sweep"


def carried_name(report: SweepReport) -> str:
    """What is carried from node to node."""
    return "tangent" if report.kind == "jvp" else "gradient"


def given_name(report: SweepReport) -> str:
    """What stands before the given direction, or the given upstream gradient."""
    return "along" if report.kind == "jvp" else "upstream"


def result_name(report: SweepReport, name: str) -> str:
    """What one result is."""
    said = report.labels.of(name).unicode
    return f"derivative of {said}" if report.kind == "jvp" else f"gradient by {said}"


def cost_rows(cost: CostFacts) -> list[tuple[str, str]]:
    """What, and in how many operations."""
    size = f"{count_text(cost.outputs)}×{count_text(cost.inputs)}"
    sweeps = {"forward": _times(cost.inputs, "forward sweep"), "reverse": _times(cost.outputs, "reverse sweep")}
    rows = [
        ("one evaluation", cost.value),
        ("one forward sweep beside it", cost.tangent),
        ("one reverse sweep beside it", cost.cotangent),
        (f"all {size} derivatives by {sweeps['forward']}", cost.forward_mode),
        (f"by {sweeps['reverse']}", cost.reverse_mode),
        (f"numerically, by {_times(cost.inputs + 1, 'evaluation')}", cost.numerical),
    ]
    return [(what, count_text(count)) for what, count in rows]


def _times(count: int, what: str) -> str:
    return f"{count_text(count)} {what}{'' if count == 1 else 's'}"
