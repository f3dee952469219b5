"""The four facts on every edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from gradviz.explanation.data import EdgeFacts, Math, Value
from gradviz.explanation.mathematics import (
    bracketed,
    entrywise_product,
    math_of,
    partial_math,
    product,
    rule_math,
    stands_alone,
    with_words,
)
from gradviz.explanation.naming import free_name
from gradviz.explanation.spoken import with_letters
from gradviz.explanation.subject import Subject
from gradviz.explanation.symbols import copy_of, local_symbol
from gradviz.explanation.values import to_value
from gradviz.explanation.why_sizes import Sizes, sizes_of
from gradviz.explanation.wording import Wording, formula_math
from gradviz.graph.folding import Folder
from gradviz.graph.graph import Graph
from gradviz.ops.op import CONSTANT
from gradviz.passes.backward import Edge
from gradviz.passes.matrix.letters import PRIMES
from gradviz.passes.raising import expression, is_one_number
from gradviz.passes.simplify import cost
from gradviz.shape import Shape, broadcast_axes
from gradviz.syntax.tree import Call, Expr, Name, Number

if TYPE_CHECKING:
    from gradviz.explanation.data import JacobianFacts, Why
    from gradviz.graph.graph import Node
    from gradviz.passes.formula import Formula

RULE_COST = 24.0
"""What the rule of an array edge may cost its reader."""


def edge_facts(
    subject: Subject, wording: Wording, letters: Mapping[str, str]
) -> tuple[tuple[EdgeFacts, ...], tuple[str, ...]]:
    """The edges between shown nodes, and sentences on formulas that failed.

    They come in the order of the nodes' operands; `letters` are shapes as written, by name.
    """
    places = [(target, slot) for target in subject.plain for slot in subject.varying(target)]
    sizes = sizes_of(subject, letters)
    rules = {place: _contribution(subject, sizes, *place) for place in places}
    whys = _whys(subject, rules, sizes)
    made = {place: _edge(subject, wording, *place, rules[place], whys.get(place)) for place in places}
    made = {place: _in_letters(subject, sizes, edge, place) for place, edge in made.items()}
    boxed, failures = _boxed(subject, wording)
    made |= boxed
    return tuple(made[place] for place in sorted(made)), failures


def _whys(
    subject: Subject, rules: Mapping[tuple[int, int], Math | None], sizes: Sizes
) -> Mapping[tuple[int, int], Why]:
    """The reasons for what arrays send back."""
    if not subject.arrays:
        return {}
    from gradviz.explanation.why import why_facts

    return why_facts(subject, rules, sizes)


def _boxed(subject: Subject, wording: Wording) -> tuple[dict[tuple[int, int], EdgeFacts], tuple[str, ...]]:
    """The edges into closed groups."""
    if not subject.boxes:
        return {}, ()
    from gradviz.explanation.blocks import box_edges_facts

    return box_edges_facts(subject, formulas=wording.asked)


def _in_letters(subject: Subject, sizes: Sizes, edge: EdgeFacts, place: tuple[int, int]) -> EdgeFacts:
    """The edge with its Jacobian's size in letters, where nothing gives them a size."""
    target, slot = place
    shapes = [sizes.shapes[i] for i in (target, subject.graph.nodes[target].operands[slot])]
    if edge.jacobian is None or not any(size in subject.open_sizes for shape in shapes for size in shape):
        return edge
    rows, columns = ("·".join(size for size in shape if size != "1") or "1" for shape in shapes)
    said = "×".join(f"({side})" if "·" in side else side for side in (rows, columns))
    return replace(edge, jacobian=replace(edge.jacobian, letters=said))


def _contribution(subject: Subject, sizes: Sizes, target: int, slot: int) -> Math | None:
    """The contribution of an array edge in words or a formula."""
    edge = subject.edges.get((target, slot))
    if edge is None:
        return None
    if edge.local is not None:
        return _summed(subject, edge)
    nodes = subject.graph.nodes
    shapes = {i: nodes[i].shape for i in (target, *nodes[target].operands)}
    primes = dict(zip(map(sizes.root, subject.open_sizes), PRIMES, strict=False))
    if primes and nodes[target].op.contraction is not None:
        # The rule at sizes that stand for the letters, so that 1/N is not said as 1/2.
        written = {i: sizes.shapes[i] for i in shapes}
        shapes = {i: tuple(primes.get(sizes.root(n)) or int(n) for n in shape) for i, shape in written.items()}
    return _rule(subject, shapes, {prime: letter for letter, prime in primes.items()}, target, slot)


def _edge(subject: Subject, wording: Wording, target: int, slot: int, rule: Math | None, why: Why | None) -> EdgeFacts:
    graph = subject.graph
    node = graph.nodes[target]
    source = node.operands[slot]
    edge = subject.edges.get((target, slot))
    local = wording.locals_.get((target, slot))
    return EdgeFacts(
        source=subject.ids[source],
        target=subject.ids[target],
        slot=slot,
        copy=copy_of(node, slot),
        active=edge is not None,
        symbol=local_symbol(subject, target, slot),
        upstream=_value(subject, edge.upstream if edge else None),
        local_formula=formula_math(local) if local is not None else None,
        local_value=_value(subject, edge.local if edge else None),
        jacobian=_jacobian(graph, node, slot) if node.shape or graph.nodes[source].shape else None,
        contribution=_value(subject, edge.contribution if edge else None),
        rule=rule or _entrywise(subject, target, edge, local),
        verb=node.op.gate_with(subject.varying(target)),
        why=why,
    )


