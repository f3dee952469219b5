"""The two expressions of `check_equal` made ready: names that they share have one shape and one value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gradviz.api.first_values import Mode
from gradviz.api.inputs import build_source
from gradviz.errors import DomainProblem, ShapeError

if TYPE_CHECKING:
    from gradviz.explanation.data.checks import CheckReport
    from gradviz.graph.build import Built
    from gradviz.shape import Shape

NAMES = ("first expression", "second expression")
"""What errors call them."""


def compared(texts: tuple[str, str], given: Mapping[str, Any], shapes: Mapping[str, Shape], mode: Mode) -> CheckReport:
    """The report on two texts; one that divides by zero whatever its names are has no value, and so equals nothing.

    Raises:
        UserError: one cannot be read, or a name has another shape in the other one.
    """
    from gradviz.checking.comparing import compare_expressions, compare_without_value

    built: list[Built | None] = []
    trouble = ""
    known = {**_known(texts, mode), **shapes}
    for text, name in zip(texts, NAMES, strict=True):
        try:
            built.append(_side(text, given, known, mode, name))
        except DomainProblem as error:
            built.append(None)
            trouble = error.message
    first, second = built
    if first is None or second is None:
        return compare_without_value(texts, first or second, trouble)
    return compare_expressions(first, second)


def _known(texts: tuple[str, str], mode: Mode) -> dict[str, Shape]:
    """The shapes of arrays that one of them declares: the other one need not say them again."""
    found: dict[str, Shape] = {}
    for text, name in zip(texts, NAMES, strict=True):
        try:
            built = build_source(text, {}, None, name, None, mode)
        except (ShapeError, DomainProblem):
            continue
        for one in built.inputs:
            shape = built.graph.nodes[built.graph.names[one]].shape
            if shape:
                found.setdefault(one, shape)
    return found


def _side(text: str, given: Mapping[str, Any], shapes: Mapping[str, Shape], mode: Mode, name: str) -> Built:
    """One expression; of the values and shapes it takes those of its own names."""
    try:
        plain = build_source(text, {}, None, name, None, mode)
    except ShapeError:
        named = {key: shape for key, shape in shapes.items() if re.search(rf"(?<![\w]){re.escape(key)}(?![\w])", text)}
        if not named:
            raise
        plain = build_source(text, {}, None, name, named, mode)
    own = {key: value for key, value in given.items() if key in plain.inputs}
    graph = plain.graph
    bare = [key for key in plain.inputs if key not in own and not graph.nodes[graph.names[key]].shape]
    sizes = {key: shapes[key] for key in bare if key in shapes}
    return build_source(text, own, None, name, sizes, mode) if own or sizes else plain
