"""Jacobians and Hessians as matrix formulas: a reverse product with a column of symbols, stripped of that column."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradviz.graph.graph import Graph
from gradviz.ops.op import INPUT
from gradviz.passes.backward import Backward, differentiate
from gradviz.passes.evaluate import evaluate
from gradviz.passes.formula import Formula
from gradviz.passes.matrix.algebra import Matrix, symbol, transpose, zero
from gradviz.passes.matrix.cost import cost
from gradviz.passes.matrix.expand import expand
from gradviz.passes.matrix.family import Family, twin_of
from gradviz.passes.matrix.fold import fold
from gradviz.passes.matrix.letters import lettered
from gradviz.passes.matrix.lower import Lowering
from gradviz.passes.matrix.node import TooDeep
from gradviz.passes.matrix.setting import (
    LONGEST,
    OWN_SIZES,
    SIZES,
    Setting,
    definitions,
    simplified,
    used_names,
    where,
    written,
)
from gradviz.passes.matrix.strip import NotLinear, strip
from gradviz.passes.matrix.trial import Point, agrees, lying, points_of, read, squeezed, without_ones
from gradviz.passes.matrix.vectors import NoMatrixForm, size_of
from gradviz.shape import size

COLUMN = "column_value"
"""The name of the column that a Jacobian is multiplied by."""
LARGEST = 5_000
"""Entries of a Jacobian that is worked out to verify its formula."""

Target = Callable[[Backward], tuple[Graph, int | None]]
"""Of a gradient graph, the graph and the node whose Jacobian is wanted (None: it does not vary)."""


@dataclass(frozen=True, slots=True)
class MatrixForm:
    """One formula of a matrix: a Jacobian or a Hessian.

    Args:
        formula: verified; None where there is none.
        where: the definitions of the names in it.
        reason: why there is none.
        relied: inputs declared stochastic that the formula relies on being so.
        failed: whether one was found that failed its verification: a bug in gradviz.
    """

    formula: Formula | None = None
    where: Mapping[str, Formula] = field(default_factory=dict)
    reason: str = ""
    relied: tuple[str, ...] = ()
    failed: bool = False


def jacobian_form(
    graph: Graph,
    of: int,
    wrt: int,
    *,
    names: Mapping[int, str],
    users: Collection[int] = (),
    family: Family | None = None,
    declared: Collection[tuple[str, str]] = (),
) -> MatrixForm:
    """The Jacobian of a vector (or scalar) by a vector (or scalar) as a matrix formula; of matrices there is none.

    Args:
        graph: the forward graph.
        of: the node that is differentiated.
        wrt: the node by which, an input.
        names: what bears a name, by node: inputs and intermediates.
        users: the intermediates whose names the user gave.
        family: the program at other sizes, where its shapes have letters.
        declared: what inputs are declared to be, in pairs such as ("S", "symmetric").

    Example:
        >>> from gradviz.syntax.show import to_unicode
        >>> g = Graph()
        >>> A, x = g.input("A", (3, 2)), g.input("x", (2,))
        >>> y = g.tanh(A @ x)
        >>> form = jacobian_form(g, y.id, x.id, names={0: "A", 1: "x", y.id: "y"}, users=[y.id])
        >>> to_unicode(form.formula.display)
        'diag(1 − y ∘ y) A'
    """
    base = differentiate(graph, of, wrt=[wrt])
    own = Setting(base, {}, names, users, declared)
    return _form(own, wrt, lambda back: (back.graph, of), family, hidden=())


def hessian_form(
    backward: Backward,
    wrt: int,
    *,
    names: Mapping[int, str],
    users: Collection[int] = (),
    family: Family | None = None,
    declared: Collection[tuple[str, str]] = (),
) -> MatrixForm:
    """The Hessian of a scalar by a vector as a matrix formula, from the graph of its gradient.

    Args:
        backward: the gradient graph of the scalar.
        wrt: the input by which.
        names: as for `jacobian_form`.
        users: as for `jacobian_form`.
        family: as for `jacobian_form`.
        declared: as for `jacobian_form`.

    Example:
        >>> from gradviz.syntax.show import to_unicode
        >>> g = Graph()
        >>> A, x = g.input("A", (3, 2)), g.input("x", (2,))
        >>> back = differentiate(g, g.squared_norm(A @ x).id)
        >>> to_unicode(hessian_form(back, x.id, names={0: "A", 1: "x"}).formula.display)
        '2 Aᵀ A'
    """
    own = Setting(backward, {}, names, users, declared)
    return _form(own, wrt, lambda back: (back.graph, back.gradients.get(wrt)), family, hidden=(backward.output,))


def _form(own: Setting, wrt: int, target: Target, family: Family | None, hidden: Collection[int]) -> MatrixForm:
    nodes = own.backward.graph.nodes
    _, of = target(own.backward)
    shape = nodes[wrt].shape if of is None else nodes[of].shape
    for i, rank in ((wrt, len(nodes[wrt].shape)), (of, len(shape))):
        if rank > 1:
            what = own.names.get(i, "it") if i is not None else "it"
            return MatrixForm(reason=f"{what} is a matrix: by its entries the Jacobian has more than two axes")
    twin = twin_of(family, own.backward)
    settings = (
        [own] if twin is None else [Setting(twin.backward, twin.letters, own.names, own.users, own.declared), own]
    )
    made = MatrixForm()
    for setting in settings:
        with lettered(setting.letters):
            made = _settled(setting, own, wrt, target, family if setting is not own else None, hidden)
        if setting is own and twin is not None and made.formula is not None:
            made = made if _holds(made.formula, own, wrt, target, family) else MatrixForm(reason=OWN_SIZES)
        if made.formula is not None or not made.failed:
            break
    return made


def _settled(
    setting: Setting, own: Setting, wrt: int, target: Target, family: Family | None, hidden: Collection[int]
) -> MatrixForm:
    """The cheapest formula at one set of sizes, verified."""
    inner = {i: name for i, name in setting.intermediates().items() if i not in hidden}
    _, of = target(setting.backward)
    if of is not None and of in setting.users and of in setting.names and of not in hidden:
        inner[of] = setting.names[of]  # its own name may stand in its Jacobian: diag(1 − y ∘ y)
    found: list[tuple[float, int, Matrix]] = []
    reason = ""
    for order, names in enumerate((setting.inputs, {**setting.inputs, **inner})):
        try:
            form = _lowered(setting, wrt, target, names)
            found.append((cost(form), order, form))
        except (NoMatrixForm, NotLinear, TooDeep, RecursionError) as error:
            reason = error.reason if isinstance(error, NoMatrixForm) else "it is no product of matrices with a column"
    found = [item for item in found if item[0] <= LONGEST]
    if not found:
        return MatrixForm(reason=reason or "the formula is too long to be read")
    *_, form = min(found, key=lambda item: item[:2])
    formula = written(form, setting, ())
    verdict = _holds(formula, own, wrt, target, family)
    if verdict is None:
        return MatrixForm(reason="no point was found at which it could be verified")
    if not verdict:
        return MatrixForm(failed=True, reason="the formula found for it failed its verification")
    relied = []
    for name in (name for name, word in sorted(own.declared) if word == "stochastic"):
        undeclared = replace(own, declared=[pair for pair in own.declared if pair[0] != name])
        if _holds(formula, undeclared, wrt, target, family) is False:
            relied.append(name)
    return MatrixForm(formula, where(setting, used_names([formula]), inner), relied=tuple(relied))


def _product(graph: Graph, of: int, wrt: int) -> tuple[Backward, int]:
    """The gradient of uᵀ y for a new input u, and u's node."""
    extended = graph.copy()
    column = extended.input(COLUMN, graph.nodes[of].shape)
    return differentiate(extended, of, wrt=[wrt], upstream=column), column.id


