"""A forward or a reverse sweep step by step: what each rule makes of the direction, or of the upstream gradient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradviz.explanation.costs import cost_facts
from gradviz.explanation.data import Labels, Math, Remark, SweepReport, SweepStep, Value
from gradviz.explanation.kinks import kink_remarks
from gradviz.explanation.mathematics import equation, math_of, name_math
from gradviz.explanation.subject import Subject
from gradviz.explanation.sweep_rules import Rules
from gradviz.explanation.values import to_value
from gradviz.graph.graph import Graph, Term
from gradviz.ops.op import CONSTANT, INPUT
from gradviz.passes.backward import differentiate, reached
from gradviz.passes.costs import Costs, Measured
from gradviz.passes.evaluate import evaluate
from gradviz.passes.forward import tangent_graph
from gradviz.passes.raising import expression
from gradviz.passes.simplify import cost

LARGE = 400
"""Nodes beyond which there are numbers and no rules."""
TITLE_COST = 60.0
"""What a title may cost its reader with everything inlined."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A graph extended by what a sweep carries.

    Args:
        graph: the forward graph's nodes come first.
        carriers: by node of the forward graph, what is carried there; none where that is zero.
        leaves: the inputs that the sweep starts with, by node: directions, or the upstream gradient.
        given: their values by the inputs' names; empty where they have none.
        mark: what is put behind a node's name for what is carried there: `dot` or `bar`.
    """

    graph: Graph
    carriers: Mapping[int, int]
    leaves: Mapping[int, int]
    given: Mapping[str, Any]
    mark: str


def forward(subject: Subject, directions: Mapping[int, Any]) -> Carried:
    """The tangents of a subject along directions.

    Args:
        subject: what is differentiated.
        directions: by input node, its direction in its shape, or None where it has none yet.
    """
    made = tangent_graph(subject.graph, [subject.output], list(directions))
    given = {
        made.graph.nodes[made.directions[i]].name or "": value for i, value in directions.items() if value is not None
    }
    return Carried(made.graph, made.tangents, made.directions, given, "dot")


def reverse(subject: Subject, upstream: Any) -> Carried:
    """The gradients of a subject, by an upstream gradient that is an input of its own, such as f̄."""
    graph = subject.graph.copy()
    wanted = f"{subject.names[subject.output]}_bar"
    name, number = wanted, 1
    while name in graph.names:
        number += 1
        name = f"{wanted}{number}"
    seed = graph.input(name, graph.nodes[subject.output].shape)
    back = differentiate(graph, subject.output, wrt=list(subject.wanted), upstream=Term(graph, seed.id))
    return Carried(back.graph, back.gradients, {subject.output: seed.id}, {name: upstream}, "bar")


def sweep_report(
    subject: Subject,
    carried: Carried,
    costs: Costs,
    *,
    source: str = "",
    measured: Measured | None = None,
    by: Sequence[str] = (),
    notes: Iterable[Remark] = (),
) -> SweepReport:
    """All of a sweep as plain data.

    Args:
        subject: what is differentiated.
        carried: by `forward` or `reverse`.
        costs: counted.
        source: the program as written.
        measured: seconds, where they were asked for.
        by: the names by which the costs were counted.
        notes: what is to be said first.
    """
    known = known_values(carried.graph, {**subject.given, **carried.given})
    rules = Rules.of(subject, carried.graph, carried.carriers, carried.mark, known) if _small(subject) else None
    order = subject.shown if carried.mark == "dot" else tuple(reversed(subject.shown))
    start, aside = set(carried.leaves), _not_asked(subject) if carried.mark == "bar" else frozenset()
    ends = (subject.output,) if carried.mark == "dot" else tuple(subject.wanted)
    label = {**subject.names, **subject.wanted}
    inputs = {subject.names[i]: i for i in subject.shown if subject.graph.nodes[i].op is INPUT}
    value = subject.known.get(subject.output)
    return SweepReport(
        kind="jvp" if carried.mark == "dot" else "vjp",
        source=source,
        title=title_of(subject),
        labels=Labels({name: name_math(name) for name in subject.names.values()}),
        of=subject.names[subject.output],
        given={
            label[i]: to_value(carried.given[name])
            for i, leaf in carried.leaves.items()
            if (name := carried.graph.nodes[leaf].name or "") in carried.given
        },
        steps=tuple(
            _aside(subject, rules, i) if i in aside else _step(subject, carried, known, rules, i, i in start)
            for i in order
        ),
        results={label[i]: carried_value(carried, known, i) for i in ends},
        formulas={} if rules is None else _formulas(rules, ends, label),
        cost=cost_facts(costs, measured, by),
        value=None if value is None else to_value(value),
        inputs={name: to_value(subject.known[i]) if i in subject.known else None for name, i in inputs.items()},
        missing=subject.missing,
        remarks=(*notes, *_remarks(subject, rules)),
    )


def known_values(graph: Graph, given: Mapping[str, Any]) -> dict[int, Any]:
    """The values of all nodes that the given inputs determine."""
    ready = bytearray(len(graph))
    for i, node in enumerate(graph.nodes):
        if node.op is INPUT:
            ready[i] = node.name in given
        else:
            ready[i] = node.op is CONSTANT or all([ready[operand] for operand in node.operands])
    asked = [i for i in range(len(graph)) if ready[i]]
    return dict(zip(asked, evaluate(graph, given, asked), strict=True))


def carried_array(carried: Carried, known: Mapping[int, Any], id: int) -> Any:
    """What is carried at a node, a float or an array; zeros where nothing is, None where it is not known."""
    carrier = carried.carriers.get(id)
    if carrier is None:
        return np.zeros(carried.graph.nodes[id].shape)[()]
    return known.get(carrier)


def carried_value(carried: Carried, known: Mapping[int, Any], id: int) -> Value | None:
    """The same as plain data."""
    found = carried_array(carried, known, id)
    return None if found is None else to_value(found)


def title_of(subject: Subject) -> Math:
    """`f = (x + y)·z`, inlined down to the inputs where that is short."""
    name = name_math(subject.names[subject.output])
    graph, output = subject.graph, subject.output
    if graph.nodes[output].op is INPUT:
        return name
    inputs = {i: subject.names[i] for i in subject.shown if graph.nodes[i].op is INPUT}
    tree = expression(graph, output, inputs, 120)
    if tree is None or cost(tree) > TITLE_COST:
        tree = expression(graph, output, subject.names)
    return name if tree is None else equation((name, math_of(tree)))


def _small(subject: Subject) -> bool:
    return len(subject.shown) <= LARGE


def _not_asked(subject: Subject) -> frozenset[int]:
    """The nodes whose gradient nobody needs: it is no zero, it is not worked out."""
    graph, output = subject.graph, subject.output
    inputs = [i for i in subject.shown if graph.nodes[i].op is INPUT]
    every, asked = reached(graph, output, inputs), reached(graph, output, subject.wanted)
    return frozenset(i for i in subject.shown if every[i] and not asked[i])


def _aside(subject: Subject, rules: Rules | None, id: int) -> SweepStep:
    """A node that is a value and nothing more."""
    value = subject.known.get(id)
    return SweepStep(
        name=name_math(subject.names[id]),
        expression=_written(subject, rules, id),
        value=None if value is None else to_value(value),
        rule=None,
        carried=None,
    )


def _written(subject: Subject, rules: Rules | None, id: int) -> Math | None:
    """An operation's own expression, where the sweep is small enough to be written out."""
    graph = subject.graph
    tree = None if graph.nodes[id].op is INPUT or rules is None else expression(graph, id, subject.names)
    return None if tree is None else math_of(tree)


