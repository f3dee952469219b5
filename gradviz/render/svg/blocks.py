"""What text stands where, for each node and each wire, at each level of detail."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from gradviz.explanation.data import EdgeFacts, NodeFacts, Value
from gradviz.render.options import Direction
from gradviz.render.svg.arrays import array, is_picture, kind
from gradviz.render.svg.box import EMPTY, Box, beside, stacked, strut
from gradviz.render.svg.ink import fraction, joined, plain_number
from gradviz.render.svg.local import LOCAL, WORD, local_box
from gradviz.render.svg.marks import captioned
from gradviz.render.svg.network import (
    layer_gradient,
    network_gradient,
    network_local,
    network_product,
    network_value,
    shape_box,
)
from gradviz.render.svg.shapes import circle
from gradviz.render.svg.theme import Role
from gradviz.render.svg.view import View

VALUE, GRADIENT, PRODUCT, RESULT, TAG = 16.0, 14.0, 13.5, 14.5, 9.5
"""The sizes of type, by what it says."""

TERMS = 5
"""Contributions of a fan-out that are written out; further ones become an ellipsis."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts around a stretch of wire: before it (above, left) and after it (below, right)."""

    value: Box = EMPTY
    local: Box = EMPTY
    gradient: Box = EMPTY
    caption: Box = EMPTY


def node_texts(node: NodeFacts, view: View, direction: Direction = "LR") -> Texts:
    """The texts of a node and of the stretch of wire that leaves it, without those of its edges."""
    texts = _node_texts(node, view, direction)
    return replace(texts, caption=captioned(texts.caption, node, view.ink)) if node.mark else texts


def _node_texts(node: NodeFacts, view: View, direction: Direction) -> Texts:
    if view.level == "compact":
        return Texts()
    if view.level in ("network", "layers"):
        return _network_texts(node, view, direction)
    value = strut(_value(node, view, direction), VALUE * 0.72, 3.0)
    if view.level == "values":
        return Texts(value)
    remarks = _remarks(node, view) if view.level in ("full", "table") else []
    gradient = stacked([_gradient(node, view), *remarks], 4)
    return Texts(value, EMPTY, gradient, _caption(node, view) if view.level == "full" else EMPTY)


def _network_texts(node: NodeFacts, view: View, direction: Direction) -> Texts:
    """The texts where every array is a heat map."""
    value = strut(network_value(node, view, direction), VALUE * 0.72, 3.0)
    gradient = network_gradient(node, view) if view.level == "network" else layer_gradient(node, view)
    return Texts(value, EMPTY, stacked([gradient, *_remarks(node, view)], 4), _caption(node, view))


def _caption(node: NodeFacts, view: View) -> Box:
    """The word above a glyph; one that is its own caption needs no second one."""
    if node.glyph.kind == "box" and re.search(rf"(?<![a-z]){re.escape(node.caption)}(?![a-z])", node.glyph.latex):
        return EMPTY
    return view.ink.word(said_caption(node.caption), WORD, "gradient" if node.is_gate else "soft")


def said_caption(caption: str) -> str:
    """An operation's name as words."""
    return caption.replace("_", " ")


def edge_texts(index: int, view: View, *, alone: bool) -> Texts:
    """The texts of an edge; `alone`: on a branch of its own, where its product stands too."""
    edge = view.data.edges[index]
    if view.level == "table" and edge.active:
        return Texts(local=tag(view.number_of(index), view))
    if view.level == "network":
        product = network_product(edge, view) if alone and edge.active else EMPTY
        return Texts(local=network_local(edge, view), gradient=product)
    if view.level == "layers":
        return Texts(local=shape_box(edge, view))
    if view.level != "full":
        return Texts()
    local = local_box(edge, view) if edge.active else EMPTY
    return Texts(local=local, gradient=_product(edge, view) if alone and edge.active else EMPTY)


def tag(number: int, view: View) -> Box:
    """The number of an edge in the table."""
    text = view.ink.word(str(number), TAG, "local")
    radius = max(7.0, text.width / 2 + 2)
    disc = circle((radius, -6.5), radius, fill=view.ink.theme["ground"], stroke=view.ink.theme["local"])
    return Box(2 * radius + 1, radius + 7, radius - 6, disc + text.at(radius - text.width / 2, -3.2 - text.ascent))


def _value(node: NodeFacts, view: View, direction: Direction) -> Box:
    ink = view.ink
    named = not node.is_input and (view.level != "gradients" or node.value is None)
    left = f"{node.label.latex}=" if named else ""
    bare = node.expression is not None and node.value is not None and plain_number(node.expression)
    if (
        node.expression is not None
        and not bare
        and (view.level == "full" or (node.value is None and view.level != "gradients"))
    ):
        left += f"{view.noted(node.expression)}="
    if node.value is None:
        return ink.math(left.removesuffix("="), VALUE, "value") if left else EMPTY
    if kind(node.value) == "number":
        return joined([ink.math(left, VALUE, "value"), ink.number(node.value.number, VALUE, "value")], VALUE)
    drawn = array(node.value, "value", ink, view.scales[0])
    if is_picture(node.value):
        said = ink.math(left.removesuffix("="), VALUE - 1, "value") if left else EMPTY
        # The picture next to its wire, opposite that of the gradient.
        return beside([drawn, said] if direction == "LR" else [said, drawn], 8)
    return beside([ink.math(left, VALUE - 1, "value"), drawn], 3)


