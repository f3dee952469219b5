"""Positions by Graphviz: ranks and order from the `dot` engine, in process or by a system's program."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from bisect import bisect_left
from itertools import pairwise
from typing import Any

from gradviz.errors import UserError
from gradviz.render.options import Engine
from gradviz.render.svg.layered import arranged_in_layers
from gradviz.render.svg.panels import column_rules
from gradviz.render.svg.plan import Plan, Stop, with_passes
from gradviz.render.svg.simple import GAP, Spots, arranged_simply, passing

LARGE = 250
"""Stops above which the layers are laid out here, in linear time; with panels, the engine runs in a process of its own
there, because it could take long."""

BOUND = 1500
"""Stops, passes of long wires among them, that the engine is asked to place where there are panels."""

RULED = 400
"""Nodes up to which wires are made to enter panels from the side."""

MARGIN = 32.0
"""The room around a panel's content: its title stands there."""

TIME_LIMIT = 20.0
"""Seconds for an engine in another process: a backstop, after which the simple layout serves."""


class OutOfTime(Exception):
    """The layout engine took too long (or died): the caller draws with a simpler layout."""


def arranged(made: Plan, engine: Engine) -> tuple[Plan, Spots]:
    """The plan with its long wires' passes, and where every stop lies.

    Raises:
        OutOfTime: the engine took too long.
        UserError: a system's `dot` is asked for and there is none, or it fails.
    """
    if not made.nodes:
        return made, {}
    large = len(made.stops()) > LARGE and not made.panels and engine == "bundled"
    if large or len(made.stops()) + passing(made) > BOUND:
        return arranged_in_layers(made)
    spots = _spots(made, _drawn(made, engine))
    for _ in range(3):
        full = with_passes(made, {key: rank for key, (rank, _) in spots.items()})
        if full.passes or full.panels:
            spots = _spots(full, _drawn(full, engine))
        if _adjacent(full, spots):
            return full, spots
    return arranged_simply(made)


def _adjacent(made: Plan, spots: Spots) -> bool:
    """Whether every wire steps from column to column; `dot` may place a stop anew once there are passes."""
    return all(spots[head][0] - spots[tail][0] == 1 for wire in made.wires for tail, head in pairwise(wire.stops))


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
    if made.panels:
        # Ranks as if there were no clusters: otherwise edges between clusters may run backwards.
        drawn.graph_attr["newrank"] = "true"
    _nodes(drawn, made)
    for wire in made.wires:
        for tail, head in pairwise(wire.stops):
            passing = tail in made.passes or head in made.passes
            weight = 2 if passing else 8 if head in made.nodes else 1
            drawn.edge(f"{tail}:w:e", f"{head}:w:w", weight=str(weight))
    if len(made.nodes) <= RULED:
        for tail, head in column_rules(made.panels, [(wire.stops[0], wire.stops[-1]) for wire in made.wires]):
            drawn.edge(tail, head, weight="1", style="invis")
    return str(drawn.source)


def _nodes(drawn: Any, made: Plan) -> None:
    """The stops, those of a panel in a cluster, which keeps others out of its rectangle."""
    import graphviz

    clusters = {key: graphviz.Digraph(f"cluster_{key}", graph_attr={"margin": f"{MARGIN:.0f}"}) for key in made.panels}
    for key in made.stops():
        clusters.get(made.held.get(key, ""), drawn).node(key, label=_cells(made.stop(key)))
    for key in reversed(list(made.panels)):
        clusters.get(made.panels[key].parent, drawn).subgraph(clusters[key])


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


def _drawn(made: Plan, engine: Engine) -> dict[str, Any]:
    source = dot_source(made)
    if engine == "dot":
        answer = _system(source)
    elif len(made.stops()) > LARGE and sys.executable:
        answer = _worker(source)
    else:
        answer = bundled(source)
    found: dict[str, Any] = json.loads(answer)
    return found


def bundled(source: str) -> bytes:
    """DOT laid out in this process by the engine in the wheel, as Graphviz's JSON."""
    import pygraphviz

    graph = pygraphviz.AGraph(string=source)
    try:
        graph.layout(prog="dot")
        answer: bytes = graph.draw(format="json")
        return answer
    finally:
        graph.close()


def _worker(source: str) -> bytes:
    """In a process of its own, which can be stopped."""
    program = (
        "import sys; from gradviz.render.svg.layout import bundled; sys.stdout.buffer.write(bundled(sys.stdin.read()))"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", program], input=source.encode(), capture_output=True, timeout=TIME_LIMIT, check=True
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        raise OutOfTime from None
    return done.stdout


def _system(source: str) -> bytes:
    """Through the `dot` on the path."""
    try:
        done = subprocess.run(
            ["dot", "-Tjson"], input=source.encode(), capture_output=True, timeout=TIME_LIMIT, check=True
        )
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
    centres = {
        found["name"]: tuple(map(float, found["pos"].split(","))) for found in drawn["objects"] if "pos" in found
    }
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
