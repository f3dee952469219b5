"""The reverse sweep rerun with some contributions replaced by wrong ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gradviz.checking.diagnosis.arrays.case import Case, Place
from gradviz.errors import InternalError, UserError
from gradviz.graph.folding import Folded, Folder
from gradviz.graph.graph import Node
from gradviz.passes.backward import Edge, edge_at
from gradviz.shape import Shape

IMPOSSIBLE = (UserError, InternalError, IndexError, ValueError, TypeError, ZeroDivisionError)
"""What a wrong rule raises where it does not fit the shapes: that mistake cannot have been made there."""


@dataclass(frozen=True, slots=True)
class Spot:
    """An edge of a sweep under construction, as wrong rules see it."""

    builder: Folder
    target: int
    slot: int
    upstream: int

    @property
    def node(self) -> Node:
        """The operation."""
        return self.builder.node(self.target)

    @property
    def source(self) -> int:
        """The operand's position."""
        return self.node.operands[self.slot]

    @property
    def g(self) -> Folded:
        """The upstream gradient."""
        return self.builder.term(self.upstream)

    @property
    def y(self) -> Folded:
        """The operation's value."""
        return self.builder.term(self.target)

    @property
    def xs(self) -> tuple[Folded, ...]:
        """The operands."""
        return tuple(self.builder.term(operand) for operand in self.node.operands)

    @property
    def x(self) -> Folded:
        """The operand by which."""
        return self.builder.term(self.source)

    @property
    def other(self) -> Folded:
        """The other one of two operands."""
        return self.builder.term(self.node.operands[1 - self.slot])

    @property
    def shape(self) -> Shape:
        """The operand's shape, in which the contribution should be."""
        return self.x.shape


Alter = Callable[[Spot], "Folded | None"]
"""A wrong contribution; None: nothing comes back at all."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A sweep that was rerun.

    Args:
        gradient: what it gives for the input; None where nothing reaches it.
        upstreams: the gradient that arrives at each operation.
        contributions: by place.
    """

    gradient: int | None
    upstreams: Mapping[int, int]
    contributions: Mapping[Place, int]


def altered(builder: Folder, place: Place, upstream: int, alter: Alter) -> int | None:
    """The wrong contribution along one edge; None if nothing comes back.

    Raises:
        UserError: the wrong rule does not fit the shapes (and whatever else `IMPOSSIBLE` lists).
    """
    made = alter(Spot(builder, place[0], place[1], upstream))
    return None if made is None else builder.id_of(made)


def replay(case: Case, alters: Mapping[Place, Alter]) -> Replayed | None:
    """The sweep with some contributions replaced; None where the mistake is impossible there."""
    try:
        return _replayed(case, alters)
    except IMPOSSIBLE:
        return None


def _replayed(case: Case, alters: Mapping[Place, Alter]) -> Replayed:
    builder = case.builder
    arriving: dict[int, list[int]] = {case.output: [case.seed]}
    upstreams: dict[int, int] = {}
    contributions: dict[Place, int] = {}
    for target in case.targets:
        listed = arriving.pop(target, None)
        if not listed:
            continue
        upstreams[target] = upstream = total(builder, listed)
        for slot in reversed(range(len(builder.node(target).operands))):
            edge = case.edges.get((target, slot))
            if edge is None:
                continue
            made = _contribution(builder, edge, upstream, alters.get((target, slot)))
            if made is not None:
                contributions[target, slot] = made
                arriving.setdefault(edge.source, []).append(made)
    last = arriving.get(case.wrt)
    return Replayed(total(builder, last) if last else None, upstreams, contributions)


def _contribution(builder: Folder, edge: Edge, upstream: int, alter: Alter | None) -> int | None:
    if alter is not None:
        return altered(builder, (edge.target, edge.slot), upstream, alter)
    if upstream == edge.upstream:
        return edge.contribution
    return edge_at(builder, edge.target, edge.slot, upstream).contribution


def total(builder: Folder, contributions: list[int]) -> int:
    """The sum of contributions; they arrived last edge first."""
    made = contributions[-1]
    for contribution in contributions[-2::-1]:
        made = builder.make("add", (made, contribution))
    return made
