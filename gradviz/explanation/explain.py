"""A graph and values in, an explanation as plain data out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gradviz.explanation.calls import loss_expression, outer_call
from gradviz.explanation.collapsing import Depth
from gradviz.explanation.data import EdgeFacts, ExplanationData, GradientFacts, Math, NodeFacts, Remark
from gradviz.explanation.edges import edge_facts
from gradviz.explanation.gradients import gradient_facts
from gradviz.explanation.kinks import flat_remarks, kink_remarks
from gradviz.explanation.mathematics import equation, math_of, name_math, partial_math
from gradviz.explanation.nodes import node_facts
from gradviz.explanation.subject import Subject, subject_of
from gradviz.explanation.symbols import symbol_note
from gradviz.explanation.values import to_value
from gradviz.explanation.wording import Wording, wording_of
from gradviz.graph.graph import Graph
from gradviz.ops.op import INPUT
from gradviz.passes.evaluate import evaluate, is_finite
from gradviz.passes.raising import expression
from gradviz.passes.simplify import cost
from gradviz.passes.singular import conditions
from gradviz.shape import show
from gradviz.syntax.tree import Expr

if TYPE_CHECKING:
    from gradviz.explanation.data import GradientFlow, GroupFacts, Neurons
    from gradviz.passes.matrix.family import Family

ARITHMETIC = frozenset({"input", "constant", "add", "sub", "mul", "div", "neg", "pow"})
"""Operations of numbers that are no functions; no pattern is made of them alone."""
TITLE_COST = 60.0
"""What a title may cost its reader with everything inlined; a longer one stays in the graph's names."""
TITLE_LENGTH = 320
"""Its characters, at most: four lines of a terminal."""


def explain_graph(
    graph: Graph,
    output: int,
    *,
    output_name: str = "f",
    source: str = "",
    values: Mapping[str, Any] | None = None,
    wrt: Iterable[str] | None = None,
    upstream: Any | None = None,
    formulas: bool = True,
    notes: Iterable[Any] = (),
    letters: Mapping[str, str] | None = None,
    family: Family | None = None,
    declared: Collection[tuple[str, str]] = (),
    open_sizes: Collection[str] = (),
    title_expression: Expr | None = None,
    depth: Depth = None,
    closed: Collection[str] = (),
) -> ExplanationData:
    """Explain one output of a graph: values, gradients, the four facts on every edge, formulas.

    Args:
        graph: the forward graph; it is not changed. Its own `values` stand where `values` has none.
        output: the node to explain.
        output_name: its name, unless the node has one.
        source: the program as written.
        values: numbers or arrays by input name; inputs without one are `missing`, and everything that hangs on them
            is None.
        wrt: the names by which gradients are asked for; all inputs if None.
        upstream: what comes back into the output; ones if None.
        formulas: whether formulas are worked out.
        notes: what is to be said on how the text was read: texts, or objects with a `message`.
        letters: by name, the shape as written with letters ("N×d").
        family: the program at other sizes, for formulas that hold for every size of those letters.
        declared: what inputs are declared to be, in pairs such as ("S", "symmetric").
        open_sizes: the letters that nothing gives a size.
        title_expression: the output's expression as the title says it; worked out from the graph if None.
        depth: how many levels of groups stay open, the others being one box each: 0 for none, "layers" for all that
            hold nothing but further groups; None for all, as long as the graph is small.
        closed: the names of groups that are one box at any depth.

    Raises:
        NameProblem: `wrt` asks for something unknown.
        ShapeError: `upstream` does not fit.
        ValueProblem: a value has the wrong shape.

    Example:
        >>> g = Graph()
        >>> f = (g.input("x") + g.input("y")) * g.input("z")
        >>> data = explain_graph(g, f.id, values={"x": -2, "y": 5, "z": -4})
        >>> [(name, facts.formula.text, facts.value.number) for name, facts in data.gradients.items()]
        [('x', 'z', -4.0), ('y', 'z', -4.0), ('z', 'x + y', 3.0)]
    """
    subject = subject_of(graph, output, output_name, values or {}, wrt, upstream, open_sizes, depth, closed)
    subject = replace(subject, declared=declared)
    kinks = kink_remarks(subject)
    wording = wording_of(subject, formulas=formulas, on_kink=bool(kinks), family=family, declared=declared)
    edges, failures = edge_facts(subject, wording, letters or {})
    wording = replace(wording, failures=tuple(dict.fromkeys((*wording.failures, *failures))))
    flat = flat_remarks(subject)
    remarks = {i: (*kinks.get(i, ()), *flat.get(i, ())) for i in {**kinks, **flat}}
    nodes = node_facts(subject, wording, edges, remarks, letters or {})
    gradients = gradient_facts(subject, wording)
    return _assemble(
        subject,
        wording,
        (nodes, edges, gradients),
        source=source,
        title=_title(subject, title_expression),
        remarks=_remarks(subject, notes, upstream, wording),
        upstream_given=upstream is not None,
    )


