"""Where the layers stand in the picture of the gradient's flow: one column for each, of the chart and of the strip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradviz.explanation.data import FlowStep, GradientFlow
from gradviz.render.svg import typeset
from gradviz.render.svg.box import Box
from gradviz.render.svg.ink import Ink

AXIS, LEAST, MOST = 78.0, 64.0, 190.0
"""Room for the scale on the left; how close columns stand, and how far apart."""
WANTED = 860.0
"""The width that the columns of few layers are spread over."""
SHOWN = 30
"""Layers that are drawn; of more, the two ends."""
BOX, GAP = 40.0, 26.0
"""The least width of a layer's box, and the way between two."""

SIGNS: Mapping[str, str] = {"sigmoid": r"\sigma", "": r"\mathrm{lin}"}
"""What stands in a layer's box, where it is not the name of its function."""


@dataclass(frozen=True, slots=True)
class Places:
    """The columns.

    Args:
        steps: positions of the layers that are drawn; `hidden` between the two ends are not.
        xs: the middles of their columns.
        labels: the boxes' texts.
        width: of the whole.
    """

    steps: tuple[int, ...]
    hidden: int
    xs: tuple[float, ...]
    labels: tuple[Box, ...]
    width: float


def places_of(flow: GradientFlow, ink: Ink) -> Places:
    """The columns of a flow's layers."""
    count = len(flow.steps)
    steps = tuple(range(count)) if count <= SHOWN else (*range(SHOWN // 2), *range(count - SHOWN // 2, count))
    labels = tuple(_label(flow.steps[i], ink) for i in steps)
    widest = max(BOX, *(label.width + 14 for label in labels))
    apart = max(LEAST, widest + GAP, min(MOST, WANTED / max(1, len(steps) - 1)))
    first = AXIS + max(widest, BOX) / 2 + 12
    xs = tuple(first + apart * place for place in range(len(steps)))
    return Places(steps, count - len(steps), xs, labels, max(xs[-1] + widest / 2 + 12, 560.0))


def _label(step: FlowStep, ink: Ink) -> Box:
    """A layer's name, and under the box its function."""
    if len(step.label.latex) <= typeset.LONGEST:
        made = ink.math(step.label.latex, 16, "ink")
        return made if made.width <= 96 else ink.math(step.label.latex, max(9.0, 16 * 96 / made.width), "ink")
    return ink.word(step.title[:12], 12, "ink")
