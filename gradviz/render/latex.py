"""The derivation as a LaTeX article that compiles as it is: forward, backward, sums, gradients."""

from __future__ import annotations

from gradviz.explanation.data import ExplanationData
from gradviz.render.flow_pages import flow_latex
from gradviz.render.groups_text import groups_latex
from gradviz.render.latex_article import article, fitted
from gradviz.render.latex_parts import (
    aligned,
    definition_latex,
    gradient_latex,
    ledger_latex,
    local_latex,
    product_latex,
    text_latex,
    value_latex,
)
from gradviz.render.matrix_latex import matrix_body_latex
from gradviz.render.options import Options
from gradviz.render.pen import Pen, pen_for
from gradviz.render.terminal_backward import backward_order

WIDE, HALF, THIRD = 0.85, 0.4, 0.3
"""Which part of the line formulas may take before they are set smaller."""


def render_latex(data: ExplanationData, options: Options) -> str:
    """A complete document in ASCII; needs amsmath, amssymb and geometry, nothing else."""
    pen = pen_for(data, options)
    parts = [_opening(data, pen), groups_latex(data), _forward(data, pen)]
    if options.detail != "values":
        parts += [_backward(pen), *([] if options.detail == "gradients" else [_why(pen)]), _sums(pen), _gradients(pen)]
        parts.append(flow_latex(data, pen))
    if data.second is not None and options.detail != "values":
        parts.append(rf"\section*{{Second derivatives: ${data.second.symbol.latex}$}}")
        parts.append(matrix_body_latex(data.second, pen))
    parts.append(_notes(pen))
    return article(parts)


def _opening(data: ExplanationData, pen: Pen) -> str:
    output = pen.nodes[data.output_id].label.latex
    lines = [rf"\section*{{Backpropagation through ${output}$}}"]
    rows = [rf"{text_latex(row)}\par" for row in data.source.strip().splitlines() if row.strip()]
    lines += [r"{\small\ttfamily\raggedright\hyphenchar\font=-1", *rows, "}"] if rows else []
    lines.append(rf"\[ {fitted(data.title.latex)} \]")
    numbers = [
        f"${pen.label(name).latex} = {value_latex(value, pen)}$"
        for name, value in data.inputs.items()
        if value is not None and not value.shape
    ]
    arrays = [
        rf"\[ {fitted(f'{pen.label(name).latex} = {value_latex(value, pen)}')} \]"
        for name, value in data.inputs.items()
        if value is not None and value.shape
    ]
    at = [f"at {', '.join(numbers)}"] if numbers else ["at"] if arrays else []
    return "\n".join([*lines, *at, *arrays])


def _align(rows: list[str]) -> str:
    return "\\begin{align*}\n" + " \\\\[2pt]\n".join(rows) + "\n\\end{align*}" if rows else ""


def _section(title: str, body: str) -> str:
    return f"\\subsection*{{{title}}}\n{body}" if body else ""


def _forward(data: ExplanationData, pen: Pen) -> str:
    rows = []
    for node in data.nodes:
        if node.expression is not None:
            value = "" if node.value is None else f" = {value_latex(node.value, pen)}"
            rows.append(f"{node.label.latex} &= {fitted(node.expression.latex + value, WIDE)}")
    return _section("Forward", _align(rows))


def _backward(pen: Pen) -> str:
    rows = []
    for edge in backward_order(pen.data):
        verb = edge.verb or pen.nodes[edge.target].caption
        word = rf" && \text{{{text_latex(verb)}}}" if verb else " &&"
        left, _, right = local_latex(edge, pen).partition(" = ")
        found = fitted(product_latex(edge, pen), HALF)
        rows.append(f"{left} &{'= ' + fitted(right, THIRD) if right else ''} && {found}{word}")
    intro = "Each edge: its local derivative; then upstream gradient $\\times$ local derivative = contribution.\n"
    return _section("Backward", intro + _align(rows)) if rows else ""


def _why(pen: Pen) -> str:
    """Why the contributions of products and broadcasts are what they are."""
    parts = []
    for edge in backward_order(pen.data):
        if edge.why is None:
            continue
        said = edge.why.says if not edge.why.like else (edge.why.like,)
        parts.append(rf"\textbf{{{text_latex(pen.edge(edge))}}}: {text_latex('. '.join(said))}.\par")
        parts += [] if edge.why.like else [_align([aligned(line) for line in edge.why.indices])]
    return _section("Why", "\n".join(parts))


def _sums(pen: Pen) -> str:
    rows = []
    for node in reversed(pen.data.nodes):
        if len(node.ledger) > 1:
            left, _, right = ledger_latex(node, pen).partition(" = ")
            rows.append(f"{left} &= {fitted(right, WIDE)}")
    return _section("Sums at fan-outs", _align(rows))


def _gradients(pen: Pen) -> str:
    rows = []
    for gradient in pen.data.gradients.values():
        first, *members = gradient_latex(gradient, pen)
        rows += [f"{first if place == 0 else ''} &= {fitted(member, WIDE)}" for place, member in enumerate(members)]
        rows += [
            f"{gradient.symbol.latex}_{{{','.join(map(str, entry.index))}}} &= {fitted(entry.formula.latex, WIDE)}"
            for entry in gradient.entries
            if gradient.formula is None
        ]
    rows += [definition_latex(definition).replace(" = ", " &= ", 1) for definition in pen.data.definitions]
    return _section("Gradients", _align(rows))


def _notes(pen: Pen) -> str:
    texts = [text for _, text in pen.notes()]
    if pen.data.missing:
        texts.append(f"Without a value: {', '.join(pen.label(name).unicode for name in pen.data.missing)}.")
    items = "\n".join(rf"\item {text_latex(text)}" for text in texts)
    return _section("Notes", f"\\begin{{itemize}}\n{items}\n\\end{{itemize}}") if texts else ""
