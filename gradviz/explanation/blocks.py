"""Closed groups as nodes and edges: one box each, with the local Jacobian of the whole group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gradviz.explanation.box import Box
from gradviz.explanation.boxes import region_of
from gradviz.explanation.data import EdgeFacts, Glyph, JacobianFacts, Math, NodeFacts
from gradviz.explanation.groups import caption_of, expression_of, glyph_of, note_of, parameters_of
from gradviz.explanation.mathematics import name_math, partial_math
from gradviz.explanation.naming import free_name
from gradviz.explanation.subject import Subject, subject_of
from gradviz.explanation.symbols import local_symbol
from gradviz.explanation.values import to_value
from gradviz.explanation.wording import Attempts, Wording, disagreeing, formula_math, wording_of
from gradviz.graph.graph import Graph, Term
from gradviz.ops.op import INPUT
from gradviz.passes.backward import differentiate
from gradviz.passes.jacobian import jacobian_of, pattern
from gradviz.passes.matrix.forms import gradient_forms
from gradviz.passes.matrix.jacobians import jacobian_form
from gradviz.shape import size

SPELLED = 40
"""Operations of a group up to which its local Jacobian is written as a formula."""
FOLLOWED = 1_000
"""Operations up to which its structure is worked out."""
ENTRIES = 250_000
"""Entries of a Jacobian up to which its structure is worked out."""
NAMED_COST = 15.0
"""What the short form of a gradient may cost its reader."""
ASKED = 12
"""Boxes of which formulas are worked out."""
PICTURE = 8
"""Rows and columns of the small picture of a Jacobian."""


@dataclass(frozen=True, slots=True)
class Locals:
    """What is said of one box's edges, by the entry's node.

    Args:
        formulas: the local derivative or Jacobian.
        rules: the contribution as a formula, `g` being the upstream gradient.
        jacobians: structure and size, of arrays.
    """

    formulas: dict[int, Math] = field(default_factory=dict)
    rules: dict[int, Math] = field(default_factory=dict)
    jacobians: dict[int, JacobianFacts] = field(default_factory=dict)


def box_nodes(subject: Subject, wording: Wording, ledgers: Mapping[str, tuple[int, ...]]) -> dict[int, NodeFacts]:
    """The boxes as nodes, by the node whose place they take."""
    return {i: _node(subject, wording, box, ledgers.get(subject.ids[i], ())) for i, box in subject.boxes.items()}


def _node(subject: Subject, wording: Wording, box: Box, ledger: tuple[int, ...]) -> NodeFacts:
    id = box.output
    name, shape = subject.names[id], subject.graph.nodes[id].shape
    made = expression_of(subject, box)
    count = parameters_of(subject, box.groups)
    named = wording.named.get(id)
    gradient = subject.backward.gradients.get(id)
    short = f"{count:,} parameter{'' if count == 1 else 's'}" if count else ""
    note = note_of(box.groups, count)
    return NodeFacts(
        id=subject.ids[id],
        name=name,
        label=name_math(name),
        op=box.group.kind,
        caption=caption_of(box.groups, short if box.main else ""),
        is_gate=False,
        glyph=Glyph("box", glyph_of(subject, box)),
        expression=made,
        shape=shape,
        value=to_value(subject.known[id]) if id in subject.known else None,
        gradient=to_value(subject.known[gradient]) if gradient is not None and gradient in subject.known else None,
        formula=wording.formula_math(id, shape),
        named=None if named is None or named.is_number or named.cost > NAMED_COST else formula_math(named),
        ledger=ledger,
        is_output=id == subject.output,
        symbol=partial_math(subject.numerator, name),
        sentence=f"a closed group: {note}" if note else "a closed group",
        group="" if box.group.parent is None else box.group.parent.name,
    )


def box_edges_facts(subject: Subject, *, formulas: bool) -> tuple[dict[tuple[int, int], EdgeFacts], tuple[str, ...]]:
    """The edges into boxes, by target and slot; and what is to be said of formulas that failed."""
    attempts = Attempts(subject)
    found: dict[tuple[int, int], EdgeFacts] = {}
    for number, box in enumerate(subject.boxes.values()):
        told = _locals(subject, box, attempts, formulas=formulas and number < ASKED)
        for slot, entry in enumerate(box.entries):
            if entry in subject.names:
                found[box.output, slot] = _edge(subject, box, slot, entry, told)
    return found, tuple(dict.fromkeys(attempts.broken))


def _edge(subject: Subject, box: Box, slot: int, entry: int, told: Locals) -> EdgeFacts:
    edge = subject.edges.get((box.output, slot))
    known = subject.known
    places = (None, None, None) if edge is None else (edge.upstream, edge.local, edge.contribution)
    upstream, local, contribution = (to_value(known[i]) if i is not None and i in known else None for i in places)
    return EdgeFacts(
        source=subject.ids[entry],
        target=subject.ids[box.output],
        slot=slot,
        copy=0,
        active=edge is not None,
        symbol=local_symbol(subject, box.output, slot),
        upstream=upstream,
        local_formula=told.formulas.get(entry),
        local_value=local,
        jacobian=told.jacobians.get(entry),
        contribution=contribution,
        rule=told.rules.get(entry),
        verb="",
    )


def _locals(subject: Subject, box: Box, attempts: Attempts, *, formulas: bool) -> Locals:
    """The local Jacobians of a box, worked out on it as a graph of its own."""
    told = Locals()
    operations = sum(subject.graph.nodes[i].op is not INPUT for i in box.inside)
    if operations > FOLLOWED:
        told.jacobians.update(_sizes(subject, box))
        return told
    region, place = region_of(subject.graph, box, subject.names)
    nodes, output = region.nodes, place[box.output]
    active = [i for slot, i in enumerate(box.entries) if (box.output, slot) in subject.edges]
    for i in active:
        rows, columns = size(nodes[output].shape), size(nodes[place[i]].shape)
        if (nodes[output].shape or nodes[place[i]].shape) and rows * columns <= ENTRIES:
            told.jacobians[i] = _structure(region, output, place[i])
    if not formulas or operations > SPELLED or len(box.groups) > 1:
        return told
    region.name(Term(region, output), subject.names[box.output])
    arrays = any(nodes[i].shape for i in (output, *(place[i] for i in box.entries)))
    wanted = _Wanted(subject, region, output, {i: place[i] for i in active}, told, attempts)
    attempts.made(_of_arrays if arrays else _of_numbers, wanted, box.output)
    return told


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The formulas that are wanted of one box.

    Args:
        subject: what is explained.
        region: the box as a graph of its own.
        output: its output there.
        active: by entry that has a gradient, where it stands there.
        told: takes up what is found.
        attempts: takes up what fails.
    """

    subject: Subject
    region: Graph
    output: int
    active: Mapping[int, int]
    told: Locals
    attempts: Attempts


