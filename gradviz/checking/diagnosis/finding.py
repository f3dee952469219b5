"""What a diagnosis finds: a mistake, where, and both steps side by side."""

from __future__ import annotations

from dataclasses import dataclass

from gradviz.syntax.tree import Expr


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake, or a few made together, that give exactly the answer.

    Args:
        name: of the mistake in its table (a row's `Mistake.name`, or a structural one's).
        node: the position in the question's forward graph where it was made; None where it belongs to no single node.
        explanation: one sentence with the place and the fact ("at cos(4x): the inner derivative 4 is missing").
        count: how many mistakes it takes.
        score: the log of how likely it is; higher is likelier. Findings are ranked by `(count, -score)`.
        yours, right: the step as the answer has it and as it should be, in the names of the program.
        also: explanations of other findings with the same count that give the same answer (ties).
    """

    name: str
    node: int | None
    explanation: str
    count: int = 1
    score: float = 0.0
    yours: Expr | None = None
    right: Expr | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The findings, the best first.

    Args:
        findings: none where nothing explains the answer.
        offset: then, how the answer compares, as a clause: "the answer is 3 times too large".
    """

    findings: tuple[Finding, ...] = ()
    offset: str = ""
