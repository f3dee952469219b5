from __future__ import annotations

import re

import pytest

import gradviz


def page(text: str, at: str | None = None, **options: object) -> str:
    return gradviz.explain(text, at=at).to_markdown(**options)


def tables(markdown: str) -> list[list[str]]:
    blocks, block = [], []
    for line in [*re.sub(r"```.*?```", "", markdown, flags=re.DOTALL).splitlines(), ""]:
        if line.startswith("|"):
            block.append(line)
        elif block:
            blocks.append(block)
            block = []
    return blocks


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("f=(x+y)*z", "x=-2,y=5,z=-4"),
        ("f=|x|*y", "x=-2,y=5"),
        ("||W@x||^2", "W=[[0.1,0.5],[-0.3,0.8]],x=[0.2,0.4]"),
        ("||x||", "x=[3,4]"),
        ("f=(x+y)*z", None),
    ],
)
def test_every_row_of_a_table_has_the_columns_of_its_head(text: str, at: str | None) -> None:
    for table in tables(page(text, at)):
        assert len({line.replace(r"\|", "").count("|") for line in table}) == 1, table
        assert set(table[1]) <= set("|- ")


def test_it_says_the_four_facts() -> None:
    text = page("f=(x+y)*z", "x=-2,y=5,z=-4")
    assert r"| f → q | swaps | $\frac{\partial f}{\partial q} = z = {-4}$ | $1 \times ({-4}) = {-4}$ |" in text
    assert "## Gradients" in text


def test_sums_and_notes_have_their_sections() -> None:
    assert "## Sums at fan-outs" in page("f=x*y+x", "x=2,y=3")
    assert "## Notes" in page("relu(x)", "x=0")
    assert "Without a value: x, y" in page("x*y")


def test_detail_values_stops_after_the_forward_pass() -> None:
    assert "## Backward" not in page("f=x*y", "x=1,y=2", detail="values")


def test_the_program_cannot_leave_its_fence() -> None:
    text = page("f = x # ``` and ````\n", "x=1")
    fence = "`" * 5
    assert text.count(f"\n{fence}\n") == 2
