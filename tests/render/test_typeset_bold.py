"""The vectors of ones and zeros are bold in pictures."""

from __future__ import annotations

import pytest

from gradviz.render.svg.typeset import outline


@pytest.mark.parametrize(("plain", "bold"), [("1", r"\mathbf{1}"), ("0", r"\mathbf{0}")])
def test_digits_are_bold(plain: str, bold: str) -> None:
    thin, thick = outline(rf"x\,{plain}"), outline(rf"x\,{bold}")
    assert thin is not None
    assert thick is not None
    assert thin.path != thick.path
