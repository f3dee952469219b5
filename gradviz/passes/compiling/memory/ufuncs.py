"""Elementwise operations as trees of ufuncs, all of which write into the result's memory or into scratch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from gradviz.passes.compiling.emit.expressions.tree import (
    Call,
    Constant,
    Expression,
    Infix,
    Operand,
    Prefix,
    filled,
    read,
)
from gradviz.passes.compiling.memory.way import Way, constant_of, shape_of
from gradviz.passes.compiling.simplify import Plan, Step
from gradviz.shape import Shape, size

COMPARISONS = frozenset({"greater", "less", "greater_equal", "less_equal", "equal", "not_equal"})
LOGIC = frozenset({"logical_and", "logical_or", "logical_not"})

INFIX: Mapping[str, str] = {"+": "np.add", "-": "np.subtract", "*": "np.multiply", "/": "np.divide", "**": "np.power"}
PREFIX: Mapping[str, str] = {"-": "np.negative", "+": "np.positive"}
KERNELS: Mapping[str, str] = {
    # Overflow says infinity here, which is what these need: 1/(1 + e^(−x)) is accurate to the last digits everywhere,
    # and 0 where the true value is denormal.
    "k.sigmoid": "np.reciprocal(1.0 + np.exp(-{0}))",
    "k.silu": "{0} / (1.0 + np.exp(-{0}))",
    "k.softplus": "np.maximum({0}, 0.0) + np.log1p(np.exp(-np.abs({0})))",
    "k.mish": "{0} * np.tanh(np.maximum({0}, 0.0) + np.log1p(np.exp(-np.abs({0}))))",
    "k.sech": "np.reciprocal(np.cosh({0}))",
    "np.clip": "np.minimum(np.maximum({0}, {1}), {2})",
}
"""Kernels and functions as trees of ufuncs."""
POWERS: Mapping[float, str] = {
    2.0: "np.square({0})",
    3.0: "np.square({0}) * {0}",
    4.0: "np.square(np.square({0}))",
    0.5: "np.sqrt({0})",
    -1.0: "np.reciprocal({0})",
    -2.0: "np.reciprocal(np.square({0}))",
}
"""Powers by a constant that need no logarithm."""
SPREAD_BELOW = 2048
"""Entries below which it is quicker to spread an operand and add arrays of one shape than to have NumPy broadcast."""


def elementwise_way(plan: Plan, step: Step) -> Way | None:
    """The way of an elementwise operation; None where its row is no tree of ufuncs."""
    template = step.op.numpy
    if step.op.name == "pow":
        template = POWERS.get(constant_of(plan, step.operands[1]), template)  # type: ignore[arg-type]
    places = [Operand(slot) for slot in range(len(step.operands))]
    tree = _expanded(filled(read(template), places, dict(step.settings)))
    if tree is None or isinstance(tree, (Operand, Constant)):
        return None
    shapes = [shape_of(plan, operand) for operand in step.operands]
    spread = _spread(step.shape, shapes, tree)
    if spread is not None:
        return spread
    made = _Lines(small=size(step.shape) <= FULL_UP_TO)
    made.put(tree, "{out}")
    return made.way(step.shape, len(step.operands))


def _spread(shape: Shape, shapes: list[Shape], tree: Expression) -> Way | None:
    """A small sum of an array and a smaller one: the smaller is spread over the result's memory first."""
    if size(shape) > SPREAD_BELOW or not isinstance(tree, Infix) or tree.sign == "**":
        return None
    if not (isinstance(tree.left, Operand) and isinstance(tree.right, Operand)):
        return None
    slots = [tree.left.slot, tree.right.slot]
    narrow = [slot for slot in slots if shapes[slot] != shape]
    if len(narrow) != 1 or not shapes[narrow[0]]:
        return None
    names = ["{out}" if slot == narrow[0] else f"{{{slot}}}" for slot in slots]
    return Way(lines=(f"{{out}}[...] = {{{narrow[0]}}}", f"{INFIX[tree.sign]}({', '.join(names)}, {{out}})"))


