r"""Programs as mathematics: aligned equations, forward and backward, each with what it is; an article that compiles.

A gradient is called δ, as in lectures on backpropagation: $\delta_q = \partial f/\partial q$.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradviz.graph.graph import Graph, Node
from gradviz.ops.op import CONSTANT, INPUT
from gradviz.passes.compiling.emit.identifiers import Identifiers
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.emit.latex.text import ascii_of, text_of
from gradviz.passes.compiling.emit.listing import Line, Listing, listing
from gradviz.passes.compiling.emit.printed.forms import COMPARISONS, truths
from gradviz.passes.raising import expression, literal
from gradviz.shape import show
from gradviz.syntax.names import name_latex
from gradviz.syntax.show_latex import to_latex
from gradviz.syntax.tree import Call, Expr, Name

MOST_ENTRIES = 64
"""Entries up to which a constant array is typeset; larger ones have a name."""

PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage{amsmath,amssymb}
\usepackage[margin=25mm]{geometry}
\setlength{\parindent}{0pt}
\allowdisplaybreaks
\begin{document}
"""

_SPOKEN_OF = re.compile(r"(?:(?<=\bby )|(?<=\bto )|(?<=\bof )|(?<=\balong ))([^\s,:]+)")


def latex_source(job: Job) -> str:
    """A complete document in ASCII where the program's names are; needs amsmath, amssymb and geometry, nothing else."""
    return _Article(listing(job, _Names()), job).text()


class _Names(Identifiers):
    """The user's names as they are; only what is there already gets a number."""

    __slots__ = ("_own",)

    def __init__(self) -> None:
        super().__init__()
        self._own: set[str] = set()

    def take(self, wanted: str) -> str:
        """The name itself where it is free."""
        name, number = wanted, 1
        while name in self._own:
            number += 1
            name = f"{wanted}_{number}"
        self._own.add(name)
        return name

    def fresh(self, letter: str = "t") -> str:
        """A name for something that has none: t1, t2 and so on."""
        while True:
            self._count += 1
            if f"{letter}{self._count}" not in self._own:
                return self.take(f"{letter}{self._count}")


