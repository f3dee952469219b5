"""The table: complete, without duplicates, every row with what the design asks for."""

from dataclasses import replace

import numpy as np
import pytest

from gradviz.ops.op import REQUIRED, Op
from gradviz.ops.table import FAMILIES, FUNCTIONS, OPS, join, words
from gradviz.passes.templates import array_function

FIXED = {
    "add",
    "sub",
    "mul",
    "div",
    "pow",
    "neg",
    "greater",
    "less",
    "greater_equal",
    "less_equal",
    "equal",
    "not_equal",
    "logical_and",
    "logical_or",
    "logical_not",
    "exp",
    "log",
    "log2",
    "log10",
    "log_base",
    "sqrt",
    "cbrt",
    "log1p",
    "expm1",
    "logaddexp",
    "sin",
    "cos",
    "tan",
    "sec",
    "csc",
    "cot",
    "asin",
    "acos",
    "atan",
    "asec",
    "acsc",
    "acot",
    "atan2",
    "sinh",
    "cosh",
    "tanh",
    "sech",
    "csch",
    "coth",
    "asinh",
    "acosh",
    "atanh",
    "asech",
    "acsch",
    "acoth",
    "abs",
    "sign",
    "floor",
    "ceil",
    "minimum",
    "maximum",
    "clip",
    "where",
    "hypot",
    "stop_gradient",
    "erf",
    "erfc",
    "gamma",
    "loggamma",
    "digamma",
    "polygamma",
    "sigmoid",
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "gelu_tanh",
    "softplus",
    "silu",
    "mish",
    "hard_sigmoid",
    "maxout",
}

ROWS = pytest.mark.parametrize("op", OPS.values(), ids=lambda op: op.name)


def test_the_operations_of_the_language_are_there():
    assert set(OPS) >= FIXED


def test_a_name_twice_is_refused():
    with pytest.raises(ValueError, match="'add' stands in the table twice"):
        join(((OPS["add"],), (OPS["mul"], OPS["add"])))


def test_an_alias_that_is_taken_is_refused():
    with pytest.raises(ValueError, match="the alias 'mul' of 'add' is taken"):
        words({"add": replace(OPS["add"], aliases=("mul",)), "mul": OPS["mul"]})
    with pytest.raises(ValueError, match="the alias 'plus'"):
        words({name: replace(OPS[name], aliases=("plus",)) for name in ("add", "mul")})


def test_the_table_cannot_be_changed():
    with pytest.raises(TypeError):
        OPS["add"] = OPS["mul"]


@pytest.mark.parametrize(
    ("alias", "name"),
    [("ln", "log"), ("arcsin", "asin"), ("arcsinh", "asinh"), ("swish", "silu"), ("ceiling", "ceil"), ("Abs", "abs")],
)
def test_aliases(alias, name):
    assert FUNCTIONS[alias] is OPS[name]


def test_families_are_named_after_their_files():
    assert [row.family for family in FAMILIES for row in family[:1]] == list(
        dict.fromkeys(op.family for op in OPS.values())
    )


@ROWS
def test_every_row_says_what_it_is(op: Op):
    assert op.doc
    assert op.doc.endswith(".")
    assert op.samples
    assert op.numpy
    assert op.accepts(len(op.samples[0].operands))


@ROWS
def test_every_row_has_rules_for_every_operand(op: Op):
    count = len(op.samples[0].operands)
    assert not (op.elementwise and (op.vjps or op.slot_vjp))
    for slot in range(count):
        if op.differentiable:
            assert (op.partial(slot) if op.elementwise else op.vjp(slot)) is not None
    assert len(op.structure) in (1, count)
    assert len(op.gate_constants) in (0, count)


@ROWS
def test_samples_and_settings_fit(op: Op):
    known = {parameter.name: parameter.default for parameter in op.parameters}
    for sample in op.samples:
        given = dict(sample.attributes)
        assert set(given) <= set(known)
        assert all(name in given for name, default in known.items() if default == REQUIRED)


@ROWS
def test_elementwise_rows_can_be_drawn_and_lowered(op: Op):
    if op.elementwise:
        assert op.symbol is not None
        assert op.arity == 1 or op.mark
        low, high = op.plot_range
        assert low < high


@ROWS
def test_kinks_and_mistakes_speak(op: Op):
    for kink in op.kinks:
        assert kink.says.endswith(".")
        assert kink.taken
        assert kink.allowed
    seen = [(mistake.name, mistake.slot) for mistake in op.mistakes]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("op", [op for op in OPS.values() if op.values], ids=lambda op: op.name)
def test_values_are_what_the_row_says_of_them(op: Op):
    points = [[np.asarray(operand, dtype=float) for operand in sample.operands] for sample in op.samples]
    assert points
    for sample, operands in zip(op.samples, points, strict=True):
        for factor in (1.0, -1.0, 5.0):
            settings = tuple({**{p.name: p.default for p in op.parameters}, **dict(sample.attributes)}.items())
            scaled = [np.clip(factor * operand, -100, 100) for operand in operands]  # beyond that, exp rounds to 0
            made = array_function(op.name, len(operands), settings)(*scaled)
            assert np.all(made > 0 if op.values == "positive" else made >= 0)
