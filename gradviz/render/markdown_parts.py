"""Pieces of Markdown that the reports share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from gradviz.explanation.data import Remark, Value
from gradviz.render.latex_parts import value_latex
from gradviz.render.pen import Nib


def escaped(text: str) -> str:
    r"""A text whose signs Markdown shall not read.

    Example:
        >>> escaped("a_1|b")
        'a\\_1\\|b'
    """
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~$&])", r"\\\1", text)


def fenced(source: str) -> str:
    """The program as written, in a fence that it cannot leave."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", source)), default=0))
    return f"{fence}\n{source.strip()}\n{fence}"


def section(title: str, body: str) -> str:
    """A heading and what stands under it; nothing where that is nothing."""
    return f"{title}\n\n{body}" if body else ""


def displayed(equations: Sequence[str]) -> str:
    """Equations, each on a line of its own."""
    return "\n\n".join(f"$${equation}$$" for equation in equations)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of cells that are Markdown already."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) if rows else ""


def fact_table(facts: Sequence[tuple[str, str]]) -> str:
    """Labels and what is said of them."""
    return table(["", ""], [[escaped(label), escaped(text)] for label, text in facts])


def cell(latex: str) -> str:
    """Mathematics in a table's cell: a bar would end the cell."""
    safe = latex.replace(r"\|", r"\Vert ").replace("|", r"\vert ")
    return f"${safe}$" if latex else ""


def given(word: str, values: Mapping[str, Value | None], nib: Nib) -> str:
    """`at x = −2, y = 5`; nothing where nothing is known."""
    known = [f"${name} = {value_latex(value, nib)}$" for name, value in values.items() if value is not None]
    return f"{word} {', '.join(known)}" if known else ""


def notes(remarks: Sequence[Remark], missing: Sequence[str]) -> str:
    """What a person should know."""
    texts = [remark.text for remark in remarks]
    if missing:
        texts.append(f"Without a value: {', '.join(missing)}.")
    return section("## Notes", "\n".join(f"- {escaped(text)}" for text in texts))
