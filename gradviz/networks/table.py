"""BLOCKS: every layer, loss and penalty by name. The one list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from gradviz.networks import (
    attention,
    convolution,
    dense,
    dropout,
    embedding,
    flatten,
    losses,
    maxout,
    normalisation,
    pooling,
    recurrent,
)
from gradviz.networks.block import Block
from gradviz.ops.op import Op
from gradviz.ops.table import FUNCTIONS

FAMILIES: tuple[tuple[Block, ...], ...] = (
    dense.ROWS,
    maxout.ROWS,
    dropout.ROWS,
    (*convolution.ROWS, *pooling.ROWS, *flatten.ROWS),
    (*embedding.ROWS, *normalisation.ROWS, *recurrent.ROWS, *attention.ROWS),
    losses.LOSSES,
    losses.PENALTIES,
    losses.LIKELIHOODS,
)
"""The families, in the order in which `gradviz ops` lists them."""


def join(families: tuple[tuple[Block, ...], ...]) -> Mapping[str, Block]:
    """The blocks of families by name.

    Raises:
        ValueError: two have the same name.
    """
    table: dict[str, Block] = {}
    for block in (block for family in families for block in family):
        if block.name in table:
            raise ValueError(f"the block {block.name!r} stands in the table twice")
        table[block.name] = block
    return MappingProxyType(table)


BLOCKS: Mapping[str, Block] = join(FAMILIES)


def by_word(blocks: Mapping[str, Block]) -> Mapping[str, tuple[Block, ...]]:
    """The blocks that each word may call; several where the number of operands tells them apart (`l1`).

    Raises:
        ValueError: two blocks of one word take the same number of operands.
    """
    words: dict[str, tuple[Block, ...]] = {}
    for block in blocks.values():
        for word in (block.name, *block.aliases):
            others = words.get(word, ())
            if any(other.least == block.least for other in others):
                raise ValueError(f"the word {word!r} calls two blocks of {block.least} operands")
            words[word] = (*others, block)
    return MappingProxyType(words)


WORDS: Mapping[str, tuple[Block, ...]] = by_word(BLOCKS)
"""The blocks by name and alias."""


def block_of(word: str, arguments: int, settings: Collection[str] = ()) -> Block | None:
    """The block that a call means; None where the word is an operation's and the arguments fit that, or no block's.

    Args:
        word: what stands before the parenthesis.
        arguments: how many stand in it without a name: operands, and settings given by position.
        settings: the names of the others.

    Example:
        >>> block = block_of("dense", 3)
        >>> block.name if block else None
        'dense'
        >>> block_of("maxout", 2), block_of("maxout", 3).name  # maxout(x, 2) is the operation with 2 pieces
        (None, 'maxout')
    """
    rows = WORDS.get(word, ())
    if not rows or (word in FUNCTIONS and _fits(FUNCTIONS[word], arguments, settings)):
        return None
    fitting = [row for row in rows if row.least + row.leads <= arguments] or [min(rows, key=lambda row: row.least)]
    return max(fitting, key=lambda row: row.least)


def _fits(op: Op, arguments: int, settings: Collection[str]) -> bool:
    """Whether a call may be one of an operation: its settings have names that it knows, and none is left over."""
    most = op.arity if isinstance(op.arity, int) else op.arity[1]
    known = {parameter.name for parameter in op.parameters}
    return known.issuperset(settings) and (most is None or arguments + len(settings) <= most + len(known))
