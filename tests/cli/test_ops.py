from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import Result

import gradviz
from gradviz.explanation.catalogue import catalogue
from gradviz.networks.table import BLOCKS

Run = Callable[..., Result]


def test_every_operation_is_listed(run: Run) -> None:
    result = run("ops")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    listed = {line.split()[0].partition("(")[0] for line in lines if line.startswith("  ") and line[2] != " "}
    assert listed == {*gradviz.OPS, *BLOCKS}
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("name", list(gradviz.OPS))
def test_each_is_shown_in_detail(run: Run, name: str) -> None:
    result = run("ops", name)
    assert result.exit_code == 0, result.output
    assert gradviz.OPS[name].doc.split()[0] in result.stdout
    assert "formula" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_local_derivatives_are_read_off_the_rows(run: Run) -> None:
    assert "f·(1 − f)" in run("ops", "sigmoid").stdout
    assert "∂f/∂x = y" in run("ops", "mul").stdout
    assert "x ← g yᵀ" in run("ops", "matmul").stdout


def test_differentiable_operations_have_a_derivative_for_every_operand() -> None:
    for facts in catalogue():
        if gradviz.OPS[facts.name].differentiable:
            assert all(local.partial or local.contribution for local in facts.locals), facts.name


def test_an_alias_is_found(run: Run) -> None:
    assert run("ops", "swish").stdout == run("ops", "silu").stdout


def test_ascii(run: Run) -> None:
    assert run("ops", "--ascii").stdout.isascii()
