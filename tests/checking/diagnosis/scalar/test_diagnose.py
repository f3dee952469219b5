"""What is said of wrong answers: the golden texts read like prose, and what must not be said is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import gradviz
from gradviz.checking.diagnosis.diagnose import diagnose
from gradviz.checking.diagnosis.finding import Diagnosis
from gradviz.checking.diagnosis.scalar.candidates import MOST_STEPS
from gradviz.checking.diagnosis.scalar.problem import prepared
from gradviz.checking.reading.answer import read_answer
from gradviz.explanation.mathematics import unicode_of
from gradviz.graph.graph import Graph
from gradviz.ops.table import OPS
from tests.checking.diagnosis.scalar.asking import as_answer, as_question, asked, diagnosed, mistaken

SAID = (
    ("cos(4x)", "-sin(4x)"),
    ("5*cos(x)", "5*sin(x)"),
    ("x^2*sin(x)", "2x*cos(x)"),
    ("x^2*sin(x)", "2x*sin(x) - x^2*cos(x)"),
    ("x^2*sin(x)", "2x*sin(x)"),
    ("sin(x)/x", "cos(x)"),
    ("(x+3)/(x-2)", "-5/(x-2)"),
    ("(x+3)/(x-2)", "(2x+1)/(x-2)^2"),
    ("(x+3)/(x-2)", "5/(x-2)^2"),
    ("(2x+1)^3", "3*(2x+1)^2"),
    ("(2x+1)^3", "6*x^2"),
    ("x^5", "5*x^5"),
    ("x^5", "x^4"),
    ("x^(-3)", "3*x^(-4)"),
    ("sqrt(x)", "1/sqrt(x)"),
    ("ln(5x)", "5/x"),
    ("exp(-3x)", "-3x*exp(-3x-1)"),
    ("2^x", "2^x"),
    ("2^x", "x*2^(x-1)"),
    ("log10(x)", "1/x"),
    ("x^x", "x*x^(x-1)"),
    ("tan(x)", "sec(x)"),
    ("arctan(2x)", "2/(1-4x^2)"),
    ("3*x^2 + 7", "6x + 7"),
    ("3*x^2 - 5*x", "2x - 1"),
    ("sin(2x) + cos(3x)", "cos(2x) - sin(3x)"),
    ("x^3", "x^4/4"),
    ("x^3", "6x"),
    ("x^3", "x^3"),
    ("x*y^2", "2*x*y"),
    ("(x+1)^2 - 4*(x-3)", "2*(x+1) + 4"),
    ("(3x-5)^4", "15*(3x-5)^3"),
    ("sigmoid(3x)", "3*x*(1-x)"),
    ("sigmoid(3x)", "3*3x*(1-3x)"),
    ("relu(x)*x^2", "x^2 + 2*x*relu(x)"),
    ("|x-1|", "1"),
    ("q = x*y; f = q*sin(q)", "y*sin(q)"),
    ("x^2*exp(x)", "5*(2x + x^2)*exp(x)"),
    ("x^2*exp(x)", "2x + x^2"),
    ("x^2*exp(x)", "(2x + x^2)*exp(x) + x^3"),
    ("x^2*exp(x)", "sin(x)^7"),
)
TWICE = (
    ("sin(3x)", "3*cos(3x)"),
    ("sin(3x)", "-sin(3x)"),
    ("x*exp(x)", "exp(x)"),
    ("x^4 - x^2", "12x^2"),
)
ON_CURVES = (
    ("x^2 + y^2 = 25", "x/y"),
    ("x^2 + y^2 = 25", "-y/x"),
    ("x^2 + y^2 = 25", "-2x/y"),
    ("x^3 + y^3 = 6*x*y", "(2y - x^2)/y^2"),
    ("sin(y) + x^2*y = 1", "(-2x*y - cos(y))/x^2"),
)


def written(heading: str, found: Diagnosis) -> str:
    lines = [heading]
    for finding in found.findings[:1]:
        lines.append(f"  {finding.explanation}")
        if finding.yours is not None and finding.right is not None:
            lines.append(f"    yours {unicode_of(finding.yours)}   right {unicode_of(finding.right)}")
        lines += [f"  or: {other}" for other in finding.also]
    if found.offset:
        lines.append(f"  compare: {found.offset}")
    return "\n".join(lines if len(lines) > 1 else [*lines, "  (nothing)"])


def test_the_diagnoses_read_like_prose(golden: Callable[[str, str], None]) -> None:
    texts = [written(f"{f}: {answer}", diagnosed(f, answer)) for f, answer in SAID]
    texts += [written(f"{f}, twice: {answer}", diagnosed(f, answer, order=2)) for f, answer in TWICE]
    texts += [written(f"{f}: dy/dx = {answer}", diagnosed(f, answer, of="y")) for f, answer in ON_CURVES]
    golden("checking/diagnoses.txt", "\n".join(texts) + "\n")


@pytest.mark.parametrize(
    ("f", "answer"),
    [
        ("sin(2x)", "2*cos(x)^2 - 2*sin(x)^2"),
        ("x^2*cos(4x)", "2x*cos(4x) - 4x^2*sin(4x)"),
        ("tan(x)", "1 + tan(x)^2"),
        ("1/(x^2+1)", "-2x/(x^4 + 2x^2 + 1)"),
        ("ln(5x)", "1/x"),
        ("|x|*x", "2*|x|"),
    ],
)
def test_nothing_is_said_of_a_right_answer(f: str, answer: str) -> None:
    assert diagnosed(f, answer) == Diagnosis()


def test_a_mistake_that_yields_the_right_answer_is_suppressed() -> None:
    # At e^x the outer function kept is right, and must not be blamed when x^2 lost its coefficient.
    found = diagnosed("exp(x) + x^2", "exp(x) + x")
    assert [finding.node for finding in found.findings] == [asked("exp(x) + x^2").built.output - 1]


def test_singles_suppress_pairs_and_pairs_are_worded_as_one_way() -> None:
    single = diagnosed("x^2*cos(4x)", "2x*cos(4x) - x^2*sin(4x)")
    assert all(finding.count == 1 for finding in single.findings)
    pair = diagnosed("x^2*cos(4x)", "x*cos(4x) + 4x^2*sin(4x)")
    assert pair.findings[0].count == 2
    assert pair.findings[0].explanation.startswith("One way to get your answer is to make two mistakes: ")


def test_a_number_for_a_varying_derivative_needs_one_likely_mistake() -> None:
    assert diagnosed("sin(x)*exp(x)", "7").findings == ()
    assert diagnosed("ln(7x)", "7").findings[0].count == 1


def test_a_shared_node_is_mistaken_once_for_all_its_uses_or_for_one_of_them() -> None:
    text = "q = x^2 + y; f = q*sin(q)"
    both = diagnosed(text, "x*(sin(q) + q*cos(q))")
    assert (both.findings[0].count, both.findings[0].name) == (1, "coefficient lost")
    one = diagnosed(text, "2x*sin(q)")
    assert (one.findings[0].count, one.findings[0].name) == (1, "second term lost")


def test_long_chains_are_searched_in_linear_time_and_the_node_is_found() -> None:
    g = Graph()
    x = g.input("x")
    whole = x
    for i in range(150):
        whole = g.sin(whole * 2) + x if i % 2 else g.cos(whole) * 3 - x
    put = as_question(g, whole.id)
    assert all(len(each.steps) > MOST_STEPS for each in prepared(put).derivations)
    sines = [i for i, node in enumerate(g.nodes) if node.op.name == "sin"]
    mistake = next(one for one in OPS["sin"].mistakes if one.name == "sign of sin′")
    for place in (sines[-1], sines[-5]):
        graph, node = mistaken(put, place, mistake)
        findings = diagnose(put, as_answer(put, node, graph)).findings
        assert place in [finding.node for finding in findings]


def test_an_answer_with_bars_is_compared_at_real_points() -> None:
    names = {finding.name for finding in diagnosed("sqrt(x^2)*x", "|x|").findings}
    assert names == {"first term lost", "second term lost"}


def test_answers_at_a_point_are_explained_only_by_what_is_likely() -> None:
    assert diagnosed("x = 3; f = x^2", "3").findings[0].name == "coefficient lost"
    assert diagnosed("x = 3; f = x^2", "41").findings == ()


@pytest.mark.parametrize("answer", ["log(-1)", "x^(10^6)", "((x^x)^x)^x", "gamma(x)", "sqrt(-1 - x^2)", "1/(x-x+0*x)"])
def test_odd_answers_get_no_explanation_and_break_nothing(answer: str) -> None:
    put = asked("x^2*sin(x)")
    assert diagnose(put, read_answer(put, answer)).findings == ()


def test_the_same_answer_gets_the_same_diagnosis_again() -> None:
    put = asked("x^2*cos(4x)")
    answer = read_answer(put, "-8x*sin(4x)")
    assert diagnose(put, answer) == diagnose(put, answer) == diagnosed("x^2*cos(4x)", "-8x*sin(4x)")


@pytest.mark.parametrize("text", ["x", "f = x"])
@pytest.mark.parametrize("answer", ["0", "x^2 + 1", "x", "-1", "7", "ln(x)", "2*x"])
def test_a_function_that_is_its_variable_is_told_of(text: str, answer: str) -> None:
    diagnosed(text, answer)  # nothing breaks, whatever is found


def test_a_variable_that_is_the_function_goes_by_its_name() -> None:
    assert diagnosed("x", "0").findings[0].explanation.startswith("At x: ")


@pytest.mark.parametrize(
    ("text", "answer", "says"),
    [
        ("2^x", "2^x", "the factor ln 2 is missing"),
        ("(a+1)^x", "(a+1)^x", "the factor ln(a + 1) is missing"),
        ("arctan(3*x)", "3/(1 - (3x)^2)", "1 − (3·x)² in place of 1 + (3·x)²"),
        ("sqrt(5*x)", "5*sqrt(5*x)/2", "√(5·x)/2 in place of 1/(2√(5·x))"),
    ],
)
def test_what_is_said_is_about_this_problem(text: str, answer: str, says: str) -> None:
    assert says in diagnosed(text, answer).findings[0].explanation


def test_names_are_written_as_in_pictures() -> None:
    said = diagnosed("x0*theta^2", "theta^2*x0^2/2", wrt="x0").findings[0].explanation
    assert "x0" not in said
    said = diagnosed("x0^2*theta", "x0^2", wrt="x0").findings[0].explanation
    assert said == "This is ∂f/∂θ: differentiated by θ, not by x₀."


def test_two_mistakes_are_told_without_their_rules() -> None:
    said = diagnosed("x^2*cos(4x)", "-2x*sin(4x)").findings[0].explanation
    assert said.count(";") == 0
    assert len(said) < 200


def test_the_whole_check_of_a_slope_on_a_curve_is_diagnosed() -> None:
    found = gradviz.check("x^2 + y^2 = 25", "x", "-2x/y", of="y", picture=False)
    assert [mistake.name for mistake in found.mistakes] == ["coefficient lost"]
    assert gradviz.check("x*y = 6", "x", "-x/y", of="y", picture=False).mistakes
