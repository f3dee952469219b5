"""`gradviz ops NAME … --plot`: curves and derivatives as a picture."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.cli.delivering import targets_of
from gradviz.cli.writing import write_all
from gradviz.errors import OptionProblem
from gradviz.render.options import Options


def draw_operations(names: Sequence[str], outputs: tuple[str, ...], options: Options) -> tuple[str, ...]:
    """Write the curves and derivatives of operations; gives the files that were written.

    Raises:
        OptionProblem: no operation or no file is named, or one has no curve.
        NameProblem: there is no such operation.
        FileProblem: a file cannot be written.
    """
    from gradviz.explanation.activations import plots_of

    if not names:
        raise OptionProblem(
            "--plot needs the names of operations", hint="gradviz ops sigmoid tanh --plot -o sigmoid.svg"
        )
    if not outputs or "-" in outputs:
        raise OptionProblem("--plot needs a file to draw into", hint=f"gradviz ops {names[0]} --plot -o {names[0]}.svg")
    targets = targets_of(outputs, None, view=False, kind="plots")
    sheet = plots_of(names)
    write_all({name: form.render(sheet, options) for name, form in targets.items()})
    return outputs
