"""Words that keep out of each other's way, once their sizes are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

GAP = 1.5
"""Pixels between two labels, at the least."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A text that may be moved.

    Args:
        text: of matplotlib.
        kind: the label at a line's end, words at a point or at a line through the plot, or words in a shaded stretch.
        span: the ends of that stretch.
    """

    text: Any
    kind: Literal["end", "note", "line", "band"]
    span: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Panel:
    """Axes with the words that may be moved, and the rows of the legend above them."""

    axes: Any
    tags: tuple[Tag, ...]
    legend: int = 0


def settle(panel: Panel) -> None:
    """Spread the labels at the right, and turn notes inwards where they would leave the frame."""
    _spread([tag.text for tag in panel.tags if tag.kind == "end"], panel.axes)
    placed: list[Any] = []
    for tag in panel.tags:
        if tag.kind == "band":
            _into(tag, panel.axes)
            continue
        if tag.kind == "line":
            _to_top(tag.text, panel.axes)
        if tag.kind != "end":
            _inwards(tag.text, panel.axes)
            _clear_of(tag.text, placed)
            placed.append(tag.text)


def spread(centres: list[float], heights: list[float], gap: float = GAP) -> list[float]:
    """Places for labels, in their order from low to high, none over another, as near to where they belong as can be.

    Labels that touch form a block around the mean of where they belong; blocks that then touch are joined.

    Example:
        >>> spread([0.0, 1.0, 50.0], [10.0, 10.0, 10.0], 0.0)
        [-4.5, 5.5, 50.0]
    """
    blocks: list[list[int]] = []
    for place in range(len(centres)):
        blocks.append([place])
        while len(blocks) > 1 and _top(blocks[-2], centres, heights, gap) + gap > _bottom(
            blocks[-1], centres, heights, gap
        ):
            last = blocks.pop()
            blocks[-1] += last
    placed: list[float] = []
    for block in blocks:
        bottom = _bottom(block, centres, heights, gap)
        for place in block:
            placed.append(bottom + heights[place] / 2)
            bottom += heights[place] + gap
    return placed


def _height(block: list[int], heights: list[float], gap: float) -> float:
    return sum(heights[place] for place in block) + gap * (len(block) - 1)


def _bottom(block: list[int], centres: list[float], heights: list[float], gap: float) -> float:
    return sum(centres[place] for place in block) / len(block) - _height(block, heights, gap) / 2


def _top(block: list[int], centres: list[float], heights: list[float], gap: float) -> float:
    return _bottom(block, centres, heights, gap) + _height(block, heights, gap)


def _spread(texts: list[Any], axes: Any) -> None:
    boxes = [text.get_window_extent() for text in texts]
    order = sorted(range(len(texts)), key=lambda at: (boxes[at].y0 + boxes[at].y1, at))
    centres = [(boxes[at].y0 + boxes[at].y1) / 2 for at in order]
    found = spread(centres, [boxes[at].height for at in order])
    points = 72.0 / axes.figure.dpi
    for at, centre, place in zip(order, centres, found, strict=True):
        texts[at].set_position((5, (place - centre) * points))


def _into(tag: Tag, axes: Any) -> None:
    """Words that are wider than their stretch are turned, and run upwards in it."""
    ends = [axes.transData.transform((end, 0.0))[0] for end in tag.span]
    frame = axes.get_window_extent()
    room = min(max(ends), frame.x1) - max(min(ends), frame.x0)
    if tag.text.get_window_extent().width > room - 2 * GAP:
        tag.text.set_rotation(90)


def _to_top(text: Any, axes: Any) -> None:
    """Words at a line through the plot stand at its top."""
    text.xy = (text.xy[0], axes.get_ylim()[1])
    text.set_position((4, -4))
    text.set_verticalalignment("top")


def _inwards(text: Any, axes: Any) -> None:
    """Left of the point, or below it, where there is no room to its right or above it."""
    frame, box = axes.get_window_extent(), text.get_window_extent()
    x, y = text.get_position()
    if box.x1 > frame.x1:
        text.set_horizontalalignment("right")
        x = -abs(x)
    if box.y1 > frame.y1:
        text.set_verticalalignment("top")
        y = -abs(y)
    text.set_position((x, y))


def _clear_of(text: Any, placed: list[Any]) -> None:
    """Below the words that already stand there."""
    points = 72.0 / text.figure.dpi
    for other in placed:
        box, taken = text.get_window_extent(), other.get_window_extent()
        if box.overlaps(taken):
            x, y = text.get_position()
            text.set_position((x, y - (box.y1 - taken.y0 + GAP) * points))
