"""Graphs drawn with their values and gradients, from the recording to the SVG file, beside `dot` on the same graph.

gradviz explains (differentiates, evaluates, names, words) and draws; `dot` alone is given a finished text with the
numbers in it, so that its time is the layout's and nothing else's. The graphs have the operations that micrograd has.
"""

from __future__ import annotations

import random
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from shutil import which
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from suite.case import Absent, Case, Ready, module

Move = tuple[str, int, int]
"""An operation and the places of its operands among the inputs and the earlier results (`relu` reads the first)."""

WINDOW = 40
"""How far back an operand may lie that was read before."""

SIZES = (40, 60, 40, 5)
"""The perceptron written out in numbers: about 10,000 operations and 5,000 weights."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A computation, to be replayed by any library: the inputs' values, and the operations in order."""

    inputs: Mapping[str, float]
    moves: tuple[Move, ...]

    def replayed(self, values: Sequence[Any], relu: Callable[[Any], Any]) -> Any:
        """The output, made from a library's own inputs."""
        terms = list(values)
        for name, a, b in self.moves:
            if name == "relu":
                terms.append(relu(terms[a]))
            else:
                terms.append(terms[a] + terms[b] if name == "add" else terms[a] * terms[b])
        return terms[-1]

    def program(self) -> str:
        """The same as a program, one operation on a line."""
        names, lines = list(self.inputs), []
        for i, (name, a, b) in enumerate(self.moves):
            said = f"relu({names[a]})" if name == "relu" else f"{names[a]} {'+' if name == 'add' else '*'} {names[b]}"
            names.append(f"t{i}" if i < len(self.moves) - 1 else "f")
            lines.append(f"{names[-1]} = {said}")
        return "\n".join(lines)


