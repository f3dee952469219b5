"""Settings of an operation as a node holds them: complete, in order, hashable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gradviz.errors import ShapeError, UserError
from gradviz.ops.op import REQUIRED, Attribute, Op
from gradviz.source import Span

if TYPE_CHECKING:
    from gradviz.networks.block import Block


def settings_of(op: Op | Block, given: Mapping[str, Attribute]) -> tuple[tuple[str, Attribute], ...]:
    """An operation's settings in the order of its parameters, defaults where none is given.

    Raises:
        UserError: the operation has no such setting, or needs one that is not given.
    """
    known = {parameter.name for parameter in op.parameters}
    for name in given:
        if name not in known:
            raise UserError(f"{op.name} has no setting {name!r}", hint=f"it has: {', '.join(sorted(known)) or 'none'}")
    for p in op.parameters:
        if p.default == REQUIRED and p.name not in given:
            raise UserError(f"{op.name} needs the setting {p.name!r}", hint=p.doc or None)
    return tuple([(p.name, _hashable(given[p.name]) if p.name in given else p.default) for p in op.parameters])


def _hashable(setting: Any) -> Attribute:
    """A setting with tuples for lists, and Python's numbers for NumPy's."""
    setting = setting.tolist() if hasattr(setting, "tolist") else setting
    return tuple([_hashable(part) for part in setting]) if isinstance(setting, (list, tuple)) else setting


def split_positional(
    op: Op | Block, operands: tuple[Any, ...], attributes: dict[str, Attribute], span: Span | None
) -> tuple[tuple[Any, ...], dict[str, Attribute]]:
    """Operands, and settings among them those that were given by position."""
    most = op.arity if isinstance(op.arity, int) else op.arity[1]
    count = len(operands) if most is None else min(most, len(operands))
    rest = operands[count:]
    if not op.accepts(count) or len(rest) > len(op.parameters):
        raise ShapeError(f"{op.name} does not take {len(operands)} operand(s)", span=span)
    return operands[:count], {**{p.name: value for p, value in zip(op.parameters, rest, strict=False)}, **attributes}