def _sizes(subject: Subject, box: Box) -> dict[int, JacobianFacts]:
    """Of what is too large to be followed, the sizes alone."""
    nodes = subject.graph.nodes
    rows = size(nodes[box.output].shape)
    by = [i for i in box.entries if nodes[i].shape or nodes[box.output].shape]
    found = {i: (rows, size(nodes[i].shape)) for i in by}
    return {i: JacobianFacts("not worked out", *shape, shape[0] * shape[1], ()) for i, shape in found.items()}


def _structure(region: Graph, output: int, entry: int) -> JacobianFacts:
    operator = jacobian_of(region, output, entry, {}).operator
    rows, columns = operator.shape
    drawn: tuple[tuple[int, ...], ...] = ()
    if rows and columns:
        marks = pattern(operator, PICTURE, known=False)[0] > 0
        drawn = tuple(tuple(int(mark) for mark in line) for line in marks)
    return JacobianFacts(str(operator.structure), rows, columns, int(operator.nnz), drawn)


def _of_numbers(wanted: _Wanted) -> None:
    """Of one number by others: the derivative, in the names of what enters and of the result."""
    region, output, names = wanted.region, wanted.output, wanted.subject.names
    wrt = [names[i] for i in wanted.active]
    inner = subject_of(region, output, region.nodes[output].name or "", {}, wrt, None)
    kept = {i: name for i, name in inner.names.items() if i == output or region.nodes[i].op is INPUT}
    inner = replace(inner, names=kept, shown=tuple(kept), edges={})
    wording = wording_of(inner, formulas=True, on_kink=False)
    wanted.attempts.broken.extend(wording.failures)
    for i, entry in wanted.active.items():
        formula = wording.named.get(entry) or wording.formulas.get(entry)
        if formula is not None:
            wanted.told.formulas[i] = formula_math(formula)


def _of_arrays(wanted: _Wanted) -> None:
    """Of arrays: the Jacobian as a matrix formula where there is one, and the rule of what comes back."""
    region, output, subject = wanted.region, wanted.output, wanted.subject
    names = {i: node.name for i, node in enumerate(region.nodes) if node.name}
    shape = region.nodes[output].shape
    for i, entry in wanted.active.items():
        if max(len(shape), len(region.nodes[entry].shape)) <= 1:
            form = jacobian_form(region, output, entry, names=names, users=[output])
            if form.failed:
                wanted.attempts.broken.append(disagreeing(names[output]))
            if form.formula is not None and set(form.where) <= {subject.names[subject.output], names[output]}:
                wanted.told.formulas[i] = formula_math(form.formula)
    upstream = region.input(free_name("g", set(names.values())), shape)
    paired = region.apply("sum", upstream * Term(region, output)) if shape else upstream * Term(region, output)
    backward = differentiate(region, paired.id, wrt=list(wanted.active.values()))
    names[upstream.id] = upstream.node.name or ""
    forms = gradient_forms(backward, wanted.active.values(), names=names, users=[output])
    wanted.attempts.broken.extend(disagreeing(names.get(id)) for id in forms.failures)
    for i, entry in wanted.active.items():
        best = forms.best(entry)
        if best is not None and set(forms.where) <= {names[output]}:
            wanted.told.rules[i] = formula_math(best)
