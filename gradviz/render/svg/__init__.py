"""The picture: measured type, a layout of fixed boxes, two-way wires, composed into one SVG."""

from gradviz.render.svg.document import compose, render_svg

__all__ = ["compose", "render_svg"]
