"""The layers and losses as plain facts, read off their rows: how one is called, what it makes, what it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from gradviz.errors import GradvizError
from gradviz.explanation.mathematics import math_of
from gradviz.graph.graph import Graph, Term
from gradviz.networks.block import Block
from gradviz.networks.table import BLOCKS
from gradviz.networks.wording import said
from gradviz.ops.op import CONSTANT, INPUT, REQUIRED, Attribute
from gradviz.passes.raising import expression
from gradviz.shape import Shape, show

LONGEST = 8
"""Lines of what a block is made of; a longer one is cut."""

SHAPES: tuple[Shape, ...] = ((4, 3), (3,), (4,), (2, 4, 3), (2, 1, 6, 6), ())
"""Shapes that an example's operands may have, the simplest that fit."""

EXAMPLES: Mapping[str, tuple[Attribute, ...]] = {
    "integer": (2,),
    "shape": ((3, 1), (2, 2)),
    "number": (0.5,),
    "text": ("tanh", "normal"),
    "axis": (-1,),
    "axes": (-1,),
    "flag": (True,),
}
"""Settings that an example may have, by kind."""


@dataclass(frozen=True, slots=True)
class BlockFacts:
    """One layer or loss, as text.

    Args:
        usage: how it is called.
        made: its parameters, noise and buffers in the example, with their shapes.
        steps: what the example is made of; empty if no example fits.
        settings: name, default and meaning of each.
        source: of the formula.
    """

    name: str
    family: str
    doc: str
    usage: str
    aliases: tuple[str, ...]
    made: tuple[str, ...]
    steps: tuple[str, ...]
    settings: tuple[tuple[str, str, str], ...]
    source: str


def block_catalogue() -> tuple[BlockFacts, ...]:
    """Every layer, loss, penalty and likelihood, without examples, in the table's order."""
    return tuple(_facts(row, (), ()) for row in BLOCKS.values())


def facts_of_block(row: Block) -> BlockFacts:
    """One layer's or loss's facts, with an example.

    Example:
        >>> facts_of_block(BLOCKS["dense"]).steps
        ('h = x h.W + h.b',)
    """
    for graph, made in _examples(row):
        return _facts(
            row, tuple(f"{leaf.name} : {show(leaf.shape)}" for leaf in graph.leaves.values()), _steps(graph, made)
        )
    return _facts(row, (), ())


def _facts(row: Block, made: tuple[str, ...], steps: tuple[str, ...]) -> BlockFacts:
    settings = tuple((p.name, _default(p.default), p.doc) for p in row.parameters)
    return BlockFacts(row.name, row.family, row.doc, row.usage(), row.aliases, made, steps, settings, row.source)


def _default(value: Attribute) -> str:
    if value == REQUIRED:
        return "required"
    return said(value)


def _examples(row: Block) -> Iterator[tuple[Graph, Term]]:
    """Graphs of the block alone, for the operands and settings that fit it."""
    named = {"layer": ("x", "y", "z", "u"), "likelihood": ("y", "mu", "u", "v"), "penalty": ("w",)}
    letters = named.get(row.family, ("p", "t", "u", "v"))
    needed = [parameter for parameter in row.parameters if parameter.default == REQUIRED]
    for shapes in product(SHAPES, repeat=row.least):
        for values in product(*(EXAMPLES.get(parameter.kind, ()) for parameter in needed)):
            graph = Graph()
            operands = [graph.input(letter, shape) for letter, shape in zip(letters, shapes, strict=False)]
            settings: dict[str, Any] = {p.name: value for p, value in zip(needed, values, strict=True)}
            try:
                made = graph.block(row.name, *operands, name="h" if row.family == "layer" else "L", **settings)
            except GradvizError:
                continue
            yield graph, made


def _steps(graph: Graph, output: Term) -> tuple[str, ...]:
    """The named nodes, each in the names of the others."""
    names = {i: node.name for i, node in enumerate(graph.nodes) if node.name is not None}
    steps: list[str] = []
    for i, name in names.items():
        node = graph.nodes[i]
        if node.op in (INPUT, CONSTANT):
            continue
        tree = expression(graph, i, {k: other for k, other in names.items() if k != i})
        if tree is not None:
            steps.append(f"{name} = {math_of(tree).unicode}")
    return tuple(steps) if len(steps) <= LONGEST else (*steps[:LONGEST], f"… and {len(steps) - LONGEST} more")
