"""How much a search may build: counted in nodes, not in seconds, so that the same input gives the same result."""

from __future__ import annotations

NODES = 20_000
"""Parts that one search may touch."""


class Budget:
    """A count of parts that may still be built.

    Args:
        left: the count to begin with.
    """

    __slots__ = ("left",)

    def __init__(self, left: int = NODES) -> None:
        self.left = left

    def take(self, parts: int) -> bool:
        """Use some of it up; False when it is spent."""
        self.left -= parts
        return self.left >= 0
