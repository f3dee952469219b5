"""Runs of training and plots as JSON, described by `training.schema.json` and `plots.schema.json`."""

from __future__ import annotations

import math
from collections.abc import Iterable

from gradviz.explanation.data import Plot, PlotSheet, Series, StepFacts, TrainingReport, UpdateLine, Value
from gradviz.render.json_parts import Json, numbers, printed, text_of, unwritten
from gradviz.render.json_text import document_of
from gradviz.render.options import Options


def render_training_json(report: TrainingReport, options: Options) -> str:
    """The document of `training.schema.json`; numbers round-trip, and the options change nothing."""
    return printed(training_document(report))


def render_plots_json(sheet: PlotSheet, options: Options) -> str:
    """The document of `plots.schema.json`; the options change nothing."""
    return printed(
        {
            "schema": 1,
            "title": sheet.title,
            "subtitle": sheet.subtitle,
            "formulas": [formula.text for formula in sheet.formulas],
            "plots": [_plot(plot) for plot in sheet.plots],
            "table": [list(row) for row in sheet.table],
            "remarks": list(sheet.remarks),
        }
    )


def training_document(report: TrainingReport) -> Json:
    """A run of training as plain Python data."""
    return {
        "schema": report.schema,
        "kind": "training",
        "title": report.title,
        "source": report.source,
        "settings": dict(report.settings),
        "epochs": [
            {
                "epoch": row.epoch,
                "updates": row.step,
                "training": _number(row.train),
                "validation": None if row.validation is None else _number(row.validation),
                "rate": _number(row.rate),
                "gradient": _number(row.gradient),
            }
            for row in report.rows
        ],
        "parameters": {
            facts.name.text: {"shape": list(facts.shape), "first": numbers(facts.first), "last": numbers(facts.last)}
            for facts in report.parameters
        },
        "accuracy": dict(report.accuracy),
        "test": None if report.test is None else _number(report.test),
        "folds": [
            {"fold": row.fold, "training": _number(row.train), "validation": _number(row.validation)}
            for row in report.folds
        ],
        "fold_mean": None if report.fold_mean is None else _number(report.fold_mean),
        "fold_deviation": None if report.fold_deviation is None else _number(report.fold_deviation),
        "ended": report.ended,
        "step": None if report.step is None else _step(report.step),
        "plots": [_plot(plot) for plot in report.plots],
        "notes": [*dict.fromkeys([*(remark.text for remark in report.remarks), *_lost(report)])],
    }


def _lost(report: TrainingReport) -> list[str]:
    """Where NaN or infinity was written as null."""
    told: list[tuple[str, Value | None]] = [
        (f"the loss after epoch {row.epoch}", Value((), (row.train,))) for row in report.rows
    ]
    told += [(f"the value of {facts.name.text} after training", facts.last) for facts in report.parameters]
    return unwritten(told)


def _step(step: StepFacts) -> Json:
    return {
        "step": step.step,
        "steps": step.steps,
        "epoch": step.epoch,
        "parameter": step.parameter.text,
        "index": list(step.index),
        "batch": list(step.batch),
        "loss": _number(step.loss),
        "loss_after": _number(step.loss_after),
        "gradient": text_of(step.gradient),
        "lines": [_line(line) for line in step.lines],
        "before": numbers(step.before),
        "after": numbers(step.after),
        "says": list(step.says),
        "explanation": document_of(step.explanation),
    }


def _line(line: UpdateLine) -> Json:
    return {
        "formula": line.formula.text,
        "latex": line.formula.latex,
        "numbers": line.numbers.text,
        "value": numbers(line.value),
        "says": line.says,
    }


def _plot(plot: Plot) -> Json:
    field = plot.field
    return {
        "title": plot.title,
        "subtitle": plot.subtitle,
        "x_label": plot.x_label,
        "y_label": plot.y_label,
        "log_x": plot.log_x,
        "log_y": plot.log_y,
        "equal": plot.equal,
        "alt": plot.alt,
        "series": [_series(series) for series in plot.series],
        "field": None
        if field is None
        else {
            "style": field.style,
            "x": _numbers(field.x),
            "y": _numbers(field.y),
            "values": [_numbers(row) for row in field.values],
            "levels": _numbers(field.levels),
        },
        "notes": [{"x": _number(note.x), "y": _number(note.y), "text": note.text} for note in plot.notes],
    }


def _series(series: Series) -> Json:
    return {
        "label": series.label,
        "style": series.style,
        "x": _numbers(series.x),
        "y": _numbers(series.y),
        "classes": list(series.classes),
    }


def _numbers(values: Iterable[float]) -> list[float | None]:
    return [_number(value) for value in values]


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
