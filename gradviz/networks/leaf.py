"""What a layer makes besides operations: parameters, noise and buffers, all of them inputs of the graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gradviz.shape import Shape

Role = Literal["parameter", "noise", "buffer"]
"""A parameter is trained; noise (a dropout mask) is drawn anew for every step; a buffer (a running mean) is kept from
step to step and updated, but has no gradient."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """An input that a layer made.

    Args:
        name: of the input: `h.W`.
        shape: of its value.
        role: what it is for.
        init: how its first value is made: a row of INITIALISERS, with its arguments in words if any ("he_normal",
            "bernoulli 0.5").
        fan_in, fan_out: how many entries go into one entry of the layer's result, and out of one of its operand: what
            LeCun's, Xavier's and He's variances are made of.
        update: of a buffer, the name of the node that is its next value; "" where it stays.
    """

    name: str
    shape: Shape
    role: Role
    init: str = "zeros"
    fan_in: int = 1
    fan_out: int = 1
    update: str = ""
