"""`jacobian_of`: the Jacobian of one node by others, in the simplest form that is found, and how it was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradviz.graph.graph import Graph
from gradviz.passes.jacobian.arrays import Dense
from gradviz.passes.jacobian.composing import Composition, compose, multiplied
from gradviz.passes.jacobian.operator import Operator
from gradviz.passes.jacobian.sparse import Beside, with_constants
from gradviz.passes.jacobian.sweeping import Swept, bottleneck
from gradviz.passes.jacobian.tracing import traced, uncompressed

SWEPT_OUT = 64
"""Sweeps up to which a Jacobian that is full, or too large to trace, is written out all the same."""
FULL = 4_000_000
"""Its entries up to which it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A Jacobian and how it was found.

    Args:
        operator: it.
        found: one sentence on how.
        passes: sweeps through the graph that its entries take; 0 where multiplying structures was enough.
        missing: inputs without a value that its numbers depend on. With any, the structure counts and no number does.
        operations: how many edges lie between the inputs and the output.
    """

    operator: Operator
    found: str
    passes: int
    missing: tuple[str, ...]
    operations: int

    @property
    def known(self) -> bool:
        """Whether it has numbers."""
        return not self.missing


def jacobian_of(graph: Graph, of: int, wrt: int | Sequence[int], values: Mapping[str, Any]) -> Found:
    """The Jacobian of a node by one node or several, at a point or without one.

    Structures are multiplied along the graph while they stay simple. Otherwise the nonzeros are traced, the pattern is
    coloured, and one sweep per colour finds the entries. What is too large for that is kept as its edges, for products.

    Args:
        graph: the graph; it is not changed.
        of: the node whose entries are the rows.
        wrt: the nodes whose entries are the columns, one after the other.
        values: by input name. Those that are missing leave the structure alone.

    Example:
        >>> g = Graph()
        >>> x = g.input("x", (4,))
        >>> made = jacobian_of(g, (2 * g.flip(x)).id, x.id, {})
        >>> made.operator.structure, made.operator.nnz, made.found
        ('scaled selection', 4, 'by multiplying the structures of 2 operations')
    """
    with np.errstate(all="ignore"):
        return _found(graph, of, [wrt] if isinstance(wrt, int) else list(wrt), values)


def _found(graph: Graph, of: int, sources: Sequence[int], values: Mapping[str, Any]) -> Found:
    composition = compose(graph, of, sources, values)
    targets = len({link.target for link in composition.links})
    parts: list[Operator] = []
    for source in sources:
        part = multiplied(composition, of, source)
        if part is None:
            return _swept(composition, sources, of, targets)
        parts.append(part)
    operator = parts[0] if len(parts) == 1 else _beside(graph, of, sources, parts)
    return Found(operator, _multiplied_says(targets), 0, composition.missing, targets)


def _beside(graph: Graph, of: int, sources: Sequence[int], parts: Sequence[Operator]) -> Operator:
    """The Jacobian by several inputs; where each row has one entry, whether all are one constant is looked up.

    That is asked of the graph without values: what is alike at this point alone does not count.
    """
    made = Beside(tuple(parts))
    word = made.structure
    if word not in ("diagonal", "scaled selection"):
        return made
    bare = graph.copy()
    bare.values.clear()
    composition = compose(bare, of, sources, {})
    found = [multiplied(composition, of, source) for source in sources]
    constants = [each.entries()[2] for each in found if each is not None]
    return replace(made, word=with_constants(word, np.concatenate(constants))) if len(constants) == len(found) else made


def _multiplied_says(operations: int) -> str:
    if not operations:
        return "without any operation between them"
    return (
        "from one operation's own structure"
        if operations == 1
        else f"by multiplying the structures of {operations} operations"
    )


def _swept(composition: Composition, sources: Sequence[int], output: int, operations: int) -> Found:
    sizes = composition.sizes
    narrow = bottleneck(composition.links, sources, output, sizes)
    swept = Swept(composition.links, tuple(sources), output, sizes, None, narrow)
    missing = composition.missing
    pattern = traced(swept)
    small = min(swept.shape) <= SWEPT_OUT and swept.rows * swept.columns <= FULL
    if pattern is not None:
        swept = replace(swept, count=int(pattern.nnz))
        if small or 4 * pattern.nnz <= swept.rows * swept.columns:
            made, colouring = uncompressed(swept, pattern, not missing)
            operator = _relabelled(made, swept)
            says = _passes_say(colouring.forward, colouring.backward, swept)
            return Found(operator, says, colouring.passes, missing, operations)
    if small:
        passes = min(swept.shape)
        return Found(_written(swept, not missing), _passes_say(passes, 0, swept), passes, missing, operations)
    return Found(swept, "as a chain of products; its entries are not formed", 0, missing, operations)


def _relabelled(made: Any, swept: Swept) -> Operator:
    """A full pattern is a dense matrix, or one of low rank."""
    if made.nnz < made.rows * made.columns:
        return made  # type: ignore[no-any-return]
    word = "low rank" if swept.narrowest is not None and swept.narrowest < min(swept.shape) else "dense"
    return Dense(np.array(made.values).reshape(made.shape), word)  # type: ignore[arg-type]


def _written(swept: Swept, known: bool) -> Operator:
    if not known:
        return Dense(np.broadcast_to(np.nan, swept.shape))
    return Dense(swept.todense())


def _passes_say(forward: int, backward: int, swept: Swept) -> str:
    ways = [f"{count} {way}" for count, way in ((forward, "forward"), (backward, "reverse")) if count]
    if not ways:
        return "by tracing what depends on what: nothing does"
    total = forward + backward
    one_by_one = min(swept.shape)
    fewer = f", not {one_by_one}" if total < one_by_one else ""
    return f"by {' and '.join(ways)} pass{'es' if total > 1 else ''}{fewer}"
