"""Straight-line code over floats: nothing in it but the numbers' own operations, at any length."""

from __future__ import annotations

import ast
import math
import random
import re
import sys
from collections import Counter

import pytest

from gradviz.errors import ValueProblem
from gradviz.graph.graph import Graph, Term
from gradviz.ops.table import OPS
from gradviz.passes.backward import differentiate
from gradviz.passes.compile import compile_graph
from gradviz.passes.compiling.emit.straight import written
from gradviz.passes.compiling.emit.straight.floats import MODULES, floats, functions_of
from gradviz.passes.compiling.simplify import Plan, Step
from gradviz.passes.evaluate import evaluate


def random_graph(operations, seed=0, inputs=4):
    """Sines, products, quotients and sums; the numbers stay near 1."""
    dice = random.Random(seed)
    g = Graph()
    terms = [g.input(f"x{i}") for i in range(inputs)]
    for _ in range(operations):
        a, b = dice.choice(terms[-9:]), dice.choice(terms[-30:])
        make = dice.choice(
            [
                lambda a, b: g.sin(a) * b,
                lambda a, b: g.tanh(a - b),
                lambda a, b: a / (2 + g.sin(b)),
                lambda a, b: g.exp(-g.tanh(a)) - g.cos(b) ** 2,
            ]
        )
        terms.append(make(a, b))
    return g, (terms[-1] + terms[-2] * terms[-3]).id


POINT = (0.3, -0.7, 1.1, 0.2)


def expected_at(g, output, point=POINT):
    back = differentiate(g, output)
    zero = back.graph.constant(0).id
    return evaluate(
        back.graph,
        dict(zip(g.inputs, point, strict=True)),
        [output, *(back.gradients.get(i, zero) for i in g.inputs.values())],
    )


def tree_of(function):
    return ast.parse(function.source)


