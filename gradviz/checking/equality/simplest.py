"""The simplest fraction in an interval."""

from __future__ import annotations

from typing import Any

from flint import fmpq


def simplest(low: Any, high: Any) -> Any:
    """The fraction of the smallest denominator (and then size) from `low` to `high`.

    Example:
        >>> from flint import fmpq
        >>> simplest(fmpq(31, 10), fmpq(32, 10)), simplest(fmpq(-1), fmpq(1, 2))
        (16/5, 0)
    """
    if low > high:
        low, high = high, low
    if low <= 0 <= high:
        return fmpq(0)
    if high < 0:
        return -simplest(-high, -low)
    whole: list[Any] = []
    while True:  # the continued fractions of both ends, as far as they agree
        floor = low.floor()
        if floor == low or high >= floor + 1:
            made = fmpq(low.ceil())
            break
        whole.append(floor)
        low, high = 1 / (high - floor), 1 / (low - floor)
    for part in reversed(whole):
        made = part + 1 / made
    return made
