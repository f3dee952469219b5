"""What a person may choose about a rendering."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from gradviz.errors import OptionProblem

Detail = Literal["auto", "values", "gradients", "full", "table"]
Direction = Literal["LR", "TB"]
Theme = Literal["light", "dark", "print"]
Engine = Literal["bundled", "dot"]
View = Literal["graph", "layers", "neurons", "flow"]

CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "detail": get_args(Detail),
        "direction": get_args(Direction),
        "theme": get_args(Theme),
        "engine": get_args(Engine),
        "view": get_args(View),
    }
)
"""The options that are one of a few words, with these words."""
RANGES: Mapping[str, tuple[int, int]] = MappingProxyType({"precision": (1, 17), "width": (20, 1000)})
"""The options that are whole numbers, with the least and the greatest."""


@dataclass(frozen=True, slots=True)
class Options:
    """The choices, with what stands when nothing is chosen.

    Args:
        detail: how much a picture says; `auto` is `full` where it fits, else `table`. In text: `values` the forward
            pass alone, `gradients` numbers without formulas, otherwise everything.
        direction: left to right, or top to bottom.
        theme: colours; `print` is black on white.
        precision: significant digits.
        engine: where positions come from: the layout engine in the wheel, or a system Graphviz's `dot`.
        ascii: text without signs beyond ASCII.
        color: text with ANSI colours.
        width: columns for text.
        view: what a picture of an explanation draws: the graph, its layers as boxes, the neurons and their weights, or
            how the gradient flows through the layers.

    Raises:
        OptionProblem: a choice is none of those that there are.

    Example:
        >>> Options(theme="dark").precision
        4
    """

    detail: Detail = "auto"
    direction: Direction = "LR"
    theme: Theme = "light"
    precision: int = 4
    engine: Engine = "bundled"
    ascii: bool = False
    color: bool = False
    width: int = 80
    view: View = "graph"

    def __post_init__(self) -> None:
        for name, words in CHOICES.items():
            if getattr(self, name) not in words:
                raise OptionProblem(f"{name} is no {getattr(self, name)!r}", hint=f"it is one of {', '.join(words)}")
        for name, (least, most) in RANGES.items():
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
                raise OptionProblem(f"{name} is no {number!r}", hint=f"it is a whole number from {least} to {most}")
