"""Answers whose shapes do not fit: the one change of a product, or the one sum, that makes them the derivative."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from gradviz.checking.claim import Claim
from gradviz.checking.diagnosis.arrays.points import points_at, same_at
from gradviz.checking.diagnosis.finding import Finding
from gradviz.checking.reading.answer import NOWHERE, Answer
from gradviz.checking.reading.graft import graft
from gradviz.checking.reading.question import Question
from gradviz.checking.reading.trees import mapped, sized
from gradviz.errors import UserError
from gradviz.explanation.mathematics import unicode_of
from gradviz.graph.build import build
from gradviz.graph.order import free_names
from gradviz.syntax.tree import Assign, Call, Define, Expr, Name, Number, Program, Slice, postorder

MATRIX = frozenset({"matmul", "juxtapose", "dot"})
PRODUCTS = MATRIX | {"mul", "outer"}
TRIED = 120
"""Changes that are tried: each builds a small graph, most fail at once."""
OTHERS = 2
"""Further changes that are as simple and lead to the derivative as well: so many are said."""
NAME = "answer_value"
PLAIN, TURNED, LEAF, TOO_MANY, SUMMED, TWICE, THRICE = 10, 12, 13, 14, 15, 20, 30
"""What changes cost: a transpose that is missing or another product; factors turned round; a transpose within a factor;
one too many; a sum; two and three things at once."""


@dataclass(frozen=True, slots=True)
class _Names:
    """The letters that are sizes, and the names of matrices."""

    letters: frozenset[str]
    matrices: frozenset[str]

    def is_matrix(self, factor: Expr) -> bool:
        """Whether a factor is the name of a matrix, or its transpose."""
        inner = _turned(factor) if _is_turned(factor) else factor
        return isinstance(inner, Name) and inner.id in self.matrices


@dataclass(frozen=True, slots=True)
class _Change:
    """One change of an answer.

    Args:
        name: of the mistake.
        says: the fact, behind the place.
        before, after: what is changed, and what it becomes.
        tree: the whole answer with it.
        cost: how much is changed, the likelier the less.
    """

    name: str
    says: str
    before: Expr
    after: Expr
    tree: Expr
    cost: int = PLAIN


def repaired(asked: Question, answer: Answer) -> tuple[Finding, ...]:
    """The simplest change of an answer whose shapes do not fit that makes it the derivative; empty if there is none.

    A change is a transpose more or less at one factor, factors the other way round, an outer or matrix product for an
    elementwise one and the reverse, and a sum over the rows or columns of the whole.

    Args:
        asked: with arrays.
        answer: a misfit: it has no value, or another shape than the derivative.
    """
    nodes, known = asked.built.graph.nodes, asked.built.graph.names
    matrices = frozenset(name for name, i in known.items() if len(nodes[i].shape) > 1)
    names = _Names(frozenset(asked.built.letters.sizes), matrices)
    right: list[_Change] = []
    tried = sorted(islice(_changes(answer.tree, names), TRIED), key=lambda change: change.cost)
    for change in tried:
        if right and change.cost > right[0].cost:
            break
        if _is_right(asked, change.tree):
            right.append(change)
    if not right:
        return ()
    first, *others = _apart(right)
    lost = answer.node == NOWHERE
    also = tuple(_sentence(one, lost) for one in others[:OTHERS])
    count = 2 if first.cost >= THRICE else 1
    return (Finding(first.name, None, _sentence(first, lost), count, 0.0, answer.tree, first.tree, also),)


def _apart(changes: list[_Change]) -> list[_Change]:
    """Changes that lead to different formulas."""
    return list({unicode_of(change.tree): change for change in reversed(changes)}.values())[::-1]


def _sentence(change: _Change, lost: bool) -> str:
    before, after = unicode_of(change.before), unicode_of(change.after)
    place = f"The shapes of {before} do not fit" if lost else f"At {before}"
    return f"{place}: {change.says}: {after}."


def _changes(tree: Expr, names: _Names) -> Iterator[_Change]:
    parts = [part for part in postorder(tree) if not isinstance(part, Slice)]
    for part in parts:
        if isinstance(part, Call) and part.function in PRODUCTS and len(part.operands) == 2:
            yield from _of_product(tree, part, names)
    turned = {id(part.operands[0]) for part in parts if isinstance(part, Call) and _is_turned(part)}
    for part in parts:
        leaf = part.operands[0] if isinstance(part, Call) and _is_turned(part) else part
        if isinstance(leaf, Name) and leaf.id not in names.letters and id(part) not in turned:
            name, says, _ = _transposing(part)
            after = _with(tree, part, _turned(part))
            yield _Change(name, says, tree, after, after, LEAF)
    for axis, said in ((0, "first"), (-1, "last")):
        after = Call("sum", (tree,), (("axis", Number(Fraction(axis))),))
        yield _Change("broadcast not summed", f"it must be summed over its {said} axis", tree, after, after, SUMMED)


def _of_product(tree: Expr, part: Call, names: _Names) -> Iterator[_Change]:
    """What could be meant in the place of one product; plain numbers stay where they are."""
    left, right = part.operands
    a, b = _core(left, names.letters), _core(right, names.letters)
    other = part.function not in MATRIX

    def made(name: str, says: str, new: Expr, cost: int) -> _Change:
        return _Change(name, says, part, new, _with(tree, part, new), cost)

    def product(first: Expr, second: Expr) -> Expr:
        return Call("matmul", (_with(left, a, first), _with(right, b, second)))

    for old, new in ((a, product(_turned(a), b)), (b, product(a, _turned(b)))):
        name, says, cost = _transposing(old)
        says = f"a matrix product is needed, and {says}" if other else says
        yield made(name, says, new, TWICE if other else cost)
    if other:
        yield made("elementwise product", "a matrix product is needed, not an elementwise one", product(a, b), PLAIN)
    else:
        spread = Call("mul", part.operands)
        yield made("matrix product", "an elementwise product is needed, not a matrix product", spread, PLAIN)
    turned = "the factors are the wrong way round"
    yield made("order swapped", turned, product(b, a), TWICE if other else TURNED)
    if names.is_matrix(a) or names.is_matrix(b):
        yield made("order swapped", f"{turned}, and {_transposing(a)[1]}", product(b, _turned(a)), TWICE)
        yield made("order swapped", f"{turned}, and {_transposing(b)[1]}", product(_turned(b), a), TWICE)
    else:
        yield made("outer product missing", "an outer product is needed", product(b, _turned(a)), TWICE)
        yield made("outer product missing", "an outer product is needed", product(a, _turned(b)), TWICE)
    yield made("order swapped", f"{turned}, and so are the transposes", product(_turned(b), _turned(a)), THRICE)


def _transposing(factor: Expr) -> tuple[str, str, int]:
    """The name, the fact and the cost of turning a factor."""
    if _is_turned(factor):
        return "transpose added", f"{unicode_of(factor)} has a transpose too many", TOO_MANY
    return "transpose missing", f"the transpose of {unicode_of(factor)} is missing", PLAIN


def _core(tree: Expr, letters: frozenset[str]) -> Expr:
    """A factor without the plain numbers at it: X of 2/N·X."""
    while isinstance(tree, Call):
        if tree.function == "neg":
            tree = tree.operands[0]
        elif tree.function in ("mul", "juxtapose") and _is_number(tree.operands[0], letters):
            tree = tree.operands[1]
        elif tree.function in ("mul", "div", "juxtapose") and _is_number(tree.operands[-1], letters):
            tree = tree.operands[0]
        else:
            break
    return tree


def _is_number(tree: Expr, letters: frozenset[str]) -> bool:
    return all(not isinstance(part, Name) or part.id in letters for part in postorder(tree))


def _is_turned(tree: Expr) -> bool:
    return isinstance(tree, Call) and tree.function == "transpose" and len(tree.operands) == 1


def _turned(tree: Expr) -> Expr:
    return tree.operands[0] if isinstance(tree, Call) and _is_turned(tree) else Call("transpose", (tree,))


def _with(tree: Expr, part: Expr, new: Expr) -> Expr:
    """The tree with another part in the place of one: of this one alone, were there others like it."""
    return mapped(tree, lambda node: new if node is part else node)


def _is_right(asked: Question, tree: Expr) -> bool:
    """Whether a changed answer is the derivative: at points, and then by the whole procedure."""
    built = asked.built
    used = {name.id for name in free_names(tree, frozenset(built.graph.names))}
    places = {name: i for name, i in built.graph.names.items() if name in used}
    shapes = {name: built.graph.nodes[i].shape for name, i in places.items()}
    letters = {letter: size.size for letter, size in built.letters.sizes.items()}
    kept = [one for one in built.program.statements if isinstance(one, Define)]
    program = Program((*kept, Assign(NAME, sized(tree, letters, shapes))), built.program.source)
    try:
        made = build(program, shapes=shapes, of=NAME if places else None, training=built.training)
    except UserError:
        return False
    if not all(name in places for name in made.graph.inputs):
        return False
    graph = asked.graph.copy()
    node = graft(graph, made.graph, [made.output], places)[0]
    if graph.nodes[node].shape != asked.shape:
        return False
    points = points_at(graph, [built.output, asked.target, node], built.declared, {})
    if not points or not same_at(graph, points, node, asked.target):
        return False
    from gradviz.checking.equality.decide import decide

    claim = Claim(graph, asked.target, node, domain=(built.output,), declared=built.declared)
    return decide(claim).verdict != "wrong"
