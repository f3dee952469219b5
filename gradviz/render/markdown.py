"""The explanation as Markdown with LaTeX mathematics, as GitHub, Jupyter and Pandoc show it."""

from __future__ import annotations

import re

from gradviz.explanation.data import EdgeFacts, ExplanationData, JacobianFacts
from gradviz.render.arrays_text import shape_text
from gradviz.render.latex_parts import gradient_latex, ledger_latex, local_latex, product_latex, value_latex
from gradviz.render.options import Options
from gradviz.render.pen import Pen, pen_for
from gradviz.render.terminal_backward import backward_order


def render_markdown(data: ExplanationData, options: Options) -> str:
    """A page: the program, tables of the two passes, the gradients as formulas."""
    pen = pen_for(data, options)
    parts = [_opening(data, pen), _forward(data, pen)]
    if options.detail != "values":
        parts += [_backward(pen), _sums(pen), _gradients(pen)]
    parts.append(_notes(pen))
    return "\n\n".join(part for part in parts if part) + "\n"


def _opening(data: ExplanationData, pen: Pen) -> str:
    output = pen.nodes[data.output_id].label.latex
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", data.source)), default=0))
    parts = [
        f"# Backpropagation through ${output}$",
        f"{fence}\n{data.source.strip()}\n{fence}",
        f"$${data.title.latex}$$",
    ]
    given = [
        f"${pen.label(name).latex} = {value_latex(value, pen)}$"
        for name, value in data.inputs.items()
        if value is not None
    ]
    return "\n\n".join([*parts, "at " + ", ".join(given)] if given else parts)


def _cell(latex: str) -> str:
    """Mathematics in a table's cell: a bar would end the cell."""
    safe = latex.replace(r"\|", r"\Vert ").replace("|", r"\vert ")
    return f"${safe}$" if latex else ""


def _table(title: str, heads: list[str], rows: list[list[str]]) -> str:
    if not rows:
        return ""
    lines = [heads, ["---"] * len(heads), *rows]
    return f"## {title}\n\n" + "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _forward(data: ExplanationData, pen: Pen) -> str:
    rows = [
        [
            _cell(node.label.latex),
            _cell(node.expression.latex),
            "" if node.value is None else _cell(value_latex(node.value, pen)),
        ]
        for node in data.nodes
        if node.expression is not None
    ]
    return _table("Forward", ["node", "expression", "value"], rows)


def _backward(pen: Pen) -> str:
    rows = [
        [
            pen.edge(edge),
            edge.verb or pen.nodes[edge.target].caption,
            _cell(local_latex(edge, pen)) + _structure(edge),
            _cell(product_latex(edge, pen)),
        ]
        for edge in backward_order(pen.data)
    ]
    rows = [[_plain(row[0]), _plain(row[1]), *row[2:]] for row in rows]
    return _table("Backward", ["edge", "gate", "local derivative", "upstream × local = contribution"], rows)


def _structure(edge: EdgeFacts) -> str:
    facts: JacobianFacts | None = edge.jacobian
    return "" if facts is None else f" ({facts.structure}, {shape_text((facts.rows, facts.columns))})"


def _plain(text: str) -> str:
    """A text whose signs Markdown shall not read."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~$&])", r"\\\1", text)


def _sums(pen: Pen) -> str:
    nodes = [node for node in reversed(pen.data.nodes) if len(node.ledger) > 1]
    lines = [f"$${ledger_latex(node, pen)}$$" for node in nodes]
    return "\n\n".join(["## Sums at fan-outs", *lines]) if lines else ""


def _gradients(pen: Pen) -> str:
    lines = [f"$${' = '.join(gradient_latex(gradient, pen))}$$" for gradient in pen.data.gradients.values()]
    return "\n\n".join(["## Gradients", *lines]) if lines else ""


def _notes(pen: Pen) -> str:
    texts = [text for _, text in pen.notes()]
    if pen.data.missing:
        texts.append(f"Without a value: {', '.join(pen.data.missing)}.")
    return "## Notes\n\n" + "\n".join(f"- {_plain(text)}" for text in texts) if texts else ""
