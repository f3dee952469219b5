"""Results as a plot: one row per case, the peers' ratios on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from suite.measuring import OURS, Measured

ROW, LEGEND = 0.42, 1.6
"""Inches for one case, and for the legend."""

BY_HAND = (
    "hand-written",
    "flat",
    "by hand",
    "NumPy",
    "NumPy blocked",
    "NumPy naive",
    "NumPy with out=",
    "lean graph",
    "gradient",
)
"""What a person wrote, or would have to."""


def plot(found: Mapping[str, Measured], path: Path) -> None:
    """Draw all cases; the format is told by the file's suffix."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    shown = [one for one in found.values() if one.figures]
    names = sorted({name for one in shown for name in one.figures}, key=_place)
    looks = _looks(names)
    figure, axes = plt.subplots(figsize=(12, LEGEND + 0.8 + ROW * len(shown)), layout="constrained")
    for row, one in enumerate(shown):
        for name, measured in one.figures.items():
            colour, marker, size = looks[name]
            axes.scatter(measured.ratio, row, s=size, marker=marker, color=colour, zorder=3 + (name == OURS))
        if one.case.at_most is not None:
            axes.plot([one.case.at_most] * 2, [row - 0.35, row + 0.35], color="#777777", linewidth=1)
    axes.axvline(1, color="#bbbbbb", linewidth=1, zorder=1)
    axes.set_xscale("log")
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.set_yticks(range(len(shown)), [f"{one.case.title}\n1 is {one.case.reference}" for one in shown], fontsize=6.5)
    axes.grid(axis="y", color="#eeeeee")
    axes.set_xlabel(
        "time for one call ÷ the reference's; left is faster; grey strokes are gradviz's targets", fontsize=8
    )
    handles = [
        plt.Line2D([], [], color=looks[name][0], marker=looks[name][1], linestyle="", markersize=5, label=name)
        for name in names
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=6, fontsize=7, frameon=False)
    figure.savefig(path, dpi=130)
    plt.close(figure)


def _family(name: str) -> str:
    """The library that a peer is: `CasADi map` is CasADi in another form."""
    return "by hand" if name in BY_HAND else name.replace(",", " ").split()[0]


def _place(name: str) -> tuple[bool, bool, str, str]:
    """Where a peer stands in the legend: gradviz first, then what is written by hand, then libraries."""
    family = _family(name)
    return family != OURS, family != "by hand", family.lower(), name


def _looks(names: list[str]) -> dict[str, tuple[object, str, int]]:
    """Colour, marker and size by name: one colour for a library, one marker for each of its forms."""
    from matplotlib import colormaps

    families = list(dict.fromkeys(map(_family, names)))
    wheel = colormaps["tab20"]
    colours = {family: wheel(place % 20) for place, family in enumerate(families)} | {
        OURS: "#c8102e",
        "by hand": "#333333",
    }
    looks: dict[str, tuple[object, str, int]] = {}
    for family in families:
        forms = [name for name in names if _family(name) == family]
        markers = ("D", *"os^vPX<>") if family == OURS else tuple("os^vPX<>*")
        for form, marker in zip(forms, markers * len(forms), strict=False):
            looks[form] = (colours[family], marker, 50 if form == OURS else 22)
    return looks
