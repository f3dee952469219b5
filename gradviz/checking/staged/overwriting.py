"""Gradients that are assigned twice where the second assignment should have added: `dx = …`, and later `dx = …`."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.checking.staged.chains import summed
from gradviz.checking.staged.lines import Target
from gradviz.checking.staged.work import Judged, Work


def note_overwriting(work: Work, targets: Sequence[Target], judged: Sequence[Judged]) -> None:
    """Blame the last of several assignments to one gradient whose sum is the gradient; the others are right.

    Args:
        work: the pass, worked through.
        targets: what each line assigns to.
        judged: the lines; their verdicts change.
    """
    assigned: dict[str, list[Judged]] = {}
    for target, one in zip(targets, judged, strict=True):
        if target.mask is None and one.statement.sign == "=" and one.aim is not None:
            assigned.setdefault(target.name, []).append(one)
    for name, lines in assigned.items():
        if len(lines) > 1:
            _note(work, name, lines)


def _note(work: Work, name: str, lines: Sequence[Judged]) -> None:
    last, aim = lines[-1], lines[-1].aim
    values = [one.value for one in lines if one.value is not None and one.verdict == "wrong"]
    if aim is None or len(values) < len(lines):
        return
    shape = work.bench.graph.nodes[aim.truth].shape
    if any(work.bench.graph.nodes[value].shape != shape for value in values):
        return
    if not work.bench.alike(summed(work.bench, values), aim.truth):
        return
    for one in lines[:-1]:
        one.verdict, one.decision = "right", None
        one.sentence = f"Right as a contribution, but line {last.statement.number} overwrites it."
    last.overwrites = lines[-2].statement.number
    last.sentence = f"Line {last.statement.number} overwrites {name} of line {last.overwrites}: write {name} += …."
