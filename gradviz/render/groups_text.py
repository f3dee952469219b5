"""Groups in text: titles above what lies in them, tables of them, and their form in JSON."""

from __future__ import annotations

from collections.abc import Mapping

from gradviz.explanation.data import ExplanationData, GroupFacts, NodeFacts
from gradviz.render.json_parts import Json, text_of
from gradviz.render.latex_parts import text_latex
from gradviz.render.markdown_parts import cell, escaped, section, table
from gradviz.render.pen import Pen
from gradviz.render.text_lines import Line, Piece, line


def group_line(facts: GroupFacts) -> str:
    """`h   2 → 3, tanh, 9 parameters`."""
    return f"{facts.title}   {facts.note}".rstrip()


def levels(data: ExplanationData) -> dict[str, int]:
    """How many open groups a node in each group lies in; 0 for the id "" of none."""
    found = {"": 0}
    for facts in data.groups:
        found[facts.id] = found.get(facts.parent, 0) + 1
    return found


def entered(data: ExplanationData, before: str, node: NodeFacts) -> list[GroupFacts]:
    """The groups that begin with a node, after one in the group `before`; the outermost first."""
    by_id = {facts.id: facts for facts in data.groups}
    held = _line(by_id, before)
    return [by_id[id] for id in reversed(_line(by_id, node.group)) if id not in held]


def _line(by_id: Mapping[str, GroupFacts], id: str) -> list[str]:
    """A group and those around it."""
    found = []
    while id in by_id:
        found.append(id)
        id = by_id[id].parent
    return found


def headings(data: ExplanationData, before: str, node: NodeFacts, pen: Pen, indent: int) -> list[Line]:
    """The title lines of the groups that begin with a node."""
    deep = levels(data)
    return [
        line(" " * (indent + 2 * (deep[facts.id] - 1)), Piece(pen.sign(group_line(facts)), "soft"))
        for facts in entered(data, before, node)
    ]


def groups_markdown(data: ExplanationData, pen: Pen) -> str:
    """A table of the groups."""
    deep = levels(data)
    rows = [
        [
            "· " * (deep[facts.id] - 1) + escaped(facts.title),
            escaped(facts.note),
            ", ".join(cell(pen.label_of(id).latex) for id in facts.nodes) if not facts.collapsed else "one box",
            cell(facts.expression.latex) if facts.expression else "",
        ]
        for facts in data.groups
    ]
    return section("## Layers and other groups", table(["group", "what it is", "nodes", "as one formula"], rows))


def groups_latex(data: ExplanationData) -> str:
    """A list of the groups."""
    items = []
    for facts in data.groups:
        formula = f": ${facts.expression.latex}$" if facts.expression else ""
        note = f", {text_latex(facts.note)}" if facts.note else ""
        items.append(rf"\item \textbf{{{text_latex(facts.title)}}}{note}{formula}")
    if not items:
        return ""
    body = "\n".join(items)
    return f"\\subsection*{{Layers and other groups}}\n\\begin{{itemize}}\n{body}\n\\end{{itemize}}"


def group_document(facts: GroupFacts) -> Json:
    """A group as plain data."""
    return {
        "id": facts.id,
        "parent": facts.parent or None,
        "kind": facts.kind,
        "title": facts.title,
        "note": facts.note,
        "nodes": list(facts.nodes),
        "output": facts.output,
        "expression": text_of(facts.expression),
        "parameters": facts.parameters,
        "repeated": facts.repeated,
        "collapsed": facts.collapsed,
        "locals": [
            {
                "operand": form.operand,
                "formula": text_of(form.formula),
                "structure": form.structure or None,
                "rows": form.rows,
                "columns": form.columns,
            }
            for form in facts.locals
        ],
    }
