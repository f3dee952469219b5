"""One problem trained several times with one thing changed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradviz.api import showing
from gradviz.api.inputs import Point, values

if TYPE_CHECKING:
    from gradviz.api.training import Rows
    from gradviz.explanation.data import PlotSheet
    from gradviz.training.comparing import Comparison
    from gradviz.training.run import Run
    from gradviz.training.settings import Settings


@dataclass(frozen=True, eq=False)
class Compared:
    """What `compare` returns.

    Args:
        comparison: the runs with their labels.
    """

    comparison: Comparison

    @property
    def runs(self) -> Mapping[str, Run]:
        """The runs by label."""
        return dict(zip(self.comparison.labels, self.comparison.runs, strict=True))

    @cached_property
    def sheet(self) -> PlotSheet:
        """The panels and the table, as plain data."""
        from gradviz.training.side_by_side import sheet_of

        return sheet_of(self.comparison)

    def save(self, path: str | os.PathLike[str], **options: Any) -> Path:
        """Write a file in the format that its suffix says: .svg, .png, .pdf, .json, .txt."""
        return showing.save(self.sheet, path, options)

    def to_text(self, **options: Any) -> str:
        """The table, as the terminal shows it."""
        return showing.text_in(self.sheet, "text", options)

    def to_svg(self, **options: Any) -> str:
        """The panels."""
        return showing.text_in(self.sheet, "svg", options)

    def _repr_svg_(self) -> str:
        return self.to_svg()


def compare(
    source: str,
    what: str,
    among: Sequence[Any],
    data: Rows = None,
    *,
    wrt: str | Iterable[str] | None = None,
    at: Point = None,
    of: str | None = None,
    columns: str = "",
    standardise: bool = False,
    name: str = "expression",
    **settings: Any,
) -> Compared:
    """Train a program once for each value of one thing, and put the runs side by side.

    Args:
        source: a program whose output is one number.
        what: a setting of `train` ("rate", "optimiser", "batch", "seed", …), an option of the optimiser or the schedule
            ("momentum"), or a name in the program that has a value ("lambda", "units").
        among: the values; "all" is a batch of all rows.
        data: as in `train`, and so are the rest.
        wrt: the inputs to be trained instead.
        at: values of other inputs.
        of: the output's name.
        columns: which columns of a table an input is made of.
        standardise: scale the data inputs by the training rows.
        name: under which errors speak of the program.
        **settings: the fields of `gradviz.training.settings.Settings`.

    Raises:
        UserError: the program, the data or a setting is wrong.

    Example:
        >>> made = compare("f = (x - 3)^2; x = 0", "rate", [0.1, 0.5, 1.1], optimiser="gd", epochs=20)
        >>> [(label, run.ended) for label, run in made.runs.items()]
        [('rate 0.1', 'done'), ('rate 0.5', 'done'), ('rate 1.1', 'done')]
    """
    from gradviz.api.training import train
    from gradviz.syntax.parser import parse
    from gradviz.syntax.tree import Assign
    from gradviz.training.comparing import compare as compare_runs
    from gradviz.training.settings import Settings, with_changes

    given = values(at)
    named = [s.name for s in parse(source, name=name, known=tuple(given)).statements if isinstance(s, Assign)]

    def one(made: Settings, changed: Mapping[str, str]) -> Run:
        chosen = {field: getattr(made, field) for field in made.__dataclass_fields__}
        point = dict(given)
        for key, text in changed.items():
            point |= values(f"{key}={text}")
        return train(
            source, data, wrt=wrt, at=point, of=of, columns=columns, standardise=standardise, name=name, **chosen
        ).run

    made = with_changes(Settings(), settings)
    return Compared(compare_runs(what, [str(value) for value in among], made, [*named, *given], one))
