"""Verdicts beside SymPy's `simplify`, and a class graded: what `verdicts.py` and `grading.py` tell in more detail."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from suite.case import Case, Ready

ANSWERS, EVERY = 400, 7
"""Answers of the mix, and which of the scalar ones are judged: right and wrong ones stand by turns."""


def cases() -> Mapping[str, Case]:
    """Both cases."""
    return {
        "verdicts": Case(
            title="a few dozen scalar answers judged, the wrong ones diagnosed (SymPy: difference simplified alone)",
            peers={"gradviz": _judging, "SymPy simplify": _simplifying},
            reference="SymPy simplify",
            target="as fast as SymPy's simplify alone",
            at_most=1.0,
            slow=True,
        ),
        "class": Case(
            title="a made-up class of 40 students and 10 questions graded on two workers, start-up included",
            peers={"gradviz": _grading},
            reference="gradviz",
            slow=True,
        ),
    }


def _shared() -> list[tuple[Any, Any]]:
    """Answers that SymPy can be handed as expressions; right ones that it cannot prove are left out."""
    import verdicts
    from corpus_mix import mix

    both = [(item, pair) for item in mix(ANSWERS) if (pair := verdicts.for_sympy(item)) is not None][::EVERY]
    return [(item, pair) for item, pair in both if not item.right or verdicts.with_sympy(*pair)]


def _judging() -> Ready:
    import verdicts

    items = [item for item, _ in _shared()]
    return Ready(lambda: [verdicts.with_gradviz(item) == "right" for item in items], answer=_numbers)


def _simplifying() -> Ready:
    import verdicts
    from sympy.core.cache import clear_cache

    pairs = [pair for _, pair in _shared()]

    def simplified() -> list[bool]:
        found = []
        for pair in pairs:
            clear_cache()  # else SymPy would look up what it has just worked out
            found.append(verdicts.with_sympy(*pair))
        return found

    return Ready(simplified, answer=_numbers)


def _numbers(told: Any) -> NDArray[np.float64]:
    return np.asarray(told, dtype=np.float64)


def _grading() -> Ready:
    import grading

    asked = grading.questions(10)
    folder = tempfile.TemporaryDirectory()
    place = Path(folder.name)
    (place / "problems.toml").write_text(grading.toml_of(asked), encoding="utf-8")
    with (place / "class.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(grading.a_class(asked, 40))

    def graded(kept: object = folder) -> object:
        done, _ = grading.graded(place, "class", 2)
        grading.agreed(done, asked)
        return done

    return Ready(graded)
