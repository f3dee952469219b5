"""What lines may be written in, and what is said of those that cannot be read."""

from __future__ import annotations

import numpy as np
import pytest

from gradviz.checking.staged.steps import judged
from gradviz.errors import LimitError, UserError
from gradviz.graph.build import build
from gradviz.syntax.parser import parse

PROBLEM = "h = relu(X @ W)\nL = sum(h^2)\nX : 4x3\nW : 3x2"

SPELLINGS = [
    "dh = 2*h",
    "dh = 2 * np.maximum(0, X.dot(W))",
    "dh = np.multiply(2, h)",
    "dh = h + h",
    "dh = 2*h*np.ones_like(h)",
    "dh = np.zeros_like(h) + 2*h",
    "dh = 2*h.copy()",
    "dh = 2.0*(X@W)*(X@W > 0)",
    "dh = np.where(X @ W > 0, 2*h, 0)",
    "dh = np.power(h, 1)*2",
    "dh = 2*h.T.T",
    "dh = 2*h.reshape(4, 2)",
    "dh = 2*h.reshape(X.shape[0], W.shape[1])",
    "dh = 2*h.reshape((4, -1))",
    "dh = 2*np.reshape(h, h.shape)",
    "dh = 2*h.sum()*0 + 2*h",
    "dh = (h**2).sum(axis=1, keepdims=True)*0 + 2*h",
    "dh = len(X)/2*h",
    "dh = h; dh *= 2",
    "dh = 4*h; dh /= 2",
    "dh = h\ndh += h",
    "import numpy as np\ndh = 2*h",
    "dh = (2*\n   h)",
    "dh, dX = 2*h, (2*h*(h > 0)) @ W.T",
    "grads['h'] = 2*h\ndW = X.T @ (grads['h']*(h > 0))",
    "dh = 2*h\ndW = np.dot(X.T, dh*(h > 0))",
    "dh = 2*h\ndW = np.matmul(np.transpose(X), dh)",
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_numpys_spellings_are_read(text: str) -> None:
    made = judged(build(parse(PROBLEM)), text)
    told = [(line.text, line.verdict, line.sentence) for line in made.lines]
    assert made.verdict == "right", told


HOSTILE = [
    ("dh = __import__('os')", "subscript"),
    ("dh = h.__class__", ""),
    ("dh = open('x')", ""),
    ("dh = eval(h)", ""),
    ("dh = np.load(h)", "np.load is not read"),
    ("dh = np.random.rand(4, 2)", "np.random"),
    ("dh = lambda x: x", "lambda"),
    ("dh = [a for a in h]", "for"),
    ("for i in range(3): dh = h", ""),
    ("dh = h[:, None]", "None"),
    ("dh[0] = 3", ""),
    ("dh += 1", "before it has a value"),
    ("dh = dq = h", "two signs"),
    ("dh == h", "no assignment"),
    ("dh =", "no assignment"),
    ("= h", "no assignment"),
    ("dh = (h", "not closed"),
    ("dh = h)", "closes nothing"),
    ("3 = h", ""),
    ("dh = foo*h", "foo"),
    ("dh = h % 2", "%"),
    ("dh = h.explode(3)", "explode"),
    ("", "empty"),
    ("# nothing", "no line"),
    ("dh = 9**9**9**9", ""),
    ("dh = h**(10**30)", ""),
    ("dh = " + "(" * 300 + "h" + ")" * 300, ""),
    ("dh = 2*h\x00", "control character"),
    ("dh = X.shape[7]*h", "axis 7"),
    ("dh = foo.shape[0]*h", "shape of foo"),
    ("dh = '<script>'", ""),
]


@pytest.mark.parametrize(("text", "says"), HOSTILE)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, says: str) -> None:
    with pytest.raises(UserError) as caught:
        judged(build(parse(PROBLEM)), text)
    assert says in str(caught.value)
    assert caught.value.hint


def test_errors_point_into_the_lines_as_written() -> None:
    with pytest.raises(UserError) as caught:
        judged(build(parse(PROBLEM)), "dh = 2*h\ndX = np.dot(dh, blah.T)")
    text = str(caught.value)
    assert "   2 | dX = np.dot(dh, blah.T)" in text
    assert text.splitlines()[2].index("^") == text.splitlines()[1].index("blah")


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(LimitError):
        judged(build(parse(PROBLEM)), "t = h\n" * 501)


def test_random_tokens_never_do_anything_but_fail_politely() -> None:
    words = [
        "dh",
        "h",
        "X",
        "W",
        "=",
        "+",
        "-",
        "*",
        "/",
        "(",
        ")",
        "[",
        "]",
        ",",
        ".",
        "@",
        "np",
        "sum",
        "T",
        "dot",
        "2",
        ":",
        "'",
        "+=",
        "where",
        "<=",
        "0",
        ";",
        "\n",
        "**",
    ]
    generator = np.random.default_rng(3)
    built = build(parse("h = x*w\nL = h^2"))
    outcomes = set()
    for _ in range(300):
        text = "dh = " + " ".join(generator.choice(words, int(generator.integers(1, 9))))
        try:
            outcomes.add(judged(built, text).verdict)
        except UserError:
            outcomes.add("refused")
    assert "refused" in outcomes
    assert len(outcomes) > 1
