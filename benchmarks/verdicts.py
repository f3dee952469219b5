"""Verdicts per second on one core, beside SymPy's `simplify(derivative - answer) == 0` alone, on the same answers.

    python benchmarks/verdicts.py

The mix: a thousand answers of tests/checking/corpus, right and wrong ones by turns. gradviz reads, judges and names
the mistakes of the wrong ones; it draws nothing. SymPy is handed the derivative and the answer as expressions,
without the parsing and the differentiating, and gets the scalar ones only; as some keep it for seconds it takes every
eleventh of them (`--every 1`: all), and the table gives gradviz's times on the same answers beside it. Each answer is
judged once to compare: a right one must not be called wrong, a wrong one not right, and what SymPy makes 0 gradviz
must not call wrong. Only then is anything timed, each answer once more, so that what an answer costs in a fresh
process (imports, tables) is left out; gradviz and SymPy take the answers that both have by turns. The CPU time, which
other work on the machine disturbs less, is this process's: it lacks what SymPy does in a worker process of its own
for the few right answers that gradviz cannot prove by itself.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from corpus_mix import Item, mix

from suite.telling import in_a_line

EVERY = 11
"""An odd number: right and wrong answers stand by turns."""

Pair = tuple[Any, Any]
Seconds = tuple[float, float]
"""Of the clock on the wall, and of the processor."""


def with_gradviz(item: Item) -> str:
    """gradviz: the verdict, with the mistakes that explain a wrong one."""
    import gradviz
    from gradviz.errors import UserError

    of = item.implicit or None
    try:
        return str(gradviz.check(item.text, item.wrt, item.answer, item.order, of=of, picture=False).verdict)
    except UserError:  # shapes that do not fit
        return "refused"


def for_sympy(item: Item) -> tuple[Any, Any] | None:
    """The derivative and the answer as SymPy expressions; None for arrays, equations and programs of several lines."""
    import sympy

    from tests.checking.corpus.plain_text import free, python_of, statements

    if not item.scalar or len(statements(item.text)) != 1:
        return None
    names = free(item.text)
    known: dict[str, Any] = {name: sympy.Symbol(name, real=True) for name in names}
    known |= {"e": sympy.E, "pi": sympy.pi, **sympy_functions()}
    ((output, right),) = statements(item.text)
    function = sympy.parse_expr(python_of(right, names), known)
    known[output] = function
    plain = item.plain.rpartition("=")[2]
    answer = sympy.parse_expr(python_of(plain, {*names, output}), known)
    return sympy.diff(function, known[item.wrt], item.order), answer


def sympy_functions() -> dict[str, Any]:
    """The corpus's names of functions, where SymPy has others."""
    import sympy

    return {
        "ln": sympy.log,
        "log2": lambda u: sympy.log(u, 2),
        "log10": lambda u: sympy.log(u, 10),
        "arcsin": sympy.asin,
        "arccos": sympy.acos,
        "arctan": sympy.atan,
        "abs": sympy.Abs,
        "cbrt": sympy.cbrt,
        "sigmoid": lambda u: 1 / (1 + sympy.exp(-u)),
        "relu": lambda u: sympy.Max(0, u),
        "where": lambda test, yes, no: sympy.Piecewise((yes, test), (no, True)),
    }


def with_sympy(derivative: Any, answer: Any) -> bool:
    """SymPy alone: is the difference simplified to 0?"""
    import sympy

    return bool(sympy.simplify(derivative - answer) == 0)


def timed(work: Callable[[], object]) -> Seconds:
    """The seconds that it takes."""
    busy, start = time.process_time(), time.perf_counter()
    work()
    return time.perf_counter() - start, time.process_time() - busy


def quantile(times: Sequence[float], share: float) -> float:
    """A quantile of seconds, in milliseconds."""
    return 1e3 * sorted(times)[min(len(times) - 1, int(share * len(times)))]


