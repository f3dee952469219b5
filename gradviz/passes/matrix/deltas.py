"""Names for what several gradients have in common: δ1 = (P − Y) W2ᵀ ∘ (1 − H ∘ H) in the gradients by W1 and b1."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import count, islice

from gradviz.passes.matrix.algebra import Matrix, number, scale, symbol
from gradviz.passes.matrix.cost import cost
from gradviz.passes.matrix.replace import replace
from gradviz.passes.matrix.search import attempt
from gradviz.passes.matrix.shared import shared

STEM = "delta"
OVERHEAD = 8.0
"""What a definition costs its reader beside its formula: to remember it, and to look it up."""
MOST = 12
"""Common pieces that are tried."""
LONGEST = 400.0
"""What a formula may cost that is searched for common pieces."""


@dataclass(frozen=True, slots=True)
class Named:
    """Formulas in which common pieces bear names.

    Args:
        forms: the formulas that became shorter, by node.
        pieces: the names with what they stand for, each in those before it.
    """

    forms: Mapping[int, Matrix]
    pieces: Mapping[str, Matrix]


NOTHING = Named({}, {})


def with_deltas(forms: Mapping[int, Matrix], taken: Collection[str]) -> Named:
    """Give names to pieces of two formulas or more, where all of it together becomes shorter.

    Args:
        forms: the gradients, by node.
        taken: names that mean something else.

    Example:
        >>> from gradviz.passes.matrix.algebra import add, hadamard, product, transpose
        >>> w, h, x, y = symbol("W", 3, 3), symbol("h", 3, 1), symbol("x", 3, 1), symbol("y", 3, 1)
        >>> d = hadamard((product(transpose(w), add(x, y)), 1), (add(h, product(w, h)), 1))
        >>> found = with_deltas({0: product(d, transpose(x)), 1: product(d, transpose(y)), 2: d}, {"delta1"})
        >>> found.forms[1], list(found.pieces)
        (chain[3×3](delta2, transpose[1×3](y)), ['delta2'])
    """
    readable = {i: form for i, form in forms.items() if cost(form) <= LONGEST}
    pieces = [*reversed(shared(readable.values()))][:MOST] if len(readable) > 1 else []  # whole before part
    chosen: list[Matrix] = []
    for piece in pieces:
        if _total(_replaced(readable, [*chosen, piece], taken)) < _total(_replaced(readable, chosen, taken)):
            chosen.append(piece)
    if not chosen:
        return NOTHING
    found = _signed(_replaced(readable, chosen, taken))
    if len([form for form in found.forms.values() if _uses(form, found.pieces)]) < 2:
        return NOTHING
    return Named({i: form for i, form in found.forms.items() if form is not forms[i]}, found.pieces)


def _replaced(forms: Mapping[int, Matrix], pieces: list[Matrix], taken: Collection[str]) -> Named:
    """Formulas and pieces with each piece, from the biggest to the smallest, written by its name; the last is δ1."""
    free = (name for name in (f"{STEM}{number}" for number in count(1)) if name not in taken)
    names = [*islice(free, len(pieces))][::-1]
    made, defined = dict(forms), dict[str, Matrix]()
    for name, piece in zip(names, pieces, strict=True):
        letter = symbol(name, piece.rows, piece.columns)
        made = {i: attempt(replace, form, form, piece, letter) for i, form in made.items()}
        defined = {known: attempt(replace, form, form, piece, letter) for known, form in defined.items()}
        defined[name] = piece
    return Named(made, dict(reversed(defined.items())))


def _signed(named: Named) -> Named:
    """Each piece or its negative: what leaves fewer minus signs in the formulas."""
    forms, pieces = dict(named.forms), dict(named.pieces)
    for name, piece in named.pieces.items():
        letter = symbol(name, piece.rows, piece.columns)
        minus = scale(number(-1), letter)
        turned = {i: attempt(replace, form, form, letter, minus) for i, form in forms.items()}
        inside = {known: attempt(replace, form, form, letter, minus) for known, form in pieces.items()}
        inside[name] = scale(number(-1), pieces[name])
        if _total(Named(turned, inside)) < _total(Named(forms, pieces)):
            forms, pieces = turned, inside
    return Named(forms, pieces)


def _total(named: Named) -> float:
    return sum(map(cost, named.forms.values())) + sum(OVERHEAD + cost(piece) for piece in named.pieces.values())


def _uses(form: Matrix, names: Collection[str]) -> bool:
    """Whether one of some names stands in a formula."""
    pending = [form]
    while pending:
        node = pending.pop()
        if node.op == "symbol" and node.data[0] in names:
            return True
        pending.extend(node.args)
    return False
