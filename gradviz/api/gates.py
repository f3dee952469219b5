"""Gates as written, folded or unfolded: the graph that is explained instead of the one that was written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, get_args

from gradviz.errors import OptionProblem

if TYPE_CHECKING:
    from gradviz.graph.build import Built

Gates = Literal["written", "folded", "unfolded"]
"""Circuits and gates as they were written; recognised circuits as the gates that they are, linear maps in a row as one;
or gates written out as circuits."""


def with_gates(built: Built, gates: Gates) -> Built:
    """The program with its gates as asked for.

    Raises:
        OptionProblem: `gates` is none of the words.
    """
    if gates not in get_args(Gates):
        raise OptionProblem(f"gates is no {gates!r}", hint=f"it is one of {', '.join(get_args(Gates))}")
    if gates == "written":
        return built
    from gradviz.passes.patterns.linear import merged
    from gradviz.passes.patterns.rewriting import folded, unfolded

    graph, output = unfolded(built.graph, built.output) if gates == "unfolded" else folded(built.graph, built.output)
    if gates == "folded":
        graph, output = merged(graph, output)
    return replace(built, graph=graph, output=output)


def with_layers(built: Built, gates: Gates) -> tuple[Built, tuple[str, ...]]:
    """The folded program with its linear layers as groups, and their names; as it is where nothing is folded."""
    if gates != "folded":
        return built, ()
    from gradviz.passes.patterns.linear import grouped

    graph, names = grouped(built.graph, built.output)
    return replace(built, graph=graph), names
