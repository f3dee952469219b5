"""What stands around a body that works in given memory: arguments are checked, memory is found, arrays are returned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from gradviz.errors import ValueProblem
from gradviz.passes.compiling.emit.identifiers import RESERVED, Identifiers
from gradviz.passes.compiling.emit.inplace.buffers import Program
from gradviz.shape import Shape, show

HELPERS = ("ndarray", "kind", "plain", "take", "spare", "fresh", "empty", "careful", "singular", "work")
"""What the generated functions call things."""
ERRORS_ARE_CONTEXTUAL = int(np.__version__.partition(".")[0]) >= 2
"""Whether NumPy keeps what it does about errors in a context, as it does from 2.0 on, and not in the thread."""


def quiet() -> Callable[..., Any]:
    """What calls functions without a word about numbers outside their domain: `run(function, *arguments)`.

    It serves one call at a time. The quiet costs nothing where NumPy keeps its settings in a context: all calls run in
    one in which they were set once. `np.errstate` takes as long as three operations on small arrays.
    """
    if not ERRORS_ARE_CONTEXTUAL:
        return _quietly
    context = Context()
    context.run(np.seterr, all="ignore")
    return context.run


def workspace(program: Program) -> Callable[..., tuple[Any, ...]]:
    """A program's body with memory of its own, quiet; for one call at a time."""
    return partial(quiet(), program.body, *program.memory())


def _quietly(function: Callable[..., Any], *arguments: Any) -> Any:
    with np.errstate(all="ignore"):
        return function(*arguments)


@dataclass(frozen=True, slots=True)
class Call:
    """What the functions around a body are made from.

    Args:
        program: the body.
        inputs: the arguments' names in the program.
        shapes: their shapes.
        targets: the shapes of what is returned: the value, then the gradients.
        dtype: of arrays.
        careful: `(values, arrays) -> numbers`: does the body's work where it meets a singular matrix.
    """

    program: Program
    inputs: tuple[str, ...]
    shapes: tuple[Shape, ...]
    targets: tuple[Shape, ...]
    dtype: np.dtype[Any]
    careful: Callable[[Sequence[Any], Sequence[Any]], tuple[Any, ...]]

    def functions(self) -> tuple[Callable[..., Any], Callable[..., Any]]:
        """The function that returns arrays of its own, and what makes one that writes into given arrays.

        Both take their memory from one heap: a call takes what lies there or has new memory made, and puts it back. So
        threads do not meet, nor does a call that interrupts another, and as much memory is kept as was ever needed at
        once.
        """
        spare: list[Any] = []
        space: dict[str, Any] = {
            **{"ndarray": np.ndarray, "kind": self.dtype, "plain": float if self.dtype == np.float64 else np.float32},
            **{"take": _taker(self.dtype), "spare": spare, "fresh": partial(workspace, self.program)},
            **{"empty": np.empty, "careful": self.careful, "singular": np.linalg.LinAlgError, "__builtins__": BUILTINS},
        }
        exec(compile(self._source(), "<gradviz>", "exec"), space)
        return space["fn"], space["bind"]

    def _source(self) -> str:
        names = Identifiers({*RESERVED, *HELPERS, "fn", "bind"})
        parameters = [names.take(name) for name in self.inputs]
        made = {place: names.fresh("made_") for place, shape in enumerate(self.targets) if shape}
        numbers = {place: names.fresh("number_") for place, shape in enumerate(self.targets) if not shape}
        results = [made.get(place) or f"plain({numbers[place]})" for place in range(len(self.targets))]
        answer = f"{results[0]}, ({', '.join(results[1:])}{',' * (len(results) == 2)})"
        empties = [f"{name} = empty({self.targets[place]!r}, kind)" for place, name in made.items()]
        checks, call = self._checks(parameters), self._call(parameters, list(made.values()), list(numbers.values()))
        head = f"def fn({', '.join(parameters)}):"
        plain = _indented([head, *_indented([*checks, *empties, *call, f"return {answer}"])], 0)
        bound = [head, *_indented([*checks, *call, f"return {answer}"]), "return fn"]
        return "\n".join([*plain, "", "", f"def bind({', '.join(made.values())}):", *_indented(bound), ""])

    def _checks(self, parameters: Sequence[str]) -> list[str]:
        """What is not an array of the right type and shape is made one, or refused."""
        lines = []
        for parameter, name, shape in zip(parameters, self.inputs, self.shapes, strict=True):
            if not shape:
                lines.append(f"{parameter} = take({parameter}, {name!r}, ())[()]")
                continue
            wrong = (
                f"type({parameter}) is not ndarray or {parameter}.dtype is not kind or {parameter}.shape != {shape!r}"
            )
            lines += [f"if {wrong}:", f"    {parameter} = take({parameter}, {name!r}, {shape!r})"]
        return lines

    def _call(self, parameters: Sequence[str], made: Sequence[str], numbers: Sequence[str]) -> list[str]:
        left = f"{', '.join(numbers)}{',' * (len(numbers) == 1)} = " if numbers else ""
        values, arrays = _tuple(parameters), _tuple(made)
        return [
            *("try:", "    work = spare.pop()", "except IndexError:", "    work = fresh()"),
            *("try:", f"    {left}work({', '.join([*parameters, *made])})"),
            *("except singular:", f"    {left}careful({values}, {arrays})"),
            "spare.append(work)",
        ]


BUILTINS: Mapping[str, Any] = {"type": type, "IndexError": IndexError}


def _tuple(names: Sequence[str]) -> str:
    return f"({', '.join(names)}{',' * (len(names) == 1)})"


def _indented(lines: Sequence[str], depth: int = 1) -> list[str]:
    return ["    " * depth + line for line in lines]


def _taker(dtype: np.dtype[Any]) -> Callable[[Any, str, Shape], Any]:
    def take(value: Any, name: str, shape: Shape) -> Any:
        array = np.asarray(value, dtype)
        if array.shape != shape:
            raise ValueProblem(
                f"the value of {name} has the shape {show(array.shape)}",
                hint=f"{name} is {'a scalar' if not shape else 'an array of the shape ' + show(shape)}",
            )
        return array

    return take


def checked_arrays(given: Sequence[Any], names: Sequence[str], shapes: Sequence[Shape], dtype: np.dtype[Any]) -> None:
    """Refuse arrays that results cannot be written into.

    Raises:
        ValueProblem: one is no array, has another shape or type, is read-only or has gaps, or two overlap.
    """
    for array, name, shape in zip(given, names, shapes, strict=True):
        if not isinstance(array, np.ndarray):
            raise ValueProblem(
                f"what is given for {name} is no array", hint=f"give np.empty({shape!r}, np.{dtype.name})"
            )
        if array.shape != shape or array.dtype != dtype:
            raise ValueProblem(
                f"the array for {name} has the shape {show(array.shape)} and the type {array.dtype}",
                hint=f"give np.empty({shape!r}, np.{dtype.name})",
            )
        if not (array.flags.c_contiguous and array.flags.writeable and array.flags.aligned):
            raise ValueProblem(
                f"the array for {name} is {'read-only' if not array.flags.writeable else 'not contiguous'}",
                hint=f"give np.empty({shape!r}, np.{dtype.name})",
            )
    for place, array in enumerate(given):
        for other, name in zip(given[:place], names, strict=False):
            if np.may_share_memory(array, other):
                raise ValueProblem(
                    f"the arrays for {name} and {names[place]} overlap", hint="give each memory of its own"
                )
