"""Claims from two texts."""

from __future__ import annotations

import numpy as np

from gradviz.checking.claim import Claim
from gradviz.checking.reading.graft import graft
from gradviz.graph.build import build
from gradviz.graph.graph import Graph
from gradviz.passes.evaluate import evaluate
from gradviz.passes.raising import below
from gradviz.syntax.parser import parse


def claim(left: str, right: str, declared: str = "", zero: str = "") -> Claim:
    """That two expressions are equal; `declared` is the text of declarations that both use."""
    graph, places, found = Graph(), {}, []
    words: frozenset[tuple[str, str]] = frozenset()
    for text in (left, right, *([zero] if zero else [])):
        built = build(parse((declared + "\n" if declared else "") + f"made = {text}"))
        words |= built.declared
        for name, place in built.graph.inputs.items():
            if name not in places:
                places[name] = graph.input(name, built.graph.nodes[place].shape).id
        found += graft(graph, built.graph, [built.output], places)
    return Claim(graph, found[0], found[1], zero=found[2] if zero else None, declared=words)


POINTS = (0.0, 1.0, -1.0, 0.5, 2.0, -2.0, 3.0, 0.3, -0.7, 1.7, 7.3, 0.1)
TOLERANCE = 1e-6


def differs_somewhere(made: Claim, points: int = 60, seed: int = 5) -> bool:
    """Whether floats tell both sides apart at a point where every node has a value."""
    random = np.random.default_rng(seed)
    needed = below(made.graph, (made.truth, made.answer, *made.domain))
    for _ in range(points):
        values = {name: random.choice(POINTS, size=made.graph.nodes[i].shape) for name, i in made.graph.inputs.items()}
        found = dict(zip(needed, evaluate(made.graph, values, needed), strict=True))
        if not all(np.all(np.isfinite(value)) for value in found.values()):
            continue
        truth, answer = np.asarray(found[made.truth]), np.asarray(found[made.answer])
        if np.any(np.abs(truth - answer) > TOLERANCE * (1 + np.abs(truth) + np.abs(answer))):
            return True
    return False
