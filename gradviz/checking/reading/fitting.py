"""The shape of an answer against that of the derivative: what fits, what is taken to fit, and what does not."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from gradviz.checking.reading.question import Question
from gradviz.graph.graph import Graph, Term
from gradviz.passes.backward import differentiate
from gradviz.shape import Shape, show

DIAGONAL = frozenset({"identity", "scaled identity", "diagonal"})


@dataclass(frozen=True, slots=True)
class Fitted:
    """An answer brought into the derivative's shape.

    Args:
        node: where it stands now.
        note: how it was taken, where that could surprise.
        misfit: why it cannot be right, if its shape does not fit: one sentence.
        diagonals: of a diagonal Jacobian given by its diagonal, the derivative's and the answer's, which is all that
            need be compared; None for other answers.
    """

    node: int
    note: str = ""
    misfit: str = ""
    diagonals: tuple[int, int] | None = None


def fitted(asked: Question, graph: Graph, node: int) -> Fitted:
    """An answer in the shape of the derivative that is asked for.

    An array of equal entries may be given by one of them, a diagonal Jacobian by its diagonal, a vector as a column
    or a row, and a Jacobian of arrays as the matrix of their entries, row by row.

    Args:
        asked: the question.
        graph: of the answer; it grows where the answer is brought into shape.
        node: where the answer stands.
    """
    have, want = graph.nodes[node].shape, asked.shape
    if have == want:
        return Fitted(node)
    term = Term(graph, node)
    if _is_diagonal(asked, have):
        pair = _diagonals(asked, graph, term)
        return Fitted(_diagonal(asked, graph, term), _diagonal_note(have), diagonals=pair)
    if len(_long(have)) == len(_long(want)) <= 1 and _long(have) == _long(want) and min(len(have), len(want)) <= 1:
        note = f"the answer, {_shape(have)}, is taken for {_shape(want)}" if want and have else ""
        return Fitted(graph.reshape(term, shape=want).id, note)
    if not have:
        spread = graph.broadcast_to(term, shape=want)
        return Fitted(spread.id, f"one number is taken for every entry of {_shape(want)}")
    if have == _flat(asked) != want:
        note = "the answer is taken as the matrix of all entries, row by row"
        return Fitted(graph.reshape(term, shape=want).id, note)
    return Fitted(node, misfit=_misfit(asked, have))


def _long(shape: Shape) -> Shape:
    return tuple(size for size in shape if size != 1)


def _shape(shape: Shape) -> str:
    """A shape in words.

    Example:
        >>> _shape(()), _shape((3,)), _shape((2, 3))
        ('a number', 'a vector of 3', 'a 2×3 array')
    """
    if len(shape) < 2:
        return f"a vector of {shape[0]}" if shape else "a number"
    return f"a {show(shape)} array"


def _ends(asked: Question) -> tuple[Shape, Shape]:
    """The shapes of the output and of the first input."""
    nodes = asked.built.graph.nodes
    return nodes[asked.built.output].shape, nodes[asked.built.graph.names[asked.wrt[0]]].shape


def _flat(asked: Question) -> Shape | None:
    """The shape of the matrix of all entries of a Jacobian or Hessian; None for other questions."""
    outer, inner = _ends(asked)
    if asked.order == 1 and asked.kind == "Jacobian":
        return prod(outer), prod(inner)
    if asked.order == 2 and asked.kind == "Hessian":
        return prod(inner), prod(asked.shape[len(inner) :])
    return None


def _is_diagonal(asked: Question, have: Shape) -> bool:
    """Whether the derivative is a diagonal Jacobian and the answer its diagonal, or the one number on it."""
    if asked.kind != "Jacobian" or asked.order != 1:
        return False
    outer, inner = _ends(asked)
    if outer != inner or prod(outer) == 1 or have not in ((), outer):
        return False
    from gradviz.passes.jacobian import jacobian_of

    built = asked.built
    found = jacobian_of(built.graph, built.output, [built.graph.names[asked.wrt[0]]], {})
    return found.operator.structure in DIAGONAL


def _diagonal(asked: Question, graph: Graph, term: Term) -> int:
    outer, inner = _ends(asked)
    count = prod(outer)
    ones = [[int(i == j) for j in range(count)] for i in range(count)]
    mask = graph.reshape(graph.constant(ones), shape=(*outer, *inner))
    if term.shape:
        term = graph.reshape(term, shape=(*outer, *(1 for _ in inner)))
    return int((mask * term).id)


def _diagonals(asked: Question, graph: Graph, term: Term) -> tuple[int, int]:
    """Two vectors instead of two matrices: ones pulled back through a diagonal Jacobian are its diagonal."""
    built = asked.built
    by = built.graph.names[asked.wrt[0]]
    made = differentiate(graph, built.output, wrt=[by])
    graph.nodes.extend(made.graph.nodes[len(graph) :])
    own = term if term.shape else graph.broadcast_to(term, shape=graph.nodes[by].shape)
    return made.gradients[by], own.id


def _diagonal_note(have: Shape) -> str:
    if have:
        return "the answer is read as the diagonal of the Jacobian, which is diagonal"
    return "one number is taken for every entry on the diagonal of the Jacobian, which is diagonal"


def _misfit(asked: Question, have: Shape) -> str:
    want = asked.shape
    says = f"The answer is {_shape(have)}, and {asked.symbol.unicode} is {_shape(want)}"
    why = _why_not(asked, have)
    return f"{says}: {why}." if why else f"{says}."


def _why_not(asked: Question, have: Shape) -> str:
    if asked.kind == "Jacobian" and asked.order == 1:
        outer, inner = _ends(asked)
        if have == (*inner, *outer):
            return "it is laid out the other way round, and the rows belong to the output"
        if have == outer == inner:
            return "it is not diagonal, so that its diagonal is not enough"
        return "its first axes are the output's, the others the input's"
    if have == asked.shape[::-1] and len(have) > 1:
        return "its transpose would fit"
    return "a gradient has the shape of its input" if asked.kind == "gradient" else ""
