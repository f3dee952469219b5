"""The sentences of an explanation: one table of words for what gates do to gradients."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from gradviz.graph.graph import Node
from gradviz.ops.op import Kink
from gradviz.syntax.names import RAISED

GATES: Mapping[tuple[str, str], str] = {
    ("add", "distributes"): "add distributes: each operand receives the upstream gradient unchanged",
    ("add", "passes"): "adding a constant passes the upstream gradient on unchanged",
    (
        "sub",
        "distributes",
    ): "subtract distributes: the first operand receives the upstream gradient, the second its negative",
    ("sub", "passes"): "subtracting a constant passes the upstream gradient on unchanged",
    ("sub", "flips"): "subtracting from a constant flips the sign of the upstream gradient",
    ("mul", "swaps"): "multiply swaps: each operand receives the upstream gradient times the other operand",
    ("mul", "scales"): "multiplying by a constant scales the upstream gradient by it",
    ("div", "scales"): "dividing by a constant divides the upstream gradient by it",
    ("neg", "flips"): "negation flips the sign of the upstream gradient",
    ("maximum", "routes"): "max routes: the upstream gradient goes to the largest operand, the others receive nothing",
    ("minimum", "routes"): "min routes: the upstream gradient goes to the smallest operand, the others receive nothing",
    ("max", "routes"): "max routes: the upstream gradient goes to the largest entry, the others receive nothing",
    ("min", "routes"): "min routes: the upstream gradient goes to the smallest entry, the others receive nothing",
    ("where", "routes"): "where routes: the upstream gradient goes to the branch that was taken",
    (
        "matmul",
        "swaps",
    ): "the matrix product swaps: each factor receives the upstream gradient times the other, transposed",
    ("sum", "distributes"): "sum distributes: every entry receives the upstream gradient unchanged",
    ("mean", "distributes"): "mean distributes: every entry receives the upstream gradient divided by their number",
    ("mean", "scales"): "mean scales: every entry receives the upstream gradient divided by their number",
    ("floor", "stops"): "floor is flat between its jumps: its gradient is zero",
    ("ceil", "stops"): "ceil is flat between its jumps: its gradient is zero",
    ("sign", "stops"): "sign is flat on both sides of 0: its gradient is zero",
    ("stop_gradient", "stops"): "stop_gradient stops: the value passes, the gradient does not",
}
"""By operation and verb."""

VERBS: Mapping[str, str] = {
    "distributes": "{name} distributes: each operand receives its share of the upstream gradient",
    "passes": "{name} passes the upstream gradient on unchanged",
    "swaps": "{name} swaps: each operand receives the upstream gradient times the other",
    "scales": "{name} scales the upstream gradient by a constant",
    "routes": "{name} routes: the upstream gradient goes where the value came from",
    "flips": "{name} flips the sign of the upstream gradient",
    "sums": "{name} sums the gradients that come back",
    "copies": "{name} copies forward, so that the gradients that come back are added",
    "stops": "{name} stops: no gradient flows back through it",
}
"""By verb alone."""


def gate_sentence(node: Node, verb: str, caption: str, local: str | None) -> str:
    """What a node does to the gradient that comes back into it.

    Args:
        node: the operation.
        verb: its gate's word; "" for functions.
        caption: the word that stands for it.
        local: the local derivative as text, where there is one operand and it is short.
    """
    if verb:
        return GATES.get((node.op.name, verb)) or VERBS[verb].format(
            name=node.op.notation.text or node.op.name.replace("_", " ")
        )
    if local is not None:
        return f"{caption} multiplies the upstream gradient by its slope, {local}"
    if node.op.elementwise:
        return f"{caption} multiplies the upstream gradient by its local derivatives"
    return f"{caption} pulls the upstream gradient back through its Jacobian"


def sum_sentence(name: str, contributions: Sequence[float], total: float) -> str:
    """The ledger of a fan-out in words.

    Example:
        >>> sum_sentence("x", [3, -4, 1], 0)
        'x is used 3 times, so its contributions are added: 3 + (−4) + 1 = 0'
    """
    terms = " + ".join(
        f"({short(value)})" if value < 0 and place else short(value) for place, value in enumerate(contributions)
    )
    return f"{used(name, len(contributions))}: {terms} = {short(total)}"


def used(name: str, times: int) -> str:
    """That contributions are added, and why."""
    return f"{name} is used {'twice' if times == 2 else f'{times} times'}, so its contributions are added"


def short(value: float) -> str:
    """A number in a sentence: four significant digits, a true minus, powers of ten.

    Example:
        >>> short(-0.25), short(7.969e-05), short(1e6)
        ('−0.25', '7.969×10⁻⁵', '10⁶')
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    digits, _, exponent = f"{value + 0.0:.4g}".replace("-", "−").partition("e")
    if not exponent:
        return digits
    power = "10" + exponent.lstrip("+").replace("−0", "−").lstrip("0").translate(RAISED)
    return {"1": power, "−1": f"−{power}"}.get(digits, f"{digits}×{power}")


def kink_sentence(node: Node, kink: Kink, constant_wins: bool, hits: int, entries: int) -> str:
    """Which subgradient is taken at a kink, and which are allowed; ties in the words of ties.

    Example:
        >>> from gradviz.graph.graph import Graph
        >>> node = Graph().relu(0).node
        >>> kink_sentence(node, Kink(locus=lambda b, x: x, taken="0", allowed="[0, 1]", says=""), False, 1, 1)
        'kink: slope taken as 0, allowed [0, 1]'
    """
    where = "" if entries == 1 else f" at {hits} of {entries} entries"
    allowed = "" if kink.allowed in ("none", "") else f", allowed {kink.allowed}"
    if "shared" in kink.taken:
        if constant_wins:
            return f"tie{where}: the constant wins, so the slope is taken as 0{allowed}"
        return f"tie{where}: the gradient is {kink.taken}{allowed} each" if allowed else f"tie{where}: {kink.taken}"
    if kink.taken == "∞":
        return f"kink{where}: the slope is infinite there{allowed}"
    if kink.taken.lstrip("−-").replace(".", "").replace("/", "").isdigit():
        return f"kink{where}: slope taken as {kink.taken}{allowed}"
    return f"kink{where}: {kink.taken}{allowed}"
