"""A job as a person reads it: one operation per line, every value with a name, a comment that says which node it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from gradviz.ops.op import INPUT
from gradviz.passes.backward import Edge
from gradviz.passes.compiling.comments import LONGEST_NAME
from gradviz.passes.compiling.emit.identifiers import Identifiers
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.schedule import schedule
from gradviz.passes.compiling.simplify import Step
from gradviz.shape import Shape, show

Part = Literal["forward", "backward"]


@dataclass(frozen=True, slots=True)
class Line:
    """`name = …`: one operation, or another name for a value that is there already.

    Args:
        id: the value's position in the graph.
        name: its identifier.
        step: the operation; None where the line only gives a name.
        operands: the identifiers that it reads, by slot; None for a constant. Where there is no operation: one.
        comment: which node it is.
        part: of the program.
        shape: of the value.
        of: for a gradient, the identifier of what it is the gradient by.
    """

    id: int
    name: str
    step: Step | None
    operands: tuple[str | None, ...]
    comment: str
    part: Part
    shape: Shape
    of: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A program for people.

    Args:
        job: what it computes.
        function: the identifier of the whole.
        parameters: the inputs' identifiers, by their names.
        lines: in order, the forward ones first.
        value: the identifier of the output's value.
        gradients: the identifiers of the gradients, in the order of the targets.
        by: what those are the gradients by.
        names: where further identifiers come from.
    """

    job: Job
    function: str
    parameters: Mapping[str, str]
    lines: tuple[Line, ...]
    value: str
    gradients: tuple[str, ...]
    by: tuple[str, ...]
    names: Identifiers

    @property
    def scalar(self) -> bool:
        """Whether all values are single numbers."""
        return not any(self.job.shapes) and not any(line.shape for line in self.lines)


def listing(job: Job, names: Identifiers | None = None) -> Listing:
    """A job in lines.

    A gradient that another value serves as (that of `q` in `f = q*z` is `z`) gets a line of its own, `d_q = z`, where
    something later speaks of it.

    Args:
        job: what is written.
        names: where identifiers come from, with those taken that a language uses itself.
    """
    return _Lister(job, names or Identifiers()).listing()


