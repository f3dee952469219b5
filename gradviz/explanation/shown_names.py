"""The names of what is shown: the users', those of groups, and short new ones; and identifiers made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gradviz.explanation.collapsing import Collapsed, lineage
from gradviz.explanation.naming import free_name, fresh_names
from gradviz.graph.graph import Graph
from gradviz.ops.op import INPUT


def names_of(
    graph: Graph, everything: tuple[int, ...], made: Collapsed, output: int, output_name: str
) -> dict[int, str]:
    """The users' names; the output's; a group's for what leaves it; short new ones for the rest, in order."""
    users = {name for name in graph.names} | {node.name for node in graph.nodes if node.name}
    named = {i: name for i in everything if (name := graph.nodes[i].name) is not None}
    if output not in named:
        named[output] = free_name(output_name, users)
    for i, name in _group_names(graph, everything, made).items():
        if i not in named and name not in users and name not in named.values():
            named[i] = name
    letters = fresh_names(users | set(named.values()))
    kept = {*made.shown, *made.hidden}
    return {i: named[i] if i in named else next(letters) for i in everything if i in kept}


def _group_names(graph: Graph, everything: tuple[int, ...], made: Collapsed) -> dict[int, str]:
    """By node, the name of the outermost group whose last output it is."""
    last: dict[str, int] = {}
    for i in everything:
        held = {group.name for group in lineage(graph.nodes[i].group)}
        for operand in graph.nodes[i].operands:
            for group in lineage(graph.nodes[operand].group):
                if group.name not in held and graph.nodes[operand].op is not INPUT:
                    last[group.name] = max(operand, last.get(group.name, -1))
    found: dict[int, str] = {}
    for name, i in sorted(last.items(), key=lambda item: item[0].count(".")):
        found.setdefault(i, name)
    return found


def identifiers(names: Mapping[int, str]) -> dict[int, str]:
    """A plain identifier for each node, its name where that is one."""
    made: dict[int, str] = {}
    taken: set[str] = set()
    for i, name in names.items():
        plain = re.sub(r"\W", "_", name, flags=re.ASCII)
        spelled = plain if plain == name and plain not in taken else f"{plain}_{i}"
        while spelled in taken:
            spelled += "_"
        taken.add(spelled)
        made[i] = spelled
    return made
