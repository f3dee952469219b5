"""A program that is too large for a picture gets a page that says so; pixels are bounded."""

import struct

import gradviz
from gradviz.render import png
from gradviz.render.options import Options
from gradviz.render.svg.document import compose


def recurrent(steps: int) -> str:
    """One long chain that reads two inputs at every step: every wire passes many columns."""
    lines = ["h0 = x*w", *(f"h{i} = tanh(h{i - 1}*w + b)" for i in range(1, steps))]
    return "\n".join(lines)


def test_too_many_wires_are_not_drawn() -> None:
    drawing = compose(gradviz.explain(recurrent(150), seed=1, formulas=False).data, Options())
    assert not drawing.strands
    assert drawing.texts
    assert drawing.width < 1000


def test_fewer_are_drawn() -> None:
    assert compose(gradviz.explain(recurrent(6), seed=1, formulas=False).data, Options()).strands


def test_a_large_drawing_makes_a_png_of_bounded_size(monkeypatch) -> None:
    monkeypatch.setattr(png, "MOST", 100_000)
    data = gradviz.explain("f=(x+y)*z", at="x=-2,y=5,z=-4").data
    drawing = compose(data, Options())
    assert drawing.width * drawing.height > 100_000
    width, height = struct.unpack(">II", png.render_png(data, Options())[16:24])
    assert 50_000 < width * height <= 101_000
