"""A gradient check in words: the verdict, a table of arguments, the worst entries, causes and notes; and as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from gradviz.explanation.data import GradcheckReport, GradientArgument, GradientEntry
from gradviz.render.check_json import SCHEMA, record
from gradviz.render.check_text import verdict_piece
from gradviz.render.inert import cleaned, encodable
from gradviz.render.json_parts import printed
from gradviz.render.numbers import number_text
from gradviz.render.options import Options
from gradviz.render.pen import Nib
from gradviz.render.report_text import finished
from gradviz.render.terminal_notes import hang
from gradviz.render.text_lines import Line, Piece, left, line, right, width_of

DIGITS = 7
"""Significant digits of the two numbers that are compared: fewer would hide a small difference."""


def render_gradcheck_text(report: GradcheckReport, options: Options) -> str:
    """The whole report as text, ending in a newline."""
    made, nib = cleaned(report), Nib(options=options)
    piece = verdict_piece(made.verdict, nib)
    head = hang(f"{piece.text}   {nib.sign(made.sentence)}", options.width, width_of(piece.text) + 3)
    top = [line(piece, head[0][len(piece.text) :]), *(line(part) for part in head[1:])]
    top += _sentences([_how(made)], nib, "")
    sections: list[list[Line]] = [top, _arguments(made, nib)]
    sections += [_entries(one, nib) for one in made.arguments if one.worst and one.verdict != "right"]
    sections += [_directions(made, nib)] if made.directions and made.verdict != "right" else []
    for title, told in (("suspected", made.causes), ("notes", made.notes)):
        if told:
            sections.append([line(Piece(title, "head")), *_sentences(told, nib, "  ")])
    return finished(sections, options)


def _how(report: GradcheckReport) -> str:
    calls = "one call" if report.calls == 1 else f"{report.calls:,} calls"
    kind = "every entry" if report.mode == "full" else "a sample of entries, and random directions"
    return f"by {report.method}; {kind}; {calls} of the function"


def _sentences(told: Sequence[str], nib: Nib, indent: str) -> list[Line]:
    lines = []
    for text in told:
        parts = hang(nib.sign(text), nib.options.width - len(indent), 2)
        lines += [line(Piece(indent + part, "plain" if indent else "soft")) for part in parts]
    return lines


def _shape(argument: GradientArgument) -> str:
    return "×".join(map(str, argument.shape)) if argument.shape else "number"


def _arguments(report: GradcheckReport, nib: Nib) -> list[Line]:
    rows = [("argument", "shape", "compared", "error", "")]
    for one in report.arguments:
        error = "–" if one.sentence else number_text(one.error, 2, ascii=nib.options.ascii)
        counted = f"{one.checked:,} of {one.size:,}"
        rows.append((nib.sign(one.name), nib.sign(_shape(one)), counted, nib.sign(error), one.verdict))
    widths = [max(width_of(row[k]) for row in rows) for k in range(4)]
    lines = []
    for k, (name, shape, counted, error, verdict) in enumerate(rows):
        cells = (
            f"{left(name, widths[0])}  {left(shape, widths[1])}  {right(counted, widths[2])}  {right(error, widths[3])}"
        )
        end = () if not verdict else ("  ", verdict_piece(verdict, nib))
        lines.append(line(Piece(cells, "plain" if k else "head"), *end))
    return lines


def _entries(argument: GradientArgument, nib: Nib) -> list[Line]:
    """The worst entries of one argument as a table."""
    rows: list[tuple[str, ...]] = [("worst entries", "yours", "numeric", nib.sign("±"), "error")]
    rows += [_entry(argument, entry, nib) for entry in argument.worst]
    widths = [max(width_of(row[k]) for row in rows) for k in range(5)]
    made = []
    for k, row in enumerate(rows):
        cells = [
            left(row[0], widths[0]),
            *(right(cell, width) for cell, width in zip(row[1:], widths[1:], strict=True)),
        ]
        made.append(line(Piece("  ".join(cells), "plain" if k else "head")))
    return made


def _entry(argument: GradientArgument, entry: GradientEntry, nib: Nib) -> tuple[str, ...]:
    index = f"[{', '.join(map(str, entry.index))}]" if entry.index else ""
    numbers = [number_text(value, DIGITS, ascii=nib.options.ascii) for value in (entry.yours, entry.numeric)]
    doubt, error = (number_text(value, 2, ascii=nib.options.ascii) for value in (entry.uncertainty, entry.error))
    return (
        nib.sign(f"{argument.name}{index}"),
        *map(nib.sign, numbers),
        nib.sign(doubt),
        "kink" if entry.kink else error,
    )


def _directions(report: GradcheckReport, nib: Nib) -> list[Line]:
    worst = sorted(report.directions, key=lambda one: -one.error)[:3]
    rows: list[tuple[str, ...]] = [("directions", "yours", "numeric", "error")]
    for k, one in enumerate(worst):
        numbers = [number_text(value, DIGITS, ascii=nib.options.ascii) for value in (one.yours, one.numeric)]
        rows.append((f"random {k + 1}", *numbers, number_text(one.error, 2, ascii=nib.options.ascii)))
    widths = [max(width_of(row[k]) for row in rows) for k in range(4)]
    return [
        line(
            Piece(
                "  ".join([left(row[0], widths[0]), *(right(row[k], widths[k]) for k in range(1, 4))]),
                "plain" if i else "head",
            )
        )
        for i, row in enumerate(rows)
    ]


def render_gradcheck_json(report: GradcheckReport, options: Options) -> str:
    """The document of `gradcheck.schema.json`; the options change nothing."""
    return printed({"schema": SCHEMA, "kind": "gradcheck", **_finite(record(encodable(report)))})


def _finite(part: Any) -> Any:
    """The same with null where JSON has no number: an error without a measure is infinite."""
    if isinstance(part, dict):
        return {key: _finite(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_finite(value) for value in part]
    return None if isinstance(part, float) and not math.isfinite(part) else part


def render_gradcheck_markdown(report: GradcheckReport, options: Options) -> str:
    """The report as Markdown: the text, in a block."""
    text = render_gradcheck_text(report, Options(width=options.width, ascii=options.ascii))
    return f"# Gradient check of {_plain(report.function)}\n\n```text\n{text.replace('```', '` ` `')}```\n"


def _plain(name: str) -> str:
    return "".join(sign if sign.isalnum() or sign in " _.:" else " " for sign in name)