def _step(
    subject: Subject, carried: Carried, known: Mapping[int, Any], rules: Rules | None, id: int, starts: bool
) -> SweepStep:
    graph = subject.graph
    node = graph.nodes[id]
    value = subject.known.get(id)
    carrier = carried.carriers.get(id)
    rule = None
    if rules is not None and carrier is not None and carrier != carried.leaves.get(id):
        rule = rules.step(id)
    elif rules is not None and carrier is None and not starts and (carried.mark == "bar" or node.op is not INPUT):
        rule = Math("0", "0", "0")
    return SweepStep(
        name=name_math(subject.names[id]),
        expression=_written(subject, rules, id),
        value=None if value is None else to_value(value),
        rule=rule,
        carried=carried_value(carried, known, id),
    )


def _formulas(rules: Rules, ends: Sequence[int], label: Mapping[int, str]) -> dict[str, Math]:
    made = {label[i]: rules.result(i) for i in ends}
    return {name: math for name, math in made.items() if math is not None}


def _remarks(subject: Subject, rules: Rules | None) -> list[Remark]:
    remarks = [
        Remark(remark.kind, f"at {name_math(subject.names[i]).unicode}: {remark.text}")
        for i, found in kink_remarks(subject).items()
        for remark in found
    ]
    if rules is None:
        remarks.append(
            Remark(
                "note", f"the rules are not written out for more than {LARGE} nodes: there are {len(subject.shown):,}"
            )
        )
    else:
        remarks.extend(Remark("warning", text) for text in rules.failures)
    return remarks
