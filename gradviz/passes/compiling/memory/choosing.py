"""Masks, and choosing by them.

Choosing works on bits: nothing is multiplied, so that what is not chosen may be infinite or NaN, and nothing is
predicted, so that masks without order cost no more than others (a tenth of what `np.where` takes for them). A mask is
widened by an assignment: a ufunc of masks and numbers would widen it too, piece by piece in memory that it asks for.
"""

from __future__ import annotations

from gradviz.passes.compiling.memory.ufuncs import COMPARISONS
from gradviz.passes.compiling.memory.way import Way, is_zero, shape_of
from gradviz.passes.compiling.simplify import Plan, Step
from gradviz.shape import Shape


def truths_of(plan: Plan) -> frozenset[int]:
    """The comparisons whose results only ever decide: they lie in memory as masks, all bits 1 or all 0."""
    deciding = {step.id for step in plan.steps if step.op.name in COMPARISONS and step.shape}
    deciding.difference_update(plan.targets)
    for step in plan.steps:
        for slot, operand in enumerate(step.operands):
            if operand in deciding and (slot or step.op.name != "where" or not step.shape):
                deciding.discard(operand)
    return frozenset(deciding)


def comparing_way(step: Step) -> Way:
    """The way of a comparison whose result is a mask."""
    return Way(lines=(f"np.{step.op.name}({{0}}, {{1}}, {{out.truth}})", "np.negative({out}, {out})"))


def selecting_way(plan: Plan, step: Step, truths: frozenset[int]) -> Way:
    """The way of `where`."""
    condition, yes, no = step.operands
    numbers: tuple[float, ...] = ()
    lines: list[str] = []
    scratch: list[tuple[Shape, str]] = []
    mask = "{0}"
    if condition not in truths:
        mask, numbers = "{s[0]}", (0.0,)
        scratch.append((shape_of(plan, condition), "truth"))
        lines += ["np.not_equal({0}, {number[0]}, {s[0].truth})", "np.negative({s[0]}, {s[0]})"]
    widened = f"{{out.bits}}[...] = {mask}"
    if is_zero(plan, no):
        lines += [widened, "np.bitwise_and({1.bits}, {out.bits}, {out.bits})"]
        return Way(tuple(lines), scratch=tuple(scratch), numbers=numbers)
    if is_zero(plan, yes):
        other = f"{{s[{len(scratch)}]}}"
        scratch.append((shape_of(plan, condition), "truth"))
        lines += [f"np.invert({mask}, {other})", f"{{out.bits}}[...] = {other}"]
        lines.append("np.bitwise_and({2.bits}, {out.bits}, {out.bits})")
        return Way(tuple(lines), scratch=tuple(scratch), numbers=numbers)
    both = f"{{s[{len(scratch)}].bits}}"
    scratch.append((step.shape, "number"))
    lines += [
        widened,
        f"np.bitwise_xor({{1.bits}}, {{2.bits}}, {both})",
        f"np.bitwise_and({both}, {{out.bits}}, {both})",
        f"np.bitwise_xor({both}, {{2.bits}}, {{out.bits}})",
    ]
    return Way(tuple(lines), scratch=tuple(scratch), numbers=numbers)
