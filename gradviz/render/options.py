"""What a person may choose about a rendering."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Detail = Literal["auto", "values", "gradients", "full", "table"]
Direction = Literal["LR", "TB"]
Theme = Literal["light", "dark", "print"]
Engine = Literal["bundled", "dot"]


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
    """

    detail: Detail = "auto"
    direction: Direction = "LR"
    theme: Theme = "light"
    precision: int = 4
    engine: Engine = "bundled"
    ascii: bool = False
    color: bool = False
    width: int = 80
