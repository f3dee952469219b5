from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import gradviz
from gradviz.render.latex_parts import text_latex

PROGRAMS = {
    "circuit": ("f=(x+y)*z", "x=-2,y=5,z=-4"),
    "symbolic": ("f=(x+y)*z", None),
    "fan-out": ("f=x*y+x*z+x", "x=2,y=3,z=-4"),
    "copies": ("x*x", "x=3"),
    "arrays": ("||W@x||^2", "W=[[0.1,0.5],[-0.3,0.8]],x=[0.2,0.4]"),
    "tensors": ("X : 2x2x2; f = sum(X*X)", "X=[[[1,2],[3,4]],[[5,6],[7,8]]]"),
    "kink": ("max(0, x)", "x=[1,0,-1]"),
    "functions": ("sin(x)^2 + log(y, 3) + cbrt(x)*atan2(y, x) + |x - y| + floor(x)*erf(y) + gamma(y)", "x=0.5,y=2"),
    "activations": ("gelu(x) + softplus(x) + sigmoid(x)*tanh(x) + silu(x)", "x=0.3"),
    "greek": ("# 100% & \\alpha_1 {x} ~ ^ $5 <\"a\"> `b` | 'c' − ²\nf = α·β₁² + Ω/λ", "α=1,β₁=2,Ω=3,λ=4"),
    "a constant": ("2+3", None),
    "reductions": ("sum(softmax(x)*t) + max(x) + mean(x) + prod(t)", "x=[1,2,3],t=[0.2,0.3,0.5]"),
    "matrices": ("det(A) + trace(inv(A)) + sum(A.T)", "A=[[1,2],[3,5]]"),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_is_ascii_and_well_formed(name: str) -> None:
    text, at = PROGRAMS[name]
    source = gradviz.explain(text, at=at).to_latex()
    assert source.isascii()
    bare = re.sub(r"\\[\\{}]", "", source)
    assert bare.count("{") == bare.count("}")
    begun = re.findall(r"\\begin\{(\w+\*?)\}", source)
    assert sorted(begun) == sorted(re.findall(r"\\end\{(\w+\*?)\}", source))
    assert source.count("$") % 2 == 0 or r"\$" in source
    assert source.startswith("\\documentclass")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs LaTeX")
@pytest.mark.parametrize("name", PROGRAMS)
def test_latex_compiles_it(name: str, tmp_path: Path) -> None:
    text, at = PROGRAMS[name]
    gradviz.explain(text, at=at).save(tmp_path / "f.tex")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "f.tex"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-1500:].decode(errors="replace")
    assert (tmp_path / "f.pdf").read_bytes().startswith(b"%PDF")


def test_text_of_any_content_is_escaped() -> None:
    escaped = text_latex("\\end{document} \\input{x} % & # _ ^ ~ $ { } α λ Ω 数 é \x07")
    assert escaped.isascii()
    assert "\\end{" not in escaped
    assert "\\input" not in escaped
    assert r"$\alpha$" in escaped
    assert r"$\lambda$" in escaped
    assert r"$\Omega$" in escaped
    assert "U+6570" in escaped


def test_the_program_cannot_leave_its_place() -> None:
    source = gradviz.explain("f = x # \\end{document} \\write18{ls}", at="x=1").to_latex()
    assert source.count("\\end{document}") == 1
    assert "\\write" not in source


def test_it_says_the_four_facts() -> None:
    source = gradviz.explain("f=(x+y)*z", at="x=-2,y=5,z=-4").to_latex()
    assert r"\frac{\partial f}{\partial q} &= z = {-4} && 1 \times ({-4}) = {-4} && \text{swaps}" in source
    assert r"\subsection*{Gradients}" in source
    values = gradviz.explain("f=(x+y)*z", at="x=-2,y=5,z=-4").to_latex(detail="values")
    assert "Backward" not in values