def agreed(items: Sequence[Item], shared: Sequence[tuple[Item, Pair]]) -> dict[str, int]:
    """The verdicts held against the corpus and against SymPy; how many were decided.

    Raises:
        SystemExit: a verdict contradicts one of them.
    """
    found = {item: with_gradviz(item) for item in items}
    for item, verdict in found.items():
        if verdict == ("wrong" if item.right else "right"):
            raise SystemExit(
                f"gradviz disagrees with the corpus on {item.text} by {item.wrt}: {item.answer}: {verdict}"
            )
    zeros = 0
    for item, (derivative, answer) in shared:
        if with_sympy(derivative, answer):
            zeros += 1
            if found[item] == "wrong":
                raise SystemExit(f"SymPy disagrees on {item.text} by {item.wrt}: {item.answer}")
    rights = [verdict for item, verdict in found.items() if item.right]
    return {
        "answers": len(items),
        "right": len(rights),
        "right proved": rights.count("right"),
        "wrong refuted": sum(verdict == "wrong" for item, verdict in found.items() if not item.right),
        "refused": sum(verdict == "refused" for verdict in found.values()),
        "shared right": sum(item.right for item, _ in shared),
        "shared right proved": sum(item.right and found[item] == "right" for item, _ in shared),
        "SymPy proved": zeros,
    }


def timings(items: Sequence[Item], shared: Sequence[tuple[Item, Pair]]) -> tuple[dict[Item, Seconds], list[Seconds]]:
    """Seconds of gradviz on every answer, and of SymPy on the shared ones, one after the other."""
    from sympy.core.cache import clear_cache

    pairs = dict(shared)
    ours, theirs = {}, []
    for item in items:
        ours[item] = timed(partial(with_gradviz, item))
        if item in pairs:
            derivative, answer = pairs[item]
            clear_cache()  # else SymPy would look up what the comparison has just worked out
            theirs.append(timed(partial(with_sympy, derivative, answer)))
    return ours, theirs


def row(taken: Sequence[Seconds]) -> dict[str, float]:
    """What is said of some times: milliseconds, and answers a second."""
    times, busy = zip(*taken, strict=True)
    return {
        "answers": len(times),
        "median CPU ms": 1e3 * statistics.median(busy),
        "p90 CPU ms": quantile(busy, 0.9),
        "median ms": 1e3 * statistics.median(times),
        "p90 ms": quantile(times, 0.9),
        "slowest ms": 1e3 * max(times),
        "per second": len(times) / sum(times),
    }


def line(name: str, found: dict[str, float]) -> str:
    """A row of the table."""
    return (
        f"  {name:34}{found['answers']:>7}{found['median ms']:>9.2f}{found['p90 ms']:>9.2f}{found['slowest ms']:>9.1f}"
        f"{found['per second']:>8.1f}{found['median CPU ms']:>9.2f}{found['p90 CPU ms']:>9.2f}"
    )


def main() -> None:
    """Compare, time, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000, help="answers in the mix")
    parser.add_argument("--every", type=int, default=EVERY, help="SymPy takes every so manyth scalar answer")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    chosen = parser.parse_args()
    items = mix(chosen.count)
    scalar = [(item, pair) for item in items if (pair := for_sympy(item)) is not None]
    shared = scalar[:: chosen.every]
    agreement = agreed(items, shared)
    ours, theirs = timings(items, shared)
    rows = {
        "gradviz": row(list(ours.values())),
        "  right ones": row([seconds for item, seconds in ours.items() if item.right]),
        "  wrong ones, with diagnosis": row([seconds for item, seconds in ours.items() if not item.right]),
        f"gradviz, every {chosen.every}th scalar one": row([ours[item] for item, _ in shared]),
        "SymPy simplify, the same": row(theirs),
    }
    if chosen.json:
        named = {name.strip(): found for name, found in rows.items()}
        print(json.dumps({"machine": in_a_line(), "agreement": agreement, "times": named}, indent=2))
        return
    print(f"{in_a_line()}; one core")
    print("verdicts agree with the corpus and with SymPy")
    print(*(f"  {name:24}{value:>7}" for name, value in agreement.items()), "", sep="\n")
    print(f"  {'milliseconds':34}{'answers':>7}{'median':>9}{'p90':>9}{'slowest':>9}{'per s':>8}{'CPU':>9}{'p90':>9}")
    print(*(line(name, found) for name, found in rows.items()), sep="\n")


if __name__ == "__main__":
    main()
