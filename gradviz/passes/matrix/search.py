"""Choose the form that a reader wants: from the leaves up, the shortest of a few equal formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from gradviz.passes.matrix.algebra import Matrix, rebuild
from gradviz.passes.matrix.budget import Budget
from gradviz.passes.matrix.cost import cost
from gradviz.passes.matrix.expand import distribute, expand
from gradviz.passes.matrix.factor import factor
from gradviz.passes.matrix.node import TooDeep
from gradviz.passes.matrix.walk import postorder

Given = ParamSpec("Given")
Made = TypeVar("Made")
ROUNDS = 4
LONGEST = 2_000.0
"""What a formula may cost to be searched: a longer one is for no reader."""
SEARCHED = frozenset(["scaled", "sum", "chain", "hadamard"])
"""The kinds of node that can be written in more than one way."""


def simplify(x: Matrix, known: dict[Matrix, Matrix] | None = None) -> Matrix:
    """An equal formula that is as short as a bounded search finds.

    Args:
        x: any formula.
        known: nodes with the form that earlier searches chose for them, which is added to: the gradients of a deep
            network have most of their parts in common.

    Returns:
        The cheapest found when at every node, from the leaves up, the node as it is, factored, multiplied out,
        and multiplied out and then factored are compared; at most four rounds, under a budget that counts.
        On a tie the form that was there stays, and so does a formula that is far too long to be read.

    >>> from gradviz.passes.matrix.algebra import Matrix, add, product, symbol, transpose
    >>> b, x = symbol("B", 3, 3), symbol("x", 3, 1)
    >>> simplify(add(product(b, x), product(transpose(b), x))) is product(add(b, transpose(b)), x)
    True
    """
    search = _Search({} if known is None else known)
    for _ in range(ROUNDS if cost(x) <= LONGEST else 0):
        found = search.round(x)
        if found is x:
            break
        x = found
    return x


@dataclass(slots=True)
class _Search:
    """What one search has found out and may still build.

    Args:
        known: nodes with the form chosen for them, by searches that had not spent their budgets.
    """

    known: dict[Matrix, Matrix]
    budget: Budget = field(default_factory=Budget)
    expanded: dict[Matrix, Matrix] = field(default_factory=dict)
    factored: dict[Matrix, Matrix] = field(default_factory=dict)

    def round(self, x: Matrix) -> Matrix:
        """One pass over all nodes, parts before wholes."""
        best: dict[Matrix, Matrix] = {}
        for node in postorder([x]):
            parts = [best[part] for part in node.args]
            built = attempt(rebuild, node, node, parts)
            if cost(built) > cost(node):
                built = node  # shorter parts can stand in the way of a rule
            best[node] = self.chosen(built) if built.op in SEARCHED else built
        return best[x]

    def chosen(self, x: Matrix) -> Matrix:
        """The cheapest way to write one node; the earlier of two that cost the same."""
        if x in self.known:
            return self.known[x]
        if not self.budget.take(1):
            return x
        found = min(self.forms(x), key=lambda form: round(cost(form), 3))
        if self.budget.left >= 0:
            self.known[x] = found
        return found

    def forms(self, x: Matrix) -> Iterator[Matrix]:
        """The ways to write one node, itself first."""
        yield x
        yield self.factor(x)
        grown = attempt(expand, x, x, self.expanded, self.budget)
        if grown is not x:
            yield grown
            yield self.factor(grown)
        for partly in attempt(distribute, list[Matrix](), x):
            if self.budget.take(len(partly.args)):
                yield partly
                yield self.factor(partly)

    def factor(self, x: Matrix) -> Matrix:
        """Common factors taken out."""
        return attempt(factor, x, x, self.factored, self.budget)


def attempt(build: Callable[Given, Made], otherwise: Made, *args: Given.args, **keywords: Given.kwargs) -> Made:
    """What is built, or something else where that turns out to divide by zero or to be nested too deeply."""
    try:
        return build(*args, **keywords)
    except (ZeroDivisionError, TooDeep):
        return otherwise
