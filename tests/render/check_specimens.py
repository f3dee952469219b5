"""Hand-made judgements: every verdict, every kind of evidence, several answers, staged work, arrays, long formulas."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import gradviz
from gradviz.explanation.data import (
    AnswerFacts,
    CheckReport,
    Enclosure,
    Evidence,
    ExplanationData,
    LineFacts,
    Math,
    MistakeFacts,
    Remark,
)
from gradviz.explanation.marking import marked


def math(text: str, unicode: str = "", latex: str = "") -> Math:
    return Math(text, unicode or text, latex or unicode or text)


def by(name: str, top: str = "f") -> Math:
    return Math(f"d{top}/d{name}", f"∂{top}/∂{name}", rf"\frac{{\partial {top}}}{{\partial {name}}}")


@cache
def picture(source: str, at: str | None = None) -> ExplanationData:
    return gradviz.explain(source, at=at).data


COSINE = math("f = cos(4*x)", "f = cos(4·x)", r"f = \cos(4x)")
INNER = MistakeFacts(
    name="inner derivative lost",
    node="f",
    label=math("cos(4*x)", "cos(4·x)", r"\cos(4x)"),
    explanation="At cos(4·x): the inner derivative 4 is missing.",
    yours=math("-sin(4*x)", "−sin(4·x)", r"{-\sin(4x)}"),
    right=math("-sin(4*x)*4", "−sin(4·x)·4", r"{-\sin(4x)} \cdot 4"),
)
REFUTED = Evidence(
    kind="counterexample",
    sentence="At x = 3/7 the derivative and the answer certainly differ.",
    point=(("x", "3/7"),),
    expected=Enclosure("−3.958902604 ± 4e-10", "-3.9589026044", "-3.9589026036"),
    found=Enclosure("−0.989725651 ± 1e-10", "-0.9897256511", "-0.9897256509"),
)


def wrong() -> CheckReport:
    """The inner derivative of a cosine lost."""
    answer = AnswerFacts(
        symbol=by("x"),
        given="-sin(4x)",
        reading=math("-sin(4*x)", "−sin(4·x)", r"{-\sin(4x)}"),
        notes=("4x is read as 4·x",),
        verdict="wrong",
        evidence=REFUTED,
        mistakes=(INNER,),
        correct=math("-4*sin(4*x)", "−4·sin(4·x)", r"{-4\sin(4x)}"),
    )
    shown = marked(picture("f=cos(4*x)", "x=0.5"), {"f": "wrong"})
    return CheckReport(COSINE, "f=cos(4*x)", "wrong", (answer,), picture=shown)


def right() -> CheckReport:
    """Proved."""
    answer = AnswerFacts(
        symbol=by("x"),
        given="z",
        reading=math("z"),
        notes=(),
        verdict="right",
        evidence=Evidence(
            "proof", "The answer equals the derivative: both are the same formula.", rule="as polynomials"
        ),
    )
    title = math("f = (x + y)*z", "f = (x + y)·z", r"f = (x + y) \cdot z")
    return CheckReport(title, "f=(x+y)*z", "right", (answer,), picture=picture("f=(x+y)*z", "x=-2,y=5,z=-4"))


def undecided() -> CheckReport:
    """Agreement without a proof."""
    answer = AnswerFacts(
        symbol=by("x"),
        given="erf'(x) + 0",
        reading=math("2*exp(-x^2)/sqrt(pi)", "2·exp(−x²)/√π", r"\frac{2 e^{-x^2}}{\sqrt{\pi}}"),
        notes=("this could not be proved within the budget of 2,000 nodes",),
        verdict="not decided",
        evidence=Evidence(
            "agreement", "The answer agrees with the derivative wherever it was tried.", digits=38, points=24
        ),
    )
    return CheckReport(
        math("f = erf(x)", "f = erf(x)", r"f = \operatorname{erf}(x)"), "f=erf(x)", "not decided", (answer,)
    )


def domain() -> CheckReport:
    """Right for x > 0 only."""
    answer = AnswerFacts(
        symbol=by("x"),
        given="2*log(x)/x",
        reading=math("2*log(x)/x", "2·log(x)/x", r"\frac{2 \log x}{x}"),
        notes=("log is the natural logarithm",),
        verdict="wrong",
        evidence=Evidence(
            "domain",
            "The answer is undefined at x = −1, where the derivative is 0.",
            rule="log of a negative number",
            point=(("x", "-1"),),
            region="x > 0",
        ),
        correct=math("log(x^2)/x", "log(x²)/x", r"\frac{\log x^2}{x}"),
    )
    return CheckReport(
        math("f = log(x^2)^2/4", "f = log(x²)²/4", r"f = \frac{(\log x^2)^2}{4}"),
        "f=log(x^2)^2/4",
        "wrong",
        (answer,),
        remarks=(Remark("note", "log is read as the natural logarithm"),),
    )


def several() -> CheckReport:
    """Three answers: right, wrong by one of several mistakes, and wrong by a factor that nothing explains."""
    first = AnswerFacts(by("x"), "z", math("z"), (), "right", Evidence("proof", "Both are z."))
    unsure = MistakeFacts(
        name="multiply gate not swapped",
        node="f",
        label=math("q*z", "q·z", r"q \cdot z"),
        explanation="One way to get your answer is to send each factor its own value.",
        yours=math("y + z", "y + z"),
        right=math("z"),
        also=("∂f/∂x was asked for and ∂f/∂z given.", "The constant 0 was added."),
        sure=False,
    )
    second = AnswerFacts(
        by("y"),
        "y+z",
        math("y + z"),
        (),
        "wrong",
        Evidence(
            "counterexample",
            "At x = 1, y = 2, z = 3 the derivative is 3 and the answer 5.",
            point=(("x", "1"), ("y", "2"), ("z", "3")),
            expected=Enclosure("3", "3", "3"),
            found=Enclosure("5", "5", "5"),
        ),
        mistakes=(unsure,),
        correct=math("z"),
    )
    third = AnswerFacts(
        by("z"),
        "3*(x + y)",
        math("3*(x + y)", "3·(x + y)", r"3 \cdot (x + y)"),
        (),
        "wrong",
        Evidence(
            "counterexample",
            "They differ at a point.",
            point=(("x", "1"), ("y", "2")),
            expected=Enclosure("3", "3", "3"),
            found=Enclosure("9", "9", "9"),
        ),
        offset="the answer is 3 times the derivative",
        correct=math("x + y"),
    )
    title = math("f = (x + y)*z", "f = (x + y)·z", r"f = (x + y) \cdot z")
    shown = marked(picture("f=(x+y)*z", "x=-2,y=5,z=-4"), {"f": "wrong", "q": "right"})
    return CheckReport(title, "f=(x+y)*z", "wrong", (first, second, third), picture=shown)


def staged() -> CheckReport:
    """A backward pass of which the third line is wrong, and the fourth follows from it."""
    differ = Evidence(
        "counterexample",
        "At x = −2, y = 5, z = −4 the gradient is −4 and the line gives 3.",
        point=(("x", "-2"), ("y", "5"), ("z", "-4")),
        expected=Enclosure("-4", "-4", "-4"),
        found=Enclosure("3", "3", "3"),
    )
    slip = MistakeFacts(
        name="multiply gate not swapped",
        node="q",
        label=math("q*z", "q·z", r"q \cdot z"),
        explanation="At q·z: the factors were not swapped.",
        yours=math("df * q", "df·q", r"df \cdot q"),
        right=math("df * z", "df·z", r"df \cdot z"),
    )
    proof = Evidence("proof", "It equals the gradient.")
    lines = (
        LineFacts(1, "q = x + y", math("x + y"), None, "not judged", "It computes a value, no gradient."),
        LineFacts(2, "dz = q", math("q"), by("z"), "right", "It equals ∂f/∂z.", proof, "z"),
        LineFacts(3, "dq = q * 1.0", math("q"), by("q"), "wrong", "It is not ∂f/∂q.", differ, "q", (slip,)),
        LineFacts(4, "dx = dq * 1", math("dq"), by("x"), "follows", "Right, given line 3.", proof, "x"),
        LineFacts(
            5,
            "dy = dq * (1 + 0 * x) * (2 - 1) * (3 - 2) * 1.0000",
            math("dq"),
            by("y"),
            "not decided",
            "It agrees with ∂f/∂y at 24 points, given line 3, and could not be proved.",
            Evidence("agreement", "It agrees.", digits=30, points=24),
            "y",
        ),
    )
    shown = marked(picture("f=(x+y)*z", "x=-2,y=5,z=-4"), {"q": "wrong", "z": "right", "x": "follows"})
    title = math("f = (x + y)*z", "f = (x + y)·z", r"f = (x + y) \cdot z")
    return CheckReport(title, "f=(x+y)*z", "wrong", lines=lines, picture=shown)


def arrays() -> CheckReport:
    """A gradient by a matrix, its transpose missing."""
    reading = math("2*x.T*(W*x)", "2 xᵀ (W x)", r"2\,x^\top (W x)")
    right_form = math("2*(W*x)*x.T", "2 (W x) xᵀ", r"2\,(W x)\,x^\top")
    mistake = MistakeFacts(
        name="order of a matrix product",
        node="q",
        label=math("W @ x", "W x", r"W\,x"),
        explanation="At W x: the factors stand in the wrong order.",
        yours=reading,
        right=right_form,
    )
    answer = AnswerFacts(
        symbol=by("W"),
        given="2*x.T@(W@x)",
        reading=reading,
        notes=("the answer has no axes, and ∂f/∂W has the shape 2×2",),
        verdict="wrong",
        evidence=Evidence(
            "counterexample",
            "At these values the entry [0, 1] differs.",
            point=(("W", "[[1, 2], [3, 4]]"), ("x", "[1, -1/2]")),
            entry=(0, 1),
            expected=Enclosure("0", "0", "0"),
            found=Enclosure("-3/2", "-1.5", "-1.5"),
        ),
        mistakes=(mistake,),
        correct=right_form,
    )
    shown = marked(picture("||W@x||^2", "W=[[0.1,0.5],[-0.3,0.8]],x=[0.2,0.4]"), {"q": "wrong"})
    title = math("f = norm(W @ x)^2", "f = ‖W x‖²", r"f = \left\Vert W x\right\Vert^{2}")
    return CheckReport(title, "||W@x||^2", "wrong", (answer,), picture=shown)


def long() -> CheckReport:
    """Formulas and sentences that fill many lines."""
    text = " + ".join(f"{k}*sin({k}*x + {k})*cos(y)^{k}" for k in range(1, 16))
    shown = text.replace("*", "·")
    latex = " + ".join(rf"{k} \sin({k} x + {k}) \cos(y)^{{{k}}}" for k in range(1, 16))
    formula = math(text, shown, latex)
    mistake = MistakeFacts(
        name="constant differentiated as a variable",
        node="f",
        label=formula,
        explanation="At the sum, " + "which is very long, " * 12 + "a constant was differentiated as a variable.",
        yours=formula,
        right=math(f"-({text})", f"−({shown})", rf"{{-({latex})}}"),
    )
    answer = AnswerFacts(by("x"), text, formula, (), "wrong", REFUTED, (mistake,), correct=formula)
    return CheckReport(math(f"f = {text}", f"f = {shown}", f"f = {latex}"), f"f = {text}", "wrong", (answer,))


CHECKS: dict[str, Callable[[], CheckReport]] = {
    "wrong": wrong,
    "right": right,
    "undecided": undecided,
    "domain": domain,
    "several": several,
    "staged": staged,
    "arrays": arrays,
    "long": long,
}
