"""Printed programs need nothing of gradviz, take any name, keep constants exact, and read well."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradviz
from gradviz.errors import LimitError, OptionProblem
from gradviz.graph.graph import Graph
from gradviz.passes.compile import job_for
from gradviz.passes.compiling.emit.table import LANGUAGES
from tests.passes.compiling.emit.printed import WITNESSED, agree, at_a_point, function_of, wanted

ALONE = """
import json, sys
blocked = {blocked!r}
class Blocker:
    def find_spec(self, name, *rest):
        if name.split(".")[0] in blocked:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Blocker())
space = {{"__name__": "program"}}
exec(compile(open({program!r}, encoding="utf-8").read(), "program.py", "exec"), space)
value, gradients = space["value_and_gradients"](*json.loads({values!r}))
print(json.dumps([float(value), *[getattr(g, "tolist", lambda: g)() for g in gradients]]))
"""


@pytest.mark.parametrize(
    ("language", "text", "blocked"),
    [
        ("python", WITNESSED["sigmoid"], ("gradviz", "numpy", "scipy")),
        ("python", "f = gelu(x) + softplus(x)*sigmoid(x) + max(x, 0.5); x = 0.3", ("gradviz", "numpy", "scipy")),
        ("numpy", WITNESSED["network"], ("gradviz", "scipy")),
        ("numpy", WITNESSED["matrices"], ("gradviz", "scipy")),
        ("numpy", "f = sum(gelu(x)) + sum(erf(x)); x = [0.3, -2]", ("gradviz", "scipy")),
    ],
)
def test_a_program_needs_nothing_but_what_it_says(
    language: str, text: str, blocked: tuple[str, ...], tmp_path: Path
) -> None:
    """In a process of its own, where gradviz cannot be imported."""
    job, values = at_a_point(text)
    program = tmp_path / "program.py"
    program.write_text(LANGUAGES[language].write(job), encoding="utf-8")
    given = json.dumps([value.tolist() for value in values])
    script = ALONE.format(blocked=blocked, program=str(program), values=given)
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    value, *gradients = json.loads(done.stdout)
    agree((value, tuple(map(np.asarray, gradients))), wanted(job, values))


NASTY = [
    *("lambda", "import", "class", "None", "np", "math", "torch", "jnp", "jax", "k", "self", "print", "special", "key"),
    *("value_and_gradients", "sigmoid", "maximum", "tensors", "reduce", "t1", "t2", "d_x", "d_t1", "alpha", "é"),
    *("LEAST", "float", "x'", "h.W", "truth", "_truth", "key_", "type", "match", "x_2"),
]


@pytest.mark.parametrize("language", ["numpy", "python", "torch", "jax"])
def test_any_name_will_do(language: str, request: pytest.FixtureRequest) -> None:
    """As an input, as an intermediate, beside each other: none is taken for a word of the language or a kernel."""
    if language in ("torch", "jax"):
        request.getfixturevalue(language)
    graph = Graph()
    total = graph.sigmoid(graph.input("x") * 0.5)
    for name in NASTY:
        total = total + graph.maximum(graph.sigmoid(graph.input(name)), 0.1)
    for name in ("y", "t3", "d_q", "exp", "where", "pi'"):
        total = graph.name(graph.sin(total), name)
    job = job_for(graph, total.id, None, None, np.dtype(float))
    values = [0.1 * i - 1 for i in range(len(job.inputs))]
    agree(function_of(LANGUAGES[language].write(job))(*values), wanted(job, values))


def test_no_name_breaks_out_of_a_comment() -> None:
    """The graph takes no such name; a comment would hold it all the same."""
    from gradviz.passes.compiling.emit.printed.layout import commented

    (line,) = commented([("x = 1", 'evil\n__import__("os").abort() \\ */ \u2028 \x00')])
    assert len(line.splitlines()) == 1
    space: dict[str, Any] = {}
    exec(compile(line, "line", "exec"), space)
    assert space["x"] == 1


@settings(max_examples=60, deadline=None)
@given(st.floats(allow_nan=True, allow_infinity=True))
def test_constants_read_back_exactly(number: float) -> None:
    graph = Graph()
    x = graph.input("x")
    job = job_for(graph, (x * 0 + graph.constant([number, 1.0])).id, None, None, np.dtype(float))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value, _ = function_of(LANGUAGES["numpy"].write(job))(2.0)
    assert np.array_equal(value, [number + 0.0, 1.0], equal_nan=True)


def test_pi_and_whole_powers_are_written_as_people_write_them() -> None:
    text = gradviz.code("f = pi*r^2", "python")
    assert "t1 = r**2" in text
    assert "f = math.pi * t1" in text


def test_what_a_caller_gets_is_the_callers() -> None:
    """No gradient is an input, another gradient, or a view of one of those."""
    for text in (
        "f = sum(A + B); A : 2 x 3; B : 2 x 3",
        "f = sum(A*B); A : 2 x 3; B : 2 x 3",
        "f = sum(A.T@b); A : 2 x 3; b : 2",
    ):
        job, values = at_a_point(text)
        _, gradients = function_of(LANGUAGES["numpy"].write(job))(*values)
        for i, one in enumerate(gradients):
            assert one.flags.writeable
            assert not any(np.shares_memory(one, other) for other in (*values, *gradients[:i]))


@pytest.mark.parametrize("language", ["numpy", "torch", "jax"])
def test_float32_stays_float32(language: str, torch: Any, jax: Any) -> None:
    text = "X : 4 x 2; h = dense(X, 3, sigmoid); f = mean(where(h > 0.5, h, 0.1*h)) + sum(softmax(h))"
    job, values = at_a_point(text, "float32")
    value, gradients = function_of(LANGUAGES[language].write(job))(*values)
    assert {str(one.dtype).removeprefix("torch.") for one in (value, *gradients)} == {"float32"}


def test_arrays_have_no_plain_python() -> None:
    with pytest.raises(OptionProblem, match="x is an array") as caught:
        gradviz.code("x : 3; f = sum(x^2)", "python")
    assert "--to numpy" in str(caught.value.hint)


def test_a_large_constant_is_refused() -> None:
    graph = Graph()
    f = graph.sum(graph.input("x", 20_000) * np.arange(20_000.0))
    with pytest.raises(LimitError, match="too large to be written out"):
        gradviz.code(graph, of=graph.name(f, "f").node.name)


def test_an_input_or_a_constant_as_output() -> None:
    graph = Graph()
    graph.input("x")
    for language in ("numpy", "python"):
        job = job_for(graph, 0, None, None, np.dtype(float))
        assert function_of(LANGUAGES[language].write(job))(3.0) == (3.0, (1.0,))
        assert function_of(gradviz.code("f = 2*3", language))() == (6.0, ())


def test_a_long_program_is_written_in_linear_time() -> None:
    """By counting lines: one for each step, whatever the length."""
    graph = Graph()
    x = graph.input("x")
    term = x
    for _ in range(3000):
        term = graph.sin(term) + x
    text = LANGUAGES["python"].write(job_for(graph, graph.name(term, "f").id, None, None, np.dtype(float)))
    assert 15_000 < len(text.splitlines()) < 25_000
    assert not re.search(r"^.{200}", text, re.MULTILINE)


GOLDEN: Mapping[str, tuple[str, dict[str, Any]]] = {
    "circuit": ("(x+y)*z", {}),
    "sigmoid": ("f = 1/(1 + exp(-(w0*x0 + w1*x1 + w2)))", {}),
    "two_layer": (
        "h = max(0, W1 @ x); s = W2 @ h; f = ||s - t||^2",
        {"shapes": {"W1": (3, 2), "x": (2,), "W2": (2, 3), "t": (2,)}},
    ),
}


@pytest.mark.parametrize("language", ["numpy", "python", "torch", "jax", "latex"])
@pytest.mark.parametrize("name", GOLDEN)
def test_programs_read_well(name: str, language: str, golden: Callable[[str, str], None]) -> None:
    text, settings = GOLDEN[name]
    if (name, language) != ("two_layer", "python"):
        golden(f"code/{name}.{language}.txt", gradviz.code(text, language, **settings))
