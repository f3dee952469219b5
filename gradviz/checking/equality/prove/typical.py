"""Arrays by a typical entry: both sides are equal at the index [i, j] whatever i and j are, at any size.

What operations do to arrays is said entry by entry: x[i] + y[i], Σ_b W[i, b]·x[b]. Entries with different letters are
different unknowns, so that one proof serves all entries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import product
from types import MappingProxyType
from typing import Any, Literal

from gradviz.checking.claim import Claim
from gradviz.checking.equality.prove.evaluation import constant, entry, strictly_needed, unknown_entry
from gradviz.checking.equality.prove.field import Field, Split
from gradviz.checking.equality.prove.fractions import UNDEFINED, GiveUp
from gradviz.checking.equality.prove.namespace import Names
from gradviz.checking.equality.prove.powers import exponential, logarithm, root
from gradviz.checking.equality.prove.sums import Index, Sums
from gradviz.graph.graph import Node
from gradviz.ops import axes
from gradviz.ops.op import CONSTANT, INPUT
from gradviz.passes.raising import below
from gradviz.shape import Shape, broadcast_axes, size

HALF = Fraction(1, 2)
NODES, VIEWS = 4_000, 64
"""How many nodes a claim may have, and in how many places of the domain it is looked what makes it defined."""
Outcome = Literal["equal", "empty", "open"]
Place = tuple[Any, ...]
"""Where an entry stands: letters and numbers."""


class Missing(Exception):
    """An entry that must be known first."""

    def __init__(self, node: int, place: Place) -> None:
        super().__init__(node, place)
        self.node, self.place = node, place


class Typical:
    """The typical entries of a claim's nodes, in one case.

    Args:
        field: where they lie.
        claim: whose graph is looked at.
    """

    def __init__(self, field: Field, claim: Claim) -> None:
        self.field, self.claim, self.graph = field, claim, claim.graph
        self.names = Names(field)
        self.words = {word: {name for name, w in claim.declared if w == word} for word in ("symmetric", "stochastic")}
        self.sums = Sums(field, frozenset(self.words["stochastic"]), frozenset(claim.fixed))
        self.needed = strictly_needed(self.graph, (*claim.domain, claim.truth))
        self.known: dict[tuple[int, Place], Any] = {}

    def compared(self) -> Outcome:
        """What both sides are at a typical entry: equal, not known to be, or without a value."""
        shape = self.graph.nodes[self.claim.truth].shape
        place = tuple(0 if one == 1 else Index(f"i{k}") for k, one in enumerate(shape))
        if any(self._undefined(node, view) for node in self.claim.domain for view in self._views(node, shape)):
            return "empty"
        truth, answer = self.at(self.claim.truth, place), self.at(self.claim.answer, place)
        if truth is UNDEFINED or answer is UNDEFINED or self.field.impossible:
            return "empty"
        return "equal" if truth.same(answer) else "open"

    def _undefined(self, node: int, view: Place) -> bool:
        """Whether an entry of the domain has no value; what nothing can be said of leaves everything open."""
        try:
            return self.at(node, view) is UNDEFINED
        except Split as split:
            if any(Index(letter).bound for letter in self.sums.of_polynomial(split.polynomial)):
                return False
            raise
        except GiveUp:
            if self.field.exhausted:
                raise
            return False

    def _views(self, node: int, shape: Shape) -> list[Place]:
        """Entries of a domain's node that the typical entry may be about: all must be defined."""
        letters = {Index(f"i{k}"): one for k, one in enumerate(shape) if one != 1}
        choices = [
            [0] if one == 1 else [letter for letter, length in letters.items() if length == one]
            for one in self.graph.nodes[node].shape
        ]
        return list(product(*choices))[:VIEWS]

    def at(self, node: int, place: Place) -> Any:
        """A node's entry at a place."""
        pending = [(node, place)]
        while pending:
            if pending[-1] in self.known:
                pending.pop()
                continue
            try:
                made = self._made(*pending[-1])
            except Missing as missing:
                pending.append((missing.node, missing.place))
                continue
            self.known[pending.pop()] = made
        return self.known[(node, place)]

    def asked(self, node: int, place: Place) -> Any:
        """An entry that is known."""
        try:
            return self.known[(node, place)]
        except KeyError:
            raise Missing(node, place) from None

    def _made(self, i: int, place: Place) -> Any:
        node = self.graph.nodes[i]
        self.field.spend(1)
        if node.op is INPUT:
            return self._input(node, place)
        if node.op is CONSTANT:
            return self._constant(node, place)
        if node.op.elementwise:
            views = [self._aligned(operand, place) for operand in node.operands]
            operands = [self.asked(operand, view) for operand, view in zip(node.operands, views, strict=True)]
            self.field.recording = i in self.needed
            return self._elementwise(node, operands)
        rule = WHOLE.get(node.op.name)
        if rule is None:
            raise GiveUp("an operation has no typical entry")
        self.field.recording = i in self.needed
        return rule(self, node, place)

    def _elementwise(self, node: Node, operands: list[Any]) -> Any:
        try:
            return entry(self.field, self.names, node, operands)
        except (ArithmeticError, TypeError, ValueError, NotImplementedError, AttributeError, KeyError, IndexError):
            return unknown_entry(node, operands)

    def _aligned(self, operand: int, place: Place) -> Place:
        """The place in an operand that is spread."""
        shape = self.graph.nodes[operand].shape
        view = place[len(place) - len(shape) :]
        return tuple(0 if one == 1 else letter for one, letter in zip(shape, view, strict=True))

    def _input(self, node: Node, place: Place) -> Any:
        name = node.name or ""
        if name in self.claim.fixed and not node.shape:
            return constant(self.field, self.claim.fixed[name])
        if name in self.words["symmetric"] and len(place) == 2:
            place = tuple(sorted(place, key=str))
        made = self.field.generator("input", (name, place))
        return self.field.replaced.get(made) or self.field.gen(made)

    def _constant(self, node: Node, place: Place) -> Any:
        value: Any = node.settings["value"]
        for letter in place if isinstance(value, tuple) else ():
            if isinstance(letter, Index):
                return self.field.gen(self.field.generator("input", (("table", str(node.settings["value"])), place)))
            value = value[letter]
        return constant(self.field, value)

    def fresh(self, place: Place, more: int = 0) -> Index:
        """A letter for a sum at a place: always the same one there."""
        used = [int(letter[1:]) for letter in place if isinstance(letter, Index) and letter.bound]
        return Index(f"b{max(used, default=0) + 1 + more}")

    def shape(self, i: int) -> Shape:
        """A node's shape."""
        return self.graph.nodes[i].shape


