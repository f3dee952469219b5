"""What text stands where, for each node and each wire, at each level of detail."""

from __future__ import annotations

from dataclasses import dataclass

from gradviz.explanation.data import EdgeFacts, JacobianFacts, NodeFacts, Value
from gradviz.render.svg.arrays import array, kind
from gradviz.render.svg.box import EMPTY, Box, beside, centred, padded, stacked, strut
from gradviz.render.svg.ink import fraction, plain_number
from gradviz.render.svg.shapes import circle, rectangle
from gradviz.render.svg.theme import Role
from gradviz.render.svg.typeset import MARGIN
from gradviz.render.svg.view import View

VALUE, GRADIENT, PRODUCT, RESULT, LOCAL, WORD, TAG = 16.0, 14.0, 13.5, 14.5, 12.5, 11.5, 9.5
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


def node_texts(node: NodeFacts, view: View) -> Texts:
    """The texts of a node and of the stretch of wire that leaves it, without those of its edges."""
    if view.level == "compact":
        return Texts()
    value = strut(_value(node, view), VALUE * 0.72, 3.0)
    if view.level == "values":
        return Texts(value)
    remarks = _remarks(node, view) if view.level in ("full", "table") else []
    gradient = stacked([_gradient(node, view), *remarks], 4)
    caption = (
        view.ink.word(node.caption, WORD, "gradient" if node.is_gate else "soft") if view.level == "full" else EMPTY
    )
    return Texts(value, EMPTY, gradient, caption)


def edge_texts(index: int, view: View, *, alone: bool) -> Texts:
    """The texts of an edge; `alone`: on a branch of its own, where its product stands too."""
    edge = view.data.edges[index]
    if view.level == "table" and edge.active:
        return Texts(local=tag(view.number_of(index), view))
    if view.level != "full":
        return Texts()
    local = _local(edge, view) if edge.active else EMPTY
    return Texts(local=local, gradient=_product(edge, view) if alone and edge.active else EMPTY)


def tag(number: int, view: View) -> Box:
    """The number of an edge in the table."""
    text = view.ink.word(str(number), TAG, "local")
    radius = max(7.0, text.width / 2 + 2)
    disc = circle((radius, -6.5), radius, fill=view.ink.theme["ground"], stroke=view.ink.theme["local"])
    return Box(2 * radius + 1, radius + 7, radius - 6, disc + text.at(radius - text.width / 2, -3.2 - text.ascent))


def _value(node: NodeFacts, view: View) -> Box:
    ink = view.ink
    named = not node.is_input and (view.level != "gradients" or node.value is None)
    left = f"{node.label.latex}=" if named else ""
    if node.expression is not None and (view.level == "full" or (node.value is None and view.level != "gradients")):
        left += f"{view.noted(node.expression)}="
    if node.value is None:
        return ink.math(left.removesuffix("="), VALUE, "value") if left else EMPTY
    if kind(node.value) == "number":
        return joined([ink.math(left, VALUE, "value"), ink.number(node.value.number, VALUE, "value")], VALUE)
    return beside([ink.math(left, VALUE - 1, "value"), array(node.value, "value", ink, view.scales[0])], 3)


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
    formula = node.named or (node.formula if node.gradient is None else None)
    if formula is not None and not (plain_number(formula) and node.gradient is not None):
        left += f"={view.noted(formula)}"
    if node.gradient is None:
        if node.is_output and formula is None and not view.data.upstream_given and not node.shape:
            left += "=1"
        return ink.math(left, GRADIENT, "gradient")
    head = ink.math(f"{left}=", GRADIENT, "gradient")
    outgoing = view.outgoing[node.id]
    if len(outgoing) == 1 and view.data.edges[outgoing[0]].active:
        return beside([head, _product(view.data.edges[outgoing[0]], view)], 0)
    total = _number_or_array(node.gradient, "gradient", view, RESULT + 0.5)
    if len(outgoing) > 1 and not node.gradient.shape:
        return beside([head, beside([_sum(outgoing, view), total], 3)], 0)
    return beside([head, total], 0)


