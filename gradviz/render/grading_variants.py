"""Variants with their right answers, as CSV, JSON or Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from gradviz.errors import OptionProblem, nearest
from gradviz.render.grading_csv import table_text
from gradviz.render.inert import inert

COLUMNS = ("student", "problem", "numbers", "source", "asked", "answer")

Rows = Sequence[Sequence[str]]


def written(rows: Rows, form: str) -> str:
    """The rows in a form.

    Raises:
        OptionProblem: there is no such form.
    """
    if form not in FORMS:
        close = nearest(form, FORMS)
        hint = f"did you mean {close!r}?" if close else f"they are written as {', '.join(FORMS)}"
        raise OptionProblem(f"variants are not written as {form!r}", hint=hint)
    return FORMS[form](rows)


def _csv(rows: Rows) -> str:
    return table_text([COLUMNS, *rows])


def _json(rows: Rows) -> str:
    lines = [json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) for row in rows]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _markdown(rows: Rows) -> str:
    made = [" | ".join(COLUMNS), " | ".join("---" for _ in COLUMNS)]
    made += [" | ".join(_cell(one, code=i >= 2) for i, one in enumerate(row)) for row in rows]
    return "".join(f"| {line} |\n" for line in made)


def _cell(text: str, *, code: bool) -> str:
    plain = inert(text.replace("\n", "; "))
    if not plain:
        return ""
    if code and "`" not in plain:
        return "`" + plain.replace("|", "\\|") + "`"
    return "".join("\\" + sign if sign in "\\`*_{}[]<>()#+-.!|~$" else sign for sign in plain)


FORMS: Mapping[str, Callable[[Rows], str]] = MappingProxyType({"csv": _csv, "json": _json, "md": _markdown})
"""By name, which is the file's suffix too."""
