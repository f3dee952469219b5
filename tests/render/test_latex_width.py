"""Articles stay within the margins: what is wider than the line is set smaller."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import gradviz
from gradviz.api.showing import text_in

NETWORK = "W1:4x3; x:3; W2:2x4; f=softmax(W2@tanh(W1@x))"
SECOND = "f = sin(x*y)*exp(z*w) + x^2*y^2*z"
LARGE = "x:4096; w:4096; f=x.T@w"
PAGES = {
    "explain": lambda: gradviz.explain(NETWORK, seed=1).to_latex(),
    "vjp": lambda: text_in(gradviz.vjp(NETWORK, seed=1).report, "tex", {}),
    "jvp": lambda: text_in(gradviz.jvp(NETWORK, along={"x": [1, 2, 3]}, seed=1).report, "tex", {}),
    "large": lambda: text_in(gradviz.vjp(LARGE, seed=1).report, "tex", {}),
    "hessian": lambda: text_in(gradviz.hessian(SECOND, at={"x": 1.1, "y": 2, "z": 0.3, "w": 0.2}).report, "tex", {}),
    "jacobian": lambda: text_in(gradviz.jacobian("x:4; w:4; f=tanh(x*w)*x", seed=1).report, "tex", {}),
}


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs LaTeX")
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_the_page(name: str, tmp_path: Path) -> None:
    (tmp_path / "f.tex").write_text(PAGES[name](), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "f.tex"]
    made = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    log = (tmp_path / "f.log").read_text(encoding="latin-1")
    assert made.returncode == 0, log[-1000:]
    assert [float(width) for width in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log) if float(width) > 2] == []
