"""Products of names and plain sums of them, which nothing makes simpler: their formulas are written without SymPy.

SymPy takes longer to import than all else that explains (x + y)·z, and what it finds there is z, z and x + y. The terms
here are what SymPy would hold: sums of products with exact coefficients, never multiplied out; `terms_of` gives up
where that needs more. `rules_on` says for which of them every rule of `simplify` gives the same again, and how many
rules that are, so that a formula costs the same effort either way.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from gradviz.graph.graph import Graph, Node
from gradviz.ops.op import CONSTANT
from gradviz.passes.raising import below
from gradviz.passes.simplify import FACTOR_SIZE, LIGHT_SIZE, PLAIN_SIZE, TERM_BUDGET
from gradviz.passes.textbook import Writer
from gradviz.syntax.tree import Call, Expr, Name

Product: TypeAlias = tuple[tuple[int, int], ...]
"""A product of powers: the places of names and their exponents, by rising place; `()` is 1."""
Terms: TypeAlias = Mapping[Product, Fraction]
"""A sum of products by their coefficients, none of them 0."""

DIGITS, HIGHEST, MOST = 10**15, 64, 40
"""Largest numerator or denominator, exponent, and number of terms: beyond them SymPy and its budgets decide."""


def terms_of(
    graph: Graph, ids: Iterable[int], leaves: Mapping[int, str], places: Mapping[str, int]
) -> dict[int, Terms]:
    """The nodes that are sums of products of the leaves' names, all of them single numbers.

    Args:
        graph: any graph.
        ids: the nodes wanted.
        leaves: nodes that appear by name; what lies before them is not read.
        places: by name, its place in the program.

    Example:
        >>> g = Graph()
        >>> x, y = g.input("x"), g.input("y")
        >>> terms_of(g, [(x - 2 * y).id], {0: "x", 1: "y"}, {"x": 0, "y": 1})[4] == {((0, 1),): 1, ((1, 1),): -2}
        True
    """
    done: dict[int, Terms] = {}
    for i in below(graph, ids, leaves):
        node = graph.nodes[i]
        if node.shape:
            continue
        made: Terms | None = None
        if i in leaves:
            made = {((places[leaves[i]], 1),): Fraction(1)}
        elif node.op is CONSTANT:
            made = _constant(node)
        elif all(operand in done for operand in node.operands):
            made = _operation(node.op.name, [done[operand] for operand in node.operands])
        if made is not None and _small(made):
            done[i] = made
    return done


def _constant(node: Node) -> Terms | None:
    value = node.settings["value"]
    if isinstance(value, float) and math.isfinite(value):
        value = Fraction(repr(value))
    if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
        return None
    return {(): Fraction(value)} if value else {}


def _operation(name: str, operands: Sequence[Terms]) -> Terms | None:
    match name, operands:
        case "neg", (one,):
            return _times(one, {(): Fraction(-1)})
        case "add", (left, right):
            return _sum(left, right, 1)
        case "sub", (left, right):
            return _sum(left, right, -1)
        case "mul", (left, right):
            return _times(left, right)
        case "pow", (base, exponent):
            return _power(base, exponent)
    return None


def _sum(left: Terms, right: Terms, sign: int) -> Terms:
    made = dict(left)
    for product, coefficient in right.items():
        made[product] = made.get(product, Fraction(0)) + sign * coefficient
    return {product: coefficient for product, coefficient in made.items() if coefficient}


def _times(left: Terms, right: Terms) -> Terms | None:
    """A product of products, or of a number and a sum; no other product is multiplied out."""
    if len(left) > 1 or len(right) > 1:
        number, whole = (left, right) if len(left) <= 1 else (right, left)
        if len(number) > 1 or set(number) - {()}:
            return None
        return {product: coefficient * number[()] for product, coefficient in whole.items()} if number else {}
    if not left or not right:
        return {}
    (a, by), (b, more) = next(iter(left.items())), next(iter(right.items()))
    exponents = dict(a)
    for place, exponent in b:
        exponents[place] = exponents.get(place, 0) + exponent
    return {tuple(sorted(exponents.items())): by * more}


def _power(base: Terms, exponent: Terms) -> Terms | None:
    """A product to a whole power from 1."""
    number = exponent.get((), Fraction(0))
    if len(base) != 1 or set(exponent) != {()} or number.denominator != 1 or not 1 <= number <= HIGHEST:
        return None
    ((product, coefficient),) = base.items()
    n = int(number)
    if max(abs(coefficient.numerator), coefficient.denominator).bit_length() * n > DIGITS.bit_length():
        return None
    return {tuple((place, power * n) for place, power in product): coefficient**n}


def _small(terms: Terms) -> bool:
    return len(terms) <= MOST and all(
        abs(coefficient.numerator) <= DIGITS
        and coefficient.denominator <= DIGITS
        and all(exponent <= HIGHEST for _, exponent in product)
        for product, coefficient in terms.items()
    )


def size_of(terms: Terms) -> int:
    """How many nodes SymPy's tree has."""
    sizes = [_product_size(product, coefficient) for product, coefficient in terms.items()]
    return sizes[0] if len(sizes) == 1 else 1 + sum(sizes)