@dataclass(slots=True)
class _Lister:
    job: Job
    identifiers: Identifiers
    lines: list[Line] = field(default_factory=list)
    called: dict[int, str] = field(default_factory=dict)
    """The identifiers of values, by position."""
    slopes: dict[int, str] = field(default_factory=dict)
    """The identifiers of gradients, by the position of what they are the gradients by."""
    named: dict[int, str] = field(default_factory=dict)
    """The identifiers of steps that the user has named."""
    words: dict[int, str] = field(default_factory=dict)
    along: dict[int, Edge] = field(default_factory=dict)
    """The edge that a step is the contribution of."""
    arrivals: dict[int, list[Edge]] = field(default_factory=dict)
    """The edges by their source."""

    def listing(self) -> Listing:
        job = self.job
        function = self.identifiers.take("value_and_gradients")
        parameters = {name: self.identifiers.take(name) for name in job.inputs}
        self.called |= {i: parameters[name] for name, i in job.inputs.items()}
        order = schedule(job.plan).statements
        # The user's names first, so that none of ours takes one of them.
        self.named = {step.id: self.identifiers.take(name) for step in order if (name := self._own_name(step.id))}
        forward = _reached(order, job.plan.targets[0])
        for step in order:
            if step.id in forward:
                self._forward(step)
        value = self._value()
        self._note_edges()
        self._backward([step for step in order if step.id not in forward])
        by = self._wanted()
        gradients = tuple(self.slopes[i] for i in by)
        lines = _spoken_of(self.lines, {value, *gradients})
        return Listing(job, function, parameters, lines, value, gradients, tuple(map(self._word, by)), self.identifiers)

    def _own_name(self, i: int) -> str | None:
        """The user's name for a node; steps that simplifying made are none of the graph's nodes."""
        nodes = self.job.back.graph.nodes
        return nodes[i].name if i < len(nodes) else None

    def _forward(self, step: Step) -> None:
        nodes = self.job.back.graph.nodes
        own = self._own_name(step.id)
        name = self.named.get(step.id) or self.identifiers.fresh()
        self.called[step.id] = name
        said = "" if own in (None, name) else f"{_clean(own or '')}: "
        group = nodes[step.id].group if step.id < len(nodes) else None
        where = f", in {_clean(group.name)}" if group is not None else ""
        self._add(step, name, f"{said}{step.op.name}{where}", "forward")

    def _value(self) -> str:
        """The identifier of the output, which gets a line of its own where it is an input or a constant."""
        first = self.job.plan.targets[0]
        if any(line.id == first for line in self.lines):
            return self.called[first]
        wanted = self.job.back.graph.nodes[self.job.back.output]
        stem = wanted.name if wanted.name is not None and wanted.op is not INPUT else "f"
        name = self.identifiers.take(stem)
        shape = self.job.back.graph.nodes[self.job.back.output].shape
        self.lines.append(Line(first, name, None, (self.called.get(first),), "the output", "forward", shape))
        return name

    def _note_edges(self) -> None:
        for edge in self.job.back.edges:
            self.arrivals.setdefault(edge.source, []).append(edge)
            self.along.setdefault(edge.contribution, edge)
            ends = f"{self._word(edge.source)} along {self._word(edge.target)}"
            self.words.setdefault(edge.contribution, f"contribution to {ends}")
            if edge.local is not None:
                local = f"local derivative of {self._word(edge.target)} by {self._word(edge.source)}"
                self.words.setdefault(edge.local, local)

    def _word(self, i: int) -> str:
        """What a value is called in comments and in the name of its gradient."""
        node = self.job.back.graph.nodes[i]
        return self.called.get(i) or _clean(node.name or f"{node.op.name} {i}")

    def _backward(self, steps: list[Step]) -> None:
        """The steps in order; a gradient gets its name as soon as all that it is made of is there."""
        waiting = iter(steps)
        ids = {step.id for step in steps}
        titles: dict[int, int] = {}
        for source, gradient in self.job.back.gradients.items():
            if source in self.called and gradient in ids:
                titles.setdefault(gradient, source)
        for source, gradient in self.job.back.gradients.items():
            if gradient in ids and gradient not in self.called:
                for step in waiting:
                    self._step(step, titles)
                    if step.id == gradient:
                        break
            if source in self.called and source not in self.slopes and gradient in self.called:
                self._alias(source, gradient)
        for step in waiting:
            self._step(step, titles)

    def _step(self, step: Step, titles: Mapping[int, int]) -> None:
        source = titles.get(step.id)
        if source is None:
            name = self.called[step.id] = self.identifiers.fresh()
            note = self.job.plan.notes.get(step.id)
            place = step.id if note is None else note.node
            word = self.words.get(place, step.op.name)
            self._add(step, name, word if note is None else f"{note.prefix}{word}", "backward")
            return
        of = self._word(source)
        name = self.called[step.id] = self.slopes[source] = self.identifiers.take(f"d_{of}")
        summed = len(self.arrivals.get(source, ())) > 1
        comment = f"gradient by {of}" + (": the sum of its contributions" if summed else "")
        self._add(step, name, comment, "backward", of)

    def _alias(self, source: int, gradient: int) -> None:
        """Another name for a gradient that is another value, preferably for the gradient that it came along."""
        of = self._word(source)
        edges = self.arrivals.get(source, ())
        came = next((edge for edge in edges if edge.contribution == edge.upstream == gradient), None)
        other = self.called[gradient] if came is None else self.slopes.get(came.target, self.called[gradient])
        name = self.slopes[source] = self.identifiers.take(f"d_{of}")
        shape = self.job.back.graph.nodes[gradient].shape
        self.lines.append(Line(gradient, name, None, (other,), f"gradient by {of}", "backward", shape, of))

    def _wanted(self) -> list[int]:
        """The targets' nodes; those whose gradient has no line yet (constants, merged ones) get it now."""
        graph = self.job.back.graph
        by = [graph.names[name] for name in self.job.wrt]
        for i, target in zip(by, self.job.plan.targets[1:], strict=True):
            if i not in self.slopes:
                of = self._word(i)
                name = self.slopes[i] = self.identifiers.take(f"d_{of}")
                operand = (self.called.get(target),)
                self.lines.append(
                    Line(target, name, None, operand, f"gradient by {of}", "backward", graph.nodes[i].shape, of)
                )
        return by

    def _add(self, step: Step, name: str, comment: str, part: Part, of: str = "") -> None:
        edge = self.along.get(step.id)
        operands = tuple(self._operand(i, edge) for i in step.operands)
        sized = f"{comment}, {show(step.shape)}" if step.shape else comment
        self.lines.append(Line(step.id, name, step, operands, sized, part, step.shape, of))

    def _operand(self, i: int, edge: Edge | None) -> str | None:
        """An operand's identifier: of what comes upstream, the name as a gradient."""
        if edge is not None and i == edge.upstream and edge.target in self.slopes:
            return self.slopes[edge.target]
        return self.called.get(i)


def _clean(name: str) -> str:
    """A name in a comment: nothing in it can end the comment."""
    return "".join(sign if sign.isprintable() else "?" for sign in name[:LONGEST_NAME])


def _reached(steps: tuple[Step, ...], target: int) -> set[int]:
    """What a target needs, itself included."""
    needed = {target}
    for step in reversed(steps):
        if step.id in needed:
            needed.update(step.operands)
    return needed


def _spoken_of(lines: list[Line], wanted: set[str]) -> tuple[Line, ...]:
    """The lines without names that nothing later speaks of."""
    needed = set(wanted)
    kept: list[Line] = []
    for line in reversed(lines):
        if line.step is not None or line.name in needed:
            kept.append(line)
            needed.update(operand for operand in line.operands if operand is not None)
    return tuple(reversed(kept))
