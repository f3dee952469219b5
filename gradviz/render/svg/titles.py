"""What a picture's parts show, in words: for those who hear it or point at it."""

from __future__ import annotations

from gradviz.explanation.data import EdgeFacts, NodeFacts, Value
from gradviz.render.numbers import number_text
from gradviz.render.svg.arrays import described
from gradviz.render.svg.view import View


def said(value: Value | None, view: View) -> str:
    """A value in words."""
    if value is None:
        return "unknown"
    precision = view.ink.precision
    if not value.shape:
        return number_text(value.number, precision)
    shape = "×".join(map(str, value.shape))
    if len(value.entries) > 16 or value.summary is not None:
        return described(value)
    return f"[{', '.join(number_text(entry, precision) for entry in value.entries)}] ({shape})"


def node_title(node: NodeFacts, view: View) -> str:
    """A node's name, operation, value and gradient."""
    label = node.label.unicode
    what = f"input {label}" if node.is_input else f"{label} = {node.expression.unicode}" if node.expression else label
    parts = [what + (f" ({node.caption})" if node.caption else "")]
    parts += [f"judged: {node.mark}"] if node.mark else []
    if node.value is not None:
        parts.append(f"value {said(node.value, view)}")
    if node.gradient is not None and view.level != "values":
        symbol = node.symbol.unicode if node.symbol else f"∂{view.data.output}/∂{label}"
        parts.append(f"gradient {symbol} = {said(node.gradient, view)}")
    return "; ".join([*parts, *(remark.text for remark in node.remarks)])


def edge_title(edge: EdgeFacts, view: View) -> str:
    """The four facts of an edge."""
    ends = f"{view.nodes[edge.source].label.unicode} into {view.nodes[edge.target].label.unicode}"
    copy = f" (copy {edge.copy})" if edge.copy else ""
    if not edge.active or view.level == "values":
        return f"{ends}{copy}"
    formula = f" = {edge.local_formula.unicode}" if edge.local_formula else ""
    local = f"local derivative {edge.symbol.unicode}{formula}"
    if edge.local_value is not None:
        local += f" = {said(edge.local_value, view)}"
    elif edge.jacobian is not None:
        local += f", a {edge.jacobian.size} {edge.jacobian.structure} Jacobian"
    if edge.contribution is None:
        return f"{ends}{copy}: {local}"
    verb = f"; {edge.verb}" if edge.verb else ""
    why = f"; {edge.why.like or '; '.join(edge.why.says)}" if edge.why and view.level == "full" else ""
    return (
        f"{ends}{copy}: upstream gradient {said(edge.upstream, view)}; {local}; "
        f"contribution {said(edge.contribution, view)}{verb}{why}"
    )
