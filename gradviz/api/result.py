"""What `explain` returns: the plain data, and the ways to show it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gradviz.errors import FileProblem, OptionProblem, nearest
from gradviz.explanation.data import EdgeFacts, ExplanationData, NodeFacts, Value
from gradviz.render.options import Options
from gradviz.render.table import FORMATS, Format, Rendered, format_of


@dataclass(frozen=True, slots=True)
class Gradient:
    """The gradient of the output by one input.

    Args:
        formula: in the inputs alone, as text that gradviz and SymPy read; None where none is shown.
        latex: the same for typesetting.
        value: a float, or an array in the input's shape; None without values.
    """

    formula: str | None
    latex: str | None
    value: Any


class _BySpelling(dict[str, Gradient]):
    """Gradients by name, in whichever spelling the language reads as that name."""

    def __missing__(self, name: str) -> Gradient:
        from gradviz.syntax.names import canonical

        spelled = canonical(name) if isinstance(name, str) else name
        if spelled not in self:
            raise KeyError(name)
        return self[spelled]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What `explain` returns: plain data, and the ways to show it.

    Options of the `to_…` methods and of `save` are the fields of `gradviz.render.options.Options`: `detail`,
    `direction`, `theme`, `precision`, `engine`, `ascii`.
    """

    data: ExplanationData

    @property
    def value(self) -> Any:
        """The output's value: a float or an array; None without values."""
        return _plain(self.data.value)

    @property
    def gradients(self) -> Mapping[str, Gradient]:
        """The gradients by input name; `x1` is found as `x_1` and `x₁` too."""
        found = _BySpelling()
        for name, facts in self.data.gradients.items():
            formula = facts.formula
            found[name] = Gradient(
                formula.text if formula else None, formula.latex if formula else None, _plain(facts.value)
            )
        return MappingProxyType(found)

    @property
    def nodes(self) -> tuple[NodeFacts, ...]:
        """The nodes in topological order."""
        return self.data.nodes

    @property
    def edges(self) -> tuple[EdgeFacts, ...]:
        """The edges, one per operand."""
        return self.data.edges

    @property
    def missing(self) -> tuple[str, ...]:
        """The inputs that have no value."""
        return self.data.missing

    def save(self, path: str | os.PathLike[str], **options: Any) -> Path:
        """Write a file in the format that its suffix says, and return its path.

        Raises:
            OptionProblem: the suffix or an option does not exist.
            FileProblem: the file cannot be written.
        """
        target = Path(path)
        content = self._render(format_of(str(target)), options)
        try:
            target.write_bytes(content.encode() if isinstance(content, str) else content)
        except OSError as error:
            raise FileProblem(f"{str(target)!r} cannot be written: {(error.strerror or str(error)).lower()}") from None
        return target

    def to_text(self, **options: Any) -> str:
        """The explanation in words and columns, as the terminal shows it."""
        return str(self._render(FORMATS["text"], options))

    def to_svg(self, **options: Any) -> str:
        """The picture."""
        return str(self._render(FORMATS["svg"], options))

    def to_png(self, **options: Any) -> bytes:
        """The picture in pixels."""
        return bytes(self._render(FORMATS["png"], options))  # type: ignore[arg-type]  # binary formats give bytes

    def to_pdf(self, **options: Any) -> bytes:
        """The picture as vectors on a page."""
        return bytes(self._render(FORMATS["pdf"], options))  # type: ignore[arg-type]  # binary formats give bytes

    def to_dot(self, **options: Any) -> str:
        """The graph as Graphviz source."""
        return str(self._render(FORMATS["dot"], options))

    def to_json(self) -> str:
        """Every fact, by the schema of `gradviz/render/schema.json`."""
        return str(self._render(FORMATS["json"], {}))

    def to_latex(self, **options: Any) -> str:
        """The derivation as a LaTeX article."""
        return str(self._render(FORMATS["tex"], options))

    def to_markdown(self, **options: Any) -> str:
        """The explanation as Markdown with mathematics."""
        return str(self._render(FORMATS["md"], options))

    def _render(self, format: Format, chosen: Mapping[str, Any]) -> Rendered:
        known = [field.name for field in fields(Options)]
        for option in chosen:
            if option not in known:
                close = nearest(option, known)
                hint = f"did you mean {close!r}?" if close else f"the options are {', '.join(known)}"
                raise OptionProblem(f"there is no option {option!r}", hint=hint)
        return format.render(self.data, Options(**chosen))

    def _repr_svg_(self) -> str:
        return self.to_svg()

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        shown = "symbolic" if self.data.value is None else f"value {self.value!r}"
        return f"<Explanation of {self.data.title.unicode}: {shown}>"


def _plain(value: Value | None) -> Any:
    if value is None:
        return None
    if not value.shape:
        return value.number
    import numpy as np

    return np.array(value.entries, dtype=np.float64).reshape(value.shape)
