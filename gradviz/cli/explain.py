"""`gradviz explain`: from a line of text to an explanation and its pictures."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from gradviz.cli.reading import read_source, read_values
from gradviz.cli.writing import check_writable, write_all
from gradviz.errors import NameProblem, OptionProblem
from gradviz.render.options import Options
from gradviz.render.table import FORMATS, Format, Rendered, format_named, format_of

if TYPE_CHECKING:
    from gradviz.api import Explanation

CHOICES = ("detail", "direction", "theme", "precision", "engine", "ascii")
"""The settings that are a rendering's options."""

EPILOG = """\b
Examples:
  gradviz explain "f=(x+y)*z" --at x=-2,y=5,z=-4 -o f.svg
  gradviz explain "f=(x+y)*z"                      formulas only
  gradviz explain "||W@x||^2" --at "W=[[0.1,0.5],[-0.3,0.8]]" --at "x=[0.2,0.4]"
  gradviz explain net.grad --values data.npz --of loss --wrt W,b -o net.pdf -o net.json
  echo "x*y + sin(x)" | gradviz explain - --at x=1,y=2 --format json

\b
SOURCE is an expression (or several statements separated by ';'), a file whose
name ends in .grad, or - for standard input. The operations: gradviz ops
"""


@click.command("explain", epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("source", metavar="SOURCE")
@click.option("--at", "at", multiple=True, metavar="NAME=VALUE,…", help="Values of inputs: x=-2,W=[[1,2],[3,4]].")
@click.option(
    "--values", "files", multiple=True, metavar="FILE", help="Values from a .json, .npz or .csv file (columns)."
)
@click.option("--wrt", metavar="NAMES", help="The inputs whose gradients are wanted: x,W. Default: all.")
@click.option("--of", metavar="NAME", help="The output, where it is not the last statement.")
@click.option("--upstream", metavar="VALUE", help="The gradient that comes into the output. Default: 1, or ones.")
@click.option("--seed", type=click.IntRange(min=0), help="Random values, from this seed, for inputs without any.")
@click.option(
    "-o", "--output", "outputs", multiple=True, metavar="FILE", help="Write a file; its suffix says the format."
)
@click.option(
    "--format", "form", metavar="|".join(FORMATS), help="The format, whatever the suffix; without -o it is printed."
)
@click.option(
    "--detail",
    default="auto",
    type=click.Choice(["auto", "values", "gradients", "full", "table"]),
    help="How much is said.",
)
@click.option(
    "--direction", default="LR", type=click.Choice(["LR", "TB"]), help="The picture runs to the right, or down."
)
@click.option("--theme", default="light", type=click.Choice(["light", "dark", "print"]), help="Colours.")
@click.option("--precision", default=4, type=click.IntRange(1, 17), help="Significant digits.", show_default=True)
@click.option("--engine", default="bundled", type=click.Choice(["bundled", "dot"]), help="What lays the picture out.")
@click.option("--ascii", is_flag=True, help="Text without signs beyond ASCII.")
@click.option("--no-formulas", is_flag=True, help="Numbers only: no gradient formulas are worked out.")
@click.option("--open", "view", is_flag=True, help="Show the picture when it is written.")
def command(source: str, outputs: tuple[str, ...], form: str | None, view: bool, **settings: Any) -> None:
    """Explain SOURCE: the forward pass, the backward pass edge by edge, and each gradient."""
    targets = _targets(outputs, form, view)
    explanation = _explain(source, settings)
    options = Options(**{name: settings[name] for name in CHOICES})
    files = {name: form.render(explanation.data, options) for name, form in targets.items()}
    shown = targets.get("-") or format_named(form if form is not None and not targets else "text")
    printed = shown.render(explanation.data, _for_terminal(options))
    files.pop("-", None)
    write_all(files)
    _print(printed)
    for name in files:
        click.echo(f"wrote {name}", err=True)
    if view:
        _open(list(files), targets)


def _targets(outputs: tuple[str, ...], form: str | None, view: bool) -> dict[str, Format]:
    """Every file to be written with its format; all are checked before any work is done."""
    named = None if form is None else format_named(form)
    if view and not outputs:
        outputs = (_picture_place(named),)
    targets: dict[str, Format] = {}
    for name in outputs:
        if name == "-":
            targets[name] = named or FORMATS["text"]
        else:
            check_writable(name)
            targets[name] = named or format_of(name)
    return targets


def _picture_place(named: Format | None) -> str:
    import tempfile

    suffix = (named or FORMATS["svg"]).suffixes[0]
    return os.path.join(tempfile.mkdtemp(prefix="gradviz-"), f"explanation{suffix}")


def _explain(source: str, settings: Mapping[str, Any]) -> Explanation:
    from gradviz import api

    text, name = read_source(source)
    given: dict[str, Any] = {}
    for file in settings["files"]:
        given |= api.values(read_values(file))
    given |= _point(settings["at"])
    return api.explain(
        text,
        at=given,
        wrt=settings["wrt"],
        of=settings["of"],
        upstream=settings["upstream"],
        seed=settings["seed"],
        formulas=not settings["no_formulas"],
        name=name,
    )


def _point(points: tuple[str, ...]) -> dict[str, Any]:
    """The values of every --at; a name has one.

    Raises:
        NameProblem: a name is given twice.
    """
    from gradviz import api

    found: dict[str, Any] = {}
    for point in points:
        values = api.values(point)
        for name in values:
            if name in found:
                raise NameProblem(f"{name} is given twice", hint="give it in one --at only")
        found |= values
    return found


def _for_terminal(options: Options) -> Options:
    """The options for what is printed: the terminal's width and colours, and ASCII where nothing else can be shown."""
    if sys.stdout is None or not sys.stdout.isatty():
        return replace(options, ascii=options.ascii or not _prints_unicode(), color=bool(os.environ.get("FORCE_COLOR")))
    width = max(40, min(shutil.get_terminal_size((80, 24)).columns, 120))
    color = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return replace(options, ascii=options.ascii or not _prints_unicode(), color=color, width=width)


def _prints_unicode() -> bool:
    try:
        "∂σ−→⁽ᵀ".encode(getattr(sys.stdout, "encoding", None) or "utf-8")
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


def _open(files: list[str], targets: Mapping[str, Format]) -> None:
    pictures = [name for name in files if targets[name].name in ("svg", "png", "pdf")] or files
    if pictures and click.launch(pictures[0]) != 0:
        click.echo(f"no program was found that shows {pictures[0]}", err=True)
