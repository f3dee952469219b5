"""Staged passes of CS231n's notes, right and with a mistake planted in every line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradviz.checking.staged.steps import Staged, judge, judged
from gradviz.graph.build import build
from gradviz.syntax.parser import parse

SIMPLE = "f = (x + y)*z"
NEURON = "f = 1/(1 + exp(-(w[0]*x[0] + w[1]*x[1] + w[2])))\nw : 3\nx : 2"
NEURON_LINES = """dot = w[0]*x[0] + w[1]*x[1] + w[2]
f = 1.0 / (1 + math.exp(-dot)) # sigmoid function
ddot = (1 - f) * f # gradient on dot variable
dx = [w[0] * ddot, w[1] * ddot] # backprop into x
dw = [x[0] * ddot, x[1] * ddot, 1.0 * ddot] # backprop into w
"""
COMPOUND = "f = (x + sigmoid(y))/(sigmoid(x) + (x + y)^2)"
COMPOUND_LINES = """sigy = 1.0 / (1 + math.exp(-y)) # sigmoid in numerator   #(1)
num = x + sigy # numerator                               #(2)
sigx = 1.0 / (1 + math.exp(-x)) # sigmoid in denominator #(3)
xpy = x + y                                              #(4)
xpysqr = xpy**2                                          #(5)
den = sigx + xpysqr # denominator                        #(6)
invden = 1.0 / den                                       #(7)
f = num * invden # done!                                 #(8)
dnum = invden # gradient on numerator                    #(8)
dinvden = num                                            #(8)
dden = (-1.0 / (den**2)) * dinvden                       #(7)
dsigx = (1) * dden                                       #(6)
dxpysqr = (1) * dden                                     #(6)
dxpy = (2 * xpy) * dxpysqr                               #(5)
dx = (1) * dxpy                                          #(4)
dy = (1) * dxpy                                          #(4)
dx += ((1 - sigx) * sigx) * dsigx # Notice += !!         #(3)
dx += (1) * dnum                                         #(2)
dsigy = (1) * dnum                                       #(2)
dy += ((1 - sigy) * sigy) * dsigy                        #(1)
"""
MATRIX = "D = W @ X\nW : 4x4\nX : 4x4"
MATRIX_LINES = """dD = np.random.randn(*D.shape)
dW = dD.dot(X.T)
dX = W.T.dot(dD)
"""
NET = (
    "scores = maximum(0, X @ W + b) @ W2 + b2\n"
    "loss = cross_entropy(scores, y) + 0.5*reg*sum(W*W) + 0.5*reg*sum(W2*W2)\n"
    "X : 3x2\nW : 2x4\nb : 4\nW2 : 4x2\nb2 : 2\ny : 3"
)
NET_LINES = """hidden_layer = np.maximum(0, np.dot(X, W) + b)
scores = np.dot(hidden_layer, W2) + b2
exp_scores = np.exp(scores)
probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
dscores = probs
dscores[range(3),y] -= 1
dscores /= 3
dW2 = np.dot(hidden_layer.T, dscores)
db2 = np.sum(dscores, axis=0, keepdims=True)
dhidden = np.dot(dscores, W2.T)
dhidden[hidden_layer <= 0] = 0
dW = np.dot(X.T, dhidden)
db = np.sum(dhidden, axis=0, keepdims=True)
dW2 += reg * W2
dW += reg * W
"""


def run(source: str, text: str, wrt: list[str] | None = None) -> Staged:
    return judged(build(parse(source)), text, wrt=wrt)


def verdicts(made: Staged) -> dict[int, str]:
    return {line.number: line.verdict for line in made.lines}


RIGHT = [
    (SIMPLE, "dq = z; dz = q; dx = dq * 1; dy = dq", ["x", "y", "z"]),
    (SIMPLE, "q = x + y\ndfdq = z\ndfdz = q\ndqdx = 1.0\ndqdy = 1.0\ndfdx = dfdq * dqdx\ndfdy = dfdq * dqdy", ["x"]),
    (SIMPLE, "∂f/∂q = z\ndf/dz = x + y\ngrad_x = z; y_grad = z", ["x", "y", "z"]),
    (NEURON, NEURON_LINES, ["w", "x"]),
    (COMPOUND, COMPOUND_LINES, ["x", "y"]),
    (MATRIX, MATRIX_LINES, ["W", "X"]),
    (NET, NET_LINES, ["W", "b", "W2", "b2"]),
]


@pytest.mark.parametrize(("source", "text", "wrt"), RIGHT)
def test_a_right_pass_is_right_in_every_line(source: str, text: str, wrt: list[str]) -> None:
    made = run(source, text, wrt)
    assert made.verdict == "right", [(line.text, line.verdict, line.sentence) for line in made.lines]
    assert {line.verdict for line in made.lines} <= {"right", "not judged"}
    assert "wrong" not in made.marks.values()


PLANTED = [
    (SIMPLE, "q = x + y\ndq = q\ndz = q\ndx = dq * 1\ndy = dq", 2, {4, 5}, "not swapped"),
    (SIMPLE, "dq = z; dz = q\ndx = dq * x\ndy = dq", 2, set(), ""),
    (NEURON, NEURON_LINES.replace("(1 - f) * f", "(1 - dot) * dot"), 3, {4, 5}, ""),
    (NEURON, NEURON_LINES.replace("w[1] * ddot]", "w[0] * ddot]"), 4, set(), ""),
    (NEURON, NEURON_LINES.replace("1.0 * ddot", "1.0"), 5, set(), ""),
    (COMPOUND, COMPOUND_LINES.replace("(-1.0 / (den**2))", "(1.0 / (den**2))"), 11, {12, 13, 14, 15, 16, 17, 18, 20},
     ""),
    (COMPOUND, COMPOUND_LINES.replace("(2 * xpy)", "xpy"), 14, {15, 16, 18, 20}, "factor 2 lost"),
    (COMPOUND, COMPOUND_LINES.replace("((1 - sigx) * sigx)", "((1 - x) * x)"), 17, {18}, ""),
    (COMPOUND, COMPOUND_LINES.replace("dsigy = (1) * dnum", "dsigy = num"), 19, {20}, ""),
    (COMPOUND, COMPOUND_LINES.replace("dx += (1) * dnum ", "           "), 17, set(), "path dropped"),
    (MATRIX, MATRIX_LINES.replace("X.T", "X"), 2, set(), "transpose missing"),
    (MATRIX, MATRIX_LINES.replace("W.T.dot(dD)", "dD.dot(W.T)"), 3, set(), "order swapped"),
    (NET, NET_LINES.replace("dscores /= 3", "pass_ = 1"), 6, {8, 9, 10, 11, 12, 13, 14, 15}, "1/N lost"),
    (NET, NET_LINES.replace("dscores[range(3),y] -= 1", "pass_ = 1"), 7, {8, 9, 10, 11, 12, 13, 14, 15},
     "label not subtracted"),
    (NET, NET_LINES.replace("hidden_layer.T, dscores", "dscores.T, hidden_layer"), 8, {14}, ""),
    (NET, NET_LINES.replace("np.sum(dscores, axis=0, keepdims=True)", "np.mean(dscores, axis=0)"), 9, set(), ""),
    (NET, NET_LINES.replace("dhidden[hidden_layer <= 0] = 0", "pass_ = 1"), 12, {15}, "mask forgotten"),
    (NET, NET_LINES.replace("dW += reg * W\n", ""), 12, set(), "regularisation term lost"),
    (NET, NET_LINES.replace("dW2 += reg * W2", "dW2 += 2 * reg * W2"), 14, set(), ""),
]  # fmt: skip


@pytest.mark.parametrize(("source", "text", "first", "follow", "name"), PLANTED)
def test_the_first_wrong_line_is_blamed(source: str, text: str, first: int, follow: set[int], name: str) -> None:
    made = run(source, text)
    found = verdicts(made)
    told = [(line.number, line.text, line.verdict, line.sentence) for line in made.lines]
    assert made.verdict == "wrong"
    assert min(number for number, verdict in found.items() if verdict == "wrong") == first, told
    assert {number for number, verdict in found.items() if verdict == "follows"} == follow, told
    line = next(line for line in made.lines if line.number == first and line.verdict == "wrong")
    if name:
        assert line.mistakes, line.sentence
        assert line.mistakes[0].name == name
    if line.node:
        assert made.marks[line.node] == "wrong"


def test_a_missing_gradient_is_said() -> None:
    made = run(SIMPLE, "dx = z", ["x", "y"])
    assert made.verdict == "wrong"
    assert made.lines[-1].sentence == "No line computes ∂f/∂y."
    assert (made.lines[-1].number, made.lines[-1].text) == (0, "")


def test_a_forward_line_that_contradicts_the_problem_is_wrong() -> None:
    made = run("q = x + y\nf = q*z", "q = x*y\ndz = q\ndq = z")
    assert [line.verdict for line in made.lines] == ["wrong", "follows", "right"]


def test_lines_without_gradients_are_not_decided() -> None:
    assert run(SIMPLE, "t = x*7").verdict == "not decided"


def test_a_pass_is_judged_alike_every_time() -> None:
    built = build(parse(NEURON))
    assert judge(built, NEURON_LINES) == judge(built, NEURON_LINES)


def _page(made: Staged) -> str:
    lines = [f"{made.verdict}; " + ", ".join(f"{id}: {mark}" for id, mark in sorted(made.marks.items()))]
    for line in made.lines:
        lines.append(f"{line.number:>2} {line.verdict:<11} {line.text}")
        lines.append(f"   {line.symbol.unicode + ': ' if line.symbol else ''}{line.sentence}")
        for mistake in line.mistakes:
            both = [m.unicode for m in (mistake.yours, mistake.right) if m is not None]
            lines.append(f"   - {mistake.name} at {mistake.node or 'no node'}: {' | '.join(both)}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("name", "source", "text"),
    [
        ("staged_compound.txt", COMPOUND, COMPOUND_LINES.replace("(2 * xpy)", "xpy")),
        ("staged_net.txt", NET, NET_LINES.replace("dhidden[hidden_layer <= 0] = 0\n", "")),
        ("staged_neuron.txt", NEURON, NEURON_LINES.replace("(1 - f) * f", "(1 - f)")),
    ],
)
def test_what_is_said_of_a_pass(golden: Callable[[str, str], None], name: str, source: str, text: str) -> None:
    golden(name, _page(run(source, text)))
