"""What a factor stands for: a sign, a power's two, the number of rows."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from gradviz.graph.build import Built
from gradviz.ops.op import INPUT
from gradviz.shape import size

KINDS: Mapping[Fraction, tuple[str, str]] = {
    Fraction(-1): ("overall sign", "the sign is wrong throughout"),
    Fraction(1, 2): ("factor 2 lost", "a factor 2 is lost: everything is half as large as it should be"),
    Fraction(2): ("factor 2 added", "everything is twice as large as it should be"),
}
"""Factors that have a name of their own."""
FACTORS = frozenset({"factor 2 lost", "factor 2 added", "1/N lost", "1/N added"})
"""What a bare factor is called."""


def counts(built: Built) -> dict[int, tuple[str, str]]:
    """Numbers of entries that a factor may stand for: how each is written, and what it counts."""
    made: dict[int, tuple[str, str]] = {}
    for letter, known in built.letters.sizes.items():
        made.setdefault(known.size, (letter, f"{letter} = {known.size}"))
    graph = built.graph
    for node in graph.nodes:
        if node.op is INPUT and node.name and node.shape:
            if len(node.shape) == 2:
                made.setdefault(node.shape[0], ("N", f"N = {node.shape[0]} rows of {node.name}"))
                made.setdefault(node.shape[1], (f"{node.shape[1]}", f"{node.shape[1]} columns of {node.name}"))
            elif len(node.shape) == 1:
                made.setdefault(node.shape[0], ("N", f"N = {node.shape[0]} entries of {node.name}"))
    for node in graph.nodes:
        if node.op.name in ("mean", "sum", "var") and node.shape == ():
            count = size(graph.nodes[node.operands[0]].shape)
            made.setdefault(count, ("N", f"N = {count} entries"))
    return {count: said for count, said in made.items() if count > 1}


def factor_words(built: Built, factor: Fraction) -> tuple[str, str] | None:
    """The name of a factor's mistake, and one clause on it; None if it stands for nothing that is known.

    A size counts before the two of a power: 1/2 of a mean over two rows is more likely the mean's.
    """
    known = counts(built)
    sign = "" if factor > 0 else " and the sign is wrong"
    if abs(factor) != 2 and abs(factor).denominator == 1 and int(abs(factor)) in known:
        letter, said = known[int(abs(factor))]
        return "1/N lost", f"a factor 1/{letter} is lost, with {said}{sign}"
    if abs(factor) != Fraction(1, 2) and abs(factor).numerator == 1 and abs(factor).denominator in known:
        letter, said = known[abs(factor).denominator]
        return "1/N added", f"divided once too often by {letter}, with {said}{sign}"
    if factor in KINDS:
        name, says = KINDS[factor]
        also = known.get(int(factor)) if factor.denominator == 1 else known.get(factor.denominator)
        return name, says + (f" (or the factor stands for {also[1]})" if also and factor != -1 else "")
    return None


def times(factor: Fraction) -> str:
    """How far off a multiple is, in words.

    Example:
        >>> times(Fraction(3)), times(Fraction(1, 3)), times(Fraction(-2, 3))
        ('it is 3 times too large', 'it is 3 times too small', 'it is -2/3 times what it should be')
    """
    if factor > 0 and factor.denominator == 1:
        return f"it is {factor} times too large"
    if factor > 0 and factor.numerator == 1:
        return f"it is {factor.denominator} times too small"
    return f"it is {factor} times what it should be"
