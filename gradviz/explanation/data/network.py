"""Networks as plain data: groups of nodes, neurons and their weights, and how the gradient flows through the layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gradviz.explanation.data.values import Math, Shape


@dataclass(frozen=True, slots=True)
class LocalForm:
    """The local Jacobian of a whole group by one of the nodes that enter it.

    Args:
        operand: that node's id.
        formula: verified; None where none is shown.
        structure: "diagonal", "dense", …
        rows, columns: its size.
    """

    operand: str
    formula: Math | None
    structure: str
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A group of nodes that can be one box: a layer, a loss, a recognised sigmoid.

    Args:
        id: unique; `parent` is the id of the group that it lies in, "" for none.
        name: as mathematics.
        kind: "dense", "mse", "sigmoid", …
        title: above the panel: "h", "loss", "layer 1"; `note` stands beside it: "2 → 3, tanh, 9 parameters".
        nodes: ids of the nodes in it, in order, those of groups inside included.
        output: the node that leaves it (the last of them, if there are several).
        expression: the group as one formula, `tanh(X W + b)`; None where it is too long.
        parameters: how many numbers are trained in it.
        locals: its Jacobians by what enters it, for groups that are shown as a box.
        repeated: how many equal blocks in a row this one stands for; 1 for itself alone.
        collapsed: whether it is shown as one box.
    """

    id: str
    parent: str
    name: Math
    kind: str
    title: str
    note: str
    nodes: tuple[str, ...]
    output: str
    expression: Math | None = None
    parameters: int = 0
    locals: tuple[LocalForm, ...] = ()
    repeated: int = 1
    collapsed: bool = False


@dataclass(frozen=True, slots=True)
class NeuronLayer:
    """One column of the neurons' picture. Of a wide layer only some units are shown; all lists are of those.

    Args:
        title: "X", "h", …
        label: of the units, `h_i` being unit i of `label` h, counted from 1.
        size: how many units there are.
        shown: the indices (from 0) of those that are shown, in order.
        values: of the shown units, for the row of the batch that is shown; None where there are none.
        biases, bias_gradients: of the shown units; None where there are none.
        activation: its function's name, "" for none.
    """

    title: str
    label: Math
    size: int
    shown: tuple[int, ...]
    values: tuple[float, ...] | None
    biases: tuple[float, ...] | None = None
    bias_gradients: tuple[float, ...] | None = None
    activation: str = ""


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights between two columns of neurons.

    Args:
        name: of the matrix.
        source, target: indices of the layers.
        values, gradients: of the shown units, `[source unit][target unit]`; no gradients where none are known.
        largest, largest_gradient: the greatest magnitude in the whole matrix, hidden units included.
    """

    name: Math
    source: int
    target: int
    values: tuple[tuple[float, ...], ...]
    gradients: tuple[tuple[float, ...], ...] | None
    largest: float
    largest_gradient: float = 0.0


@dataclass(frozen=True, slots=True)
class Neurons:
    """The classic picture: columns of circles, joined by weights.

    Args:
        layers: first what comes in.
        weights: between each layer and the next.
        says: how to read it, and what is not shown, in sentences.
    """

    layers: tuple[NeuronLayer, ...]
    weights: tuple[Weights, ...]
    says: tuple[str, ...] = ()


FEW_ROWS = 8
"""With fewer samples than this a relu that is 0 for all of them may just be off, and is not called dead."""


@dataclass(frozen=True, slots=True)
class FlowStep:
    """What the gradient does at one layer.

    Args:
        group: the name of the layer's group; "" where it has none.
        title: its name; `label` the same as mathematics.
        activation: its nonlinearity's name, "" for none.
        gradient: the norm of the gradient by its output; `relative` to that of the last layer.
        parameters: the norm of the gradient by its parameters together.
        mean, deviation: of its output's values.
        saturated: how many of its units are saturated: in nine rows of ten or more their slope is under a tenth of
            the greatest.
        dead: how many are dead: relu units whose slope is 0 in every row of the batch.
        units: how many units it has; `rows` for how many samples.
        which: the first few units (from 0) that are saturated or dead.
        shape: of its output.
        slope: the greatest slope that its nonlinearity has anywhere; infinite where there is none, 1 without one.
        mean_slope: the mean |slope| here.
    """

    group: str
    title: str
    label: Math
    activation: str
    gradient: float
    relative: float
    parameters: float
    mean: float
    deviation: float
    saturated: int
    dead: int
    units: int
    rows: int
    which: tuple[int, ...]
    shape: Shape
    slope: float
    mean_slope: float

    @property
    def off(self) -> bool:
        """Whether there are too few samples to call a unit dead."""
        return self.rows < FEW_ROWS


FlowKind = Literal["healthy", "vanishing", "exploding", "dead", "saturated"]


@dataclass(frozen=True, slots=True)
class GradientFlow:
    """How the gradient flows back through the layers, first layer first.

    Args:
        steps: the layers.
        kind: what is to be said of it.
        says: the reason in sentences; the first is the verdict.
        bound: by layer, the best that the slopes of its activation allow with weights of norm 1 (relative to the last);
            empty where there is no such bound.
        bound_says: that bound in words.
        factor: by what the gradient is multiplied per layer, on the way back (the geometric mean).
        numerator: what the gradient is of, as mathematics.
        recurrent: whether the layers are steps in time, with the same weights.
    """

    steps: tuple[FlowStep, ...]
    kind: FlowKind
    says: tuple[str, ...]
    bound: tuple[float, ...]
    bound_says: str
    factor: float
    numerator: Math
    recurrent: bool = False
