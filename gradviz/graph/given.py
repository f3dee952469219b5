"""Values of inputs: those given from outside, and those that the program writes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gradviz.errors import DomainProblem, NameProblem, ValueProblem, nearest
from gradviz.graph.exact import representable
from gradviz.graph.expressions import Builder
from gradviz.graph.graph import Graph
from gradviz.graph.layers import Layers
from gradviz.graph.names import Names, names_of
from gradviz.graph.numeric import computed
from gradviz.graph.order import free_names
from gradviz.graph.parts import Bench, Fixed, Part
from gradviz.graph.sizes import Letters, Sizes
from gradviz.graph.values import Value, floats
from gradviz.shape import Shape
from gradviz.source import Span
from gradviz.syntax.tree import Array, Assign, Call, Index, Name, Number, Program, Text

NOT_FINITE = frozenset({"nan", "inf", "infinity", "infty", "oo"})
"""How people write what is no finite number."""

ROUNDING = 1e-6
"""How far from one a sum may be that is declared to be one."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be built; `inner`, where that is asked for, is what the output's layer made: `h.z` of `h`."""

    program: Program
    names: Names
    output_name: str
    shapes: Mapping[str, Shape]
    asked: bool
    training: bool = True
    inner: str = ""

    @property
    def own(self) -> frozenset[str]:
        """The names that the program or the caller gives a meaning."""
        return frozenset(self.names.assigned) | frozenset(self.names.shapes) | frozenset(self.shapes)

    def is_input(self, name: str) -> bool:
        """A program of constants alone computes its last one."""
        alone = not self.asked and name == self.output_name and not self.names.arguments
        return self.names.is_input(name) and not alone


def evaluated(name: str, value: Any) -> Any:
    """A given value; a tree of constants (as `parse_point` gives) is computed.

    Raises:
        ValueProblem: the tree names something that is no constant, such as another input or infinity.
    """
    if not isinstance(value, (Number, Name, Text, Call, Index, Array)):
        return value
    statement = Assign(name, value, span=value.span, name_span=value.span)
    program = Program((statement,))
    names = names_of(program)
    if name not in names.constant:
        odd = next((n for n in free_names(value, frozenset()) if n.id.lower() in NOT_FINITE), None)
        if odd is not None:
            raise ValueProblem(
                f"the value of {name} must be a finite number",
                span=odd.span,
                hint="write a number, such as -2 or 1e6",
            )
        raise ValueProblem(f"the value of {name} is no constant", hint="write a number, as in x=-2, or W=[[1,2],[3,4]]")
    return written_value(statement, Task(program, names, name, {}, False))


def refuse_unknown(given: Mapping[str, Any], task: Task) -> None:
    """Refuse values for what is no input.

    A dotted name may be a layer's parameter: `check_parameters` looks at these once the layers are built.

    Raises:
        ValueProblem: the program computes the name, or does not have it; the nearest one is proposed.
    """
    names = task.names
    inputs = [name for name in names.places if task.is_input(name)]
    for name in given:
        if name in inputs or name in names.letters or ("." in name and name not in names.places):
            continue
        if name in names.places or name in names.defined:
            place = names.assigned[name].name_span if name in names.assigned else None
            raise ValueProblem(
                f"a value is given for {name}, which the program computes",
                span=place,
                hint=f"values are for inputs: {', '.join(inputs) or 'this program has none'}",
            )
        close = nearest(name, inputs)
        listed = f"its inputs are {', '.join(inputs)}" if inputs else "it has no inputs"
        raise ValueProblem(
            f"a value is given for {name!r}, which the program does not have",
            hint=f"did you mean {close!r}?" if close else listed,
        )


def check_declared_values(names: Names, values: Mapping[str, Value]) -> None:
    """Refuse a value that is not what the program says of it.

    Raises:
        ValueProblem: it is not symmetric, or its entries (of a matrix those of each row) do not sum to one.
    """
    checks = {"symmetric": _asymmetry, "stochastic": _wrong_sum}
    for name, word in sorted(names.declared):
        if name not in values or word not in checks:
            continue
        import numpy as np

        trouble = checks[word](np.asarray(floats(values[name]), dtype=np.float64))
        if trouble:
            said, wanted = trouble
            raise ValueProblem(
                f"{said.format(name)}, but {name} is declared {word}",
                span=names.shapes[name].span,
                hint=f"leave the word {word} out, or give a value {wanted}",
            )


def _asymmetry(array: Any) -> tuple[str, str] | None:
    import numpy as np

    square = array.ndim == 2 and array.shape[0] == array.shape[1]
    if not square or np.allclose(array, array.T):
        return None
    return "the value of {} is not symmetric", "that equals its transpose"


def _wrong_sum(array: Any) -> tuple[str, str] | None:
    """Within what rounding leaves, not more: formulas will rely on it."""
    import numpy as np

    if array.ndim not in (1, 2):
        return None
    sums = np.atleast_1d(array.sum(axis=-1))
    wrong = np.flatnonzero(~(np.abs(sums - 1) <= ROUNDING))
    if not len(wrong):
        return None
    total = f"{sums[wrong[0]]:.6g}"
    if array.ndim == 1:
        return f"the entries of {{}} sum to {total}", "whose entries sum to one"
    return f"row {wrong[0]} of {{}} sums to {total}", "whose rows sum to one each"


def written_value(statement: Assign, task: Task) -> Value:
    """The value of a name that the program gives a constant.

    Raises:
        DomainProblem: it is infinite or not a number.
    """
    bench = Bench(Graph(), task.program.source, Sizes({}, Letters()), set())
    layers = Layers(bench, task.names, {}, training=True)
    builder = Builder(bench, task.names, task.own, _no_input, lambda name: None, layers)
    assert statement.expression is not None
    part = builder.build(statement.expression)
    if isinstance(part, Fixed) and isinstance(part.value, (int, Fraction)):
        return representable(part.value, statement.expression.span)
    if isinstance(part, Fixed) and not part.shape:
        return part.value
    if isinstance(part, Fixed):
        import numpy as np

        value: Value = np.array(floats(part.value), dtype=np.float64).reshape(part.shape)
    else:
        value = computed(bench.graph, bench.term(part, statement.span).id)
    if not _is_finite(value):
        raise DomainProblem(
            f"the value of {statement.name} is not a finite number",
            span=statement.expression.span,
            hint="a logarithm or a root of a negative number, or a division by zero",
        )
    return value


def _is_finite(value: Value) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    import numpy as np

    return bool(np.all(np.isfinite(value)))


def _no_input(name: str, span: Span) -> Part:
    raise NameProblem(f"{name!r} is no constant", span=span)
