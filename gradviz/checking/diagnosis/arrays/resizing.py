"""Explanations that exist only because of the sizes that letters were given: another choice of sizes tells them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from gradviz.checking.diagnosis.arrays.sizes import FACTORS
from gradviz.checking.diagnosis.finding import Finding
from gradviz.errors import UserError
from gradviz.graph.build import Built
from gradviz.passes.matrix.family import family_of

SIZES = (5, 3, 7, 4, 6, 8)
"""What letters stand for instead, each another one, and none what it stood for."""


def at_other_sizes(built: Built) -> Built | None:
    """A program with its free letters at other sizes; None where it has none, or too many, or does not fit there.

    Example:
        >>> from gradviz.graph.build import build
        >>> from gradviz.syntax.parser import parse
        >>> made = build(parse("L = mean(S^2); S : N x C"))
        >>> [made.graph["S"].shape, at_other_sizes(made).graph["S"].shape]
        [(2, 3), (5, 7)]
    """
    free = {letter: size.size for letter, size in built.letters.sizes.items() if not size.resolved}
    family = family_of(built) if 0 < len(free) < len(SIZES) else None
    if family is None:
        return None
    chosen: dict[str, int] = {}
    for letter, now in free.items():
        chosen[letter] = next(size for size in SIZES if size not in chosen.values() and size != now)
    try:
        return family({letter: size.size for letter, size in built.letters.sizes.items()} | chosen)
    except UserError:
        return None


def ambiguous(findings: Sequence[Finding]) -> bool:
    """Whether sizes can make a difference: there are ties, or a bare factor."""
    return len(findings) > 1 or any(finding.name in FACTORS or finding.also for finding in findings)


def steady(findings: tuple[Finding, ...], others: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, and what is said beside them, that are so at other sizes, too; all of them where none is."""
    known = {(other.name, other.node) for other in others}
    kept = [finding for finding in findings if (finding.name, finding.node) in known]
    if not kept:
        return findings
    listed = {finding.explanation for finding in findings}
    said = {_open(also) for other in others for also in other.also}
    further = [one for one in findings[0].also if one not in listed and _open(one) in said]
    first, *rest = (replace(finding, also=()) for finding in kept)
    return (replace(first, also=(*(one.explanation for one in rest), *further)), *rest)


def _open(text: str) -> str:
    """An explanation without the numbers that sizes are."""
    return re.sub(r"\d+", "n", text)
