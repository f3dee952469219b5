"""The frame of a LaTeX article, for the reports."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradviz.explanation.data import Remark
from gradviz.render.latex_parts import text_latex

NARROW = 55
"""Signs that fit a line however they are set."""
_COMMAND, _UNSEEN = re.compile(r"\\[A-Za-z]+"), re.compile(r"[{}_^&\s\\]")

LABEL = 24
"""Letters of a label that stands on one line beside what is said of it."""

PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage{amsmath,amssymb}
\usepackage[margin=25mm]{geometry}
\setlength{\parindent}{0pt}
\allowdisplaybreaks
\newsavebox{\fitbox}
\newcommand{\fit}[2]{{\sbox{\fitbox}{$\displaystyle #2$}%
\ifdim\wd\fitbox>#1\textwidth\sbox{\fitbox}{\small$\displaystyle #2$}\fi
\ifdim\wd\fitbox>#1\textwidth\sbox{\fitbox}{\footnotesize$\displaystyle #2$}\fi
\ifdim\wd\fitbox>#1\textwidth\sbox{\fitbox}{\scriptsize$\displaystyle #2$}\fi
\ifdim\wd\fitbox>#1\textwidth\sbox{\fitbox}{\tiny$\displaystyle #2$}\fi
\usebox{\fitbox}}}
\begin{document}
"""
"""What every article begins with; `\\fit` sets a formula smaller where it is wider than a part of the line."""


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


def fitted(latex: str, share: float = 1) -> str:
    r"""A formula that may take a share of the line, and is set smaller where it would take more.

    Short ones, which cannot be wider, stay as they are.

    Example:
        >>> print(fitted("x"), fitted("x" * 60, 0.5) == rf"\fit{{0.5}}{{{'x' * 60}}}")
        x True
    """
    return (
        latex if len(_UNSEEN.sub("", _COMMAND.sub("x", latex))) <= NARROW * share else rf"\fit{{{share:g}}}{{{latex}}}"
    )


def displayed(equations: Sequence[str]) -> str:
    """Equations, each on a line of its own."""
    return "\n".join(rf"\[ {fitted(equation)} \]" for equation in equations)


def described(facts: Sequence[tuple[str, str]]) -> str:
    """Labels and what is said of them, in two columns."""
    if not facts:
        return ""
    rows = [rf"{text_latex(label)} & {text_latex(text)} \\" for label, text in facts]
    long = max(len(label) for label, _ in facts) > LABEL
    columns = r"p{0.6\linewidth}@{\quad}p{0.34\linewidth}" if long else r"l@{\quad}p{0.68\linewidth}"
    return "\n".join([rf"\begin{{tabular}}{{@{{}}{columns}@{{}}}}", *rows, r"\end{tabular}"])


def notes(remarks: Sequence[Remark], missing: Sequence[str]) -> str:
    """What a person should know."""
    texts = [remark.text for remark in remarks]
    if missing:
        texts.append(f"Without a value: {', '.join(missing)}.")
    items = "\n".join(rf"\item {text_latex(text)}" for text in texts)
    return section("Notes", f"\\begin{{itemize}}\n{items}\n\\end{{itemize}}") if texts else ""
