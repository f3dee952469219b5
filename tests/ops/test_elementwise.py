"""The sweep over elementwise rows, numbers: NumPy, Python floats and finite differences agree on every sample."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gradviz.graph.graph import Graph
from gradviz.ops import kernels
from gradviz.ops.table import OPS
from gradviz.passes.evaluate import evaluate
from gradviz.passes.templates import expression, literal, scalar_function

ROWS = [op for op in OPS.values() if op.elementwise]
CASES = [pytest.param(op, sample, id=f"{op.name}-{i}") for op in ROWS for i, sample in enumerate(op.samples)]
SMOOTH = [case for case in CASES if case.values[0].differentiable and not case.values[1].kink]
KINKS = [case for case in CASES if case.values[1].kink]
ANALYTIC = {
    "add",
    "sub",
    "mul",
    "div",
    "pow",
    "neg",
    "exp",
    "log",
    "log2",
    "log10",
    "log_base",
    "sqrt",
    "log1p",
    "expm1",
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
    "erf",
    "erfc",
    "gamma",
    "loggamma",
    "digamma",
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
    "ratio",
    "xlogy",
}
NO_SAMPLED_DERIVATIVE = {"stop_gradient"}


def settings_of(op, sample):
    return tuple((p.name, dict(sample.attributes).get(p.name, p.default)) for p in op.parameters)


def run(template, operands, settings):
    """Evaluate a row's source text on operands."""
    names = [f"x{i}" for i in range(len(operands))]
    scope = {"np": np, "k": kernels, "math": math, **dict(zip(names, operands, strict=True))}
    return eval(template(names, settings), scope)


def by_numpy(op, sample, operands):
    return run(lambda names, settings: expression(op, names, settings), operands, settings_of(op, sample))


def by_python(op, sample, operands):
    return scalar_function(op.name, len(operands), settings_of(op, sample))(*operands)


def arrays(sample):
    return [np.asarray(operand, dtype=float) for operand in sample.operands]


def entries(operands):
    """The operands of each output entry."""
    return list(zip(*(array.ravel().tolist() for array in np.broadcast_arrays(*operands)), strict=True))


def rules_at(op, sample, rules):
    """Values of rules `(b, y, *xs, **attributes) -> term`, broadcast to the output."""
    g = Graph()
    operands = arrays(sample)
    xs = [g.input(f"x{i}", array.shape) for i, array in enumerate(operands)]
    y = g.apply(op.name, *xs, **sample.attributes)
    terms = [rule(g, y, *xs, **sample.attributes) for rule in rules]
    found = evaluate(g, {f"x{i}": array for i, array in enumerate(operands)}, [term.id for term in terms])
    return [np.broadcast_to(value, y.shape) for value in found]


def partials_at(op, sample):
    count = len(sample.operands)
    rules = [op.partial(slot) for slot in range(count)]
    return rules_at(op, sample, [lambda g, y, *xs, r=r, **attributes: r(g, y, *xs, **attributes) for r in rules])


def moved(operands, slot, by):
    """Operands at full shape, one of them moved."""
    full = list(np.broadcast_arrays(*operands))
    full[slot] = full[slot] + by
    return full


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_numpy_and_python_agree(op, sample):
    operands = arrays(sample)
    with np.errstate(all="ignore"):
        together = by_numpy(op, sample, operands)
    assert np.asarray(together).dtype == np.float64
    assert np.shape(together) == op.shape(tuple(a.shape for a in operands), **dict(settings_of(op, sample)))
    apart = [by_python(op, sample, each) for each in entries(operands)]
    assert all(isinstance(each, float) for each in apart)
    np.testing.assert_allclose(apart, np.ravel(together), rtol=2e-14, atol=1e-300)


@pytest.mark.parametrize(("op", "sample"), SMOOTH)
def test_partials_are_the_slopes(op, sample):
    if op.name in NO_SAMPLED_DERIVATIVE:
        return
    operands = arrays(sample)
    for slot, found in enumerate(partials_at(op, sample)):
        if op.structure_of(slot) == "zero" and op.name == "where":
            continue  # a condition is 0 or 1: there is no point beside it
        h = 1e-5 * np.maximum(1.0, np.abs(np.broadcast_arrays(*operands)[slot]))
        h = np.minimum(h, 1e-5 if op.name != "log1p" and op.name != "expm1" else 1e-6)
        slope = (by_numpy(op, sample, moved(operands, slot, h)) - by_numpy(op, sample, moved(operands, slot, -h))) / (
            2 * h
        )
        np.testing.assert_allclose(found, slope, rtol=2e-6, atol=1e-8)


