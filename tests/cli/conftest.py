from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Run the command line in this process."""
    from gradviz.cli import program

    def invoke(*arguments: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(program, list(arguments), input=stdin, prog_name="gradviz")

    return invoke
