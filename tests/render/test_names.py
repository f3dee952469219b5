"""Names are read as they are in formulas: λ and α₁ everywhere, never lambda beside λ."""

from __future__ import annotations

import gradviz
from gradviz.api.showing import text_in

PROGRAM = "lambda : 2; alpha_1; f = sin(lambda*alpha_1)"
AT = {"lambda": [1.0, 2.0], "alpha_1": 3.0}


def test_in_the_point_the_size_and_the_result() -> None:
    jacobian = gradviz.jacobian(PROGRAM, at=AT)
    text = jacobian.to_text()
    assert "at α₁ = 3" in text
    assert "columns for λ (2) and α₁" in text
    assert "alpha" not in text
    assert r"\alpha_{1} = 3" in text_in(jacobian.report, "tex", {})
    assert r"$\alpha_{1} = 3$" in text_in(jacobian.report, "md", {})


def test_in_sweeps() -> None:
    swept = gradviz.vjp(PROGRAM, at=AT)
    assert "gradient by α₁ = " in swept.to_text()
    assert r"\text{gradient by }\alpha_{1} = " in text_in(swept.report, "md", {})
    assert "lambda" not in gradviz.jvp(PROGRAM, at=AT, along={"lambda": [1.0, 0.0]}).to_text()


def test_in_the_notes_on_missing_values() -> None:
    page = gradviz.explain(PROGRAM).to_markdown()
    assert "Without a value: λ, α₁." in page
