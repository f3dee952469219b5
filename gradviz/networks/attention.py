"""attention: every place of a sequence looks at every other."""

from __future__ import annotations

import math

from gradviz.errors import LimitError, ShapeError, ValueProblem
from gradviz.networks.block import Block, Site
from gradviz.networks.dense import INIT
from gradviz.networks.wording import said
from gradviz.ops.op import Attribute, Number, Parameter, Term
from gradviz.shape import Shape, describe

MAX_PLACES = 10_000
"""Places of a sequence: the weights are as many squared."""


def _attention(site: Site, x: Term, *, heads: Attribute, causal: Attribute, init: Attribute) -> Term:
    places, width = _sequence(x.shape)
    count = _heads(heads, width)
    chosen = "xavier_uniform" if init is None else str(init)
    W_q, W_k, W_v, W_o = (site.parameter(f"W_{name}", (width, width), chosen, fans=(width, width)) for name in "qkvo")
    q, k, v = (site.call(_split(site, x @ W, count), name) for name, W in (("q", W_q), ("k", W_k), ("v", W_v)))
    scores = site.call(q @ site.transpose(k, axes=_swapped(len(k.shape))) / _root(site, width // count), "scores")
    if causal:
        scores = site.where(_before(site, places), scores, float("-inf"))
    weights = site.call(site.softmax(scores, axis=-1), "weights")
    return _joined(site, weights @ v, x.shape) @ W_o


def _sequence(shape: Shape) -> tuple[int, int]:
    if len(shape) not in (2, 3):
        raise ShapeError(
            f"attention needs a sequence, not {describe(shape)}",
            hint="give places × features, or a batch of sequences: samples × places × features",
        )
    if not shape[-2] or not shape[-1]:
        raise ShapeError(f"attention needs at least one place and one feature, and the sequence is {describe(shape)}")
    if shape[-2] > MAX_PLACES:
        raise LimitError(f"a sequence of {shape[-2]:,} places is too long", hint=f"it may have up to {MAX_PLACES:,}")
    return shape[-2], shape[-1]


def _heads(heads: Attribute, width: int) -> int:
    if isinstance(heads, bool) or not isinstance(heads, int) or heads < 1:
        raise ValueProblem(f"attention needs a whole number of heads from 1 up, not {said(heads)}")
    if width % heads:
        fit = ", ".join(str(n) for n in range(1, min(width, 1000) + 1) if width % n == 0)
        raise ShapeError(
            f"{heads} heads do not divide the {width} features of the sequence", hint=f"the heads may be {fit}"
        )
    return heads


def _split(site: Site, term: Term, heads: int) -> Term:
    """Each head's part of the features, the heads as an axis before the places; one head needs none."""
    if heads == 1:
        return term
    *lead, places, width = term.shape
    apart = site.reshape(term, shape=(*lead, places, heads, width // heads))
    made: Term = site.transpose(apart, axes=_heads_first(len(apart.shape)))
    return made


def _joined(site: Site, term: Term, shape: Shape) -> Term:
    """The heads' parts beside each other again."""
    if len(term.shape) == len(shape):
        return term
    made: Term = site.reshape(site.transpose(term, axes=_heads_first(len(term.shape))), shape=shape)
    return made


def _heads_first(rank: int) -> tuple[int, ...]:
    """Places and heads change places; the other axes stay. The order is its own inverse."""
    return (*range(rank - 3), rank - 2, rank - 3, rank - 1)


def _swapped(rank: int) -> tuple[int, ...] | None:
    """The last two axes swapped; of a matrix that is its transpose."""
    return None if rank == 2 else (*range(rank - 2), rank - 1, rank - 2)


def _root(site: Site, width: int) -> Term | Number:
    """√width, as a whole number where it is one."""
    root = math.isqrt(width)
    if root * root == width:
        return root
    made: Term = site.sqrt(site.constant(width))
    return made


def _before(site: Site, places: int) -> Term:
    """True where the place that looks (rows) does not come before the one that is looked at (columns)."""
    numbers = tuple(range(places))
    rows, columns = site.constant(numbers, (places,)), site.constant(numbers, (places,))
    return site.reshape(rows, shape=(places, 1)) >= columns


def _note(shapes: tuple[Shape, ...], *, heads: Attribute, causal: Attribute, init: Attribute) -> str:
    if len(shapes[0]) < 2:
        return ""
    words = [f"{heads} head{'s' * (heads != 1)}", *(["causal"] if causal else [])]
    return ", ".join([*words, f"{4 * shapes[0][-1] ** 2:,} parameters"])


ROWS: tuple[Block, ...] = (
    Block(
        name="attention",
        family="layer",
        doc="Self-attention: softmax(q kᵀ / √d) v with q, k and v linear in x, in one or several heads, then W_o. A "
        "sequence is places × features; a batch of them samples × places × features.",
        parameters=(
            Parameter(name="heads", kind="integer", default=1, doc="into how many parts the features are divided"),
            Parameter(
                name="causal", kind="flag", default=False, doc="whether a place sees only itself and earlier ones"
            ),
            INIT,
        ),
        aliases=("self_attention",),
        expand=_attention,
        note=_note,
        title="self-attention",
        source="Vaswani et al. 2017, Attention is all you need, eq. 1; PyTorch's MultiheadAttention without biases",
    ),
)
"""The rows of this family."""
