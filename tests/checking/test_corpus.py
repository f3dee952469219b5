"""The corpus is sound by a witness that knows no rule of differentiation, and gradviz judges it as it should."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import mpmath
import numpy as np
import pytest

from tests.checking.corpus.corpus import ARRAYS, SCALAR, Pair, Problem, Wrong, pairs, problems
from tests.checking.corpus.judging import Judge
from tests.checking.corpus.measure import measured
from tests.checking.corpus.witness_arrays import Arrays
from tests.checking.corpus.witness_scalar import DIGITS, Scalar, close

SAMPLED = 6
"""Every how manyth problem the fast tests take; the slow ones take all."""
PROVED = 0.99
"""The share of right answers that must be called right: raise it to what is measured, never lower it."""
EXPLAINED = 0.95
"""The share of wrong answers that must be explained."""
ALARMED = {**dict.fromkeys(SCALAR, 0.011), **dict.fromkeys(ARRAYS, 0.03)}
"""The share of answers to other questions that may be: questions of arrays are alike, a lost factor explains some."""


@cache
def of(name: str) -> tuple[Problem, ...]:
    return problems(name)


def some(name: str, every: int) -> list[Problem]:
    """Every so manyth problem, and all equations: they are few."""
    return [problem for i, problem in enumerate(of(name)) if i % every == 0 or problem.implicit]


def unsound_scalar(problem: Problem) -> list[str]:
    """What is not as the file says: a wrong answer that is right, a right one that is wrong."""
    with mpmath.workdps(DIGITS):
        witness = Scalar(problem.text, problem.wrt, problem.order, problem.implicit)
        points = witness.points()
        if len(points) < 3:
            return [f"{problem.text}: fewer than three points"]
        truths = [witness.truth(point) for point in points]

        def differs(answer: str) -> bool:
            values = [witness.value(answer, point) for point in points]
            found = [(value, truth) for value, truth in zip(values, truths, strict=True) if value is not None]
            # Undefined where the derivative is defined is wrong too; the right ones are checked for that as well.
            return len(found) < len(values) or any(not close(value, truth) for value, truth in found)

        plain = [one.plain for one in problem.right] + ([problem.answer] if problem.answer else [])
        bad = [f"{problem.text}: {answer} is not right" for answer in plain if differs(answer)]
        return bad + [f"{problem.text}: {one.answer} is right" for one in problem.wrong if not differs(one.answer)]


def unsound_arrays(problem: Problem) -> list[str]:
    witnesses = [Arrays(problem.text, problem.wrt, seed) for seed in (4, 9, 15)]
    truths = [witness.truth() for witness in witnesses]

    def off(answer: str) -> float:
        """The largest error at the points, relative to the gradient's size there."""
        found = 0.0
        for witness, truth in zip(witnesses, truths, strict=True):
            value = witness.value(answer)
            if value is None or value.shape != truth.shape:
                return np.inf
            found = max(found, float(np.abs(value - truth).max() / (1 + np.abs(truth).max())))
        return found

    plain = [one.plain for one in problem.right] + ([problem.answer] if problem.answer else [])
    bad = [f"{problem.text}: {answer} is not right" for answer in plain if not off(answer) < 1e-7]
    return bad + [f"{problem.text}: {one.answer} is right" for one in problem.wrong if not off(one.answer) > 1e-4]


def unsound(problem: Problem) -> list[str]:
    return unsound_arrays(problem) if problem.arrays else unsound_scalar(problem)


@pytest.mark.parametrize("name", [*SCALAR, *ARRAYS, "right.toml"])
def test_a_sample_of_the_corpus_is_sound(name: str) -> None:
    assert [bad for problem in some(name, SAMPLED) for bad in unsound(problem)] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", [*SCALAR, *ARRAYS, "right.toml"])
def test_all_of_the_corpus_is_sound(name: str) -> None:
    assert [bad for problem in of(name) for bad in unsound(problem)] == []


@pytest.mark.parametrize("name", SCALAR)
def test_scalar_files_are_as_large_and_as_mixed_as_promised(name: str) -> None:
    wrong = [one for problem in of(name) for one in problem.wrong]
    assert len(of(name)) >= 60
    assert len(wrong) >= 270
    kinds = Counter("none" if one.mistakes == ("none",) else len(one.mistakes) for one in wrong)
    assert 0.12 <= kinds[2] / len(wrong) <= 0.18
    assert 0.03 <= kinds["none"] / len(wrong) <= 0.07


@pytest.mark.parametrize("name", ARRAYS)
def test_array_files_are_as_large_as_promised(name: str) -> None:
    assert len(of(name)) >= 25
    assert sum(len(problem.wrong) for problem in of(name)) >= 100


def test_the_right_answers_and_the_pairs_are_as_many_as_promised() -> None:
    assert len(of("right.toml")) >= 150
    assert sum(len(problem.right) for problem in of("right.toml")) >= 500
    assert len(pairs()) >= 120


def test_the_unseen_problems_are_unseen() -> None:
    for names in (SCALAR, ARRAYS):
        asked = [(one.text, one.wrt, one.order) for name in names for one in of(name)]
        assert [one for one, times in Counter(asked).items() if times > 1] == []


