"""What is said of a mistake: the place as mathematics, the fact in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from gradviz.checking.diagnosis.scalar.replaying import as_nodes
from gradviz.checking.diagnosis.scalar.showing import extended, names_in, size, tidied
from gradviz.checking.diagnosis.scalar.steps import Derivation, Factor, Step
from gradviz.checking.diagnosis.slip import Slip
from gradviz.explanation.mathematics import name_math, unicode_of
from gradviz.graph.graph import Graph
from gradviz.passes.raising import expression, number
from gradviz.passes.signs import leading_sign
from gradviz.syntax.show import UNICODE
from gradviz.syntax.tree import Call, Expr, Name, Number
from gradviz.syntax.write import precedence

SHORT = 9
"""How many nodes a formula within a sentence may have; a longer one is called u′."""
LONG = 48
"""How many nodes a step that is shown may have."""
ELLIPSIS = "…"
"""Stands for an operand that is too long to be shown."""
LETTERS, BRACKETED = "uvwxyz", "UVWXYZ"
"""Marks of the parts; the large ones are put in brackets where a power or a factor needs them."""
CONSTANTS = "cC"
WITHIN = ("constant", "dependent")
"""Steps that are placed by the one that works on them: `7` alone says nothing."""
WRITTEN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "minus": ("neg",),
        "multiple": ("mul", "div"),
        "sum": ("add",),
        "difference": ("sub",),
        "product": ("mul",),
        "quotient": ("div",),
        "power": ("pow",),
        "exponential": ("pow",),
        "tower": ("pow",),
    }
)
"""The operations that a step of each kind may be the whole of, so that it can be shown as it was written."""
OPERATORS: Mapping[str, str] = MappingProxyType(
    {"sum": "add", "difference": "sub", "product": "mul", "quotient": "div", "tower": "pow"}
)
"""The operation that a step between two parts is."""


class Teller:
    """Writes sentences about the steps of one derivation.

    Args:
        graph: in which the derivation lies; it is not changed.
        derivation: the steps.
        output: the node of the function, which is written out and not called f.
        decimals: whether the person writes decimals.
    """

    def __init__(self, graph: Graph, derivation: Derivation, output: int, decimals: bool = False) -> None:
        self.derivation, self.decimals = derivation, decimals
        self._builder, dependent = extended(graph, derivation)
        self.names = names_in(self._builder.graph, output)
        self._right = as_nodes(derivation, [()] * len(derivation.steps), {}, self._builder, dependent)
        self._trees: dict[int, Expr | None] = {}
        self._last = {step.place: i for i, step in enumerate(derivation.steps)}

    def place(self, i: int) -> str:
        """A step as mathematics; of a long one the outermost operation, `sin(…)`."""
        tree = self._tree(i)
        if tree is not None and size(tree) <= LONG:
            return self._shown(tree)
        step = self.derivation.steps[i]
        named = self.names.get(step.place)
        if named:
            return name_math(named).unicode
        parts = [self._part(k) for k in step.parts]
        short = [part if part is not None and size(part) <= SHORT else Name(ELLIPSIS) for part in parts]
        shown = self._shown(self._of(step, short))
        return f"the {step.kind} {shown}" if step.kind in OPERATORS else shown

    def _shown(self, tree: Expr) -> str:
        return unicode_of(tidied(tree, self.decimals)).replace("'", "′")

    def sentence(self, i: int, slip: Slip) -> str:
        """The place and the fact, without a full stop."""
        fact = slip.says.format_map(Fields(self, i)).replace("ln (", "ln(")
        where = self.place(i)
        if self.derivation.steps[i].kind in WITHIN:
            users = [k for k, step in enumerate(self.derivation.steps) if i in step.parts]
            return f"In {self.place(users[0])}, {fact}" if users else f"At {where}: {fact}"
        if slip.family == "misread" or "{y}" in slip.says:
            return fact if "{y}" in slip.says else f"At {where}, {fact}"
        return f"At {where}, {fact}" if ":" in fact else f"At {where}: {fact}"

    def slope(self, i: int) -> str:
        """The derivative of a step, short, else in words."""
        tree = expression(self._builder.graph, self._right[i].slope.id, self.names, SHORT)
        return self._shown(tree) if tree is not None else f"{self.bracketed(i)}′"

    def _part(self, i: int) -> Expr | None:
        """A step within a sentence about another: by its name if it has one."""
        named = self.names.get(self.derivation.steps[i].place) if self._is_whole(i) else None
        return Name(named) if named else self._tree(i)

    def bracketed(self, i: int) -> str:
        """A step in brackets where it needs them."""
        tree = self._part(i)
        if tree is None or size(tree) > 2 * SHORT:
            return "u"
        text = self._shown(tree)
        return text if precedence(leading_sign(tree), UNICODE) >= 100 else f"({text})"

    def short(self, i: int) -> str:
        """A step as mathematics, or a word for it."""
        tree = self._part(i)
        return self._shown(tree) if tree is not None and size(tree) <= 2 * SHORT else "the operand"

    def constant(self, factors: Sequence[Factor]) -> str:
        """A coefficient, exponent or base."""
        return self._shown(self._constant(factors))

    def _tree(self, i: int) -> Expr | None:
        """The tree of a step, made with those of all that it needs; None where it would be very long."""
        needed, stack = set[int](), [i]
        while stack:
            k = stack.pop()
            if k not in self._trees and k not in needed:
                needed.add(k)
                stack += self.derivation.steps[k].parts
        for k in sorted(needed):
            self._trees[k] = self._made(k)
        return self._trees[i]

    def _made(self, i: int) -> Expr | None:
        """A step as it was written, where it is all of a node; else put together from its parts."""
        step = self.derivation.steps[i]
        op = self._builder.graph.nodes[step.place].op
        if self._is_whole(i) and (op is step.op or op.name in WRITTEN.get(step.kind, ())):
            return expression(self._builder.graph, step.place, self.names, 2 * LONG)
        parts = []
        for k in step.parts:
            below = self.derivation.steps[k]
            named = self.names.get(below.place) if self._is_whole(k) else None
            tree = Name(named) if named else self._trees[k]
            if tree is None or size(tree) > 2 * LONG:
                return None
            parts.append(tree)
        return self._of(step, parts)

    def _is_whole(self, k: int) -> bool:
        """Whether a step is all of its node, and not a part of it that only the reading has."""
        return self._last[self.derivation.steps[k].place] == k

    def _of(self, step: Step, parts: list[Expr]) -> Expr:
        match step.kind:
            case "variable" | "dependent":
                return Name(self.names[step.place])
            case "constant":
                return self._constant(step.constant)
            case "minus":
                return Call("neg", tuple(parts))
            case "multiple":
                return self._multiple(step.constant, parts[0])
            case "power":
                return Call("pow", (parts[0], self._constant(step.constant)))
            case "exponential":
                return Call("pow", (self._constant(step.constant), parts[0]))
            case "function":
                assert step.op is not None
                operands = tuple(parts[0] if node is None else self._factor(Factor(node)) for node in step.operands)
                return Call(step.op.name, operands, self._settings(step))
            case "operation":
                assert step.op is not None
                return Call(step.op.name, tuple(parts), self._settings(step))
            case _:
                return Call(OPERATORS[step.kind], tuple(parts))

    def _settings(self, step: Step) -> tuple[tuple[str, Expr], ...]:
        assert step.op is not None
        defaults = {parameter.name: parameter.default for parameter in step.op.parameters}
        return tuple((k, number(v)) for k, v in step.settings if v != defaults.get(k) and isinstance(v, (int, float)))

    def _multiple(self, factors: Sequence[Factor], tree: Expr) -> Expr:
        made: Expr | None = None
        for factor in factors:
            if not factor.inverted:
                made = self._factor(factor) if made is None else Call("mul", (made, self._factor(factor)))
        made = tree if made is None else Call("mul", (made, tree))
        for factor in factors:
            if factor.inverted:
                made = Call("div", (made, self._factor(factor)))
        return made

    def _constant(self, factors: Sequence[Factor]) -> Expr:
        if all(factor.node is None for factor in factors):
            value = Fraction(1)
            for factor in factors:
                value = value / factor.number if factor.inverted else value * factor.number
            return number(value)
        if len(factors) == 2 and factors[0].node is None and factors[0].number == -1:
            inner = self._factor(factors[1])
            return Number(-inner.value) if isinstance(inner, Number) else Call("neg", (inner,))
        made: Expr | None = None
        for factor in factors:
            tree = self._factor(factor)
            if made is None:
                made = Call("div", (Number(Fraction(1)), tree)) if factor.inverted else tree
            else:
                made = Call("div" if factor.inverted else "mul", (made, tree))
        return made or number(1)

    def _factor(self, factor: Factor) -> Expr:
        if factor.node is None:
            return number(factor.number)
        if factor.node in self.names:
            return Name(self.names[factor.node])
        return expression(self._builder.graph, factor.node, self.names) or Name("c")


class Fields(Mapping[str, str]):
    """What the marks in a sentence stand for, made when they are asked for."""

    def __init__(self, teller: Teller, i: int) -> None:
        self.teller, self.i = teller, i
        self.step = teller.derivation.steps[i]

    def __getitem__(self, mark: str) -> str:
        if mark == "x":
            return name_math(self.teller.names[self.teller.derivation.variable]).unicode
        if mark == "y":
            return self.teller.place(self.i)
        if mark in CONSTANTS:
            return self._constant(bracketed=mark == "C")
        if mark[0] == "c":
            return self.teller.constant([self.step.constant[int(mark[1:])]])
        if mark in BRACKETED:
            return self.teller.bracketed(self.step.parts[BRACKETED.index(mark)])
        if mark[0] == "d":
            return self.teller.slope(self.step.parts[LETTERS.index(mark[1])])
        return self.teller.short(self.step.parts[LETTERS.index(mark)])

    def _constant(self, *, bracketed: bool) -> str:
        """The coefficient, exponent or base; of a function, the operand that stays the same."""
        still = [Factor(node) for node in self.step.operands if node is not None]
        text = self.teller.constant(self.step.constant or still)
        return f"({text})" if bracketed and not text.isalnum() else text

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
