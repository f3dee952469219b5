"""The options that several commands have, each described once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import click

from gradviz.render.documents import Kind
from gradviz.render.options import CHOICES, RANGES
from gradviz.render.table import formats_for

Command = TypeVar("Command", bound=Callable[..., Any])
Decorator = Callable[[Any], Any]

SOURCE = """\b
SOURCE is an expression (or several statements separated by ';'), a file whose
name ends in .grad, or - for standard input. The operations: gradviz ops
"""
"""What stands at the end of each command's help."""

CHOSEN = ("detail", "direction", "theme", "precision", "engine", "ascii")
"""The settings that are a rendering's options, as far as a command has them."""

OPTIONS: Mapping[str, Decorator] = MappingProxyType(
    {
        "at": click.option(
            "--at", "at", multiple=True, metavar="NAME=VALUE,…", help="Values of inputs: x=-2,W=[[1,2],[3,4]]."
        ),
        "values": click.option(
            "--values", "files", multiple=True, metavar="FILE", help="Values from a .json, .npz or .csv file (columns)."
        ),
        "data": click.option(
            "--data", metavar="FILE|NAME", help="Rows: a .csv, .npz or .npy file, or made ones such as moons(n=20)."
        ),
        "columns": click.option(
            "--columns", default="", metavar="TEXT", help='Which columns an input is made of: "X=height,age; y=weight".'
        ),
        "rows": click.option("--rows", metavar="FROM:TO", help="Only these rows of the data, counted from 0: 0:4."),
        "wrt": click.option("--wrt", metavar="NAMES", help="The inputs to differentiate by: x,W. Default: all."),
        "of": click.option("--of", metavar="NAME", help="The output, where it is not the last statement."),
        "upstream": click.option(
            "--upstream", metavar="VALUE", help="The gradient that comes into the output. Default: 1, or ones."
        ),
        "seed": click.option(
            "--seed", type=click.IntRange(min=0), help="Random values, from this seed, for inputs without any."
        ),
        "mode": click.option(
            "--mode",
            default="training",
            type=click.Choice(["training", "evaluation"]),
            help="Build networks as they are trained (dropout drops) or as they are used.",
            show_default=True,
        ),
        "measure": click.option(
            "--measure", is_flag=True, help="Time the ways to the derivatives, beside counting them."
        ),
        "output": click.option(
            "-o", "--output", "outputs", multiple=True, metavar="FILE", help="Write a file; its suffix says the format."
        ),
        "theme": click.option("--theme", default="light", type=click.Choice(CHOICES["theme"]), help="Colours."),
        "precision": click.option(
            "--precision",
            default=4,
            type=click.IntRange(*RANGES["precision"]),
            help="Significant digits.",
            show_default=True,
        ),
        "ascii": click.option("--ascii", is_flag=True, help="Text without signs beyond ASCII."),
        "open": click.option("--open", "view", is_flag=True, help="Show the picture when it is written."),
    }
)
"""By name; a command lists the names in the order of its help."""


def form_option(kind: Kind) -> Decorator:
    """`--format`, with the formats that can show a kind of document."""
    names = "|".join(formats_for(kind))
    return click.option(
        "--format", "form", metavar=names, help="The format, whatever the suffix; without -o it is printed."
    )


def with_options(*chosen: str | Decorator) -> Callable[[Command], Command]:
    """Options for a command in the order of its help: by name, or such as are its own."""

    def decorate(command: Command) -> Command:
        for option in reversed(chosen):
            command = (OPTIONS[option] if isinstance(option, str) else option)(command)
        return command

    return decorate


def rendering(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that are a rendering's options."""
    return {name: settings[name] for name in CHOSEN if name in settings}
