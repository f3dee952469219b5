"""Titles and boxes say a loss as the program calls it: operands in their order, settings as given."""

import pytest

import gradviz
from gradviz.networks.losses.distributions import DISTRIBUTIONS
from gradviz.networks.table import BLOCKS

TARGETS = {"cross_entropy": "N", "nll": "N"}
"""Losses whose target is a number of a class for each sample."""
LOSSES = [row for row in BLOCKS.values() if row.family == "loss" and not row.leads]


def title(text, **options):
    return gradviz.explain(text, formulas=False, **options).data.title


@pytest.mark.parametrize("row", LOSSES, ids=lambda row: row.name)
def test_a_loss_keeps_the_order_of_its_call(row):
    # The targets are declared, and so made, before what is compared with them.
    target = "4" if row.name in TARGETS else "4 x 3"
    names = ["h", "T", "V"][: max(row.least, 2 if row.most != 1 else 1)]
    shapes = {"h": "4 x 3", "T": target, "V": "4 x 3"}
    declared = "; ".join(f"{name} : {shapes[name]}" for name in reversed(names))
    made = title(f"{declared}; L = {row.name}({', '.join(names)})")
    assert made.text == f"L = {row.name}({', '.join(names)})"
    assert made.unicode == made.text
    assert made.latex.index("h") < made.latex.rindex("T" if len(names) > 1 else "h") or len(names) == 1


@pytest.mark.parametrize("row", LOSSES, ids=lambda row: row.name)
def test_a_closed_loss_keeps_the_order_too(row):
    target = "4" if row.name in TARGETS else "4 x 3"
    extra = "; V : 4 x 3" if row.least > 2 else ""
    operands = ["h", "T", "V"][: row.least] if row.least > 1 else ["h", "T"]
    text = f"T : {target}; X : 4 x 2{extra}; h = dense(X, 3); L = {row.name}({', '.join(operands)})"
    data = gradviz.explain(text, formulas=False, depth=0).data
    (group,) = [group for group in data.groups if group.kind == row.name]
    if group.expression.text.startswith(f"{row.name}("):
        assert group.expression.text == f"{row.name}({', '.join(operands)})"


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_nll_of_says_what_was_observed_first(name):
    made = title(f'y : 3; m : 3; L = nll_of("{name}", y, m)')
    assert made.text == f"L = nll_of({name}, y, m)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("y : 4x1; X : 4x3; p = dense(X, 1); L = mse(p, y) + 0.01 l2(p.W)", "L = mse(p, y) + 0.01·l2(p.W)"),
        ("y : 4x1; X : 4x3; p = dense(X, 1); J = mse(p, y); L = J + l2(p.W)", "L = mse(p, y) + l2(p.W)"),
        ("y : 3; m : 3; L = mse(2 m + 1, y)", "L = mse(2·m + 1, y)"),
        ("y : 3; m : 3; L = mse(m, y, sum)", "L = mse(m, y, reduction=sum)"),
        ("y : 3; m : 3; L = huber(m, y, delta=0.5)/2", "L = huber(m, y, delta=0.5)/2"),
        ("y : 3; m : 3; v : 3; L = gaussian_nll(m, y, v)", "L = gaussian_nll(m, y, v)"),
        ("X : 4x3; h = dense(X, 2, tanh)", "h = tanh(X h.W + h.b)"),
        ("X : 4x3; y : 4; f(a, c) = mse(a, c)*2; L = f(X @ w, y); w : 3", "L = mse(X w, y)·2"),
    ],
)
def test_a_title_says_losses_as_calls(text, said):
    assert title(text).unicode == said


def test_a_title_reads_back():
    made = title("y : 3; m : 3; L = smooth_l1(m, y, beta=0.5, reduction=sum)").text
    again = title(f"y : 3; m : 3; {made}").text
    assert again == made
