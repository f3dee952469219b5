"""What stands for a node in a picture, and the word above it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from gradviz.explanation.curves import curve_of
from gradviz.explanation.data import Glyph
from gradviz.explanation.mathematics import math_of
from gradviz.graph.graph import Graph, Node
from gradviz.ops.op import CONSTANT
from gradviz.passes.raising import expression, literal
from gradviz.syntax.show import name_latex, to_unicode
from gradviz.syntax.tree import Array

SIGNS: Mapping[str, str] = {"add": "+", "sub": "-", "mul": r"\times ", "div": r"\div "}
"""Operations that stay a sign in a circle when one operand is a constant: `+1`, `\\times 3`."""
CIRCLES = frozenset({"+", "-", r"\times", r"\div", r"\max", r"\min", "@", r"\odot", r"\cdot", r"\Sigma", r"\sum"})
"""Marks that fit into a circle."""
WORDS: Mapping[str, str] = {"div": "divide", "pow": "power", "matmul": "matmul", "index": "entry", "abs": "abs"}
"""Function names above glyphs, where the operation's own name says less."""
NEGATION = Glyph("circle", r"\times{-1}")
FOLDED_WIDTH = 4
"""Signs that a folded constant may take in a circle."""


def caption_of(graph: Graph, node: Node, varying: Sequence[int]) -> tuple[str, bool]:
    """The word above the glyph, and whether it is a gate's verb.

    Args:
        graph: where the node's constants stand.
        node: the operation.
        varying: the slots whose operands are no constants.
    """
    verb = node.op.gate_with(varying)
    if verb:
        return verb, True
    if len(varying) == 1 and node.op.name in ("pow", "div"):
        other = graph.nodes[node.operands[1 - varying[0]]]
        value = other.settings.get("value") if other.op is CONSTANT else None
        if isinstance(value, (int, float, Fraction)):
            return _special_caption(node.op.name, varying[0], value), False
    return WORDS.get(node.op.name, node.op.name.replace("_", " ")), False


def _special_caption(op: str, slot: int, value: Any) -> str:
    """`square`, `1/x`, `2ˣ`: functions that powers and quotients become when the other operand is a constant."""
    shown = to_unicode(literal(value))
    if op == "div":
        return f"{shown}/x"
    if slot == 1:
        return f"{shown}^x"
    return {2: "square", 3: "cube", -1: "1/x"}.get(value, "power")


def glyph_of(
    graph: Graph, id: int, varying: Sequence[int], at: float | None, slope: float | None, *, kink: bool
) -> Glyph:
    """The glyph of an operation.

    Args:
        graph: the graph.
        id: the operation's node.
        varying: the slots whose operands are no constants.
        at: the value of the only varying operand, if it is a number.
        slope: the local derivative there.
        kink: whether the operating point is a kink.
    """
    node = graph.nodes[id]
    if node.op.name == "neg":
        return NEGATION
    if len(varying) == 1 and node.op.elementwise:
        folded = _folded(graph, node, varying[0])
        if folded is not None:
            return folded
        if all(i == varying[0] or not graph.nodes[o].shape for i, o in enumerate(node.operands)):
            curve = curve_of(graph.nodes, node, varying[0], at, slope, kink=kink)
            if curve is not None:
                return Glyph("curve", _box_latex(graph, id), curve)
    return _marked(graph, id)


def plain_glyph(graph: Graph, id: int, varying: Sequence[int]) -> Glyph:
    """The glyph of an operation without a curve, for graphs that are too large to be drawn."""
    node = graph.nodes[id]
    if node.op.name == "neg":
        return NEGATION
    folded = _folded(graph, node, varying[0]) if len(varying) == 1 and node.op.elementwise else None
    return folded or _marked(graph, id)


def _marked(graph: Graph, id: int) -> Glyph:
    """A circle with the operation's sign, or a box with its formula."""
    node = graph.nodes[id]
    mark = node.op.mark
    if mark is not None and mark.strip() in CIRCLES:
        return Glyph("circle", mark)
    return Glyph("box", mark if mark is not None else _box_latex(graph, id))


def _folded(graph: Graph, node: Node, slot: int) -> Glyph | None:
    """A sign with its constant; the sign alone where the constant is an array or long."""
    if node.op.name not in SIGNS or len(node.operands) != 2 or (node.op.name == "div" and slot == 1):
        return None
    sign = SIGNS[node.op.name]
    tree = expression(graph, node.operands[1 - slot], {}, 12)
    if tree is None or isinstance(tree, Array):
        return Glyph("circle", sign.strip())
    math = math_of(tree)
    if len(math.unicode) > FOLDED_WIDTH:
        return Glyph("circle", sign.strip())
    negative = math.latex.startswith("-")
    if node.op.name == "sub" and slot == 1:
        return Glyph("circle", f"{math.latex}-")
    if negative and sign in ("+", "-"):
        return Glyph("circle", f"{sign}({math.latex})")
    return Glyph("circle", f"{sign}{{{math.latex}}}" if negative else f"{sign}{math.latex}")


def _box_latex(graph: Graph, id: int) -> str:
    r"""The operation written on a dot, where that is short (`\|\cdot\|^2`), else its name upright."""
    node = graph.nodes[id]
    varying = [operand for operand in node.operands if graph.nodes[operand].op is not CONSTANT]
    if len(node.operands) > 1 and len(varying) == 1:
        tree = expression(graph, id, {varying[0]: "x"}, 12)
        if tree is not None:
            return math_of(tree).latex
    if node.op.notation.latex is not None and len(set(node.operands)) == 1:
        tree = expression(graph, id, {node.operands[0]: "o"}, 12)
        latex = math_of(tree).latex if tree is not None else ""
        dotted = re.sub(r"(?<![A-Za-z\\])o(?![A-Za-z])", r"\\cdot ", latex)
        if dotted.count(r"\cdot") == 1 and len(dotted) < 40:
            return dotted
    return rf"\mathrm{{{node.op.name}}}".replace("_", r"\_")


def pin(name: str) -> Glyph:
    """An input's glyph."""
    return Glyph("pin", name_latex(name))
