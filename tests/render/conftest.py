"""What the tests of renderers share."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="session")
def specimens() -> ModuleType:
    """Hand-made explanations (`specimens.py` beside this file)."""
    return loaded("specimens")


@pytest.fixture(scope="session")
def reports() -> ModuleType:
    """Hand-made reports (`report_specimens.py` beside this file)."""
    return loaded("report_specimens")


@pytest.fixture(scope="session")
def checks() -> ModuleType:
    """Hand-made judgements (`check_specimens.py` beside this file)."""
    return loaded("check_specimens")


@pytest.fixture(scope="session")
def hostile() -> ModuleType:
    """Someone else's text for every field, and strict readers (`hostile.py` beside this file)."""
    return loaded("hostile")


@pytest.fixture(scope="session")
def classes(checks: ModuleType) -> Any:
    """A hand-made class (`grading_specimens.py` beside this file)."""
    return loaded("grading_specimens").class_report(checks)


def loaded(file: str) -> ModuleType:
    """A module beside this file."""
    name = f"render_{file}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{file}.py"))
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


TYPES = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "null": type(None),
    "boolean": bool,
}  # fmt: skip


@pytest.fixture(scope="session")
def schema_check() -> Callable[[Any, dict[str, Any]], None]:
    """Check a document by the few words of JSON Schema that the schemas use."""
    return check_schema


def check_schema(value: Any, schema: dict[str, Any], root: dict[str, Any] | None = None, path: str = "$") -> None:
    whole = root or schema
    if "$ref" in schema:
        check_schema(value, whole["$defs"][schema["$ref"].rsplit("/", 1)[1]], whole, path)
    assert "const" not in schema or value == schema["const"], path
    assert "enum" not in schema or value in schema["enum"], path
    if "anyOf" in schema:
        assert any(fits_schema(value, option, whole, path) for option in schema["anyOf"]), f"{path}: {value!r}"
    if "type" in schema:
        names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        assert any(isinstance(value, TYPES[name]) for name in names), f"{path}: {value!r} is no {names}"
    if isinstance(value, dict):
        for name in schema.get("required", ()):
            assert name in value, f"{path} lacks {name}"
        known, rest = schema.get("properties", {}), schema.get("additionalProperties")
        for key, part in value.items():
            assert key in known or rest is not None or not known, f"{path}: {key} is not documented"
            check_schema(part, known.get(key, rest or {}), whole, f"{path}.{key}")
    if isinstance(value, list) and "items" in schema:
        for number, part in enumerate(value):
            check_schema(part, schema["items"], whole, f"{path}[{number}]")


def fits_schema(value: Any, schema: dict[str, Any], root: dict[str, Any], path: str) -> bool:
    try:
        check_schema(value, schema, root, path)
    except AssertionError:
        return False
    return True
