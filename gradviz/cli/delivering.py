"""From a document to files and to the terminal: which formats are asked for, writing, printing, showing."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace

import click

from gradviz.cli.writing import check_writable, write_all
from gradviz.errors import OptionProblem
from gradviz.render.documents import Document, Kind
from gradviz.render.options import Options
from gradviz.render.table import FORMATS, Format, Rendered, format_named, format_of

Targets = Mapping[str, Format]
"""The files to be written with their formats; `-` is standard output."""


def targets_of(outputs: tuple[str, ...], form: str | None, *, view: bool, kind: Kind) -> Targets:
    """Every file to be written with its format; all are checked before any work is done.

    Args:
        outputs: the files' names.
        form: the format's name, if one was given.
        view: whether there is a picture in any case, to be shown.
        kind: of the document.

    Raises:
        OptionProblem: there is no such format, or it cannot show that kind of document.
        FileProblem: a file cannot be written.
    """
    named = None if form is None else format_named(form, kind)
    if view and not outputs:
        outputs = (_picture_place(named),)
    targets: dict[str, Format] = {}
    for name in outputs:
        if name == "-":
            targets[name] = named or FORMATS["text"]
        else:
            check_writable(name)
            targets[name] = named or format_of(name, kind)
    return targets


def _picture_place(named: Format | None) -> str:
    import tempfile

    suffix = (named or FORMATS["svg"]).suffixes[0]
    return os.path.join(tempfile.mkdtemp(prefix="gradviz-"), f"explanation{suffix}")


def deliver(data: Document, targets: Targets, form: str | None, options: Options, *, view: bool) -> None:
    """Render and write every file, print what is asked for (by default the text), show a picture."""
    files = {name: form_.render(data, options) for name, form_ in targets.items()}
    shown = targets.get("-") or FORMATS[form if form is not None and not targets else "text"]
    printed = shown.render(data, for_terminal(options))
    files.pop("-", None)
    write_all(files)
    _print(printed)
    for name in files:
        click.echo(f"wrote {name}", err=True)
    if view:
        _open(list(files), targets)


def for_terminal(options: Options) -> Options:
    """The options for what is printed: the terminal's width and colours, and ASCII where nothing else can be shown."""
    if sys.stdout is None or not sys.stdout.isatty():
        return replace(options, ascii=options.ascii or not _prints_unicode(), color=bool(os.environ.get("FORCE_COLOR")))
    import shutil

    width = max(40, min(shutil.get_terminal_size((80, 24)).columns, 120))
    color = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return replace(options, ascii=options.ascii or not _prints_unicode(), color=color, width=width)


def _prints_unicode() -> bool:
    try:
        "∂σ−→⁽ᵀ⠿".encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _print(content: Rendered) -> None:
    """Write to standard output, if there is one."""
    if sys.stdout is None:
        return
    if isinstance(content, bytes):
        if sys.stdout.isatty():
            raise OptionProblem("this format is no text for a terminal", hint="write it to a file with -o FILE")
        sys.stdout.buffer.write(content)
        return
    sys.stdout.write(content)


def _open(files: list[str], targets: Targets) -> None:
    pictures = [name for name in files if targets[name].name in ("svg", "png", "pdf")] or files
    if pictures and click.launch(pictures[0]) != 0:
        click.echo(f"no program was found that shows {pictures[0]}", err=True)
