"""The explanation as Markdown with LaTeX mathematics, as GitHub, Jupyter and Pandoc show it."""

from __future__ import annotations

from gradviz.explanation.data import EdgeFacts, ExplanationData, JacobianFacts
from gradviz.render.flow_pages import flow_markdown
from gradviz.render.groups_text import groups_markdown
from gradviz.render.latex_parts import (
    aligned,
    definition_latex,
    gradient_latex,
    ledger_latex,
    local_latex,
    product_latex,
    value_latex,
)
from gradviz.render.markdown_parts import cell, escaped, fenced, section, table
from gradviz.render.matrix_markdown import matrix_body_markdown
from gradviz.render.options import Options
from gradviz.render.pen import Pen, pen_for
from gradviz.render.terminal_backward import backward_order


def render_markdown(data: ExplanationData, options: Options) -> str:
    """A page: the program, tables of the two passes, the gradients as formulas."""
    pen = pen_for(data, options)
    parts = [_opening(data, pen), groups_markdown(data, pen), _forward(data, pen)]
    if options.detail != "values":
        parts += [_backward(pen), *([] if options.detail == "gradients" else [_why(pen)]), _sums(pen), _gradients(pen)]
        parts.append(flow_markdown(data, pen))
    if data.second is not None and options.detail != "values":
        body = matrix_body_markdown(data.second, pen, "###")
        parts.append(f"## Second derivatives: ${data.second.symbol.latex}$\n\n{body}")
    parts.append(_notes(pen))
    return "\n\n".join(part for part in parts if part) + "\n"


def _opening(data: ExplanationData, pen: Pen) -> str:
    output = pen.nodes[data.output_id].label.latex
    parts = [
        f"# Backpropagation through ${output}$",
        fenced(data.source),
        f"$${data.title.latex}$$",
    ]
    given = [
        f"${pen.label(name).latex} = {value_latex(value, pen)}$"
        for name, value in data.inputs.items()
        if value is not None
    ]
    return "\n\n".join([*parts, "at " + ", ".join(given)] if given else parts)


def _forward(data: ExplanationData, pen: Pen) -> str:
    rows = [
        [
            cell(node.label.latex),
            cell(node.expression.latex),
            "" if node.value is None else cell(value_latex(node.value, pen)),
        ]
        for node in data.nodes
        if node.expression is not None
    ]
    return section("## Forward", table(["node", "expression", "value"], rows))


def _backward(pen: Pen) -> str:
    rows = [
        [
            pen.edge(edge),
            edge.verb or pen.nodes[edge.target].caption,
            cell(local_latex(edge, pen)) + _structure(edge),
            cell(product_latex(edge, pen)),
        ]
        for edge in backward_order(pen.data)
    ]
    rows = [[escaped(row[0]), escaped(row[1]), *row[2:]] for row in rows]
    heads = ["edge", "gate", "local derivative", "upstream × local = contribution"]
    return section("## Backward", table(heads, rows))


def _why(pen: Pen) -> str:
    """Why the contributions of products and broadcasts are what they are."""
    parts = [_reasons(edge, pen) for edge in backward_order(pen.data) if edge.why is not None]
    return "\n\n".join(["## Why", *parts]) if parts else ""


def _reasons(edge: EdgeFacts, pen: Pen) -> str:
    why = edge.why
    if why is None:
        return ""
    head = f"**{escaped(pen.edge(edge))}**: "
    if why.like:
        return head + escaped(pen.sign(why.like)) + "."
    said = ". ".join(escaped(pen.sign(sentence)) for sentence in why.says)
    rows = r" \\ ".join(aligned(line) for line in why.indices)
    return f"{head}{said}.\n\n" + rf"$$\begin{{aligned}} {rows} \end{{aligned}}$$"


def _structure(edge: EdgeFacts) -> str:
    facts: JacobianFacts | None = edge.jacobian
    return "" if facts is None else f" ({facts.structure}, {facts.size})"


def _sums(pen: Pen) -> str:
    nodes = [node for node in reversed(pen.data.nodes) if len(node.ledger) > 1]
    lines = [f"$${ledger_latex(node, pen)}$$" for node in nodes]
    return "\n\n".join(["## Sums at fan-outs", *lines]) if lines else ""


def _gradients(pen: Pen) -> str:
    lines = [f"$${' = '.join(gradient_latex(gradient, pen))}$$" for gradient in pen.data.gradients.values()]
    lines += [f"$${definition_latex(definition)}$$" for definition in pen.data.definitions]
    return "\n\n".join(["## Gradients", *lines]) if lines else ""


def _notes(pen: Pen) -> str:
    texts = [text for _, text in pen.notes()]
    if pen.data.missing:
        texts.append(f"Without a value: {', '.join(pen.label(name).unicode for name in pen.data.missing)}.")
    return "## Notes\n\n" + "\n".join(f"- {escaped(text)}" for text in texts) if texts else ""
