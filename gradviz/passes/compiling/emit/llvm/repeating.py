"""The same lines of LLVM's representation for every index: one after the other, or in a loop."""

from __future__ import annotations

from collections.abc import Callable

UNROLLED = 16
"""Indices up to which no loop is written."""

Body = Callable[[str, str], tuple[list[str], str | None]]
"""Writes what is done for one index, under names that begin so; the lines, and the name of the truth that it failed."""


def each(name: str, count: int, body: Body, failure: str = "") -> list[str]:
    """The same for every index below a count: one after the other, or in a loop."""
    if count <= UNROLLED:
        return [line for i in range(count) for line in guarded(f"{name}{i}", body(str(i), f"{name}{i}"), failure)]
    return [
        f"  br label %{name}_before",
        f"{name}_before:",
        f"  br label %{name}_head",
        f"{name}_head:",
        f"  %{name}_i = phi i64 [0, %{name}_before], [%{name}_next, %{name}_ok]",
        *guarded(name, body(f"%{name}_i", name), failure),
        f"  br label %{name}_ok",
        f"{name}_ok:",
        f"  %{name}_next = add i64 %{name}_i, 1",
        f"  %{name}_more = icmp ult i64 %{name}_next, {count}",
        f"  br i1 %{name}_more, label %{name}_head, label %{name}_after",
        f"{name}_after:",
    ]


def guarded(name: str, written: tuple[list[str], str | None], failure: str) -> list[str]:
    """Lines, and the way out where they fail."""
    lines, failed = written
    if failed is None:
        return lines
    return [*lines, f"  br i1 {failed}, label %{failure}, label %{name}_fine", f"{name}_fine:"]
