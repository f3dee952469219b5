"""A cost derived from a distribution: the density, its logarithm, and the loss that it turns out to be; all proved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from gradviz.explanation.loss_case import Case, twice
from gradviz.explanation.losses_numbers import unlimited
from gradviz.explanation.mathematics import unicode_of
from gradviz.graph.graph import Graph, Term
from gradviz.graph.site import GraphSite
from gradviz.networks.losses.distributions import DISTRIBUTIONS, Distribution
from gradviz.passes.raising import expression
from gradviz.passes.symbolic import Symbols, lower, written_out
from gradviz.shape import Shape
from gradviz.syntax.tree import Name

CLASSES = 3
"""Classes with which equalities for any number of them are proved."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """What has been proved of a distribution.

    Args:
        density: p(y | θ), as text.
        cost: −ln of it, as text.
        equal: whether the second is the negative logarithm of the first.
        known: whether the cost at the parameters' defaults is `factor · loss + constant`.
        simple: the cost at the defaults, as text.
        constant: what does not depend on the model there; empty if nothing.
    """

    density: str
    cost: str
    equal: bool
    known: bool
    simple: str
    constant: str


def likelihood(case: Case) -> Iterator[str]:
    """From the density to the cost, and which loss it is."""
    row = DISTRIBUTIONS.get(case.loss.distribution)
    if row is None:
        return
    found = derived(row.name)
    yield f"{case.title}: the model says p(y) = {found.density}{_meaning(case, row)}"
    if found.equal:
        undone = "undoes the exponential" if "exp(" in found.density else "brings the exponents down"
        yield f"−ln p(y) = {found.cost}: the logarithm {undone} and turns the product into a sum"
    given = len(case.loss.operands) - 1
    needed = sum(quantity.default is None for quantity in row.quantities)
    if found.known and given == needed:
        yield _equality(row, found)
    if row.name == "normal" and given > needed:
        y, m, v = case.names
        off = f"({y} − {m})²"
        yield f"each entry pulls at {v} with 1/({twice(v)}) − {off}/({twice(v)}²), which is 0 where {v} = {off}"
        yield from unlimited(case, 1, 0)


def _meaning(case: Case, row: Distribution) -> str:
    """Which operands the letters of the formula are: `, with μ = m`."""
    given = zip(row.quantities, case.names[1:], strict=False)
    pairs = [(unicode_of(Name(_spelled(q.name))), name) for q, name in given]
    said = " and ".join(f"{letter} = {name}" for letter, name in pairs if name and letter != name)
    return f", with {said}" if said else ""


def _equality(row: Distribution, found: Derivation) -> str:
    """Which loss the cost is, and what that means for the gradient."""
    known = row.known
    loss = f"the {known.title}" if known.factor == 1 else f"{_factor(known.factor)} the {known.title}"
    if not found.constant:
        return f"this is the {known.title}: to maximise the likelihood is to minimise that loss"
    same = "" if known.factor == 1 else f"{_factor(known.factor)} of "
    defaults = ", ".join(f"{q.name} {q.default}" for q in row.quantities if q.default is not None)
    at = f" with {defaults}" if defaults else ""
    return (
        f"{at[1:] + ' ' if at else ''}this is {loss} plus {found.constant}, which does not depend on the model, so its "
        f"gradient is {same}that loss's: to maximise the likelihood is to minimise that loss"
    )


def _factor(factor: Fraction) -> str:
    return "half" if factor == Fraction(1, 2) else str(factor)


@cache
def derived(name: str) -> Derivation:
    """The formulas of a distribution, and what SymPy proves of them.

    Example:
        >>> found = derived("normal")
        >>> found.equal, found.known, found.constant
        (True, True, 'ln(2·π)/2')
    """
    row = DISTRIBUTIONS[name]
    full = _Scene.of(row, everything=True)
    simple = _Scene.of(row, everything=False)
    density, cost = full.term(row.density), full.term(row.cost)
    plain = simple.term(row.cost)
    constant = simple.term(lambda b, y, *theta: row.known.constant(b, y))
    loss = simple.loss(row)
    equal = full.proved(lambda sp: sp.log(full.symbol(density)) + full.symbol(cost))
    known = simple.proved(
        lambda sp: simple.symbol(plain) - sp.Rational(row.known.factor) * simple.symbol(loss) - simple.symbol(constant)
    )
    said = "" if simple.symbol(constant) == 0 else simple.text(constant)
    return Derivation(full.text(density), full.text(cost), equal, known, simple.text(plain), said)


@dataclass(frozen=True, slots=True)
class _Scene:
    """One target and a distribution's parameters as symbols.

    Args:
        site: where formulas are built.
        y: the target.
        theta: the parameters: inputs, or the defaults.
    """

    site: GraphSite
    y: Term
    theta: tuple[Any, ...]

    @classmethod
    def of(cls, row: Distribution, *, everything: bool) -> _Scene:
        """With all parameters as symbols, or those that have a default at it."""
        graph = Graph()
        shape: Shape = (CLASSES,) if row.target == "classes" else ()
        y = graph.input("y", shape)
        theta = tuple(
            graph.input(_spelled(q.name), shape) if everything or q.default is None else q.default
            for q in row.quantities
        )
        return cls(GraphSite(graph), y, theta)

    def term(self, formula: Any) -> Term:
        """A formula built."""
        made = formula(self.site, self.y, *self.theta)
        return made if isinstance(made, Term) else self.site.constant(made)

    def loss(self, row: Distribution) -> Term:
        """The known loss, of the parameters that have no default."""
        made = row.known.loss(self.site, self.y, *[t for t in self.theta if isinstance(t, Term)])
        assert isinstance(made, Term)
        return made

    def symbol(self, term: Term) -> Any:
        """A scalar formula in SymPy, its parameters positive where they must be."""
        import sympy as sp

        graph = self.site.graph
        leaves = {i: name for name, i in graph.inputs.items()}
        symbols = Symbols()
        made = written_out(sp.sympify(lower(graph, [term.id], leaves, symbols, 4000)[term.id].item()))
        signs = {symbol: sp.Symbol(str(symbol), positive=True) for symbol in symbols.trees if _positive(str(symbol))}
        made = made.replace(sp.loggamma, lambda x: sp.log(sp.gamma(x)))  # the same above 0
        return made.subs(signs)

    def proved(self, zero: Any) -> bool:
        """Whether a scalar is 0 for all values of its symbols."""
        import sympy as sp

        difference = zero(sp)
        last = sp.Symbol(f"p[{CLASSES - 1}]", positive=True)
        if difference.has(last):  # the probabilities of all classes sum to 1
            difference = difference.subs(last, 1 - sum(sp.Symbol(f"p[{k}]", positive=True) for k in range(CLASSES - 1)))
        return bool(sp.simplify(sp.expand(sp.expand_log(difference, force=True))) == 0)

    def text(self, term: Term) -> str:
        """A formula as people read it."""
        graph = self.site.graph
        tree = expression(graph, term.id, {i: name for name, i in graph.inputs.items()})
        return "" if tree is None else unicode_of(tree).replace(", axis=−1", "")  # a vector has no other axis


SPELLED = {"mean": "mu", "rate": "lambda", "scale": "b", "variance": "v"}


def _spelled(name: str) -> str:
    return SPELLED.get(name, name)


def _positive(symbol: str) -> bool:
    """Whether a parameter of that name is above 0."""
    word = symbol.split("[")[0]
    return any(q.positive and _spelled(q.name) == word for row in DISTRIBUTIONS.values() for q in row.quantities)
