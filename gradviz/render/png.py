"""The picture as pixels."""

from __future__ import annotations

from gradviz.explanation.data import ExplanationData
from gradviz.render.options import Options
from gradviz.render.svg import render_svg

ZOOM = 2
"""Pixels per pixel of the SVG, so that it is sharp on a screen of high density."""


def render_png(data: ExplanationData, options: Options) -> bytes:
    """The SVG rasterised at twice its size."""
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=render_svg(data, options), dpi=96, zoom=ZOOM))
