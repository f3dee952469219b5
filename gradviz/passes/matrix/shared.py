"""Pieces that several gradients have in common and that deserve a name (the δ of backpropagation)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gradviz.passes.matrix.algebra import Matrix, number, product, scale, symbol, transpose
from gradviz.passes.matrix.cost import cost
from gradviz.passes.matrix.replace import replace

LEAST = 4.5
"""A piece that costs its reader less is not worth a name."""
RUNS = 8
"""Longer products are not searched for runs of factors."""
NAMELESS = frozenset(["diagonal", "transpose", "scaled"])


def shared(roots: Iterable[Matrix], least: float = LEAST) -> tuple[Matrix, ...]:
    """Pieces that are used in two places or more, transposed or not.

    Args:
        roots: formulas, such as the gradients by all weights.
        least: what a piece must cost its reader to be worth a name.

    Returns:
        The pieces, inner ones first; `replace` writes them by their names. A piece that occurs only inside a bigger
        one, as often as that, is not among them. A difference comes with the sign that the formulas use.
    """
    upright = [_upright(root) for root in roots]
    uses = _uses(upright)
    worth = [x for x, count in uses.items() if count >= 2 and cost(x) >= least and x.op not in NAMELESS]
    worth.sort(key=lambda x: -cost(x))  # stable, and the order of visits is structural
    chosen: list[Matrix] = []
    for piece in worth:
        if not any(uses[bigger] == uses[piece] and _only_inside(piece, bigger, upright) for bigger in chosen):
            chosen.append(piece)
    return tuple(_signed(piece, upright) for piece in reversed(chosen))


def _signed(piece: Matrix, roots: list[Matrix]) -> Matrix:
    """A piece or its negative: the one that leaves fewer minus signs in the formulas."""
    if piece.op != "sum":
        return piece
    name = symbol("δ", piece.rows, piece.columns)
    minus = scale(number(-1), name)
    lengths = [sum(cost(replace(root, piece, written)) for root in roots) for written in (name, minus)]
    return piece if lengths[0] <= lengths[1] else scale(number(-1), piece)


def _upright(x: Matrix) -> Matrix:
    """One of a formula and its transpose: a column for a row, else the shorter."""
    turned = transpose(x)
    if x.is_row or x.is_column:
        return x if x.is_column else turned
    return x if (cost(x), x.order) <= (cost(turned), turned.order) else turned


def _uses(roots: list[Matrix]) -> dict[Matrix, int]:
    """How many places each piece stands in; the places inside one piece count once."""
    uses: dict[Matrix, int] = {}
    pending, seen = list(reversed(roots)), set()
    for root in roots:
        uses[root] = uses.get(root, 0) + 1
    while pending:
        node = pending.pop()
        if node in seen:
            continue
        seen.add(node)
        for part in (*map(_upright, node.args), *dict.fromkeys(_runs(node))):
            uses[part] = uses.get(part, 0) + 1
        pending.extend(_upright(part) for part in reversed(node.args))
    return uses


def _runs(x: Matrix) -> Iterator[Matrix]:
    """Runs of two or more factors inside a product."""
    if x.op != "chain" or len(x.args) > RUNS:
        return
    for length in range(2, len(x.args)):
        for i in range(len(x.args) - length + 1):
            run = product(*x.args[i : i + length])
            if run.op == "chain":
                yield _upright(run)


def _only_inside(piece: Matrix, bigger: Matrix, roots: list[Matrix]) -> bool:
    """Whether a piece stands in a bigger one and nowhere else."""
    if not _contains(bigger, piece):
        return False
    name = symbol("δ", bigger.rows, bigger.columns)
    return not any(_contains(replace(root, bigger, name), piece) for root in roots)


def _contains(whole: Matrix, piece: Matrix) -> bool:
    return replace(whole, piece, symbol("δ", piece.rows, piece.columns)) is not whole
