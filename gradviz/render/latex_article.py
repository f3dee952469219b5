"""The frame of a LaTeX article, for the reports."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.explanation.data import Remark
from gradviz.render.latex_parts import text_latex

PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage{amsmath,amssymb}
\usepackage[margin=25mm]{geometry}
\setlength{\parindent}{0pt}
\allowdisplaybreaks
\begin{document}
"""


def article(parts: Sequence[str]) -> str:
    """A complete document; empty parts are left out."""
    return PREAMBLE + "\n".join(part for part in parts if part) + "\n\\end{document}\n"


def program(source: str) -> str:
    """The program as written, line by line."""
    rows = [rf"{text_latex(row)}\par" for row in source.strip().splitlines() if row.strip()]
    return "\n".join([r"{\small\ttfamily\raggedright\hyphenchar\font=-1", *rows, "}"]) if rows else ""


def section(title: str, body: str) -> str:
    """A subsection; nothing where it has nothing to say."""
    return f"\\subsection*{{{title}}}\n{body}" if body else ""


def displayed(equations: Sequence[str]) -> str:
    """Equations, each on a line of its own."""
    return "\n".join(rf"\[ {equation} \]" for equation in equations)


def described(facts: Sequence[tuple[str, str]]) -> str:
    """Labels and what is said of them, in two columns."""
    if not facts:
        return ""
    rows = [rf"{text_latex(label)} & {text_latex(text)} \\" for label, text in facts]
    return "\n".join([r"\begin{tabular}{@{}l@{\quad}p{0.78\linewidth}@{}}", *rows, r"\end{tabular}"])


def notes(remarks: Sequence[Remark], missing: Sequence[str]) -> str:
    """What a person should know."""
    texts = [remark.text for remark in remarks]
    if missing:
        texts.append(f"Without a value: {', '.join(missing)}.")
    items = "\n".join(rf"\item {text_latex(text)}" for text in texts)
    return section("Notes", f"\\begin{{itemize}}\n{items}\n\\end{{itemize}}") if texts else ""
