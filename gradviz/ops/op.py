"""What one operation is: the fields of a row, and the protocol that its rules are written against.

A rule never sees a graph, NumPy or SymPy. It is given a `Builder`, the operation's output and its operands as
`Term`s, and combines them; whoever calls it decides whether that makes graph nodes, trees or anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, Protocol

from gradviz.errors import ShapeError
from gradviz.shape import Shape, broadcast

Number = int | float | Fraction
Attribute = None | bool | int | float | Fraction | str | tuple[Any, ...]
"""What an operation's parameter may hold: hashable and exact."""
Attributes = Mapping[str, Attribute]
Operand = "Term | Number"


class Term(Protocol):
    """A value under construction: something that has a shape and understands the operators."""

    @property
    def shape(self) -> Shape:
        """The shape of its value."""
        ...

    @property
    def fixed(self) -> bool:
        """Whether it is a constant: at a tie `max(0, x)` the constant wins."""
        ...

    def __add__(self, other: Term | Number) -> Term: ...
    def __radd__(self, other: Number) -> Term: ...
    def __sub__(self, other: Term | Number) -> Term: ...
    def __rsub__(self, other: Number) -> Term: ...
    def __mul__(self, other: Term | Number) -> Term: ...
    def __rmul__(self, other: Number) -> Term: ...
    def __truediv__(self, other: Term | Number) -> Term: ...
    def __rtruediv__(self, other: Number) -> Term: ...
    def __pow__(self, other: Term | Number) -> Term: ...
    def __rpow__(self, other: Number) -> Term: ...
    def __matmul__(self, other: Term) -> Term: ...
    def __neg__(self) -> Term: ...
    def __gt__(self, other: Term | Number) -> Term: ...
    def __lt__(self, other: Term | Number) -> Term: ...
    def __ge__(self, other: Term | Number) -> Term: ...
    def __le__(self, other: Term | Number) -> Term: ...


class Builder(Protocol):
    """Makes terms. Every operation of the table is also a method: `b.cos(x)`, `b.sum(x, axis=0)`."""

    def constant(self, value: Any, shape: Shape = ()) -> Term:
        """A constant filled to `shape`."""
        ...

    def apply(self, name: str, *operands: Term | Number, **attributes: Attribute) -> Term:
        """The operation of that name on the operands."""
        ...

    def __getattr__(self, name: str) -> Callable[..., Term]: ...


Rule = Callable[..., Term]
"""A partial: `(b, y, *xs, **attributes) -> Term`, the local derivative dy/dx of an elementwise operation.

A vjp: `(b, g, y, *xs, **attributes) -> Term`, the contribution: the upstream gradient `g` pulled back to one operand,
in that operand's shape."""

SlotRule = Callable[..., Term]
"""As `Rule`, for operations with any number of operands: the slot comes first, `(slot, b, …)`."""

Structure = Literal[
    "zero",
    "identity",
    "scaled identity",
    "diagonal",
    "block diagonal",
    "Kronecker",
    "selection",
    "scaled selection",
    "low rank",
    "sparse",
    "dense",
]

Linear = Literal["", "alone", "together"]
"""Whether an operation is linear in an operand: not, with the others held, or in all that say "together" at once."""

Values = Literal["positive", "nonnegative", ""]
"""What all values of an operation are, wherever it is defined."""

Gate = Literal["distributes", "swaps", "routes", "sums", "flips", "passes", "scales", "copies", "stops", ""]
"""The lecture's word for what an operation does to the gradient that comes back; empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A named setting of an operation that is no operand: an axis, a slope, an equation.

    `kind` says what the language accepts for it; `default` stands where it is not given (`REQUIRED`: it must be).
    Parameters are given by keyword, or by position after the operands (`leaky_relu(x, 0.1)`, `sum(X, 0)`).
    """

    name: str
    kind: Literal["number", "integer", "axis", "axes", "flag", "text", "shape"]
    default: Attribute = None
    doc: str = ""


