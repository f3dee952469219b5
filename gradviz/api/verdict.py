"""What a check returns: the verdict, its evidence, the mistakes behind a wrong answer, and the ways to show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gradviz.api import showing

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from gradviz.explanation.data.checks import AnswerFacts, CheckReport, Evidence, LineFacts, MistakeFacts, VerdictWord


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """Whether a derivative is right, and if not, where it went wrong.

    It has no truth value: "not decided" is neither right nor wrong. Compare `.verdict`.

    Args:
        report: everything as plain data.
        answers: each answer by what it is differentiated by ("x", "x,y"); empty for a staged pass.

    Example:
        >>> from gradviz import check
        >>> found = check("f=(x+y)*z", wrt="x", answer="z")
        >>> found.verdict, found.reading
        ('right', 'z')
        >>> wrong = check("f = cos(4x)", answer="-sin(4x)")
        >>> wrong.evidence.kind, dict(wrong.evidence.point)
        ('counterexample', {'x': '1'})
        >>> [(mistake.name, mistake.node, mistake.explanation) for mistake in wrong.mistakes]
        [('inner derivative lost', 'f', 'At cos(4·x): the inner derivative 4 is missing.')]
        >>> wrong.report.answers[0].correct.unicode
        '−4·sin(4·x)'
    """

    report: CheckReport
    answers: Mapping[str, AnswerFacts] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def verdict(self) -> VerdictWord:
        """One of "right", "wrong", "not decided": of several, "wrong" if one is, else "not decided" if one is."""
        return self.report.verdict

    @property
    def evidence(self) -> Evidence | None:
        """Why: of the first answer or line that is not right, or of the first one if all are; None without any."""
        shown = self._shown
        return None if shown is None else shown.evidence

    @property
    def mistakes(self) -> tuple[MistakeFacts, ...]:
        """What explains the first answer or line that is not right, the likeliest first."""
        shown = self._shown
        return () if shown is None else shown.mistakes

    @property
    def reading(self) -> str:
        """How the first answer or line that is not right (or the first one) was read, as text."""
        shown = self._shown
        return "" if shown is None or shown.reading is None else shown.reading.text

    @property
    def _shown(self) -> AnswerFacts | LineFacts | None:
        entries: list[AnswerFacts | LineFacts] = [*self.report.answers]
        entries += [line for line in self.report.lines if line.verdict != "not judged"]
        for word in ("wrong", "follows", "not decided"):
            for entry in entries:
                if entry.verdict == word:
                    return entry
        return entries[0] if entries else None

    def save(self, path: str | os.PathLike[str], **options: Any) -> Path:
        """Write a file in the format that its suffix says, and return its path.

        Args:
            path: ends in .svg, .png, .pdf, .html, .md, .tex, .txt or .json.
            options: of the format, such as `theme="dark"`; `gradviz check --help` lists them.

        Raises:
            OptionProblem: the suffix or an option does not exist.
            FileProblem: the file cannot be written.
        """
        return showing.save(self.report, path, options)

    def to_text(self, **options: Any) -> str:
        """In words, as the terminal shows it."""
        return showing.text_in(self.report, "text", options)

    def to_json(self, **options: Any) -> str:
        """As JSON, after the documented schema."""
        return showing.text_in(self.report, "json", options)

    def to_svg(self, **options: Any) -> str:
        """The picture of the problem, with the wrong steps marked."""
        return showing.text_in(self.report, "svg", options)

    def _repr_svg_(self) -> str | None:
        return None if self.report.picture is None else self.to_svg()

    def __bool__(self) -> bool:
        """Refuses to be a truth value.

        Raises:
            TypeError: always.
        """
        raise TypeError('a verdict is neither true nor false: compare .verdict with "right", "wrong" or "not decided"')

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        evidence = self.evidence
        said = "" if evidence is None else f": {evidence.sentence}"
        return f"<Verdict {self.verdict}{said}>"
