"""The forms in which steps are computed on arrays, by operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gradviz.ops.op import Op, elementwise
from gradviz.ops.table import OPS
from gradviz.passes.compiling.memory.bench import Bench
from gradviz.passes.compiling.simplify import Step
from gradviz.shape import size

INNER = Op(
    name="inner",
    family="compiled",
    doc="The sum of products of entries.",
    arity=2,
    shape=lambda shapes: (),
    numpy="np.vdot({0}, {1})",
)
FINITE = Op(
    name="finite",
    family="compiled",
    doc="The operand where it is finite, else 0: what exponentials are shifted by.",
    shape=elementwise,
    numpy="np.where(np.isfinite({0}), {0}, 0.0)",
)
"""Operations that no graph has."""

MODEST = 1e30
"""Factors up to this, and from its reciprocal on, are gathered into one."""

Rule = Callable[[Bench, Step], bool]
"""Puts a step onto the bench in another form; False: it has none."""


def _total(bench: Bench, step: Step) -> bool:
    """A sum or mean of everything: signs and inner sums come out, and a sum of products is an inner product."""
    (inside,) = step.operands
    if step.shape or not bench.shape(inside):
        return False
    factor = 1.0
    if step.op.name == "mean":
        factor /= max(size(bench.shape(inside)), 1)
    inside, outside = _taken_out(bench, inside)
    pair = _pair(bench, inside)
    factor *= outside
    if pair is None and factor == 1.0:
        return False
    total = (
        bench.make(INNER, pair, ())
        if pair is not None
        else bench.make(OPS["sum"], (inside,), (), (("axis", None), ("keepdims", False)))
    )
    bench.keep(Step(step.id, OPS["mul"], (bench.number(factor), total), (), ()))
    return True


def _taken_out(bench: Bench, i: int) -> tuple[int, float]:
    """What a sum of everything is of, and the factor before it."""
    factor = 1.0
    while i in bench.made and bench.shape(i):
        step = bench.made[i]
        if step.op.name == "neg":
            factor = -factor
        elif step.op.name == "mean":
            factor *= size(step.shape) / max(size(bench.shape(step.operands[0])), 1)
        elif step.op.name != "sum":
            break
        i = step.operands[0]
    return i, factor


def _pair(bench: Bench, i: int) -> tuple[int, int] | None:
    """The two arrays of whose products a value consists."""
    step = bench.made.get(i)
    if step is None:
        return None
    if step.op.name == "pow" and bench.value(step.operands[1]) == 2.0 and bench.shape(step.operands[0]) == step.shape:
        return step.operands[0], step.operands[0]
    alike = all(i not in bench.constants and bench.shape(i) == step.shape for i in step.operands)
    return (step.operands[0], step.operands[1]) if step.op.name == "mul" and alike else None


def _scaled(bench: Bench, step: Step) -> bool:
    """A product with a number, of a product with a number."""
    factor, inner = _split(bench, step)
    if inner is None or bench.shape(inner) != step.shape or inner not in bench.made or not step.shape:
        return False
    other, core = _split(bench, bench.made[inner])
    if core is None or bench.shape(core) != step.shape:
        return False
    together = factor * other
    if not all(1 / MODEST <= abs(each) <= MODEST for each in (factor, other, together)):
        return False
    bench.keep(Step(step.id, OPS["mul"], (bench.number(together), core), (), step.shape))
    return True


def _split(bench: Bench, step: Step) -> tuple[float, int | None]:
    """A step as a number times a value."""
    if step.op.name == "neg":
        return -1.0, step.operands[0]
    if step.op.name == "mul":
        for one, other in (step.operands, step.operands[::-1]):
            value = bench.value(one)
            if value is not None and other not in bench.constants:
                return value, other
    return 1.0, None


def _positive(bench: Bench, step: Step) -> bool:
    """Where x > 0 is asked, relu(x) > 0 says the same: x itself need not be kept."""
    x, zero = step.operands
    if x not in bench.relus or bench.value(zero) != 0:
        return False
    bench.keep(step._replace(operands=(bench.relus[x], zero)))
    return True


def _exponentials(bench: Bench, x: int, axis: Any) -> tuple[int, int, int, int]:
    """What x is shifted by, the shifted, its exponentials, and their sum."""
    shape = bench.shape(x)
    axes = range(len(shape)) if axis is None else [each % len(shape) for each in _several(axis)]
    kept = tuple(1 if place in axes else n for place, n in enumerate(shape))
    how = (("axis", axis), ("keepdims", True))
    top = bench.make(FINITE, (bench.make(OPS["max"], (x,), kept, how),), kept)
    shifted = bench.make(OPS["sub"], (x, top), shape)
    powers = bench.make(OPS["exp"], (shifted,), shape)
    return top, shifted, powers, bench.make(OPS["sum"], (powers,), kept, how)


def _several(axis: Any) -> tuple[int, ...]:
    return axis if isinstance(axis, tuple) else (axis,)


def _log_softmax(bench: Bench, step: Step) -> bool:
    if not step.shape or not size(step.shape):
        return False
    _, shifted, powers, total = _exponentials(bench, step.operands[0], dict(step.settings)["axis"])
    logarithm = bench.make(OPS["log"], (total,), bench.shape(total))
    bench.keep(Step(step.id, OPS["sub"], (shifted, logarithm), (), step.shape))
    bench.powers[step.id] = powers, total
    return True


def _softmax(bench: Bench, step: Step) -> bool:
    if not step.shape or not size(step.shape):
        return False
    _, _, powers, total = _exponentials(bench, step.operands[0], dict(step.settings)["axis"])
    bench.keep(Step(step.id, OPS["div"], (powers, total), (), step.shape))
    return True


def _logsumexp(bench: Bench, step: Step) -> bool:
    if not size(bench.shape(step.operands[0])) or not bench.shape(step.operands[0]):
        return False
    top, _, _, total = _exponentials(bench, step.operands[0], dict(step.settings)["axis"])
    logarithm = bench.make(OPS["log"], (total,), bench.shape(total))
    if bench.shape(total) == step.shape:
        bench.keep(Step(step.id, OPS["add"], (logarithm, top), (), step.shape))
        return True
    whole = bench.make(OPS["add"], (logarithm, top), bench.shape(total))
    bench.keep(Step(step.id, OPS["reshape"], (whole,), (("shape", step.shape),), step.shape))
    return True


def _exp(bench: Bench, step: Step) -> bool:
    """The exponential of a softmax's logarithm is the softmax."""
    if step.operands[0] not in bench.powers:
        return False
    bench.keep(Step(step.id, OPS["div"], bench.powers[step.operands[0]], (), step.shape))
    return True


FUSIONS: Mapping[str, Rule] = {
    "sum": _total,
    "mean": _total,
    "mul": _scaled,
    "neg": _scaled,
    "greater": _positive,
    "log_softmax": _log_softmax,
    "softmax": _softmax,
    "logsumexp": _logsumexp,
    "exp": _exp,
}
"""By operation, what it becomes."""
