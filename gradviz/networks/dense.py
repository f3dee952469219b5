"""Layers whose every unit sees the whole of its operand: dense, and mlp, dense layers one after the other."""

from __future__ import annotations

from itertools import pairwise

from gradviz.errors import LimitError, ShapeError, ValueProblem, nearest
from gradviz.networks.block import Block, Site
from gradviz.networks.initialisers import usual
from gradviz.networks.wording import said
from gradviz.ops.op import REQUIRED, Attribute, Op, Parameter, Term
from gradviz.ops.table import FUNCTIONS
from gradviz.shape import Shape

MAX_UNITS = 1_000_000
"""Units of one layer."""

MAX_LAYERS = 1_000
"""Layers of one mlp."""

ALONG_THE_LAST_AXIS = frozenset({"softmax", "log_softmax"})
"""Activations that are not elementwise."""


def activation_row(word: str) -> Op:
    """The operation that an activation's name means: elementwise of one operand, or a softmax.

    Raises:
        ValueProblem: there is none; the nearest one is proposed.

    Example:
        >>> activation_row("tanh").name, activation_row("σ").name
        ('tanh', 'sigmoid')
    """
    row = FUNCTIONS.get(_GLYPHS.get(word, word))
    if row is not None and (row.name in ALONG_THE_LAST_AXIS or _activates(row)):
        return row
    close = nearest(word, [name for name, op in FUNCTIONS.items() if _activates(op)])
    raise ValueProblem(
        f"{word!r} is no activation",
        hint=f"did you mean {close!r}?" if close else "write a function of one operand, such as tanh, relu or sigmoid",
    )


_GLYPHS = {"σ": "sigmoid", "sigma": "sigmoid", "ReLU": "relu"}


def _activates(op: Op) -> bool:
    return op.elementwise and op.accepts(1) and all(p.default != REQUIRED for p in op.parameters)


def activate(site: Site, term: Term, activation: Attribute) -> Term:
    """The activation on what comes before it, which is named `z`; the term itself where there is none.

    Raises:
        ValueProblem: there is no such activation.
    """
    row = named_activation(activation)
    return term if row is None else site.apply(row.name, site.call(term, "z"))


def named_activation(activation: Attribute) -> Op | None:
    """The operation of an activation as a setting says it; None for a linear layer.

    Raises:
        ValueProblem: there is no such activation.
    """
    return None if activation in (None, "none") else activation_row(str(activation))


def features(site: Site, x: Term, what: str) -> Term:
    """An operand as samples of features: a vector or a batch of them; a number is a vector of one.

    Raises:
        ShapeError: it has no entries.
    """
    if x.shape == ():
        site.note(f"the operand of {what} is a number, and is taken as a vector of one")
        return site.reshape(x, shape=(1,))
    if not x.shape[-1]:
        raise ShapeError(f"{what} needs entries to weigh, and the last axis of its operand has none")
    return x


def units_of(units: Attribute, what: str) -> int:
    """A number of units, checked.

    Raises:
        ValueProblem: it is no whole number from 1 up.
        LimitError: it is beyond a million.
    """
    if isinstance(units, bool) or not isinstance(units, int) or units < 1:
        call = "mlp(x, [8, 1], tanh)" if what == "mlp" else f"{what}(x, 8)"
        raise ValueProblem(f"{what} needs a whole number of units from 1 up, not {said(units)}", hint=f"write {call}")
    if units > MAX_UNITS:
        raise LimitError(f"a layer of {units:,} units is too large", hint=f"layers may have up to {MAX_UNITS:,} units")
    return units


def weigh(
    site: Site, x: Term, units: int, init: str, *, bias: bool = True, weight: str = "W", offset: str = "b"
) -> Term:
    """`x @ W + b` with parameters of those names."""
    fan_in = x.shape[-1]
    W = site.parameter(weight, (fan_in, units), init, fans=(fan_in, units))
    made = x @ W
    return made + site.parameter(offset, (units,), "zeros") if bias else made


def _dense(site: Site, x: Term, *, units: Attribute, activation: Attribute, init: Attribute, bias: Attribute) -> Term:
    count = units_of(units, "dense")
    row = named_activation(activation)
    chosen = usual(None if row is None else row.name) if init is None else str(init)
    return activate(site, weigh(site, features(site, x, "dense"), count, chosen, bias=bool(bias)), activation)


