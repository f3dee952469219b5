"""Short ways to write a row of an elementwise operation: what they all share is said here once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradviz.ops.op import Mistake, Op, Rule, Sample, elementwise


def unary(
    name: str,
    doc: str,
    slope: Rule,
    *,
    numpy: str | None = None,
    python: str | None = None,
    symbol: Callable[..., Any] | None = None,
    **fields: Any,
) -> Op:
    """A row for a function of one operand.

    Args:
        name: as in `Op`.
        doc: as in `Op`.
        slope: dy/dx as `(b, y, x, **attributes)`.
        numpy: as in `Op`; where it is not given, NumPy's function of the row's name, such as `np.tanh({0})`.
        python: the same with `math`'s.
        symbol: the same with SymPy's.
        fields: the other fields of `Op`.
    """
    return Op(
        name=name,
        doc=doc,
        arity=1,
        shape=elementwise,
        numpy=f"np.{name}({{0}})" if numpy is None else numpy,
        python=f"math.{name}({{0}})" if python is None else python,
        symbol=(lambda sp, x: getattr(sp, name)(x)) if symbol is None else symbol,
        partials=(slope,),
        **fields,
    )


def binary(name: str, doc: str, left: Rule, right: Rule, **fields: Any) -> Op:
    """A row for an operation on two operands; `left` and `right` are the local derivatives by each."""
    return Op(name=name, doc=doc, arity=2, shape=elementwise, partials=(left, right), **fields)


def at(*points: Any, **attributes: Any) -> tuple[Sample, ...]:
    """Samples at points: a tuple holds several operands, anything else is the only one.

    Example:
        >>> [sample.operands for sample in at(0.5, (1.0, [2.0, 3.0]))]
        [(0.5,), (1.0, [2.0, 3.0])]
    """
    return _samples(points, attributes, kink=False)


def at_kink(*points: Any, **attributes: Any) -> tuple[Sample, ...]:
    """Samples, written as in `at`, at each of which (in every entry) the operation has a kink."""
    return _samples(points, attributes, kink=True)


def _samples(points: tuple[Any, ...], attributes: dict[str, Any], *, kink: bool) -> tuple[Sample, ...]:
    operands = (point if isinstance(point, tuple) else (point,) for point in points)
    return tuple(Sample(operands=each, attributes=attributes, kink=kink) for each in operands)


def wrong(name: str, rule: Rule, says: str, *, slot: int = 0) -> Mistake:
    """A mistake: the wrong local derivative by one operand, and the sentence that names what went wrong."""
    return Mistake(name=name, slot=slot, rule=rule, says=says)


def wrong_right(name: str, rule: Rule, says: str) -> Mistake:
    """A mistake in the local derivative by the second operand."""
    return wrong(name, rule, says, slot=1)


def nothing(b: Any, *_: Any, **__: Any) -> Any:
    """The local derivative that is zero everywhere."""
    return b.constant(0)


def one(b: Any, *_: Any, **__: Any) -> Any:
    """The local derivative that is one everywhere."""
    return b.constant(1)


def unchanged(b: Any, y: Any, *_: Any, **__: Any) -> Any:
    """The local derivative that is the output itself: right for exp, a mistake elsewhere."""
    return y
