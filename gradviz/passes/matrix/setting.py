"""A gradient graph with what its formulas may say: names, letters for sizes, and the definitions of intermediates."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from gradviz.graph.order import free_names
from gradviz.ops.op import INPUT
from gradviz.passes.backward import Backward
from gradviz.passes.formula import Formula
from gradviz.passes.matrix.algebra import Matrix, split
from gradviz.passes.matrix.cost import cost
from gradviz.passes.matrix.logistic import logistic, one_sided
from gradviz.passes.matrix.lower import Lowering
from gradviz.passes.matrix.node import TooDeep
from gradviz.passes.matrix.search import simplify
from gradviz.passes.matrix.write import Writer
from gradviz.shape import Shape
from gradviz.syntax.tree import Expr

LONGEST = 60.0
"""What a matrix formula may cost its reader; beyond that there is none."""
LONGEST_DEFINITION = 24.0
"""What the definition of a name may cost; beyond that it is said by the names of further intermediates."""
OWN_SIZES = "what was found holds at these sizes only: one stands in it that its letter does not say"
"""Why a formula that was made at a program's own sizes is not shown."""
SINGULAR = "a matrix that the formula inverts is singular wherever it was tried"
"""Why a formula is not shown that means nothing."""
SIZES: tuple[tuple[int, ...], ...] = ((4, 3, 5, 2, 6, 7), (2, 5, 3, 7, 4, 6), (3, 3, 3, 3, 3, 3), (5, 2, 4, 6, 3, 7))
"""Sizes at which letters are tried, in turn; equal ones too, where square matrices are met."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A gradient graph to be written.

    Args:
        backward: the gradient graph, perhaps at sizes that stand for letters.
        letters: the letter that each such size stands for.
        names, users, declared: as for `gradient_forms`.
    """

    backward: Backward
    letters: Mapping[int, str]
    names: Mapping[int, str]
    users: Collection[int]
    declared: Collection[tuple[str, str]]
    literals: dict[str, Expr] = field(default_factory=dict)

    @property
    def inputs(self) -> dict[int, str]:
        """The inputs' names, by node."""
        return {i: name for i, name in self.names.items() if self.backward.graph.nodes[i].op is INPUT}

    def intermediates(self) -> dict[int, str]:
        """The named intermediates, those that the user named if there are any.

        Of made-up names only those that tell a reader something: none for Xᵀ, S⁻¹ or −r, which are read as easily
        themselves, and one for what the program computes twice.
        """
        inner = {i: name for i, name in self.names.items() if i not in self.inputs and i != self.backward.output}
        named = {i: name for i, name in inner.items() if i in self.users}
        return named or self._telling(inner)

    def _telling(self, inner: Mapping[int, str]) -> dict[int, str]:
        known = dict(self.inputs)
        kept: dict[int, str] = {}
        first: dict[Matrix, str] = {}
        for i, name in sorted(inner.items()):
            made = Lowering(self.backward.graph, known, self.declared, self.literals).definition(i)
            if isinstance(made, Matrix) and _says_itself(made):
                continue
            kept[i] = known[i] = first.setdefault(made, name) if isinstance(made, Matrix) else name
        return kept


def _says_itself(x: Matrix) -> bool:
    """Whether a definition is a name with a sign, a number, a transpose or an inverse."""
    _, scalars, body = split(x)
    while body is not None and body.op in ("transpose", "inverse"):
        body = body.args[0]
    return not scalars and body is not None and body.op == "symbol"


def simplified(form: Matrix, known: dict[Matrix, Matrix] | None = None) -> Matrix:
    """A formula simplified, or as it was where that goes too deep; `known` as for `simplify`."""
    found = quietly(lambda: simplify(logistic(form), known), form)
    turned = quietly(lambda: one_sided(found), found)
    return found if turned is found else min(found, quietly(lambda: simplify(turned, known), found), key=cost)


def quietly(make: Callable[[], Matrix], otherwise: Matrix) -> Matrix:
    """What a simplification makes, or what there was before where it goes too deep."""
    try:
        return make()
    except (TooDeep, RecursionError):
        return otherwise


def definitions(setting: Setting, names: Mapping[int, str]) -> list[tuple[Matrix, Matrix]]:
    """The named intermediates as symbols with what they stand for, the last one first."""
    graph = setting.backward.graph
    lowering = Lowering(graph, names, setting.declared, setting.literals)
    found = []
    for i in sorted(names, reverse=True):
        if graph.nodes[i].op is INPUT:
            continue
        definition, itself = lowering.definition(i), lowering.of([i])[i]
        if isinstance(definition, Matrix) and isinstance(itself, Matrix):
            found.append((itself, quietly(partial(logistic, definition), definition)))
    return found


def where(setting: Setting, used: Collection[str], names: Mapping[int, str]) -> dict[str, Formula]:
    """What the names in formulas stand for, and the names in that: all of them, in the order of the computation.

    Args:
        setting: where the names are.
        used: the names that stand in formulas.
        names: the intermediates that bear one.

    Returns:
        By name its definition: in inputs, names that the user gave and names that stand in the formulas anyway, unless
        that is too long to be read.
    """
    places = {name: i for i, name in names.items()}
    known = {i: name for i, name in names.items() if i in setting.users or name in used}
    pending = [places[name] for name in used if name in places]
    found: dict[int, Formula] = {}
    while pending:
        i = pending.pop()
        if i in found:
            continue
        made = _definition(setting, i, known) or _definition(setting, i, names, longest=LONGEST)
        if made is not None:
            found[i] = made
            pending += [places[name] for name in used_names([made]) if name in places]
    return {names[i]: found[i] for i in sorted(found)}


def _definition(
    setting: Setting, id: int, names: Mapping[int, str], longest: float = LONGEST_DEFINITION
) -> Formula | None:
    """What an intermediate stands for in some names; None where that is no matrix form, or too long a one."""
    lowering = Lowering(setting.backward.graph, {**setting.inputs, **names}, setting.declared, setting.literals)
    made = lowering.definition(id)
    if not isinstance(made, Matrix):
        return None
    made = simplified(made)
    return written(made, setting, setting.backward.graph.nodes[id].shape) if cost(made) <= longest else None


def closure(formulas: Iterable[Formula], defined: Mapping[str, Formula]) -> set[str]:
    """The names that stand in formulas, and in the definitions of those, and so on."""
    found: set[str] = set()
    pending = list(formulas)
    while pending:
        new = used_names([pending.pop()]) - found
        found |= new
        pending += [defined[name] for name in new if name in defined]
    return found


def written(form: Matrix, setting: Setting, shape: Shape) -> Formula:
    """A formula for something of a shape."""
    nodes = setting.backward.graph.nodes
    odd = {name: nodes[i].shape for i, name in setting.names.items() if 1 in nodes[i].shape}
    piece = Writer(setting.letters, setting.literals, odd).result(form, shape)
    return Formula(piece.shown, piece.spelled)


def used_names(formulas: Iterable[Formula]) -> set[str]:
    """The names that stand in formulas."""
    return {name.id for formula in formulas for name in free_names(formula.spelled, ())}
