"""Pieces of JSON that all documents share: numbers, formulas, and the text of a document."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

from gradviz.explanation.data import Math, Nested, Value

Json = dict[str, Any]


def printed(document: Json) -> str:
    """A document's text: a line for each key, or for each record of a list."""
    lines = [f"  {json.dumps(key)}: {_value(value)}" for key, value in document.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def text_of(formula: Math | None) -> str | None:
    """A formula that can be read back."""
    return formula.text if formula else None


def numbers(value: Value | None) -> Nested | None:
    """A number, an array as nested lists, or null; null as well where JSON has no number."""
    if value is None:
        return None
    if all(map(math.isfinite, value.entries)):
        return value.nested()
    finite = tuple(entry if math.isfinite(entry) else None for entry in value.entries)
    return Value(value.shape, finite).nested()  # type: ignore[arg-type]  # null is what JSON has for them


def unwritten(values: Iterable[tuple[str, Value | None]]) -> list[str]:
    """Notes on values, under what they are called, that JSON has no number for."""
    return [
        f"{name} holds NaN or infinity, written as null"
        for name, value in values
        if value is not None and not all(map(math.isfinite, value.entries))
    ]


def _value(value: Any) -> str:
    """Lists of records one record a line; everything else on one line."""
    if isinstance(value, list) and value:
        return "[\n    " + ",\n    ".join(_dump(part) for part in value) + "\n  ]"
    if isinstance(value, dict) and value and all(isinstance(part, dict) for part in value.values()):
        return "{\n    " + ",\n    ".join(f"{_dump(key)}: {_dump(part)}" for key, part in value.items()) + "\n  }"
    return _dump(value)


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
