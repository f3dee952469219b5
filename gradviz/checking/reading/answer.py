"""The answer: a text read in the names of the problem, as a node beside the derivative that it should equal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gradviz.checking.claim import Claim
from gradviz.checking.reading.agreeing import check_heading, point_value
from gradviz.checking.reading.building import answer_graph, answer_tree, relation_nodes
from gradviz.checking.reading.cutting import Cut, cut_answer
from gradviz.checking.reading.decimals import written_decimals
from gradviz.checking.reading.fitting import fitted
from gradviz.checking.reading.fixing import fixed_inputs, fixed_note
from gradviz.checking.reading.graft import graft
from gradviz.checking.reading.naming import refuse_primes, refuse_unknown
from gradviz.checking.reading.pinning import is_rounded, pinned, written
from gradviz.checking.reading.question import Question
from gradviz.checking.reading.slopes import told_slopes
from gradviz.checking.reading.surprises import surprises
from gradviz.checking.reading.trees import transposed
from gradviz.errors import DomainProblem, InternalError, ShapeError
from gradviz.explanation.data import Math
from gradviz.explanation.mathematics import equation, math_of
from gradviz.graph.graph import Graph
from gradviz.graph.order import free_names
from gradviz.syntax.tree import Call, Expr

NOWHERE = -1
"""The place of an answer that has no value."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was read.

    Args:
        text: as written.
        tree: as read; of a relation, the difference of its sides.
        notes: on readings that could surprise.
        graph: the question's graph with the answer behind it.
        node: where the answer stands there, in the derivative's shape unless it does not fit.
        names: the inputs and intermediates that it names.
        digits: see `Claim.digits`.
        fixed: see `Claim.fixed`.
        misfit: why it cannot be right whatever its numbers are, one sentence: its shape does not fit, or it has no
            value: it combines arrays that do not fit, or divides by 0 (`node` is `NOWHERE` then). "" if it fits;
            otherwise it makes no claim.
        reading: the tree as mathematics.
        relation: of a relation such as `2x + 2y*y' = 0`: the derivatives of its difference by what it must determine,
            first and second; None for all other answers. Its claim is that the difference is zero.
        diagonals: of a diagonal Jacobian given by its diagonal, the derivative's and the answer's: its claim is about
            these. None for all other answers.
        pinned: of what is fixed at a value that is no fraction, the expression that it is written as (`pi/4`).
    """

    text: str
    tree: Expr
    notes: tuple[str, ...]
    graph: Graph
    node: int
    names: frozenset[str]
    digits: int | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict)
    misfit: str = ""
    reading: Math | None = None
    relation: tuple[int, int] | None = None
    diagonals: tuple[int, int] | None = None
    pinned: Mapping[str, Expr] = field(default_factory=dict)


def read_answer(asked: Question, text: str, *, name: str = "answer") -> Answer:
    """Read an answer to a question.

    Args:
        asked: the question.
        text: in the language or in LaTeX, in the names of the problem (inputs and intermediates), with or without
            `dy/dx =` and its like before it.
        name: what errors call the text.

    Raises:
        UserError: it cannot be read, names what the problem does not have, or says that it answers another question.

    Example:
        >>> from gradviz.checking.reading.question import question
        >>> from gradviz.graph.build import build
        >>> from gradviz.syntax.parser import parse
        >>> asked = question(build(parse("f = x^2*y")), "x")
        >>> answer = read_answer(asked, "df/dx = 2xy")
        >>> answer.reading.unicode, answer.notes
        ('2·x y', ('xy is read as the product x·y',))
    """
    cut = cut_answer(asked, text, name)
    notes = [check_heading(asked, heading, side.span, cut.source) for heading, side in cut.headings]
    places = dict(asked.built.graph.names)
    for order in sorted(cut.slopes.orders):
        places[cut.slopes.names[order]] = asked.slopes[order - 1]
    trees = [answer_tree(asked, cut, side, tuple(places), notes) for side in cut.parts]
    tree = trees[0] if len(trees) == 1 else Call("sub", (trees[0], trees[1]), span=trees[0].span.to(trees[1].span))
    free = free_names(tree, tuple(places))
    refuse_unknown(free, places, asked.built.letters.sizes, cut.source)
    for one in trees:
        refuse_primes(one, {known: asked.graph.nodes[i].shape for known, i in places.items()}, cut.source)
    mentioned = frozenset(one.id for one in free if one.id in places)
    point, given = _point(asked, cut), fixed_inputs(asked, mentioned)
    exactly = {name: how for name in given if name not in point and (how := written(asked, name)) is not None}
    notes += surprises(text, tree, tuple(places))
    notes.append(fixed_note({name: exactly.get(name, value) for name, value in given.items() if name not in point}))
    answer = Answer(
        text,
        tree,
        _told(notes),
        asked.graph.copy(),
        NOWHERE,
        mentioned,
        fixed=given | {name: value for name, (value, _) in point.items()},
        pinned=exactly | {name: tree for name, (value, tree) in point.items() if is_rounded(value)},
        reading=_reading(asked, cut, trees, tuple(places)),
    )
    return _placed(asked, cut, answer, {known: places[known] for known in sorted(mentioned)})


def _placed(asked: Question, cut: Cut, answer: Answer, places: Mapping[str, int]) -> Answer:
    """The answer with its node in the question's graph."""
    graph = answer.graph
    try:
        made = answer_graph(asked, graph, answer.tree, cut.source, places)
    except (ShapeError, DomainProblem) as error:
        return replace(answer, misfit=f"The answer has no value: {error.message}.")
    if len(cut.parts) > 1:
        node, slope, bend = relation_nodes(cut, graph, made, places)
        return replace(answer, node=node, relation=(slope, bend))
    fit = fitted(asked, graph, graft(graph, made.graph, [made.output], places)[0])
    answer = replace(answer, diagonals=fit.diagonals)
    return replace(answer, node=fit.node, misfit=fit.misfit, notes=_told([*answer.notes, fit.note]))


def _told(notes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(note for note in notes if note))


def _reading(asked: Question, cut: Cut, trees: Sequence[Expr], own: Collection[str]) -> Math:
    """What was read, for people."""
    shown = [told_slopes(math_of(transposed(one, own)), asked, cut.slopes) for one in trees]
    return equation(shown) if len(shown) > 1 else shown[0]


def _point(asked: Question, cut: Cut) -> dict[str, tuple[Any, Expr]]:
    """The point of `f'(3) = …`, and how it is written; empty if there is none."""
    found: dict[str, tuple[Any, Expr]] = {}
    for heading, side in cut.headings:
        if heading.point:
            found[asked.wrt[0]] = point_value(heading, side.span, cut.source)
    return found


def claim_of(asked: Question, answer: Answer) -> Claim:
    """That the answer equals the derivative, wherever the function is defined.

    Of a relation: that it holds with the derivative put into it.
    """
    if answer.misfit:
        raise InternalError("an answer whose shape does not fit makes no claim")
    graph, truth, node = answer.graph, asked.target, answer.node
    if answer.diagonals is not None:
        truth, node = answer.diagonals
    if answer.relation is not None:
        graph = graph.copy()
        truth = graph.constant(0, graph.nodes[answer.node].shape).id
    domain = (asked.built.output,) if asked.zero is None else (asked.built.output, *asked.slopes)
    claim = Claim(
        graph=graph,
        truth=truth,
        answer=node,
        domain=domain,
        fixed=answer.fixed,
        zero=asked.zero,
        declared=asked.built.declared,
        digits=answer.digits,
        decimals=written_decimals(answer.text),
    )
    return pinned(claim, answer.pinned)
