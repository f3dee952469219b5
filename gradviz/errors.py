"""Everything that can go wrong, as a tree.

GradvizError
├── UserError             the input is bad: what, where, and what to do (exit code 2)
│   ├── ParseError        the text is not in the language
│   ├── NameProblem       an unknown, repeated or circular name
│   ├── ShapeError        arrays that do not fit
│   ├── ValueProblem      a value that is missing, extra, or of the wrong shape
│   ├── DomainProblem     NaN or infinity, traced to the node that made the first one
│   ├── LimitError        too long, too deep, too large: refused before it costs time
│   ├── FileProblem       a file that cannot be read or written
│   └── OptionProblem     an option or suffix that does not exist
└── InternalError         a bug in gradviz, reported as one (never the user's fault)
"""

from __future__ import annotations

from collections.abc import Iterable

from gradviz.source import Place, Source, Span


class GradvizError(Exception):
    """The root of gradviz's errors."""


class UserError(GradvizError):
    """Bad input: a sentence, the place, and what to do.

    Args:
        message: one sentence that says what is wrong.
        span: the place in `source`, if there is one.
        hint: what to do about it, one sentence.
        source: the text that the span points into; may be filled in later by `located`.
        places: where one place does not say it: each with what is there (`W is a 2×3 matrix`).
    """

    def __init__(
        self,
        message: str,
        *,
        span: Span | None = None,
        hint: str | None = None,
        source: Source | None = None,
        places: tuple[Place, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.hint = hint
        self.source = source
        self.places = places

    def located(self, source: Source, span: Span | None = None) -> UserError:
        """The same error with its source (and span) filled in where it has none yet."""
        if self.source is None:
            self.source = source
            self.span = self.span or span
        return self

    def __str__(self) -> str:
        lines = [self.message]
        if self.source is not None and self.span is not None:
            lines.append(self.source.marked(self.places) if self.places else self.source.excerpt(self.span))
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)


class ParseError(UserError):
    """The text is not in the language."""


class NameProblem(UserError):
    """An unknown, repeated or circular name."""


class ShapeError(UserError):
    """Arrays whose shapes do not fit."""


class ValueProblem(UserError):
    """A value that is missing, extra, of the wrong shape, or not a number."""


class DomainProblem(UserError):
    """NaN or infinity: the message names the node that made the first one, and why."""


class LimitError(UserError):
    """Input beyond a limit, refused before it costs time."""


class FileProblem(UserError):
    """A file that cannot be read or written."""


class OptionProblem(UserError):
    """An option, format or suffix that does not exist."""


class InternalError(GradvizError):
    """A bug in gradviz: a formula that failed its verification, a broken invariant."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, or None if none is near.

    Example:
        >>> nearest("sinn", ["cos", "sin", "tanh"])
        'sin'
    """
    import difflib

    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None
