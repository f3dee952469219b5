"""FORMATS: every output format by name. The one list; its renderers are imported when they are used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from gradviz.errors import OptionProblem, nearest

if TYPE_CHECKING:
    from gradviz.explanation.data import ExplanationData
    from gradviz.render.options import Options

Rendered = str | bytes


@dataclass(frozen=True, slots=True)
class Format:
    """One output format.

    Args:
        name: as `--format` takes it.
        suffixes: of files, with the dot; the first is the usual one.
        media_type: for programs that pass it on.
        binary: whether the renderer gives bytes.
        doc: one line.
        module, function: where the renderer is: `(data, options) -> str | bytes`.
    """

    name: str
    suffixes: tuple[str, ...]
    media_type: str
    binary: bool
    doc: str
    module: str
    function: str

    def render(self, data: ExplanationData, options: Options) -> Rendered:
        """The explanation in this format."""
        renderer = getattr(import_module(f"gradviz.render.{self.module}"), self.function)
        return cast("Callable[[ExplanationData, Options], Rendered]", renderer)(data, options)


_LIST = (
    Format("text", (".txt",), "text/plain", False, "what the terminal shows", "terminal", "render_terminal"),
    Format("svg", (".svg",), "image/svg+xml", False, "the picture, typeset", "svg.document", "render_svg"),
    Format("png", (".png",), "image/png", True, "the picture in pixels", "png", "render_png"),
    Format("pdf", (".pdf",), "application/pdf", True, "the picture as vectors on a page", "pdf", "render_pdf"),
    Format("dot", (".dot", ".gv"), "text/vnd.graphviz", False, "Graphviz source", "dot", "render_dot"),
    Format("json", (".json",), "application/json", False, "every fact, for programs", "json_text", "render_json"),
    Format("tex", (".tex",), "application/x-tex", False, "the derivation as a LaTeX article", "latex", "render_latex"),
    Format("md", (".md",), "text/markdown", False, "Markdown with mathematics", "markdown", "render_markdown"),
)

FORMATS: Mapping[str, Format] = MappingProxyType({format.name: format for format in _LIST})


def format_named(name: str) -> Format:
    """The format of that name.

    Raises:
        OptionProblem: there is none.
    """
    if name not in FORMATS:
        close = nearest(name, FORMATS)
        hint = f"did you mean {close!r}?" if close else f"the formats are {', '.join(FORMATS)}"
        raise OptionProblem(f"there is no format {name!r}", hint=hint)
    return FORMATS[name]


def format_of(filename: str) -> Format:
    """The format that a file name's suffix asks for, upper or lower case.

    Raises:
        OptionProblem: no format has that suffix.

    Example:
        >>> format_of("pictures/f.SVG").name
        'svg'
    """
    for format in _LIST:
        if filename.lower().endswith(format.suffixes):
            return format
    suffixes = " ".join(suffix for format in _LIST for suffix in format.suffixes)
    raise OptionProblem(
        f"the suffix of {filename!r} says no format that gradviz writes",
        hint=f"use one of {suffixes}, or say which with --format",
    )
