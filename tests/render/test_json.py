from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gradviz
from gradviz.explanation.data import ExplanationData, Value
from gradviz.render.json_text import document_of, render_json
from gradviz.render.options import Options

SCHEMA = json.loads(files("gradviz.render").joinpath("schema.json").read_text(encoding="utf-8"))
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}


def check(value: Any, schema: dict[str, Any], path: str = "$") -> None:
    """The few words of JSON Schema that the schema uses."""
    if "$ref" in schema:
        check(value, SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]], path)
    if "const" in schema:
        assert value == schema["const"], path
    if "anyOf" in schema:
        assert any(fits(value, option, path) for option in schema["anyOf"]), f"{path}: {value!r}"
    if "type" in schema:
        names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        assert any(isinstance(value, TYPES[name]) for name in names), f"{path}: {value!r} is no {names}"
    for name in schema.get("required", ()):
        assert name in value, f"{path} lacks {name}"
    if isinstance(value, dict):
        known, rest = schema.get("properties", {}), schema.get("additionalProperties")
        for key, part in value.items():
            assert key in known or rest is not None or "properties" not in schema, f"{path}: {key} is not documented"
            check(part, known.get(key, rest or {}), f"{path}.{key}")
    if isinstance(value, list) and "items" in schema:
        for number, part in enumerate(value):
            check(part, schema["items"], f"{path}[{number}]")


def fits(value: Any, schema: dict[str, Any], path: str) -> bool:
    try:
        check(value, schema, path)
    except AssertionError:
        return False
    return True


def read(data: ExplanationData) -> Any:
    return json.loads(render_json(data, Options()), parse_constant=pytest.fail)


def steady(text: str) -> str:
    """Without the last digits, which may differ from machine to machine."""
    return re.sub(r"\d+\.\d{10,}", lambda found: repr(round(float(found[0]), 10)), text)


PROGRAMS = {
    "circuit": ("f=(x+y)*z", "x=-2,y=5,z=-4"),
    "symbolic": ("f=(x+y)*z", None),
    "partly": ("f=(x+y)*z", "x=-2"),
    "square": ("x*x", "x=3"),
    "arrays": ("f=||W@x||^2", "W=[[0.1,0.5],[-0.3,0.8]],x=[0.2,0.4]"),
    "elementwise": ("max(0,x)", "x=[1,-2,0]"),
    "infinite slope": ("sqrt(x)", "x=0"),
    "constant": ("2+3", None),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_document_is_what_the_schema_says(name: str) -> None:
    text, at = PROGRAMS[name]
    check(read(gradviz.explain(text, at=at).data), SCHEMA)


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_is_what_it_was(name: str, golden: Any) -> None:
    text, at = PROGRAMS[name]
    golden(f"json/{name.replace(' ', '_')}.json", steady(gradviz.explain(text, at=at).to_json()))


def test_the_keys_are_those_of_the_stable_interface() -> None:
    document = read(gradviz.explain("f=(x+y)*z", at="x=-2,y=5,z=-4").data)
    assert list(document) == ["schema", "output", "value", "inputs", "nodes", "edges", "gradients", "notes"]
    assert list(document["nodes"][0]) == ["id", "name", "op", "expression", "shape", "value", "gradient", "formula"]
    assert set(document["edges"][0]) == {
        *("source", "target", "slot", "upstream", "local_formula", "local_value", "structure", "contribution")
    }
    assert set(document["gradients"]["x"]) == {"formula", "latex", "value"}


def test_missing_numbers_are_null() -> None:
    document = read(gradviz.explain("f=(x+y)*z", at="x=-2").data)
    assert document["value"] is None
    assert document["inputs"] == {"x": -2.0, "y": None, "z": None}
    assert document["gradients"]["x"]["value"] is None
    assert document["gradients"]["x"]["formula"] == "z"


def test_what_is_not_finite_is_null_and_said() -> None:
    data = gradviz.explain("x", at="x=3").data
    odd = replace(data, nodes=(replace(data.nodes[0], value=Value((2,), (math.nan, 1.0))),))
    document = read(odd)
    assert document["nodes"][0]["value"] == [None, 1.0]
    assert "the value of x holds NaN or infinity, written as null" in document["notes"]


def test_partials_of_elementwise_edges_are_arrays_and_others_have_a_structure() -> None:
    relu = read(gradviz.explain("max(0,x)", at="x=[1,-2,0]").data)["edges"]
    assert relu[0]["local_value"] == [1.0, 0.0, 0.0]
    product = read(gradviz.explain("W@x", at="W=[[1,2],[3,4]],x=[1,1]").data)["edges"]
    assert all(edge["local_value"] is None and isinstance(edge["structure"], str) for edge in product)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_round_trip(number: float) -> None:
    data = gradviz.explain("x", at={"x": number}).data
    assert read(data)["value"] == number
    assert document_of(data)["inputs"]["x"] == number


@pytest.mark.parametrize("shape", [(0,), (2, 0), (0, 3), (2, 0, 3)])
def test_empty_arrays_keep_their_shape(shape: tuple[int, ...]) -> None:
    import numpy as np

    nested = Value(shape, ()).nested()
    assert np.array(nested).shape == shape[: shape.index(0) + 1]
