"""The second stage: order, what stands inside what, and where a value is read last."""

from __future__ import annotations

import random

import pytest

from gradviz.graph.graph import Graph
from gradviz.passes.backward import differentiate
from gradviz.passes.compiling.schedule import schedule
from gradviz.passes.compiling.simplify import simplify


def a_plan(operations=60, seed=0):
    """A random graph with its gradients, simplified."""
    dice = random.Random(seed)
    g = Graph()
    terms = [g.input("x"), g.input("y")]
    for _ in range(operations):
        a, b = dice.choice(terms[-6:]), dice.choice(terms)
        terms.append(dice.choice([lambda a, b: a * b, lambda a, b: a - b, lambda a, b: g.sin(a)])(a, b))
    back = differentiate(g, terms[-1].id)
    return simplify(back.graph, [terms[-1].id, *(back.gradients[i] for i in g.inputs.values() if i in back.gradients)])


def together(order, step):
    """A statement's step and all that stands inside it."""
    found = [step]
    for each in found:
        found += [order.inside[i] for i in each.operands if i in order.inside]
    return found


SEEDS = range(6)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("largest", [1, 2, 5, 100])
def test_every_step_stands_in_one_place(seed, largest):
    plan = a_plan(seed=seed)
    order = schedule(plan, largest=largest)
    places = [step.id for statement in order.statements for step in together(order, statement)]
    assert sorted(places) == sorted(step.id for step in plan.steps)
    assert max(len(together(order, statement)) for statement in order.statements) <= largest


@pytest.mark.parametrize("seed", SEEDS)
def test_operands_come_before_what_reads_them(seed):
    plan = a_plan(seed=seed)
    order = schedule(plan, largest=4)
    there = {i for i in plan.shapes if i not in {step.id for step in plan.steps}}
    for statement in order.statements:
        for step in reversed(together(order, statement)):
            assert there.issuperset(step.operands)
            there.add(step.id)


@pytest.mark.parametrize("seed", SEEDS)
def test_last_uses(seed):
    plan = a_plan(seed=seed)
    order = schedule(plan, largest=4)
    read = {}
    for place, statement in enumerate(order.statements):
        for step in together(order, statement):
            read |= dict.fromkeys(step.operands, place)
    read |= dict.fromkeys(plan.targets, len(order.statements))
    assert dict(order.last_use) == read


def test_only_what_is_used_once_stands_inside():
    g = Graph()
    x, y = g.input("x"), g.input("y")
    twice, once = g.sin(x), g.cos(y)
    order = schedule(simplify(g, [(twice * once + twice).id]), largest=9)
    assert [step.op.name for step in order.statements] == ["sin", "add"]
    assert set(order.inside) == {once.id, once.id + 1}


def test_names_and_targets_are_statements():
    g = Graph()
    x = g.input("x")
    q, r = g.sin(x), g.exp(g.sin(x) * 2)
    plan = simplify(g, [g.cos(r).id, r.id])
    assert not {q.id, r.id} & set(schedule(plan, named=[q.id], largest=9).inside)


def test_a_language_may_refuse():
    g = Graph()
    x, y = g.input("x"), g.input("y")
    plan = simplify(g, [(g.sin(x) - g.sin(y)).id])
    order = schedule(plan, largest=9, takes=lambda step, slot: slot == 1)
    assert [step.op.name for step in order.statements] == ["sin", "sub"]


def test_a_square_is_read_twice():
    g = Graph()
    s = g.sin(g.input("x"))
    assert not schedule(simplify(g, [(s * s).id]), largest=9).inside


def test_one_operation_per_statement_by_default():
    plan = a_plan()
    order = schedule(plan)
    assert order.statements == plan.steps
    assert not order.inside


def test_the_same_again():
    assert schedule(a_plan(), largest=5) == schedule(a_plan(), largest=5)
