"""The files of a graded class: reports, folders of pages, exports; what is to be written where, and writing it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradviz.cli.delivering import for_terminal
from gradviz.cli.options import rendering
from gradviz.cli.writing import check_writable, write_all
from gradviz.errors import FileProblem, OptionProblem
from gradviz.render.options import Options
from gradviz.render.table import FORMATS, format_named, format_of

if TYPE_CHECKING:
    from gradviz.api.grading import Graded

Places = Mapping[str, str]
"""For each output what is written there: a format's name, `pages`, or `export`."""


def places_of(outputs: tuple[str, ...], settings: Mapping[str, Any]) -> Places:
    """What is to be written where; everything is checked before any work is done.

    Raises:
        OptionProblem: there is no such format or export, or a folder is needed.
        FileProblem: a file or a folder cannot be written.
    """
    form, export = settings["form"], settings["export"]
    if form is not None:
        format_named(form, "grading")
    if export is not None:
        _check_export(export, outputs, form)
    found: dict[str, str] = {}
    for name in outputs:
        folder = name.endswith(("/", os.sep)) or Path(name).is_dir()
        if export is not None:
            found[name] = "export"
        elif folder:
            found[name] = "pages"
        else:
            found[name] = form or ("text" if name == "-" else format_of(name, "grading").name)
        if name != "-":
            (_check_folder if folder else check_writable)(name)
    return found


def _check_export(export: str, outputs: tuple[str, ...], form: str | None) -> None:
    from gradviz.render.grading_exports import export_named

    made = export_named(export)
    if form is not None:
        raise OptionProblem(f"--export {export} has a format of its own", hint="leave --format out")
    if not outputs and made.folder:
        raise OptionProblem(f"--export {export} writes a folder", hint=f"say which: -o {export}/")
    for name in outputs:
        if made.folder and not (name.endswith(("/", os.sep)) or Path(name).is_dir()):
            raise OptionProblem(f"--export {export} writes a folder, not the file {name!r}", hint=f"write -o {name}/")
        if not made.folder and name.endswith(("/", os.sep)):
            raise OptionProblem(f"--export {export} writes one file, not a folder", hint="name a file with -o FILE")


def _check_folder(name: str) -> None:
    path = Path(name)
    if path.exists() and not path.is_dir():
        raise FileProblem(f"{name!r} is a file, and not a folder", hint="name another folder")
    if not path.absolute().parent.is_dir():
        raise FileProblem(f"{name!r} cannot be made: there is no directory {str(path.parent)!r}")


def deliver_graded(done: Graded, places: Places, settings: Mapping[str, Any]) -> None:
    """Write every file, or print the text."""
    options = Options(**rendering(settings))
    for name, what in places.items():
        if name == "-":
            continue
        write_all(_files(done, name, what, options, settings["export"]))
        click.echo(f"wrote {name}", err=True)
    if places and "-" not in places:
        return
    export = settings["export"]
    if export is not None:
        click.echo(done.files(export)[""], nl=False)
        return
    form = places.get("-") or settings["form"] or "text"
    click.echo(FORMATS[form].render(done.shown_as(form), for_terminal(options)), nl=False)


def _files(done: Graded, name: str, what: str, options: Options, export: str | None) -> dict[str, str | bytes]:
    """What is written at an output: contents by path; folders are made."""
    if what == "export":
        files = done.files(export or "")
    elif what == "pages":
        files = done.pages(theme=options.theme, precision=options.precision)
    else:
        return {name: FORMATS[what].render(done.shown_as(what), options)}
    paths = {str(Path(name) / part) if part else name: content for part, content in files.items()}
    for path in paths:
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileProblem(f"{path!r} cannot be written: {(error.strerror or str(error)).lower()}") from None
    return dict(paths)
