"""A program made ready to be trained: which inputs are data, which are parameters, and the compiled loss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.errors import ShapeError, ValueProblem
from gradviz.networks.leaf import Leaf
from gradviz.training.checks import check_targets
from gradviz.training.data import Array, Data
from gradviz.training.roles import first_values, fixed_values, listed, own_data, resized, trained_inputs

if TYPE_CHECKING:
    from gradviz.graph.build import Built


@dataclass(frozen=True, slots=True)
class Problem:
    """A network with its data.

    Args:
        source: the program's text; "" for a graph made by hand.
        built: the program at the size of all rows, built as it is trained.
        data: the rows, by input.
        parameters: the inputs that are trained, in the order of the program.
        leaves: what layers made, by input.
        fixed: values of the other inputs.
        prediction: the name of the node that the loss compares with the target ("" where none is found).
        target: the input that it is compared with; "" where there is none.
        start: the first values of parameters and buffers.
        of: the output that was asked for; None for the program's last statement.
        given: the values that were given besides the data.
        notes: what a person should know of how the inputs were taken, in sentences.
    """

    source: str
    built: Built
    data: Data
    parameters: tuple[str, ...]
    leaves: Mapping[str, Leaf]
    fixed: Mapping[str, Any]
    prediction: str = ""
    target: str = ""
    start: Mapping[str, Array] = field(default_factory=dict)
    of: str | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def buffers(self) -> tuple[str, ...]:
        """The inputs that are kept from step to step."""
        return tuple(name for name, leaf in self.leaves.items() if leaf.role == "buffer")

    @property
    def noise(self) -> tuple[str, ...]:
        """The inputs that are drawn for each step."""
        return tuple(name for name, leaf in self.leaves.items() if leaf.role == "noise")

    def at(self, batch: Mapping[str, Array]) -> Built:
        """The program as it is trained, at the size of a batch.

        Args:
            batch: by data input, its rows.

        Raises:
            ShapeError: the program has a fixed number of rows, and these are not as many.
        """
        same = all(np.shape(batch[name]) == array.shape for name, array in self.data.arrays.items())
        return self.built if same else self._built(batch, training=True)

    def evaluating(self, batch: Mapping[str, Array]) -> Built:
        """The same as it is evaluated: nothing is dropped, and batches are normalised by running statistics."""
        if not self.noise and not self.buffers:
            return self.at(batch)
        return self._built(batch, training=False)

    def _built(self, batch: Mapping[str, Array], *, training: bool) -> Built:
        from gradviz.graph.build import build

        program = self.built.program
        if not program.statements:
            size = len(next(iter(batch.values()), ()))
            raise ShapeError(
                f"the graph was made for {self.data.rows} rows, and cannot take {size}",
                hint=f"train on all rows at once (batch={self.data.rows}), or write the network in the language",
            )
        mode = {} if training else {"training": False}
        return build(resized(program, batch), values={**self.given, **batch}, of=self.of, **mode)  # type: ignore[arg-type]


def problem_of(
    source: str | Built,
    data: Data | None = None,
    *,
    wrt: Iterable[str] | None = None,
    values: Mapping[str, Any] | None = None,
    of: str | None = None,
    name: str = "program",
    seed: int = 0,
) -> Problem:
    """A program with its data, ready to be trained.

    Trained are the parameters of layers and the inputs declared `parameter`; where there are neither, every input that
    is not data. Without data, the arrays of the program that share their number of rows are the data.

    Args:
        source: the program, or a graph made by hand (as `Built`), which keeps its number of rows.
        data: rows by input.
        wrt: the inputs to be trained instead.
        values: of other inputs, or the first ones of parameters; they win over the program's own.
        of: the output's name.
        name: under which errors speak of the text.
        seed: of the first values.

    Raises:
        UserError: the program is wrong, data do not fit it, or an input has nothing; the message says what to do.

    Example:
        >>> problem = problem_of("L = mean((w*x + b - y)^2); x = [1, 2, 3]; y = [2, 4, 6]")
        >>> problem.parameters, sorted(problem.data.arrays), problem.target
        (('w', 'b'), ['x', 'y'], 'y')
    """
    from gradviz.training.finding import compared

    data = Data({}) if data is None else data
    check_rows(data)
    given = dict(values or {})
    built = _first_build(source, data, given, of, name)
    if not data.arrays:
        data = own_data(built, wrt)
    check_targets(built, data)
    parameters, notes = trained_inputs(built, data, wrt)
    start = first_values(built, parameters, seed)
    fixed = fixed_values(built, data, parameters, seed)
    prediction, target = compared(built.graph, built.output, data.arrays, parameters)
    drawn = [p for p in parameters if p not in built.values and p not in built.graph.leaves]
    if drawn:
        notes = (*notes, f"{listed(drawn)} had no value: drawn from a normal distribution with deviation 0.1")
    return Problem(
        source=built.program.source.text,
        built=built,
        data=data,
        parameters=parameters,
        leaves=dict(built.graph.leaves),
        fixed=fixed,
        prediction=prediction,
        target=target,
        start=start,
        of=of,
        given=given,
        notes=(*data.notes, *notes),
    )


def check_rows(data: Data) -> None:
    """Refuse rows that nothing can be learnt from.

    Raises:
        ValueProblem: there are none, inputs have different numbers of them, or a number is NaN or infinite.
    """
    sizes = {}
    for name, array in data.arrays.items():
        if array.ndim == 0:
            raise ValueProblem(f"the data for {name} are one number", hint=f"give {name} as a value, not as data")
        sizes[name] = len(array)
    if len(set(sizes.values())) > 1:
        said = ", ".join(f"{name} has {size}" for name, size in sizes.items())
        raise ValueProblem(f"the data have different numbers of rows: {said}", hint="give one row of each per example")
    if data.arrays and not data.rows:
        raise ValueProblem("the data have no rows", hint="give at least one")
    for name, array in data.arrays.items():
        if not np.isfinite(array).all():
            row = int(np.argwhere(~np.isfinite(array))[0][0])
            raise ValueProblem(
                f"the data for {name} hold NaN or infinity in {data.place(row)}",
                hint="leave that row out, or fill it in",
            )


def _first_build(source: str | Built, data: Data, given: Mapping[str, Any], of: str | None, name: str) -> Built:
    from gradviz.graph.build import build
    from gradviz.syntax.parser import parse

    if not isinstance(source, str):
        return source
    program = parse(source, name=name, known=(*given, *data.arrays))
    return build(resized(program, data.arrays), values={**given, **data.arrays}, of=of)
