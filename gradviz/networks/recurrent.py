"""Recurrent layers, unrolled into the graph: one group for each step, all of them with the same parameters."""

from __future__ import annotations

from gradviz.errors import LimitError, ShapeError, ValueProblem
from gradviz.networks.block import Block, Site
from gradviz.networks.dense import INIT, UNITS, activation_row, units_of
from gradviz.networks.initialisers import usual
from gradviz.ops.op import Attribute, Parameter, Term
from gradviz.shape import Shape, describe

MAX_STEPS = 2_000
"""Steps that are unrolled: each is about ten nodes."""

WHOLE = ("slice", None, None, None)
RETURNS = Parameter(
    name="returns", kind="text", default="all", doc='the hidden states of "all" steps, or of the "last" one alone'
)
SQUASH = Parameter(name="activation", kind="text", default="tanh", doc="of the state: tanh or relu")


def _length(x: Term, what: str) -> int:
    """The number of steps of a sequence: (steps, features), or a batch (samples, steps, features)."""
    shape = x.shape
    if len(shape) not in (2, 3):
        raise ShapeError(
            f"{what} needs a sequence, not {describe(shape)}",
            hint="give steps × features, or a batch of sequences: samples × steps × features",
        )
    if not shape[-2] or not shape[-1]:
        raise ShapeError(f"{what} needs at least one step and one feature, and the sequence is {describe(shape)}")
    if shape[-2] > MAX_STEPS:
        raise LimitError(
            f"a sequence of {shape[-2]:,} steps is too long to unroll",
            hint=f"cut it into parts of {MAX_STEPS:,} or less",
        )
    return shape[-2]


def _step_of(site: Site, x: Term, t: int) -> Term:
    """What comes in at one step: a vector, or a row for each sample."""
    made: Term = site.index(x, items=(t,) if len(x.shape) == 2 else (WHOLE, t))
    return made


def _collected(site: Site, states: list[Term], returns: Attribute) -> Term:
    if returns == "last":
        return states[-1]
    made: Term = site.stack(*states, axis=-2)
    return made


def _returned(returns: Attribute) -> None:
    if returns not in ("all", "last"):
        raise ValueProblem(f"there is no {returns!r} to return", hint='write returns="all" or returns="last"')


def _rnn(site: Site, x: Term, *, units: Attribute, activation: Attribute, returns: Attribute, init: Attribute) -> Term:
    steps, count = _length(x, "rnn"), units_of(units, "rnn")
    _returned(returns)
    row = activation_row(str(activation))
    W_x, W_h, b = _weights(site, x.shape[-1], count, 1, usual(row.name) if init is None else str(init))
    h: Term = site.constant(0, (*x.shape[:-2], count))
    states = []
    for t in range(steps):
        with site.group(f"step{t + 1}", "rnn step"):
            z = site.call(_step_of(site, x, t) @ W_x + h @ W_h + b, "z")
            h = site.call(site.apply(row.name, z), "h")
        states.append(h)
    return _collected(site, states, returns)


def _weights(site: Site, features: int, units: int, gates: int, init: str) -> tuple[Term, Term, Term]:
    """What all steps share; the gates lie beside each other, and fans are those of one gate."""
    return (
        site.parameter("W_x", (features, gates * units), init, fans=(features, units)),
        site.parameter("W_h", (units, gates * units), init, fans=(units, units)),
        site.parameter("b", (gates * units,), "zeros"),
    )


def _lstm(site: Site, x: Term, *, units: Attribute, returns: Attribute, init: Attribute) -> Term:
    steps, count = _length(x, "lstm"), units_of(units, "lstm")
    _returned(returns)
    weights = _weights(site, x.shape[-1], count, len(GATES), usual("sigmoid") if init is None else str(init))
    h: Term = site.constant(0, (*x.shape[:-2], count))
    c, states = h, []
    for t in range(steps):
        with site.group(f"step{t + 1}", "lstm step"):
            h, c = _lstm_step(site, _step_of(site, x, t), h, c, weights)
        states.append(h)
    return _collected(site, states, returns)


GATES = (("i", "sigmoid"), ("f", "sigmoid"), ("g", "tanh"), ("o", "sigmoid"))
"""The gates in PyTorch's order: input, forget, candidate, output."""


def _lstm_step(site: Site, x: Term, h: Term, c: Term, weights: tuple[Term, Term, Term]) -> tuple[Term, Term]:
    W_x, W_h, b = weights
    z = site.call(x @ W_x + h @ W_h + b, "z")
    units = z.shape[-1] // len(GATES)
    gates = []
    for k, (name, function) in enumerate(GATES):
        part = (WHOLE,) * (len(z.shape) - 1) + (("slice", k * units, (k + 1) * units, None),)
        gates.append(site.call(site.apply(function, site.index(z, items=part)), name))
    i, f, g, o = gates
    c = site.call(f * c + i * g, "c")
    return site.call(o * site.tanh(c), "h"), c


def _note(gates: int, shapes: tuple[Shape, ...], settings: dict[str, Attribute]) -> str:
    shape, units = shapes[0], settings["units"]
    if len(shape) < 2 or not isinstance(units, int):
        return ""
    count = gates * units * (shape[-1] + units + 1)
    words = [f"{shape[-1]} → {units}", *([str(settings["activation"])] if "activation" in settings else [])]
    return ", ".join([*words, f"{shape[-2]} step{'s' * (shape[-2] != 1)}", f"{count:,} parameters"])


ROWS: tuple[Block, ...] = (
    Block(
        name="rnn",
        family="layer",
        doc="A recurrent layer, unrolled: h ← tanh(x_t @ W_x + h @ W_h + b), step after step from h = 0. A sequence is "
        "steps × features; a batch of them samples × steps × features.",
        parameters=(UNITS, SQUASH, RETURNS, INIT),
        expand=_rnn,
        note=lambda shapes, **settings: _note(1, shapes, settings),
        title="recurrent layer",
        source="Elman 1990; PyTorch's RNN (batch_first), whose two biases are one here",
    ),
    Block(
        name="lstm",
        family="layer",
        doc="A long short-term memory, unrolled: gates i, f, g, o of x_t and h; c ← f ∘ c + i ∘ g; h ← o ∘ tanh(c). A "
        "sequence is steps × features; a batch of them samples × steps × features.",
        parameters=(UNITS, RETURNS, INIT),
        expand=_lstm,
        note=lambda shapes, **settings: _note(len(GATES), shapes, settings),
        title="long short-term memory",
        source="Hochreiter & Schmidhuber 1997; Gers et al. 2000; PyTorch's LSTM (batch_first), its two biases one",
    ),
)
"""The rows of this family."""
