"""One loss with the numbers of its case, as the sentences on it need them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from gradviz.explanation.narration import short
from gradviz.explanation.subject import Subject
from gradviz.graph.graph import Graph
from gradviz.graph.losses import Loss
from gradviz.ops.op import CONSTANT
from gradviz.shape import size

CALLED = {"l1_penalty": "l1"}
"""Blocks that programs call by another name."""
SPOKEN = 6
"""Entries that a sentence lists."""


@dataclass(frozen=True, slots=True)
class Case:
    """A loss, what its operands are called, and their values as far as they are known.

    Args:
        loss: the loss.
        graph: the graph that it stands in.
        title: what it is called: `L = mse(p, t)`.
        names: of its operands.
        values: of its operands; None where one is not known.
        divisor: what the sum of its terms is divided by.
        by: the same as people write it: a letter where nothing gives it a size.
        p, y: what probabilities and the target as a distribution are called: letters that the graph does not use.
        open_sizes: letters that nothing gives a size, with the sizes that stand in for them.
    """

    loss: Loss
    graph: Graph
    title: str
    names: tuple[str, ...]
    values: tuple[Any, ...]
    divisor: int
    by: str
    p: str = "p"
    y: str = "y"
    open_sizes: Collection[str] = ()

    @property
    def known(self) -> bool:
        """Whether every operand has a value, and all of them are finite."""
        return all(value is not None and bool(np.all(np.isfinite(value))) for value in self.values)

    def made_by(self, slot: int) -> str:
        """The operation that makes an operand."""
        return self.graph.nodes[self.loss.operands[slot]].op.name

    def count(self, number: int) -> str:
        """A number of entries as people write it: a letter where nothing gives it a size."""
        return _written(number, self.open_sizes)

    def over(self, text: str) -> str:
        """A term of the gradient with what it is divided by: (p − y)/4."""
        return f"({text})/{self.by}" if self.divisor != 1 else text


def case_of(subject: Subject, loss: Loss) -> Case:
    """A loss as the sentences need it."""
    graph = subject.graph
    names = tuple(_name(subject, i) or letter for i, letter in zip(loss.operands, _letters(loss), strict=False))
    called = subject.names.get(loss.output) or loss.group.name
    values = tuple(_value(subject, i) for i in loss.operands)
    written = CALLED.get(loss.group.kind, loss.group.kind)
    arguments = [*([f'"{loss.distribution}"'] if loss.distribution else []), *names]
    title = f"{called} = {written}({', '.join(arguments)})"
    divisor = divisor_of(graph, loss)
    by = _written(divisor, subject.open_sizes)
    return Case(loss, graph, title, names, values, divisor, by, *_free(subject, loss), subject.open_sizes)


def _free(subject: Subject, loss: Loss) -> tuple[str, str]:
    """Letters for probabilities and the target that stand for nothing else."""
    taken = {*subject.names.values(), *_letters(loss)}
    p = next(name for name in ("p", "P", "prob", "probabilities") if name not in taken)
    y = next(name for name in ("y", "Y", "onehot", "distribution") if name not in taken)
    return p, y


def _written(divisor: int, open_sizes: Collection[str]) -> str:
    """A divisor as a letter, or a product of two, where nothing gives that letter a size."""
    sizes: Mapping[str, int] = open_sizes if isinstance(open_sizes, Mapping) else {}
    for letter, size_ in sizes.items():
        if size_ == divisor:
            return letter
    for (a, m), (b, n) in combinations(sizes.items(), 2):
        if m * n == divisor:
            return f"({a}·{b})"
    return str(divisor)


def _letters(loss: Loss) -> tuple[str, ...]:
    """What operands are called that are written out as arrays of numbers."""
    return ("y", "m", "v") if loss.distribution else ("x", "t", "v")


def _name(subject: Subject, i: int) -> str:
    node = subject.graph.nodes[i]
    if node.op is CONSTANT:
        value = node.settings["value"]
        return short(float(value)) if isinstance(value, (int, float, Fraction)) else ""
    return subject.names.get(i, node.name or "")


def _value(subject: Subject, i: int) -> Any:
    node = subject.graph.nodes[i]
    if node.op is CONSTANT:
        value: Any = node.settings["value"]
        filled = np.asarray(value, dtype=np.float64)
        return filled if filled.shape == node.shape else np.full(node.shape, filled)
    value = subject.known.get(i)
    return None if value is None else np.asarray(value, dtype=np.float64)


def divisor_of(graph: Graph, loss: Loss) -> int:
    """What the sum of a loss's terms is divided by: 1 unless its last step is a mean or a quotient."""
    node = graph.nodes[loss.output]
    if node.op.name == "mean":
        return size(graph.nodes[node.operands[0]].shape)
    if node.op.name == "div" and not node.shape:
        divisor = graph.nodes[node.operands[1]]
        above = graph.nodes[node.operands[0]]
        value = divisor.settings.get("value") if divisor.op is CONSTANT else None
        if isinstance(value, int) and above.op.name == "sum":
            return value
    return 1


def listed(array: Any) -> str:
    """A few numbers in a sentence; empty where there are too many.

    Example:
        >>> listed([0.5, -1.0]), listed(2.0), listed(range(100)), listed([[0.5], [-1.0]])
        ('(0.5, −1)', '2', '', '(0.5, −1)')
    """
    flat = np.asarray(array, dtype=np.float64)
    if flat.ndim == 0:
        return short(float(flat))
    if flat.size > SPOKEN or flat.ndim > 2 or flat.size == 0:
        return ""
    if flat.ndim == 2 and flat.shape[1] == 1:
        flat = flat[:, 0]
    if flat.ndim == 2:
        return ", ".join(listed(row) for row in flat)
    return f"({', '.join(short(float(x)) for x in flat)})"


def shown(array: Any) -> str:
    """The same behind an equals sign: ` = (0.5, −1)`."""
    text = listed(array)
    return f" = {text}" if text else ""


def twice(name: str) -> str:
    """Two of what bears a name.

    Example:
        >>> twice("w"), twice("h.W")
        ('2w', '2·h.W')
    """
    return f"2{name}" if len(name) == 1 else f"2·{name}"


def counted(count: int, of: int, what: str) -> str:
    """`2 of 5 entries`, `the entry`.

    Example:
        >>> counted(2, 5, "entry"), counted(1, 1, "entry"), counted(0, 5, "entry")
        ('2 of 5 entries', 'the entry', 'none of 5 entries')
    """
    if of == 1:
        return f"the {what}" if count else f"no {what}"
    plural = f"{what[:-1]}ies" if what.endswith("y") else f"{what}{'es' * what.endswith('s') or 's'}"
    return f"{count or 'none'} of {of} {plural}"
