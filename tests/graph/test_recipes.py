"""Local derivatives written down once make the same nodes as the rules themselves."""

from __future__ import annotations

import pytest

from gradviz.graph.folding import Folded, Folder
from gradviz.graph.graph import Graph
from gradviz.graph.recipes import Step, recipes
from gradviz.ops.table import OPS

ROWS = [op for op in OPS.values() if op.partials is not None and not op.parameters]
KINDS = ("inputs", "one input", "constants", "made")


def prepared(op, kind):
    """The same graph each time: a node of the operation, on operands of that kind."""
    graph = Graph()
    x, y = graph.input("x"), graph.input("y")
    arity = len(op.partials)
    operands = {
        "inputs": [x, y, graph.input("z")][:arity],
        "one input": [x] * arity,
        "constants": [x, *(graph.constant(k) for k in (1, 0))][:arity],
        "made": [-x, 1 / y, x * y][:arity],
    }[kind]
    node = graph.apply(op.name, *operands)
    return Folder(graph), node.id, tuple(operand.id for operand in operands)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_a_recipe_makes_the_nodes_that_the_rule_makes(op, kind):
    for slot, recipe in enumerate(recipes(op.partials, len(op.partials))):
        if recipe is None:
            continue
        ours, node, operands = prepared(op, kind)
        rules, _, _ = prepared(op, kind)
        followed = recipe.follow(ours, node, operands)
        terms = [Folded(rules, i) for i in (node, *operands)]
        assert followed == rules.id_of(op.partial(slot)(rules, *terms))
        assert ours.graph.nodes == rules.graph.nodes


def test_only_rules_that_ask_which_operand_is_constant_are_asked_at_every_node():
    """As a tie's gradient depends on it."""
    asking = {op.name for op in ROWS if None in recipes(op.partials, len(op.partials))}
    assert asking <= {"maximum", "minimum"}
    assert {op.name for op in ROWS} - asking >= {"add", "mul", "sin", "tanh", "pow", "where"}


def test_what_a_recipe_says():
    (slope,) = recipes(OPS["tanh"].partials, 1)
    assert [step.op.name if step.op else step.value for step in slope.steps] == [2, "pow", 1, "sub"]
    assert [step.stirring for step in slope.steps] == [None, 0, None, 3]  # neither exponent nor minuend wakes anything
    assert recipes(OPS["add"].partials, 2)[1].unit
    assert recipes(OPS["mul"].partials, 2)[0] == recipes(OPS["mul"].partials, 2)[0]
    assert recipes(OPS["mul"].partials, 2)[0].steps == ()
    assert recipes(OPS["sin"].partials, 1)[0].steps == (Step(OPS["cos"], (1,), ()),)
