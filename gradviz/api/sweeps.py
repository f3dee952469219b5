"""One sweep through a graph: a directional derivative (forward mode), or a gradient pulled back (reverse mode)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from gradviz.api import showing
from gradviz.api.directions import directions, filled
from gradviz.api.first_values import Mode
from gradviz.api.inputs import (
    Point,
    built_at,
    chosen,
    number_or_array,
    refuse_undefined,
    sizes_taken,
    values,
)

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from gradviz.explanation.data import CostFacts, SweepReport
    from gradviz.explanation.subject import Subject
    from gradviz.explanation.sweeps import Carried
    from gradviz.graph.build import Built
    from gradviz.graph.graph import Graph


@dataclass(frozen=True, eq=False)
class Sweep:
    """What `jvp` and `vjp` return.

    Args:
        kind: "jvp" or "vjp".
        value: the output's value: a float or an array; None without values.
        tangent: of a forward sweep, the output's change along the direction, in its shape; None without values.
        gradients: of a reverse sweep, by input name; None each without values.
    """

    kind: str
    value: Any
    tangent: Any
    gradients: Mapping[str, Any]
    _run: _Run

    @property
    def cost(self) -> CostFacts:
        """What this way costs here, and what the others would: counted operations, and sentences."""
        return self.report.cost

    @property
    def formulas(self) -> Mapping[str, str]:
        """Verified formulas as text, by the output's name (forward) or by input name, where there are any."""
        return {name: math.text for name, math in self.report.formulas.items()}

    @cached_property
    def report(self) -> SweepReport:
        """Everything as plain data, worked out when it is first asked for."""
        return self._run.report()

    def save(self, path: str | os.PathLike[str], **options: Any) -> Path:
        """Write a file in the format that its suffix says, and return its path.

        Raises:
            OptionProblem: the suffix or an option does not exist.
            FileProblem: the file cannot be written.
        """
        return showing.save(self.report, path, options)

    def to_text(self, **options: Any) -> str:
        """In words and columns, as the terminal shows it."""
        return showing.text_in(self.report, "text", options)

    def to_svg(self, **options: Any) -> str:
        """The picture."""
        return showing.text_in(self.report, "svg", options)

    def _repr_svg_(self) -> str:
        return self.to_svg()

    def __repr__(self) -> str:
        shown = f"tangent {self.tangent!r}" if self.kind == "jvp" else f"gradients {dict(self.gradients)!r}"
        return f"<{self.kind}: value {self.value!r}, {shown}>"


@dataclass(frozen=True, slots=True)
class _Run:
    """What a report is made of."""

    built: Built
    subject: Subject
    carried: Carried
    by: tuple[int, ...]
    timed: bool
    notes: tuple[tuple[Literal["note", "assumption"], str], ...]

    def report(self) -> SweepReport:
        """Counted (and timed, if that was asked for) and written down."""
        from gradviz.explanation.data import Remark
        from gradviz.explanation.sweeps import sweep_report
        from gradviz.passes.costs import costs_of, measure

        built, subject = self.built, self.subject
        measured = None
        if self.timed and not subject.missing:
            measured = measure(built.graph, built.output, subject.given, self.by)
        return sweep_report(
            subject,
            self.carried,
            costs_of(built.graph, built.output, self.by),
            source=built.program.source.text,
            measured=measured,
            by=[self.subject.wanted[i] for i in self.by],
            notes=[Remark(kind, text) for kind, text in self.notes],
        )


def jvp(
    source: str | Graph,
    along: Point,
    at: Point = None,
    of: str | None = None,
    *,
    measure: bool = False,
    seed: int | None = None,
    mode: Mode = "training",
    name: str = "expression",
) -> Sweep:
    """The derivative of an output along a direction, by one forward sweep: J v without J.

    Args:
        source: an expression or a program, or a graph built by hand.
        along: the direction by input name, a mapping or a text; in the input's shape, or one number for all of its
            entries. Inputs that are not named do not move.
        at: values of inputs. Without a value for every input there are formulas and no numbers.
        of: the output's name.
        measure: whether the ways are timed too, which takes some time.
        seed: random values for inputs that have none.
        mode: "training" builds networks as they are trained (dropout drops), "evaluation" as they are used.
        name: under which errors speak of the text.

    Raises:
        UserError: the text, a name, a shape or a value is wrong; the message says what to do.

    Example:
        >>> found = jvp("f = x*y", along={"x": 1}, at={"x": 3, "y": 5})
        >>> found.value, found.tangent, found.formulas["f"]
        (15.0, 5.0, 'y*x_dot')
    """
    from gradviz.explanation import sweeps

    built = built_at(source, at, of, name=name, seed=seed, mode=mode)
    refuse_undefined(built)
    subject = _subject(built, None)
    inputs = {name: i for i, name in subject.wanted.items()}
    given = directions(built.graph, along, built.graph.inputs)
    used = {inputs[name]: value for name, value in given.items() if name in inputs}
    carried = sweeps.forward(subject, used)
    notes = _notes(built)
    notes += [
        ("note", f"{name} is moved, and the output does not depend on it") for name in given if name not in inputs
    ]
    notes += [("note", text) for text in filled(built.graph, _numbers(along))]
    tangent = _array(sweeps.carried_array(carried, _known(subject, carried), subject.output))
    # What the ways cost is counted for all inputs: a direction that is zero, or not given, is one of them too.
    run = _Run(built, subject, carried, tuple(inputs.values()), measure, tuple(notes))
    return Sweep("jvp", _array(subject.known.get(subject.output)), tangent, MappingProxyType({}), run)


