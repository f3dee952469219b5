"""Sums, products of matrices and changes of layout: how they write into given memory, or are views."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gradviz.passes.compiling.memory.way import Way, shape_of
from gradviz.passes.compiling.simplify import Plan, Step
from gradviz.shape import Shape, broadcast_axes, size

Special = Callable[[Plan, Step], Way | None]


def _sum(plan: Plan, step: Step) -> Way | None:
    shape, settings = shape_of(plan, step.operands[0]), dict(step.settings)
    if not shape:
        return None
    if not step.shape:
        return Way(value="np.add.reduce({0}, axis=None)")
    axes = _axes(settings["axis"], len(shape))
    return _summed(shape, axes, keepdims=bool(settings["keepdims"]))


def _mean(plan: Plan, step: Step) -> Way | None:
    way = _sum(plan, step)
    count = size(shape_of(plan, step.operands[0])) // max(size(step.shape), 1)
    if way is None or not count:
        return None
    if way.value:
        return Way(value=f"{way.value} / {float(count)!r}")
    return Way((*way.lines, "np.divide({out}, {number[0]}, {out})"), numbers=(float(count),), ones=way.ones)


def _sum_to(plan: Plan, step: Step) -> Way | None:
    shape = shape_of(plan, step.operands[0])
    if shape == step.shape and shape:
        return _view("{0}")
    if not step.shape:
        return Way(value="np.add.reduce({0}, axis=None)") if shape else _number(step)
    axes, lead = broadcast_axes(step.shape, shape), len(shape) - len(step.shape)
    if lead and axes != tuple(range(lead)):
        return None
    return _summed(shape, axes, keepdims=not lead)


def _summed(shape: Shape, axes: tuple[int, ...], *, keepdims: bool) -> Way:
    """A sum over some axes. Over one axis of a matrix it is a product with ones, which is several times quicker."""
    if len(shape) == 2 and axes == (0,):
        ones = (1, shape[0]) if keepdims else (shape[0],)
        return Way(lines=("np.dot({ones[0]}, {0}, {out})",), ones=(ones,))
    if len(shape) == 2 and axes == (1,):
        ones = (shape[1], 1) if keepdims else (shape[1],)
        return Way(lines=("np.dot({0}, {ones[0]}, {out})",), ones=(ones,))
    return Way(lines=(f"np.add.reduce({{0}}, {axes}, None, {{out}}, {keepdims})",))


def _axes(axis: Any, rank: int) -> tuple[int, ...]:
    """The axes of a setting, counted from the first."""
    if axis is None:
        return tuple(range(rank))
    return tuple(sorted(each % rank for each in (axis if isinstance(axis, tuple) else (axis,))))


def _extreme(ufunc: str) -> Special:
    def way(plan: Plan, step: Step) -> Way | None:
        shape, settings = shape_of(plan, step.operands[0]), dict(step.settings)
        if not step.shape or not size(shape):
            return None
        axes, keepdims = _axes(settings["axis"], len(shape)), bool(settings["keepdims"])
        return Way(lines=(f"{ufunc}.reduce({{0}}, {axes}, None, {{out}}, {keepdims})",))

    return way


def _product(plan: Plan, step: Step) -> Way | None:
    """A product of matrices or vectors, by `dot`: it has the least to do before BLAS begins."""
    ranks = [len(shape_of(plan, operand)) for operand in step.operands]
    if not step.shape:
        return Way(value="np.dot({0}, {1})") if ranks == [1, 1] else None
    if max(ranks) <= 2 and min(ranks) >= 1:
        return Way(lines=("np.dot({0}, {1}, {out})",))
    return Way(lines=("np.matmul({0}, {1}, {out})",)) if step.op.name == "matmul" and min(ranks) >= 1 else None


def _outer(plan: Plan, step: Step) -> Way | None:
    if [len(shape_of(plan, operand)) for operand in step.operands] != [1, 1]:
        return None
    return Way(lines=("np.multiply({0}[:, None], {1}, {out})",))


def _squared_norm(plan: Plan, step: Step) -> Way | None:
    return Way(value="np.vdot({0}, {0})") if shape_of(plan, step.operands[0]) else None


def _number(step: Step) -> Way:
    """An entry as a number, and not as a view of the memory it comes from."""
    return Way(value=f"({step.op.numpy})[()]")


def _transpose(plan: Plan, step: Step) -> Way | None:
    rank, axes = len(shape_of(plan, step.operands[0])), dict(step.settings)["axes"]
    if not rank:
        return _number(step)
    text = (
        "{0}.transpose({axes})" if axes is not None else {1: "{0}[None]", 2: "{0}.T"}.get(rank, "{0}.swapaxes(-1, -2)")
    )
    return _view(text)


def _reshape(plan: Plan, step: Step) -> Way | None:
    if not step.shape:
        return _number(step)
    # What is laid out otherwise (a transposed array) is copied by reshape: a view, or an array made afresh.
    return _view("{0}.reshape({shape})") if shape_of(plan, step.operands[0]) else Way(lines=("{out}[...] = {0}",))


def _index(plan: Plan, step: Step) -> Way | None:
    return _view("{0}[" + _key(dict(step.settings)["items"]) + "]") if step.shape else _number(step)


def _same(plan: Plan, step: Step) -> Way | None:
    return _view("{0}") if step.shape else _number(step)


def _view(text: str) -> Way:
    return Way(value=text, views=frozenset({0}), fixed=True)


def _key(items: Any) -> str:
    """What stands in brackets for the items of `index` and `scatter`."""
    texts = []
    for item in items:
        if isinstance(item, tuple):
            start, stop, step = ("" if part is None else repr(int(part)) for part in item[1:])
            texts.append(f"{start}:{stop}:{step}")
        else:
            texts.append(repr(int(item)) if isinstance(item, int) else repr(item))
    return ", ".join(texts) or "..."


def _scatter(plan: Plan, step: Step) -> Way | None:
    key = _key(dict(step.settings)["items"])
    return Way(lines=("{out}[...] = 0.0", f"{{out}}[{key}] = {{0}}")) if step.shape else None


def _broadcast(plan: Plan, step: Step) -> Way | None:
    return Way(lines=("{out}[...] = {0}",)) if step.shape else _number(step)


def _with_out(plan: Plan, step: Step) -> Way | None:
    """NumPy's function with `out=`; einsum takes a number for one of 64 bits, whatever the arrays' type."""
    how = ', casting="same_kind"' if step.op.name == "einsum" else ""
    return Way(lines=(step.op.numpy[:-1] + how + ", out={out})",)) if step.shape else None


def _finite(plan: Plan, step: Step) -> Way | None:
    if not step.shape:
        return None
    lines = (
        "np.isfinite({0}, {s[0].truth})",
        "np.negative({s[0]}, {s[0]})",
        "{out.bits}[...] = {s[0]}",
        "np.bitwise_and({0.bits}, {out.bits}, {out.bits})",
    )
    return Way(lines, scratch=((step.shape, "truth"),))


def _one_hot(plan: Plan, step: Step) -> Way | None:
    return Way(lines=("np.equal({0}[..., None], {upto[0]}, {out})",), counts=(step.shape[-1],))


SPECIAL: Mapping[str, Special] = {
    "sum": _sum,
    "mean": _mean,
    "sum_to": _sum_to,
    "max": _extreme("np.maximum"),
    "min": _extreme("np.minimum"),
    "matmul": _product,
    "dot": _product,
    "outer": _outer,
    "squared_norm": _squared_norm,
    "transpose": _transpose,
    "reshape": _reshape,
    "index": _index,
    "stop_gradient": _same,
    "scatter": _scatter,
    "broadcast_to": _broadcast,
    "concat": _with_out,
    "stack": _with_out,
    "einsum": _with_out,
    "finite": _finite,
    "one_hot": _one_hot,
}
"""The ways of operations that are not elementwise, by name."""
