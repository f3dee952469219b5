"""Why a contribution has the factors, the order and the transposes that it has."""

from __future__ import annotations

from dataclasses import dataclass

from gradviz.explanation.data.values import Math


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the shape puzzle: what it is, and its shape as written (`2×2`, `m×n`, `2`)."""

    symbol: Math
    shape: str


@dataclass(frozen=True, slots=True)
class Why:
    """The reasons for one edge's contribution.

    Args:
        wanted: the piece that must come out: ∂f/∂W, in W's shape.
        pieces: what there is to make it of: the upstream gradient, the other operand.
        fits: the products of those pieces (with transposes) that have the wanted shape; the right one first.
        indices: the derivation by indices, one line each: `q_k = Σ_j W_kj x_j`, `∂q_k/∂W_ij = 1[k=i] x_j`, …
        decided: whether the shapes alone leave one product.
        says: sentences: what the puzzle shows, and where it would not decide, what does.
        like: where the same story was told in full at an earlier edge of the backward pass, a reference to it (`as for
            q → W, with V for W and h for x`); else "".
    """

    wanted: Piece
    pieces: tuple[Piece, ...]
    fits: tuple[Math, ...]
    indices: tuple[Math, ...]
    decided: bool
    says: tuple[str, ...]
    like: str = ""