def recorded(count: int) -> Recording:
    """About `count` nodes and 1.6 edges for each, like a recorded computation; everything reaches the output."""
    source = random.Random(count)
    inputs = {f"x{i}": round(source.uniform(-1, 1), 2) for i in range(max(3, count // 25))}
    moves: list[Move] = []
    unread, values = dict.fromkeys(range(len(inputs))), list(inputs.values())
    places = len(inputs)
    while places + len(unread) - 1 < count:
        near = max(0, places - WINDOW)
        a = next(iter(unread)) if source.random() < 0.5 else source.randrange(near, places)
        draw, b = source.random(), source.randrange(near, places)
        # Products with what is small alone: others would overflow.
        name = "relu" if draw >= 0.62 else "mul" if draw >= 0.36 and abs(values[b]) <= 1 else "add"
        moves.append((name, a, a if name == "relu" else b))
        values.append(
            max(values[a], 0.0) if name == "relu" else values[a] * values[b] if name == "mul" else values[a] + values[b]
        )
        for operand in moves[-1][1:]:
            unread.pop(operand, None)
        unread[places] = None
        places += 1
    left = list(unread)
    while len(left) > 1:
        moves.append(("add", left[0], left[1]))
        left, places = [*left[2:], places], places + 1
    return Recording(inputs, tuple(moves))


def perceptron(sizes: Sequence[int]) -> Recording:
    """A perceptron with every weight a number of its own; the output is the sum of the last layer."""
    source = random.Random(0)
    inputs = {f"x{i}": round(source.uniform(-1, 1), 2) for i in range(sizes[0])}
    layers = list(pairwise(sizes))
    for layer, (wide, many) in enumerate(layers):
        for neuron in range(many):
            inputs[f"b{layer}_{neuron}"] = round(source.uniform(-1, 1), 2)
            inputs.update({f"w{layer}_{neuron}_{i}": round(source.uniform(-1, 1) / wide, 3) for i in range(wide)})
    place = {name: i for i, name in enumerate(inputs)}
    moves: list[Move] = []

    def made(name: str, a: int, b: int) -> int:
        moves.append((name, a, b))
        return len(inputs) + len(moves) - 1

    before = [place[f"x{i}"] for i in range(sizes[0])]
    for layer, (_, many) in enumerate(layers):
        after = []
        for neuron in range(many):
            total = place[f"b{layer}_{neuron}"]
            for i, value in enumerate(before):
                total = made("add", total, made("mul", place[f"w{layer}_{neuron}_{i}"], value))
            after.append(made("relu", total, total))
        before = after
    total = before[0]
    for value in before[1:]:
        total = made("add", total, value)
    return Recording(inputs, tuple(moves))


RECORDINGS: Mapping[str, Callable[[], Recording]] = MappingProxyType(
    {
        "7": cache(lambda: Recording({"x": -2.0, "y": 5.0, "z": -4.0}, (("add", 0, 1), ("mul", 3, 2)))),
        "200": cache(lambda: recorded(200)),
        "2000": cache(lambda: recorded(2000)),
        "10000-collapsed": cache(lambda: perceptron(SIZES)),
    }
)
"""The graphs by the key of their case."""


def cases() -> Mapping[str, Case]:
    """The graphs, small to large."""
    users = {"micrograd, dot": _micrograd, "dot alone": _dot_labelled}
    return {
        "7": _case("7", "f = (x + y)*z", {"gradviz": _program, **users}, "dot alone"),
        "200": _case(
            "200", "a program of 200 nodes", {"gradviz": _program, **users}, "dot alone", "under 1 s", seconds=1.0
        ),
        "2000": _case(
            "2000",
            "a recorded graph of 2,000 nodes",
            {"gradviz": _recorded, "dot alone": _dot_labelled, "dot alone, edges without labels": _dot_bare},
            "dot alone",
            "within dot's time with labels",
            at_most=1.0,
        ),
        "10000-collapsed": _case(
            "10000-collapsed",
            "a perceptron of 14,000 nodes, each weight a number, collapsed into layers",
            {"gradviz": _recorded},
            "gradviz",
            "under 5 s",
            seconds=5.0,
        ),
    }


def _case(
    key: str,
    title: str,
    peers: Mapping[str, Callable[[str], Ready]],
    reference: str,
    target: str = "",
    at_most: float | None = None,
    seconds: float | None = None,
) -> Case:
    ready = {name: (lambda make=make: make(key)) for name, make in peers.items()}
    return Case(
        title=f"{title}, explained and drawn",
        peers=ready,
        reference=reference,
        target=target,
        at_most=at_most,
        seconds=seconds,
        slow=True,
    )


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Where pictures go; it is deleted when the run ends."""
    return tempfile.TemporaryDirectory()


def _file(name: str) -> Path:
    return Path(_folder().name) / name


def _program(key: str) -> Ready:
    """Ours from the text of a program."""
    import gradviz

    recording = RECORDINGS[key]()
    source, at, file = recording.program(), dict(recording.inputs), _file("gradviz.svg")

    def draw() -> Any:
        found = gradviz.explain(source, at=at)
        found.save(file)
        return found

    return Ready(draw, answer=lambda found: _gradients(found, recording))


def _recorded(key: str) -> Ready:
    """Ours from a recorded graph."""
    import gradviz

    recording, file = RECORDINGS[key](), _file("gradviz.svg")

    def draw() -> Any:
        graph = gradviz.Graph()
        inputs = [graph.input(name) for name in recording.inputs]
        graph.name(recording.replayed(inputs, graph.relu), "f")
        found = gradviz.explain(graph, at=dict(recording.inputs))
        found.save(file)
        return found

    return Ready(draw, answer=lambda found: _gradients(found, recording))


def _gradients(found: Any, recording: Recording) -> NDArray[np.float64]:
    """The value and the gradients by the inputs in the recording's order."""
    return np.array([found.value, *(found.gradients[name].value for name in recording.inputs)])


def _micrograd(key: str) -> Ready:
    """The drawing of micrograd's notebook: records of data and gradient, and the operations, through `dot`."""
    engine, graphviz = module("micrograd.engine"), module("graphviz")
    _program_dot()
    recording, file = RECORDINGS[key](), _file("micrograd")

    def draw() -> list[float]:
        inputs = [engine.Value(value) for value in recording.inputs.values()]
        output = recording.replayed(inputs, lambda value: value.relu())
        output.backward()
        drawn = graphviz.Digraph(format="svg", graph_attr={"rankdir": "LR"})
        seen, pending = {output}, [output]
        while pending:
            node = pending.pop()
            drawn.node(str(id(node)), f"{{ data {node.data:.4f} | grad {node.grad:.4f} }}", shape="record")
            if node._op:
                drawn.node(f"{id(node)}{node._op}", node._op)
                drawn.edge(f"{id(node)}{node._op}", str(id(node)))
            for child in node._prev:
                drawn.edge(str(id(child)), f"{id(node)}{node._op}")
                if child not in seen:
                    seen.add(child)
                    pending.append(child)
        drawn.render(str(file), cleanup=True)
        return [output.data, *(value.grad for value in inputs)]

    return Ready(draw, answer=np.array)


def _dot_labelled(key: str) -> Ready:
    """`dot` on the same graph: values and gradients in the nodes, local derivatives at the edges."""
    return _dot(key, labelled=True)


def _dot_bare(key: str) -> Ready:
    """`dot` without the labels at the edges, which cost it most."""
    return _dot(key, labelled=False)


def _dot(key: str, *, labelled: bool) -> Ready:
    import gradviz

    program, recording = _program_dot(), RECORDINGS[key]()
    data = gradviz.explain(recording.program(), at=dict(recording.inputs), formulas=False).data
    lines = ["digraph { rankdir=LR; node [shape=record];"]
    for node in data.nodes:
        numbers = [value.number if value else 0.0 for value in (node.value, node.gradient)]
        lines.append(
            f'{node.id} [label="{{ {node.name} | {node.op} | data {numbers[0]:.4f} | grad {numbers[1]:.4f} }}"];'
        )
    for edge in data.edges:
        label = f' [label="{edge.local_value.number if edge.local_value else 0.0:.4g}"]' if labelled else ""
        lines.append(f"{edge.source} -> {edge.target}{label};")
    source, file = "\n".join([*lines, "}"]).encode(), str(_file("dot.svg"))
    return Ready(lambda: subprocess.run([program, "-Tsvg", "-o", file], input=source, check=True, capture_output=True))


def _program_dot() -> str:
    """The system's program.

    Raises:
        Absent: there is none.
    """
    found = which("dot")
    if found is None:
        raise Absent("there is no program dot on this machine")
    return found
