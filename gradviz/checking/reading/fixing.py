"""A question at a point: what has a value and does not appear in the answer is fixed at its value."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from gradviz.checking.reading.exact import exact
from gradviz.checking.reading.question import Question
from gradviz.explanation.mathematics import unicode_of
from gradviz.graph.graph import Graph
from gradviz.ops.op import INPUT
from gradviz.passes.raising import literal
from gradviz.syntax.tree import Call, Name

SHOWN = 9
"""Entries of a value that a note says."""


def needed_inputs(graph: Graph, ids: Collection[int]) -> set[str]:
    """The names of the inputs that nodes are computed from."""
    needed = bytearray(len(graph))
    for i in ids:
        needed[i] = 1
    found = set()
    for i in range(len(graph) - 1, -1, -1):
        if needed[i]:
            node = graph.nodes[i]
            if node.op is INPUT and node.name:
                found.add(node.name)
            for operand in node.operands:
                needed[operand] = 1
    return found


def fixed_inputs(asked: Question, mentioned: Collection[str]) -> dict[str, Any]:
    """The inputs that have a value, that the derivative depends on, and that an answer does not mention."""
    depends = needed_inputs(asked.graph, [asked.target])
    if asked.zero is not None:
        depends |= needed_inputs(asked.graph, [asked.zero])
    values = asked.built.values
    return {name: exact(values[name]) for name in asked.built.inputs if _is_fixed(name, values, depends, mentioned)}


def _is_fixed(name: str, values: Mapping[str, Any], depends: set[str], mentioned: Collection[str]) -> bool:
    return name in values and name in depends and name not in mentioned


def fixed_note(fixed: Mapping[str, Any]) -> str:
    """The sentence on what was fixed, at values or at expressions such as π/4; "" if nothing was.

    Example:
        >>> fixed_note({"x": 3, "y": -1})
        'judged at x = 3, y = −1, which the answer does not mention'
    """
    if not fixed:
        return ""
    said = ", ".join(f"{name} = {_shown(value)}" for name, value in fixed.items())
    return f"judged at {said}, which the answer does not mention"


def _shown(value: Any) -> str:
    if isinstance(value, (Call, Name)):
        return unicode_of(value)
    flat = [value]
    while any(isinstance(one, tuple) for one in flat) and len(flat) <= SHOWN:
        flat = [part for one in flat for part in (one if isinstance(one, tuple) else (one,))]
    return unicode_of(literal(value)) if len(flat) <= SHOWN else "its value"
