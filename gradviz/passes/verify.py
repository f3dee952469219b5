"""Every formula is evaluated at random points against the backward pass before it is shown."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradviz.errors import UserError
from gradviz.graph.graph import Graph
from gradviz.ops.op import CONSTANT, CONSTANTS, INPUT, REQUIRED, Size
from gradviz.ops.table import OPS
from gradviz.passes.evaluate import evaluate
from gradviz.passes.templates import array_function
from gradviz.shape import Shape
from gradviz.syntax.tree import FILLS, Array, Call, Expr, Index, Name, Number, Slice, Text, postorder

POINTS, ATTEMPTS, SEED = 3, 60, 20231
TOLERANCE = 1e-7
RANGES = ((-2.0, 2.0), (0.2, 1.8), (-0.9, 0.9), (1.1, 3.0), (0.05, 0.95), (-3.0, -0.2))
"""Where the inputs are drawn, in turn: one of them lies in the domain of whatever a person writes."""
PSEUDO = {"juxtapose": "mul", "beside": "mul", "power": "pow", "hadamard": "mul", "quotient": "div"}


def tree_value(tree: Expr, names: Mapping[str, Any]) -> Any:
    """The value of a tree, given those of its names: an independent reading, by the rows' NumPy expressions.

    Raises:
        KeyError: a name has no value, or a function is unknown.

    Example:
        >>> float(tree_value(Call("mul", (Name("x"), Name("x"))), {"x": 3.0}))
        9.0
    """
    found: dict[int, Any] = {}
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        for part in postorder(tree):
            if id(part) not in found:
                found[id(part)] = _part_value(part, found, names)
    return found[id(tree)]


def _part_value(part: Expr | Slice, found: Mapping[int, Any], names: Mapping[str, Any]) -> Any:
    match part:
        case Number(value=value):
            return np.float64(float(value))
        case Text(value=text):
            return text
        case Name(id=name):
            return _name_value(name, names)
        case Slice(start=start, stop=stop, step=step):
            return slice(*(None if bound is None else int(found[id(bound)]) for bound in (start, stop, step)))
        case Array(items=items):
            return np.array([found[id(item)] for item in items])
        case Index(base=base, items=items):
            key = tuple(found[id(i)] if isinstance(i, Slice) else int(found[id(i)]) for i in items)
            return found[id(base)][key]
        case Call(function=function, operands=operands, keywords=keywords):
            given = {key: found[id(value)] for key, value in keywords}
            return _call(function, [found[id(operand)] for operand in operands], given)


def _name_value(name: str, names: Mapping[str, Any]) -> Any:
    if name in names:
        return np.asarray(names[name], dtype=float)[()]
    if name in ("None", "True", "False"):
        return {"None": None, "True": True, "False": False}[name]
    return np.float64(float(CONSTANTS[name]))


def _call(function: str, operands: Sequence[Any], given: Mapping[str, Any]) -> Any:
    if function == "group":
        return operands[0]
    if function in FILLS:
        sizes = tuple(int(operand) for operand in operands)
        return np.eye(sizes[0]) if function == "eye" else np.full(sizes, FILLS[function])
    op = OPS[PSEUDO.get(function, function)]
    settings = []
    for parameter in op.parameters:
        value = given.get(parameter.name, parameter.default)
        if value == REQUIRED:
            raise KeyError(parameter.name)
        if isinstance(value, (float, np.ndarray)):
            whole = parameter.kind != "number"
            value = tuple(map(int, value)) if isinstance(value, np.ndarray) else int(value) if whole else float(value)
        settings.append((parameter.name, value))
    result = np.asarray(array_function(op.name, len(operands), tuple(settings))(*operands))
    return result.astype(float)[()] if result.dtype.kind == "b" else result[()]


@dataclass(frozen=True, slots=True)
class Samples:
    """Points at which formulas are tried, and every wanted node's value there.

    Args:
        names: per point, the values of everything that has a name.
        values: per point, the values of the wanted nodes by id.
        on_kink: whether the first point is the given one, on a kink: what is shown must hold there as well.
    """

    names: tuple[Mapping[str, Any], ...]
    values: tuple[Mapping[int, Any], ...]
    on_kink: bool = False

    def off_the_kink(self) -> Samples:
        """All points but the given one, where that is on a kink."""
        return Samples(self.names[1:], self.values[1:]) if self.on_kink else self

    def contradicts(self, tree: Expr, id: int, index: tuple[int, ...] = ()) -> bool:
        """Whether the tree has another value than the node at two points, or at the only one where both have any.

        At one of several points it may be rounding. Where the tree has no value it says nothing (0·ln 0).
        """
        verdicts = []
        for names, values in zip(self.names, self.values, strict=True):
            want, have = np.asarray(values[id])[index], np.asarray(_value_or_nan(tree, names))
            if np.all(np.isfinite(want)) and np.all(np.isfinite(have)):
                verdicts.append(_fits(have.shape, want.shape) and _close(have, want))
        return verdicts.count(False) >= min(2, max(1, len(verdicts)))

    def agrees(self, trees: Iterable[Expr], id: int, index: tuple[int, ...] = ()) -> bool:
        """Whether every tree has the node's value (its entry at `index`) at every point.

        False as well where there is no point at which both are finite.
        """
        compared = 0
        for tree in trees:
            for names, values in zip(self.names, self.values, strict=True):
                want = np.asarray(values[id])[index] if index else np.asarray(values[id])
                if not np.all(np.isfinite(want)):
                    continue
                have = np.asarray(_value_or_nan(tree, names))
                if not _fits(have.shape, want.shape) or not _close(have, want):
                    return False
                compared += 1
        return compared > 0


def _value_or_nan(tree: Expr, names: Mapping[str, Any]) -> Any:
    try:
        return np.asarray(tree_value(tree, names), dtype=float)
    except (KeyError, TypeError, ValueError, IndexError, OverflowError):
        return np.float64(np.nan)


def _fits(have: Shape, want: Shape) -> bool:
    """Whether one value stands for all that is wanted: a formula for each entry may be the same along an axis."""
    lead = len(want) - len(have)
    return lead >= 0 and all(size in (1, wanted) for size, wanted in zip(have, want[lead:], strict=True))


def _close(have: Any, want: Any) -> bool:
    return bool(np.all(np.abs(have - want) <= TOLERANCE * np.maximum(1.0, np.abs(want))))


def sample(
    graph: Graph,
    names: Mapping[int, str],
    ids: Sequence[int],
    at: Mapping[str, Any] | None,
    *,
    on_kink: bool = False,
) -> Samples:
    """Draw points inside the domain, seeded, and evaluate there; the given point comes first.

    A point at which everything wanted is finite is better than one where most is; of those at most a few are kept.

    Args:
        graph: the gradient graph.
        names: what bears a name, by node.
        ids: the nodes whose formulas are to be verified.
        at: the person's own point, if it is complete.
        on_kink: whether it is on a kink.
    """
    generator = np.random.default_rng(SEED)
    asked = list(dict.fromkeys([*names, *ids]))
    shapes = {node.name: node.shape for node in graph.nodes if node.op is INPUT and node.name}
    points = [at] if at is not None else []
    found = [_evaluated(graph, point, asked) for point in points]
    partial: list[dict[int, Any]] = []
    for attempt in range(ATTEMPTS):
        if len(found) >= POINTS + len(points):
            break
        low, high = RANGES[attempt % len(RANGES)]
        point = {name: generator.uniform(low, high, shape) for name, shape in shapes.items()}
        values = _evaluated(graph, point, asked)
        finite = sum(bool(np.all(np.isfinite(value))) for value in values.values())
        if finite == len(values):
            found.append(values)
        elif finite > len(names) and len(partial) < POINTS:
            partial.append(values)
    chosen = found + partial[: max(0, POINTS - len(found))]
    letters = {size.name: float(size) for size in _sizes(graph)}
    named = tuple({**letters, **{name: values[i] for i, name in names.items()}} for values in chosen)
    return Samples(named, tuple(chosen), on_kink and at is not None)


def _sizes(graph: Graph) -> list[Size]:
    """The sizes that a graph's formulas may name by their letters."""
    values = (node.attributes[0][1] for node in graph.nodes if node.op is CONSTANT)
    return [value for value in values if isinstance(value, Size)]


def _evaluated(graph: Graph, point: Mapping[str, Any], ids: Sequence[int]) -> dict[int, Any]:
    try:
        return dict(zip(ids, evaluate(graph, point, ids), strict=True))
    except UserError:
        return dict.fromkeys(ids, np.nan)