def _product_size(product: Product, coefficient: Fraction) -> int:
    factors = [1 if exponent == 1 else 3 for _, exponent in product]
    if coefficient != 1 or not product:
        factors.append(1)
    return factors[0] if len(factors) == 1 else 1 + sum(factors)


def rules_on(terms: Terms, more: int) -> int | None:
    """How many steps of effort simplification spends on such terms, to find nothing; None where it may find something.

    Args:
        terms: the expression.
        more: how many rules there are beside those of `simplify`.
    """
    size = size_of(terms)
    if size <= PLAIN_SIZE:
        return 0
    if size > LIGHT_SIZE or not (len(terms) == 1 or _unit_sum(terms)):
        return None
    steps = 1 + more + 2
    if size > FACTOR_SIZE or len(terms) > TERM_BUDGET:
        return steps
    raised = any(exponent > 1 for product in terms for _, exponent in product)
    return steps + 3 + (3 if raised else 0)


def _unit_sum(terms: Terms) -> bool:
    """Whether it is names added and subtracted, with a whole number perhaps: no factor is common to all."""
    return all(
        coefficient.denominator == 1
        if not product
        else abs(coefficient) == 1 and len(product) == 1 and product[0][1] == 1
        for product, coefficient in terms.items()
    )


def tree_of(terms: Terms, names: Sequence[str], writer: Writer) -> Expr:
    """The terms as a teacher writes them: what `writer` makes of the same in SymPy.

    Args:
        terms: for which `rules_on` gives a number.
        names: by place.
        writer: writes numbers.
    """
    if len(terms) < 2:
        ((product, coefficient),) = terms.items() or [((), Fraction(0))]
        return _product_tree(product, coefficient, names, writer)
    if all(coefficient < 0 for coefficient in terms.values()):
        return Call("neg", (tree_of({product: -c for product, c in terms.items()}, names, writer),))
    numbers, others = [product for product in terms if not product], sorted(filter(None, terms))
    order = numbers + others if all(terms[product] < 0 for product in others) else others + numbers
    order.insert(0, order.pop(next(i for i, product in enumerate(order) if terms[product] > 0)))
    made = _product_tree(order[0], terms[order[0]], names, writer)
    for product in order[1:]:
        written = _product_tree(product, abs(terms[product]), names, writer)
        made = Call("sub" if terms[product] < 0 else "add", (made, written))
    return made


def _product_tree(product: Product, coefficient: Fraction, names: Sequence[str], writer: Writer) -> Expr:
    if not product:
        return writer.rational(coefficient)
    if coefficient < 0:
        return Call("neg", (_product_tree(product, -coefficient, names, writer),))
    powers: list[Expr] = []
    for place, exponent in product:
        name = Name(names[place])
        powers.append(name if exponent == 1 else Call("pow", (name, writer.rational(Fraction(exponent)))))
    return writer.quotient(coefficient, powers, [])
