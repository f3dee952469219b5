"""Generated C and JavaScript, compiled and run: all programs of a test in one binary, or in one run of Node."""

from __future__ import annotations

import ctypes
import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradviz.passes.compiling.emit.braces.c import c_source
from gradviz.passes.compiling.emit.braces.js import js_source
from gradviz.passes.compiling.emit.braces.spelling import MATH_H
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.evaluate import evaluate

WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Werror")
ENTRY = "value_and_gradients"
NODE = """
import { readFileSync } from "node:fs";
const words = { nan: NaN, inf: Infinity, "-inf": -Infinity };
const revive = (key, x) => (typeof x === "string" && x in words ? words[x] : x);
const tell = (key, x) => (typeof x === "number" && !Number.isFinite(x) ? String(x) : x);
const points = JSON.parse(readFileSync(process.argv[2], "utf8"), revive);
const answers = [];
for (const [file, name, values] of points) {
  const module = await import(file);
  answers.push(module[name](...values));
}
process.stdout.write(JSON.stringify(answers, tell));
"""


@dataclass(frozen=True)
class Case:
    """A job, and the point at which it is tried."""

    job: Job
    values: Sequence[Any]


Answer = tuple[Any, tuple[Any, ...]]


def evaluated(case: Case) -> list[Any]:
    """What the value and the gradients are by evaluation."""
    job = case.job
    return evaluate(job.back.graph, dict(zip(job.inputs, case.values, strict=True)), job.targets)


def needs(program: str) -> str:
    """The program's path; the test is skipped where there is none."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def run_c(cases: Sequence[Case], folder: Path, options: Sequence[str] = ("-O0",)) -> list[Answer]:
    """The answers of all cases, from one shared library of one file of C."""
    compiler = needs("gcc")
    seen: set[str] = set()
    parts = ["#include <math.h>"]
    for place, case in enumerate(cases):
        text = c_source(case.job)
        stands_alone(text)
        # Functions of the runtime would stand in the file once for each program that has them.
        for kernel in re.findall(r"^static .*?^\}\n", text, re.MULTILINE | re.DOTALL):
            text = text if kernel not in seen else text.replace(kernel, "")
            seen.add(kernel)
        parts.append(text.replace("#include <math.h>", "").replace(f"{entry_of(text)}(", f"program_{place}("))
    source, library = folder / "programs.c", folder / "programs.so"
    source.write_text("\n".join(parts), encoding="utf-8")
    command = [compiler, "-std=c99", *WARNINGS, *options, "-shared", "-fPIC", str(source), "-o", str(library), "-lm"]
    compiled = subprocess.run(command, capture_output=True, text=True, check=False)
    assert compiled.returncode == 0, compiled.stderr[:4000]
    loaded = ctypes.CDLL(str(library))
    return [call_c(getattr(loaded, f"program_{place}"), case) for place, case in enumerate(cases)]


def entry_of(text: str) -> str:
    """The name of the function that is no runtime's."""
    return re.findall(r"^(?:void|double|float|export function) (\w+)\(", text, re.MULTILINE)[-1]


def stands_alone(text: str) -> None:
    """Every function that a file calls is in it, or in <math.h>."""
    code = re.sub(r"//[^\n]*", "", text)
    called = set(re.findall(r"\b([a-z]\w*)(?=\()", code))
    made = set(re.findall(r"^(?:static )?(?:double|float|int|void) \*?(\w+)\(", code, re.MULTILINE))
    declared = MATH_H.split()
    known = {*made, *declared, *(f"{name}f" for name in declared), "if", "for"}
    assert called <= known, f"{sorted(called - known)} is not there:\n{text}"


def call_c(function: Any, case: Case) -> Answer:
    """A compiled program called as its header says."""
    job = case.job
    number: Any = ctypes.c_float if job.dtype == np.float32 and not all_numbers(job) else ctypes.c_double
    kind = np.float32 if number is ctypes.c_float else np.float64
    kept: list[Any] = []

    def array(values: Any) -> Any:
        kept.append(np.ascontiguousarray(values, kind))
        return kept[-1].ctypes.data_as(ctypes.c_void_p)

    given = [array(v) if s else number(float(v)) for v, s in zip(case.values, job.shapes, strict=True)]
    shapes = [job.back.graph.nodes[i].shape for i in (job.back.output, *(job.back.graph.names[n] for n in job.wrt))]
    room = [np.full(shape, -7.5, kind) for shape in shapes]
    if scalar(job):
        flat = np.full(max(1, len(shapes) - 1), -7.5, kind)
        given += [array(flat)] if len(shapes) > 1 else []
        room[1:] = [kept[-1][i : i + 1].reshape(()) for i in range(len(shapes) - 1)]
    else:
        given += [part.ctypes.data_as(ctypes.c_void_p) for part in (room if shapes[0] else room[1:])]
    workspace = np.full(10_000_000, np.nan, kind)
    function.restype = None if shapes[0] else number
    value = function(*given, workspace.ctypes.data_as(ctypes.c_void_p))
    return (room[0] if shapes[0] else value), tuple(room[1:])


def all_numbers(job: Job) -> bool:
    """Whether nothing in a job is an array."""
    return not any(job.shapes) and not any(step.shape for step in job.plan.steps)


def scalar(job: Job) -> bool:
    """Whether all that goes in and comes out is a number."""
    nodes = job.back.graph.nodes
    return (
        not any(job.shapes)
        and nodes[job.back.output].shape == ()
        and not any(nodes[job.back.graph.names[name]].shape for name in job.wrt)
    )


def run_js(cases: Sequence[Case], folder: Path) -> list[Answer]:
    """The answers of all cases, from one run of Node."""
    node = needs("node")
    points = []
    for place, case in enumerate(cases):
        text = js_source(case.job)
        (folder / f"program_{place}.mjs").write_text(text, encoding="utf-8")
        points.append([f"./program_{place}.mjs", entry_of(text), [plain(value) for value in case.values]])
    (folder / "run.mjs").write_text(NODE, encoding="utf-8")
    (folder / "points.json").write_text(json.dumps(points, allow_nan=False), encoding="utf-8")
    command = [node, "run.mjs", "points.json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert ran.returncode == 0, ran.stderr[:4000]
    answers: list[Mapping[str, Any]] = json.loads(ran.stdout)
    return [
        (numbers(answer["value"]), tuple(numbers(answer["gradients"][name]) for name in case.job.wrt))
        for case, answer in zip(cases, answers, strict=True)
    ]


def plain(value: Any) -> Any:
    """Numbers as JSON has them, others as texts."""
    if isinstance(value, (list, tuple, np.ndarray)) and np.ndim(value):
        return [plain(part) for part in value]
    number = float(value)
    return number if np.isfinite(number) else str(number)


def numbers(value: Any) -> Any:
    """An answer's numbers again."""
    if isinstance(value, list):
        return [numbers(part) for part in value]
    return {"Infinity": np.inf, "-Infinity": -np.inf, "NaN": np.nan}[value] if isinstance(value, str) else float(value)


RUNNERS = {"C": run_c, "JavaScript": run_js}
"""By language: cases and a folder to their answers."""
