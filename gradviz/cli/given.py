"""The program and the point that a command line gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gradviz.cli.reading import read_values
from gradviz.errors import NameProblem


def point_of(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The values of every --values file and of every --at, which wins.

    Raises:
        NameProblem: a name is given twice by --at.
        UserError: a file or a value is wrong.
    """
    from gradviz import api

    given: dict[str, Any] = {}
    for file in settings["files"]:
        given |= api.values(read_values(file))
    return given | named_values(settings["at"], "--at")


def named_values(texts: tuple[str, ...], option: str) -> dict[str, Any]:
    """The values of an option that may be given several times; a name has one.

    Raises:
        NameProblem: a name is given twice.
    """
    from gradviz import api

    found: dict[str, Any] = {}
    for text in texts:
        values = api.values(text)
        for name in values:
            if name in found:
                raise NameProblem(f"{name} is given twice", hint=f"give it in one {option} only")
        found |= values
    return found
