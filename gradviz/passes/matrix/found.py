"""What a search for gradients in matrix form gives; apart from the search, which only programs with arrays need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradviz.passes.formula import Formula


@dataclass(frozen=True, slots=True)
class Forms:
    """What was found for the gradients of one output.

    Args:
        whole: by node, its gradient in the inputs alone.
        named: by node, its gradient with names of intermediates in it, where that is shorter than `whole`.
        where: the definitions of the intermediates that stand in `named`, by name, in the order of the computation.
        reasons: by node, why there is no matrix form: to be read behind "shown by index instead:".
        general: nodes whose formulas hold for all sizes of the program's letters; the others hold at its own sizes.
        relied: by input that is declared stochastic, the nodes whose formulas rely on it.
        failures: nodes whose formula failed its verification and is withheld: a bug in gradviz.
    """

    whole: Mapping[int, Formula] = field(default_factory=dict)
    named: Mapping[int, Formula] = field(default_factory=dict)
    where: Mapping[str, Formula] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)
    general: frozenset[int] = frozenset()
    relied: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    failures: tuple[int, ...] = ()

    def best(self, id: int) -> Formula | None:
        """The one to show first: by names where that is shorter."""
        return self.named.get(id) or self.whole.get(id)
