"""The pieces of a maxout network in the plot of its fit."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz
from gradviz.training.fits import fit_plot

MAXOUT = "X : N x 1; y : N; p = maxout(X, 1, pieces={pieces}); loss = mse(p[:, 0], y)"
PLAIN = "X : N x 1; y : N; p = dense(X, 1); loss = mse(p[:, 0], y)"


@pytest.mark.parametrize("pieces", [2, 3, 5])
def test_the_curve_is_the_greatest_of_the_pieces(pieces: int) -> None:
    run = gradviz.train(MAXOUT.format(pieces=pieces), "square(n=9)", optimiser="adam", rate=0.05, epochs=5).run
    plot = fit_plot(run)
    assert plot is not None
    lines = np.array([one.y for one in plot.series if one.tone == "faint"])
    (curve,) = (one.y for one in plot.series if one.label == "after training")
    assert len(lines) == pieces
    assert lines.max(axis=0) == pytest.approx(np.array(curve))
    assert np.diff(lines, 2, axis=1) == pytest.approx(0, abs=1e-9)
    assert plot.y_range is not None


def test_other_networks_have_none() -> None:
    plot = fit_plot(gradviz.train(PLAIN, "square(n=9)", optimiser="adam", epochs=2).run)
    assert plot is not None
    assert not [one for one in plot.series if one.tone == "faint"]
    assert plot.y_range is None
