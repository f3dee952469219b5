"""A program that is too large for a picture of all its nodes gets one of boxes; pixels are bounded."""

import struct

import gradviz
from gradviz.render import png
from gradviz.render.options import Options
from gradviz.render.svg.document import compose
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.theme import THEMES
from gradviz.render.svg.view import view


def recurrent(steps: int) -> str:
    """One long chain that reads two inputs at every step: every wire passes many columns."""
    lines = ["h0 = x*w", *(f"h{i} = tanh(h{i - 1}*w + b)" for i in range(1, steps))]
    return "\n".join(lines)


def test_where_wires_are_too_many_repeated_steps_are_one_box() -> None:
    data = gradviz.explain(recurrent(150), seed=1, formulas=False).data
    drawing = compose(data, Options())
    assert len(data.nodes) == 451
    assert 4 <= len([item for item in drawing.glyphs if item.role == "glyph"]) <= 12
    assert drawing.width < 2000


def test_fewer_are_drawn() -> None:
    assert compose(gradviz.explain(recurrent(6), seed=1, formulas=False).data, Options()).strands


def test_a_large_drawing_makes_a_png_of_bounded_size(monkeypatch) -> None:
    monkeypatch.setattr(png, "MOST", 100_000)
    data = gradviz.explain("f=(x+y)*z", at="x=-2,y=5,z=-4").data
    drawing = compose(data, Options())
    assert drawing.width * drawing.height > 100_000
    width, height = struct.unpack(">II", png.render_png(data, Options())[16:24])
    assert 50_000 < width * height <= 101_000


def test_the_tables_numbers_have_no_gaps() -> None:
    data = gradviz.explain("where(x > 0, x, -x)*y + sin(x)", at={"x": 1, "y": 2}).data
    assert not all(edge.active for edge in data.edges)
    seen = view(data, "table", Ink(THEMES["light"], 4))
    numbers = [seen.number_of(i) for i, edge in enumerate(data.edges) if edge.active]
    assert numbers == list(range(1, len(numbers) + 1))
