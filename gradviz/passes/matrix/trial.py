"""A printed formula tried out: read by gradviz's own parser, built, and compared with the gradient at random points."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np

from gradviz.errors import UserError
from gradviz.graph.build import Built, build
from gradviz.graph.graph import Graph
from gradviz.graph.order import free_names
from gradviz.ops.op import INPUT
from gradviz.passes.evaluate import evaluate
from gradviz.passes.matrix.pieces import flattened
from gradviz.passes.signs import leading_sign
from gradviz.passes.verify import RANGES
from gradviz.shape import Shape
from gradviz.syntax.parser import parse
from gradviz.syntax.show import to_text
from gradviz.syntax.tree import Array, Assign, Call, Expr, Name, Program, postorder

SEED, ATTEMPTS, TOLERANCE = 20232, 18, 1e-6
NUDGE = 1e-10
"""How far, in proportion, the point lies that a steady value is compared with."""
INVERSE, WORST = "inv", 1e10
"""The operation that inverts a matrix, and the condition of one from which on its inverse tells nothing."""
RESULT = "result_value"
"""The name that a formula is given while it is tried."""


@dataclass(frozen=True, slots=True)
class Point:
    """One place where formulas are tried.

    Args:
        names: the values of everything that has a name.
        values: the values of the wanted nodes, by node.
        sizes: what the letters stand for, where shapes have letters.
    """

    names: Mapping[str, Any]
    values: Mapping[int, Any]
    sizes: Mapping[str, int] = field(default_factory=dict)


def points_of(
    graph: Graph,
    names: Mapping[int, str],
    wanted: Sequence[int],
    *,
    declared: Collection[tuple[str, str]] = (),
    count: int = 1,
    seed: int = SEED,
) -> list[Point]:
    """Random points at which everything is finite; fewer, or none, where they are not found.

    Args:
        graph: a gradient graph.
        names: what bears a name, by node.
        wanted: the nodes whose formulas are tried.
        declared: what inputs are declared to be, in pairs such as ("S", "symmetric").
        count: how many points.
        seed: of the random numbers.
    """
    generator = np.random.default_rng(seed)
    inputs = {node.name: node.shape for node in graph.nodes if node.op is INPUT and node.name}
    asked = list(dict.fromkeys([*names, *wanted]))
    whole = class_numbers(graph)
    found: list[Point] = []
    for attempt in range(ATTEMPTS):
        if len(found) == count:
            break
        drawn = {
            name: _drawn(generator, shape, attempt, {word for n, word in declared if n == name})
            for name, shape in inputs.items()
        }
        drawn |= {name: _class_numbers(generator, inputs[name], classes) for name, classes in whole.items()}
        values = dict(zip(asked, evaluate(graph, drawn, asked), strict=True))
        beside = {name: value if name in whole else value * (1 + NUDGE) for name, value in drawn.items()}
        if all(map(_steady, values.values(), evaluate(graph, beside, asked))):
            found.append(Point({name: values[i] for i, name in names.items()}, {i: values[i] for i in wanted}))
    return found


def _steady(value: Any, beside: Any) -> bool:
    """Whether a value is finite, and nearly the same at a point very near: not beside a singular matrix or a kink."""
    size = max(1.0, float(np.max(np.abs(value), initial=0.0)))
    return bool(np.all(np.isfinite(value)) and np.all(np.abs(np.asarray(beside) - value) <= 1e-6 * size))


def class_numbers(graph: Graph) -> dict[str, int]:
    """By name, the inputs that hold class numbers or rows' numbers, and how many classes or rows there are."""
    made: dict[str, int] = {}
    for node in graph.nodes:
        if node.op.name == "one_hot":
            source, classes = graph.nodes[node.operands[0]], node.settings["classes"]
        elif node.op.name == "take":
            source, classes = graph.nodes[node.operands[1]], graph.nodes[node.operands[0]].shape[0]
        else:
            continue
        if source.op is INPUT and source.name and isinstance(classes, int):
            made[source.name] = classes
    return made


def _class_numbers(generator: np.random.Generator, shape: Shape, classes: int) -> Any:
    drawn = generator.integers(0, classes, shape)
    return np.asarray(drawn, dtype=np.float64) if shape else float(drawn)


