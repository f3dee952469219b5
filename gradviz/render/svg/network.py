"""Networks: heat maps at the wires, shapes with the Jacobian's structure, gradients as rules by bars, layers' norms."""

from __future__ import annotations

import re

from gradviz.explanation.data import EdgeFacts, Math, NodeFacts, Value
from gradviz.render.options import Direction
from gradviz.render.svg.arrays import CELLS, array, grid, picture
from gradviz.render.svg.box import EMPTY, Box, beside, centred, stacked
from gradviz.render.svg.ink import joined, plain_number
from gradviz.render.svg.local import LOCAL, WORD, is_loose, local_box
from gradviz.render.svg.structure import pattern
from gradviz.render.svg.theme import Role
from gradviz.render.svg.typeset import LONGEST
from gradviz.render.svg.view import View

VALUE, GRADIENT = 15.0, 13.5
"""The sizes of type."""
CELL, STRIP = 13.0, 8.0
"""The sizes of cells: of small arrays, and of those with many rows or columns."""
WIDE = 300.0
"""A formula wider than this gives way to its shorter part."""

_UPSTREAM = re.compile(r"(?<![A-Za-z\\{])g(?![A-Za-z_])|(?<=\{)g(?=\})|(?<=\{)g(?=[^A-Za-z_}])")
"""The upstream gradient's name in a rule."""


def heat_map(value: Value, role: Role, view: View) -> Box:
    """An array as cells, or as bins where it is large; a number as a number."""
    scale = view.scales[0 if role == "value" else 1]
    if not value.shape:
        return view.ink.number(value.number, VALUE, role)
    rows, columns = grid(value)
    if not value.entries or max(rows, columns) > CELLS or value.summary is not None:
        return array(value, role, view.ink, scale)
    drawn = picture(value, role, view.ink, scale, CELL if max(rows, columns) <= 8 else STRIP)
    return centred(drawn)


def bar(label: Math) -> str:
    """The gradient of the output by a node, as networks write it."""
    return rf"\overline{{{label.latex}}}"


def network_value(node: NodeFacts, view: View, direction: Direction) -> Box:
    """The heat map with the name beside it."""
    ink = view.ink
    if node.value is None:
        return ink.math(node.label.latex, VALUE, "value") if not node.is_input else EMPTY
    if not node.value.shape:
        left = "" if node.is_input else f"{node.label.latex}="
        return joined([ink.math(left, VALUE, "value"), heat_map(node.value, "value", view)], VALUE)
    said = EMPTY if node.is_input else ink.math(node.label.latex, VALUE, "value")
    boxes = [heat_map(node.value, "value", view), said]
    return beside(boxes if direction == "LR" else boxes[::-1], 8)


def network_gradient(node: NodeFacts, view: View) -> Box:
    """The heat map, and the rule by which it is made where there is one consumer."""
    ink = view.ink
    if view.trunk(node).kind == "none":
        return EMPTY
    outgoing = view.outgoing[node.id]
    said = bar(node.label)
    if len(outgoing) == 1:
        said = _ruled(said, view.data.edges[outgoing[0]], view)
    box = ink.math(said, GRADIENT, "gradient")
    if node.gradient is None:
        return box
    if not node.gradient.shape:
        return joined([ink.math(f"{said}=", GRADIENT, "gradient"), heat_map(node.gradient, "gradient", view)], GRADIENT)
    return beside([heat_map(node.gradient, "gradient", view), box], 8)


def network_product(edge: EdgeFacts, view: View) -> Box:
    """On a branch: what comes back along it."""
    if edge.contribution is None:
        return EMPTY
    said = _rule(edge, view)
    drawn = heat_map(edge.contribution, "gradient", view)
    return beside([drawn, view.ink.math(said, GRADIENT, "gradient")] if said else [drawn], 8)


def _ruled(left: str, edge: EdgeFacts, view: View) -> str:
    rule = _rule(edge, view) if edge.active else ""
    whole = f"{left}={rule}" if rule else left
    if len(whole) > LONGEST or view.ink.math(whole, GRADIENT, "gradient").width > WIDE:
        return left
    return whole


def _rule(edge: EdgeFacts, view: View) -> str:
    """The contribution in LaTeX, the upstream gradient being the target's bar; "" where nothing short is known."""
    upstream = bar(view.nodes[edge.target].label)
    if edge.rule is not None:
        return _UPSTREAM.sub(lambda _: upstream, edge.rule.latex)
    local = edge.local_formula
    if local is None or (edge.jacobian is not None and edge.local_value is None):
        return ""
    if plain_number(local):
        number = float(local.text.replace(" ", "").strip("()"))
        return {1.0: upstream, -1.0: f"{{-{upstream}}}"}.get(number, rf"{local.latex}\,{upstream}")
    factor = rf"\left({local.latex}\right)" if is_loose(local.text) else local.latex
    sign = r"\odot" if edge.upstream is not None and edge.upstream.shape else r"\,"
    return rf"{upstream}{sign} {factor}"


def network_local(edge: EdgeFacts, view: View) -> Box:
    """The shape of what runs along the wire, and the structure of the Jacobian; of a box its formula too."""
    source, target = view.nodes[edge.source], view.nodes[edge.target]
    if not source.shape and not target.shape:
        return local_box(edge, view) if edge.active else EMPTY
    marks = pattern(edge.jacobian, view.ink, 4.5) if edge.active and edge.jacobian is not None else EMPTY
    row = beside([centred(marks), shape_box(edge, view)], 5)
    boxed = any(group.collapsed and edge.target in group.nodes for group in view.data.groups)
    if not boxed or edge.local_formula is None or not edge.active:
        return row
    formula = view.ink.math(f"{edge.symbol.latex}={edge.local_formula.latex}", LOCAL, "local")
    return stacked([formula, row], 4, "right") if formula.width <= WIDE else row


def shape_box(edge: EdgeFacts, view: View) -> Box:
    """The shape of what runs along the wire."""
    source = view.nodes[edge.source]
    said = source.letters or "×".join(map(str, source.shape))
    return centred(view.ink.word(said, WORD, "local")) if said else EMPTY


def layer_gradient(node: NodeFacts, view: View) -> Box:
    """The heat map with the gradient's norm."""
    if view.trunk(node).kind == "none":
        return EMPTY
    symbol = bar(node.label)
    if node.gradient is None or not node.gradient.shape:
        return network_gradient(node, view)
    if node.gradient.summary is not None:
        return heat_map(node.gradient, "gradient", view)
    norm = joined(
        [
            view.ink.math(rf"\left\|{symbol}\right\|=", GRADIENT, "gradient"),
            view.ink.number(node.gradient.magnitude, GRADIENT, "gradient"),
        ],
        GRADIENT,
    )
    return beside([heat_map(node.gradient, "gradient", view), norm], 8)
