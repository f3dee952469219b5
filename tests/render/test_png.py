"""The picture in pixels is the SVG at twice its size."""

from __future__ import annotations

import struct

import pytest

from gradviz.render.options import Options
from gradviz.render.png import render_png
from gradviz.render.svg import compose


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_png_has_twice_the_size_of_the_svg(specimens, theme):
    data, options = specimens.case_a(), Options(theme=theme)
    drawing, png = compose(data, options), render_png(data, options)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) == (2 * drawing.width, 2 * drawing.height)


def test_png_is_the_same_every_time(specimens):
    assert render_png(specimens.case_square(), Options()) == render_png(specimens.case_square(), Options())
