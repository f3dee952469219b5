"""Shorter outlines are the same outlines."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest

from gradviz.render.plots.outlines import SLACK, shortened


def points(svg: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", svg)]


def test_every_point_stays_within_the_slack_of_the_shorter_outline() -> None:
    circle = [(100 + 50 * math.cos(t / 200), 100 + 50 * math.sin(t / 200)) for t in range(1257)]
    path = "".join(f"{'L' if place else 'M'} {x:.6f} {y:.6f} \n" for place, (x, y) in enumerate(circle))
    kept = points(shortened(f'<path d="{path}"/>'))
    assert len(kept) < len(circle) / 5
    worst = max(abs(math.hypot((a + c) / 2 - 100, (b + d) / 2 - 100) - 50) for (a, b), (c, d) in pairwise(kept))
    assert worst < SLACK + 0.01


def test_corners_ends_and_separate_parts_stay() -> None:
    path = "M 0 0 \nL 1 0 \nL 2 0 \nL 2 2 \nz\nM 5 5 \nL 6 6 \nL 7 7 \n"
    assert shortened(f'<path d="{path}"/>') == '<path d="M0 0L2 0L2 2zM5 5L7 7"/>'


def test_there_and_back_again_is_no_line() -> None:
    assert shortened('<path d="M 0 0 L 9 0 L 1 0"/>') == '<path d="M0 0L9 0L1 0"/>'


@pytest.mark.parametrize("path", ["M 1 2 Q 3 4 5 6 z", "M 10.123456 2 C 1 2 3 4 5 6"])
def test_curves_are_only_rounded(path: str) -> None:
    assert shortened(f'<path d="{path}"/>') == f'<path d="{path.replace("10.123456", "10.12")}"/>'
