"""The picture as pixels."""

from __future__ import annotations

import math

from gradviz.render.documents import Document
from gradviz.render.options import Options
from gradviz.render.svg.pictures import composed

ZOOM = 2
"""Pixels per pixel of the SVG, so that it is sharp on a screen of high density."""

MOST = 40_000_000
"""Pixels that a picture may have (160 MB while it is made); a larger drawing is scaled down to that."""


def render_png(data: Document, options: Options) -> bytes:
    """The SVG rasterised at twice its size, or smaller where that would be too many pixels."""
    import resvg_py

    drawing = composed(data, options)
    area = drawing.width * drawing.height
    if area * ZOOM**2 <= MOST:
        return bytes(resvg_py.svg_to_bytes(svg_string=drawing.svg, dpi=96, zoom=ZOOM))
    width = math.floor(drawing.width * math.sqrt(MOST / area))
    return bytes(resvg_py.svg_to_bytes(svg_string=drawing.svg, dpi=96, width=width))
