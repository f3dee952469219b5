"""The right derivative in the ways that a person may have written it: its matrix forms, grafted beside the sweep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradviz.checking.diagnosis.arrays.case import Case
from gradviz.checking.diagnosis.arrays.points import same_at
from gradviz.checking.diagnosis.arrays.replay import IMPOSSIBLE
from gradviz.checking.reading.trees import sized
from gradviz.errors import UserError
from gradviz.explanation.forms import matrix_forms
from gradviz.explanation.subject import subject_of
from gradviz.explanation.wording import TROUBLE
from gradviz.graph.build import Built, build
from gradviz.graph.folding import Folder
from gradviz.graph.order import free_names
from gradviz.ops.op import CONSTANT, INPUT
from gradviz.passes.matrix.family import family_of
from gradviz.syntax.tree import Assign, Expr, Program

NODES = 60
"""Nodes of a program beyond which its derivatives' matrix forms are not worked out for a diagnosis."""
KEPT = 64
"""Questions whose forms are kept, for the next answer to the same one."""
RESULT = "form_value"


@dataclass(frozen=True, slots=True)
class Forms:
    """What is known of one derivative.

    Args:
        trees: its formulas, in the inputs alone and in the program's names.
        names: what the names in them stand for.
    """

    trees: tuple[Expr, ...]
    names: Mapping[str, int]


_known: dict[tuple[object, ...], Forms] = {}


def forms_of(built: Built, wrt: int) -> Forms:
    r"""The verified formulas of the output's gradient by an input; none where the program is large.

    Example:
        >>> from gradviz.syntax.parser import parse
        >>> from gradviz.syntax.show import to_text
        >>> made = build(parse("f = ||W @ x||^2\nW : 2 x 3\nx : 3"))
        >>> [to_text(tree) for tree in forms_of(made, made.graph.names["x"]).trees]
        ['2*W.T @ W @ x', '2*W.T @ q']
    """
    sizes = tuple((letter, known.size) for letter, known in built.letters.sizes.items())
    shapes = tuple(built.graph.nodes[i].shape for i in built.graph.inputs.values())
    key = (built.program.source.text, built.output_name, built.training, sizes, shapes, len(built.graph), wrt)
    if key not in _known:
        if len(_known) >= KEPT:
            del _known[next(iter(_known))]
        _known[key] = _made(built, wrt)
    return _known[key]


def _made(built: Built, wrt: int) -> Forms:
    graph = built.graph
    name = graph.nodes[wrt].name
    if len(graph) > NODES or graph.nodes[wrt].op is not INPUT or name is None:
        return Forms((), {})
    try:
        subject = subject_of(graph, built.output, built.output_name, {}, (name,), None)
        found = matrix_forms(subject, [wrt], family_of(built), built.declared)
    except (*TROUBLE, UserError):
        return Forms((), {})
    formulas = [found.whole.get(wrt), found.best(wrt)]
    trees = dict.fromkeys(formula.spelled for formula in formulas if formula is not None)
    return Forms(tuple(trees), {shown: i for i, shown in subject.names.items()})


def right_forms(case: Case) -> list[int]:
    """The right derivative in several ways, as nodes of a case's graph: as the sweep has it, and in matrix form.

    A part of a sweep, and a Jacobian, have the first way only.
    """
    found = [case.truth]
    if case.row is None and case.output == case.built.output and case.builder.number(case.seed) == 1:
        forms = forms_of(case.built, case.wrt)
        made = [_grown(case, tree, forms.names) for tree in forms.trees]
        found += [i for i in made if i is not None and _is_truth(case, i)]
    return list(dict.fromkeys(found))


def _is_truth(case: Case, id: int) -> bool:
    nodes = case.graph.nodes
    return nodes[id].shape == nodes[case.truth].shape and same_at(case.graph, case.points, id, case.truth)


def _grown(case: Case, tree: Expr, names: Mapping[str, int]) -> int | None:
    letters = {letter: size.size for letter, size in case.built.letters.sizes.items()}
    tree = sized(tree, letters, names)
    used = {name.id for name in free_names(tree, frozenset(names))}
    places = {name: i for name, i in names.items() if name in used}
    if any(i >= case.program for i in places.values()):
        return None
    shapes = {name: case.graph.nodes[i].shape for name, i in places.items()}
    program = Program((Assign(RESULT, tree),), case.built.program.source)
    try:
        made = build(program, shapes=shapes, of=RESULT)
        return copied(case.builder, made, places)
    except IMPOSSIBLE:
        return None


def copied(builder: Folder, made: Built, places: Mapping[str, int]) -> int:
    """A built expression's output among a builder's nodes; `places` says what its inputs stand for."""
    moved: dict[int, int] = {}
    for i, node in enumerate(made.graph.nodes):
        if node.op is INPUT:
            moved[i] = places[node.name or ""]
        elif node.op is CONSTANT:
            moved[i] = builder.fill(node.attributes[0][1], node.shape)
        else:
            moved[i] = builder.make(node.op.name, tuple(moved[k] for k in node.operands), node.attributes)
    return moved[made.output]
