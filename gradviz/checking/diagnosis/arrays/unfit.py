"""Answers whose own shapes do not fit: one transpose more or less, or one product turned round, makes them right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gradviz.checking.diagnosis.arrays.points import points_at, same_at
from gradviz.checking.diagnosis.finding import Finding
from gradviz.checking.reading.answer import Answer
from gradviz.checking.reading.graft import graft
from gradviz.checking.reading.question import Question
from gradviz.checking.reading.trees import mapped, sized
from gradviz.errors import UserError
from gradviz.explanation.mathematics import unicode_of
from gradviz.graph.build import build
from gradviz.graph.order import free_names
from gradviz.syntax.tree import Assign, Call, Define, Expr, Number, Program, postorder

PRODUCTS = frozenset({"matmul", "juxtapose", "dot"})
TRIED = 24
"""Changes that are tried."""
NAME = "answer_value"


@dataclass(frozen=True, slots=True)
class _Change:
    name: str
    says: str
    before: Expr
    after: Expr
    tree: Expr


def repaired(asked: Question, answer: Answer) -> tuple[Finding, ...]:
    """The changes of one product that make an answer the derivative; what they change is the mistake."""
    found: list[Finding] = []
    for _, change in zip(range(TRIED), _changes(answer.tree), strict=False):
        if _is_right(asked, change.tree):
            text = f"The shapes of {unicode_of(change.before)} do not fit: {change.says}."
            found.append(Finding(change.name, None, text, 1, 0.0, change.before, change.after))
    return tuple(found[:1])


def _changes(tree: Expr) -> Iterator[_Change]:
    for part in postorder(tree):
        if not isinstance(part, Call) or part.function not in PRODUCTS or len(part.operands) != 2:
            continue
        left, right = part.operands
        for old, new in ((left, (_turned(left), right)), (right, (left, _turned(right)))):
            after = Call("matmul", new)
            more = not _is_turned(old)
            name = "transpose missing" if more else "transpose added"
            said = unicode_of(_bare(old))
            says = f"the transpose of {said} is missing" if more else f"{said} has a transpose too many"
            yield _Change(name, says, part, after, _with(tree, part, after))
        swapped = Call("matmul", (right, left))
        yield _Change("order swapped", "the factors are the wrong way round", part, swapped, _with(tree, part, swapped))


def _bare(tree: Expr) -> Expr:
    """A matrix without a number before it."""
    scaled = isinstance(tree, Call) and tree.function == "mul" and isinstance(tree.operands[0], Number)
    return tree.operands[1] if isinstance(tree, Call) and scaled else tree


def _is_turned(tree: Expr) -> bool:
    return isinstance(tree, Call) and tree.function == "transpose" and len(tree.operands) == 1


def _turned(tree: Expr) -> Expr:
    return tree.operands[0] if isinstance(tree, Call) and _is_turned(tree) else Call("transpose", (tree,))


def _with(tree: Expr, part: Expr, new: Expr) -> Expr:
    return mapped(tree, lambda node: new if node == part else node)


def _is_right(asked: Question, tree: Expr) -> bool:
    built = asked.built
    used = {name.id for name in free_names(tree, frozenset(built.graph.names))}
    places = {name: i for name, i in built.graph.names.items() if name in used}
    shapes = {name: built.graph.nodes[i].shape for name, i in places.items()}
    letters = {letter: size.size for letter, size in built.letters.sizes.items()}
    kept = [one for one in built.program.statements if isinstance(one, Define)]
    program = Program((*kept, Assign(NAME, sized(tree, letters, shapes))), built.program.source)
    try:
        made = build(program, shapes=shapes, of=NAME, training=built.training)
    except UserError:
        return False
    if not all(name in places for name in made.graph.inputs):
        return False
    graph = asked.graph.copy()
    node = graft(graph, made.graph, [made.output], places)[0]
    if graph.nodes[node].shape != asked.shape:
        return False
    points = points_at(graph, [built.output, asked.target, node], built.declared, {})
    return bool(points) and same_at(graph, points, node, asked.target)