def _jacobian(graph: Graph, node: Node, slot: int) -> JacobianFacts:
    from gradviz.explanation.jacobians import jacobian_facts

    return jacobian_facts(graph, node, slot)


def _value(subject: Subject, id: int | None) -> Value | None:
    return to_value(subject.known[id]) if id is not None and id in subject.known else None


def _rule(
    subject: Subject, shapes: Mapping[int, Shape], letters: Mapping[int, str], target: int, slot: int
) -> Math | None:
    """The contribution as a formula in the graph's names, `g` being the upstream gradient: the row's reverse rule."""
    node = subject.graph.nodes[target]
    vjp = node.op.vjp(slot)
    if vjp is None:
        return None
    graph = Graph()
    operands: dict[int, int] = {}
    for operand in dict.fromkeys(node.operands):
        part = subject.graph.nodes[operand]
        known = part.op is CONSTANT
        shape = shapes[operand]
        term = graph.constant(part.settings["value"], shape) if known else graph.input(f"o{operand}", shape)
        operands[operand] = term.id
    output, upstream = graph.input("output", shapes[target]).id, graph.input("upstream", shapes[target]).id
    names = {id: subject.names[operand] for operand, id in operands.items() if operand in subject.names}
    names |= {output: subject.names[target], upstream: free_name("g", set(subject.names.values()))}
    builder = Folder(graph)
    given = [builder.term(i) for i in (upstream, output, *(operands[operand] for operand in node.operands))]
    id = builder.id_of(vjp(builder, *given, **node.settings))
    tree: Expr | None = Name(names[id]) if id in names else expression(graph, id, names, 40)
    if tree is None or cost(tree) > RULE_COST:
        return None
    tree = _upright(tree, graph, id)
    return rule_math(with_letters(tree, letters) if letters else tree)


def _upright(tree: Expr, graph: Graph, id: int) -> Expr:
    """The contribution to a vector as a column, gᵀ a, like all gradients, rather than as the row aᵀ g."""
    if len(graph.nodes[id].shape) != 1 or not isinstance(tree, Call) or tree.function != "matmul":
        return tree
    row, matrix = tree.operands
    if not (isinstance(row, Call) and row.function == "transpose" and graph.nodes[id].op.name == "matmul"):
        return tree
    if len(graph.nodes[graph.nodes[id].operands[0]].shape) != 1:
        return tree
    plain = isinstance(matrix, Call) and matrix.function == "transpose"
    turned = matrix.operands[0] if isinstance(matrix, Call) and plain else Call("transpose", (matrix,))
    return Call("matmul", (turned, row.operands[0]))


def _entrywise(subject: Subject, target: int, edge: Edge | None, local: Formula | None) -> Math | None:
    """Without values, the contribution of an elementwise edge between arrays: ∂f/∂q ∘ B."""
    if edge is None or edge.local is None or local is None or edge.contribution in subject.known:
        return None
    graph = subject.graph
    if not graph.nodes[target].shape or graph.nodes[edge.source].shape != graph.nodes[target].shape:
        return None
    upstream, factor = partial_math(subject.numerator, subject.names[target]), formula_math(local)
    if factor.text == "1":
        return upstream
    if factor.text == "-1":
        return Math(f"-{upstream.text}", f"−{upstream.unicode}", f"-{upstream.latex}")
    factor = factor if stands_alone(local.display) else bracketed(factor)
    if is_one_number(graph, edge.local):
        return product((factor, upstream))
    return entrywise_product(upstream, factor)


def _summed(subject: Subject, edge: Edge) -> Math | None:
    """Where an operand was broadcast: that its contribution is summed over the axes along which it was."""
    graph = subject.graph
    source, target = graph.nodes[edge.source].shape, graph.nodes[edge.target].shape
    if source == target:
        return None
    axes = broadcast_axes(source, target)
    upstream = Name(free_name("g", set(subject.names.values())))
    local = None if edge.local is None else expression(graph, edge.local, subject.names, 12)
    said: Expr = upstream
    if isinstance(local, Name) and edge.local is not None:
        said = Call(_times(target, graph.nodes[edge.local].shape), (upstream, local))
    elif local != Number(Fraction(1)):
        symbol = partial_math(subject.names[edge.target], subject.names[edge.source])
        return with_words(product((math_of(upstream), symbol)), _over(axes, len(target)))
    return with_words(math_of(said), _over(axes, len(target)))


def _times(left: Shape, right: Shape) -> str:
    """Which product it is: of arrays entry by entry, or with a number."""
    return "hadamard" if left and right else "mul"


def _over(axes: tuple[int, ...], count: int) -> str:
    if len(axes) == count:
        return " summed over all entries"
    named = " and ".join(map(str, axes))
    return f" summed over the broadcast {'axis' if len(axes) == 1 else 'axes'} {named}"