@dataclass(slots=True)
class _Article:
    """One document while it is written.

    Args:
        listing: what it says.
        job: where that is from.
        graph: the plan's steps as nodes, each on the operands that the plan gives it.
        called: the names of identifiers, as gradviz reads them.
        by: for the identifiers of gradients, the name of what they are the gradients by.
        known: all names.
        large: constant arrays that are too large to be typeset, by position.
        conditions: the lines of comparisons that stand where they decide (`if x > 0`), by position.
    """

    listing: Listing
    job: Job
    graph: Graph = field(init=False)
    called: dict[str, str] = field(default_factory=dict)
    by: dict[str, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    large: dict[int, str] = field(default_factory=dict)
    conditions: dict[int, Line] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.graph = self.job.back.graph.copy()
        nodes = self.graph.nodes
        plan, size = self.job.plan, len(nodes)
        last = max((*(step.id for step in plan.steps), *plan.constants), default=0)
        nodes += [Node(CONSTANT, (), (("value", 0),), ())] * (last + 1 - size)  # for what simplifying has made
        for i, value in plan.constants.items():
            if i >= size:
                nodes[i] = Node(CONSTANT, (), (("value", _tuples(np.asarray(value).tolist())),), np.shape(value))
        for step in plan.steps:
            nodes[step.id] = Node(step.op, step.operands, step.settings, step.shape)
        deciding = truths(self.job.plan)
        self.conditions = {
            line.id: line for line in self.listing.lines if line.step is not None and line.id in deciding
        }
        self._name_all()

    def _name_all(self) -> None:
        """The user's names as they are, other values by their identifiers, gradients by δ."""
        nodes = self.job.back.graph.nodes
        self.called = {identifier: name for name, identifier in self.listing.parameters.items()}
        for line in self.listing.lines:
            if not line.of:
                known = line.part == "forward" and line.id < len(nodes) and nodes[line.id].op is not INPUT
                own = nodes[line.id].name if known else None
                self.called[line.name] = own or line.name
        taken = set(self.called.values())
        for line in self.listing.lines:
            if line.of:
                stem = name = f"delta_{self.called.get(line.of, line.of)}".replace(".", "_")
                while name in taken:
                    name = f"{name}_{stem.count('_')}"
                taken.add(name)
                self.called[line.name] = name
                self.by[line.name] = self.called.get(line.of, line.of)
        self.known = frozenset(self.called.values())

    def text(self) -> str:
        """The whole document."""
        made = self.listing
        value = self._symbol(made.value)
        parts = [rf"\section*{{The value of ${value}$ and its gradients}}", self._inputs()]
        shown = [line for line in made.lines if line.id not in self.conditions]
        forward = [self._row(line) for line in shown if line.part == "forward"]
        backward = [self._row(line) for line in shown if line.part == "backward"]
        parts += [_section("Forward", "", forward)]
        intro = rf"Here $\delta_{{q}}$ is $\partial {value}/\partial q$."
        parts += [_section("Backward", intro, backward)]
        parts += [_section("Gradients", "", [self._last(*pair) for pair in zip(made.by, made.gradients, strict=True)])]
        parts.append(self._constants())
        return PREAMBLE + ascii_of("\n".join(part for part in parts if part)) + "\n\\end{document}\n"

    def _inputs(self) -> str:
        shapes = zip(self.listing.parameters, self.job.shapes, strict=True)
        inputs = [f"${name_latex(name)}$" + (f" ({text_of(show(shape))})" if shape else "") for name, shape in shapes]
        return f"Inputs: {', '.join(inputs)}." if inputs else ""

    def _symbol(self, identifier: str) -> str:
        """A value's name in LaTeX; δ with what the gradient is by, set as that is set itself."""
        name = self.called.get(identifier, identifier)
        by = self.by.get(identifier)
        return name_latex(name) if by is None else _delta(name, by)

    def _row(self, line: Line) -> str:
        return rf"{self._symbol(line.name)} &= {self._formula(line)} && \text{{{self._said(line.comment)}}}"

    def _said(self, comment: str) -> str:
        """A comment as text, the names that it speaks of set as names."""
        parts = _SPOKEN_OF.split(comment)
        return "".join(
            f"${name_latex(part)}$" if place % 2 and part in self.known else text_of(part)
            for place, part in enumerate(parts)
        )

    def _last(self, by: str, gradient: str) -> str:
        value, name = self._symbol(self.listing.value), name_latex(self.called.get(by, by))
        return rf"\frac{{\partial {value}}}{{\partial {name}}} &= {self._symbol(gradient)}"

    def _formula(self, line: Line) -> str:
        latex = _scattered(line, to_latex(self._tree(line)))
        for operand in line.operands:
            name = self.called.get(operand or "", "")
            of = self.by.get(operand or "")
            if of is not None:
                latex = latex.replace(name_latex(name), _delta(name, of))
        return latex

    def _tree(self, line: Line) -> Expr:
        if line.step is None:
            (other,) = line.operands
            return self._constant(line.id) if other is None else Name(self.called[other])
        stop = self._named(line)
        for operand in line.step.operands:
            if operand in self.conditions:
                del stop[operand]
                stop |= self._named(self.conditions[operand])
        tree = expression(self.graph, line.id, stop)
        assert tree is not None, "one operation is a small tree"
        return Call("indicator", (tree,)) if line.step.op.name in COMPARISONS else tree

    def _named(self, line: Line) -> dict[int, str]:
        """What a line's operands are called, by position; small constants stand as they are."""
        assert line.step is not None
        return {
            operand: self.called[name] if name is not None else self._large(operand)
            for operand, name in zip(line.step.operands, line.operands, strict=True)
            if name is not None or self._is_large(operand)
        }

    def _constant(self, i: int) -> Expr:
        if self._is_large(i):
            return Name(self._large(i))
        found = expression(self.graph, i, {})
        value: Any = self.job.plan.constants[i]
        return found if found is not None else literal(_tuples(np.asarray(value).tolist()))

    def _is_large(self, i: int) -> bool:
        value = self.job.plan.constants.get(i)
        return isinstance(value, np.ndarray) and value.size > MOST_ENTRIES and any(value.strides)

    def _large(self, i: int) -> str:
        return self.large.setdefault(i, f"C{len(self.large) + 1}")

    def _constants(self) -> str:
        """What the names of large constants stand for."""
        said = [
            f"${name_latex(name)}$: a constant array of the shape {text_of(show(self.job.plan.constants[i].shape))}."
            for i, name in self.large.items()
        ]
        return "\n\n".join(said)


def _scattered(line: Line, latex: str) -> str:
    r"""Entries put into zeros: `\operatorname{scatter}_{:,0}(x)`, the places as an index has them."""
    if line.step is None or line.step.op.name != "scatter":
        return latex
    items: Any = dict(line.step.settings)["items"]
    operand = latex[latex.rindex(r"\left(") :]
    return rf"\operatorname{{scatter}}_{{{','.join(map(_place, items))}}}{operand}"


def _place(item: Any) -> str:
    if not isinstance(item, tuple):
        return str(item)
    start, stop, stride = ("" if part is None else str(part) for part in item[1:])
    return f"{start}:{stop}" + (f":{stride}" if stride else "")


def _delta(name: str, by: str) -> str:
    r"""The name of a gradient: `\delta_{t_{1}}`; one that had to be called otherwise keeps that name."""
    below = name_latex(by)
    usual = name == f"delta_{by}".replace(".", "_") and not re.search(r"\{[^{}]*\{", below)
    return rf"\delta_{{{below}}}" if usual else name_latex(name)


def _tuples(nested: Any) -> Any:
    return tuple(map(_tuples, nested)) if isinstance(nested, list) else nested


def _section(title: str, intro: str, rows: Iterable[str]) -> str:
    body = " \\\\[2pt]\n".join(rows)
    if not body:
        return ""
    return "\n".join(
        filter(None, [rf"\subsection*{{{title}}}", intro, rf"\begin{{align*}}{chr(10)}{body}{chr(10)}\end{{align*}}"])
    )
