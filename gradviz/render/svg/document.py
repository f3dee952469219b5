"""The document: an explanation and the options in, one SVG out."""

from __future__ import annotations

from gradviz.explanation.data import ExplanationData
from gradviz.render.options import Options
from gradviz.render.svg.drawing import Drawing, Sketch
from gradviz.render.svg.folding import folded
from gradviz.render.svg.frame import Frame
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.layout import arranged
from gradviz.render.svg.page import page
from gradviz.render.svg.paint import Painter
from gradviz.render.svg.placement import placed
from gradviz.render.svg.plan import plan
from gradviz.render.svg.straighten import straightened
from gradviz.render.svg.theme import THEMES
from gradviz.render.svg.view import View, view

WIDEST, ROW = 1300.0, 1230.0
"""The width up to which everything is said on the wires; the length at which rows are cut."""


def render_svg(data: ExplanationData, options: Options) -> str:
    """The picture of an explanation.

    Raises:
        UserError: the options ask for a system's `dot`, and there is none.
    """
    return compose(data, options).svg


def compose(data: ExplanationData, options: Options) -> Drawing:
    """The picture, with the record of its parts."""
    shown, ink = folded(data), Ink(THEMES[options.theme], options.precision)
    if options.detail != "auto":
        return _drawing(view(shown, options.detail, ink), options)
    full = _drawing(view(shown, "full", ink), options)
    return full if full.width <= WIDEST else _drawing(view(shown, "table", ink), options)


def _drawing(seen: View, options: Options) -> Drawing:
    frame, sketch = Frame(options.direction), Sketch()
    made, spots = arranged(plan(seen, frame), options.engine)
    place = placed(made, straightened(made, spots), ROW)
    Painter(seen, made, place, frame, sketch).paint()
    width, height = frame.point((place.length, place.breadth))
    return page(seen, sketch, width, height, options.direction)


