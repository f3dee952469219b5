"""Answers judged, as JSON, described by `check.schema.json`; every field of the record is there under its own name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from gradviz.explanation.data import CheckReport, ExplanationData, Math
from gradviz.render.inert import encodable
from gradviz.render.json_parts import Json, printed
from gradviz.render.json_text import document_of
from gradviz.render.options import Options

SCHEMA = 1
"""The version of the document's form."""


def render_check_json(report: CheckReport, options: Options) -> str:
    """The document of `check.schema.json`; the options change nothing."""
    return printed(check_document(report))


def check_document(report: CheckReport) -> Json:
    """A report as plain Python data.

    Example:
        >>> from gradviz.explanation.data import CheckReport, Math
        >>> check_document(CheckReport(Math("f", "f", "f"), "f", "right"))["verdict"]
        'right'
    """
    return {"schema": SCHEMA, "kind": "check", **record(encodable(report))}


def record(part: Any) -> Json:
    """A record's fields by name; formulas in their three notations, pictures as the documents of `schema.json`."""
    return {field.name: plain_data(getattr(part, field.name)) for field in fields(part)}


def plain_data(part: Any) -> Any:
    """Any part of a record as plain Python data."""
    if isinstance(part, ExplanationData):
        return document_of(part)
    if isinstance(part, Math):
        return {"text": part.text, "unicode": part.unicode, "latex": part.latex}
    if is_dataclass(part) and not isinstance(part, type):
        return record(part)
    if isinstance(part, Mapping):
        return {str(key): plain_data(value) for key, value in part.items()}
    if isinstance(part, (tuple, list)):
        return [plain_data(one) for one in part]
    return part