# Operations on whole arrays: (typical, node, place) -> entry


def _over(typical: Typical, node: Node, place: Place, taken: tuple[int, ...]) -> tuple[Place, list[tuple[Index, int]]]:
    """The place in a reduced operand, and the letters that run."""
    shape = typical.shape(node.operands[0])
    kept = iter(letter for letter in place) if len(place) == len(shape) else None
    rest = iter(place)
    made: list[Any] = []
    running: list[tuple[Index, int]] = []
    for axis, one in enumerate(shape):
        if kept is not None:
            letter = next(kept)
        elif axis not in taken:
            letter = next(rest)
        if axis in taken:
            index = typical.fresh(place, len(running))
            letter = 0 if one == 1 else index
            if one != 1:
                running.append((index, one))
        made.append(letter)
    return tuple(made), running


def _sum(typical: Typical, node: Node, place: Place) -> Any:
    shape = typical.shape(node.operands[0])
    return _summed(typical, node, place, axes.axes_of(node.settings["axis"], len(shape)))


def _summed(typical: Typical, node: Node, place: Place, taken: tuple[int, ...]) -> Any:
    view, running = _over(typical, node, place, taken)
    total = typical.asked(node.operands[0], view)
    for index, length in running:
        total = typical.sums.sum(total, index, length)
    return total


def _mean(typical: Typical, node: Node, place: Place) -> Any:
    shape = typical.shape(node.operands[0])
    taken = axes.axes_of(node.settings["axis"], len(shape))
    return _summed(typical, node, place, taken) / size(tuple(shape[k] for k in taken))


def _sum_to(typical: Typical, node: Node, place: Place) -> Any:
    shape = typical.shape(node.operands[0])
    spread = broadcast_axes(node.shape, shape)
    padded = (*((0,) * (len(shape) - len(place))), *place)
    return _summed(typical, node, padded, tuple(spread))


def _of_squares(typical: Typical, node: Node, place: Place) -> Any:
    view, running = _over(typical, node, place, tuple(range(len(typical.shape(node.operands[0])))))
    total = typical.asked(node.operands[0], view)
    total = total * total
    for index, length in running:
        total = typical.sums.sum(total, index, length)
    return total


def _norm(typical: Typical, node: Node, place: Place) -> Any:
    order = node.settings["ord"]
    if order not in (None, "fro") and (order != 2 or len(typical.shape(node.operands[0])) > 1):
        raise GiveUp("a norm has no typical entry")
    return root(_of_squares(typical, node, place), HALF)


def _powers(typical: Typical, node: Node, place: Place, axis: int) -> Any:
    """Σ exp along an axis."""
    length = typical.shape(node.operands[0])[axis]
    index = typical.fresh(place)
    letter = 0 if length == 1 else index
    view = (*place[:axis], letter, *place[axis + 1 :])
    return typical.sums.sum(exponential(typical.asked(node.operands[0], view)), index, length)


