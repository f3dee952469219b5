"""How many of the corpus's wrong answers gradviz explains, as a teacher would, and how fast.

    python tests/checking/corpus/measure.py dev_scalar.toml [--totals]

"Explained" is an answer for which a mistake is named; "as a teacher would" one of whose mistakes is in the family of
the tag that the corpus gives. A false alarm is a mistake named for an answer to another question: nobody made one
there. Look at `dev_*` as you like; of the others take only the totals.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

if __name__ == "__main__":  # run as a script, the folder of `tests` is not on the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from gradviz.errors import UserError
from tests.checking.corpus.corpus import ARRAYS, SCALAR, Problem, Wrong, problems
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


@dataclass
class Measured:
    """What came of a file: verdicts, seconds, what was explained, and the names of mistakes that nobody made."""

    name: str
    verdicts: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    alarms: list[tuple[str, ...]] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)

    def share(self, count: str) -> float:
        """Of the answers that can be explained."""
        return self.counts[count] / max(1, self.counts["explainable"])

    @property
    def alarmed(self) -> float:
        """The share of answers to other questions for which a mistake is named."""
        return sum(map(bool, self.alarms)) / max(1, len(self.alarms))

    def totals(self) -> list[str]:
        """Told in lines."""
        whole = self.counts["explainable"]
        p90 = sorted(self.times)[int(0.9 * len(self.times))]
        verdicts = ", ".join(f"{n} {word}" for word, n in sorted(self.verdicts.items()))
        return [
            f"{self.name}: {len(self.times)} wrong answers: {verdicts}",
            f"  explained               {self.counts['explained']} of {whole}, {100 * self.share('explained'):.1f} %",
            f"  as a teacher would      {self.counts['taught']} of {whole}, {100 * self.share('taught'):.1f} %",
            f"  typos given a name      {self.counts['named all the same']} of {self.counts['without a name']}",
            f"  false alarms            {sum(map(bool, self.alarms))} of {len(self.alarms)} answers to other questions"
            f", {100 * self.alarmed:.1f} %",
            f"  time                    median {1e3 * statistics.median(self.times):.1f} ms, p90 {1e3 * p90:.1f} ms",
        ]


def measured(name: str) -> Measured:
    """A file measured."""
    found, asked = Measured(name), problems(name)
    for problem in asked:
        for wrong in problem.wrong:
            _measure(found, problem, wrong)
    for problem, answer in foreign(asked):
        verdict, names, _ = named(problem, answer)
        if verdict == "wrong":
            found.alarms.append(names)
            if names:
                found.listed.append(f"{problem.text} by {problem.wrt}: {answer}: to another question: {names}")
    return found


def _measure(found: Measured, problem: Problem, wrong: Wrong) -> None:
    verdict, names, seconds = named(problem, wrong.answer)
    found.verdicts[verdict] += 1
    found.times.append(seconds)
    if wrong.mistakes == ("none",):
        found.counts["without a name"] += 1
        found.counts["named all the same"] += bool(names)
        return
    taught = as_taught(wrong, names)
    found.counts["explainable"] += 1
    found.counts["explained"] += bool(names)
    found.counts["taught"] += taught
    if not taught:
        said = ", ".join(names) or f"unexplained ({verdict})"
        found.listed.append(f"{problem.text} by {problem.wrt}: {wrong.answer}: {' + '.join(wrong.mistakes)}: {said}")


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help=", ".join((*SCALAR, *ARRAYS)))
    parser.add_argument("--totals", action="store_true", help="no list of the unexplained")
    chosen = parser.parse_args()
    found = measured(Path(chosen.file).name)
    print(*found.totals(), *([] if chosen.totals else ["", *found.listed]), sep="\n")


if __name__ == "__main__":
    main()
