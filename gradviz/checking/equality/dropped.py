"""Operations in an answer that its value does not depend on, but its domain does: 0·sqrt(u), sqrt(u)/sqrt(u)."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from flint import fmpq

from gradviz.checking.equality.arrays import filled
from gradviz.checking.equality.comparing import compare
from gradviz.checking.equality.program import Step
from gradviz.checking.equality.prove.domains import partial, surely_defined
from gradviz.checking.equality.refute import Examined, own_nodes

BITS, POINTS, MOST = 64, 3, 40
"""At how many points, and for how many operations, it is tried whether the value depends on them."""
INSTEAD = tuple(fmpq(p, q) for p, q in ((17, 13), (29, 11), (23, 7)))


def domain_left_open(seen: Examined) -> bool:
    """Whether the answer's domain hangs on an operation that its value does not, and that may not be defined.

    A proof shows that both sides are equal wherever both are defined; that the answer is defined wherever the
    derivative is is seen at points, and narrow gaps may be missed. Where the answer's value depends on an operation,
    so does the truth's, which is equal to it; where it does not, the operation must be shown to be defined.
    """
    graph = seen.bench.claim.graph
    own = [i for i in own_nodes(seen.bench) if partial(graph, i)]
    if not own:
        return False
    idle = [i for i in own if _idle(seen, i)] if len(own) <= MOST else own
    return bool(idle) and not surely_defined(seen.bench.claim, idle)


def _idle(seen: Examined, node: int) -> bool:
    """Whether the answer's value stays the same if a node has any other one."""
    program = seen.bench.program
    for (point, _), value in zip(islice(seen.agreed, POINTS), INSTEAD, strict=False):
        steps = tuple((i, _giving(seen, i, value) if i == node else step, ops) for i, step, ops in program.steps)
        expected, found, *_ = replace(program, steps=steps).values(point, BITS)
        if compare(expected, found, (), BITS).state in ("different", "hole"):
            return False
    return True


def _giving(seen: Examined, i: int, value: object) -> Step:
    shape = seen.bench.claim.graph.nodes[i].shape
    return lambda *_: filled(shape, value) if shape else value