REQUIRED: Attribute = ("required",)
"""The default of a parameter that has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notation:
    r"""How an operation is written.

    Args:
        form: where the sign stands. `fence` surrounds its operand (`|x|`); `function` is `name(x, y)`.
        text: the sign or function name that gradviz reads (`+`, `log`); empty: the operation's name.
        unicode: the sign for display, where it differs (`·`).
        precedence: of the form; see the constants below. Functions and fences are atoms.
        latex: operands' LaTeX (already in parentheses where they need them), attributes by keyword → LaTeX.
            None: `\operatorname{text}(…)`, or the LaTeX command of the same name where there is one.
        latex_precedence: of the LaTeX form, where it differs from the text's (e^{x} is a power, \frac{a}{b} binds
            tighter than a product).
        latex_slots: per operand, the precedence from which its LaTeX stands without parentheses (0: always, as inside
            \frac{…}{…}); empty: as in the text, so that a function's operands stand bare.
    """

    form: Literal["infix", "prefix", "postfix", "function", "fence"] = "function"
    text: str = ""
    unicode: str = ""
    precedence: int = 100
    latex: Callable[..., str] | None = None
    latex_precedence: int | None = None
    latex_slots: tuple[int, ...] = ()


COMPARISON, SUM, PRODUCT, NEGATION, POWER, POSTFIX, ATOM = 10, 20, 30, 40, 50, 60, 100
"""Precedence of the forms, loosest first. A minus sign binds looser than a power: −x² is −(x²)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kink:
    """A place where the operation is not differentiable, and the subgradient that is taken there.

    Args:
        locus: `(b, *xs, **attributes)` → a term that is zero exactly at the kink.
        taken: what the rules give there, in words or as a number ("0", "shared equally").
        allowed: the subdifferential there, as text ("[0, 1]").
        says: one sentence for people.
    """

    locus: Rule
    taken: str
    allowed: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A wrong rule that people use: the wrong local derivative by one operand (elementwise: a partial, else a vjp).

    A vjp that is wrong may not fit every shape (an untransposed matrix fits where it is square): then it raises
    ShapeError, or gives another shape than the operand's, and the mistake is impossible there.
    """

    name: str
    slot: int
    rule: Rule
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Operands (nested lists or numbers) and attributes to test a row at; away from kinks unless said."""

    operands: tuple[Any, ...]
    attributes: Attributes = ()  # type: ignore[assignment]
    kink: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Op:
    r"""One operation: one row of the table.

    Args:
        name: its key in `OPS`, and the method name on a `Builder`.
        family: the section of `gradviz ops` it stands in.
        doc: one sentence.
        arity: how many operands; `(least, most)` with None for any number.
        parameters: its settings.
        notation: how it is written.
        aliases: other function names that the language accepts for it (`swish` for silu, `arcsin` for asin).
        shape: `(shapes, **attributes) -> Shape`; raises ShapeError with a hint.
        numpy: the NumPy expression as source text, `{0}`, `{1}` the operands, `{args}` all with commas between,
            `{name}` a parameter. The names `np` and `k` (`gradviz.ops.kernels`) are in scope. Operands come in as names
            or in parentheses.
        python: the same for floats and `math` (also `k.…` scalar kernels), where it differs; None means the NumPy
            expression serves scalars too.
        symbol: elementwise: `(sp, *xs, **attributes) -> sympy expression`, `sp` being the SymPy module. Otherwise None
            (the NumPy expression works on object arrays of SymPy expressions) or
            `(sp, np, *object arrays, **attributes)` → an object array; NotImplementedError where there is no formula.
        partials: elementwise operations: one local derivative per operand, in graph terms.
        vjps: other operations: one per operand.
        slot_partial, slot_vjp: instead of those, for operations with any number of operands.
        structure: the local Jacobian's structure, per operand (one entry serves all).
        linear: operations that are not elementwise: whether it is linear, per operand (the last serves the rest). Such
            an operation carries a tangent forward by being applied to it.
        work: `(shapes, **attributes)` → the scalar operations of one evaluation (by `gradviz.ops.work`); None: one for
            each entry of its result or of its largest operand.
        contraction: `(shapes, **attributes)` → a factor and the einsum equation of an operation that is a sum of
            products (by `gradviz.ops.contractions`); None where it is none.
        gate: the lecture's word; `gate_constant` where all but one operand is a constant (`x·3` scales, `x+3` passes);
            `gate_constants` the same by the slot that varies, where it makes a difference (`x−3` passes, `3−x` flips).
        kinks, mistakes, samples: see their classes.
        mark: what stands in the glyph where no curve does (LaTeX), such as `+` or `\times`; None: its name.
        plot_range: the x range in which its curve is drawn (one-operand elementwise operations).
        differentiable: False for comparisons and other steps through which no gradient ever flows.
        values: what all of its values are, whatever the operands: above zero, or not below it; empty if neither is so.
    """

    name: str
    family: str
    doc: str
    arity: int | tuple[int, int | None] = 1
    parameters: tuple[Parameter, ...] = ()
    notation: Notation = Notation()
    aliases: tuple[str, ...] = ()
    shape: Callable[..., Shape]
    numpy: str
    python: str | None = None
    symbol: Callable[..., Any] | None = None
    partials: tuple[Rule, ...] | None = None
    vjps: tuple[Rule, ...] | None = None
    slot_partial: SlotRule | None = None
    slot_vjp: SlotRule | None = None
    structure: tuple[Structure, ...] = ("diagonal",)
    linear: tuple[Linear, ...] = ("",)
    work: Callable[..., int] | None = None
    contraction: Callable[..., tuple[Fraction, str] | None] | None = None
    gate: Gate = ""
    gate_constant: Gate = ""
    gate_constants: tuple[Gate, ...] = ()
    kinks: tuple[Kink, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    samples: tuple[Sample, ...] = ()
    mark: str | None = None
    plot_range: tuple[float, float] = (-3.0, 3.0)
    differentiable: bool = True
    values: Values = ""

    @property
    def elementwise(self) -> bool:
        """Whether each output entry depends on the same entry of each operand alone."""
        return self.partials is not None or self.slot_partial is not None

    def accepts(self, count: int) -> bool:
        """Whether that many operands are right."""
        least, most = (self.arity, self.arity) if isinstance(self.arity, int) else self.arity
        return least <= count and (most is None or count <= most)

    def partial(self, slot: int) -> Rule | None:
        """The local derivative by one operand, as `(b, y, *xs, **attributes)`; None if not elementwise."""
        if self.slot_partial is not None:
            rule = self.slot_partial
            return lambda b, y, *xs, **attributes: rule(slot, b, y, *xs, **attributes)
        return self.partials[slot] if self.partials is not None else None

    def gate_with(self, varying: Sequence[int]) -> Gate:
        """The word for what it does to gradients when only the operands in the slots `varying` are no constants."""
        if len(varying) != 1 or self.arity == 1:
            return self.gate
        if self.gate_constants:
            return self.gate_constants[varying[0]]
        return self.gate_constant or self.gate

    def vjp(self, slot: int) -> Rule | None:
        """The reverse rule by one operand, as `(b, g, y, *xs, **attributes)`; None if elementwise."""
        if self.slot_vjp is not None:
            rule = self.slot_vjp
            return lambda b, g, y, *xs, **attributes: rule(slot, b, g, y, *xs, **attributes)
        return self.vjps[slot] if self.vjps is not None else None

    def structure_of(self, slot: int) -> Structure:
        """The local Jacobian's structure by one operand."""
        return self.structure[slot] if slot < len(self.structure) else self.structure[-1]

    def linear_in(self, slot: int) -> Linear:
        """Whether it is linear in one operand."""
        return self.linear[slot] if slot < len(self.linear) else self.linear[-1]


def elementwise(shapes: tuple[Shape, ...], **_: Attribute) -> Shape:
    """The shape rule of elementwise operations: NumPy's broadcasting."""
    return broadcast(*shapes)


def _no_shape(shapes: tuple[Shape, ...], **_: Attribute) -> Shape:
    raise ShapeError("this node carries its own shape")


INPUT = Op(name="input", family="leaf", doc="An input.", arity=0, shape=_no_shape, numpy="", differentiable=False)
CONSTANT = Op(
    name="constant",
    family="leaf",
    doc="A constant.",
    arity=0,
    shape=_no_shape,
    numpy="",
    differentiable=False,
)
"""The two kinds of node without operands; the graph makes them itself."""


class NamedConstant(float):
    """A constant that is known by name: π or e. A float wherever a number is wanted."""

    name: str

    def __new__(cls, name: str, value: float) -> NamedConstant:
        """A constant of that name and value."""
        made = super().__new__(cls, value)
        made.name = name
        return made


class Size(NamedConstant):
    """The size that a letter in a shape stands for: `N` of `X : N x d`, known by the letter wherever it is printed."""


PI = NamedConstant("pi", 3.141592653589793)
E = NamedConstant("e", 2.718281828459045)
CONSTANTS: Mapping[str, NamedConstant] = {"pi": PI, "e": E}
"""The constants of the language."""
