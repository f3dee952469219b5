"""How many of the corpus's wrong answers gradviz explains, as a teacher would, and how fast.

    python tests/checking/corpus/measure.py dev_scalar.toml [--totals]

"Explained" is an answer for which a mistake is named; "as a teacher would" one of whose mistakes is in the family of
the tag that the corpus gives. A false alarm is a mistake named for an answer to another question: nobody made one
there. Look at `dev_*` as you like; of `unseen_*` take only the totals.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

if __name__ == "__main__":  # run as a script, the folder of `tests` is not on the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from gradviz.errors import UserError
from tests.checking.corpus.corpus import Problem, Wrong, problems
from tests.checking.corpus.families import of_family
from tests.checking.corpus.judging import checked
from tests.checking.corpus.plain_text import FUNCTIONS, free
from tests.checking.corpus.witness_arrays import NUMPY

NAME = re.compile(r"(?<!\.)\b[A-Za-z_]\w*")
OTHER_WORDS = frozenset({"axis", "keepdims", "True", "e", "pi"})
NEXT, FOREIGN = 7, 6
"""How far away the first problem is whose answer is given to this one, and how many answers each gets."""


def named(problem: Problem, answer: str) -> tuple[str, tuple[str, ...], float]:
    """The verdict, the names of the mistakes, and the seconds that it took."""
    start = time.perf_counter()
    try:
        found = checked(problem, answer)
    except UserError:
        return "refused", (), time.perf_counter() - start
    return found.verdict, tuple(one.name for one in found.mistakes), time.perf_counter() - start


def as_taught(wrong: Wrong, names: Iterable[str]) -> bool:
    """Is a mistake among them what the teacher would say, or one of the ties?"""
    wanted = {*wrong.mistakes, *wrong.also}
    return any(of_family(name, tag) for name in names for tag in wanted)


def foreign(asked: tuple[Problem, ...]) -> list[tuple[Problem, str]]:
    """Answers to other questions, told in the names of this one, so that they can be read at all.

    Questions on the same lines differ by a factor at times, which gradviz may rightly say: the alarms are counted as
    false all the same.
    """
    found = []
    for i, problem in enumerate(asked):
        own = {problem.answer, *(one.answer for one in problem.wrong)}
        others = [asked[(i + NEXT + k) % len(asked)] for k in range(len(asked) - 1)]
        told = [renamed(other, problem) for other in others if other.text != problem.text]
        fits = [text for text in dict.fromkeys(told) if text is not None and text not in own]
        found += [(problem, text) for text in fits[:FOREIGN]]
    return found


def renamed(other: Problem, problem: Problem) -> str | None:
    """The answer to another question, in this one's names; None where they do not go round."""
    if bool(other.implicit) != bool(problem.implicit) or other.order != problem.order:
        return None
    names, wanted = inputs(other), inputs(problem)
    table: dict[str, str] = {other.wrt: problem.wrt}
    if names.get(other.wrt) != wanted.get(problem.wrt):
        return None
    for name in sorted(names.keys() - {other.wrt}):
        fits = [one for one, rank in wanted.items() if rank == names[name] and one not in table.values()]
        if not fits:
            return None
        table[name] = name if name in fits else fits[0]
    if not set(NAME.findall(other.answer)) <= table.keys() | FUNCTIONS.keys() | NUMPY.keys() | OTHER_WORDS:
        return None
    return NAME.sub(lambda found: table.get(found[0], found[0]), other.answer)


def inputs(problem: Problem) -> dict[str, int]:
    """The names that a problem is given, with their numbers of axes."""
    if problem.implicit:
        return {problem.wrt: 0, problem.implicit: 0}
    if not problem.arrays:
        return dict.fromkeys(sorted(free(problem.text)), 0)
    declared = [part.partition(":") for part in problem.text.split(";") if "=" not in part]
    return {name.strip(): shape.count("x") + bool(shape) for name, _, shape in declared}


def report(name: str) -> tuple[list[str], list[str]]:
    """The totals, and the answers that are not explained as they should be."""
    asked = problems(name)
    verdicts: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    times, listed = [], []
    for problem in asked:
        for wrong in problem.wrong:
            verdict, names, seconds = named(problem, wrong.answer)
            verdicts[verdict] += 1
            times.append(seconds)
            if wrong.mistakes == ("none",):
                counts["without a name"] += 1
                counts["named all the same"] += bool(names)
                continue
            taught = as_taught(wrong, names)
            counts["explainable"] += 1
            counts["explained"] += bool(names)
            counts["taught"] += taught
            if not taught:
                said = ", ".join(names) or f"unexplained ({verdict})"
                listed.append(f"{problem.text} by {problem.wrt}: {wrong.answer}: {' + '.join(wrong.mistakes)}: {said}")
    judged = []
    for problem, answer in foreign(asked):
        verdict, names, _ = named(problem, answer)
        if verdict == "wrong":
            judged.append(names)
            if names:
                listed.append(f"{problem.text} by {problem.wrt}: {answer}: an answer to another question: {names}")
    return _totals(name, verdicts, counts, times, judged), listed


def _totals(
    name: str, verdicts: Counter[str], counts: Counter[str], times: list[float], judged: list[tuple[str, ...]]
) -> list[str]:
    whole = max(1, counts["explainable"])
    p90 = sorted(times)[int(0.9 * len(times))]
    return [
        f"{name}: {sum(verdicts.values())} wrong answers: "
        + ", ".join(f"{n} {w}" for w, n in sorted(verdicts.items())),
        f"  explained               {counts['explained']} of {whole}, {100 * counts['explained'] / whole:.1f} %",
        f"  as a teacher would      {counts['taught']} of {whole}, {100 * counts['taught'] / whole:.1f} %",
        f"  typos given a name      {counts['named all the same']} of {counts['without a name']}",
        f"  false alarms            {sum(map(bool, judged))} of {len(judged)} answers to other questions",
        f"  time                    median {1e3 * statistics.median(times):.1f} ms, p90 {1e3 * p90:.1f} ms an answer",
    ]


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="dev_scalar.toml, unseen_scalar.toml, dev_arrays.toml or unseen_arrays.toml")
    parser.add_argument("--totals", action="store_true", help="no list of the unexplained")
    chosen = parser.parse_args()
    totals, listed = report(Path(chosen.file).name)
    print("\n".join(totals if chosen.totals else [*totals, "", *listed]))


if __name__ == "__main__":
    main()