def vjp(
    source: str | Graph,
    upstream: Any = None,
    at: Point = None,
    wrt: str | Iterable[str] | None = None,
    of: str | None = None,
    *,
    measure: bool = False,
    seed: int | None = None,
    mode: Mode = "training",
    name: str = "expression",
) -> Sweep:
    """The gradients by one reverse sweep from an upstream gradient: Jᵀu without J.

    Args:
        source: an expression or a program, or a graph built by hand.
        upstream: what comes back into the output, in its shape or one number for all of its entries; ones if None.
        at: values of inputs. Without a value for every input there are formulas and no numbers.
        wrt: the inputs whose gradients are wanted; all if None.
        of: the output's name.
        measure: whether the ways are timed too, which takes some time.
        seed: random values for inputs that have none.
        mode: "training" builds networks as they are trained (dropout drops), "evaluation" as they are used.
        name: under which errors speak of the text.

    Raises:
        UserError: the text, a name, a shape or a value is wrong; the message says what to do.

    Example:
        >>> found = vjp("q = x*y", upstream=2, at={"x": 3, "y": 5})
        >>> found.value, dict(found.gradients), found.formulas["x"]
        (15.0, {'x': 10.0, 'y': 6.0}, 'y*q_bar')
    """
    from gradviz.explanation import sweeps

    built = built_at(source, at, of, name=name, seed=seed, mode=mode)
    refuse_undefined(built)
    subject = _subject(built, chosen(wrt))
    seed = _upstream(built, number_or_array(upstream, "upstream"))
    carried = sweeps.reverse(subject, seed)
    known = _known(subject, carried)
    gradients = {name: _array(sweeps.carried_array(carried, known, i)) for i, name in subject.wanted.items()}
    notes = _notes(built)
    shape = built.graph.nodes[built.output].shape
    if upstream is None and shape:
        notes.append(("assumption", f"{built.output_name} is an array, so the upstream gradient is taken as ones"))
    run = _Run(built, subject, carried, tuple(subject.wanted), measure, tuple(notes))
    return Sweep("vjp", _array(subject.known.get(subject.output)), None, MappingProxyType(gradients), run)


def _subject(built: Built, wrt: tuple[str, ...] | None) -> Subject:
    from gradviz.explanation.subject import subject_of

    return subject_of(built.graph, built.output, built.output_name, built.values, wrt, None)


def _upstream(built: Built, given: Any) -> Any:
    """The upstream gradient in the output's shape."""
    import numpy as np

    from gradviz.errors import ShapeError
    from gradviz.shape import show

    shape = built.graph.nodes[built.output].shape
    array = np.asarray(1.0 if given is None else given, dtype=np.float64)
    if array.shape not in ((), shape):
        raise ShapeError(
            f"the upstream gradient has the shape {show(array.shape)}, the output "
            f"{show(shape) if shape else 'is a scalar'}",
            hint="give a number, or an array in the output's shape",
        )
    return np.broadcast_to(array, shape).copy() if shape else float(array)


def _numbers(along: Point) -> dict[str, Any]:
    """The directions as given, where they are single numbers."""
    from numbers import Number

    return {name: float(given) for name, given in values(along).items() if isinstance(given, Number)}  # type: ignore[arg-type]


def _known(subject: Subject, carried: Carried) -> dict[int, Any]:
    from gradviz.explanation.sweeps import known_values

    return known_values(carried.graph, {**subject.given, **carried.given})


def _notes(built: Built) -> list[tuple[Literal["note", "assumption"], str]]:
    return [("note", str(getattr(note, "message", note))) for note in (*built.notes, *sizes_taken(built))]


def _array(value: Any) -> Any:
    """A float, or an array of its own; None stays None."""
    import numpy as np

    return np.array(value) if np.ndim(value) else value
