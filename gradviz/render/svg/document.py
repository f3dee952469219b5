"""The document: an explanation and the options in, one SVG out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from gradviz.errors import OptionProblem
from gradviz.explanation.data import ExplanationData
from gradviz.render.options import Options
from gradviz.render.svg.bundling import bundled
from gradviz.render.svg.drawing import Drawing, Sketch
from gradviz.render.svg.flow import compose_flow
from gradviz.render.svg.folding import folded
from gradviz.render.svg.frame import Frame
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.layout import OutOfTime, arranged
from gradviz.render.svg.neurons import compose_neurons
from gradviz.render.svg.page import page
from gradviz.render.svg.paint import Painter
from gradviz.render.svg.placement import placed
from gradviz.render.svg.plan import plan
from gradviz.render.svg.rows import Limits
from gradviz.render.svg.simple import arranged_simply, passing
from gradviz.render.svg.straighten import straightened
from gradviz.render.svg.theme import THEMES
from gradviz.render.svg.view import Level, View, view

WIDEST, LINE, ROW = 1340.0, 1290.0, 1240.0
"""The width up to which everything is said on the wires; the lengths at which one row, and each of several, are cut."""

WIDE = 2200.0
"""The length that a row may have where every cut would make several wires return."""

LIMITS, NARROW = Limits(LINE, ROW, WIDE, 10), Limits(LINE, ROW, LINE, 1)
"""How rows are cut; and how, where a table could serve instead."""

FULL, TABLE, NUMBERS, DRAWN = 40, 120, 250, 2500
"""With `auto`: nodes up to which everything is said on the wires if it fits, edges up to which there is a table, nodes
up to which there are numbers. Beyond the last, nodes are drawn by the dozen."""

NETWORK = 120
"""Nodes up to which a network is drawn with heat maps."""

CROWDED = 10_000
"""Stops of nodes and of wires that pass columns, beyond which a picture would be many metres wide."""


def render_svg(data: ExplanationData, options: Options) -> str:
    """The picture of an explanation.

    Raises:
        UserError: the options ask for a system's `dot`, and there is none.
    """
    return compose(data, options).svg


def compose(data: ExplanationData, options: Options) -> Drawing:
    """The picture that the options' view asks for, with the record of its parts.

    Raises:
        OptionProblem: there is nothing that such a view could show.
    """
    return VIEWS[options.view](data, options)


def _graph(data: ExplanationData, options: Options) -> Drawing:
    shown, ink = folded(data), Ink(THEMES[options.theme], options.precision)
    if len(shown.nodes) > DRAWN:
        return _overview(data, options, ink)
    return _node_by_node(shown, options, ink) or _overview(data, options, ink)


def _node_by_node(shown: ExplanationData, options: Options, ink: Ink) -> Drawing | None:
    """Every node with as much as fits; None where the wires would be too many."""
    if options.detail == "auto" and _is_network(shown):
        return _drawing(view(shown, "network", ink), options, LIMITS)
    if options.detail != "auto":
        return _drawing(view(shown, options.detail, ink), options, LIMITS)
    if len(shown.nodes) <= FULL:
        full = _drawing(view(shown, "full", ink), options, NARROW)
        if full is not None and full.width <= WIDEST:
            return full
    return _drawing(view(shown, _affordable(shown), ink), options, LIMITS)


def _overview(data: ExplanationData, options: Options, ink: Ink) -> Drawing:
    """What is too large to be drawn node by node, in a few dozen boxes."""
    seen = view(bundled(data), "layers", ink)
    size = f"{len(data.nodes)} nodes and {len(data.edges)} edges"
    why = f"{size} in {len(seen.data.nodes)} boxes; the formats text, md, json and dot have them one by one."
    notes = [why, *_closing(data)]
    return _drawing(seen, options, LIMITS, notes) or _undrawn(seen, options, notes)


def _is_network(data: ExplanationData) -> bool:
    """Whether heat maps at the wires say it best: there are layers, arrays and room."""
    return bool(data.groups) and any(node.shape for node in data.nodes) and len(data.nodes) <= NETWORK


def _layers(data: ExplanationData, options: Options) -> Drawing:
    """One box for each layer and loss.

    Raises:
        OptionProblem: there are no layers, or they are not closed.
    """
    if not data.groups:
        raise OptionProblem("there are no layers to draw", hint="the program uses none; leave `--view layers` out")
    if not any(group.collapsed for group in data.groups):
        raise OptionProblem("the layers are open", hint='explain with depth="layers": each is one box then')
    shown, ink = folded(data), Ink(THEMES[options.theme], options.precision)
    seen = view(shown, "layers", ink)
    return _drawing(seen, options, LIMITS) or _undrawn(seen, options)


def _affordable(data: ExplanationData) -> Level:
    """The level of detail for what is too large for `full`."""
    if len(data.edges) <= TABLE:
        return "table"
    return "gradients" if len(data.nodes) <= NUMBERS else "compact"


def _undrawn(seen: View, options: Options, notes: Sequence[str] = ()) -> Drawing:
    """A page that says why there is no picture, and where everything is instead."""
    size = f"{len(seen.data.nodes)} nodes and {len(seen.data.edges)} edges"
    why = f"{size} like these are too many for a picture; the formats text, md, json and dot have them all."
    return page(seen, Sketch(), 0.0, 0.0, options.direction, [why, *(notes or _closing(seen.data))])


def _closing(data: ExplanationData) -> list[str]:
    """How fewer nodes would be shown, where there are groups that are open."""
    parents = {group.id: group.parent for group in data.groups}
    open_groups = [group.id for group in data.groups if not group.collapsed]
    if not open_groups:
        return []
    deepest = 0
    for group in open_groups:
        depth = 0
        while parents.get(group):
            group, depth = parents[group], depth + 1
        deepest = max(deepest, depth)
    fewer = "" if not deepest else f"; --depth {deepest} closes the innermost ones alone"
    return [f"Groups can be closed: --depth 0 shows each as one box{fewer}."]


def _drawing(seen: View, options: Options, limits: Limits, notes: Sequence[str] = ()) -> Drawing | None:
    """The picture of a view; None where its wires would be too many."""
    frame, sketch = Frame(options.direction), Sketch()
    made = plan(seen, frame)
    if len(made.stops()) + passing(made) > CROWDED:
        return None
    said = list(notes)
    if seen.level == "compact":
        said.append(f"{len(seen.data.nodes)} nodes: drawn without numbers; point at one to read them")
    try:
        full, spots = arranged(made, options.engine)
    except OutOfTime:
        full, spots = arranged_simply(made)
        said.append("the layout engine ran out of time; this is a simple layout")
    place = placed(full, straightened(full, spots), limits, options.direction)
    Painter(seen, full, place, frame, sketch).paint()
    width, height = frame.point((place.length, place.breadth))
    return page(seen, sketch, width, height, options.direction, said)


VIEWS: Mapping[str, Callable[[ExplanationData, Options], Drawing]] = MappingProxyType(
    {"graph": _graph, "layers": _layers, "neurons": compose_neurons, "flow": compose_flow}
)
"""What draws each view."""
