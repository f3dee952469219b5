"""One update of one parameter explained: from the loss, over its gradient, through the optimiser to the new value."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.errors import NameProblem, OptionProblem, nearest
from gradviz.explanation.data import ExplanationData, StepFacts
from gradviz.explanation.explain import explain_graph
from gradviz.explanation.mathematics import name_math
from gradviz.explanation.narration import short
from gradviz.explanation.values import to_value
from gradviz.passes.evaluate import evaluate
from gradviz.passes.matrix.family import family_of
from gradviz.training.loop import Loop
from gradviz.training.network import views
from gradviz.training.updating import Follow, entry_math, gradient_formula, update_lines

if TYPE_CHECKING:
    from gradviz.graph.build import Built
    from gradviz.training.data import Array
    from gradviz.training.run import Run

LARGE = 20_000
"""Entries of data and parameters together up to which formulas are worked out."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The material of one update, as training computed it.

    Args:
        step: its number, from 1.
        epoch: from 1.
        rows: positions of the batch's rows in the data.
        batch: these rows, by data input.
        built: the program at the size of the batch.
        others: values of buffers, noise and fixed inputs at the update, by name.
        before, after: the parameters.
        gradients: as they came out of the backward pass.
        states: the optimiser's before the update, by parameter and state.
        rate: the learning rate.
        norm: of all gradients together; 0 where nothing is clipped by it.
        loss: of the batch, before the update.
    """

    step: int
    epoch: int
    rows: tuple[int, ...]
    batch: Mapping[str, Array]
    built: Built
    others: Mapping[str, Any]
    before: Mapping[str, Array]
    after: Mapping[str, Array]
    gradients: Mapping[str, Array]
    states: Mapping[str, Mapping[str, Array]]
    rate: float
    norm: float
    loss: float


def explained_step(run: Run, step: int, entry: str = "") -> StepFacts:
    """One update of a run, in full.

    The run is made again up to that update: the same seed gives the same numbers, bit for bit.

    Args:
        run: as `fit` gave it.
        step: which update, from 1.
        entry: the parameter that is followed, with the place in it where it is an array: `w`, `h.W[0,1]`; by default
            the entry with the greatest gradient of the first parameter.

    Raises:
        OptionProblem: the run has no such update, or the parameter no such entry.
        NameProblem: nothing of that name is trained.

    Example:
        >>> from gradviz.training.fit import fit
        >>> from gradviz.training.problem import problem_of
        >>> from gradviz.training.settings import Settings
        >>> facts = explained_step(fit(problem_of("f = x^2; x = 3"), Settings("gd", rate=0.1, epochs=2)), 2)
        >>> [(line.formula.unicode, line.numbers.unicode) for line in facts.lines]
        [('g = ∂f/∂x = 2·x', '2·2.4'), ('x ← x − η·g', '2.4 − 0.1·4.8')]
    """
    steps = len(run.losses)
    if isinstance(step, bool) or not 1 <= step <= steps:
        raise OptionProblem(f"the run has no update {step}", hint=f"it has updates 1 to {steps}")
    moment = moment_of(run, step)
    follow = followed(moment, entry)
    explanation = _explanation(run, moment)
    loss_after = _loss_after(run, moment)
    return StepFacts(
        step=step,
        parameter=name_math(follow.parameter),
        index=follow.index,
        batch=moment.rows,
        loss=moment.loss,
        gradient=gradient_formula(explanation, follow),
        lines=update_lines(run.settings.resolved(len(run.training)), moment, follow, explanation),
        before=to_value(moment.before[follow.parameter]),
        after=to_value(moment.after[follow.parameter]),
        loss_after=loss_after,
        explanation=explanation,
        steps=steps,
        epoch=moment.epoch,
        rows=len(run.training),
        says=tuple(_sentences(run, moment, follow, loss_after)),
    )


def moment_of(run: Run, step: int) -> Moment:
    """The update of that number, made again."""
    rows = np.array(run.training, dtype=int)
    loop = Loop(run.problem, run.settings, rows, np.array(run.validation, dtype=int))
    network, epoch = loop.network, 0
    while True:
        epoch += 1
        for chosen in loop.places():
            batch = {name: array[rows][chosen] for name, array in run.problem.data.arrays.items()}
            if network.updates + 1 == step:
                return _made(run, loop, rows[chosen], batch, epoch)
            network.step(batch)


def _made(run: Run, loop: Loop, rows: Array, batch: Mapping[str, Array], epoch: int) -> Moment:
    network, problem = loop.network, run.problem
    shapes = {name: view.shape for name, view in network.values.items()}
    before = {name: view.copy() for name, view in network.values.items()}
    flat = {state: views(values.copy(), shapes) for state, values in network.states.items()}
    built = problem.at(batch)
    others = {**problem.fixed, **{name: values.copy() for name, values in network.buffers.items()}}
    for name in problem.noise:
        if name in built.graph.inputs:
            others[name] = network.drawn(name, built.graph.nodes[built.graph.inputs[name]].shape).copy()
    rate = network.rate(network.updates)
    loss = network.step(batch)
    clipped = run.settings.clip is not None
    return Moment(
        step=network.updates,
        epoch=epoch,
        rows=tuple(rows.tolist()),
        batch=batch,
        built=built,
        others=others,
        before=before,
        after={name: view.copy() for name, view in network.values.items()},
        gradients={name: view.copy() for name, view in network.gradients.items()},
        states={name: {state: found[name] for state, found in flat.items()} for name in shapes},
        rate=rate,
        norm=math.sqrt(float(np.dot(network.g, network.g))) if clipped else 0.0,
        loss=loss,
    )


_PLACE = re.compile(r"\s*(?P<name>[^\[\]]+?)\s*(\[(?P<index>[\s\d,+-]*)\])?\s*")


def followed(moment: Moment, entry: str) -> Follow:
    """The entry that a person asks for, or the one with the greatest gradient.

    Raises:
        OptionProblem: the parameter has no such entry.
        NameProblem: nothing of that name is trained.
    """
    if not entry:
        return _steepest(moment, next(iter(moment.before)))
    found = _PLACE.fullmatch(entry)
    name = found["name"] if found else entry
    if found is None or name not in moment.before:
        close = nearest(name, moment.before)
        known = f"trained are {', '.join(moment.before)}"
        raise NameProblem(f"no parameter is called {name!r}", hint=f"did you mean {close!r}?" if close else known)
    if found["index"] is None:
        return _steepest(moment, name)
    shape = moment.before[name].shape
    try:
        index = tuple(int(part) for part in found["index"].split(",") if part.strip())
    except ValueError:
        index = (-1,)
    if len(index) != len(shape) or not all(0 <= at < size for at, size in zip(index, shape, strict=True)):
        if not shape:
            raise OptionProblem(f"{name} is a single number and has no entry {entry!r}", hint=f"write {name}")
        example = f"{name}[{','.join(str(size - 1) for size in shape)}]"
        raise OptionProblem(f"{name} has no entry {entry!r}", hint=f"entries are counted from 0; the last is {example}")
    return Follow(name, index)


def _steepest(moment: Moment, name: str) -> Follow:
    gradient = np.abs(moment.gradients[name])
    if not gradient.ndim:
        return Follow(name, ())
    place = int(np.argmax(np.where(np.isfinite(gradient), gradient, -1.0)))
    return Follow(name, tuple(int(at) for at in np.unravel_index(place, gradient.shape)))


def _explanation(run: Run, moment: Moment) -> ExplanationData:
    """The loss of the batch by the parameters before the update."""
    built = moment.built
    values = {**moment.others, **moment.batch, **moment.before}
    entries = sum(int(np.size(value)) for value in values.values())
    return explain_graph(
        built.graph,
        built.output,
        output_name=built.output_name,
        source=run.problem.source,
        values={name: value for name, value in values.items() if name in built.graph.inputs},
        wrt=run.problem.parameters,
        formulas=entries <= LARGE,
        letters={key: "×".join(map(str, shape)) for key, shape in built.letters.shapes.items()},
        family=family_of(built) if entries <= LARGE and built.program.statements else None,
        declared=built.declared,
    )


def _loss_after(run: Run, moment: Moment) -> float:
    """The loss of the same rows, with the same noise, by the new parameters."""
    values = {**moment.others, **moment.batch, **moment.after}
    known = {name: value for name, value in values.items() if name in moment.built.graph.inputs}
    (loss,) = evaluate(moment.built.graph, known, [moment.built.output])
    return float(np.asarray(loss).reshape(-1)[0])


def _sentences(run: Run, moment: Moment, follow: Follow, loss_after: float) -> list[str]:
    """What the gradient's sign means, what became of the loss, and what the slopes had promised."""
    slope = float(moment.gradients[follow.parameter][follow.index])
    old, new = (float(values[follow.parameter][follow.index]) for values in (moment.before, moment.after))
    name = entry_math(follow).unicode.replace(", ", ",")
    told = []
    if slope == 0:
        loss = "this batch's loss" if moment.rows else "the loss"
        told.append(f"the gradient is 0 here: to first order {loss} does not depend on {name}")
    elif math.isfinite(slope):
        more, way = ("grows", "down") if slope > 0 else ("falls", "up")
        went = "up" if new > old else "down" if new < old else "nowhere"
        text = f"the gradient is {'positive' if slope > 0 else 'negative'}: the loss {more} as {name} grows"
        moved = f"{name} goes {went}, by {short(abs(new - old))}"
        told.append(f"{text}, so {moved}" if went == way else f"{text}; yet {moved}, carried by earlier gradients")
    promised = sum(
        float(np.sum(moment.gradients[name] * (moment.after[name] - moment.before[name]))) for name in moment.before
    )
    if math.isfinite(promised) and math.isfinite(loss_after):
        came = loss_after - moment.loss
        what = "all parameters change together, and " if _entries(moment) > 1 else ""
        rest = "the rest is curvature" if came * promised >= 0 else "the step goes too far, and the loss bends back"
        told.append(
            f"{what}the slopes promise a change of the loss by {short(promised)}; it changes by {short(came)}: {rest}"
        )
    return told


def _entries(moment: Moment) -> int:
    return sum(int(np.size(values)) for values in moment.before.values())
