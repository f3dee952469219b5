"""`gradviz.code`: any program in any language of the table."""

from __future__ import annotations

import re
from importlib import import_module

import numpy as np
import pytest

import gradviz
from gradviz.errors import NameProblem, OptionProblem, ParseError, UserError
from gradviz.passes.compiling.emit.table import HOME, LANGUAGES, language_named, language_of


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_language_writes_the_first_circuit(name: str) -> None:
    text = gradviz.code("q = x + y; f = q*z", name)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert re.search(r"gradient by \$?q", text)
    assert "gradviz" not in text


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES.keys())
def test_writers_are_where_the_table_says(language: object) -> None:
    module, function = language.writer  # type: ignore[attr-defined]
    assert callable(getattr(import_module(f"{HOME}.{module}"), function))


def test_a_chosen_input_an_output_and_shapes() -> None:
    text = gradviz.code("y = softmax(W@x); f = -log(y[0])", wrt="W", of="y", shapes={"W": (3, 2), "x": (2,)})
    assert "return y, (d_W,)" in text
    assert "d_x" not in text
    assert "# 3×2" in text


def test_values_serve_for_their_shapes() -> None:
    assert "# 2×2" in gradviz.code("f = sum(W@x)", at="W=[[1,2],[3,4]],x=[5,6]")


def test_noise_and_buffers_get_no_gradient() -> None:
    text = gradviz.code("X : 4 x 3; h = dropout(X, 0.5); f = sum(h)")
    assert "d_h_mask" not in text
    assert "d_X" in text
    assert gradviz.code("X : 4 x 3; h = dropout(X, 0.5); f = sum(h)", mode="evaluation") != text


def test_an_output_without_a_name_is_called_f_and_the_graph_stays_as_it_is() -> None:
    graph = gradviz.Graph()
    graph.sin(graph.input("x"))
    assert "f = np.sin(x)" in gradviz.code(graph)
    assert graph.nodes[-1].name is None


def test_the_type_of_numbers() -> None:
    assert "float32" in gradviz.code("f = x*y", dtype=np.float32)
    with pytest.raises(OptionProblem, match="float64 or float32"):
        gradviz.code("f = x*y", dtype="int8")


def test_what_is_refused() -> None:
    with pytest.raises(OptionProblem, match="not printed in 'numpi'") as caught:
        gradviz.code("f = x", "numpi")
    assert caught.value.hint == "did you mean 'numpy'?"
    with pytest.raises(OptionProblem) as caught:
        gradviz.code("f = x", "cobol")
    assert caught.value.hint is not None
    with pytest.raises(NameProblem):
        gradviz.code("f = x*y", wrt="q")
    with pytest.raises(ParseError):
        gradviz.code("f = (x")
    with pytest.raises(UserError):
        gradviz.code(3)  # type: ignore[arg-type]


def test_suffixes_say_the_language() -> None:
    assert [language_of(f"a{suffix}").name for suffix in (".py", ".c", ".js", ".tex", ".TEX")] == [
        *("numpy", "c", "js", "latex", "latex")
    ]
    assert all(language_named(name).name == name for name in LANGUAGES)
    with pytest.raises(OptionProblem, match="does not say in which language") as caught:
        language_of("a.rs")
    assert ".py, .c, .js" in str(caught.value.hint)
