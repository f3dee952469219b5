"""Class numbers as rows of zeros and ones."""

from __future__ import annotations

from typing import Any

from gradviz.errors import ShapeError
from gradviz.ops.notation import operator
from gradviz.ops.op import REQUIRED, Attribute, Notation, Op, Parameter
from gradviz.ops.row import at
from gradviz.shape import Shape

CLASSES = Parameter(name="classes", kind="integer", default=REQUIRED, doc="how many classes there are")


def _one_hot_shape(shapes: tuple[Shape, ...], classes: Attribute) -> Shape:
    if not isinstance(classes, int) or isinstance(classes, bool) or classes < 1:
        raise ShapeError(f"{classes!r} is no number of classes", hint="give a whole number from 1 up")
    return (*shapes[0], classes)


def _one_hot_symbol(sp: Any, np: Any, x: Any, classes: int) -> Any:
    array = np.asarray(x, dtype=object)
    made = np.empty((*array.shape, classes), dtype=object)
    for place in np.ndindex(*array.shape):
        for c in range(classes):
            made[(*place, c)] = sp.Piecewise((1, sp.Eq(array[place], c)), (0, True))
    return made


def _no_gradient(b: Any, g: Any, y: Any, x: Any, classes: Attribute) -> Any:
    return b.constant(0, x.shape)


ROWS: tuple[Op, ...] = (
    Op(
        name="one_hot",
        family="shaping",
        doc="A class number as zeros and a 1 in the place of its class, counted from 0. No gradient flows through it.",
        parameters=(CLASSES,),
        notation=Notation(latex=lambda x, classes: operator("one_hot") + f"({x})"),
        shape=_one_hot_shape,
        numpy="k.one_hot({0}, {classes})",
        symbol=_one_hot_symbol,
        vjps=(_no_gradient,),
        structure=("zero",),
        gate="stops",
        differentiable=False,
        values="nonnegative",
        samples=at(2.0, [0.0, 2.0], [[1.0, 0.0], [2.0, 2.0]], classes=3),
    ),
)
