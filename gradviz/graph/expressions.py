"""Expressions put into the graph: a machine with two stacks, so that no tree is too deep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gradviz.errors import InternalError, LimitError, NameProblem, ParseError, ShapeError, UserError
from gradviz.graph.exact import tidy
from gradviz.graph.faults import entrywise_note, marked, product_hint
from gradviz.graph.graph import Term
from gradviz.graph.layers import Layers, named_in
from gradviz.graph.names import Names
from gradviz.graph.order import is_transpose_mark
from gradviz.graph.parts import Bench, Fixed, Part, Row, elementwise, shape_of
from gradviz.graph.products import RULES, filled, transpose
from gradviz.graph.settings import Lookup, setting, split, whole_number
from gradviz.networks.words import block_of
from gradviz.ops.op import CONSTANTS, Attribute, Op
from gradviz.ops.table import FUNCTIONS
from gradviz.source import Span
from gradviz.syntax.tree import FILLS, Array, Call, Define, Expr, Index, Name, Number, Slice, Text

if TYPE_CHECKING:
    from gradviz.networks.block import Block

MAX_STEPS = 120_000
"""Expressions that may be visited while one program is built; definitions count wherever they are inlined."""

Scope = Mapping[str, Part]
Join = Callable[[tuple[Part, ...]], None]


@dataclass(slots=True)
class Builder:
    """Builds the expressions of one program.

    Args:
        bench: where the parts are put together.
        names: what the program's names stand for.
        own: the names that the program or the caller gives a meaning, so that `e` and `T` are not the usual ones.
        make_input: makes the input of a name that nothing assigns.
        lookup: the constant that a name stands for in a setting or an index.
        layers: builds calls of layers and losses.
        scope: the parts of the names built so far.
    """

    bench: Bench
    names: Names
    own: frozenset[str]
    make_input: Callable[[str, Span], Part]
    lookup: Lookup
    layers: Layers
    scope: dict[str, Part] = field(default_factory=dict)
    _steps: int = 0
    _tasks: list[tuple[Expr, Scope] | Join] = field(default_factory=list)
    _done: list[Part] = field(default_factory=list)
    _inlined: dict[tuple[Any, ...], Part] = field(default_factory=dict)
    _blocks: int = 0
    """How many layers and losses there are so far."""
    _titled: tuple[Expr, str] | None = None
    """The call of a layer that bears a statement's name, and the name."""

    def build(self, expr: Expr, name: str = "") -> Part:
        """The part that an expression stands for; if it is a layer or a loss, its group bears the name.

        Raises:
            UserError: it means nothing; located in the program's source.
        """
        self._titled = (expr, name)
        try:
            self._tasks.append((expr, {}))
            while self._tasks:
                task = self._tasks.pop()
                if isinstance(task, tuple):
                    self._visit(*task)
                else:
                    task(())
            return self._done.pop()
        except UserError as error:
            raise error.located(self.bench.source, expr.span) from None

    def _visit(self, expr: Expr, local: Scope) -> None:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise LimitError(
                "the definitions make too large an expression where they are called",
                span=expr.span,
                hint="give intermediate results names, so that they are shared",
            )
        match expr:
            case Number(value=value):
                self._done.append(Fixed(tidy(value, expr.span)))
            case Name(id=name):
                self._done.append(local[name] if name in local else self._named(name, expr.span))
            case Call():
                self._call(expr, local)
            case Index(base=base, items=items):
                chosen = tuple([self._item(item) for item in items])
                self._after((base,), local, lambda parts: self.bench.apply("index", parts, expr.span, items=chosen))
            case Array(items=items):
                self._after(items, local, lambda parts: self._array(parts, expr))
            case Text():
                raise ParseError("a text cannot be computed with", span=expr.span, hint="texts are settings only")

    def _after(self, operands: tuple[Expr, ...], local: Scope, join: Callable[[tuple[Part, ...]], Part]) -> None:
        """Schedule operands, and then what becomes of their parts."""

        def joined(_: tuple[Part, ...]) -> None:
            start = len(self._done) - len(operands)
            parts = tuple(self._done[start:])
            del self._done[start:]
            try:
                self._done.append(join(parts))
            except ShapeError as error:
                raise marked(error, operands, parts, self.bench, self.names.shapes) from None

        self._tasks.append(joined)
        self._tasks.extend([(operand, local) for operand in reversed(operands)])

    def _named(self, name: str, span: Span) -> Part:
        if name in self.scope:
            return self.scope[name]
        made = named_in(self.bench.graph, self.names, name, self.own, span)
        if made is not None:
            return made
        if name in self.names.defined and name not in self.names.assigned:
            parameters = ", ".join(self.names.defined[name].parameters)
            raise NameProblem(
                f"{name!r} is a definition with arguments", span=span, hint=f"call it: {name}({parameters})"
            )
        if name in CONSTANTS and name not in self.own:
            return Fixed(CONSTANTS[name])
        self.scope[name] = self.make_input(name, span)
        return self.scope[name]

    def _call(self, call: Call, local: Scope) -> None:
        name, span = call.function, call.span
        if name in self.names.defined:
            self._inline(self.names.defined[name], call, local)
            return
        if name in ("power", "pow") and len(call.operands) == 2 and self._special_power(call, local):
            return
        if name in FILLS:
            sizes = tuple([whole_number(size, "a size", self.lookup) for size in call.operands])
            self._done.append(filled(self.bench, name, sizes, span))
            return
        if name == "mul" and len(call.operands) == 2 and not call.keywords:
            self._after(call.operands, local, lambda parts: self._times(parts, call))
            return
        row = block_of(name, len(call.operands), [key for key, _ in call.keywords])
        if row is not None:
            self._block(row, call, local)
            return
        rule = RULES.get(name)
        if rule is not None and not call.keywords and len(call.operands) == (1 if name in ("neg", "transpose") else 2):
            self._after(call.operands, local, lambda parts: rule(self.bench, parts, span))
            return
        op = _operation(call)
        operands, settings = self._parted(op, call)
        self._after(operands, local, lambda parts: self._applied(op, parts, span, settings))

    def _parted(self, row: Op | Block, call: Call) -> tuple[tuple[Expr, ...], dict[str, Attribute]]:
        """A call's operands, and its settings' values."""
        parted = split(row, call)
        return parted.operands, {
            parameter.name: setting(parameter, parted.settings[parameter.name], self.lookup)
            for parameter in row.parameters
            if parameter.name in parted.settings
        }

    def _block(self, row: Block, call: Call, local: Scope) -> None:
        """A layer or a loss; the one that a statement consists of bears its name."""
        operands, settings = self._parted(row, call)
        title, self._titled = self._titled, None if self._is_titled(call) else self._titled
        name = title[1] if title is not None and title[0] is call else ""
        self._blocks += 1
        self._after(operands, local, lambda parts: self.layers.build(row, call, parts, settings, name))

    def _is_titled(self, call: Call) -> bool:
        return self._titled is not None and self._titled[0] is call

    def _times(self, parts: tuple[Part, ...], call: Call) -> Part:
        """A product entry by entry, which a person may have meant as a matrix product."""
        try:
            made = RULES["mul"](self.bench, parts, call.span)
        except ShapeError as error:
            error.hint = product_hint(shape_of(parts[0]), shape_of(parts[1])) or error.hint
            raise
        note = entrywise_note(call.operands, parts, self.bench)
        if note is not None:
            self.bench.note(note, call.span)
        return made

    def _applied(self, op: Op, parts: tuple[Part, ...], span: Span, settings: Mapping[str, Attribute]) -> Part:
        if op.name == "norm" and not settings and shape_of(parts[0]) == ():
            return self.bench.apply("abs", parts, span)
        if op.elementwise and not settings and len(parts) == 1:
            return elementwise(self.bench, op.name, parts, span)
        return self.bench.apply(op.name, parts, span, **settings)

    def _special_power(self, call: Call, local: Scope) -> bool:
        """`A^T`, and `||u||^2` as one operation; whether the call was one of these."""
        base, exponent = call.operands
        if call.function == "power" and is_transpose_mark(exponent, self.own) and not _is_bound(exponent, local):
            self._after((base,), local, lambda parts: self._transposed(parts, exponent, call.span))
            return True
        if isinstance(base, Call) and base.function == "norm" and exponent == Number(_TWO):
            if "norm" in self.names.defined or len(base.operands) != 1 or base.keywords:
                return False
            self._after(base.operands, local, lambda parts: self._squared_norm(parts, call.span, base.span))
            return True
        return False

    def _squared_norm(self, parts: tuple[Part, ...], span: Span, inner: Span) -> Part:
        if shape_of(parts[0]) != ():
            return self.bench.apply("squared_norm", parts, span)
        size = self.bench.apply("abs", parts, inner)
        return RULES["power"](self.bench, (size, Fixed(2)), span)

    def _transposed(self, parts: tuple[Part, ...], exponent: Expr, span: Span) -> Part:
        """A transpose; of a scalar T is an exponent like any other, once it is clear that it is a scalar."""
        (part,) = parts
        grows = isinstance(part, Term) and self.bench.may_grow(part)
        if shape_of(part) != () or grows or not isinstance(exponent, Name):
            return transpose(self.bench, parts, span)
        return RULES["power"](self.bench, (part, self._named(exponent.id, exponent.span)), span)

    def _inline(self, define: Define, call: Call, local: Scope) -> None:
        """A definition's body with its parameters bound; equal calls share one result."""
        given = dict(call.keywords)
        ordered = call.operands + tuple(given.pop(p) for p in define.parameters[len(call.operands) :] if p in given)
        if given or len(ordered) != len(define.parameters):
            wanted = f"{define.name}({', '.join(define.parameters)})"
            raise ParseError(
                f"{define.name} takes {len(define.parameters)} argument{'s' * (len(define.parameters) != 1)}, "
                f"not {len(call.operands) + len(call.keywords)}",
                span=call.span,
                hint=f"it is defined as {wanted}",
            )

        titled, name = self._is_titled(call), self._titled[1] if self._titled else ""

        def enter(_: tuple[Part, ...]) -> None:
            if titled:
                self._titled = (define.body, name)
            start = len(self._done) - len(ordered)
            parts = tuple(self._done[start:])
            del self._done[start:]
            key = (define.name, *(_identity(part) for part in parts))
            if key in self._inlined:
                self._done.append(self._inlined[key])
                return
            self._tasks.append(self._remember(key))
            self._tasks.append((define.body, dict(zip(define.parameters, parts, strict=True))))

        self._tasks.append(enter)
        self._tasks.extend([(operand, local) for operand in reversed(ordered)])

    def _remember(self, key: tuple[Any, ...]) -> Join:
        """Keep what a definition gave, unless layers were made: each call has layers of its own."""
        before = self._blocks

        def kept(_: tuple[Part, ...]) -> None:
            if self._blocks == before:
                self._inlined[key] = self._done[-1]

        return kept

    def _item(self, item: Expr | Slice) -> Attribute:
        if not isinstance(item, Slice):
            return whole_number(item, "an index", self.lookup)
        ends = (item.start, item.stop, item.step)
        step = None if item.step is None else whole_number(item.step, "a step", self.lookup)
        if step == 0 and item.step is not None:
            raise ParseError(
                "the step of a slice cannot be 0", span=item.step.span, hint="write a step such as 2 or -1"
            )
        return ("slice", *(None if end is None else whole_number(end, "an index", self.lookup) for end in ends))

    def _array(self, parts: tuple[Part, ...], array: Array) -> Part:
        """Numbers alone make a constant; anything else is stacked."""
        shapes = [shape_of(part) for part in parts]
        for item, shape in zip(array.items, shapes, strict=True):
            if shape != shapes[0]:
                raise ShapeError(
                    "the rows of this array differ in length"
                    if shape and shapes[0]
                    else "numbers and rows are mixed here",
                    span=item.span,
                    hint="write arrays like [[1, 2], [3, 4]]",
                )
        fixed = tuple(part.value for part in parts if isinstance(part, Fixed))
        if len(fixed) == len(parts):
            return Fixed(fixed, (len(parts), *(shapes[0] if shapes else ())))
        return self.bench.apply("stack", parts, array.span)


_TWO = Fraction(2)


def _operation(call: Call) -> Op:
    """The row that a call means: `max(a, b)` and `log(x, b)` are operations of two operands."""
    name = call.function
    if len(call.operands) > 1:
        name = {"max": "maximum", "min": "minimum"}.get(name, name)
        name = "log_base" if name == "log" and len(call.operands) == 2 else name
    op = FUNCTIONS.get(name)
    if op is None:
        raise InternalError(f"the tree calls {name!r}, which is no operation and no definition")
    return op


def _is_bound(exponent: Expr, local: Scope) -> bool:
    return isinstance(exponent, Name) and exponent.id in local


def _identity(part: Part) -> Any:
    if isinstance(part, Term):
        return part.id
    return ("row", part.vector.id) if isinstance(part, Row) else ("fixed", type(part.value), part.value)
