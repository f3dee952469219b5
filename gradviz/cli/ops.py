"""`gradviz ops`: the operations, from the table."""

from __future__ import annotations

import sys
from itertools import groupby
from typing import TYPE_CHECKING

import click

from gradviz.cli.ops_blocks import block_details, block_list
from gradviz.cli.options import with_options
from gradviz.errors import NameProblem, OptionProblem, nearest
from gradviz.render.options import Options, Theme
from gradviz.render.text_lines import left, to_ascii, width_of, wrap

if TYPE_CHECKING:
    from gradviz.explanation.catalogue import LocalFacts, OperationFacts

WIDTH, GATE = 80, 12
"""Columns of the list, and of its last one."""

LONG = 3
"""Lines beyond which local derivatives are left to the detailed view."""
EPILOG = """\b
The output is f. Elementwise operations have a local derivative per operand;
for the others, `x <-` says what x gets from the upstream gradient g.

  gradviz ops sigmoid tanh relu --plot -o activations.svg
"""


@click.command("ops", epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("names", nargs=-1, metavar="[NAME]…")
@with_options(
    click.option("--plot", is_flag=True, help="Draw curves and derivatives side by side, saturation and kinks marked."),
    "output",
    "theme",
    "ascii",
)
def command(names: tuple[str, ...], plot: bool, outputs: tuple[str, ...], theme: Theme, ascii: bool) -> None:
    """List operations, layers and losses with formula, local derivative and gate; show NAME in detail; or draw it."""
    if plot:
        from gradviz.cli.ops_plot import draw_operations

        for file in draw_operations(names, outputs, Options(theme=theme)):
            click.echo(f"wrote {file}", err=True)
        return
    if outputs:
        raise OptionProblem("-o is for --plot", hint="gradviz ops sigmoid --plot -o sigmoid.svg")
    details = [_detail(name) for name in names]
    lines = [line for i, part in enumerate(details) for line in ([""] * bool(i) + part)] if names else _list()
    plain = ascii or not _prints_unicode()
    click.echo("\n".join(to_ascii(line).rstrip() if plain else line.rstrip() for line in lines))


def _prints_unicode() -> bool:
    try:
        "∂σ−→·²".encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _list() -> list[str]:
    from gradviz.explanation.catalogue import catalogue

    lines: list[str] = []
    for family, rows in groupby(catalogue(), key=lambda facts: facts.family):
        lines += [family.replace("_", " ")]
        lines += [line for facts in rows for line in _row(facts)]
        lines.append("")
    return [*lines, *block_list(WIDTH), f"{_count()}; gradviz ops NAME says more of one."]


def _count() -> str:
    from gradviz.networks.table import BLOCKS
    from gradviz.ops.table import OPS

    return f"{len(OPS)} operations, {len(BLOCKS)} layers and losses"


def _row(facts: OperationFacts) -> list[str]:
    """`name  formula  local derivative  gate`, longer parts on lines of their own."""
    head = f"  {left(facts.name, 14)}  {left(facts.formula.unicode, 20)}  "
    locals_ = "; ".join(text for local in facts.locals if (text := _local(local)))
    room = WIDTH - width_of(head) - GATE
    if width_of(locals_) < room:
        return [f"{head}{left(locals_, room)}{facts.gate}"]
    lines = [f"{head}{left('', room)}{facts.gate}"]
    parts = wrap(locals_, WIDTH - 6, WIDTH - 6)
    parts = parts if len(parts) <= LONG else [f"… (gradviz ops {facts.name} says it)"]
    return lines + [f"      {part}" for part in parts]


def _local(local: LocalFacts) -> str:
    if local.partial is not None:
        return f"∂f/∂{local.operand} = {local.partial.unicode}"
    if local.contribution is not None:
        return f"{local.operand} ← {local.contribution.unicode}"
    return ""


def _detail(name: str) -> list[str]:
    """Everything that a word calls: an operation, a layer, or both (maxout)."""
    from gradviz.ops.table import FUNCTIONS

    blocks = block_details(name, WIDTH)
    parts = [*([_operation(name)] if name in FUNCTIONS or not blocks else []), *blocks]
    return [line for number, part in enumerate(parts) for line in ([""] * bool(number) + part)]


def _operation(name: str) -> list[str]:
    from gradviz.explanation.catalogue import facts_of
    from gradviz.networks.table import WORDS
    from gradviz.ops.table import FUNCTIONS

    if name not in FUNCTIONS:
        close = nearest(name, {*FUNCTIONS, *WORDS})
        hint = f"did you mean {close!r}?" if close else "gradviz ops lists them all"
        raise NameProblem(f"there is no operation {name!r}", hint=hint)
    facts = facts_of(FUNCTIONS[name])
    parts = [("formula", f"f = {facts.formula.unicode}")]
    parts += [("local" if local.partial else "reverse", text) for local in facts.locals if (text := _local(local))]
    parts += [("Jacobian", f"by {local.operand}: {local.structure}") for local in facts.locals]
    parts += [("gate", _gate(facts))] if facts.gate or facts.gate_constant else []
    parts += [
        ("setting", f"{setting} = {default}{'  ' + doc if doc else ''}") for setting, default, doc in facts.settings
    ]
    parts += [("also", ", ".join(facts.aliases))] if facts.aliases else []
    parts += [("kink", f"{says} Taken there: {taken}.") for says, taken in facts.kinks]
    parts += [("mistake", says) for says in facts.mistakes]
    lines = [f"{facts.name}  ({facts.family.replace('_', ' ')})", *wrap(facts.doc, WIDTH, WIDTH), ""]
    for title, text in parts:
        rows = wrap(text, WIDTH - 12, WIDTH - 12)
        lines += [f"  {left(title if number == 0 else '', 10)}{row}" for number, row in enumerate(rows)]
    return lines


def _gate(facts: OperationFacts) -> str:
    if facts.gate and facts.gate_constant:
        return f"{facts.gate}; with a constant operand it {facts.gate_constant}"
    return facts.gate or f"{facts.gate_constant} with a constant operand"
