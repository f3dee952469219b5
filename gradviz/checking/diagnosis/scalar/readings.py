"""Ways in which a person may read an expression before differentiating it: as written, as powers, as products."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType

from gradviz.checking.diagnosis.scalar.steps import Derivation, Factor, Kind, Step
from gradviz.graph.graph import Graph, Node
from gradviz.ops.op import CONSTANT, INPUT

PENALTIES: Mapping[str, float] = MappingProxyType(
    {"written": 0.0, "collected": -0.05, "powers": -0.1, "products": -0.4}
)
"""The readings, and how much less likely each is than the first.

written: every operation by itself. collected: coefficients taken out of products, the rest multiplied left to right;
`c/v` a quotient. powers: the same, but 1/v a power, and roots too. products: quotients are products with a power."""

MINUS_ONE = Factor(number=Fraction(-1))
HALF = Fraction(1, 2)


def readings(graph: Graph, output: int, variable: int, dependent: int | None = None) -> list[Derivation]:
    """The derivations of a node by an input, one for each reading that differs from the ones before.

    Args:
        graph: in which the node lies.
        output: the node.
        variable: the input by which is differentiated.
        dependent: an input that depends on that one, in an implicit problem.
    """
    made: list[Derivation] = []
    for name, penalty in PENALTIES.items():
        steps = _Reader(graph, output, variable, name, dependent).steps_of(output)
        if dependent is not None:
            steps = _split(steps)
        if all(steps != other.steps for other in made):
            made.append(Derivation(steps, variable, name, penalty))
    return made


@dataclass(slots=True)
class _Product:
    """A product taken apart: its sign, its constants, and what varies above and below the bar."""

    sign: int = 1
    constants: list[Factor] = field(default_factory=list)
    above: list[int] = field(default_factory=list)
    below: list[int] = field(default_factory=list)


class _Reader:
    def __init__(self, graph: Graph, output: int, variable: int, reading: str, dependent: int | None = None) -> None:
        self.graph, self.reading, self.variable, self.dependent = graph, reading, variable, dependent
        self.steps: list[Step] = []
        self.made: dict[int, int] = {}
        needed = _needed(graph, output)
        self.varies = bytearray(output + 1)
        self.uses = [0] * (output + 1)
        self.order = [i for i in range(output + 1) if needed[i]]
        for i in self.order:
            self.varies[i] = i in (variable, dependent) or any(self.varies[k] for k in graph.nodes[i].operands)
            for k in graph.nodes[i].operands:
                self.uses[k] += 1

    def steps_of(self, output: int) -> tuple[Step, ...]:
        """All that the output needs."""
        for i in self.order:
            self.made[i] = self._step(i)
        return _pruned(self.steps, self.made[output])

    def _add(self, step: Step) -> int:
        self.steps.append(step)
        return len(self.steps) - 1

    def _step(self, i: int) -> int:
        node = self.graph.nodes[i]
        if not self.varies[i]:
            return self._add(Step("constant", i, constant=(Factor(i),)))
        if node.op is INPUT:
            return self._add(Step("variable" if i == self.variable else "dependent", i))
        maker = _MAKERS.get(node.op.name)
        if maker is not None:
            return maker(self, i, node)
        return self._function(i, node)

    def _sum(self, i: int, node: Node) -> int:
        kind: Kind = "sum" if node.op.name == "add" else "difference"
        return self._add(Step(kind, i, tuple(self.made[k] for k in node.operands), op=node.op))

    def _product(self, i: int, node: Node) -> int:
        taken = _Product()
        self._take_apart(i, taken)
        return self._assembled(i, taken)

    def _take_apart(self, top: int, into: _Product) -> None:
        """Products, quotients and minus signs within one another, unless one has a name or is used elsewhere."""
        stack = [(top, False)]
        while stack:
            i, inverted = stack.pop()
            node = self.graph.nodes[i]
            if not self.varies[i]:
                into.constants.append(Factor(i, inverted=inverted))
                continue
            opened = i == top or (self.reading != "written" and self.uses[i] == 1 and node.name is None)
            if opened and node.op.name in ("mul", "div"):
                left, right = node.operands
                stack += [(right, inverted != (node.op.name == "div")), (left, inverted)]
            elif opened and node.op.name == "neg":
                into.sign = -into.sign
                stack.append((node.operands[0], inverted))
            else:
                (into.below if inverted else into.above).append(i)
        into.constants = [c for c in into.constants if not self._is_one(c)]

    def _is_one(self, factor: Factor) -> bool:
        node = self.graph.nodes[factor.node or 0]
        return factor.node is not None and node.op is CONSTANT and node.settings["value"] == 1

    def _assembled(self, i: int, taken: _Product) -> int:
        constants = tuple(taken.constants)
        if taken.above and taken.below and self.reading != "products":
            made = self._add(Step("quotient", i, (self._times(i, taken.above), self._times(i, taken.below))))
        elif taken.below and not taken.above and self.reading not in ("powers", "products"):
            top = self._add(Step("constant", i, constant=constants))
            made = self._add(Step("quotient", i, (top, self._times(i, taken.below))))
            constants = ()
        else:
            made = self._times_of(
                i, [*(self.made[k] for k in taken.above), *(self._inverse(i, k) for k in taken.below)]
            )
        if constants:
            made = self._add(Step("multiple", i, (made,), constants))
        return made if taken.sign > 0 else self._add(Step("minus", i, (made,)))

    def _times(self, i: int, nodes: list[int]) -> int:
        return self._times_of(i, [self.made[k] for k in nodes])

    def _times_of(self, i: int, parts: list[int]) -> int:
        made = parts[0]
        for part in parts[1:]:
            made = self._add(Step("product", i, (made, part)))
        return made

    def _inverse(self, i: int, below: int) -> int:
        """1/u as u⁻¹, and 1/uⁿ as u⁻ⁿ."""
        step = self.steps[self.made[below]]
        if step.kind == "power" and self.graph.nodes[below].name is None:
            return self._add(replace(step, place=i, constant=(MINUS_ONE, *step.constant), negative=not step.negative))
        return self._add(Step("power", i, (self.made[below],), (MINUS_ONE,), negative=True))

    def _power(self, i: int, node: Node) -> int:
        base, exponent = node.operands
        if not self.varies[exponent]:
            value = self.graph.nodes[exponent].settings.get("value")
            below = isinstance(value, (int, Fraction)) and value < 0
            return self._add(Step("power", i, (self.made[base],), (Factor(exponent),), negative=below))
        if not self.varies[base]:
            return self._add(Step("exponential", i, (self.made[exponent],), (Factor(base),)))
        return self._add(Step("tower", i, (self.made[base], self.made[exponent])))

    def _root(self, i: int, node: Node) -> int:
        if self.reading not in ("powers", "products"):
            return self._function(i, node)
        exponent = Factor(number=HALF)
        return self._add(Step("power", i, (self.made[node.operands[0]],), (exponent,)))

    def _function(self, i: int, node: Node) -> int:
        varying = [k for k in node.operands if self.varies[k]]
        if len(varying) == 1:
            operands = tuple(None if self.varies[k] else k for k in node.operands)
            return self._add(Step("function", i, (self.made[varying[0]],), (), node.op, node.attributes, operands))
        parts = tuple(self.made[k] for k in node.operands)
        return self._add(Step("operation", i, parts, (), node.op, node.attributes))


_MAKERS: Mapping[str, Callable[[_Reader, int, Node], int]] = MappingProxyType(
    {
        "add": _Reader._sum,
        "sub": _Reader._sum,
        "mul": _Reader._product,
        "div": _Reader._product,
        "neg": _Reader._product,
        "pow": _Reader._power,
        "sqrt": _Reader._root,
    }
)


def _needed(graph: Graph, output: int) -> bytearray:
    needed = bytearray(output + 1)
    needed[output] = 1
    for i in range(output, -1, -1):
        if needed[i]:
            for operand in graph.nodes[i].operands:
                needed[operand] = 1
    return needed


def _split(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """A step of its own for every use of the dependent variable: it may be forgotten in one place."""
    made: list[Step] = []
    moved: dict[int, int] = {}
    for i, step in enumerate(steps):
        parts = []
        for part in step.parts:
            if steps[part].kind == "dependent":
                made.append(steps[part])
                parts.append(len(made) - 1)
            else:
                parts.append(moved[part])
        if step.kind != "dependent" or i == len(steps) - 1:
            made.append(replace(step, parts=tuple(parts)))
            moved[i] = len(made) - 1
    return tuple(made)


def _pruned(steps: list[Step], last: int) -> tuple[Step, ...]:
    """The steps that the last one needs, numbered anew."""
    needed = bytearray(last + 1)
    needed[last] = 1
    for i in range(last, -1, -1):
        if needed[i]:
            for part in steps[i].parts:
                needed[part] = 1
    moved: dict[int, int] = {}
    kept: list[Step] = []
    for i in range(last + 1):
        if needed[i]:
            moved[i] = len(kept)
            kept.append(replace(steps[i], parts=tuple(moved[part] for part in steps[i].parts)))
    return tuple(kept)