def _dense_note(
    shapes: tuple[Shape, ...], *, units: Attribute, activation: Attribute, init: Attribute, bias: Attribute
) -> str:
    d = shapes[0][-1] if shapes[0] else 1
    count = units if isinstance(units, int) else 0
    return described(d, count, (d + bool(bias)) * count, activation)


def described(d: int, units: int, parameters: int, activation: Attribute = None) -> str:
    """`2 → 3, tanh, 9 parameters`.

    Example:
        >>> described(2, 3, 9, "tanh")
        '2 → 3, tanh, 9 parameters'
    """
    return _words(f"{d} → {units}", activation, parameters)


def _words(sizes: str, activation: Attribute, parameters: int) -> str:
    words = [sizes, *([str(activation)] if activation not in (None, "none") else [])]
    return ", ".join([*words, f"{parameters:,} parameter{'s' * (parameters != 1)}"])


def _mlp(site: Site, x: Term, *, units: Attribute, activation: Attribute, init: Attribute, bias: Attribute) -> Term:
    sizes = _layers(units)
    last = len(sizes)
    x = features(site, x, "mlp")
    for i, count in enumerate(sizes, 1):
        x = site.block(
            "dense",
            x,
            name=f"h{i}",
            units=count,
            activation=activation if i < last else None,
            init=init,
            bias=bias,
        )
    return x


def _layers(units: Attribute) -> tuple[Attribute, ...]:
    sizes = units if isinstance(units, tuple) else (units,)
    if not sizes:
        raise ValueProblem("mlp needs at least one layer", hint="write mlp(x, [8, 1], tanh)")
    if len(sizes) > MAX_LAYERS:
        raise LimitError(f"an mlp of {len(sizes):,} layers is too large", hint=f"it may have up to {MAX_LAYERS:,}")
    for count in sizes:
        units_of(count, "mlp")
    return sizes


def _mlp_note(
    shapes: tuple[Shape, ...], *, units: Attribute, activation: Attribute, init: Attribute, bias: Attribute
) -> str:
    sizes = units if isinstance(units, tuple) else (units,)
    widths = [shapes[0][-1] if shapes[0] else 1, *(count if isinstance(count, int) else 0 for count in sizes)]
    total = sum((d + bool(bias)) * count for d, count in pairwise(widths))
    shown = widths if len(widths) <= 8 else [*widths[:3], "…", *widths[-2:]]
    return _words(" → ".join(map(str, shown)), activation, total)


UNITS = Parameter(name="units", kind="integer", default=REQUIRED, doc="how many numbers it makes of each sample")
ACTIVATION = Parameter(name="activation", kind="text", doc="a function of one operand such as tanh; none: linear")
INIT = Parameter(
    name="init",
    kind="text",
    doc="the weights' first values: he, xavier, lecun, zeros, ones, normal(0.5), uniform(0.5), constant(0.1); none: "
    "what suits the activation",
)
BIAS = Parameter(name="bias", kind="flag", default=True, doc="whether a bias b is added")

ROWS: tuple[Block, ...] = (
    Block(
        name="dense",
        family="layer",
        doc="x @ W + b, of a vector or of a batch whose rows are samples, and then the activation: fully connected.",
        parameters=(UNITS, ACTIVATION, INIT, BIAS),
        aliases=("linear",),
        expand=_dense,
        note=_dense_note,
        title="dense layer",
        source="Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.1; PyTorch's weight is Wᵀ",
    ),
    Block(
        name="mlp",
        family="layer",
        doc="Dense layers one after the other, h1, h2 and so on, with the activation between them; the last is linear.",
        parameters=(
            Parameter(name="units", kind="shape", default=REQUIRED, doc="the layers' units: [8, 8, 1]"),
            Parameter(name="activation", kind="text", default=REQUIRED, doc="of all layers but the last; none: linear"),
            INIT,
            BIAS,
        ),
        expand=_mlp,
        note=_mlp_note,
        title="multilayer perceptron",
        source="Goodfellow, Bengio & Courville 2016, Deep Learning, chapter 6",
    ),
)
"""The rows of this family."""