def _softmax(typical: Typical, node: Node, place: Place) -> Any:
    axis = int(str(node.settings["axis"])) % len(place)
    return exponential(typical.asked(node.operands[0], place)) / _powers(typical, node, place, axis)


def _log_softmax(typical: Typical, node: Node, place: Place) -> Any:
    axis = int(str(node.settings["axis"])) % len(place)
    return typical.asked(node.operands[0], place) - logarithm(_powers(typical, node, place, axis))


def _logsumexp(typical: Typical, node: Node, place: Place) -> Any:
    shape = typical.shape(node.operands[0])
    view, running = _over(typical, node, place, axes.axes_of(node.settings["axis"], len(shape)))
    total = exponential(typical.asked(node.operands[0], view))
    for index, length in running:
        total = typical.sums.sum(total, index, length)
    return logarithm(total)


def _extreme(typical: Typical, node: Node, place: Place) -> Any:
    shape = typical.shape(node.operands[0])
    view, running = _over(typical, node, place, axes.axes_of(node.settings["axis"], len(shape)))
    total = typical.asked(node.operands[0], view)
    for index, length in running:
        total = typical.sums.fold(node.op.name, total, index, length)
    return total


def _matmul(typical: Typical, node: Node, place: Place) -> Any:
    first, second = (typical.shape(operand) for operand in node.operands)
    length = first[-1]
    index = typical.fresh(place)
    letter: Any = 0 if length == 1 else index
    row = place[:-1] if len(second) > 1 else place
    lead = place[: len(place) - (len(first) > 1) - (len(second) > 1)]
    left = (*_lead(first[:-2], lead), row[-1], letter) if len(first) > 1 else (letter,)
    right = (*_lead(second[:-2], lead), letter, place[-1]) if len(second) > 1 else (letter,)
    a, b = typical.asked(node.operands[0], left), typical.asked(node.operands[1], right)
    return typical.sums.sum(a * b, index, length)


def _lead(shape: Shape, lead: Place) -> Place:
    view = lead[len(lead) - len(shape) :]
    return tuple(0 if one == 1 else letter for one, letter in zip(shape, view, strict=True))


def _outer(typical: Typical, node: Node, place: Place) -> Any:
    if any(len(typical.shape(operand)) != 1 for operand in node.operands):
        raise GiveUp("an outer product of arrays with more axes")
    return typical.asked(node.operands[0], place[:1]) * typical.asked(node.operands[1], place[1:])


def _transpose(typical: Typical, node: Node, place: Place) -> Any:
    order = node.settings.get("axes")
    rank = len(place)
    turned = tuple(reversed(range(rank))) if order is None else tuple(int(k) % rank for k in order)  # type: ignore[union-attr]
    view: list[Any] = [0] * rank
    for k, axis in enumerate(turned):
        view[axis] = place[k]
    return typical.asked(node.operands[0], tuple(view))


def _spread(typical: Typical, node: Node, place: Place) -> Any:
    return typical.asked(node.operands[0], typical._aligned(node.operands[0], place))


def _reshape(typical: Typical, node: Node, place: Place) -> Any:
    """Where only axes of one entry come or go."""
    shape = typical.shape(node.operands[0])
    if [one for one in shape if one != 1] != [one for one in node.shape if one != 1]:
        raise GiveUp("a reshape mixes axes")
    letters = iter(letter for letter, one in zip(place, node.shape, strict=True) if one != 1)
    return typical.asked(node.operands[0], tuple(0 if one == 1 else next(letters) for one in shape))


def _one_hot(typical: Typical, node: Node, place: Place) -> Any:
    """1 where the class is the number: of a table of which nothing is known."""
    number = typical.asked(node.operands[0], place[:-1])
    field = typical.field
    return field.gen(field.generator("one hot", (node.attributes, place[-1:]), (number,)))


WHOLE: Mapping[str, Callable[[Typical, Node, Place], Any]] = MappingProxyType(
    {
        "sum": _sum,
        "mean": _mean,
        "sum_to": _sum_to,
        "squared_norm": _of_squares,
        "norm": _norm,
        "softmax": _softmax,
        "log_softmax": _log_softmax,
        "logsumexp": _logsumexp,
        "max": _extreme,
        "min": _extreme,
        "matmul": _matmul,
        "dot": _matmul,
        "outer": _outer,
        "transpose": _transpose,
        "broadcast_to": _spread,
        "reshape": _reshape,
        "one_hot": _one_hot,
    }
)
"""By row, its typical entry."""


def has_arrays(claim: Claim) -> bool:
    """Whether a claim is about arrays that this may say something of."""
    nodes = claim.graph.nodes
    order = below(claim.graph, (claim.truth, claim.answer))
    return len(order) <= NODES and claim.zero is None and any(size(nodes[i].shape) > 1 for i in order)
