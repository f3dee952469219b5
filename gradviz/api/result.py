"""What `explain` returns: the plain data, and the ways to show it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gradviz.api import showing
from gradviz.explanation.data import EdgeFacts, ExplanationData, NodeFacts, Value

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Gradient:
    """The gradient of the output by one input.

    Args:
        formula: in the inputs alone, as text that gradviz and SymPy read; None where there is none.
        latex: the same for typesetting.
        value: a float, or an array in the input's shape; None without values.
        named: of an array, its matrix form by the names of intermediates (`2*r @ x.T`), where that is shorter.
        where: what those names stand for, by name; a later one may hold earlier ones.

    Example:
        >>> from gradviz import explain
        >>> found = explain("W : 2x3; x : 3; r = W x; f = ||r||^2").gradients["W"]
        >>> found.named, dict(found.where)
        ('2*r @ x.T', {'r': 'W @ x'})
    """

    formula: str | None
    latex: str | None
    value: Any
    named: str | None = None
    where: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class _BySpelling(dict[str, Gradient]):
    """Gradients by name, in whichever spelling the language reads as that name."""

    def __missing__(self, name: str) -> Gradient:
        from gradviz.syntax.names import canonical

        spelled = canonical(name) if isinstance(name, str) else name
        if spelled not in self:
            raise KeyError(name)
        return self[spelled]


@dataclass(frozen=True, slots=True, eq=False)
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
            formula, named = facts.formula, facts.named
            found[name] = Gradient(
                formula=formula.text if formula else None,
                latex=formula.latex if formula else None,
                value=_plain(facts.value),
                named=named.text if named else None,
                where=MappingProxyType({made.name.text: made.expression.text for made in facts.where}),
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
        return showing.save(self.data, path, options)

    def to_text(self, **options: Any) -> str:
        """The explanation in words and columns, as the terminal shows it."""
        return showing.text_in(self.data, "text", options)

    def to_svg(self, **options: Any) -> str:
        """The picture."""
        return showing.text_in(self.data, "svg", options)

    def to_png(self, **options: Any) -> bytes:
        """The picture in pixels."""
        return showing.bytes_in(self.data, "png", options)

    def to_pdf(self, **options: Any) -> bytes:
        """The picture as vectors on a page."""
        return showing.bytes_in(self.data, "pdf", options)

    def to_dot(self, **options: Any) -> str:
        """The graph as Graphviz source."""
        return showing.text_in(self.data, "dot", options)

    def to_json(self) -> str:
        """Every fact, by the schema of `gradviz/render/schema.json`."""
        return showing.text_in(self.data, "json", {})

    def to_latex(self, **options: Any) -> str:
        """The derivation as a LaTeX article."""
        return showing.text_in(self.data, "tex", options)

    def to_markdown(self, **options: Any) -> str:
        """The explanation as Markdown with mathematics."""
        return showing.text_in(self.data, "md", options)

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
