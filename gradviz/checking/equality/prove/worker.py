"""The process that asks SymPy: lines of JSON come in, a line goes out for each. It ends when its input does."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import Any, TextIO

SIZE, EFFORT = 200, 200
"""How many nodes an entry of a side may have, how much work the difference may be, before and between the steps."""
MEMORY = 3_000_000_000
"""Bytes of address space, where the system can limit it."""


def main() -> None:
    """Answer until the input ends."""
    _limit_memory()
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(sys.stdin, lines), daemon=True).start()
    while True:
        answer = answered(lines.get())
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _listen(stream: TextIO, lines: queue.Queue[str]) -> None:
    """Hand lines on; leave at once when there are no more, whatever SymPy is doing: who asked is gone."""
    for line in stream:
        lines.put(line)
    os._exit(0)


def _limit_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):
        return  # not on this system


def answered(line: str) -> bool:
    """Whether the claim on a line is proved."""
    from gradviz.checking.equality.prove.description import rebuilt

    try:
        return cancels(*rebuilt(json.loads(line)))
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError, IndexError):
        return False
    except (NotImplementedError, RecursionError, MemoryError):
        return False


def cancels(graph: Any, first: int, second: int) -> bool:
    """Whether SymPy simplifies every entry of the difference to zero.

    Symbols are real, and nothing is forced (√(x²) is |x|, the logarithm of a product of unknown signs stays): what
    SymPy shows so holds for the principal values of all roots and logarithms, thus wherever both sides are real.
    """
    from gradviz.ops.op import INPUT
    from gradviz.passes.symbolic import Symbols, lower, written_out

    leaves = {i: node.name or "" for i, node in enumerate(graph.nodes) if node.op is INPUT}
    lowered = lower(graph, (first, second), leaves, Symbols(frozenset(leaves.values())), SIZE)
    if first not in lowered or second not in lowered:
        return False
    pairs = zip(lowered[first].flat, lowered[second].flat, strict=True)
    return all(zero(written_out(a) - written_out(b)) for a, b in pairs)


def zero(difference: Any) -> bool:
    """Whether one of the steps makes it zero; each starts from the shortest form so far.

    Example:
        >>> import sympy as sp
        >>> x = sp.Symbol("x", real=True)
        >>> zero(sp.sqrt(3 + 2 * sp.sqrt(2)) - 1 - sp.sqrt(2)), zero(sp.sqrt(x**2) - x)
        (True, False)
    """
    from gradviz.passes.symbolic import tree_size

    best = difference
    for step in _steps():
        if best == 0:
            return True
        if effort(best) > EFFORT:
            return False
        made = step(best)
        if tree_size(made) < tree_size(best) or made == 0:
            best = made
    return bool(best == 0)


def effort(expr: Any) -> int:
    """About how much there is to do: nodes, powers counted as products, angles by what falls out of their addends.

    Example:
        >>> import sympy as sp
        >>> x = sp.Symbol("x", real=True)
        >>> effort(x + 1), effort(sp.sin(x) ** 50) > 100
        (3, True)
    """
    import sympy as sp
    from sympy.functions.elementary.hyperbolic import HyperbolicFunction
    from sympy.functions.elementary.trigonometric import TrigonometricFunction

    from gradviz.passes.symbolic import tree_size

    total = int(tree_size(expr))
    for part in sp.preorder_traversal(expr):
        if isinstance(part, sp.Pow) and part.exp.is_Integer and not part.base.is_Symbol:
            total += abs(int(part.exp)) * int(tree_size(part.base))
        elif isinstance(part, (TrigonometricFunction, HyperbolicFunction)):
            for addend in sp.Add.make_args(part.args[0]):
                multiple = addend.as_coeff_Mul()[0]
                total += 10 + 5 * (abs(int(multiple.p)) + int(multiple.q) if multiple.is_Rational else 2)
    return total


def _steps() -> tuple[Callable[[Any], Any], ...]:
    import sympy as sp
    from sympy.simplify.sqrtdenest import sqrtdenest

    return (
        lambda d: sp.expand(d),
        lambda d: sqrtdenest(d),
        lambda d: sp.radsimp(sp.together(d)),
        lambda d: sp.trigsimp(d),
        lambda d: sp.simplify(d),
        lambda d: sp.simplify(d.rewrite(sp.exp)),
        lambda d: sp.simplify(sp.expand_trig(d)),
        lambda d: sp.simplify(sp.expand_log(d)),
    )


if __name__ == "__main__":
    main()
