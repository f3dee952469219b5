"""Every formula and every word is typeset once in a process, whatever its size and colour; numbers are put together."""

from __future__ import annotations

import pytest

import gradviz
from gradviz.render.options import Options
from gradviz.render.svg import compose, typeset


@pytest.fixture(name="set_texts")
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with each call of the typesetter; nothing is known before."""
    for cache in (typeset.typeset_outline, typeset._words_outline, typeset._number_outline, typeset._sign):
        cache.cache_clear()
    calls: list[int] = []
    original = typeset._outlined
    monkeypatch.setattr(typeset, "_outlined", lambda made: calls.append(1) or original(made))
    return calls


def known() -> int:
    return typeset.typeset_outline.cache_info().currsize + typeset._words_outline.cache_info().currsize


def test_as_many_calls_as_there_are_different_formulas(set_texts: list[int]) -> None:
    data = gradviz.explain("f=(x+y)*z + sin(x*y)", at="x=-2,y=5,z=-4").data
    compose(data, Options())
    assert 0 < len(set_texts) <= known()
    before = len(set_texts)
    for theme in ("light", "dark", "print"):
        compose(data, Options(theme=theme))
    assert len(set_texts) == before


def test_other_numbers_cost_no_typesetting(set_texts: list[int]) -> None:
    def drawn(x: float, y: float) -> None:
        compose(gradviz.explain("f=x*y", at={"x": x, "y": y}).data, Options(detail="gradients"))

    for x, y in ((1234.0, -56.78), (0.09, 1.0), (-13.57, 24.68)):
        drawn(x, y)
    before = len(set_texts)
    for x, y in ((87.65, -4.321), (-0.123, 9.0), (321.0, 0.45)):
        drawn(x, y)
    assert len(set_texts) == before


def test_what_is_remembered_is_bounded() -> None:
    for cache in (typeset.typeset_outline, typeset._words_outline, typeset._number_outline):
        assert cache.cache_info().maxsize is not None
