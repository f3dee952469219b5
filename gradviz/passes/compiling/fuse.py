"""What someone who writes array code by hand does beyond the graph: a stage of its own, for arrays alone.

A mean of squares is an inner product and a division, factors are gathered into one, the exponentials of a softmax are
used for its logarithm and its gradient too, and what is repeated by broadcasting is not repeated beforehand. The plan
that comes out gives the same numbers, to rounding. Only factors between 10⁻³⁰ and 10³⁰ are gathered: what they lead out
of the range of floats on the way, and back again, stays finite here.
"""

from __future__ import annotations

from dataclasses import replace

from gradviz.passes.compiling.memory.bench import Bench
from gradviz.passes.compiling.memory.fusions import FUSIONS
from gradviz.passes.compiling.simplify import Plan


def fuse(plan: Plan) -> Plan:
    """The plan as it is computed on arrays.

    Example:
        >>> from gradviz.graph.graph import Graph
        >>> from gradviz.passes.compiling.simplify import simplify
        >>> g = Graph()
        >>> x = g.input("x", (3,))
        >>> [step.op.name for step in fuse(simplify(g, [g.mean(x**2).id])).steps]
        ['inner', 'mul']
    """
    bench = Bench(plan)
    for step in plan.steps:
        settled = bench.settled(step)
        rule = FUSIONS.get(step.op.name)
        if rule is None or not rule(bench, settled):
            bench.keep(settled)
    return _alive(bench)


def _alive(bench: Bench) -> Plan:
    """The steps that the targets still need."""
    needed = set(bench.plan.targets)
    kept = []
    for step in reversed(list(bench.made.values())):
        if step.id in needed:
            needed.update(step.operands)
            kept.append(step)
    constants = {i: value for i, value in bench.constants.items() if i in needed}
    shapes = {i: shape for i, shape in bench.shapes.items() if i in needed}
    return replace(bench.plan, steps=tuple(reversed(kept)), constants=constants, shapes=shapes)