@pytest.mark.parametrize(("op", "sample"), [case for case in SMOOTH if case.values[0].name in ANALYTIC])
def test_partials_are_complex_steps(op, sample):
    operands = arrays(sample)
    if op.name == "gamma" and np.any(operands[0] < 0):
        return  # SciPy's complex Γ loses a tiny imaginary part there
    for slot, found in enumerate(partials_at(op, sample)):
        step = np.imag(by_numpy(op, sample, moved(operands, slot, 1e-30j))) / 1e-30
        if op.name in {"asec", "acsc", "acosh", "asech", "acoth", "loggamma"} or (op.name == "xlogy" and slot == 0):
            step = np.copysign(step, found)  # on a branch cut, the side is a matter of convention
        np.testing.assert_allclose(found, step, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(("op", "sample"), KINKS)
def test_at_kinks_the_locus_vanishes_and_the_rule_stands(op, sample):
    assert any(np.all(locus == 0) for locus in rules_at(op, sample, _loci(op)))
    if all(kink.taken not in ("∞",) for kink in op.kinks):
        assert all(np.all(np.isfinite(found)) for found in partials_at(op, sample))


@pytest.mark.parametrize(("op", "sample"), SMOOTH)
def test_away_from_kinks_no_locus_vanishes(op, sample):
    for locus in rules_at(op, sample, _loci(op)):
        assert np.all(locus != 0)


def _loci(op):
    return [lambda g, y, *xs, k=kink, **attributes: k.locus(g, *xs, **attributes) for kink in op.kinks]


@pytest.mark.parametrize("op", [op for op in ROWS if op.kinks], ids=lambda op: op.name)
def test_kinks_are_sampled(op):
    assert any(sample.kink for sample in op.samples)


@pytest.mark.parametrize(("op", "sample"), SMOOTH)
def test_structure_is_what_the_partials_show(op, sample):
    for slot, found in enumerate(partials_at(op, sample)):
        structure = op.structure_of(slot)
        if structure == "identity":
            assert np.all(found == 1)
        elif structure == "zero":
            assert np.all(found == 0)
        elif structure == "scaled identity":
            assert np.ptp(found) == 0
        else:
            assert structure == "diagonal"


@pytest.mark.parametrize(
    ("op", "mistake"), [pytest.param(op, m, id=f"{op.name}-{m.slot}-{m.name}") for op in ROWS for m in op.mistakes]
)
def test_mistakes_are_wrong(op, mistake):
    differs = False
    for sample in op.samples:
        if not sample.kink:
            right = partials_at(op, sample)[mistake.slot]
            (found,) = rules_at(op, sample, [mistake.rule])
            differs = differs or not np.allclose(found, right, equal_nan=True)
    assert differs
    assert mistake.says
    assert mistake.says[-1] != "."


@pytest.fixture(scope="module")
def typeset():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import ziamath
    return lambda latex: ziamath.Latex(latex).svg()


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_latex_is_typeset(op, typeset):
    attributes = {name: literal(value) for name, value in settings_of(op, op.samples[0])}
    operands = ["x", "y", "z"][: len(op.samples[0].operands)]
    latex = op.notation.latex
    if latex is not None:
        assert all(operand in latex(*operands, **attributes) for operand in operands)
        typeset(latex(*operands, **attributes))
    if op.mark is not None:
        typeset(op.mark)


LARGE = [
    "sigmoid",
    "softplus",
    "silu",
    "mish",
    "elu",
    "selu",
    "gelu",
    "gelu_tanh",
    "relu",
    "leaky_relu",
    "hard_sigmoid",
    "tanh",
    "sech",
    "logaddexp",
    "erf",
    "atan",
]


@pytest.mark.parametrize("name", LARGE)
def test_large_operands_neither_overflow_nor_warn(name):
    op, xs = OPS[name], np.array([-1e4, -1000.0, -40.0, 40.0, 1000.0, 1e4])
    operands = [xs] * (op.arity if isinstance(op.arity, int) else 2)
    sample = op.samples[0]
    with warnings.catch_warnings(), np.errstate(over="raise", invalid="raise", divide="raise"):
        warnings.simplefilter("error")
        values = by_numpy(op, sample, operands)
        g = Graph()
        terms = [g.input(f"x{i}", xs.shape) for i in range(len(operands))]
        y = g.apply(name, *terms, **sample.attributes)
        slope = op.partial(0)(g, y, *terms, **sample.attributes)
        (found,) = evaluate(g, {f"x{i}": xs for i in range(len(operands))}, [slope.id])
    assert np.all(np.isfinite(values))
    assert np.all(np.isfinite(found))
    np.testing.assert_allclose([by_python(op, sample, each) for each in entries(operands)], values, rtol=1e-13)


EDGES = st.one_of(
    st.floats(), st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, math.inf, -math.inf, math.nan, 1e-320, 710.0])
)
COUNTS = st.integers(min_value=-4, max_value=4).map(float)


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
@given(data=st.data())
def test_python_raises_or_agrees_with_numpy_everywhere(op, data):
    sample = op.samples[0]
    point = [data.draw(EDGES | COUNTS) for _ in sample.operands]
    if op.family == "special":
        assume(
            all(x > -math.inf and (x == 0 or abs(x) > 1e-300) for x in point)
        )  # there SciPy and math differ by choice
    try:
        alone = by_python(op, sample, point)
    except (ArithmeticError, ValueError):
        return
    with np.errstate(all="ignore"):
        value = by_numpy(op, sample, [np.float64(each) for each in point])
    assert type(alone) is float
    # Far out, sums and angles lose their digits in both, at different places.
    np.testing.assert_allclose(alone, value, rtol=1e-9, atol=1e-300, equal_nan=True)
