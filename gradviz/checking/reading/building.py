"""From an answer's text to its tree, and from the tree to nodes behind those of the question."""

from __future__ import annotations

from collections.abc import Mapping

from gradviz.checking.reading.cutting import Cut
from gradviz.checking.reading.graft import graft
from gradviz.checking.reading.naming import values_of_functions
from gradviz.checking.reading.question import Question
from gradviz.checking.reading.sides import Side, alone
from gradviz.checking.reading.slopes import unnamed_slopes
from gradviz.checking.reading.trees import sized
from gradviz.checking.reading.vulgar import VALUES, lettered, unlettered
from gradviz.errors import NameProblem, ParseError, UserError
from gradviz.graph.build import Built, build
from gradviz.graph.graph import Graph
from gradviz.passes.backward import differentiate
from gradviz.source import Source
from gradviz.syntax.parser import parse
from gradviz.syntax.tree import Assign, Define, Expr, Name, Program

NAME = "answer_value"
"""What the answer is called while it is built."""


def answer_tree(asked: Question, cut: Cut, side: Side, known: tuple[str, ...], notes: list[str]) -> Expr:
    """One side of an answer as a tree; what is to be said of its reading is put on the notes.

    Raises:
        UserError: it cannot be read; the error points into the answer.
    """
    text, told = values_of_functions(lettered(alone(cut.slopes.text, side.span)), asked.built)
    try:
        program = parse(text + _definitions(asked.built), name=cut.source.name, known=(*known, *VALUES))
    except UserError as error:
        error.source = cut.source if error.source is not None else None
        raise
    statement = program.statements[0]
    notes += [*told, *(unlettered(unnamed_slopes(note.message, asked, cut.slopes)) for note in program.notes)]
    if isinstance(statement, Assign) and statement.expression is not None:
        return sized(statement.expression, VALUES, known)
    if isinstance(statement, Assign) and statement.shape is None:
        return sized(Name(statement.name, statement.name_span), VALUES, known)
    raise ParseError("an answer is an expression", span=side.span, hint="write something like 2*x", source=cut.source)


def _definitions(built: Built) -> str:
    """The program's definitions with arguments, which an answer may call, as further lines."""
    text = built.program.source.text
    kept = [one for one in built.program.statements if isinstance(one, Define)]
    return "".join(f"\n{text[one.span.start : one.span.end]}" for one in kept)


def answer_graph(asked: Question, graph: Graph, tree: Expr, source: Source, places: Mapping[str, int]) -> Built:
    """A tree as a graph of its own; `places` says what its inputs stand for.

    Raises:
        ShapeError: it combines arrays that do not fit.
        UserError: it means nothing.
    """
    shapes = {known: graph.nodes[i].shape for known, i in places.items()}
    letters = {letter: size.size for letter, size in asked.built.letters.sizes.items()}
    tree = sized(tree, letters, asked.built.graph.names)
    kept = [one for one in asked.built.program.statements if isinstance(one, Define)]
    program = Program((*kept, Assign(NAME, tree, span=tree.span, name_span=tree.span)), source)
    # A program of constants alone computes its last one, unless that is asked for by name: then it is an input.
    made = build(program, shapes=shapes, of=NAME if places else None, training=asked.built.training)
    for name in made.inputs:
        if name not in places:  # a mark that only arrays have, such as the T of f^T where f is a number
            raise NameProblem(f"the problem has no {name}", hint="^T is the transpose of an array", source=source)
    return made


def relation_nodes(cut: Cut, graph: Graph, made: Built, places: Mapping[str, int]) -> tuple[int, int, int]:
    """A relation's difference of sides in a graph, and its first two derivatives by what it must determine."""
    by = made.graph.names[cut.slopes.names[max(cut.slopes.orders)]]
    grown, found = made.graph, [made.output]
    for _ in range(2):
        back = differentiate(grown, found[-1], wrt=[by])
        grown = back.graph
        found.append(back.gradients[by] if by in back.gradients else grown.constant(0).id)
    difference, slope, bend = graft(graph, grown, found, places)
    return difference, slope, bend
