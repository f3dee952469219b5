"""Answers judged, as a page: the verdict, the evidence, both steps side by side, the marked picture."""

from __future__ import annotations

from dataclasses import replace

from gradviz.explanation.data import CheckReport
from gradviz.render.check_parts import summary
from gradviz.render.html.answers import answer_section, lines_part
from gradviz.render.html.drawn import Store
from gradviz.render.html.elements import element, items, program, quoted, section, text, verdict
from gradviz.render.html.page import page
from gradviz.render.inert import cleaned
from gradviz.render.options import Options

CAPTION = "The problem as a graph: values above the wires, gradients below."


def render_check_html(report: CheckReport, options: Options) -> str:
    """A whole page; `theme` light follows the reader's own choice of a dark screen."""
    shown, store = cleaned(report), Store(options)
    parts = [
        element("h1", store.math(shown.title)),
        program(shown.source),
        _summary(shown),
        *(answer_section(answer, store) for answer in shown.answers),
        lines_part(shown.lines, store),
        "" if shown.picture is None else section(2, text("The picture"), _picture(shown, store)),
        section(2, text("Notes"), items([quoted(remark.text) for remark in shown.remarks])),
    ]
    return page(f"{shown.verdict}: {shown.title.unicode}", "".join(parts), store)


def _summary(report: CheckReport) -> str:
    if len(report.answers) == 1 and not report.lines:
        return ""
    word, _, rest = summary(report).partition(": ")
    return element("p", verdict(word), text(f": {rest}") if rest else "")


def _picture(report: CheckReport, store: Store) -> str:
    if report.picture is None:
        return ""
    # The heading has the title already.
    data = replace(report.picture, title=replace(report.picture.title, latex=""))
    place = f" The numbers are those {report.drawn_at}." if report.drawn_at else ""
    return store.picture("problem", data, CAPTION + place + marked_text(report))


def marked_text(report: CheckReport) -> str:
    """What the marks are, where there are any."""
    if report.picture is None or not any(node.mark for node in report.picture.nodes):
        return ""
    return " A dashed outline marks the wrong step."
