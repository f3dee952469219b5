"""What goes wrong with an implicit derivative: its sign, its fraction turned over, y taken for a constant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from gradviz.checking.diagnosis.finding import Diagnosis, Finding
from gradviz.checking.reading.answer import Answer, claim_of
from gradviz.checking.reading.question import Question
from gradviz.graph.graph import Graph, Term


@dataclass(frozen=True, slots=True)
class Slip:
    """A wrong slope.

    Args:
        says: the sentence, with `{y}` and `{x}`.
        slope: what it makes of F_x and F_y.
        score: see `Finding.score`.
    """

    says: str
    slope: Callable[[Term, Term], Term]
    score: float


SLIPS: Mapping[str, Slip] = {
    "sign lost": Slip(
        "The minus sign is lost: moving the terms without d{y}/d{x} to the other side turns their sign.",
        lambda by_x, by_y: by_x / by_y,
        -1.0,
    ),
    "upside down": Slip(
        "The fraction is upside down: d{y}/d{x} is divided by what stands at d{y}/d{x}.",
        lambda by_x, by_y: -(by_y / by_x),
        -1.5,
    ),
    "dependent variable held fixed": Slip(
        "{y} was held fixed: it depends on {x}, so that each term in it gives d{y}/d{x}.",
        lambda by_x, by_y: by_x,
        -2.0,
    ),
    "upside down, sign lost": Slip(
        "The fraction is upside down, and the minus sign is lost.", lambda by_x, by_y: by_y / by_x, -4.0
    ),
}
"""By name. Candidates are compared with the answer on the curve, exactly."""


def implicit_diagnosis(asked: Question, answer: Answer) -> Diagnosis:
    """Which slips give exactly this wrong slope; empty for higher orders, relations and questions at a point."""
    if asked.order > 1 or answer.relation is not None or answer.misfit or answer.fixed:
        return Diagnosis()
    from gradviz.checking.equality.decide import decide

    graph = answer.graph.copy()
    by_x, by_y = _partials(asked, graph)
    claim = replace(claim_of(asked, answer), graph=graph)
    names = {"y": asked.of, "x": asked.wrt[0]}
    found = []
    for name, slip in SLIPS.items():
        slope = slip.slope(by_x, by_y).id
        if decide(replace(claim, truth=slope)).verdict == "right":
            found.append(Finding(name, None, slip.says.format(**names), score=slip.score))
    return Diagnosis(tuple(sorted(found, key=lambda one: -one.score)))


def _partials(asked: Question, graph: Graph) -> tuple[Term, Term]:
    gradients = asked.passes[0].gradients
    x, y = (asked.built.graph.names[name] for name in (asked.wrt[0], asked.of))
    made = [Term(graph, gradients[i]) if i in gradients else graph.constant(0) for i in (x, y)]
    return made[0], made[1]
