"""The typesetter's first look at a row, remembered: how high a part stands before brackets around it are stretched.

The typesetter (ziamath) sets every part of a row twice, once only to measure it; parts within one another are so set
2^depth times. What it measures depends on the part, its style and its size alone, so one measurement is enough.
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

MOST = 20_000
"""Measurements that are remembered at a time."""

PLACES = ("rowymin", "rowymax", "nostretch")
"""What a part is told of the row around it, which does not matter while nothing is stretched."""


def remember_heights(row: Any) -> None:
    """Let the typesetter's class of rows measure every different part once.

    A version of it that measures in another way is left as it is.
    """
    if not hasattr(row, "_get_height_nostretch"):
        return
    known: dict[tuple[Any, ...], tuple[float, float]] = {}

    def measured(self: Any, line: list[ET.Element], **told: Any) -> tuple[float, float]:
        inner = {**told, "nostretch": True}
        around = (repr(self.style), self.size, self.font, *_rest(told))
        heights = []
        for child in line:
            if child.tag == "mo" and not (child.text or "").strip():
                continue
            text = ET.tostring(child)
            key = (text, *around)
            if key not in known:
                if len(known) >= MOST:
                    known.clear()
                # A copy: what is measured may be changed on the way.
                box = row.fromelement(ET.fromstring(text), parent=self, **inner).bbox
                known[key] = (box.ymin, box.ymax)
            heights.append(known[key])
        return min((low for low, _ in heights), default=9999), max((high for _, high in heights), default=-9999)

    row._get_height_nostretch = measured


def _rest(told: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((name, repr(value)) for name, value in told.items() if name not in PLACES)
