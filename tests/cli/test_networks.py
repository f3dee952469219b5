"""Networks on the command line: values of parameters, modes, the list of layers."""

from __future__ import annotations

from click.testing import CliRunner

from gradviz.cli import program
from gradviz.networks.table import BLOCKS


def run(*words: str) -> str:
    done = CliRunner().invoke(program, list(words))
    assert done.exit_code == 0, done.output
    return done.output


def test_parameters_are_given_and_chosen_by_their_names() -> None:
    text = "x = [3, 4]; h = dense(x, 1); f = h[0]"
    said = run("explain", text, "--at", "h.W=[[1],[2]],h.b=[5]", "--wrt", "h.W")
    assert "= 16" in said
    assert "∂f/∂h.W" in said
    assert "∂f/∂h.b" not in said


def test_the_mode_is_chosen() -> None:
    text = "x = [1, 2]; d = dropout(x, 1/2); L = sum(d)"
    assert "d.mask" in run("explain", text)
    assert "d.mask" not in run("explain", text, "--mode", "evaluation")


def test_every_layer_and_loss_is_listed_and_told() -> None:
    listed = run("ops")
    for row in BLOCKS.values():
        assert f"  {row.usage()}" in listed
        told = run("ops", row.name)
        assert row.usage() in told
        assert "  example   " in told
        assert all(len(line) <= 80 for line in told.splitlines())


def test_a_word_of_two_kinds_tells_both() -> None:
    told = run("ops", "maxout")
    assert "maxout  (activations)" in told
    assert "maxout  (layer)" in told
    assert "l1_penalty  (penalty)" in run("ops", "l1")
