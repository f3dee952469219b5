"""Sparsity tracing: which entries of the output can depend on which of the inputs, edge by edge; and what follows."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.passes.jacobian.colouring import Colouring, coloured
from gradviz.passes.jacobian.operator import Array, Operator
from gradviz.passes.jacobian.sparse import Sparse
from gradviz.passes.jacobian.sweeping import Swept, in_chunks

SMALL = 64
"""Entries of nodes up to which their patterns are plain arrays."""
TRACED = 4_000_000
"""Nonzeros up to which patterns are followed."""


def traced(swept: Swept) -> Any | None:
    """The pattern of a swept Jacobian, a boolean `csr_array`; None where it has too many nonzeros to follow.

    From the side with fewer entries: the sets of inputs on which a node depends, or of outputs that depend on it.
    """
    backward = swept.rows < swept.columns
    small = max(*swept.sizes.values(), swept.columns) <= SMALL
    starts = {swept.output: _eye(swept.rows)} if backward else _inputs(swept)
    if small:
        starts = {i: part.toarray() for i, part in starts.items()}
    links = reversed(swept.links) if backward else iter(swept.links)
    held: dict[int, Any] = starts
    patterns: dict[int, Any] = {}
    for link in links:
        if link.local.nnz > TRACED:
            return None
        found = patterns.get(id(link.local))
        if found is None:
            found = patterns[id(link.local)] = _filled(link.local) if small else _pattern(link.local)
        here, there = (link.target, link.source) if backward else (link.source, link.target)
        step = found.T if small and backward else found.T.tocsr() if backward else found
        if not small and _work(step, held[here]) > TRACED * 4:
            return None
        part = step @ held[here]
        held[there] = held[there] + part if there in held else part
        if not small and held[there].nnz > TRACED:
            return None
    if small:
        held = {i: _sparse(held[i]) for i in (swept.output, *swept.sources) if i in held}
    return _result(swept, held, backward)


def _result(swept: Swept, held: dict[int, Any], backward: bool) -> Any:
    from scipy.sparse import csr_array, vstack

    if backward:
        empty = {i: csr_array((swept.sizes[i], swept.rows), dtype=bool) for i in swept.sources if i not in held}
        found = vstack([held.get(i, empty.get(i)) for i in swept.sources]).T.tocsr()
    else:
        found = held[swept.output]
    found = csr_array(found)
    found.sort_indices()
    return found


def _inputs(swept: Swept) -> dict[int, Any]:
    """Each input's entries depend on themselves."""
    from scipy.sparse import csr_array

    made, start = {}, 0
    for i in swept.sources:
        size = swept.sizes[i]
        places = np.arange(size)
        made[i] = csr_array((np.ones(size, dtype=bool), (places, start + places)), shape=(size, swept.columns))
        start += size
    return made


def _eye(size: int) -> Any:
    from scipy.sparse import csr_array

    places = np.arange(size)
    return csr_array((np.ones(size, dtype=bool), (places, places)), shape=(size, size))


def _pattern(local: Operator) -> Any:
    from scipy.sparse import csr_array

    rows, columns, _ = local.entries()
    return csr_array((np.ones(len(rows), dtype=bool), (rows, columns)), shape=local.shape)


def _filled(local: Operator) -> Any:
    """The same as a boolean array, for nodes of few entries: a long chain of them is followed quickly."""
    rows, columns, _ = local.entries()
    made = np.zeros(local.shape, dtype=bool)
    made[rows, columns] = True
    return made


def _sparse(pattern: Any) -> Any:
    from scipy.sparse import csr_array

    return csr_array(pattern)


def _work(left: Any, right: Any) -> int:
    """How many pairs of nonzeros a product meets."""
    return int(np.diff(right.indptr)[left.indices].sum())


def uncompressed(swept: Swept, pattern: Any, known: bool) -> tuple[Sparse, Colouring]:
    """The entries of a swept Jacobian, by one sweep per colour of its pattern.

    Args:
        swept: the Jacobian.
        pattern: its nonzeros, as `traced` gives them.
        known: whether there are numbers; without them only the pattern is kept.
    """
    columns = pattern.indices.astype(np.int64)
    starts = pattern.indptr.astype(np.int64)
    rows = np.repeat(np.arange(swept.rows), np.diff(starts))
    colouring = coloured(swept.rows, swept.columns, rows, columns)
    if not known:
        return Sparse(swept.columns, starts, columns, np.broadcast_to(np.nan, columns.shape)), colouring
    values = np.empty(len(columns))
    ahead = colouring.rows[rows] < 0
    _fill(values, ahead, rows, colouring.columns[columns], swept.matmat, colouring.columns, colouring.forward)
    _fill(values, ~ahead, columns, colouring.rows[rows], swept.rmatmat, colouring.rows, colouring.backward)
    if not np.isfinite(values).all():
        values = multiplied_out(swept, pattern)
    return Sparse(swept.columns, starts, columns, values), colouring


def _fill(values: Array, chosen: Any, places: Any, shades: Any, sweep: Any, colours: Any, count: int) -> None:
    """Read the chosen entries from the sweeps' results: at their place, in the column of their colour."""
    if count:
        values[chosen] = in_chunks(sweep, colours, count)[places[chosen], shades[chosen]]


def multiplied_out(swept: Swept, pattern: Any) -> Array:
    """The same entries by sparse products, entry by entry.

    In a compressed sweep an infinite or undefined derivative meets the zeros of other columns and spoils their
    entries of its row; here only what belongs together is multiplied. It costs more, and is for such points alone.
    """
    from scipy.sparse import csr_matrix

    held: dict[int, Any] = {i: csr_matrix(part, dtype=np.float64) for i, part in _inputs(swept).items()}
    for link in swept.links:
        if link.source not in held:
            continue
        part = csr_matrix(link.local.to_scipy()) @ held[link.source]
        held[link.target] = held[link.target] + part if link.target in held else part
    rows = np.repeat(np.arange(swept.rows), np.diff(pattern.indptr))
    return np.asarray(held[swept.output][rows, pattern.indices], dtype=np.float64).ravel()
