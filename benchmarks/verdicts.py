"""Verdicts per second on one core, beside SymPy's `simplify(derivative - answer) == 0` alone, on the same answers.

    python benchmarks/verdicts.py

The mix: a thousand answers of tests/checking/corpus, right and wrong ones by turns. gradviz reads, judges and names
the mistakes of the wrong ones; it draws nothing. SymPy is handed the derivative and the answer as expressions,
without the parsing and the differentiating, and gets the scalar ones only; as some keep it for seconds it takes every
seventh of them (`--every 1`: all), and the table gives gradviz's times on the same answers beside it. Each answer is
judged once to compare: a right one must not be called wrong, a wrong one not right, and what SymPy makes 0 gradviz
must not call wrong. Only then is anything timed, each answer once more, so that what an answer costs in a fresh
process (imports, tables) is left out.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import Any

from interleaved import machine

ROOT = Path(__file__).resolve().parent.parent
EVERY = 7
"""An odd number: right and wrong answers stand by turns."""


@dataclass(frozen=True)
class Item:
    """An answer of the corpus: `right` says what it is."""

    text: str
    wrt: str
    order: int
    implicit: str
    answer: str
    plain: str
    right: bool

    @property
    def scalar(self) -> bool:
        return ":" not in self.text and not self.implicit


def mix(count: int) -> list[Item]:
    """Right and wrong answers by turns, spread evenly over the corpus."""
    sys.path.insert(0, str(ROOT))
    from tests.checking.corpus.corpus import ARRAYS, SCALAR, problems

    rights = [
        Item(one.text, one.wrt, one.order, one.implicit, given.answer, given.plain, True)
        for one in problems("right.toml")
        for given in one.right
    ]
    wrongs = [
        Item(one.text, one.wrt, one.order, one.implicit, given.answer, given.answer, False)
        for name in (*SCALAR, *ARRAYS)
        for one in problems(name)
        for given in one.wrong
    ]
    half = (count + 1) // 2
    turns = chain.from_iterable(zip_longest(spread(rights, half), spread(wrongs, half)))
    return list(islice((one for one in turns if one is not None), count))


def spread(items: Sequence[Item], count: int) -> list[Item]:
    """So many of them, evenly."""
    count = min(count, len(items))
    return [items[i * len(items) // count] for i in range(count)]


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


def timed(work: Callable[[], object]) -> tuple[object, float]:
    """What it gives, and its seconds."""
    start = time.perf_counter()
    found = work()
    return found, time.perf_counter() - start


def quantile(times: Sequence[float], share: float) -> float:
    """A quantile of seconds, in milliseconds."""
    return 1e3 * sorted(times)[min(len(times) - 1, int(share * len(times)))]


def agreed(items: Sequence[Item], shared: Sequence[tuple[Item, tuple[Any, Any]]]) -> str:
    """The verdicts held against the corpus and against SymPy; says how many were decided."""
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
    decided = sum(verdict in ("right", "wrong") for verdict in found.values())
    right = sum(item.right for item, _ in shared)
    return (
        f"verdicts agree: gradviz decides {decided} of {len(items)} answers; "
        f"SymPy proves {zeros} of the {right} right ones among its {len(shared)}"
    )


def line(name: str, times: Sequence[float]) -> str:
    """A row of the table."""
    rate = len(times) / sum(times)
    return (
        f"  {name:34}{len(times):>7}{1e3 * statistics.median(times):>11.2f} ms{quantile(times, 0.9):>11.2f} ms"
        f"{1e3 * max(times):>11.1f} ms{rate:>9.1f}"
    )


def main() -> None:
    """Compare, time, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000, help="answers in the mix")
    parser.add_argument("--every", type=int, default=EVERY, help="SymPy takes every so manyth scalar answer")
    chosen = parser.parse_args()
    items = mix(chosen.count)
    scalar = [(item, pair) for item in items if (pair := for_sympy(item)) is not None]
    shared = scalar[:: chosen.every]
    print(f"{machine()}; {len(items)} answers, {sum(item.right for item in items)} of them right")
    print(agreed(items, shared), "\n")
    ours = {item: timed(lambda item=item: with_gradviz(item))[1] for item in items}
    from sympy.core.cache import clear_cache

    theirs = []
    for _, (derivative, answer) in shared:
        clear_cache()  # else SymPy would look up what the comparison has just worked out
        theirs.append(timed(lambda d=derivative, a=answer: with_sympy(d, a))[1])
    print(f"  {'one core':34}{'answers':>7}{'median':>14}{'p90':>14}{'slowest':>14}{'per s':>9}")
    print(line("gradviz", list(ours.values())))
    print(line("  right ones", [t for item, t in ours.items() if item.right]))
    print(line("  wrong ones, with diagnosis", [t for item, t in ours.items() if not item.right]))
    print(line(f"gradviz, every {chosen.every}th scalar one", [ours[item] for item, _ in shared]))
    print(line("SymPy simplify, the same", theirs))


if __name__ == "__main__":
    main()
