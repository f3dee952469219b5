"""Programs as equations: gradviz reads them back as a program with our numbers, and the article compiles."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradviz
from gradviz.api.inputs import built_at
from gradviz.graph.build import build
from gradviz.graph.graph import Graph
from gradviz.passes.compile import job_for
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.emit.latex.article import latex_source
from gradviz.passes.evaluate import evaluate
from gradviz.syntax.parser import parse

SAMPLES = Path(__file__).parents[4] / "samples"
ROW = re.compile(r"^(.+?) &= (.+?)(?: && \\text\{.*\})?(?: \\\\\[2pt\])?$", re.MULTILINE)
PROGRAMS = {
    "circuit": "q = x + y; f = q*z; x = -2; y = 5; z = -4",
    "sigmoid": "f = 1/(1 + exp(-(w0*x0 + w1*x1 + w2))); w0 = 2; x0 = -1; w1 = -3; x1 = -2; w2 = -3",
    "names": "theta_hat = lambda*x_out; a1 = sin(theta_hat)*lambda; f = a1^2/theta_hat; lambda = 2; x_out = 0.3",
    "powers": "f = (-x)^3 - 2^(-x)/(x - 1/3)^2 + x^0.5*pi; x = 1.7",
    "kinks": "f = max(x, 0)*abs(y) + min(x, y) + where(x > y, x*y, x/y) + (x > y)*y; x = 0.4; y = -0.7",
    "functions": "f = log(x)*tanh(x) + sqrt(x)*atan(x) + sigmoid(x)*cosh(x)*exp(-x^2); x = 0.8",
    "fan": "a = x*y; b = a + x; c = b*a; f = c/b + b*x; x = 0.6; y = 1.9",
    "taken": "t1 = x*y; delta_x = t1 + x; f = sin(delta_x*t1); x = 0.6; y = 1.9",
    "small": "f = 1e-7*x + 123456.789*x^2 - x/3; x = 0.25",
}


def at_a_point(text: str) -> tuple[Job, dict[str, Any]]:
    built = built_at(text, None, None, seed=1)
    job = job_for(built.graph, built.output, built.inputs, None, np.dtype(float))
    return job, {name: np.asarray(built.values[name], dtype=float) for name in job.inputs}


def rows(latex: str) -> tuple[list[str], list[str]]:
    """An article's equations as statements; and the symbols of the gradients, in the order of its last lines."""
    pairs = ROW.findall(latex)
    statements = [f"{left} = {readable(right)}" for left, right in pairs if not left.startswith(r"\frac")]
    return statements, [right for left, right in pairs if left.startswith(r"\frac")]


def readable(latex: str) -> str:
    """Two signs that gradviz writes and does not read: an equals sign that compares, and Iverson's brackets."""
    compared = re.sub(r"(\\text\{if \} [^&\\]*?) = ", r"\1 == ", latex)
    return re.sub(r"\\mathbf\{1\}\[(.*?)\]", lambda found: f"({found[1].replace(' = ', ' == ')})", compared)


def valued(program: str, symbol: str, values: dict[str, Any]) -> float:
    """What a symbol is in a program of LaTeX."""
    read = parse(f"{program}\nwanted = {symbol}")
    graph = build(read, values=values, of="wanted")
    return float(evaluate(graph.graph, graph.values, [graph.output])[0])


@pytest.mark.parametrize("text", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_equations_read_back_are_a_program_with_our_numbers(text: str) -> None:
    job, values = at_a_point(text)
    latex = latex_source(job)
    statements, gradients = rows(latex)
    (value,) = re.findall(r"The value of \$(.*?)\$", latex)
    expected = evaluate(job.back.graph, values, job.targets)
    found = [valued("\n".join(statements), symbol, values) for symbol in (value, *gradients)]
    assert found == pytest.approx(expected, rel=1e-12)


def test_every_line_has_a_name_of_its_own() -> None:
    for text in PROGRAMS.values():
        statements, _ = rows(latex_source(at_a_point(text)[0]))
        names = [statement.partition(" = ")[0] for statement in statements]
        assert len(set(names)) == len(names)


COMPILED = ["circuit", "two_layer", "softmax_cross_entropy", "attention", "convolution", "embedding", "max_tie"]


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_articles_compile(tmp_path: Path) -> None:
    """One run of pdflatex for all of them: their bodies, one after the other."""
    articles = [gradviz.code((SAMPLES / f"{name}.grad").read_text(encoding="utf-8"), "latex") for name in COMPILED]
    graph = Graph()
    odd = [graph.input(name) for name in ("x'", "a_b_c", "h.W", "lambda", "d_x", "é")]
    articles.append(gradviz.code(_summed(graph, odd), "latex"))
    articles.append(gradviz.code(large_constant(), "latex"))
    opening, rest = articles[0].split("\\begin{document}\n")
    bodies = [article.split("\\begin{document}\n")[1].removesuffix("\\end{document}\n") for article in articles]
    assert rest
    text = opening + "\\begin{document}\n" + "\n\\newpage\n".join(bodies) + "\\end{document}\n"
    (tmp_path / "article.tex").write_text(text, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "article.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, errors="replace")
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "article.pdf").stat().st_size > 10_000


def _summed(graph: Graph, terms: list[Any]) -> Graph:
    total = terms[0]
    for term in terms[1:]:
        total = total * term + graph.sin(total)
    graph.name(total, "f")
    return graph


def large_constant() -> Graph:
    graph = Graph()
    graph.name(graph.sum(graph.input("x", 100) * np.arange(100.0)), "f")
    return graph


def test_large_constants_have_a_name() -> None:
    latex = gradviz.code(large_constant(), "latex")
    assert r"$C_{1}$: a constant array of the shape 100." in latex


def test_what_is_scattered_is_written_as_an_index_is() -> None:
    latex = gradviz.code("A : 3 x 4; f = sum(A[:, 1]^2)", "latex")
    assert r"\operatorname{scatter}_{:,1}\left(" in latex
    assert r"A_{:,1}" in latex


def test_comments_cannot_break_out() -> None:
    from gradviz.passes.compiling.emit.latex.text import text_of

    said = text_of("}\\input{/etc/passwd}%\n$^_~#&×é中")
    assert said.isascii()
    assert "\n" not in said
    assert r"\input" not in said.replace(r"\textbackslash{}", "")