def _assemble(
    subject: Subject,
    wording: Wording,
    facts: tuple[tuple[NodeFacts, ...], tuple[EdgeFacts, ...], Mapping[str, GradientFacts]],
    *,
    source: str,
    title: Math,
    remarks: tuple[Remark, ...],
    upstream_given: bool,
) -> ExplanationData:
    nodes, edges, gradients = facts
    graph = subject.graph
    inputs = {subject.names[i]: i for i in subject.names if graph.nodes[i].op is INPUT}
    value = subject.known.get(subject.output)
    seed = subject.known.get(subject.backward.seed)
    flow, neurons = _network(subject)
    return ExplanationData(
        source=source,
        title=title,
        output=subject.names[subject.output],
        output_id=subject.ids[subject.output],
        inputs={name: to_value(subject.known[i]) if i in subject.known else None for name, i in inputs.items()},
        nodes=nodes,
        edges=edges,
        gradients=gradients,
        value=None if value is None else to_value(value),
        upstream=None if seed is None else to_value(seed),
        upstream_given=upstream_given,
        missing=subject.missing,
        remarks=(*remarks, *_flow_remarks(flow)),
        numerator=name_math(subject.numerator),
        neurons=neurons,
        flow=flow,
        groups=_groups(subject, edges),
        hidden={subject.names[i]: name_math(subject.names[i]) for i in subject.collapse.hidden},
    )


def _groups(subject: Subject, edges: Sequence[EdgeFacts]) -> tuple[GroupFacts, ...]:
    if not subject.grouped:
        return ()
    from gradviz.explanation.groups import group_facts

    return group_facts(subject, edges)


def _network(subject: Subject) -> tuple[GradientFlow | None, Neurons | None]:
    """What is said of a program's layers; one of numbers alone has no product of arrays, and so no layers."""
    if not subject.arrays:
        return None, None
    from gradviz.explanation.flow import flow_of
    from gradviz.explanation.neurons import neurons_of

    return flow_of(subject), neurons_of(subject)


def _flow_remarks(flow: GradientFlow | None) -> tuple[Remark, ...]:
    if flow is None:
        return ()
    from gradviz.explanation.flow import flow_remarks

    return flow_remarks(flow)


def _title(subject: Subject, given: Expr | None) -> Math:
    """`f = (x + y)·z`: the expression as given, or inlined down to inputs and losses, or in the graph's names."""
    name = name_math(subject.names[subject.output])
    graph, output = subject.graph, subject.output
    if graph.nodes[output].op is INPUT:
        return name
    inputs = {i: name for i, name in subject.names.items() if graph.nodes[i].op is INPUT}
    tree = loss_expression(subject) if given is None else given
    if tree is None:
        tree = expression(graph, output, inputs, 120)
    if tree is None or (given is None and (cost(tree) > TITLE_COST or len(math_of(tree).unicode) > TITLE_LENGTH)):
        called = outer_call(subject)
        if called is not None:
            return equation((name, called))
        tree = expression(graph, output, subject.names)
    return name if tree is None else equation((name, math_of(tree)))


def _remarks(subject: Subject, notes: Iterable[Any], upstream: Any | None, wording: Wording) -> tuple[Remark, ...]:
    from gradviz.explanation.assumptions import assumptions

    remarks = [Remark("note", str(getattr(note, "message", note))) for note in notes]
    shape = subject.graph.nodes[subject.output].shape
    if upstream is None and shape:
        name = subject.names[subject.output]
        remarks.append(
            Remark("assumption", f"{name} is an array ({show(shape)}), so the upstream gradient is taken as ones")
        )
    if subject.grouped or subject.collapse.depth is not None:
        from gradviz.explanation.groups import group_remarks
        from gradviz.explanation.losses import loss_remarks

        remarks.extend(group_remarks(subject))
        remarks.extend(loss_remarks(subject))
    remarks.extend(symbol_note(subject))
    remarks.extend(assumptions(subject, wording.forms))
    remarks.extend(_symmetric(subject))
    if wording.asked and _may_hold_circuits(subject):
        from gradviz.explanation.recognised import recognised_remarks

        remarks.extend(recognised_remarks(subject))
    remarks.extend(Remark("warning", text) for text in wording.failures)
    remarks.extend(_trace(subject))
    weak = conditions(subject.graph, subject.known, subject.plain, subject.names)
    remarks.extend(Remark("warning", text) for text in weak)
    return tuple(remarks)


def _may_hold_circuits(subject: Subject) -> bool:
    """Whether patterns are worth looking for: each calls a function, and linear maps in a row are of arrays."""
    nodes = subject.graph.nodes[: subject.output + 1]
    return subject.arrays or any(node.op.name not in ARITHMETIC for node in nodes)


def _symmetric(subject: Subject) -> Iterator[Remark]:
    """What the gradient by a symmetric matrix is not: that of changes which keep it so (Matrix Cookbook, eq. 138)."""
    for i, name in subject.wanted.items():
        if (name, "symmetric") in subject.declared and i in subject.backward.gradients:
            by = partial_math(subject.numerator, name).unicode
            text = f"the entries of {name_math(name).unicode} are varied independently"
            rest = f"for changes that keep it symmetric take {by} + ({by})ᵀ − diag({by})"
            yield Remark("assumption", f"{text}; {rest}")


def _trace(subject: Subject) -> list[Remark]:
    """Where the first NaN or infinity comes from, if there is one among the known values."""
    if all(map(is_finite, subject.known.values())):
        return []
    from gradviz.passes.trace import gradient_trouble, value_trouble

    if subject.missing:
        found: Any = {i: subject.known.get(i) for i in range(len(subject.graph))}
        trouble = value_trouble(subject.graph, found, [i for i in subject.shown if i in subject.known])
    else:
        trouble = gradient_trouble(subject.backward, evaluate(subject.graph, subject.given))
    if trouble is None:
        return []
    what = "the gradient is" if trouble.in_gradient else "this gives"
    return [Remark("warning", f"{what} {trouble.kind}: {trouble.says}")]
