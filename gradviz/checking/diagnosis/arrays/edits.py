"""One edit of the right derivative's own formula: a term, a factor, a transpose or a bracket lost, a sign turned.

What cannot be a wrong step of the sweep is often a slip in writing its result down, or a value taken for another one
(a layer's input for its output). The right formula's graph is edited at one place, in each of the ways that it can be
written; an edit at a shared node changes every occurrence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from gradviz.checking.diagnosis.arrays.case import Case
from gradviz.checking.diagnosis.arrays.forms import right_forms
from gradviz.checking.diagnosis.arrays.points import SCREENED, alike, values_of
from gradviz.checking.diagnosis.arrays.replay import IMPOSSIBLE
from gradviz.checking.diagnosis.arrays.screening import is_answer
from gradviz.checking.diagnosis.arrays.words import label_of, named_nodes
from gradviz.graph.folding import Folder
from gradviz.ops.op import CONSTANT, INPUT
from gradviz.passes.raising import below

Where = tuple[int, int]
"""An operation and the operand's place in which another operand is put; place −1: the operation itself, everywhere."""
TRIED = 1_500
"""Edits that are tried of all forms together."""
STEPS = 60_000
"""Nodes that are rebuilt in all."""


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
    """

    name: str
    says: str
    form: int
    place: int
    id: int
    prior: float


@dataclass(frozen=True, slots=True)
class Local:
    """One wrong way to write one operation.

    Args:
        name: of the mistake.
        says: the fact.
        id: what stands in the operation's place.
        prior: the log of how likely it is.
    """

    name: str
    says: str
    id: int
    prior: float


def edit_matches(case: Case) -> list[Edit]:
    """The edits that give the answer."""
    listed: dict[int, Edit] = {}
    for edit in _edits(case):
        known = listed.get(edit.id)
        if known is None or known.prior < edit.prior:
            listed[edit.id] = edit
    near = _near(case, list(listed))
    return [edit for edit in listed.values() if edit.id in near and is_answer(case, edit.id)]


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
        users = _users(case, cone)
        for place in reversed(cone):
            for local in _locals(case, place):
                for where in _wheres(place, users, form):
                    steps += len(cone)
                    made += 1
                    if made > TRIED or steps > STEPS:
                        return
                    id = rebuilt(builder, cone, form, where, local.id)
                    if id is not None and id != form:
                        yield Edit(local.name, local.says, form, place, id, local.prior)


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


def _locals(case: Case, place: int) -> list[Local]:
    """The wrong ways to write one node of a formula that fit the shapes."""
    found: list[Local] = []
    ways = _LEAF if case.graph.nodes[place].op in (INPUT, CONSTANT) else (*_ways(case, place), misread)
    for way in ways:
        try:
            found += way(case, place)
        except IMPOSSIBLE:
            continue
    return [one for one in found if one.id != place]