def gradient_symbol(node: NodeFacts, view: View) -> str:
    """∂f/∂q in LaTeX."""
    return node.symbol.latex if node.symbol else fraction(view.data.output, node.label.latex)


def _gradient(node: NodeFacts, view: View) -> Box:
    if view.trunk(node).kind == "none":
        return EMPTY
    if view.level == "full":
        return _explained_gradient(node, view)
    if node.gradient is not None:
        return _number_or_array(node.gradient, "gradient", view, VALUE)
    formula = node.named or node.formula
    return view.ink.math(view.noted(formula), GRADIENT, "gradient") if formula else EMPTY


def _explained_gradient(node: NodeFacts, view: View) -> Box:
    ink = view.ink
    left = gradient_symbol(node, view)
    formula = view.gradient_formula(node)
    if formula is not None and not (plain_number(formula) and node.gradient is not None):
        left += f"={view.noted(formula)}"
    if node.gradient is None:
        if node.is_output and formula is None and not view.data.upstream_given and not node.shape:
            left += "=1"
        return ink.math(left, GRADIENT, "gradient")
    outgoing = view.outgoing[node.id]
    only = view.data.edges[outgoing[0]] if len(outgoing) == 1 else None
    if is_picture(node.gradient):
        return _pictured(ink.math(left, GRADIENT, "gradient"), node.gradient, only, view)
    head = ink.math(f"{left}=", GRADIENT, "gradient")
    if only is not None and only.active:
        return beside([head, _product(only, view)], 0)
    total = _number_or_array(node.gradient, "gradient", view, RESULT + 0.5)
    if len(outgoing) > 1 and not node.gradient.shape:
        return beside([head, beside([_sum(outgoing, view), total], 3)], 0)
    return beside([head, total], 0)


def _pictured(head: Box, gradient: Value, edge: EdgeFacts | None, view: View) -> Box:
    """The picture first, below that of the value, and then what it is."""
    said = [head] if head else []
    rule = edge.rule if edge is not None and edge.active and edge.upstream is not None else None
    if rule is not None:
        said += [view.ink.math("=", LOCAL, "soft"), view.ink.math(view.noted(rule), PRODUCT, "local")]
    return beside([_number_or_array(gradient, "gradient", view, RESULT), beside(said, 3)], 8)


def _sum(edges: tuple[int, ...], view: View) -> Box:
    """The contributions added up: `3 + (−4) + 1 =`."""
    parts = [view.data.edges[i].contribution for i in edges if view.data.edges[i].active]
    numbers = [part.number for part in parts if part is not None]
    written = [view.ink.number(number, PRODUCT, "gradient", parentheses=i > 0) for i, number in enumerate(numbers)]
    if len(written) > TERMS:
        written = [*written[: TERMS - 2], view.ink.math(r"\cdots", PRODUCT, "gradient"), written[-1]]
    plus = view.ink.math("+", PRODUCT, "gradient")
    terms = [box for i, box in enumerate(written) for box in ([plus, box] if i else [box])]
    return beside([*terms, view.ink.math("=", PRODUCT, "gradient")], 2.5)


def _number_or_array(value: Value, role: Role, view: View, size: float) -> Box:
    if kind(value) == "number":
        return view.ink.number(value.number, size, role)
    return array(value, role, view.ink, view.scales[1], LOCAL)


def _product(edge: EdgeFacts, view: View) -> Box:
    """Upstream × local = contribution, as far as there are numbers."""
    if edge.contribution is None:
        return EMPTY
    if is_picture(edge.contribution):
        return _pictured(EMPTY, edge.contribution, edge, view)
    result = _number_or_array(edge.contribution, "gradient", view, RESULT)
    factors = _factors(edge, view)
    if factors:
        return beside([*factors, view.ink.math("=", LOCAL, "soft"), result], 3)
    if edge.rule is not None and edge.upstream is not None:
        return beside([view.ink.math(f"{view.noted(edge.rule)}=", PRODUCT, "local"), result], 3)
    return result


def _factors(edge: EdgeFacts, view: View) -> list[Box]:
    """The two factors where both are numbers or small arrays."""
    up, local = edge.upstream, edge.local_value
    if up is None or local is None or {kind(up), kind(local)} - {"number", "typeset"}:
        return []
    ink, whole = view.ink, edge.contribution.shape if edge.contribution is not None else ()
    if up.shape and local.shape and (up.shape != whole or local.shape != whole):
        return []  # What was broadcast forward is summed backward: a bare product would be wrong.
    first = _number_or_array(up, "gradient", view, PRODUCT)
    if edge.local_formula is not None and plain_number(edge.local_formula):
        return [
            first,
            ink.math(r"\times", LOCAL, "soft"),
            ink.number(local.entries[0], PRODUCT, "local", parentheses=True),
        ]
    sign = r"\times" if not (up.shape and local.shape) else r"\odot"
    if kind(local) == "number":
        return [first, ink.math(sign, LOCAL, "soft"), ink.number(local.number, PRODUCT, "local", parentheses=True)]
    return [first, ink.math(sign, LOCAL, "soft"), array(local, "local", ink, None, LOCAL)]


def _remarks(node: NodeFacts, view: View) -> list[Box]:
    roles: dict[str, Role] = {"kink": "warn", "warning": "warn"}
    return [view.ink.paragraph(remark.text, WORD, roles.get(remark.kind, "soft"), 230) for remark in node.remarks]
