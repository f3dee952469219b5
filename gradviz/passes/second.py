"""Second derivatives: Hessian-vector products by a forward sweep over the gradient graph, and Hessians from those.

The product costs a few gradients whatever the number of inputs (Pearlmutter 1994): the tangent of the gradient along v
is H v, and no matrix is formed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.errors import ShapeError
from gradviz.graph.graph import Graph
from gradviz.ops.op import INPUT
from gradviz.passes.backward import Backward, differentiate
from gradviz.passes.compiling.targets import Targets, target_function
from gradviz.passes.evaluate import evaluate, needed_for
from gradviz.passes.forward import Tangents, tangent_graph
from gradviz.passes.jacobian.operator import refuse_dense
from gradviz.passes.second_structure import Entries, Pattern, filled, pattern_of
from gradviz.shape import Shape, show, size

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class SecondOrder:
    """A scalar's gradient graph and the tangents of its gradient.

    Args:
        backward: the gradient graph.
        tangents: the same, extended: the tangent of the gradient by a node is that node's part of H v.
        wrt: the nodes by which, in order.
    """

    backward: Backward
    tangents: Tangents
    wrt: tuple[int, ...]

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes whose entries, one after the other, are the Hessian's rows and columns."""
        return tuple(self.backward.graph.nodes[i].shape for i in self.wrt)

    @property
    def products(self) -> tuple[int | None, ...]:
        """The nodes of H v by node asked for; None where it is zero."""
        gradients = (self.backward.gradients.get(i) for i in self.wrt)
        return tuple(None if g is None else self.tangents.tangents.get(g) for g in gradients)


def second_order(graph: Graph, output: int, wrt: Iterable[int] | None = None) -> SecondOrder:
    """The Hessian-vector product of a scalar node, as a graph; H itself is never formed.

    Args:
        graph: it is not changed.
        output: a scalar, or an array of one entry.
        wrt: the nodes by which; all inputs if None.

    Raises:
        ShapeError: the output has several entries.

    Example:
        >>> g = Graph()
        >>> x, y = g.input("x"), g.input("y")
        >>> made = second_order(g, (x**2 * y).id)
        >>> evaluate(made.tangents.graph, {"x": 3, "y": 5, "x_dot": 1, "y_dot": 0}, made.products)
        [10.0, 6.0]
    """
    shape = graph.nodes[output].shape
    if size(shape) != 1:
        name = graph.nodes[output].name or "the output"
        raise ShapeError(
            f"{name} is an array ({show(shape)}), and a Hessian is of one number",
            hint="take its sum, its squared norm or one of its entries; jacobian gives the first derivatives of arrays",
        )
    by = [i for i, node in enumerate(graph.nodes) if node.op is INPUT] if wrt is None else list(wrt)
    backward = differentiate(graph, output, wrt=by)
    gradients = [backward.gradients[i] for i in by if i in backward.gradients]
    return SecondOrder(backward, tangent_graph(backward.graph, gradients, by), tuple(by))


