"""A hand-made class: three students, two problems, every outcome."""

from __future__ import annotations

from types import ModuleType

from gradviz.explanation.data.grading import (
    CaseFacts,
    ClassReport,
    LineCredit,
    Look,
    MistakeCount,
    PartFacts,
    ProblemFacts,
    StudentFacts,
    WrongAnswer,
)


def class_report(checks: ModuleType) -> ClassReport:
    """The class; `checks` are the specimens of judged answers."""
    wrong, right, staged = (checks.CHECKS[name]() for name in ("wrong", "right", "staged"))
    by = wrong.answers[0].symbol
    problems = (
        ProblemFacts(
            id="cosine",
            title="The chain rule",
            source="f=cos(4*x)",
            formula=wrong.title,
            symbols=(by,),
            kind="answer",
            points=2.0,
            varies=False,
            outcomes={"right": 1, "wrong": 2, "not decided": 1, "unreadable": 1, "no answer": 0},
            mean=1.25,
            earned=0.625,
            mistakes=(
                MistakeCount(
                    "inner derivative lost",
                    2,
                    "At cos(4·x): the inner derivative 4 is missing.",
                    (("-sin(4x)", 1), ("-sin(4*x)", 1)),
                ),
            ),
            unexplained=(WrongAnswer("7*x", 1, "the answer is 7/4 of the derivative"),),
        ),
        ProblemFacts(
            id="circuit",
            title="A backward pass",
            source="f=(x+y)*z",
            formula=staged.title,
            symbols=(),
            kind="steps",
            points=5.0,
            varies=True,
            outcomes={"right": 0, "wrong": 1, "not decided": 0, "unreadable": 0, "no answer": 2},
            mean=1.0,
            earned=0.2,
        ),
    )
    pictures = {"cosine/f": wrong.picture, "circuit/q": staged.picture}
    half = PartFacts(
        "x", by, "-sin(4x)", "wrong", 1.0, 2.0, "half the points: one mistake", "class.csv:2", wrong.answers[0]
    )
    steps = PartFacts(
        "steps",
        None,
        "q = x + y\ndz = q",
        "wrong",
        3.0,
        5.0,
        "line 3 is the first wrong one",
        lines=staged.lines,
        credits=(
            LineCredit(2, 1.0, 1.0, place=1),
            LineCredit(3, 0.0, 2.0, place=2),
            LineCredit(4, 2.0, 2.0, "follows from line 3", 3),
        ),
    )
    none = PartFacts("steps", None, "", "no answer", 0.0, 5.0, "nothing was handed in")
    full = PartFacts("x", by, "-4*sin(4*x)", "right", 2.0, 2.0, "", facts=right.answers[0])
    odd = PartFacts("x", by, "-4 sin(4", "unreadable", 0.0, 2.0, "could not be read: a bracket is open")
    cases = [
        (
            CaseFacts("cosine", "f=cos(4*x)", wrong.title, (half,), 1.0, 2.0, picture="cosine/f"),
            CaseFacts(
                "circuit", "f=(x+y)*z", staged.title, (steps,), 3.0, 5.0, variant=(("a", "7"),), picture="circuit/q"
            ),
        ),
        (
            CaseFacts("cosine", "f=cos(4*x)", wrong.title, (full,), 2.0, 2.0),
            CaseFacts("circuit", "f=(x+y)*z", None, (none,), 0.0, 5.0),
        ),
        (
            CaseFacts("cosine", "f=cos(4*x)", wrong.title, (odd,), 0.0, 2.0, notes=("the second of two",), look="why"),
            CaseFacts("circuit", "f=(x+y)*z", staged.title, (none,), 0.0, 5.0),
        ),
    ]
    names = [("s1", "Ada", "ada"), ("s2", "Emmy Noether", "emmy"), ("s3", "", "s3")]
    students = tuple(
        StudentFacts(id, name, f"{id}@example.org", anchor, both, sum(c.score for c in both), 7.0)
        for (id, name, anchor), both in zip(names, cases, strict=True)
    )
    return ClassReport(
        title="Week 3",
        problems=problems,
        students=students,
        points=7.0,
        mean=2.0,
        median=2.0,
        hardest=("circuit", "cosine"),
        look=(Look("s3", "s3", "cosine", "x", "-4 sin(4", "it could not be read"),),
        troubles=("class.csv:5: there is no problem 'cosin'",),
        pictures=pictures,
        settings=(("duplicates", "the last one counts"),),
    )
