"""The answer: a text read in the names of the problem, as a node beside the derivative that it should equal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gradviz.checking.claim import Claim
from gradviz.checking.reading.graft import graft
from gradviz.checking.reading.question import Question
from gradviz.errors import NameProblem, UserError, nearest
from gradviz.graph.build import build
from gradviz.graph.graph import Graph
from gradviz.graph.order import free_names
from gradviz.ops.op import CONSTANTS
from gradviz.shape import Shape
from gradviz.source import Source
from gradviz.syntax.parser import parse
from gradviz.syntax.tree import Assign, Define, Expr, Program

NAME = "answer_value"
"""What the answer is called while it is built."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was read.

    Args:
        text: as written.
        tree: as read.
        notes: on readings that could surprise.
        graph: the question's graph with the answer behind it.
        node: where the answer stands there.
        names: the inputs and intermediates that it names.
        digits: see `Claim.digits`.
        fixed: see `Claim.fixed`.
    """

    text: str
    tree: Expr
    notes: tuple[str, ...]
    graph: Graph
    node: int
    names: frozenset[str]
    digits: int | None = None
    fixed: Mapping[str, object] = field(default_factory=dict)


def read_answer(asked: Question, text: str, *, name: str = "answer") -> Answer:
    """Read an answer to a question.

    Args:
        asked: the question.
        text: in the language, in the names of the problem (inputs and intermediates).
        name: what errors call the text.

    Raises:
        UserError: it cannot be read, or names what the problem does not have.
    """
    source = Source(text, name)
    places = {known: i for known, i in asked.built.graph.names.items()}
    program = parse(text, name=name, known=tuple(places))
    statement = program.statements[-1]
    if not isinstance(statement, Assign) or statement.expression is None:
        raise UserError("an answer is an expression", hint="write something like 2*x", source=source)
    tree = statement.expression
    free = {one.id: one for one in free_names(tree, frozenset())}
    sizes = asked.built.letters.sizes
    for unknown in free:
        if unknown not in places and unknown not in CONSTANTS and unknown not in sizes:
            close = nearest(unknown, places)
            hint = f"did you mean {close!r}?" if close else f"the problem has {', '.join(places)}"
            raise NameProblem(f"the problem has no {unknown}", span=free[unknown].span, hint=hint, source=source)
    graph = asked.graph.copy()
    node = _built_in(asked, graph, tree, source, {known: places[known] for known in free if known in places})
    notes = tuple(note.message for note in program.notes)
    return Answer(text, tree, notes, graph, node, frozenset(known for known in free if known in places))


def _built_in(asked: Question, graph: Graph, tree: Expr, source: Source, places: Mapping[str, int]) -> int:
    shapes: dict[str, Shape] = {known: graph.nodes[i].shape for known, i in places.items()}
    kept = [one for one in asked.built.program.statements if isinstance(one, Define)]
    program = Program((*kept, Assign(NAME, tree, span=tree.span, name_span=tree.span)), source)
    letters = {letter: size.size for letter, size in asked.built.letters.sizes.items()}
    made = build(program, shapes=shapes, of=NAME, sizes=letters, training=asked.built.training)
    return graft(graph, made.graph, [made.output], places)[0]


def claim_of(asked: Question, answer: Answer) -> Claim:
    """That the answer equals the derivative, wherever the function is defined."""
    return Claim(
        graph=answer.graph,
        truth=asked.target,
        answer=answer.node,
        domain=(asked.built.output,),
        fixed=answer.fixed,
        declared=asked.built.declared,
        digits=answer.digits,
    )
