"""Every operation at every sample in C and in JavaScript: value and gradients as `evaluate` has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradviz.graph.graph import Graph
from gradviz.ops.op import Op, Sample
from gradviz.ops.table import OPS
from gradviz.passes.compile import job_for
from gradviz.passes.compiling.emit.braces.c_vocabulary import C
from gradviz.passes.compiling.emit.braces.js import JS
from gradviz.passes.compiling.emit.braces.runtime import kernels
from gradviz.passes.compiling.emit.expressions.parts import every_part
from gradviz.passes.compiling.emit.expressions.tree import Call, read
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.emit.loops.table import LOWERINGS
from gradviz.passes.compiling.emit.loops.views import VIEWS
from tests.passes.compiling.emit.foreign import RUNNERS, Case, evaluated

SAMPLES = [(op, sample) for op in OPS.values() for sample in op.samples]


def weighted(op: Op, sample: Sample) -> tuple[Graph, int]:
    """Σ wᵢ·yᵢ of the operation's result y, so that every entry's gradient counts."""
    graph = Graph()
    inputs = [graph.input(f"x{i}", np.shape(x)) for i, x in enumerate(sample.operands)]
    made = graph.apply(op.name, *inputs, **dict(sample.attributes))
    weights = np.cos(1.7 * np.arange(float(np.prod(made.shape, dtype=int))) + 0.3).reshape(made.shape)
    output = graph.sum(made * graph.constant(tuples(weights.tolist()), made.shape))
    return graph, output.id


def tuples(nested: Any) -> Any:
    return tuple(map(tuples, nested)) if isinstance(nested, list) else nested


def job_of(op: Op, sample: Sample) -> Job:
    graph, output = weighted(op, sample)
    return job_for(graph, output, None, None, np.dtype(float))


@pytest.mark.parametrize("language", RUNNERS)
def test_every_row_at_every_sample(language: str, tmp_path: Path) -> None:
    cases = [Case(job_of(op, sample), sample.operands) for op, sample in SAMPLES]
    answers = RUNNERS[language](cases, tmp_path)
    wrong = []
    for (op, sample), case, (value, gradients) in zip(SAMPLES, cases, answers, strict=True):
        for found, wanted in zip((value, *gradients), evaluated(case), strict=True):
            if not np.allclose(found, wanted, rtol=1e-9, atol=1e-9, equal_nan=True):
                wrong.append(f"{op.name}{dict(sample.attributes)} at {sample.operands}: {found}, not {wanted}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", [C, JS], ids=["C", "JavaScript"])
def test_every_elementwise_row_has_words_in_every_language(language: Any) -> None:
    missing = []
    for op in OPS.values():
        if op.elementwise:
            parts = every_part(read(op.numpy if op.python is None else op.python))
            called = {part.function for part in parts if isinstance(part, Call)} - {"float"}
            missing += [f"{op.name}: {name}" for name in sorted(called - language.functions.keys())]
    assert not missing


@pytest.mark.parametrize("op", [op for op in OPS.values() if not op.elementwise], ids=lambda op: op.name)
def test_every_other_row_has_loops(op: Op) -> None:
    assert op.name in LOWERINGS or op.name in VIEWS or op.contraction is not None


@pytest.mark.parametrize("table", [LOWERINGS, VIEWS], ids=["loops", "views"])
def test_the_tables_name_operations_only(table: Any) -> None:
    assert table.keys() <= OPS.keys()


def test_both_runtimes_have_what_the_languages_name() -> None:
    for language, file, own in ((C, "kernels.c", ""), (JS, "kernels.js", "Math.")):
        named = {name for key, name in language.functions.items() if key.startswith("k.") and "{" not in name}
        assert {name for name in named if not (own and name.startswith(own))} <= kernels(file).keys()
