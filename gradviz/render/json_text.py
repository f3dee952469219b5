"""The explanation as JSON: the stable interface for other programs, described by `schema.json`."""

from __future__ import annotations

from gradviz.explanation.data import EdgeFacts, ExplanationData, GradientFacts, NodeFacts, Why
from gradviz.render.json_parts import Json, numbers, printed, text_of, unwritten
from gradviz.render.options import Options


def render_json(data: ExplanationData, options: Options) -> str:
    """The document of `schema.json`; numbers round-trip, and the options change nothing.

    What JSON has no number for (NaN, infinity) is null, and a note says where.
    """
    return printed(document_of(data))


def document_of(data: ExplanationData) -> Json:
    """The document as plain Python data."""
    document: Json = {
        "schema": data.schema,
        "output": data.output,
        "value": numbers(data.value),
        "inputs": {name: numbers(value) for name, value in data.inputs.items()},
        "nodes": [_node(node) for node in data.nodes],
        "edges": [_edge(edge) for edge in data.edges],
        "gradients": {name: _gradient(gradient) for name, gradient in data.gradients.items()},
        "notes": [*dict.fromkeys(_notes(data))],
    }
    if data.groups:
        from gradviz.render.groups_text import group_document

        document["groups"] = [group_document(facts) for facts in data.groups]
    if data.flow is not None:
        from gradviz.render.flow_text import flow_document

        document["flow"] = flow_document(data.flow)
    if data.second is not None:
        from gradviz.render.json_reports import matrix_document

        document["second"] = matrix_document(data.second)
    return document


def _node(node: NodeFacts) -> Json:
    facts: Json = {
        "id": node.id,
        "name": node.name,
        "op": node.op,
        "expression": text_of(node.expression),
        "shape": list(node.shape),
        "value": numbers(node.value),
        "gradient": numbers(node.gradient),
        "formula": text_of(node.formula),
    }
    if node.mark:
        facts["mark"] = node.mark
    return {**facts, "group": node.group} if node.group else facts


def _edge(edge: EdgeFacts) -> Json:
    facts: Json = {
        "source": edge.source,
        "target": edge.target,
        "slot": edge.slot,
        "upstream": numbers(edge.upstream),
        "local_formula": text_of(edge.local_formula),
        "local_value": numbers(edge.local_value),
        "structure": edge.jacobian.structure if edge.jacobian else None,
        "contribution": numbers(edge.contribution),
    }
    return facts if edge.why is None else {**facts, "why": _why(edge.why)}


def _why(why: Why) -> Json:
    return {
        "wanted": {"symbol": why.wanted.symbol.text, "shape": why.wanted.shape},
        "pieces": [{"symbol": piece.symbol.text, "shape": piece.shape} for piece in why.pieces],
        "fits": [product.text for product in why.fits],
        "decided": why.decided,
        "indices": [line.text for line in why.indices],
        "says": list(why.says),
    }


def _gradient(gradient: GradientFacts) -> Json:
    facts: Json = {
        "formula": text_of(gradient.formula),
        "latex": gradient.formula.latex if gradient.formula else None,
        "value": numbers(gradient.value),
    }
    if gradient.untold and gradient.value is None:
        facts["untold"] = gradient.untold
    if gradient.named is None:
        return facts
    where = {definition.name.text: definition.expression.text for definition in gradient.where}
    return {**facts, "named": gradient.named.text, "where": where}


def _notes(data: ExplanationData) -> list[str]:
    notes = [remark.text for remark in data.remarks]
    notes += [remark.text for node in data.nodes for remark in node.remarks]
    values = [(f"the value of {node.name}", node.value) for node in data.nodes]
    values += [(f"the gradient by {node.name}", node.gradient) for node in data.nodes]
    for edge in data.edges:
        facts = (("upstream", edge.upstream), ("local value", edge.local_value), ("contribution", edge.contribution))
        values += [(f"the {name} of the edge from {edge.source} to {edge.target}", fact) for name, fact in facts]
    return notes + unwritten(values)
