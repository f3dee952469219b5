"""Readings that could surprise: what is to be said of how an answer was read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from gradviz.graph.order import calls, walk
from gradviz.ops.op import CONSTANTS
from gradviz.syntax.tree import Expr, Name

_HALF = re.compile(r"((?<![^\W\d])[^\W\d]\w*|(?<![\w.])\d+|\))\s*\^\s*(-?\d+)\s*/\s*(\d+)")
_BEHIND = re.compile(r"((?<![^\W\d])e|(?<![\w.])\d+)\s*\^\s*(-?\d+)\s*(?=[A-Za-zα-ω])([A-Za-zα-ω]\w*)")
_LOG = re.compile(r"(?<![A-Za-z])\\?log(?![\w]|_|\s*_|1p|gamma)")


def surprises(text: str, tree: Expr, own: Collection[str]) -> Iterable[str]:
    """Sentences on readings that could surprise, beside those that the parser says.

    Args:
        text: as written.
        tree: as read.
        own: the names of the problem, which win over constants.

    Example:
        >>> from gradviz.syntax.parser import parse_expression
        >>> list(surprises("x^1/2", parse_expression("x^1/2"), ["x"]))
        ['x^1/2 is read as (x^1)/2; for the power write x^(1/2)']
    """
    if _LOG.search(text) and any(call.function == "log" and len(call.operands) == 1 for call in calls(tree)):
        yield "log is read as the natural logarithm; for another base write log10(x) or log(x, b)"
    for found in _HALF.finditer(text):
        base, top, bottom = found.groups()
        if int(bottom) == 0 or int(top) % int(bottom) == 0:
            continue  # nobody means x^(3/3)
        base = "(…)" if base == ")" else base
        yield f"{base}^{top}/{bottom} is read as ({base}^{top})/{bottom}; for the power write {base}^({top}/{bottom})"
    for found in _BEHIND.finditer(text):
        base, power, name = found.groups()
        yield f"{base}^{power}{name} is read as ({base}^{power})·{name}; for the power write {base}^({power}{name})"
    used = {part.id for part in walk(tree) if isinstance(part, Name)}
    if "e" in used and "e" not in own and "e" in CONSTANTS:
        yield "e is read as Euler's number, 2.718…"
