"""Results as a plot: one row per case, the peers' ratios on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from suite.measuring import OURS, Measured

ROW = 0.36
"""Inches for one case."""


def plot(found: Mapping[str, Measured], path: Path) -> None:
    """Draw all cases; the format is told by the file's suffix."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    shown = [one for one in found.values() if one.figures]
    names = list(dict.fromkeys(name for one in shown for name in one.figures))
    colours = _colours(names)
    figure, axes = plt.subplots(figsize=(11, 1.6 + ROW * len(shown)), layout="constrained")
    for row, one in enumerate(shown):
        for name, measured in one.figures.items():
            ours = name == OURS
            marker, size = ("D", 46) if ours else ("o", 26)
            axes.scatter(measured.ratio, row, s=size, marker=marker, color=colours[name], zorder=3 + ours)
        if one.case.at_most is not None:
            axes.plot([one.case.at_most] * 2, [row - 0.35, row + 0.35], color="#777777", linewidth=1)
    axes.axvline(1, color="#bbbbbb", linewidth=1, zorder=1)
    axes.set_xscale("log")
    axes.set_yticks(range(len(shown)), [f"{one.case.title}\n(1 = {one.case.reference})" for one in shown], fontsize=7)
    axes.invert_yaxis()
    axes.grid(axis="y", color="#eeeeee")
    axes.set_xlabel("time for one call ÷ that of the reference (left is faster; a grey stroke is gradviz's target)")
    handles = [
        plt.Line2D([], [], color=colours[n], marker="D" if n == OURS else "o", linestyle="", label=n) for n in names
    ]
    axes.legend(handles=handles, loc="center left", bbox_to_anchor=(1, 0.5), fontsize=7)
    figure.savefig(path)
    plt.close(figure)


def _colours(names: list[str]) -> dict[str, object]:
    """Red for gradviz, and a colour of its own for everyone else."""
    from matplotlib import colormaps

    others = [name for name in names if name != OURS]
    wheel = colormaps["tab20"]
    return {OURS: "#c8102e"} | {name: wheel(place % 20) for place, name in enumerate(others)}
