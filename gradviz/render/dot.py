"""The graph as Graphviz source: plain boxes, values and gradients on the edges."""

from __future__ import annotations

from html import escape

from gradviz.explanation.data import EdgeFacts, ExplanationData, NodeFacts, Value
from gradviz.render.arrays_text import summary_text
from gradviz.render.groups_text import group_line
from gradviz.render.options import Options
from gradviz.render.pen import Pen, pen_for
from gradviz.render.text_lines import width_of

COLORS = {
    "light": {"ink": "#1b1f24", "ground": "#ffffff", "value": "#00796b", "gradient": "#d0290a", "local": "#1b3a9a"},
    "dark": {"ink": "#e9edf1", "ground": "#14181d", "value": "#5ce6c6", "gradient": "#ff6a4d", "local": "#8fa2ff"},
    "print": {"ink": "#000000", "ground": "#ffffff", "value": "#000000", "gradient": "#000000", "local": "#5a5a5a"},
}
LONG = 40
"""Signs beyond which a label is cut or summarised."""


def render_dot(data: ExplanationData, options: Options) -> str:
    """Graphviz source: one node per variable, one edge per operand, so that `x*x` has two."""
    import graphviz

    pen, colors = pen_for(data, options), COLORS[options.theme]
    ids = {node.id: _safe(node.id, place) for place, node in enumerate(data.nodes)}
    drawing = graphviz.Digraph("gradviz", format="svg")
    drawing.attr(rankdir=options.direction, bgcolor=colors["ground"], ordering="in")
    drawing.attr("node", fontname="Helvetica", color=colors["ink"], fontcolor=colors["ink"])
    drawing.attr("edge", fontname="Helvetica", fontsize="11", color=colors["ink"], fontcolor=colors["ink"])
    clusters = {
        facts.id: graphviz.Digraph(f"cluster_{place}") for place, facts in enumerate(data.groups) if not facts.collapsed
    }
    boxes = {id for facts in data.groups if facts.collapsed for id in facts.nodes}
    for node in data.nodes:
        shape = "box" if node.is_input or node.id in boxes else "ellipse"
        where = clusters.get(node.group, drawing)
        where.node(ids[node.id], label=_html(_node_rows(node, pen), colors), shape=shape)
    for facts in reversed(data.groups):
        if facts.id in clusters:
            rows = [(_cut(pen.sign(group_line(facts))), "ink")]
            clusters[facts.id].attr(label=_html(rows, colors), fontname="Helvetica", color=colors["local"])
            clusters.get(facts.parent, drawing).subgraph(clusters[facts.id])
    for edge in data.edges:
        rows = _edge_rows(edge, pen)
        settings = {"label": _html(rows, colors)} if rows else {}
        drawing.edge(ids[edge.source], ids[edge.target], **settings)
    return str(drawing.source)


def _safe(id: str, place: int) -> str:
    """The id, or another where Graphviz would read a port, an escape or a label in it."""
    plain = id.replace("_", "").replace(".", "").isalnum()
    return id if plain else f"node {place}"


def _node_rows(node: NodeFacts, pen: Pen) -> list[tuple[str, str]]:
    name = pen.math(node.label)
    expression = "" if node.expression is None else f" = {pen.math(node.expression)}"
    rows = [(_cut(name + expression), "ink")]
    if node.value is not None:
        rows.append((_short(node.value, pen), "value"))
    if node.gradient is not None and pen.options.detail != "values":
        rows.append((_cut(f"{pen.by(node)} = {_short(node.gradient, pen)}"), "gradient"))
    return rows


def _edge_rows(edge: EdgeFacts, pen: Pen) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    value = pen.nodes[edge.source].value
    if value is not None:
        rows.append((_short(value, pen), "value"))
    if pen.options.detail == "values" or not edge.active:
        return rows
    if edge.local_formula is not None and pen.options.detail != "gradients":
        rows.append((_cut(f"{pen.math(edge.symbol)} = {pen.math(edge.local_formula)}"), "local"))
    if edge.contribution is not None:
        rows.append((_product(edge, edge.contribution, pen), "gradient"))
    return rows


def _product(edge: EdgeFacts, contribution: Value, pen: Pen) -> str:
    scalars = edge.upstream is not None and edge.local_value is not None
    if not scalars or contribution.shape or edge.upstream.shape or edge.local_value.shape:  # type: ignore[union-attr]
        return _short(contribution, pen)
    upstream, local = pen.number(edge.upstream.number), pen.factor(edge.local_value.number)  # type: ignore[union-attr]
    return f"{upstream}{pen.sign(' × ')}{local} = {pen.number(contribution.number)}"


def _short(value: Value, pen: Pen) -> str:
    text = pen.value(value)
    return text if width_of(text) <= LONG or not value.shape else _cut(summary_text(value, pen.options), 2 * LONG)


def _cut(text: str, limit: int = 2 * LONG) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _html(rows: list[tuple[str, str]], colors: dict[str, str]) -> str:
    """An HTML-like label; nothing in it is read as markup or as an escape."""
    parts = [f'<FONT COLOR="{colors[role]}">{escape(text)}</FONT>' for text, role in rows]
    return f"<{'<BR/>'.join(parts)}>"
