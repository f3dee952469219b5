"""The roles of a program's inputs in training: data, trained, kept, fixed; and their first values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.errors import NameProblem, UserError, ValueProblem, nearest
from gradviz.networks.leaf import Leaf
from gradviz.ops.op import INPUT
from gradviz.training.data import Array, Data

if TYPE_CHECKING:
    from gradviz.graph.build import Built
    from gradviz.syntax.tree import Program, Statement

START = "normal 0.1"
"""How a trained input starts that has neither a value nor a layer: small, so that nothing saturates, and not zero,
where products of parameters have no slope."""


def resized(program: Program, batch: Mapping[str, Array]) -> Program:
    """The program with the rows of a batch where it declares a number of them (`X : 4x2`)."""
    from gradviz.syntax.tree import Assign

    statements: list[Statement] = []
    for statement in program.statements:
        if isinstance(statement, Assign) and statement.name in batch and statement.shape:
            first, *others = statement.shape
            rows = len(batch[statement.name]) if isinstance(first, int) else first
            statement = replace(statement, shape=(rows, *others))
        statements.append(statement)
    return replace(program, statements=tuple(statements))


def own_data(built: Built, wrt: Iterable[str] | None) -> Data:
    """The arrays of the program that share their first size: at least two, the largest such family."""
    taken = {*(wrt or ()), *built.graph.leaves, *_declared(built)}
    families: dict[int, dict[str, Array]] = {}
    for name in built.inputs:
        value = built.values.get(name)
        if name not in taken and isinstance(value, np.ndarray) and value.ndim:
            families.setdefault(len(value), {})[name] = value
    found = max(families.values(), key=lambda family: (len(family), len(next(iter(family.values())))), default={})
    enough = len(found) > 1 or (found and (built.graph.leaves or wrt))
    arrays = found if enough and _divisible(built, found) else {}
    rows = len(next(iter(arrays.values()))) if arrays else 0
    return Data(arrays, f"the program's own, {rows} row{'s' * (rows != 1)}" if arrays else "")


def _divisible(built: Built, arrays: Mapping[str, Array]) -> bool:
    """Whether the program still makes sense with one row less: then its arrays hold rows."""
    from gradviz.graph.build import build

    rows = len(next(iter(arrays.values())))
    if not built.program.statements or rows < 2:
        return False
    fewer = {name: array[: rows - 1] for name, array in arrays.items()}
    try:
        made = build(resized(built.program, fewer), values=fewer, of=built.output_name)
    except UserError:
        return False
    trained = {name: node for name, node in built.graph.inputs.items() if name not in arrays}
    same = (made.graph.nodes[made.graph.inputs[n]].shape == built.graph.nodes[i].shape for n, i in trained.items())
    return set(trained) <= set(made.graph.inputs) and all(same)


def _declared(built: Built) -> set[str]:
    return {name for name, word in built.declared if word == "parameter"}


def trained_inputs(built: Built, data: Data, wrt: Iterable[str] | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The trained inputs in the order of the program, and what is to be said of the choice."""
    free = [name for name in built.graph.inputs if name not in data.arrays]
    if wrt is not None:
        chosen = tuple(dict.fromkeys(wrt))
        _check_chosen(chosen, built, data)
        return chosen, ()
    leaves = built.graph.leaves
    made = [name for name in free if name in leaves and leaves[name].role == "parameter"]
    declared = _declared(built)
    found = tuple(name for name in free if name in made or name in declared)
    if not found:
        _refuse_doubt([name for name in free if name not in built.values and name not in leaves], built, data)
        found, notes = tuple(name for name in free if name not in leaves), (f"trained: {listed(free)}",)
        return _some(found, built), notes
    return found, ()


