"""Matrices that are singular at the point, or nearly: which one, and what that does to the gradient."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gradviz.graph.graph import Graph
from gradviz.syntax.names import RAISED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Found = Sequence[Any] | Mapping[int, Any]

WITHOUT: Mapping[str, str] = MappingProxyType(
    {
        "inv": "so it has no inverse and passes no gradient back",
        "solve": "so the equations have no single solution and pass no gradient back",
        "logdet": "so its log-determinant is −∞, whose gradient, the inverse transposed, does not exist",
        "det": "so the gradient of its determinant is its matrix of cofactors, not det times the inverse transposed",
    }
)
"""What is lost where the matrix that an operation takes first is singular."""

NEARLY, NOISE = 1e8, 1e15
"""Condition numbers from which a matrix is nearly singular, and from which its inverse is rounding errors only."""


LONGEST = 300
"""Decimal exponents of the numbers that a float64 holds."""

LARGEST = 400
"""Rows of a matrix whose condition number is worked out: it costs a few seconds beyond."""


def singular(op: str, matrices: Any, name: str) -> str | None:
    """Why an operation on a matrix has no value; None if it is not because the matrix is singular.

    Args:
        op: the operation.
        matrices: the values of its first operand: a matrix, or a stack of them.
        name: of that operand.

    Example:
        >>> singular("inv", [[1, 2], [2, 4]], "A")
        'A is singular at this point (determinant 0, rank 1 of 2), so it has no inverse and passes no gradient back'
    """
    import numpy as np

    stack = np.asarray(matrices, dtype=np.float64)
    if op not in WITHOUT or stack.ndim < 2 or 0 in stack.shape or not np.all(np.isfinite(stack)):
        return None
    for place in np.ndindex(*stack.shape[:-2]):
        matrix, called = stack[place], _called(name, place)
        sign, logarithm = np.linalg.slogdet(matrix)
        if op == "logdet" and sign < 0 and not _is_singular(matrix):
            below = _below(float(logarithm))
            return f"the determinant of {called} is negative ({below}), and a negative number has no real logarithm"
        if _is_singular(matrix):
            rank = int(np.linalg.matrix_rank(matrix))
            known = f"determinant 0, rank {rank} of {len(matrix)}"
            return f"{called} is singular at this point ({known}), {WITHOUT[op]}"
    return None


def conditions(graph: Graph, found: Found, nodes: Iterable[int], names: Mapping[int, str]) -> list[str]:
    """A sentence for every matrix that is inverted, or whose determinant is taken, while it is nearly singular.

    Args:
        graph: the graph.
        found: the values that are known.
        nodes: the nodes to look at.
        names: what nodes are called.
    """
    told: dict[str, None] = {}
    for i in nodes:
        node = graph.nodes[i]
        if node.op.name in WITHOUT and node.operands[0] in _known(found):
            name = names.get(node.operands[0], f"the matrix of {node.op.name}")
            told.update(dict.fromkeys(_weak(node.op.name, found[node.operands[0]], name)))
    return list(told)


def _known(found: Found) -> Any:
    return found if isinstance(found, Mapping) else range(len(found))


def _weak(op: str, matrices: Any, name: str) -> list[str]:
    import numpy as np

    stack = np.asarray(matrices, dtype=np.float64)
    if 0 in stack.shape or stack.shape[-1] > LARGEST or not np.all(np.isfinite(stack)):
        return []
    if op == "det":
        said = singular(op, stack, name)
        return [] if said is None else [said]
    told = []
    for place in np.ndindex(*stack.shape[:-2]):
        condition = float(np.linalg.cond(stack[place]))
        if math.isfinite(condition) and condition >= NEARLY:
            told.append(_warning(op, condition, _called(name, place)))
    return told


def _warning(op: str, condition: float, called: str) -> str:
    size = _number(condition)
    if condition >= NOISE:
        return (
            f"{called} is singular to within rounding (condition number {size}): "
            f"the numbers from {op}, and every gradient through it, are rounding errors"
        )
    digits = math.floor(math.log10(condition))
    return (
        f"{called} is nearly singular (condition number {size}): "
        f"about {digits} of 16 digits are lost in {op} and in the gradients through it"
    )


def _is_singular(matrix: NDArray[np.float64]) -> bool:
    """Whether the rank is not full, as far as rounding lets one say."""
    import numpy as np

    return int(np.linalg.matrix_rank(matrix)) < len(matrix)


def _called(name: str, place: tuple[int, ...]) -> str:
    return f"{name}[{', '.join(map(str, place))}]" if place else name


def _below(logarithm: float) -> str:
    """A negative number by the logarithm of its size, however large or small that is."""
    whole, part = divmod(logarithm / math.log(10), 1)
    if abs(whole) < LONGEST:
        return _number(-math.exp(logarithm))
    return f"−{10**part:.3g}×10{str(int(whole)).translate(RAISED)}"


def _number(value: float) -> str:
    """Three digits, with a true minus: the renderers' own formatting stands above this room."""
    text = f"{abs(value):.3g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}×10{str(int(exponent)).translate(RAISED)}"
    return f"−{text}" if value < 0 else text
