"""What the name on the left of a line means: a node of the problem, a gradient, or something of the student's own."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from gradviz.checking.reading.heading import read_heading
from gradviz.syntax.names import canonical

_KEYED = re.compile(r"(?:d?grads?|d|dparams|gradients)\[['\"](\w+)['\"]\]")
_SPELLED = re.compile(r"(?:grad|g|nabla|delta|adj)_(\w+)|(\w+)_(?:grad|bar|adj|adjoint)|(\w+)\.grad")
"""Spellings of a gradient beside those that stand before an answer: `grad_q`, `q_grad`, `q_bar`."""

ANY_OUTPUT = frozenset({"", "d", "L", "J", "E", "C", "f", "loss", "cost", "Loss"})
"""What people call the output in the name of a gradient, whatever the problem calls it."""

Sort = Literal["gradient", "local", "node", "own"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name means.

    Args:
        sort: the gradient of the output by something, the local derivative of one thing by another, a node of the
            problem, or something of the student's own.
        by: what is differentiated by, or the node.
        of: of a local derivative, what is differentiated.
    """

    sort: Sort
    by: str = ""
    of: str = ""


def meaning_of(name: str, nodes: Collection[str], inputs: Collection[str], output: str) -> Meaning:
    """What a name means.

    Args:
        name: as written, without blanks.
        nodes: what has a name: inputs, intermediates, the picture's made-up ones, the student's forward lines.
        inputs: of the problem.
        output: its name.

    Example:
        >>> nodes = ["x", "q", "f"]
        >>> [meaning_of(name, nodes, ["x"], "f").sort for name in ("dq", "q", "dqdx", "t", "grads['x']")]
        ['gradient', 'node', 'local', 'own', 'gradient']
    """
    plain = canonical(name)
    if plain in nodes:
        return Meaning("node", plain)
    keyed = _KEYED.fullmatch(name)
    if keyed is not None:
        by = canonical(keyed[1])
        return Meaning("gradient", by) if by in nodes else Meaning("own")
    spelled = _SPELLED.fullmatch(name)
    if spelled is not None:
        by = canonical(next(part for part in spelled.groups() if part))
        if by in nodes:
            return Meaning("gradient", by)
    found = read_heading(name, [one for one in inputs if one != name], nodes)
    if found is None and name[0] in "d∂":
        by = _begun(canonical(name[1:].lstrip("_")), nodes)
        return Meaning("gradient", by) if by else Meaning("own")
    if found is None or len(found.by) != 1 or found.point:
        return Meaning("own")
    by = found.by[0] if found.by[0] in nodes else _begun(found.by[0], nodes)
    if not by or not (found.of in nodes or (found.of in ANY_OUTPUT and name[0] in "d∂")):
        return Meaning("own")
    return Meaning("gradient", by) if found.of not in nodes or found.of == output else Meaning("local", by, found.of)


def _begun(start: str, nodes: Collection[str]) -> str:
    """The only name that begins with these words: `dhidden` is by `hidden_layer`."""
    found = sorted(name for name in nodes if name.startswith(f"{start}_"))
    return found[0] if len(found) == 1 and len(start) > 1 else ""
