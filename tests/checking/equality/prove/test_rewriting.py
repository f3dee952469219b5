"""Random forms of one expression are proved equal; whatever is proved of random expressions agrees in numbers."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.checking.claim import Claim
from gradviz.checking.equality.prove.cases import by_cases
from gradviz.errors import UserError
from gradviz.passes.symbolic import Symbols, lower, written_out
from tests.checking.equality.prove.claims import claim, differs_somewhere
from tests.checking.equality.prove.rewriting import random_tree, rewritten, slipped, text

RATE = 0.97
"""The least share of random sound rewritings that algebra alone must prove: raise it to what is measured."""


def built(left: str, right: str) -> Claim | None:
    try:
        return claim(left, right)
    except UserError:  # it divides by zero already as written
        return None


def _rate(seed: int, count: int, depth: int) -> tuple[int, int, list[str]]:
    random = Random(seed)
    tried = proved = 0
    missed = []
    while tried < count:
        tree = random_tree(random, depth)
        left, right = text(tree), text(rewritten(random, tree))
        made = built(left, right)
        if made is None:
            continue
        tried += 1
        if by_cases(made).rule is not None:
            proved += 1
        else:
            missed.append(f"{left} | {right}")
    return tried, proved, missed


def test_sound_rewritings_are_proved() -> None:
    tried, proved, missed = _rate(1, 250, 3)
    assert proved >= RATE * tried, "\n".join(missed)


@given(st.integers(0, 10**9))
@settings(max_examples=300, deadline=None)
def test_what_is_proved_of_slips_agrees_in_numbers(seed: int) -> None:
    random = Random(seed)
    tree = random_tree(random, 3)
    made = built(text(rewritten(random, tree)), text(slipped(random, tree)))
    if made is not None and by_cases(made).rule is not None:
        assert not differs_somewhere(made, points=25), text(tree)


def test_what_is_proved_agrees_in_sympy_to_thirty_digits() -> None:
    import sympy as sp

    random, tried = Random(11), 0
    for _ in range(120):
        tree = random_tree(random, 2)
        made = built(text(tree), text(rewritten(random, tree)))
        if made is None or by_cases(made).rule is None:
            continue
        leaves = {place: name for name, place in made.graph.inputs.items()}
        found = lower(made.graph, (made.truth, made.answer), leaves, Symbols())
        if made.truth not in found or made.answer not in found:
            continue
        sides = [written_out(found[i].item()) for i in (made.truth, made.answer)]
        point = {sp.Symbol("x", real=True): sp.Rational(7, 10), sp.Symbol("y", real=True): sp.Rational(13, 11)}
        values = [sp.N(side.subs(point), 40) for side in sides]
        if all(value.is_real and value.is_finite for value in values):
            tried += 1
            assert abs(values[0] - values[1]) <= sp.Float("1e-30") * (1 + abs(values[0])), text(tree)
    assert tried > 60
