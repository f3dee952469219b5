"""The explanation as JSON: the stable interface for other programs, described by `schema.json`."""

from __future__ import annotations

import json
import math
from typing import Any

from gradviz.explanation.data import EdgeFacts, ExplanationData, GradientFacts, Math, Nested, NodeFacts, Value
from gradviz.render.options import Options

Json = dict[str, Any]


def render_json(data: ExplanationData, options: Options) -> str:
    """The document of `schema.json`; numbers round-trip, and the options change nothing.

    What JSON has no number for (NaN, infinity) is null, and a note says where.
    """
    document = document_of(data)
    lines = []
    for key, value in document.items():
        lines.append(f"  {json.dumps(key)}: {_value(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def document_of(data: ExplanationData) -> Json:
    """The document as plain Python data."""
    return {
        "schema": data.schema,
        "output": data.output,
        "value": _numbers(data.value),
        "inputs": {name: _numbers(value) for name, value in data.inputs.items()},
        "nodes": [_node(node) for node in data.nodes],
        "edges": [_edge(edge) for edge in data.edges],
        "gradients": {name: _gradient(gradient) for name, gradient in data.gradients.items()},
        "notes": [*dict.fromkeys(_notes(data))],
    }


def _node(node: NodeFacts) -> Json:
    return {
        "id": node.id,
        "name": node.name,
        "op": node.op,
        "expression": _text(node.expression),
        "shape": list(node.shape),
        "value": _numbers(node.value),
        "gradient": _numbers(node.gradient),
        "formula": _text(node.formula),
    }


def _edge(edge: EdgeFacts) -> Json:
    return {
        "source": edge.source,
        "target": edge.target,
        "slot": edge.slot,
        "upstream": _numbers(edge.upstream),
        "local_formula": _text(edge.local_formula),
        "local_value": _numbers(edge.local_value),
        "structure": edge.jacobian.structure if edge.jacobian else None,
        "contribution": _numbers(edge.contribution),
    }


def _gradient(gradient: GradientFacts) -> Json:
    return {
        "formula": _text(gradient.formula),
        "latex": gradient.formula.latex if gradient.formula else None,
        "value": _numbers(gradient.value),
    }


def _text(formula: Math | None) -> str | None:
    return formula.text if formula else None


def _numbers(value: Value | None) -> Nested | None:
    if value is None:
        return None
    if all(map(math.isfinite, value.entries)):
        return value.nested()
    finite = tuple(entry if math.isfinite(entry) else None for entry in value.entries)
    return Value(value.shape, finite).nested()  # type: ignore[arg-type]  # null is what JSON has for them


def _notes(data: ExplanationData) -> list[str]:
    notes = [remark.text for remark in data.remarks]
    notes += [remark.text for node in data.nodes for remark in node.remarks]
    values = [(f"the value of {node.name}", node.value) for node in data.nodes]
    values += [(f"the gradient by {node.name}", node.gradient) for node in data.nodes]
    for edge in data.edges:
        facts = (("upstream", edge.upstream), ("local value", edge.local_value), ("contribution", edge.contribution))
        values += [(f"the {name} of the edge from {edge.source} to {edge.target}", fact) for name, fact in facts]
    for name, value in values:
        if value is not None and not all(map(math.isfinite, value.entries)):
            notes.append(f"{name} holds NaN or infinity, written as null")
    return notes


def _value(value: Any) -> str:
    """Lists of records one record a line; everything else on one line."""
    if isinstance(value, list) and value:
        return "[\n    " + ",\n    ".join(_dump(part) for part in value) + "\n  ]"
    if isinstance(value, dict) and value and all(isinstance(part, dict) for part in value.values()):
        return "{\n    " + ",\n    ".join(f"{_dump(key)}: {_dump(part)}" for key, part in value.items()) + "\n  }"
    return _dump(value)


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
