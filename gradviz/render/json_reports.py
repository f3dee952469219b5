"""Jacobians, Hessians and sweeps as JSON, described by `matrix.schema.json` and `sweep.schema.json`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from gradviz.explanation.data import CostFacts, MatrixReport, Remark, SweepReport, SweepStep, Value
from gradviz.render.json_parts import Json, numbers, printed, text_of, unwritten
from gradviz.render.options import Options


def render_matrix_json(report: MatrixReport, options: Options) -> str:
    """The document of `matrix.schema.json`; the options change nothing."""
    return printed(matrix_document(report))


def render_sweep_json(report: SweepReport, options: Options) -> str:
    """The document of `sweep.schema.json`; the options change nothing."""
    return printed(sweep_document(report))


def matrix_document(report: MatrixReport) -> Json:
    """A Jacobian or a Hessian as plain Python data."""
    inputs = report.inputs or {}
    return {
        "schema": report.schema,
        "kind": report.kind,
        "symbol": report.symbol.text,
        "of": report.of,
        "wrt": list(report.wrt),
        "inputs": {name: numbers(value) for name, value in inputs.items()},
        "structure": {
            "kind": report.structure,
            "says": report.structure_says,
            "found": report.found,
            "passes": report.passes,
            "nonzeros": report.nonzeros,
            "dense_bytes": report.dense_bytes,
            "stored_bytes": report.stored_bytes,
        },
        "shape": [report.rows, report.columns],
        "row_shape": list(report.row_shape),
        "column_shapes": [list(shape) for shape in report.column_shapes],
        "rows": [label.text for label in report.row_labels],
        "columns": [label.text for label in report.column_labels],
        "formula": text_of(report.formula),
        "latex": report.formula.latex if report.formula else None,
        "where": {definition.name.text: definition.expression.text for definition in report.where},
        "entries": [{"index": list(entry.index), "formula": entry.formula.text} for entry in report.entries],
        "value": numbers(report.value),
        "picture": _picture(report),
        "curvature": _curvature(report),
        "notes": _notes(report.remarks, [("the matrix", report.value), *_given(inputs)]),
    }


def _picture(report: MatrixReport) -> Json | None:
    if report.picture is None:
        return None
    values = report.picture.values
    return {
        "shares": [list(row) for row in report.picture.shares],
        "values": None if values is None else [[_number(entry) for entry in row] for row in values],
    }


def _curvature(report: MatrixReport) -> Json | None:
    found = report.curvature
    if found is None:
        return None
    return {
        "definiteness": found.definiteness,
        "says": found.says,
        "lowest": _number(found.lowest),
        "highest": _number(found.highest),
        "condition": None if found.condition is None else _number(found.condition),
    }


def sweep_document(report: SweepReport) -> Json:
    """A forward or reverse sweep as plain Python data."""
    inputs = report.inputs or {}
    steps = [(f"the value of {step.name.text}", step.value) for step in report.steps]
    steps += [(f"what is carried to {step.name.text}", step.carried) for step in report.steps]
    return {
        "schema": report.schema,
        "kind": report.kind,
        "of": report.of,
        "value": numbers(report.value),
        "inputs": {name: numbers(value) for name, value in inputs.items()},
        "given": {name: numbers(value) for name, value in report.given.items()},
        "steps": [_step(step) for step in report.steps],
        "results": {
            name: {"formula": text_of(report.formulas.get(name)), "value": numbers(value)}
            for name, value in report.results.items()
        },
        "cost": _cost(report.cost),
        "notes": _notes(report.remarks, [*_given(inputs), *steps]),
    }


def _step(step: SweepStep) -> Json:
    return {
        "name": step.name.text,
        "expression": text_of(step.expression),
        "value": numbers(step.value),
        "rule": text_of(step.rule),
        "carried": numbers(step.carried),
    }


def _cost(cost: CostFacts) -> Json:
    return {
        "inputs": cost.inputs,
        "outputs": cost.outputs,
        "value": cost.value,
        "tangent": cost.tangent,
        "cotangent": cost.cotangent,
        "forward_mode": cost.forward_mode,
        "reverse_mode": cost.reverse_mode,
        "numerical": cost.numerical,
        "cheapest": cost.cheapest,
        "says": list(cost.says),
        "seconds": None if cost.seconds is None else dict(cost.seconds),
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _given(inputs: Mapping[str, Value | None]) -> list[tuple[str, Value | None]]:
    return [(f"the value of {name}", value) for name, value in inputs.items()]


def _notes(remarks: Iterable[Remark], values: Iterable[tuple[str, Value | None]]) -> list[str]:
    return [*dict.fromkeys([*(remark.text for remark in remarks), *unwritten(values)])]