def _expanded(tree: Expression) -> Expression | None:
    """The tree with kernels opened, in calls of ufuncs alone; None where something else is in it."""
    match tree:
        case Operand():
            return tree
        case Constant(value):
            return tree if isinstance(value, (int, float)) or hasattr(value, "numerator") else None
        case Infix(sign, left, right) if sign in INFIX:
            parts = _all_expanded((left, right))
            return None if parts is None else Infix(sign, *parts)
        case Prefix(sign, inner) if sign in PREFIX:
            parts = _all_expanded((inner,))
            return None if parts is None else Prefix(sign, *parts)
        case Call(function, arguments):
            return _opened(function, arguments)
    return None


def _opened(function: str, arguments: tuple[Expression, ...]) -> Expression | None:
    if function in KERNELS:
        return _expanded(filled(read(KERNELS[function]), arguments))
    if function in ("k.maximum", "k.minimum") and len(arguments) > 2:
        first, second, *others = arguments
        return _opened(function, (Call(function, (first, second)), *others))
    name = function.rpartition(".")[2]
    ufunc = getattr(np, name, None)
    ours = function.startswith("np.") or name in COMPARISONS | LOGIC | {"maximum", "minimum"}
    if not ours or not isinstance(ufunc, np.ufunc) or ufunc.nin != len(arguments) or ufunc.nout != 1:
        return None
    parts = _all_expanded(arguments)
    return None if parts is None else Call(f"np.{name}", parts)


def _all_expanded(parts: tuple[Expression, ...]) -> tuple[Expression, ...] | None:
    made = [_expanded(part) for part in parts]
    return None if any(part is None for part in made) else tuple(made)  # type: ignore[arg-type]


@dataclass(slots=True)
class _Lines:
    """Writes a tree as calls of ufuncs, innermost first."""

    lines: list[str] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)
    full: list[float] = field(default_factory=list)
    small: bool = True
    scratch: int = 0

    def put(self, tree: Expression, target: str) -> None:
        """The tree's value into a target. What needs scratch comes first, so that operands are read early."""
        function, parts = _called(tree)
        texts: dict[int, str] = {}
        inner = [place for place, part in enumerate(parts) if not isinstance(part, (Operand, Constant))]
        for place in inner[1:]:
            texts[place] = f"{{s[{self.scratch}]}}"
            self.scratch += 1
            self.put(parts[place], texts[place])
        for place in inner[:1]:
            texts[place] = target
            self.put(parts[place], target)
        for place, part in enumerate(parts):
            if isinstance(part, Operand):
                texts[place] = f"{{{part.slot}}}"
            elif isinstance(part, Constant):
                kind, held = ("full", self.full) if function in OUT_BY_NAME and self.small else ("number", self.numbers)
                texts[place] = f"{{{kind}[{len(held)}]}}"
                held.append(float(part.value))  # type: ignore[arg-type]
        given = ", ".join(texts[place] for place in range(len(parts)))
        self.lines.append(f"{function}({given}, {'out=' * (function in OUT_BY_NAME)}{target})")

    def way(self, shape: Shape, operands: int) -> Way:
        """The lines, and which operands' memory may take the result: those that are not read after it is begun."""
        begun = next(place for place, line in enumerate(self.lines) if line.endswith("{out})"))
        late = "".join(self.lines[begun + 1 :])
        over = frozenset(slot for slot in range(operands) if f"{{{slot}}}" not in late)
        scratch = ((shape, "number"),) * self.scratch
        return Way(tuple(self.lines), over=over, scratch=scratch, numbers=tuple(self.numbers), full=tuple(self.full))


FULL_UP_TO = 2**18
"""Entries up to which the larger or smaller of an array and a number is taken of two arrays: that is twice as fast."""
OUT_BY_NAME = frozenset({"np.maximum", "np.minimum"})
"""Ufuncs that will not take a third array by position."""


def _called(tree: Expression) -> tuple[str, tuple[Expression, ...]]:
    match tree:
        case Infix(sign, left, right):
            return INFIX[sign], (left, right)
        case Prefix(sign, inner):
            return PREFIX[sign], (inner,)
        case Call(function, arguments):
            return function, arguments
    raise AssertionError(tree)
