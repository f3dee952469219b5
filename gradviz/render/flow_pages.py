"""The gradient's flow as a section of a Markdown page and of a LaTeX article."""

from __future__ import annotations

from gradviz.explanation.data import ExplanationData
from gradviz.render.flow_text import HEADS, LEAST, flow_rows, unsaid
from gradviz.render.latex_article import section as latex_section
from gradviz.render.latex_parts import text_latex
from gradviz.render.markdown_parts import escaped, section, table
from gradviz.render.pen import Nib


def flow_markdown(data: ExplanationData, nib: Nib) -> str:
    """The section for Markdown; nothing for fewer than three layers."""
    kind, heads, rows, said = _parts(data, nib)
    told = table([escaped(head) for head in heads], [[escaped(cell) for cell in row] for row in rows])
    return section(f"## Gradient flow: {kind}", "\n\n".join([told, *map(escaped, said)])) if rows else ""


def flow_latex(data: ExplanationData, nib: Nib) -> str:
    """The section for LaTeX; nothing for fewer than three layers."""
    kind, heads, rows, said = _parts(data, nib)
    if not rows:
        return ""
    lines = [" & ".join(text_latex(cell) for cell in row) + r" \\" for row in [heads, *rows]]
    columns = "".join("l" if head in ("layer", "", "stuck") else "r" for head in heads)
    body = [
        rf"{{\small\begin{{tabular}}{{@{{}}{columns}@{{}}}}",
        lines[0],
        r"\hline",
        *lines[1:],
        r"\end{tabular}\par}",
    ]
    return latex_section(f"Gradient flow: {kind}", "\n".join([*body, *(rf"{text_latex(text)}\par" for text in said)]))


def _parts(data: ExplanationData, nib: Nib) -> tuple[str, list[str], list[list[str]], list[str]]:
    """The verdict, the heads, the rows and the sentences."""
    flow = data.flow
    if flow is None or len(flow.steps) < LEAST:
        return "", [], [], []
    rows = flow_rows(flow, nib)
    kept = [i for i in range(len(HEADS)) if any(row[i] for row in rows)]
    heads = [HEADS[i] for i in kept]
    return flow.kind, heads, [[row[i] for i in kept] for row in rows], unsaid(flow, data.remarks)
