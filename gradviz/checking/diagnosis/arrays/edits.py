"""One edit of the right derivative's own formula: a term, a factor, a transpose or a bracket lost, a sign turned.

What cannot be a wrong step of the sweep is often a slip in writing its result down, or a value taken for another one
(a layer's input for its output). The right formula's graph is edited at one place, in each of the ways that it can be
written; an edit at a shared node changes every occurrence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gradviz.checking.diagnosis.arrays.case import Case
from gradviz.checking.diagnosis.arrays.forms import right_forms
from gradviz.checking.diagnosis.arrays.points import SCREENED, alike, values_of
from gradviz.checking.diagnosis.arrays.replay import IMPOSSIBLE
from gradviz.checking.diagnosis.arrays.rewrites import rewrites_at
from gradviz.checking.diagnosis.arrays.screening import is_answer
from gradviz.checking.diagnosis.arrays.words import is_written, label_of, named_nodes, tree_of
from gradviz.explanation.mathematics import rule_math
from gradviz.graph.folding import Folder
from gradviz.graph.graph import Graph
from gradviz.ops.op import INPUT
from gradviz.passes.raising import below
from gradviz.syntax.tree import Call

Where = tuple[int, int]
"""An operation and the operand's place in which another operand is put; place −1: the operation itself, everywhere."""
TRIED = 1_500
"""Edits that are tried of all forms together."""
WHOLE = 30
"""How many nodes the right formula may have that a sentence writes out."""
STEPS = 20_000
"""Nodes that are rebuilt in all."""
LARGE = 400
"""Nodes of a formula beyond which nobody wrote it down."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A formula with one place changed.

    Args:
        name: of the mistake.
        says: the fact, as the rest of a sentence that begins with the place.
        form: the whole right formula.
        place: the node of the formula that is changed.
        id: the whole edited formula.
        prior: the log of how likely it is.
        nodes: what the fact speaks of.
    """

    name: str
    says: str
    form: int
    place: int
    id: int
    prior: float
    nodes: tuple[int, ...] = ()


def edit_matches(case: Case) -> list[Edit]:
    """The edits that give the answer."""
    listed: dict[int, Edit] = {}
    for edit in _edits(case):
        known = listed.get(edit.id)
        if known is None or known.prior < edit.prior:
            listed[edit.id] = edit
    near = _near(case, list(listed))
    told: dict[tuple[object, ...], Edit] = {}
    for edit in listed.values():
        if edit.id in near and is_answer(case, edit.id):
            fact = (edit.name, edit.says, edit.nodes)
            if fact not in told or told[fact].form == case.truth:
                told[fact] = edit
    return list(told.values())


def _near(case: Case, ids: list[int]) -> set[int]:
    """Those that agree with the answer at the screening points; of other shapes, none."""
    shape = case.graph.nodes[case.claimed].shape
    fitting = [i for i in ids if case.graph.nodes[i].shape == shape]
    for point in case.points[:SCREENED]:
        claimed, *found = values_of(case.graph, [point], [case.claimed, *fitting])[0]
        fitting = [i for i, value in zip(fitting, found, strict=True) if alike(value, claimed)]
    return set(fitting)


def _edits(case: Case) -> Iterator[Edit]:
    builder, made, steps = case.builder, 0, 0
    for form in right_forms(case):
        cone = below(builder.graph, [form])
        if len(cone) > LARGE:
            continue
        heavy = weights(builder.graph, cone)
        users = _users(case, cone)
        for place in reversed(cone):
            for local in rewrites_at(builder, place, case.program):
                if local.loses and not _is_small(case, local.nodes[0], heavy, form):
                    continue
                for where in _wheres(place, users, form):
                    steps += len(cone)
                    made += 1
                    if made > TRIED or steps > STEPS:
                        return
                    id = rebuilt(builder, cone, form, where, local.id)
                    id = id if id is None or builder.node(id).shape else builder.fit(id, builder.node(form).shape)
                    if id is not None and id != form:
                        yield Edit(local.name, local.says, form, place, id, local.prior, local.nodes)


def weights(graph: Graph, cone: Iterable[int]) -> dict[int, int]:
    """How often inputs occur in each node of a formula."""
    made: dict[int, int] = {}
    for i in cone:
        node = graph.nodes[i]
        made[i] = int(node.op is INPUT) + sum(made[operand] for operand in node.operands)
    return made


def _is_small(case: Case, lost: int, heavy: Mapping[int, int], form: int) -> bool:
    """Whether a factor may be lost by a slip: it is one value that has a name, and no more than half of the formula."""
    node = case.graph.nodes[lost]
    named = lost < case.program or heavy.get(lost, 0) <= 1 or node.op.elementwise
    return named and 2 * heavy.get(lost, 0) <= heavy[form]


def _users(case: Case, cone: Iterable[int]) -> dict[int, list[Where]]:
    """By node of a formula, where it is used in it."""
    users: dict[int, list[Where]] = {}
    for i in cone:
        for slot, operand in enumerate(case.graph.nodes[i].operands):
            users.setdefault(operand, []).append((i, slot))
    return users


def _wheres(place: int, users: Mapping[int, list[Where]], form: int) -> list[Where]:
    """Everywhere; and at each use alone, where there are several."""
    uses = users.get(place, [])
    return [(place, -1), *(uses if len(uses) > 1 and place != form else ())]


def rebuilt(builder: Folder, cone: list[int], form: int, where: Where, new: int) -> int | None:
    """A formula with another node at a place; None where that does not fit the shapes."""
    target, slot = where
    moved: dict[int, int] = {target: new} if slot < 0 else {}
    try:
        for i in cone:
            node = builder.node(i)
            if i < target or i in moved or not node.operands:
                continue
            operands = [moved.get(operand, operand) for operand in node.operands]
            if i == target:
                operands[slot] = new
            if tuple(operands) != node.operands:
                moved[i] = builder.make(node.op.name, tuple(operands), node.attributes)
    except IMPOSSIBLE:
        return None
    return moved.get(form, form)


def edit_sentence(case: Case, edit: Edit) -> str:
    """Where a formula was changed, and how."""
    names = named_nodes(case.graph, case.program)
    fact = edit.says.format(*(label_of(case.graph, i, names) for i in edit.nodes))
    tree = tree_of(case.graph, edit.place, names)
    if tree is None or not is_written(Call("neg", (tree,))):
        return f"In {case.symbol}: {fact}."
    place = label_of(case.graph, edit.place, names)
    if edit.form == case.truth or edit.place == edit.form:
        return f"In {case.symbol}, at {place}: {fact}."
    whole = tree_of(case.graph, edit.form, names, WHOLE)
    return f"In {case.symbol}{'' if whole is None else f' = {rule_math(whole).unicode}'}, at {place}: {fact}."
