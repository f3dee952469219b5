"""Losses of whatever they may be given: one operand twice, constants, one row, scalars; none fails, none withheld."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz
from gradviz.errors import UserError
from gradviz.explanation import losses
from gradviz.explanation.loss_case import Case
from gradviz.graph.build import build
from gradviz.graph.losses import losses_of
from gradviz.networks.losses import LOSSES
from gradviz.syntax.parser import parse

NUMBERS = ("mse", "l1", "smooth_l1", "huber", "bce", "bce_with_logits", "kl_div")
CLASSES = ("cross_entropy", "nll", "hinge")
VALUES = ("0.5", "[0.5]", "[0.25, 0.75]", "[[0.25, 0.75]]", "[[0.5], [0.25]]", "[[0.25, 0.75], [0.5, 0.5]]")
BUG = "bug in gradviz"


def programs() -> list[str]:
    """Losses of two operands, with values that all of them allow."""
    made = [
        f"L = sum({loss}({operands})); X = {value}"
        for loss in NUMBERS
        for value in VALUES
        for operands in ("X, X", f"X, {value}", f"{value}, X", "X, 1", "1, X")
    ]
    logits = (("[1, 2, 3]", "1"), ("[[1, 2, 3]]", "[1]"), ("[[1, 2], [3, 4]]", "[1, 0]"), ("[[1]]", "[0]"))
    return made + [
        program
        for loss in CLASSES
        for value, classes in logits
        for program in (
            f"L = {loss}(X, T); X = {value}; T = {classes}",
            f"L = {loss}(X, {classes}); X = {value}",
            f"L = {loss}({value}, T) + sum(X); X = [1]; T = {classes}",
        )
    ]


def bugs(program: str, *, formulas: bool) -> list[str]:
    return [remark.text for remark in gradviz.explain(program, formulas=formulas).data.remarks if BUG in remark.text]


def test_every_loss_of_two_operands_is_swept() -> None:
    assert {*NUMBERS, *CLASSES} == {row.name for row in LOSSES} - {"gaussian_nll"}


@pytest.mark.parametrize("program", programs())
def test_two_operands(program: str) -> None:
    assert bugs(program, formulas=False) == []


@pytest.mark.parametrize("value", ["0.5", "[0.5, 2]", "[[0.5, 2]]", "[[0.5], [2]]"])
@pytest.mark.parametrize("operands", ["X, X, 2", "X, t, X", "t, X, X", "X, X, X", "X, 1, 2", "1, 1, X", "1, X, 2"])
@pytest.mark.parametrize("loss", ["gaussian_nll({})", 'nll_of("normal", {})', 'nll_of("laplace", {})'])
def test_three_operands(loss: str, operands: str, value: str) -> None:
    """Each is found, in its order, however often it is given."""
    many = operands.startswith("1, 1") and value != "0.5"
    given = operands.replace("1, 1", f"{value}, {value}") if many else operands
    program = f"L = sum({loss.format(given)}); X = {value}" + f"; t = {value}" * ("t" in operands)
    graph = build(parse(program)).graph
    (found,) = losses_of(graph)
    assert len(found.operands) == 3
    for name, i in zip(operands.split(", "), found.operands, strict=True):
        assert (graph.nodes[i].name == name) == (not name.isdigit())
    assert bugs(program, formulas=False) == []


def test_a_negative_variance_beside_a_repeated_operand_is_an_error() -> None:
    with pytest.raises(UserError, match="the variance is -1, and must not be negative"):
        gradviz.explain("h = gaussian_nll(X, X, -1); X = [1, 2]")


def test_a_failure_in_the_telling_costs_one_remark(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(case: Case) -> None:
        raise ValueError(case.title)

    monkeypatch.setattr(losses, "TELLERS", {**losses.TELLERS, "mse": broken})
    found = gradviz.explain("L = mse(p, t); p = [1, 2]; t = [1, 3]")
    np.testing.assert_array_equal(found.gradients["p"].value, [0.0, -1.0])
    assert [r.kind for r in found.data.remarks if BUG in r.text] == ["warning"]


BEFORE = ("h", "softmax(h)", "sigmoid(h)", "log_softmax(h)")


def layered(loss: str, before: str, rows: int, columns: int) -> str:
    """A loss of a table of scores, with values that it allows."""
    generator = np.random.default_rng(7)
    h = np.round(generator.uniform(0.1, 0.9, (rows, columns)), 2).tolist()
    if loss in CLASSES:
        target = [(i + 1) % columns for i in range(rows)]
        return f"L = {loss}({before}, T); h = {h}; T = {target}"
    return f"L = {loss}({before}, T); h = {h}; T = {np.full((rows, columns), 0.25).tolist()}"


def fits(loss: str, before: str) -> bool:
    """Whether what is made there is a probability where one is wanted."""
    return loss != "bce" or before != "log_softmax(h)"


SWEEP = [
    pytest.param(loss, before, rows, columns, marks=[] if (rows, columns) == (1, 3) else [pytest.mark.slow])
    for loss in (*NUMBERS, *CLASSES)
    for before in BEFORE
    for rows in (1, 2)
    for columns in (1, 3)
    if fits(loss, before)
]


@pytest.mark.parametrize(("loss", "before", "rows", "columns"), SWEEP)
def test_no_formula_is_withheld(loss: str, before: str, rows: int, columns: int) -> None:
    assert bugs(layered(loss, before, rows, columns), formulas=True) == []


@pytest.mark.parametrize(
    ("program", "formula"),
    [
        ("L = nll(softmax(h), T); h = [[1, 2, 3]]; T = [1]", "q ∘ (q rᵀ − r)"),
        ("L = sum(softmax(h) * [[1, 2, 3]]); h = [[1, 2, 3]]", "q ∘ ([[1, 2, 3]] − sum(r))"),
        ("L = sum(softmax(h, axis=0) * [[1], [2], [3]]); h = [[1], [2], [3]]", None),
        ("L = nll(softmax(h), [1]); h = [[1, 2, 3]]", "q ∘ (q one_hot([1], classes=3)ᵀ − one_hot([1], classes=3))"),
        ("L = sum(bce(1, X)); X = [[0.5], [0.25]]", None),
    ],
)
def test_a_single_row_or_column(program: str, formula: str | None) -> None:
    """Written arrays and class numbers of one row lie as the names beside them do; transposes go inside."""
    assert bugs(program, formulas=True) == []
    if formula is not None:
        assert formula in gradviz.explain(program).to_text(width=200)
