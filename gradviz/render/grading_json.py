"""A graded class as JSON, described by `grading.schema.json`; every field of the record is there under its own name."""

from __future__ import annotations

from gradviz.explanation.data import ClassReport
from gradviz.render.check_json import record
from gradviz.render.inert import encodable
from gradviz.render.json_parts import Json, printed
from gradviz.render.options import Options

WITHOUT = frozenset({"schema", "pictures"})
"""Fields that the document has elsewhere, or not: pictures are for pages."""


def render_grading_json(report: ClassReport, options: Options) -> str:
    """The document of `grading.schema.json`; the options change nothing."""
    return printed(grading_document(report))


def grading_document(report: ClassReport) -> Json:
    """A graded class as plain Python data.

    Example:
        >>> grading_document(ClassReport("Homework", (), (), 0.0, None, None))["title"]
        'Homework'
    """
    fields = {name: value for name, value in record(encodable(report)).items() if name not in WITHOUT}
    return {"schema": report.schema, "kind": "grading", **fields}
