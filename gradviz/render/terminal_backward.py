"""The backward pass in columns: each edge's local derivative, upstream × local = contribution; sums at fan-outs."""

from __future__ import annotations

import re

from gradviz.explanation.data import EdgeFacts, ExplanationData, NodeFacts, Value
from gradviz.render.arrays_text import value_lines
from gradviz.render.pen import Pen, ends, is_number
from gradviz.render.terminal_columns import Row, columns_for, heading, own_line, row_lines
from gradviz.render.terminal_why import why_lines
from gradviz.render.text_lines import Line, Piece, Role, left, line, right, width_of, wrap

LONG_FACTOR = 20
"""Columns beyond which a product without numbers does not repeat the local derivative."""


def backward(pen: Pen) -> list[Line]:
    """The edges from the output back to the inputs, then the ledgers of nodes that several gradients reach."""
    cut = ends(backward_order(pen.data), pen.options)
    edges = [*cut.first, *cut.last]
    if not edges:
        return []
    rows = {id(edge): _row(edge, pen) for edge in edges if not _is_array(edge)}
    columns = columns_for(list(rows.values()), pen)
    lines = heading(columns if rows else None, pen)
    for place, edge in enumerate(edges):
        lines += more(cut.hidden, pen) if place == len(cut.first) else []
        row = rows.get(id(edge))
        lines += _block(edge, pen) if row is None or columns is None else row_lines(row, columns, pen)
    return lines + ledgers(pen)


def backward_order(data: ExplanationData) -> list[EdgeFacts]:
    """The active edges, those into the output first, each node's by slot."""
    order = {node.id: place for place, node in enumerate(data.nodes)}
    return sorted((edge for edge in data.edges if edge.active), key=lambda edge: (-order[edge.target], edge.slot))


def _is_array(edge: EdgeFacts) -> bool:
    shapes = [value.shape for value in (edge.upstream, edge.local_value, edge.contribution) if value is not None]
    return edge.jacobian is not None or any(shapes)


def _row(edge: EdgeFacts, pen: Pen) -> Row:
    target = pen.nodes[edge.target]
    local = formula = ""
    if edge.local_formula is not None and pen.options.detail != "gradients":
        formula = pen.math(edge.local_formula)
        local = f"{pen.math(edge.symbol)} = {formula}"
    numbers = ("", "", "")
    if edge.upstream is not None and edge.local_value is not None and edge.contribution is not None:
        numbers = (
            pen.number(edge.upstream.number),
            pen.factor(edge.local_value.number),
            pen.number(edge.contribution.number),
        )
    elif edge.local_formula is not None:
        factor = _parenthesised(pen.math(edge.local_formula))
        numbers = (_symbolic_upstream(target, pen), factor, "") if width_of(factor) <= LONG_FACTOR else numbers
    return Row(pen.edge(edge), pen.sign(edge.verb or target.caption), local, formula, *numbers)


def _symbolic_upstream(target: NodeFacts, pen: Pen) -> str:
    return "1" if target.is_output and not pen.data.upstream_given else pen.by(target)


def _parenthesised(formula: str) -> str:
    """A factor after ×, in parentheses where it is a sum or begins with a sign."""
    depth = 0
    for place, sign in enumerate(formula):
        depth += (sign in "([") - (sign in ")]")
        if depth == 0 and sign in "+-−" and (place == 0 or formula[place - 1] == " "):
            return f"({formula})"
    return formula


def _block(edge: EdgeFacts, pen: Pen) -> list[Line]:
    """One edge between arrays: its facts below each other."""
    target = pen.nodes[edge.target]
    lines = [line(f"  {pen.edge(edge)}  ", Piece(pen.sign(edge.verb or target.caption), "soft"))]
    lines += _fact("upstream", _upstream_name(edge, pen), edge.upstream, "gradient", pen)
    formula = "" if edge.local_formula is None else f"{pen.math(edge.symbol)} = {pen.math(edge.local_formula)}"
    shown = "" if pen.options.detail == "gradients" else formula
    if edge.local_value is not None:
        constant = edge.local_formula is not None and is_number(edge.local_formula)
        lines += _fact("local", "" if constant else shown, edge.local_value, "local", pen)
    elif shown:
        lines += _fact("local", shown, None, "local", pen)
    lines += _jacobian(edge, pen)
    rule = "" if edge.rule is None or pen.options.detail == "gradients" else pen.math(edge.rule)
    if edge.contribution is not None or rule:
        lines += _fact("contribution", rule, edge.contribution, "gradient", pen)
    return lines if pen.options.detail == "gradients" else lines + why_lines(edge, pen)