@dataclass(slots=True, eq=False)
class HessianAt:
    """A Hessian at a point, as an operator.

    Args:
        second: the graphs.
        values: the inputs' values by name.

    Attributes:
        passes: Hessian-vector products made so far.
        entry_passes: those that the entries took; None before they are asked for.
    """

    second: SecondOrder
    values: Mapping[str, Any]
    passes: int = field(default=0, init=False)
    entry_passes: int | None = field(default=None, init=False)
    _function: Targets | None = field(default=None, init=False)
    _entries: Entries | None = field(default=None, init=False)
    _pattern: Pattern | None = field(default=None, init=False)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns: the entries of all that it is taken by."""
        n = sum(map(size, self.second.shapes))
        return n, n

    @property
    def gradient(self) -> NDArray[np.float64]:
        """The gradient at the point, flattened."""
        backward = self.second.backward
        found = [i for i in self.second.wrt if i in backward.gradients]
        known = dict(
            zip(found, evaluate(backward.graph, self.values, [backward.gradients[i] for i in found]), strict=True)
        )
        parts = [
            np.ravel(known[i]) if i in known else np.zeros(size(backward.graph.nodes[i].shape)) for i in self.second.wrt
        ]
        return np.concatenate([np.zeros(0), *parts])

    @property
    def pattern(self) -> Pattern:
        """Where entries can differ from zero, found without any number."""
        if self._pattern is None:
            self._pattern = pattern_of(self.second.backward, self.second.wrt)
        return self._pattern

    def product(self, direction: Sequence[Any]) -> list[Any]:
        """H v for a direction given by an array for each node, in their shapes.

        Raises:
            ValueProblem: an input has no value.
        """
        names, given = self._point()
        if self._function is None:
            graph = self.second.tangents.graph
            moves = [graph.nodes[self.second.tangents.directions[i]].name or "" for i in self.second.wrt]
            wanted = [i for i in self.second.products if i is not None]
            self._function = target_function(graph, [*names, *moves], wanted)
        self.passes += 1
        found = iter(self._function(*given, *direction))
        shapes = self.second.shapes
        return [
            np.zeros(shape)[()] if i is None else next(found)
            for i, shape in zip(self.second.products, shapes, strict=True)
        ]

    def matvec(self, direction: Any) -> NDArray[np.float64]:
        """H v for a flat direction, the entries of all that it is taken by one after the other.

        Raises:
            ShapeError: the direction has another length.
        """
        flat = np.asarray(direction, dtype=np.float64)
        n = self.shape[0]
        if flat.shape != (n,):
            raise ShapeError(
                f"the direction has the shape {show(flat.shape)}, and the Hessian is {n}×{n}", hint=f"give {n} numbers"
            )
        parts, start = [], 0
        for shape in self.second.shapes:
            part = flat[start : start + size(shape)].reshape(shape)
            parts.append(part if shape else float(part))
            start += size(shape)
        return np.concatenate([np.zeros(0), *map(np.ravel, self.product(parts))])

    def entries(self) -> Entries:
        """Rows, columns and values of the entries that can differ from zero.

        Raises:
            LimitError: all can, and there are too many.
        """
        if self._entries is None:
            before = self.passes
            self._entries = filled(self.pattern, self.matvec)
            self.entry_passes = self.passes - before
        return self._entries

    def todense(self) -> NDArray[np.float64]:
        """The whole matrix, by one product for each group of columns that do not meet.

        Raises:
            LimitError: it is too large.
        """
        refuse_dense(*self.shape)
        rows, columns, values = self.entries()
        matrix = np.zeros(self.shape)
        matrix[rows, columns] = values
        return matrix

    def to_scipy(self) -> Any:
        """A `scipy.sparse.csr_array` of the entries that can differ from zero."""
        from scipy.sparse import csr_array

        rows, columns, values = self.entries()
        return csr_array((values, (rows, columns)), shape=self.shape)

    def _point(self) -> tuple[list[str], list[Any]]:
        """The names and values, checked, of the inputs that H v depends on."""
        graph = self.second.tangents.graph
        moves = set(self.second.tangents.directions.values())
        needed = needed_for(graph, [i for i in self.second.products if i is not None])
        places = [i for i in graph.inputs.values() if i < len(needed) and needed[i] and i not in moves]
        return [graph.nodes[i].name or "" for i in places], evaluate(graph, self.values, places)


def hessian_of(
    graph: Graph, output: int, wrt: Iterable[int] | None = None, values: Mapping[str, Any] | None = None
) -> HessianAt:
    """The Hessian of a scalar node at a point: products at once, the matrix when it is asked for.

    Args:
        graph: it is not changed; its own values stand where `values` has none.
        output: the node.
        wrt: the nodes by which; all inputs if None.
        values: numbers or arrays by input name.

    Raises:
        ShapeError: the output has several entries.

    Example:
        >>> g = Graph()
        >>> x = g.input("x", (3,))
        >>> found = hessian_of(g, g.sum(x**3).id, values={"x": [1.0, 2.0, 3.0]})
        >>> found.matvec([1, 0, 1]).tolist(), found.pattern.structure
        ([6.0, 0.0, 18.0], 'diagonal')
    """
    return HessianAt(second_order(graph, output, wrt), {**graph.values, **(values or {})})