MATRIX = re.compile(r"\b[A-Za-z_]\w*\b(?!\s*[(=])|\)")


def transposed(text: str) -> Iterator[str]:
    """The text with one transpose more, or one less, one at every name or around it, sums along the other axis."""
    for found in MATRIX.finditer(text):
        yield text[: found.end()] + ".T" + text[found.end() :]
    for found in re.finditer(r"\.T", text):
        yield text[: found.start()] + text[found.end() :]
    yield MATRIX.sub(r"\g<0>.T", text)
    yield f"({text}).T"
    yield text.replace("axis=1", "axis=0")


def undone(wrong: Wrong, witness: Arrays) -> list[Any]:
    """What the answer becomes when the mistake that its tag tells of is taken back; empty for other tags."""
    match wrong.mistakes[0]:
        case "overall sign":
            return [-witness.value(wrong.answer)]
        case "broadcast not summed":
            return [witness.value(wrong.answer).sum(axis=0)]
        case "summed over the wrong axis":
            return [witness.value(wrong.answer.replace("axis=1", "axis=0"))]
        case "missing transpose":
            return [valued(text, witness) for text in transposed(wrong.answer)]
        case _:
            return []


def valued(text: str, witness: Arrays) -> Any:
    """The value of what may not even be an expression."""
    try:
        return witness.value(text)
    except (AttributeError, SyntaxError, TypeError):
        return None


def same(a: Any, b: Any) -> bool:
    return a is not None and a.dtype != object and a.shape == b.shape and np.allclose(a, b, rtol=1e-9)


@pytest.mark.parametrize("name", ARRAYS)
def test_a_mistake_of_an_array_taken_back_gives_the_right_answer(name: str) -> None:
    replayed, left = 0, []
    for problem in of(name):
        witness = Arrays(problem.text, problem.wrt, 4)
        right = witness.value(problem.answer)
        for one in problem.wrong:
            found = undone(one, witness)
            replayed += bool(found)
            if found and not any(same(again, right) for again in found):
                left.append(f"{problem.text}: {one.answer}: {one.mistakes[0]}")
    assert left == []
    assert replayed >= 15


@pytest.mark.parametrize("name", [*SCALAR, *ARRAYS])
def test_no_answer_stands_twice_and_every_mistake_has_a_place(name: str) -> None:
    for problem in of(name):
        answers = [one.answer for one in problem.wrong]
        assert len(set(answers)) == len(answers), problem.text
        for one in problem.wrong:
            assert one.says
            assert one.mistakes == ("none",) or len(one.where) == len(one.mistakes)


@pytest.fixture(scope="module")
def judge() -> Judge:
    """`gradviz.check` and `check_equal` on the corpus, by their verdicts' words."""
    return Judge()


@pytest.mark.parametrize("name", [*SCALAR, *ARRAYS])
@pytest.mark.parametrize("every", [SAMPLED, pytest.param(1, marks=pytest.mark.slow)])
def test_wrong_answers_are_never_right(name: str, every: int, judge: Judge) -> None:
    accepted = [
        f"{problem.text}: {one.answer}"
        for problem in some(name, every)
        for one in problem.wrong
        if judge.of(problem, one.answer) == "right"
    ]
    assert accepted == []


@pytest.mark.parametrize("every", [SAMPLED, pytest.param(1, marks=pytest.mark.slow)])
def test_the_questions_own_answers_are_right(every: int, judge: Judge) -> None:
    asked = [problem for name in (*SCALAR, *ARRAYS) for problem in some(name, every)]
    found = {f"{one.text} by {one.wrt}: {one.answer}": judge.of(one, one.answer) for one in asked}
    assert {question: word for question, word in found.items() if word != "right"} == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", [*SCALAR, *ARRAYS])
def test_wrong_answers_are_explained_and_answers_to_other_questions_are_not(name: str) -> None:
    found = measured(name)
    assert found.verdicts.keys() == {"wrong"}
    assert found.share("explained") >= EXPLAINED
    assert found.alarmed <= ALARMED[name]


@pytest.mark.parametrize("every", [SAMPLED, pytest.param(1, marks=pytest.mark.slow)])
def test_right_answers_are_never_wrong_and_nearly_all_are_proved(every: int, judge: Judge) -> None:
    given = [(problem, one.answer) for problem in some("right.toml", every) for one in problem.right]
    found = [judge.of(problem, answer) for problem, answer in given]
    rejected = [
        f"{problem.text}: {answer}: {word}"
        for (problem, answer), word in zip(given, found, strict=True)
        if word not in ("right", "not decided")
    ]
    assert rejected == []
    assert found.count("right") >= PROVED * len(found)


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: f"{pair.a or pair.text} ~ {pair.b or pair.answer}")
def test_adversarial_pairs_are_judged_as_they_should_be(pair: Pair, judge: Judge) -> None:
    word, evidence = judge.pair(pair)
    assert word in pair.expect, pair.why
    if pair.evidence and word == "wrong":
        assert evidence == pair.evidence, pair.why