def _lowered(setting: Setting, wrt: int, target: Target, names: Mapping[int, str]) -> Matrix:
    """The Jacobian in the algebra."""
    graph, of = target(setting.backward)
    rows, _ = size_of(graph.nodes[wrt].shape)
    if of is None:
        return zero(rows, rows)
    back, column = _product(graph, of, wrt)
    if wrt not in back.gradients:
        return zero(size_of(graph.nodes[of].shape)[0], rows)
    lowering = Lowering(back.graph, {**names, column: COLUMN}, setting.declared, setting.literals)
    made = lowering.of([back.gradients[wrt]])[back.gradients[wrt]]
    if isinstance(made, NoMatrixForm):
        raise made
    upstream = symbol(COLUMN, *size_of(graph.nodes[of].shape))
    return _folded(setting, simplified(transpose(_stripped(made, upstream))), names)


def _folded(setting: Setting, form: Matrix, names: Mapping[int, str]) -> Matrix:
    inner = {i: name for i, name in names.items() if setting.backward.graph.nodes[i].op is not INPUT}
    return fold(form, definitions(setting, names)) if inner else form


def _stripped(x: Matrix, column: Matrix) -> Matrix:
    """The matrix of a linear map, from whichever form shows that it is one."""
    for form in (simplified, expand):
        try:
            return strip(form(x), column)
        except NotLinear:
            continue
    return strip(x, column)


