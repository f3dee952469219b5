"""What C and JavaScript have of their own: signatures, names, memory, float, errors; and three programs to be read."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradviz.api import code
from gradviz.errors import LimitError, OptionProblem
from gradviz.graph.graph import Graph
from gradviz.ops.table import OPS
from gradviz.passes.compile import job_for
from gradviz.passes.compiling.emit.braces.c import c_source
from gradviz.passes.compiling.emit.braces.c_vocabulary import C, single
from gradviz.passes.compiling.emit.braces.js import JS, js_source
from gradviz.passes.compiling.emit.braces.runtime import kernels
from gradviz.passes.compiling.emit.expressions.plain import PLAIN
from gradviz.passes.compiling.emit.expressions.translate import write
from gradviz.passes.compiling.emit.expressions.tree import Infix, Name, filled, read
from tests.passes.compiling.emit.foreign import RUNNERS, WARNINGS, Case, evaluated, needs, run_c, run_js
from tests.passes.compiling.emit.test_programs import POINT, agree, network
from tests.passes.compiling.test_straight_line import calls_while

Golden = Callable[[str, str], None]
ODD = [
    "double",
    "exp",
    "const",
    "new",
    "sum",
    "i",
    "j",
    "top",
    "lambda",
    "larger",
    "Δ",
    "θ_1",
    "value",
    "workspace",
    "__proto__",
]
"""Names that mean something to C, to JavaScript, or to what we write."""
TWO_LAYERS = """
X : 4x3; T : 4x2
h = tanh(X @ W1 + b1); W1 : 3x5; b1 : 5
y = h @ W2 + b2; W2 : 5x2; b2 : 2
L = mean((y - T)^2)
"""


@pytest.mark.parametrize(("to", "suffix"), [("c", "c"), ("js", "mjs")])
@pytest.mark.parametrize(
    ("name", "program", "wrt"),
    [
        ("circuit", "f = (x + y)*z", None),
        ("sigmoid", "f = 1/(1 + exp(-(w0*x0 + w1*x1 + w2)))", None),
        ("two_layers", TWO_LAYERS, ["W1", "b1", "W2", "b2"]),
    ],
)
def test_programs_that_a_person_reads(name: str, program: str, wrt: Any, to: str, suffix: str, golden: Golden) -> None:
    golden(f"code_loops/{name}.{suffix}", code(program, to=to, wrt=wrt))


def odd() -> Case:
    graph = Graph()
    scalars = [graph.input(name) for name in ODD]
    arrays = graph.input("Math", (2, 2)), graph.input("k", (2, 2))
    total = graph.name(graph.sum(graph.softmax(arrays[0] @ arrays[1]) * arrays[0], axis=0), "for")
    for place, scalar in enumerate(scalars):
        total = graph.name(graph.maximum(total, scalar) * graph.exp(scalar / (place + 1)), f"t{place}")
    job = job_for(graph, graph.name(graph.sum(total), "return").id, None, None, np.dtype(float))
    points = [*np.linspace(0.1, 0.9, len(ODD)), [[0.3, -0.2], [1.0, 0.5]], [[0.7, 0.1], [-0.4, 2.0]]]
    return Case(job, points)


def results() -> dict[str, Case]:
    """Results that lie elsewhere: inputs, constants, the same twice, views, numbers beside arrays."""
    graph = Graph()
    x, a, b = graph.input("x", (2, 3)), graph.input("a"), graph.input("b", (3,))
    q = graph.name(x * a + b, "q")
    outputs = {
        "an input": x,
        "a constant": graph.constant(((1.0, 2.0), (3.0, 4.0)), (2, 2)),
        "a number": graph.sum(q * q),
        "a view": graph.transpose(q),
        "an array": graph.exp(q),
        "named": q,
        "nothing": graph.index(q, items=(("slice", 2, None, None),)),
        "an input's number": a,
    }
    point = [POINT["x"][:2], 0.75, POINT["c"][:3]]
    made = {}
    for name, output in outputs.items():
        for by in ([], ["x", "a", "b"], ["b", "q"], ["a"]):
            by_known = [n for n in by if n != "q" or name not in ("an input", "a constant", "an input's number")]
            job = job_for(graph, output.id, ["x", "a", "b"], by_known, np.dtype(float))
            made[f"{name} by {by}"] = Case(job, point)
    return made


@pytest.mark.parametrize("language", RUNNERS)
def test_odd_names_and_results_that_lie_elsewhere(language: str, tmp_path: Path) -> None:
    cases = {"odd names": odd(), **results()}
    agree(cases, RUNNERS[language](list(cases.values()), tmp_path))


def test_names_in_c_are_ascii() -> None:
    assert re.search(r"double Delta, double theta_1,", c_source(odd().job))
    assert "Δ, θ_1" in js_source(odd().job)


@pytest.mark.parametrize("language", RUNNERS)
def test_float32(language: str, tmp_path: Path) -> None:
    texts = {
        "dense": "f = sum(dense(x, 3, tanh))",
        "gates": "f = sum(gelu(x) * softplus(y) / (1 + x^2)) + 0.5",
        "matrices": "A = x.T @ x + y.T @ y; f = det(A) + sum(inv(A)) + logdet(A) + ||x||",
    }
    cases = {name: network(text, np.float32) for name, text in texts.items()}
    agree(cases, RUNNERS[language](list(cases.values()), tmp_path), 2e-4)
    assert "Float32Array" in js_source(cases["dense"].job)


def test_float_is_float_throughout() -> None:
    text = c_source(network("f = sum(gelu(x) * softplus(y) + 0.5 + logdet(y.T @ y))", np.float32).job)
    assert "double" not in text
    assert {"erfcf", "expf", "log1pf", "fabsf"} <= set(re.findall(r"\w+(?=\()", text))


def test_kernels_for_float() -> None:
    text = "static double f(double x, int n)\n{\n    return n % 2 ? 1e-3 * exp(x) : 1.0 / 12 + 0.5;\n}\n"
    made = "static float f(float x, int n)\n{\n    return n % 2 ? 1e-3f * expf(x) : 1.0f / 12 + 0.5f;\n}\n"
    assert single(text) == made


def test_a_network_that_is_too_large_for_the_stack_takes_a_workspace(tmp_path: Path) -> None:
    graph = Graph()
    x, w = graph.input("x", (60, 80)), graph.input("w", (80, 80))
    h = x
    for _ in range(6):
        h = graph.tanh(h @ w)
    job = job_for(graph, graph.mean(h * h).id, None, None, np.dtype(float))
    case = Case(job, [np.cos(np.arange(4800.0)).reshape(60, 80), np.sin(np.arange(6400.0)).reshape(80, 80) / 9])
    agree({"deep": case}, run_c([case], tmp_path, ("-O2",)))
    text = c_source(job)
    (room,) = map(int, re.findall(r"double workspace\[(\d+)\]\)", text))
    arrays = len(re.findall(r"double \*const \w+ = workspace", text))
    assert room < arrays * 4800 / 2  # memory is used again
    assert f"static double workspace[{room}];" in text
    assert not re.search(r"^    double \w+\[", text.partition("\n{\n")[2], re.MULTILINE)


def test_c_is_cpp_too(tmp_path: Path) -> None:
    compiler = needs("g++")
    texts = [c_source(case.job) for case in (odd(), network("f = sum(inv(y.T @ y)) + det(x.T @ x) + norm(x, 2)"))]
    for place, text in enumerate(texts):
        (tmp_path / f"p{place}.cpp").write_text(text, encoding="utf-8")
        command = [compiler, "-O2", *WARNINGS, "-c", f"p{place}.cpp"]
        made = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert made.returncode == 0, made.stderr


def test_the_runtimes_compile_without_warnings_when_optimised(tmp_path: Path) -> None:
    (tmp_path / "k.c").write_text("#include <math.h>\n" + "\n".join(kernels("kernels.c").values()), encoding="utf-8")
    command = [needs("gcc"), "-std=c99", "-O2", *WARNINGS, "-Wno-unused-function", "-c", "k.c"]
    made = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert made.returncode == 0, made.stderr


def test_javascript_takes_nested_and_flat_arrays_and_refuses_others(tmp_path: Path) -> None:
    text = code("f = sum(X @ w); X : 2x2; w : 2", to="js")
    (tmp_path / "f.mjs").write_text(text, encoding="utf-8")
    (tmp_path / "run.mjs").write_text(
        'import { value_and_gradients as f } from "./f.mjs";\n'
        "const answers = [f([[1, 2], [3, 4]], [5, 6]), f(Float64Array.of(1, 2, 3, 4), new Float32Array([5, 6]))];\n"
        "for (const X of [[[1, 2, 3]], [[1, 2, 3, 4]], [[1], [2], [3], [4]]]) {\n"
        "  try { f(X, [5, 6]); } catch (error) { answers.push(error.message); }\n"
        "}\n"
        "console.log(JSON.stringify(answers));\n",
        encoding="utf-8",
    )
    ran = subprocess.run([needs("node"), "run.mjs"], capture_output=True, text=True, check=True, cwd=tmp_path)
    answer = '{"value":56,"gradients":{"X":[[5,6],[5,6]],"w":[4,6]}}'
    assert ran.stdout == f'[{answer},{answer},"X has 3 entries, not 2×2","X is 1×4, not 2×2","X is 4×1, not 2×2"]\n'


@pytest.mark.parametrize("width", range(1, 8))
def test_a_header_breaks_no_line_between_a_name_and_its_shape(width: int) -> None:
    shapes = {f"{'x' * width}{n}": (2, 3) for n in range(12)}
    text = code(" + ".join(f"sum({name})" for name in shapes), to="js", shapes=shapes)
    head = text.partition("export")[0]
    assert all(f"{name} 2×3" in head for name in shapes)


def test_log_gamma_of_javascript_near_zero_and_at_far_poles(tmp_path: Path) -> None:
    points = [5e-324, -5e-324, 1e-200, 1e-20, -1e-19, 0.0, -3.0, -1e308]
    graph = Graph()
    job = job_for(graph, graph.loggamma(graph.input("x")).id, None, (), np.dtype(float))
    answers = run_js([Case(job, [x]) for x in points], tmp_path)
    wanted = [evaluated(Case(job, [x]))[0] for x in points]
    assert [value for value, _ in answers] == pytest.approx(wanted, rel=1e-13)


@pytest.mark.parametrize("shape", [(), (20, 20)], ids=["numbers", "arrays"])
def test_the_work_of_writing_c_is_linear(shape: tuple[int, ...]) -> None:
    found = []
    for n in (40, 160):
        graph = Graph()
        x = total = graph.input("x", shape)
        for place in range(n):
            total = graph.sin(total) * (x if shape else graph.input(f"x{place}"))
        job = job_for(graph, graph.sum(total).id if shape else total.id, None, None, np.dtype(float))
        c_source(job)  # what is made once for all
        found.append(calls_while(lambda job=job: c_source(job)))
    assert found[1] < 4.6 * found[0]


def test_only_the_runtime_that_is_used_is_included() -> None:
    for to in ("c", "js"):
        assert "sigmoid" not in code("f = x*y", to=to)
        text = code("f = gelu_tanh(x)", to=to)
        assert text.index("sigmoid(") < text.index("gelu_tanh(")


@pytest.mark.parametrize("language", [C, JS], ids=["C", "JavaScript"])
def test_a_function_that_a_language_lacks_is_named(language: Any) -> None:
    with pytest.raises(OptionProblem, match=f"{language.name} has no wobble") as caught:
        write(filled(read("k.wobble({0})"), [Name("x")]), language)
    assert "--to python" in str(caught.value)


@pytest.mark.parametrize(
    ("expression", "c", "js"),
    [
        ("(a + b) * c - d", "(a + b) * c - d", "(a + b) * c - d"),
        ("a - (b - c)", "a - (b - c)", "a - (b - c)"),
        ("a / (b * c)", "a / (b * c)", "a / (b * c)"),
        ("-(a + b) * -c", "-(a + b) * (-c)", "-(a + b) * (-c)"),
        ("(-a) ** 2", "pow(-a, 2.0)", "(-a) ** 2"),
        ("a ** 3", "a * a * a", "a ** 3"),
        ("a ** b", "pow(a, b)", "power(a, b)"),
        ("(a if b else c) + 1", "(b != 0.0 ? a : c) + 1.0", "(b !== 0 ? a : c) + 1"),
        (
            "float(a > 0 and b < c or d)",
            "(a > 0.0 && b < c) || d != 0.0 ? 1.0 : 0.0",
            "(a > 0 && b < c) || d !== 0 ? 1 : 0",
        ),
        ("a if float(b >= 1) else c", "b >= 1.0 ? a : c", "b >= 1 ? a : c"),
        ("max(a, b, 0.5)", "larger(larger(a, b), 0.5)", "Math.max(a, b, 0.5)"),
        ("np.where(a, math.exp(b), abs(c))", "a != 0.0 ? exp(b) : fabs(c)", "a !== 0 ? Math.exp(b) : Math.abs(c)"),
        ("not a", "!(a != 0.0)", "!(a !== 0)"),
        ("a * 1e-30", "a * 1e-30", "a * 1e-30"),
    ],
)
def test_expressions(expression: str, c: str, js: str) -> None:
    assert write(read(expression), C).text == c
    assert write(read(expression), JS).text == js


def test_infinities() -> None:
    for value, c, js in ((np.inf, "INFINITY", "Infinity"), (-np.inf, "-INFINITY", "-Infinity"), (np.nan, "NAN", "NaN")):
        constant = filled(read("{b}"), [], {"b": value})
        assert (write(constant, C).text, write(constant, JS).text) == (c, js)
        assert write(Infix("-", Name("x"), constant), C).text == f"x - {f'({c})' if c.startswith('-') else c}"


def test_a_constant_array_that_is_too_large_is_refused() -> None:
    graph = Graph()
    n = 10_001
    f = graph.sum(graph.input("x", (n,)) * graph.constant(tuple(map(float, range(n))), (n,)))
    with pytest.raises(LimitError, match="constant array of the shape 10001 is too large"):
        c_source(job_for(graph, f.id, None, None, np.dtype(float)))


def test_a_long_chain_of_views(tmp_path: Path) -> None:
    graph = Graph()
    x = graph.input("x", (2, 3))
    made = x
    for turn in range(1200):
        made = graph.flip(made, axis=0) if turn % 2 else graph.transpose(graph.reshape(made, shape=(3, 2)))
    job = job_for(graph, graph.sum(made * x).id, None, None, np.dtype(float))
    assert len(job.plan.steps) > 2400
    case = Case(job, [np.arange(6.0).reshape(2, 3) ** 2])
    agree({"views": case}, run_c([case], tmp_path))


TWO = ("np.hypot", "np.arctan2", "np.power")
"""Names in the table that take two operands and do not show it."""


@pytest.mark.parametrize("name", PLAIN)
def test_numpys_names_are_written_in_every_language(name: str) -> None:
    operands = [Name("a"), Name("b"), Name("c")]
    arity = 3 if name in ("np.where", "np.clip") else 2 if "{1}" in PLAIN[name] or name in TWO else 1
    template = f"{name}({', '.join('{' + str(slot) + '}' for slot in range(arity))})"
    for language in (C, JS):
        assert re.search(r"\ba\b", write(filled(read(template), operands), language).text)


SPECIAL = {
    "erf": np.linspace(-5, 5, 401),
    "erfc": np.linspace(-6, 26, 401),
    "gamma": np.linspace(-19.9, 170.3, 401),
    "loggamma": np.linspace(-19.9, 300.3, 401),
    "digamma": np.linspace(-19.9, 99.3, 401),
    "gelu": np.linspace(-12, 12, 401),
    "polygamma": np.linspace(-5.9, 40.3, 401),
}
"""Functions that one language or both compute by kernels of ours, and where they are tried."""


@pytest.mark.parametrize("language", RUNNERS)
def test_special_functions_keep_their_digits(language: str, tmp_path: Path) -> None:
    cases = {}
    for name, points in SPECIAL.items():
        graph = Graph()
        made = graph.apply(name, graph.input("x", points.shape), **dict(OPS[name].samples[0].attributes))
        cases[name] = Case(job_for(graph, made.id, None, [], np.dtype(float)), [points])
    for (name, case), (value, _) in zip(cases.items(), RUNNERS[language](list(cases.values()), tmp_path), strict=True):
        np.testing.assert_allclose(value, evaluated(case)[0], rtol=5e-12, atol=1e-14, err_msg=name)


@pytest.mark.parametrize("language", RUNNERS)
def test_long_products_are_taken_in_pairs(language: str, tmp_path: Path) -> None:
    """Three matrices of n rows take 2n³ multiplications, not n⁴."""
    graph = Graph()
    a, b, c, v = (graph.input(name, (7, 7)[:rank]) for name, rank in (("a", 2), ("b", 2), ("c", 2), ("v", 1)))
    equations = {
        "a chain": graph.einsum(a, b, c, equation="ij,jk,kl->il"),
        "to a number": graph.einsum(v, a, b, v, equation="i,ij,jk,k->"),
        "a diagonal": graph.einsum(a, b, c, equation="ii,ij,jk->k"),
        "all kept": graph.einsum(v, v, v, equation="i,j,k->ijk"),
        "alone in one": graph.einsum(a, b, v, equation="ij,kl,k->l"),
    }
    points = [np.cos(np.arange(49.0) * k).reshape(7, 7) for k in (1.3, 1.7, 2.1)]
    by = ["a", "b", "c", "v"]
    cases = {
        name: Case(job_for(graph, made.id, by, by, np.dtype(float)), [*points, np.sin(np.arange(7.0))])
        for name, made in equations.items()
    }
    agree(cases, RUNNERS[language](list(cases.values()), tmp_path))
    text = c_source(job_for(graph, equations["a chain"].id, by, [], np.dtype(float)))
    assert max(line.index("for (int") for line in text.splitlines() if "for (int" in line) == 12
