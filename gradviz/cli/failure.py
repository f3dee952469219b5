"""What is said, and with which exit code, when a command does not finish."""

from __future__ import annotations

import errno
import os
import sys
from dataclasses import dataclass

import click

from gradviz.errors import UserError

BAD_INPUT, BUG, PIPE, INTERRUPT = 2, 70, 141, 130
"""Exit codes. 141 is what a shell reports for a program that a closed pipe ended."""


class ReaderLeft(Exception):
    """Nobody reads standard output any more."""


class Stopped(Exception):
    """Ctrl-C, with a sentence on what is left of the work."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The message for standard error (may be empty), the exit code, and whether standard output is gone."""

    message: str
    code: int
    silence: bool = False


def failure(error: BaseException) -> Interrupted:
    """The paragraph and the exit code for an exception; a traceback only with GRADVIZ_DEBUG set."""
    if os.environ.get("GRADVIZ_DEBUG") and not isinstance(error, click.exceptions.Exit):
        raise error
    match error:
        case UserError():
            return Interrupted(_paragraph(error), BAD_INPUT)
        case click.ClickException():
            return Interrupted(_usage(error), BAD_INPUT)
        case click.exceptions.Exit():
            return Interrupted("", error.exit_code)
        case KeyboardInterrupt() | click.Abort():
            return Interrupted("interrupted", INTERRUPT)
        case Stopped():
            return Interrupted(str(error), INTERRUPT)
        case ReaderLeft():
            return Interrupted("", PIPE, silence=True)
        case OSError(errno=errno.ENOSPC | errno.EDQUOT | errno.EIO):
            # Files report such errors themselves: what is left is standard output.
            reason = (error.strerror or str(error)).lower()
            return Interrupted(_error(f"standard output cannot be written: {reason}"), BAD_INPUT, silence=True)
        case MemoryError():
            return Interrupted(_error("there is not enough memory for arrays this large"), BAD_INPUT)
        case _:
            return Interrupted(_bug(error), BUG)


def _error(text: str) -> str:
    return f"{_styled('error:')} {text}"


def _styled(text: str) -> str:
    plain = os.environ.get("NO_COLOR") or not sys.stderr.isatty()
    return text if plain else click.style(text, fg="red", bold=True)


def _paragraph(error: UserError) -> str:
    """The error; in a file, its name and line come first."""
    source, span = error.source, error.span
    if source is None or span is None or source.name in ("expression", "values"):
        return _error(str(error))
    number, _, _ = source.line_of(span.start)
    return f"{source.name}:{number}: {_error(str(error))}"


def _usage(error: click.ClickException) -> str:
    """Usage errors, which click makes,, in the same form."""
    text = error.format_message().rstrip(".")
    text = text[:1].lower() + text[1:]
    context = error.ctx if isinstance(error, click.UsageError) else None
    return _error(text) + (f"\nhint: {context.command_path} --help says what there is" if context else "")


def _bug(error: BaseException) -> str:
    says = " ".join(str(error).split())[:300]
    return (
        f"{_error('this is a bug in gradviz, not in your input')}\n"
        f"{type(error).__name__}: {says}\n"
        "Please report it, with the command that you ran; GRADVIZ_DEBUG=1 shows where it happened."
    )