def _holds(formula: Formula, own: Setting, wrt: int, target: Target, family: Family | None) -> bool | None:
    """Whether a formula is the Jacobian wherever it is tried; None if there is no place to try it."""
    shapes = family.written if family is not None else {}
    known = set(own.names.values())
    spelled = read(formula.spelled, shapes, known)
    tried = 0
    for places in _places(own, wrt, target, family):
        shown = read(lying(formula.display, places[0]), without_ones(shapes), known)
        points = [*filter(spelled.tells, places)]
        if not points:
            continue
        tried += len(points)
        if not agrees(spelled, points, 0) or not agrees(shown, [squeezed(point) for point in points], 0):
            return False
    return bool(tried) or None


def _places(own: Setting, wrt: int, target: Target, family: Family | None) -> Iterator[Sequence[Point]]:
    for seed, (back, sizes) in enumerate(_backwards(own, family)):
        graph, of = target(back)
        inputs = {i: node.name or "" for i, node in enumerate(graph.nodes) if node.op is INPUT}
        shape = graph.nodes[wrt].shape if of is None else graph.nodes[of].shape
        if size(shape) * size(graph.nodes[wrt].shape) > LARGEST:
            continue
        wanted = [] if of is None else [of]
        points = points_of(graph, {**own.names, **inputs}, wanted, declared=own.declared, count=2, seed=seed)
        made = [Point(point.names, {0: _numeric(graph, of, wrt, point)}, sizes) for point in points]
        if made:
            yield made


def _backwards(own: Setting, family: Family | None) -> list[tuple[Backward, dict[str, int]]]:
    made: list[tuple[Backward, dict[str, int]]] = []
    for sizes in SIZES if family is not None else ():
        letters = {letter: sizes[i % len(sizes)] for i, letter in enumerate(family.letters if family else ())}
        twin = twin_of(family, own.backward, letters)
        if twin is not None:
            made.append((twin.backward, letters))
    return made or [(own.backward, {})]


def _numeric(graph: Graph, of: int | None, wrt: int, point: Point) -> Any:
    """The Jacobian at a point, row by row."""
    columns = graph.nodes[wrt].shape
    if of is None:
        return np.zeros((size(columns), size(columns)))
    back, _ = _product(graph, of, wrt)
    shape = graph.nodes[of].shape
    if wrt not in back.gradients:
        return np.zeros((size(shape), size(columns)))
    rows = []
    for k in range(size(shape)):
        unit = np.zeros(size(shape))
        unit[k] = 1.0
        values = {**point.names, COLUMN: unit.reshape(shape)}
        given = {name: values[name] for name in back.graph.inputs}
        rows.append(np.asarray(evaluate(back.graph, given, [back.gradients[wrt]])[0]))
    return np.array(rows).reshape(size(shape), size(columns))
