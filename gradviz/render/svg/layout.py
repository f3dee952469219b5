"""Positions by Graphviz: ranks and order from the `dot` engine, in process or by a system's program."""

from __future__ import annotations

import json
import math
import subprocess
from bisect import bisect_left
from collections.abc import Mapping
from typing import Any

from gradviz.errors import UserError
from gradviz.render.options import Engine
from gradviz.render.svg.plan import Plan, Stop, with_passes

GAP = 13.0
"""The room between neighbours in a column."""

TIME_LIMIT = 60.0
"""Seconds for a system's `dot`."""

Spots = Mapping[str, tuple[int, float]]
"""A stop's column, and the place of its wire across the flow."""


def arranged(made: Plan, engine: Engine) -> tuple[Plan, Spots]:
    """The plan with its long wires' passes, and where every stop lies."""
    if not made.nodes:
        return made, {}
    first = _spots(made, _drawn(dot_source(made), engine))
    full = with_passes(made, {key: rank for key, (rank, _) in first.items()})
    if not full.passes:
        return full, first
    return full, _spots(full, _drawn(dot_source(full), engine))


def dot_source(made: Plan) -> str:
    """The plan as DOT: boxes of fixed size, named by our own keys, in columns from left to right."""
    import graphviz

    drawn = graphviz.Digraph(
        graph_attr={
            "rankdir": "LR", "ordering": "in", "nodesep": f"{GAP / 72:.4f}", "ranksep": "0.5", "splines": "false",
            # Bounds on the simplex and mincross iterations, so that large graphs take bounded work.
            "nslimit": "8", "nslimit1": "8", "mclimit": "2", "searchsize": "40",
        },
        node_attr={"shape": "plain"},
    )  # fmt: skip
    for key in made.keys():
        drawn.node(key, label=_cells(made.stop(key)))
    for wire in made.wires:
        for tail, head in zip(wire.stops, wire.stops[1:], strict=False):
            passing = tail in made.passes or head in made.passes
            weight = 2 if passing else 8 if head in made.nodes else 1
            drawn.edge(f"{tail}:w:e", f"{head}:w:w", weight=str(weight))
    return str(drawn.source)


def _cells(stop: Stop) -> str:
    """A stop as cells of fixed size: what is before the wire, the wire (the port), what is after it.

    So `dot` lines up wires, not the middles of boxes, and text on one side takes no room on the other.
    """
    width, before, after = (max(1, math.ceil(size)) for size in (stop.length, stop.before - 1, stop.after - 1))
    rows = "".join(
        f'<TR><TD{port} FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}"></TD></TR>'
        for port, height in (("", before), (' PORT="w"', 2), ("", after))
    )
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{rows}</TABLE>>'


def _drawn(source: str, engine: Engine) -> dict[str, Any]:
    answer = _system(source) if engine == "dot" else _bundled(source)
    found: dict[str, Any] = json.loads(answer)
    return found


def _bundled(source: str) -> bytes:
    import pygraphviz

    graph = pygraphviz.AGraph(string=source)
    try:
        graph.layout(prog="dot")
        answer: bytes = graph.draw(format="json")
        return answer
    finally:
        graph.close()


def _system(source: str) -> bytes:
    """Through the `dot` on the path."""
    try:
        done = subprocess.run(["dot", "-Tjson"], input=source.encode(), capture_output=True, timeout=TIME_LIMIT, check=True)
    except FileNotFoundError:
        raise UserError(
            "There is no program `dot` on this machine.",
            hint="Leave out `--engine dot`: the engine that comes with gradviz draws the same picture.",
        ) from None
    except subprocess.TimeoutExpired:
        raise UserError(
            f"The system's `dot` took longer than {TIME_LIMIT:.0f} seconds.", hint="Leave out `--engine dot`."
        ) from None
    except subprocess.CalledProcessError as failed:
        said = failed.stderr.decode(errors="replace").strip().splitlines()
        raise UserError(
            f"The system's `dot` failed: {said[-1] if said else 'it gave no reason'}.", hint="Leave out `--engine dot`."
        ) from None
    return done.stdout


def _spots(made: Plan, drawn: dict[str, Any]) -> dict[str, tuple[int, float]]:
    """Columns and the places of wires; a column's boxes have their middles at one x."""
    height = float(drawn["bb"].split(",")[3])
    centres = {found["name"]: tuple(map(float, found["pos"].split(","))) for found in drawn["objects"] if "pos" in found}
    columns: list[float] = []
    for x in sorted(x for x, _ in centres.values()):
        if not columns or x - columns[-1] > 1.5:
            columns.append(x)
    ranks = {}
    for key, (x, y) in centres.items():
        stop = made.stop(key)
        before, after = math.ceil(stop.before - 1), math.ceil(stop.after - 1)
        # y is the middle of the three cells, upwards; the wire runs through the middle one.
        wire = height - y - (before + 2 + after) / 2 + before + 1
        ranks[key] = (bisect_left(columns, x - 1.5), wire)
    return ranks