def _drawn(generator: np.random.Generator, shape: Shape, attempt: int, words: Collection[str]) -> Any:
    """Random numbers; square matrices far from singular, positive definite ones at every other attempt."""
    low, high = RANGES[(attempt // 2) % len(RANGES)]
    drawn = generator.uniform(low, high, shape)
    if "stochastic" in words:
        drawn = generator.uniform(0.1, 1.0, shape)
        return drawn / drawn.sum(axis=-1, keepdims=True)
    symmetric = "symmetric" in words
    if len(shape) != 2 or shape[0] != shape[1]:
        return drawn if shape else float(drawn)
    drawn = (drawn + drawn.T) / 2 if symmetric else drawn
    if attempt % 2:
        drawn = drawn @ drawn.T / shape[0] + (0 if symmetric else 0.3) * np.triu(drawn, 1)
    return drawn + (1.0 + attempt % 2) * np.eye(shape[0])


def squeezed(point: Point) -> Point:
    """The same point in the algebra's own terms: what has one row or column is a vector, one entry a scalar."""
    names = {name: _squeezed(value) for name, value in point.names.items()}
    rows = {name: np.asarray(value)[0] for name, value in names.items() if _is_row(value)}
    return Point({**names, **rows}, {i: _squeezed(value) for i, value in point.values.items()}, point.sizes)


def without_ones(written: Mapping[str, tuple[int | str, ...]]) -> dict[str, tuple[int | str, ...]]:
    """Shapes as written, in the same terms."""
    return {name: tuple(size for size in shape if size != 1) for name, shape in written.items()}


def _squeezed(value: Any) -> Any:
    array = np.asarray(value)
    if array.ndim and array.size == 1:
        return float(array.item())
    return array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else value


def _is_row(value: Any) -> bool:
    return np.ndim(value) == 2 and np.shape(value)[0] == 1


def lying(tree: Expr, point: Point) -> Expr:
    """A formula that people see, with what has a single row as the transpose of the vector that it is."""
    names = {name: np.shape(value) for name, value in point.names.items()}
    rows = {name for name, value in point.names.items() if _is_row(value) and np.size(value) > 1}
    made: dict[int, Any] = {}
    for part in postorder(tree):
        if isinstance(part, Call):
            made[id(part)] = replace(part, operands=tuple(made[id(operand)] for operand in part.operands))
            if part.function == "one_hot" and _is_one_in_a_list(part.operands[0], names):
                made[id(part)] = Call("transpose", (_of_one_number(made[id(part)]),))
        elif isinstance(part, Array):
            made[id(part)] = flattened(part).spelled
        else:
            made[id(part)] = Call("transpose", (part,)) if isinstance(part, Name) and part.id in rows else part
    return cast("Expr", made[id(tree)])


def _is_one_in_a_list(tree: Expr, names: Mapping[str, Shape]) -> bool:
    """Whether it stands for a vector of a single number."""
    if isinstance(tree, Array):
        return len(tree.items) == 1
    return any(isinstance(part, Name) and names.get(part.id) == (1,) for part in postorder(tree))


def _of_one_number(call: Call) -> Call:
    """The call with the number alone for a list of one."""
    (first,) = call.operands
    return replace(call, operands=(first.items[0],)) if isinstance(first, Array) else call


@dataclass(frozen=True, slots=True)
class Reading:
    """A formula read back from its own text.

    Args:
        text: as it is printed.
        program: what the parser reads, with the shapes that give letters their sizes.
    """

    text: str
    program: Program

    def value(self, names: Mapping[str, Any], sizes: Mapping[str, int] | None = None) -> Any:
        """Its value, given those of the names and of the letters.

        Raises:
            UserError: it means nothing there.
        """
        built = self._built(names, sizes)
        found: Any = np.asarray(evaluate(built.graph, built.values, [built.output])[0])
        return found

    def tells(self, point: Point) -> bool:
        """Whether its value at a point says something: no matrix that it inverts is singular there, or nearly so."""
        try:
            built = self._built(point.names, point.sizes)
        except UserError:
            return True
        inverted = [node.operands[0] for node in built.graph.nodes if node.op.name == INVERSE]
        return not inverted or all(
            bool(np.isfinite(value).all() and np.linalg.cond(value) < WORST)
            for value in evaluate(built.graph, built.values, inverted)
        )

    def _built(self, names: Mapping[str, Any], sizes: Mapping[str, int] | None) -> Built:
        used = _used(self.program, names)
        return build(self.program, values={n: v for n, v in names.items() if n in used}, of=RESULT, sizes=sizes)


def _used(program: Program, own: Collection[str]) -> frozenset[str]:
    """The names in a formula; `own` are those that the program defines, so that e may be an input."""
    bodies = [s.expression for s in program.statements if isinstance(s, Assign) and s.expression is not None]
    declared = {s.name for s in program.statements if isinstance(s, Assign) and s.expression is None}
    return frozenset(declared | {name.id for body in bodies for name in free_names(body, own)})


def read(tree: Expr, written: Mapping[str, tuple[int | str, ...]], names: Collection[str]) -> Reading:
    """A formula's text, parsed again.

    Args:
        tree: the formula.
        written: shapes with letters, by input.
        names: every name that may stand in it.

    Raises:
        UserError: the text cannot be read.
    """
    text = to_text(leading_sign(tree))
    shapes = [f"{name} : {' x '.join(map(str, shape)) or 'scalar'}" for name, shape in written.items()]
    lines = [*shapes, f"{RESULT} = {text}"]
    return Reading(text, parse("\n".join(lines), known=tuple(names)))


def agrees(reading: Reading, points: Sequence[Point], id: int) -> bool:
    """Whether a formula has a node's value at every point."""
    for point in points:
        want = np.asarray(point.values[id], dtype=np.float64)
        try:
            have = reading.value(point.names, point.sizes)
        except UserError:
            return False
        if not _same_shape(have.shape, want.shape):
            return False
        scale = max(1.0, float(np.max(np.abs(want), initial=0.0)))
        if not np.all(np.abs(have.reshape(want.shape) - want) <= TOLERANCE * scale):
            return False
    return bool(points)


def _same_shape(have: Shape, want: Shape) -> bool:
    """Equal, or the same but for axes of size 1, where the wanted one has such axes."""
    if have == want:
        return True
    return 1 in want and tuple(n for n in have if n != 1) == tuple(n for n in want if n != 1)