def _upstream_name(edge: EdgeFacts, pen: Pen) -> str:
    """What the rule calls the upstream gradient, or its symbol where there are no values."""
    called = (
        edge.rule is not None
        and re.search(r"\bg\b", edge.rule.text)
        and all(node.name != "g" for node in pen.data.nodes)
    )
    symbol = pen.by(pen.nodes[edge.target]) if edge.upstream is None else ""
    return " = ".join(part for part in ("g" if called else "", symbol) if part)


def _fact(name: str, formula: str, value: Value | None, role: Role, pen: Pen) -> list[Line]:
    """`name   formula = value`, the value below where the line is full."""
    margin, indent = f"    {left(name, 12)}  ", " " * 18
    room = pen.options.width - 18
    parts = [] if value is None else value_lines(value, pen.options, room - 2)
    joined = " = ".join([part for part in (formula, *parts[:1]) if part])
    if len(parts) <= 1 and width_of(joined) <= room:
        return [line(margin, Piece(joined, role))]
    rows = wrap(formula, room, room - 2) if formula else []
    tails = [("= " if number == 0 and formula else "  " if formula else "") + part for number, part in enumerate(parts)]
    texts = [*(row if number == 0 else f"  {row}" for number, row in enumerate(rows)), *tails]
    return [line(margin if number == 0 else indent, Piece(text, role)) for number, text in enumerate(texts)]


def _jacobian(edge: EdgeFacts, pen: Pen) -> list[Line]:
    """The local Jacobian's size and structure: what is never formed."""
    facts = edge.jacobian
    if facts is None:
        return []
    size = facts.size.replace("×", "x").replace("·", "*") if pen.options.ascii else facts.size
    entries = facts.rows * facts.columns
    counted = facts.nonzeros < entries and not facts.letters
    sparse = f", {facts.nonzeros:,} of {entries:,} entries can be nonzero" if counted else ""
    text = f"{size}, {facts.structure}{sparse}"
    parts = wrap(text, pen.options.width - 18, pen.options.width - 18)
    heads = [f"    {left('Jacobian', 12)}  ", *([" " * 18] * (len(parts) - 1))]
    return [line(head, Piece(part, "soft")) for head, part in zip(heads, parts, strict=True)]


def ledgers(pen: Pen) -> list[Line]:
    """For every node that several gradients reach: each contribution, and their sum."""
    nodes = [node for node in reversed(pen.data.nodes) if len(node.ledger) > 1]
    if not nodes:
        return []
    lines = [line(), line(Piece("sums at fan-outs", "head"))]
    cut = ends(nodes, pen.options)
    for node in cut.first:
        lines += _ledger(node, pen)
    lines += more(cut.hidden, pen)
    for node in cut.last:
        lines += _ledger(node, pen)
    return lines


def more(hidden: int, pen: Pen) -> list[Line]:
    """The line that stands for rows left out."""
    return [line(Piece(pen.sign(f"  … {hidden} more: --detail full shows them all"), "soft"))] if hidden else []


def _ledger(node: NodeFacts, pen: Pen) -> list[Line]:
    edges = [pen.data.edges[place] for place in node.ledger]
    names = [f"{pen.math(pen.nodes[edge.target].label)}{pen.copy(edge)}" for edge in edges]
    rows = [(f"from {name}", edge.contribution) for name, edge in zip(names, edges, strict=True)]
    if any(value is None for _, value in rows) or node.gradient is None:
        symbols = [f"{pen.by(pen.nodes[edge.target])}{pen.sign(' · ')}{pen.math(edge.symbol)}" for edge in edges]
        return own_line(f"{pen.by(node)} = {' + '.join(symbols)}", pen)
    rows.append(("sum", node.gradient))
    head = pen.by(node)
    column = max(width_of(name) for name, _ in rows)
    numbers = max((width_of(pen.value(value)) for _, value in rows if value is not None and not value.shape), default=0)
    lines: list[Line] = []
    for number, (name, value) in enumerate(rows):
        margin = f"  {head if number == 0 else ' ' * width_of(head)}   {left(name, column)}  "
        if value is None:
            continue
        parts = value_lines(value, pen.options, max(20, pen.options.width - width_of(margin)))
        parts = parts if value.shape else [right(parts[0], numbers)]
        role: Role = "gradient"
        lines += [line(margin if i == 0 else " " * width_of(margin), Piece(part, role)) for i, part in enumerate(parts)]
    return lines
