"""The words that call a layer, a loss or a penalty, apart from their rows: most programs call none, and import none.

A test holds the words against the rows of `table`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradviz.networks.block import Block

# fmt: off
KNOWN = frozenset(
    {
        "attention", "avg_pool", "avg_pool2d", "batch_norm", "bce", "bce_with_logits", "conv", "conv2d",
        "cross_entropy", "dense", "dropout", "embedding", "flatten", "gaussian_nll", "hinge", "huber", "kl_div", "l1",
        "l1_penalty", "l2", "l2_penalty", "layer_norm", "linear", "lstm", "max_pool", "max_pool2d", "maxout",
        "mean_pool", "mlp", "mse", "nll", "nll_of", "rnn", "self_attention", "smooth_l1",
    }
)
# fmt: on
"""The names and aliases of all rows."""


def block_of(word: str, arguments: int, settings: Collection[str] = ()) -> Block | None:
    """The block that a call means, as `table.block_of` finds it; None, without a look at the rows, for other words."""
    if word not in KNOWN:
        return None
    from gradviz.networks import table

    return table.block_of(word, arguments, settings)
