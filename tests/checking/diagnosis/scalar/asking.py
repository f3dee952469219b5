"""Questions, answers and injected mistakes for the tests of scalar diagnosis."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from gradviz.checking.diagnosis.diagnose import diagnose
from gradviz.checking.diagnosis.finding import Diagnosis
from gradviz.checking.diagnosis.scalar.search import everything
from gradviz.checking.diagnosis.scalar.theory import Theory
from gradviz.checking.reading.answer import Answer, read_answer
from gradviz.checking.reading.implicit import implicit_question, read_equation
from gradviz.checking.reading.question import Question, question
from gradviz.graph.build import Built, build
from gradviz.graph.folding import Folded, Folder
from gradviz.graph.graph import Graph, Term
from gradviz.ops.op import INPUT, Mistake, Op
from gradviz.syntax.parser import parse
from gradviz.syntax.tree import Name


def asked(text: str, wrt: str = "x", order: int = 1, of: str = "") -> Question:
    if of:
        found = read_equation(text, of=of, wrt=wrt)
        assert found is not None
        return implicit_question(found, of, wrt, order)
    return question(build(parse(text if "=" in text else f"f = {text}")), wrt, order)


def diagnosed(text: str, answer: str, wrt: str = "x", order: int = 1, of: str = "") -> Diagnosis:
    put = asked(text, wrt, order, of)
    return diagnose(put, read_answer(put, answer))


def as_question(graph: Graph, output: int) -> Question:
    """A question about a node of a graph that no text was written for."""
    blank = build(parse("f = x"))
    made = Built(graph, output, "f", tuple(graph.inputs), {}, tuple(graph.inputs), (), blank.letters, blank.program)
    return question(made, "x")


def as_answer(put: Question, node: int, graph: Graph) -> Answer:
    return Answer("", Name("answer"), (), graph, node, frozenset({"x"}))


def theories(put: Question, answer: Answer) -> list[Theory]:
    return everything(put, answer)


LINKS: tuple[Callable[[Graph, Term, random.Random], Any], ...] = (
    lambda g, u, r: u * r.choice((2, 3, 5)),
    lambda g, u, r: u + r.choice((1, 4)),
    lambda g, u, r: g.sin(u),
    lambda g, u, r: g.exp(u),
    lambda g, u, r: u**2,
    lambda g, u, r: u * g["x"],
    lambda g, u, r: u / (g["x"] + 3),
    lambda g, u, r: g["y"] * u - g["x"],
)
"""What is put around and inside the operation under test."""


def _as_they_are(g: Graph, operands: list[Any], seed: int) -> list[Any]:
    return operands


_AMONG: dict[str, Callable[[Graph, list[Any], int], list[Any]]] = {
    "where": lambda g, operands, seed: [operands[1] > 1, *operands[1:]],
    "log_base": lambda g, operands, seed: [operands[0], g["y"] + 2] if seed % 2 else operands,
    "pow": lambda g, operands, seed: [operands[0], -2] if seed % 2 else operands,
    "maximum": lambda g, operands, seed: [operands[0], 1 - operands[0]],
    "minimum": lambda g, operands, seed: [operands[0], 1 - operands[0]],
    "hard_sigmoid": lambda g, operands, seed: [operands[0] * 5],
}
"""Operands at which a row's mistakes make a difference."""


def with_row(op: Op, seed: int, links: int = 3) -> tuple[Graph, int, int]:
    """A random expression graph with a row below fewer than `links` operations; the output, and the row's node."""
    drawn = random.Random(seed)
    g = Graph()
    x = g.input("x")
    g.input("y")
    count = op.arity if isinstance(op.arity, int) else max(op.arity[0], 2)
    operands = [_operand(g, x, drawn, i) for i in range(count)]
    operands = _AMONG.get(op.name, _as_they_are)(g, operands, seed)
    settings = {p.name: {"low": -1, "high": 1, "n": 1}.get(p.name, p.default) for p in op.parameters}
    target = g.apply(op.name, *operands, **settings)
    whole: Any = target
    for _ in range(drawn.randrange(links)):
        whole = drawn.choice(LINKS)(g, whole, drawn)
    return g, whole.id, target.id


def _operand(g: Graph, x: Term, drawn: random.Random, slot: int) -> Any:
    made: Any = x if slot == 0 else x * 2 + slot
    for _ in range(drawn.randrange(2)):
        made = drawn.choice(LINKS[:2])(g, made, drawn)
    return made


def mistaken(put: Question, place: int, mistake: Mistake) -> tuple[Graph, int]:
    """The derivative with one wrong local derivative, made forward, not by the diagnosis's own steps."""
    builder = Folder(put.graph.copy())
    zero, one = builder.constant(0), builder.constant(1)
    slopes: dict[int, Folded] = {}
    for i in range(put.built.output + 1):
        node = put.built.graph.nodes[i]
        if not node.operands:
            slopes[i] = one if node.op is INPUT and node.name == "x" else zero
            continue
        slopes[i] = zero
        for slot, operand in enumerate(node.operands):
            if slopes[operand].id == zero.id or not node.op.differentiable:
                continue
            wrong = i == place and slot == mistake.slot
            rule = mistake.rule if wrong else node.op.partial(slot)
            terms = [builder.term(k) for k in node.operands]
            local = rule(builder, builder.term(i), *terms, **node.settings)  # type: ignore[misc]
            slopes[i] = slopes[i] + builder.term(builder.id_of(local)) * slopes[operand]
    return builder.graph, slopes[put.built.output].id


def places(theory: Theory) -> set[int]:
    """The nodes that a theory's key names."""
    return {part[0] for part in theory.key if isinstance(part, tuple) and isinstance(part[0], int)}
