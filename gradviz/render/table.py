"""FORMATS: every output format by name. The one list; its renderers are imported when they are used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from gradviz.errors import OptionProblem, nearest
from gradviz.render.documents import WORDS, Document, Kind, kind_of

if TYPE_CHECKING:
    from gradviz.render.options import Options

Rendered = str | bytes


@dataclass(frozen=True, slots=True)
class Format:
    """One output format.

    Args:
        name: as `--format` takes it.
        suffixes: of files, with the dot; the first is the usual one.
        media_type: for programs that pass it on.
        binary: whether the renderers give bytes.
        doc: one line.
        renderers: for each kind of document that the format can show, where its renderer is:
            `module.function`, which is `(data, options) -> str | bytes`.
    """

    name: str
    suffixes: tuple[str, ...]
    media_type: str
    binary: bool
    doc: str
    renderers: Mapping[Kind, str]

    def render(self, data: Document, options: Options) -> Rendered:
        """The document in this format.

        Raises:
            OptionProblem: this format cannot show that kind of document.
        """
        self.check(kind_of(data))
        module, _, function = self.renderers[kind_of(data)].rpartition(".")
        renderer = getattr(import_module(f"gradviz.render.{module}"), function)
        return cast("Callable[[Document, Options], Rendered]", renderer)(data, options)

    def check(self, kind: Kind) -> None:
        """Refuse a kind of document that this format cannot show.

        Raises:
            OptionProblem: it cannot; the hint says which formats can.
        """
        if kind in self.renderers:
            return
        hint = f"these can: {', '.join(formats_for(kind))}"
        raise OptionProblem(f"the format {self.name} cannot show {WORDS[kind]}", hint=hint)


def _renderers(
    explanation: str = "",
    matrix: str = "",
    sweep: str = "",
    training: str = "",
    plots: str = "",
    *,
    check: str = "",
    grading: str = "",
    gradcheck: str = "",
) -> Mapping[Kind, str]:
    places: dict[Kind, str] = {
        "explanation": explanation,
        "matrix": matrix,
        "sweep": sweep,
        "training": training,
        "plots": plots,
        "check": check,
        "grading": grading,
        "gradcheck": gradcheck,
    }
    return MappingProxyType({kind: place for kind, place in places.items() if place})


_TEXT = _renderers(
    "terminal.render_terminal",
    "matrix_text.render_matrix_text",
    "sweep_text.render_sweep_text",
    "training_text.render_training_text",
    "plots_text.render_plots_text",
    check="check_text.render_check_text",
    gradcheck="gradcheck_text.render_gradcheck_text",
    grading="grading_text.render_grading_text",
)
_SVG = _renderers(
    "svg.document.render_svg",
    "svg.matrix.render_matrix_svg",
    "svg.sweep.render_sweep_svg",
    "training_page.render_training_svg",
    "training_page.render_plots_svg",
    check="svg.check.render_check_svg",
)
_PNG = _renderers(
    *(("png.render_png",) * 3),
    "training_page.render_training_png",
    "training_page.render_plots_png",
    check="png.render_png",
)
_PDF = _renderers(
    *(("pdf.render_pdf",) * 3),
    "training_page.render_training_pdf",
    "training_page.render_plots_pdf",
    check="pdf.render_pdf",
)
_DOT = _renderers("dot.render_dot")
_JSON = _renderers(
    "json_text.render_json",
    "json_reports.render_matrix_json",
    "json_reports.render_sweep_json",
    "training_json.render_training_json",
    "training_json.render_plots_json",
    check="check_json.render_check_json",
    gradcheck="gradcheck_text.render_gradcheck_json",
    grading="grading_json.render_grading_json",
)
_TEX = _renderers(
    "latex.render_latex",
    "matrix_latex.render_matrix_latex",
    "sweep_latex.render_sweep_latex",
    "training_latex.render_training_latex",
    "plots_latex.render_plots_latex",
    check="check_latex.render_check_latex",
)
_MD = _renderers(
    "markdown.render_markdown",
    "matrix_markdown.render_matrix_markdown",
    "sweep_markdown.render_sweep_markdown",
    "training_markdown.render_training_markdown",
    "plots_markdown.render_plots_markdown",
    check="check_markdown.render_check_markdown",
    gradcheck="gradcheck_text.render_gradcheck_markdown",
)
_HTML = _renderers(check="html.check.render_check_html", grading="html.grading.render_grading_html")
_CSV = _renderers(grading="grading_csv.render_grading_csv")

_LIST = (
    Format("text", (".txt",), "text/plain", False, "what the terminal shows", _TEXT),
    Format("svg", (".svg",), "image/svg+xml", False, "the picture, typeset", _SVG),
    Format("png", (".png",), "image/png", True, "the picture in pixels", _PNG),
    Format("pdf", (".pdf",), "application/pdf", True, "the picture as vectors on a page", _PDF),
    Format("dot", (".dot", ".gv"), "text/vnd.graphviz", False, "Graphviz source", _DOT),
    Format("json", (".json",), "application/json", False, "every fact, for programs", _JSON),
    Format("tex", (".tex",), "application/x-tex", False, "the derivation as a LaTeX article", _TEX),
    Format("html", (".html", ".htm"), "text/html", False, "a page for a browser, whole in one file", _HTML),
    Format("md", (".md",), "text/markdown", False, "Markdown with mathematics", _MD),
    Format("csv", (".csv",), "text/csv", False, "scores, for a table of marks", _CSV),
)

FORMATS: Mapping[str, Format] = MappingProxyType({format.name: format for format in _LIST})


def formats_for(kind: Kind) -> Mapping[str, Format]:
    """The formats that can show a kind of document, by name.

    Example:
        >>> "dot" in formats_for("explanation"), "dot" in formats_for("matrix")
        (True, False)
    """
    return MappingProxyType({name: format for name, format in FORMATS.items() if kind in format.renderers})


def format_named(name: str, kind: Kind) -> Format:
    """The format of that name, for a kind of document.

    Raises:
        OptionProblem: there is none, or it cannot show that kind; the hint offers those that can.
    """
    if name not in FORMATS:
        able = formats_for(kind)
        close = nearest(name, able)
        hint = f"did you mean {close!r}?" if close else f"the formats are {', '.join(able)}"
        raise OptionProblem(f"there is no format {name!r}", hint=hint)
    FORMATS[name].check(kind)
    return FORMATS[name]


def format_of(filename: str, kind: Kind) -> Format:
    """The format that a file name's suffix asks for, upper or lower case, for a kind of document.

    Raises:
        OptionProblem: no format has that suffix, or it cannot show that kind; the hint offers those that can.

    Example:
        >>> format_of("pictures/f.SVG", "matrix").name
        'svg'
    """
    for format in _LIST:
        if filename.lower().endswith(format.suffixes):
            format.check(kind)
            return format
    suffixes = " ".join(suffix for format in formats_for(kind).values() for suffix in format.suffixes)
    raise OptionProblem(
        f"the suffix of {filename!r} says no format that gradviz writes",
        hint=f"use one of {suffixes}, or say which with --format",
    )