def joined(boxes: list[Box], size: float) -> Box:
    """Parts of one formula, set apart so that the parts are found again, as close as if set in one."""
    return beside(boxes, -2 * MARGIN * size)


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
    ink = view.ink
    first = _number_or_array(up, "gradient", view, PRODUCT)
    sign = r"\times" if not (up.shape and local.shape) else r"\odot"
    if kind(local) == "number":
        return [first, ink.math(sign, LOCAL, "soft"), ink.number(local.number, PRODUCT, "local", parentheses=True)]
    return [first, ink.math(sign, LOCAL, "soft"), array(local, "local", ink, None, LOCAL)]


def local_said(edge: EdgeFacts, view: View, head: str, size: float, *, parentheses: bool = False) -> Box:
    """The local derivative, `formula = number`, after a head (`∂q/∂x`, or nothing).

    A negative number that stands alone gets parentheses if asked.
    """
    formula, value, ink = edge.local_formula, edge.local_value, view.ink
    number = value.number if value is not None and not value.shape else None
    if number is None:
        said = view.noted(formula) if formula is not None else ""
        return ink.math("=".join(part for part in (head, said) if part), size, "local")
    bare = formula is None or plain_number(formula)
    left = "".join(f"{part}=" for part in (head, "" if formula is None or bare else view.noted(formula)) if part)
    digits = ink.number(number, size, "local", parentheses=parentheses and bare)
    return joined([ink.math(left, size, "local"), digits], size)


def _local(edge: EdgeFacts, view: View) -> Box:
    symbol = local_said(edge, view, edge.symbol.latex, LOCAL)
    if edge.jacobian is None:
        return symbol
    return _with_jacobian(symbol, edge.jacobian, view)


def _with_jacobian(symbol: Box, facts: JacobianFacts, view: View) -> Box:
    ink = view.ink
    size = f"{facts.rows}×{facts.columns}"
    said = [f"{size} {facts.structure}"]
    if facts.rows * facts.columns > 64 and facts.nonzeros < facts.rows * facts.columns:
        said.append(f"kept: {_count(facts.nonzeros)} of {_count(facts.rows * facts.columns)} entries")
    elif facts.structure not in ("dense", "zero") and facts.rows * facts.columns > 4:
        said[0] += ", never formed"
    head = [centred(symbol), centred(pattern(facts, view))]
    if len(said) == 1:
        return beside([*head, centred(ink.word(said[0], WORD, "local"))], 5)
    return stacked([beside(head, 6), *(ink.word(text, WORD, "local") for text in said)], 4, "right")


def pattern(facts: JacobianFacts, view: View, cell: float = 5.5) -> Box:
    """A small picture of where a Jacobian can differ from zero."""
    rows = facts.pattern
    if not rows or not rows[0]:
        return EMPTY
    colour = view.ink.theme["local"]
    width, height = len(rows[0]) * cell, len(rows) * cell
    squares = [
        rectangle(j * cell + 0.8, i * cell - height + 0.8, cell - 1.6, cell - 1.6, fill=colour)
        for i, row in enumerate(rows)
        for j, entry in enumerate(row)
        if entry
    ]
    frame = rectangle(0, -height, width, height, fill=view.ink.theme["ground"], stroke=colour)
    return padded(Box(width, height, 0.0, frame + "".join(squares)), 1, 1)


def _count(number: int) -> str:
    if number < 100_000:
        return str(number)
    for size, name in ((10**9, "billion"), (10**6, "million")):
        if number >= size:
            return f"{number / size:.3g} {name}"
    return f"{number / 1000:.3g} thousand"


def _remarks(node: NodeFacts, view: View) -> list[Box]:
    roles: dict[str, Role] = {"kink": "warn", "warning": "warn"}
    return [view.ink.paragraph(remark.text, WORD, roles.get(remark.kind, "soft"), 230) for remark in node.remarks]