def _refuse_doubt(valueless: list[str], built: Built, data: Data) -> None:
    """Refuse to train what may be a column that was not found: nobody meant its numbers to be learnt.

    Raises:
        NameProblem: columns are left over, and nothing says which of the inputs without a value are parameters.
    """
    if not valueless or not data.unused:
        return
    meant = [name for name in valueless if name in _subtracted(built)]
    meant = meant if len(meant) == 1 else valueless
    others = [name for name in valueless if name not in meant]
    table = data.origin.rpartition(", ")[0] or "the data"
    columns = list(dict.fromkeys((*(c for found in data.columns.values() for c in found), *data.unused)))
    shown = listed(columns) if len(columns) <= 12 else f"{', '.join(columns[:10])}, … ({len(columns)} in all)"
    raise NameProblem(
        f"{table} has no column {listed(meant, 'or')}; its columns are {shown}",
        hint=f'say which column it is: --columns "{meant[-1]}={data.unused[-1]}", '
        f"or what is trained: --wrt {','.join(others) or 'NAMES'}",
    )


def _subtracted(built: Built) -> set[str]:
    """The inputs that something worked out is compared with by a difference: `yhat - y`."""
    graph, found = built.graph, set[str]()
    for node in graph.nodes:
        pair = [graph.nodes[place] for place in node.operands] if node.op.name == "sub" else []
        names = [operand.name for operand in pair if operand.op is INPUT and operand.name]
        found |= {*names} if len(names) == 1 else set()
    return found


def _some(found: tuple[str, ...], built: Built) -> tuple[str, ...]:
    if not found:
        raise UserError(
            f"{built.output_name} has nothing to train: every input is data",
            hint="use a layer such as dense(x, 1), or an input that is not among the data",
        )
    return found


def _check_chosen(chosen: tuple[str, ...], built: Built, data: Data) -> None:
    for name in chosen:
        if name not in built.graph.inputs:
            alike = [known for known in built.graph.inputs if known.casefold() == name.casefold()]
            close = alike[0] if alike else nearest(name, built.graph.inputs)
            known = f"its inputs are {', '.join(built.graph.inputs)}"
            raise NameProblem(f"the program has no input {name!r}", hint=f"did you mean {close!r}?" if close else known)
        if name in data.arrays:
            raise UserError(f"{name} is data, so it cannot be trained too", hint="leave it out of the one or the other")


def first_values(built: Built, parameters: tuple[str, ...], seed: int) -> dict[str, Array]:
    """First values: the user's, a layer's initialiser's, or small random ones; in an order of no importance."""
    from gradviz.networks.initialisers import initial

    leaves, graph = built.graph.leaves, built.graph
    kept = [name for name, leaf in leaves.items() if leaf.role == "buffer" and name not in parameters]
    start = {}
    for name in (*parameters, *kept):
        shape = graph.nodes[graph.inputs[name]].shape
        leaf = leaves.get(name) or Leaf(name, shape, "parameter", START)
        value = built.values.get(name)
        start[name] = initial(leaf, seed) if value is None else np.array(value, dtype=np.float64).reshape(shape)
    return start


def fixed_values(built: Built, data: Data, parameters: tuple[str, ...], seed: int) -> dict[str, Any]:
    """The values of what is neither data nor trained nor made by a layer.

    Raises:
        ValueProblem: one has none.
    """
    leaves = built.graph.leaves
    others = [n for n in built.graph.inputs if n not in data.arrays and n not in parameters]
    others = [name for name in others if name not in leaves or leaves[name].role == "parameter"]
    missing = [name for name in others if name not in built.values and name not in leaves]
    if missing:
        shape = built.graph.nodes[built.graph.inputs[missing[0]]].shape
        declared = f"{missing[0]} : {'x'.join(map(str, shape)) or 'parameter'}{' parameter' * bool(shape)}"
        raise ValueProblem(
            f"{listed(missing)} {'has' if len(missing) == 1 else 'have'} neither data nor a value",
            hint=f"give a column of the data or a value, or have it trained: write {declared}, or name it in wrt",
        )
    fixed = {name: built.values[name] for name in others if name in built.values}
    return fixed | first_values(built, tuple(n for n in others if n not in fixed), seed)


def listed(names: Iterable[str], word: str = "and") -> str:
    """Names in a sentence: `a, b and c`."""
    *others, last = list(names) or ["nothing"]
    return f"{', '.join(others)} {word} {last}" if others else last
