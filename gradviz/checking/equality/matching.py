"""Whether nodes certainly differ from a given one: points and values computed once, for many candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradviz.checking.claim import Claim
from gradviz.checking.equality.comparing import bench, compare
from gradviz.checking.equality.program import Point, compiled
from gradviz.checking.equality.refute import examine_bench
from gradviz.checking.equality.slots import given
from gradviz.checking.equality.values import Value
from gradviz.graph.graph import Graph

BITS = 256
POINTS = 8


@dataclass(frozen=True, slots=True)
class Ground:
    """Points at which a node has a value, with these values.

    Args:
        points: where.
        values: the node's entries at each.
    """

    points: tuple[Point, ...]
    values: tuple[Sequence[Value], ...]

    def same(self, graph: Graph, node: int) -> bool | None:
        """Whether a node is the same at all points, as far as 256 bits can tell.

        Args:
            graph: the one that the ground was made of, or one that has grown from it.
            node: in the same shape.

        Returns:
            False if both certainly differ somewhere, or the node has no value where the other has one; True if not;
            None if there is no point to compare them at.
        """
        program = compiled(graph, (node,))
        agreed = 0
        for point, expected in zip(self.points, self.values, strict=True):
            (found,) = program.values(point, BITS)
            if len(found) != len(expected):
                return False
            state = compare(expected, found, (), BITS).state
            if state in ("different", "hole"):
                return False
            agreed += state == "same"
        return True if agreed else None


def ground(claim: Claim, node: int) -> Ground:
    """Points of a claim's domain at which one of its nodes has a value.

    Args:
        claim: says what its inputs may be, and where the truth is defined.
        node: the one to compare others with: usually the answer.

    Example:
        >>> g = Graph()
        >>> x = g.input("x")
        >>> f, h = g.sin(2 * x), 2 * g.sin(x) * g.cos(x)
        >>> made = ground(Claim(g, f.id, f.id), f.id)
        >>> made.same(g, h.id), made.same(g, x.id)
        (True, False)
    """
    kept = Claim(
        claim.graph, node, node, (*claim.domain, claim.truth), claim.fixed, claim.zero, claim.declared, claim.digits
    )
    seen = examine_bench(bench(kept))
    chosen = [point for point, _ in seen.agreed][:: max(1, len(seen.agreed) // POINTS)][:POINTS]
    program = compiled(claim.graph, (node,))
    return Ground(tuple(chosen), tuple(program.values(point, BITS)[0] for point in chosen))


def same_at_points(graph: Graph, a: int, b: int, claim: Claim) -> bool | None:
    """Whether two nodes are the same wherever a claim's points are; see `Ground.same`."""
    return ground(claim, a).same(graph, b)


def enclosures(graph: Graph, ids: Sequence[int], point: Mapping[str, Any], bits: int = 128) -> list[list[Value]]:
    """The entries of nodes at a point: exact fractions, balls, or words for what has no value (`values.py`).

    Args:
        graph: any.
        ids: the nodes.
        point: numbers, fractions, nested lists or arrays by input; floats are the decimals that they are written as.
        bits: the precision.

    Example:
        >>> g = Graph()
        >>> x = g.input("x")
        >>> enclosures(g, [(x / 3).id, g.log(x).id], {"x": -1})
        [[-1/3], [UNDEFINED]]
    """
    program = compiled(graph, ids)
    ready = {name: given(point[name], graph.nodes[i].shape) for name, i in program.inputs}
    return program.values(ready, bits)
