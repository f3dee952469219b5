"""What a formula is; how they are found is in `formulas`, which SymPy stands behind."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from gradviz.passes.simplify import cost
from gradviz.syntax.tree import Expr, Name, Number, postorder


@dataclass(frozen=True, slots=True)
class Formula:
    """One verified formula.

    Args:
        display: the tree that people see (σ, relu, … stay closed).
        spelled: the tree that gradviz and SymPy read back.
    """

    display: Expr
    spelled: Expr

    @property
    def cost(self) -> float:
        """What it costs its reader."""
        return cost(self.display)

    @property
    def is_number(self) -> bool:
        """Whether no name is in it."""
        return not any(isinstance(part, Name) for part in postorder(self.display))


def numeral(value: int) -> Expr:
    """A whole number as a tree."""
    return Number(Fraction(value))
