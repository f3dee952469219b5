"""The sweep written out for speed gives what the plain one gives: the same nodes in the same order, the same edges."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

import pytest

from gradviz.errors import UserError
from gradviz.graph.folding import Folder
from gradviz.graph.graph import Graph
from gradviz.ops.table import OPS
from gradviz.passes.backward import Edge, differentiate, edge_at, reached

NUMBERS = (0, 1, -1, 2, 0.5, 1.0, -0.0, Fraction(1, 3))
UNARY = sorted(op.name for op in OPS.values() if op.elementwise and op.arity == 1)
BINARY = sorted(op.name for op in OPS.values() if op.elementwise and op.arity == 2)


def plain(graph, output):
    """Reverse mode as one would write it down first: every rule asked at every node."""
    inputs = list(graph.inputs.values())
    active = reached(graph, output, inputs)
    builder = Folder(graph.copy())
    seed = builder.fill(1, graph.nodes[output].shape)
    arriving, gradients, edges = {output: [seed]} if active[output] else {}, {}, []
    for target in range(output, -1, -1):
        if target not in arriving:
            continue
        *others, total = arriving.pop(target)
        for other in reversed(others):
            total = builder.make("add", (total, other))
        gradients[target] = total
        node = graph.nodes[target]
        for slot in reversed(range(len(node.operands)) if node.op.differentiable else ()):
            if active[node.operands[slot]]:
                edges.append(edge_at(builder, target, slot, total))
                arriving.setdefault(edges[-1].source, []).append(edges[-1].contribution)
    return builder.graph.nodes, gradients, edges[::-1]


def random_graph(seed, shapes):
    dice, graph = random.Random(seed), Graph()
    pool = [graph.input(f"x{i}", dice.choice(shapes)) for i in range(3)]
    for _ in range(dice.randint(5, 40)):
        chosen = dice.random()
        try:
            if chosen < 0.2:
                pool.append(graph.apply(dice.choice(["mul", "add", "sub"]), dice.choice(pool), dice.choice(NUMBERS)))
            elif chosen < 0.45:
                pool.append(graph.apply(dice.choice(UNARY), dice.choice(pool)))
            elif chosen < 0.8:
                pool.append(graph.apply(dice.choice(["mul", "add"]), dice.choice(pool), dice.choice(pool)))
            else:
                pool.append(graph.apply(dice.choice(BINARY), dice.choice(pool), dice.choice(pool)))
        except UserError:  # shapes that do not fit
            continue
    return graph, pool[-1].id


@pytest.mark.parametrize("shapes", [[()], [(), (3,), (2, 3), (2, 1)]], ids=["scalars", "arrays"])
def test_the_same_graph_as_the_plain_sweep(shapes):
    for seed in range(150):
        graph, output = random_graph(seed, shapes)
        back = differentiate(graph, output)
        nodes, gradients, edges = plain(graph, output)
        assert back.graph.nodes == nodes, seed
        assert list(back.gradients.items()) == list(gradients.items()), seed
        assert list(back.edges) == edges, seed


def test_products_with_one_that_a_person_wrote_are_found():
    g = Graph()
    x, y = g.input("x"), g.input("y")
    written = y * 1
    f = (x + 2) * y + written
    back = differentiate(g, f.id)
    assert back.graph.nodes == plain(g, f.id)[0]


def test_products_and_slopes_that_a_person_wrote_are_found():
    g = Graph()
    x, y = g.input("x"), g.input("y")
    slope = g.cos(x)
    f = g.sin(x) * y + slope * y + y * slope + (y * y) * x
    back = differentiate(g, f.id)
    assert back.graph.nodes == plain(g, f.id)[0]
    assert slope.id in {edge.local for edge in back.edges}


def test_what_is_reached_through_an_operand_in_the_middle():
    g = Graph()
    x, y, z = (g.input(name) for name in "xyz")
    top = g.maximum(x, y, z)
    assert [list(reached(g, top.id, [each.id]))[-1] for each in (x, y, z)] == [1, 1, 1]
    assert not reached(g, top.id, [])[-1]


def test_edges_are_a_sequence():
    g = Graph()
    x, y = g.input("x"), g.input("y")
    back = differentiate(g, (x * y).id)
    assert len(back.edges) == 2
    assert back.edges[0] == Edge(x.id, 2, 0, back.seed, y.id, y.id)
    assert [edge.slot for edge in reversed(back.edges)] == [1, 0]
    assert back.edges[-1:] == (back.edges[1],)


def nest(depth):
    g = Graph()
    x = g.input("x")
    f = x
    for _ in range(depth):
        f = g.sin(x * f) * f
    return g, f


def product(count):
    g = Graph()
    first, *others = [g.input(f"x{i}") for i in range(count)]
    f = first
    for other in others:
        f = f * other
    return g, f


@pytest.mark.parametrize(("made", "each"), [(nest, 11), (product, 4)])
def test_nodes_grow_with_the_operations(made, each):
    """Where the formulas written out grow as 4ⁿ, and as n²."""
    sizes = []
    for count in (10, 20, 40, 400):
        g, f = made(count)
        sizes.append(len(differentiate(g, f.id).graph))
    assert [after - before for before, after in pairwise(sizes)] == [
        10 * each,
        20 * each,
        360 * each,
    ]