@pytest.mark.parametrize("seed", range(8))
def test_as_evaluated(seed):
    g, output = random_graph(40, seed)
    value, gradients = compile_graph(g, output)(*POINT)
    assert [value, *gradients] == pytest.approx(expected_at(g, output), rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("seed", range(4))
def test_nothing_stands_between_the_numbers(seed):
    tree = tree_of(compile_graph(*random_graph(40, seed)))
    nodes = list(ast.walk(tree))
    assert {node.func.id for node in nodes if isinstance(node, ast.Call)} <= {"sin", "cos", "tanh", "exp"}
    plain = (ast.Module, ast.ImportFrom, ast.alias, ast.FunctionDef, ast.arguments, ast.arg, ast.Assign, ast.Return)
    plain += (ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.expr_context, ast.Call)
    assert not [node for node in nodes if not isinstance(node, (*plain, ast.Tuple))]
    assert sum(isinstance(node, ast.Tuple) for node in nodes) == 2


@pytest.fixture
def single_names(monkeypatch):
    """Each value has an identifier of its own, so that equal texts are equal values."""
    monkeypatch.setattr(written, "MOST_LOCALS", 1_000_000)


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_computed_twice(single_names, seed):
    tree = tree_of(compile_graph(*random_graph(40, seed)))
    found = Counter(ast.dump(node) for node in ast.walk(tree) if isinstance(node, (ast.BinOp, ast.Call)))
    assert max(found.values()) == 1


@pytest.mark.parametrize("seed", range(4))
def test_what_is_used_once_has_no_name(single_names, seed):
    tree = tree_of(compile_graph(*random_graph(40, seed)))
    loads = Counter(n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
    sizes = {
        node.targets[0].id: sum(isinstance(n, (ast.BinOp, ast.Call, ast.UnaryOp)) for n in ast.walk(node.value))
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
    }
    returned = {n.id for n in ast.walk(tree.body[-1].body[-1]) if isinstance(n, ast.Name)}
    lonely = [name for name, size in sizes.items() if loads[name] == 1 and name not in returned]
    readers = {
        name: size
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for name in (n.id for n in ast.walk(node.value) if isinstance(n, ast.Name))
        for size in [sizes[node.targets[0].id]]
    }
    # Only where both together would be too long a line.
    assert all(sizes[name] + readers[name] > written.LARGEST_EXPRESSION for name in lonely)


def test_every_rows_functions_have_names_of_their_own():
    steps = tuple(
        Step(i, op, tuple(range(2)), tuple((p.name, p.default) for p in op.parameters), ())
        for i, op in enumerate(OPS.values())
        if op.elementwise
    )
    plan = Plan(steps, {}, (), {}, frozenset())
    named = functions_of(plan)
    assert {"sin", "exp", "scalar_sigmoid"} <= set(named)
    for step in steps:
        text = floats(plan, step)
        assert "math." not in text
        assert "k." not in text
    templates = "".join(step.op.python or step.op.numpy for step in steps)
    calls = set(re.findall(r"\b(math|k)\.(\w+)", templates))
    assert len(calls) == len(named)
    assert all(named[name] is getattr(MODULES[module], name) for module, name in calls)


@pytest.mark.parametrize("name", ["sin", "exp", "scalar_sigmoid", "math", "v", "fn_part_1"])
def test_an_input_may_have_a_functions_name(name):
    g = Graph()
    x = g.input(name)
    function = compile_graph(g, (g.sin(x) * g.exp(x) + g.sigmoid(x)).id)
    assert function(0.5)[0] == pytest.approx(math.sin(0.5) * math.exp(0.5) + 1 / (1 + math.exp(-0.5)))


@pytest.fixture
def short_parts(monkeypatch):
    """Functions of seven lines at most."""
    monkeypatch.setattr(written, "LONGEST_FUNCTION", 7)
    monkeypatch.setattr(written, "MOST_LOCALS", 10)


@pytest.mark.parametrize("seed", range(8))
def test_in_parts(short_parts, seed):
    g, output = random_graph(60, seed)
    function = compile_graph(g, output)
    value, gradients = function(*POINT)
    assert [value, *gradients] == pytest.approx(expected_at(g, output), rel=1e-12, abs=1e-14)
    definitions = [node for node in tree_of(function).body if isinstance(node, ast.FunctionDef)]
    assert len(definitions) > 5
    for part in definitions[:-1]:  # what is fetched from other parts comes on top of the lines
        made = [n for n in part.body if not isinstance(n.value, ast.Subscript)]
        assert len(made) <= 7
    space = {}
    exec(function.source, space)
    assert space["fn"](*POINT) == (value, gradients)


def test_a_named_value_that_other_parts_read(short_parts):
    g, output = random_graph(60)
    q = g.name(g.sin(g["x0"]) * g["x1"], "q")
    f = (q + q * Term(g, output) + q).id
    function = compile_graph(g, f)
    value, gradients = function(*POINT)
    assert [value, *gradients] == pytest.approx(expected_at(g, f), rel=1e-12, abs=1e-14)
    assert re.search(r"\] = q = ", function.source)


def test_outside_the_domain_in_a_part(short_parts):
    g, output = random_graph(30)
    f = (g.log(g["x0"]) * Term(g, output)).id
    function = compile_graph(g, f)
    for x in (0.5, -0.5, 0.0, math.inf, math.nan):
        value, gradients = function(x, *POINT[1:])
        expected = expected_at(g, f, (x, *POINT[1:]))
        assert [value, *gradients] == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_what_is_no_number_in_a_part(short_parts):
    g, output = random_graph(30)
    with pytest.raises(ValueProblem, match="x1 is not one"):
        compile_graph(g, output)(0.5, "1", 0.5, 0.5)


def test_two_calls_at_once_share_nothing(short_parts):
    """Values are handed on by a list of the call's own: a call inside a call would show it."""
    g, output = random_graph(60)
    function = compile_graph(g, output)
    once = function(*POINT)

    class Meddling(float):
        def __mul__(self, other):
            function(9.0, 9.0, 9.0, 9.0)
            return float(self) * other

    assert function(Meddling(POINT[0]), *POINT[1:]) == once


def test_identifiers_are_used_again_in_long_functions():
    g, output = random_graph(900)
    function = compile_graph(g, output)
    names = {n.id for n in ast.walk(tree_of(function)) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    lines = sum(isinstance(n, ast.Assign) for n in ast.walk(tree_of(function)))
    assert lines > written.MOST_LOCALS
    assert len(names) < 0.6 * lines
    value, gradients = function(*POINT)
    assert [value, *gradients] == pytest.approx(expected_at(g, output), rel=1e-10, abs=1e-12)


def test_source_reads_as_a_person_writes_it():
    g = Graph()
    x = g.input("x")
    source = compile_graph(g, (g.maximum(x, -3) + (-2) ** x).id).source
    imports = source.partition("def")[0].split()
    assert imports.index("math") < imports.index("gradviz.ops.kernels.scalar")  # the standard library first
    assert "scalar_maximum(x, -3.0)" in source
    assert "pow(-2.0, x)" in source
    product = compile_graph(g, (-2 * x).id).source
    assert " = -2.0 * x  #" in product
    assert ", (-2.0,)" in product


def test_an_integer_that_no_float_holds_is_said_to_be_one():
    g = Graph()
    x = g.input("x")
    assert compile_graph(g, (x * x).id, wrt=[])(10**200) == (10**400, ())
    with pytest.raises(ValueProblem, match="x is out of range"):
        compile_graph(g, g.exp(x).id)(10**400)


def calls_while(work):
    """How many calls of Python functions a piece of work takes."""
    count = 0

    def note(frame, event, argument):
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def test_work_and_text_are_linear(short_parts):
    found = []
    for operations in (300, 1200):
        g, output = random_graph(operations)
        compile_graph(g, output)  # what is made once for all
        made = []
        found.append((calls_while(lambda g=g, o=output, m=made: m.append(compile_graph(g, o))), len(made[0].source)))
    (calls, text), (more_calls, more_text) = found
    assert more_calls < 4.4 * calls
    assert more_text < 4.8 * text


def test_deep_graphs_need_no_recursion():
    g = Graph()
    t = g.input("x")
    for _ in range(3 * sys.getrecursionlimit()):
        t = g.sin(-t) + 1
    value, _ = compile_graph(g, t.id)(0.5)
    assert value == pytest.approx(evaluate(g, {"x": 0.5}, [t.id])[0], rel=1e-12)


@pytest.mark.slow
def test_a_hundred_thousand_operations():
    g, output = random_graph(30_000)
    function = compile_graph(g, output)
    assert "fn_part_2" in function.source
    value, gradients = function(*POINT)
    assert [value, *gradients] == pytest.approx(expected_at(g, output), rel=1e-9, abs=1e-9)
