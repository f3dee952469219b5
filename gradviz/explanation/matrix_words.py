"""Names and sentences for Jacobians and Hessians: ∂q/∂(x,W), what each row stands for, what a structure means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from gradviz.explanation.data import Math
from gradviz.explanation.mathematics import math_of, name_math, partial_math
from gradviz.shape import Shape
from gradviz.syntax.tree import Index, Name, Number

JACOBIANS: Mapping[str, str] = {
    "zero": "{of} does not change with {by}: every derivative is zero",
    "identity": "every entry of {of} changes exactly as its entry of {by}",
    "scaled identity": "every entry of {of} changes by the same multiple of its entry of {by}",
    "diagonal": "each entry of {of} depends on its own entry of {by} only",
    "block diagonal": "the entries fall into groups; each group of {of} depends on its own group of {by} only",
    "Kronecker": "one smaller matrix stands in it again and again",
    "selection": "each entry of {of} is one entry of {by}, or none",
    "scaled selection": "each entry of {of} depends on one entry of {by} at most",
    "low rank": "whatever changes in {by}, it reaches {of} through fewer numbers than either has",
    "sparse": "each entry of {of} depends on a few entries of {by} only",
    "half": "some entries of {of} depend on only a part of the entries of {by}",
    "dense": "most entries of {of} depend on most entries of {by}",
    "full": "every entry of {of} can depend on every entry of {by}",
}
"""What each structure says of a Jacobian."""

HESSIANS: Mapping[str, str] = {
    "zero": "{of} is linear in {by}: its slope is the same everywhere",
    "identity": "{of} curves alike in every direction of {by}",
    "scaled identity": "{of} curves alike in every direction of {by}",
    "diagonal": "no two entries of {by} act together: each curves on its own",
    "block diagonal": "entries of {by} act together within groups, and not across them",
    "Kronecker": "one smaller matrix stands in it again and again",
    "selection": "each entry of {by} acts together with one entry at most",
    "scaled selection": "each entry of {by} acts together with one entry at most",
    "low rank": "{of} curves in few directions of {by} only",
    "sparse": "each entry of {by} acts together with a few others only",
    "half": "many pairs of entries of {by} do not act together",
    "dense": "most entries of {by} act together",
    "full": "every entry of {by} can act together with every other",
}
"""What each structure says of a Hessian."""

NUMBER = "a number"
"""The word for a matrix of one row and one column, which has no structure."""

FEW = 1 / 3
"""The share of entries that can differ from zero up to which they are called few."""


def structure_says(kind: str, structure: str, of: str, wrt: Sequence[str], *, share: float) -> str:
    """A sentence on what a structure means here; "" for a word that has none.

    Args:
        kind: "Jacobian" or "Hessian".
        structure: its word.
        of: what is differentiated.
        wrt: by which.
        share: of the entries, those that can differ from zero, 0 to 1; "every entry" is said at 1 only.

    Example:
        >>> structure_says("Jacobian", "zero", "q", ["x"], share=0.0)
        'q does not change with x: every derivative is zero'
    """
    word = structure
    if structure == "dense" and share == 1:
        word = "full"
    elif structure == "sparse" and share > FEW:
        word = "half"
    says = (JACOBIANS if kind == "Jacobian" else HESSIANS).get(word, "")
    names = [name_math(name).unicode for name in wrt]
    by = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "anything"
    return says.format(of=name_math(of).unicode, by=by)


def jacobian_symbol(of: str, wrt: Sequence[str]) -> Math:
    """∂q/∂x, or ∂q/∂(x,W) by several.

    Example:
        >>> jacobian_symbol("q", ["x", "W"]).unicode
        '∂q/∂(x,W)'
    """
    if len(wrt) == 1:
        return partial_math(of, wrt[0])
    above, below = name_math(of), listed(wrt)
    return Math(
        f"d{above.text}/d{below.text}",
        f"∂{above.unicode}/∂{below.unicode}",
        rf"\frac{{\partial {above.latex}}}{{\partial {below.latex}}}",
    )


def hessian_symbol(of: str, wrt: Sequence[str]) -> Math:
    """∂²f/∂x², or ∂²f/∂(x,y)² by several."""
    above = name_math(of)
    below = name_math(wrt[0]) if len(wrt) == 1 else listed(wrt)
    return Math(
        f"d2{above.text}/d{below.text}^2",
        f"∂²{above.unicode}/∂{below.unicode}²",
        rf"\frac{{\partial^2 {above.latex}}}{{\partial {{{below.latex}}}^2}}",
    )


def listed(wrt: Sequence[str]) -> Math:
    """Several names in parentheses; many are cut short."""
    names = [name_math(name) for name in wrt]
    if len(names) > 4:
        names = [*names[:3], Math("...", "…", r"\dots")]
    return Math(
        f"({','.join(name.text for name in names)})",
        f"({','.join(name.unicode for name in names)})",
        rf"({','.join(name.latex for name in names)})",
    )


def labels(named: Sequence[tuple[str, Shape]], most: int) -> tuple[Math, ...]:
    """What each entry of some arrays is called, one array after the other; none where there are more than `most`.

    Example:
        >>> [label.unicode for label in labels([("a", ()), ("x", (2,))], 36)]
        ['a', 'x[0]', 'x[1]']
    """
    found: list[Math] = []
    for name, shape in named:
        if len(found) + np.prod(shape, dtype=object) > most:
            return ()
        if not shape:
            found.append(name_math(name))
        for index in np.ndindex(*shape) if shape else ():
            items = tuple(Number(Fraction(place)) for place in index)
            found.append(math_of(Index(Name(name), items)))
    return tuple(found)
