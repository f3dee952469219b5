"""Names in generated source: safe, each once, and taken again only when what they stood for is dead."""

from __future__ import annotations

import sys

import pytest

from gradviz.passes.compiling.emit.identifiers import Identifiers, Recycled


@pytest.mark.parametrize("kind", [Identifiers, Recycled])
def test_each_once(kind):
    names = kind()
    wanted = ["x", "x", "x_2", "x", "t1", "lambda", "print", "σ", "ſ", "1x", "", "x" * 90, "x" * 91]
    taken = [names.take(name) for name in wanted] + [names.fresh() for _ in range(5)]
    assert len(set(taken)) == len(taken)
    assert all(name.isidentifier() for name in taken)
    assert not {"lambda", "print"} & set(taken)


def test_what_is_dead_is_given_again():
    names = Recycled()
    t1, t2 = names.fresh(), names.fresh()
    names.give_back(t1)
    names.give_back(t2)
    assert [names.fresh(), names.fresh(), names.fresh()] == [t2, t1, "t3"]


def test_constants_never_take_a_dead_values_name():
    names = Recycled()
    names.give_back(names.fresh())
    assert names.fresh("c") == "c2"


def test_many_names_of_one_stem_take_linear_work():
    """Each try is one line of the loop: the trace counts them."""
    names = Identifiers()
    lines = 0

    def note(frame, event, argument):
        nonlocal lines
        lines += event == "line" and frame.f_code is Identifiers.take.__code__
        return note

    before = sys.gettrace()
    sys.settrace(note)
    try:
        for _ in range(300):
            names.take("same")
    finally:
        sys.settrace(before)
    assert lines < 300 * 12
