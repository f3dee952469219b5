from __future__ import annotations

import math
import re
import struct
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Any, get_args

import pytest

from gradviz.explanation.data import Band, Field, Math, Note, Plot, PlotSheet, Series
from gradviz.explanation.data.plots import Tone
from gradviz.render.options import Options
from gradviz.render.plots.figure import draw
from gradviz.render.plots.palette import Palette
from gradviz.render.plots.placing import spread
from gradviz.render.table import FORMATS

SIDE = tuple(-2 + 0.25 * place for place in range(17))
NAN = math.nan


def lines(count: int) -> Plot:
    tones = ("first", "second", "third", "fourth", "ink", "soft")
    series = tuple(
        Series(f"line {place}", SIDE, tuple(1.0 + 0.01 * place + x * x for x in SIDE), tone=tones[place])
        for place in range(count)
    )
    return Plot("lines", "x", "y", series, notes=(Note(0, 1, "least", mark="dot"), Note(1.5, 2, "here", mark="line")))


def field(style: str) -> Plot:
    values = {
        "contours": lambda x, y: x * x + 3 * y * y,
        "regions": lambda x, y: float(0 if x < 0 else 1 if y < 0 else 2),
        "shaded": lambda x, y: x - y * y,
    }[style]
    grid = Field(SIDE, SIDE, tuple(tuple(values(x, y) for x in SIDE) for y in SIDE), style)  # type: ignore[arg-type]
    path = Series("path", (-1.5, 0.5, 0.1), (1.0, -0.5, 0.0), "path", "first")
    arrow = Series("gradient", (-1.5, -1.8), (1.0, 1.4), "arrow", "gradient")
    points = Series("class", (-1.0, 1.0, 1.0), (0.0, -1.0, 1.0), "points", classes=(0, 1, 2))
    return Plot(style, "w", "b", (path, arrow, points), grid, equal=True)


PLOTS = {
    "lines": lines(3),
    "many lines": lines(6),
    "log": replace(lines(2), log_y=True, subtitle="of squares"),
    "gaps": Plot("gaps", series=(Series("broken", (0.0, 1.0, 2.0, 3.0), (1.0, NAN, 2.0, 3.0)),)),
    "bars": Plot(
        "bars", series=(Series("he", (1.0, 2.0), (1.0, -0.5), "bars", "first"),
                        Series("zeros", (1.0, 2.0), (0.0, 0.0), "bars", "second")), ticks=((1.0, "h1"), (2.0, "h2")),
    ),
    "bands": replace(lines(1), bands=(Band(-math.inf, -1, "flat"), Band(0, 1, axis="y", tone="warn"))),
    "points and a line": Plot(
        "fit", series=(Series("data", SIDE, SIDE, "points"), Series("f", SIDE, SIDE, tone="gradient"),
                       Series("before", SIDE, SIDE, "dashed", "soft")),
    ),
    "contours": field("contours"),
    "regions": field("regions"),
    "shaded": field("shaded"),
    "nothing": Plot("nothing"),
    "flat field": replace(field("contours"), field=Field(SIDE, SIDE, ((1.0,) * 17,) * 17, "contours")),
    "dollars": Plot("$x_ and $y^", "cost in $", "$", (Series("$a$", (0.0, 1.0), (0.0, 1.0)),)),
}  # fmt: skip
SHEET = PlotSheet(
    "all <kinds> & more",
    tuple(PLOTS.values()),
    columns=4,
    formulas=(Math("x^2", "x²", "x^{2}"), Math("[1]", "[1]", r"\begin{bmatrix} 1 \end{bmatrix}")),
    subtitle="one of each",
    below=(("a row",), ("the rule", Math("w", "w ← w − ηg", r"w \leftarrow w - \eta g"), "words " * 60)),
)


@pytest.mark.parametrize("name", PLOTS)
def test_every_plot_is_drawn_as_a_readable_svg(name: str) -> None:
    text = draw(PlotSheet("", (PLOTS[name],)), Options(), "svg").decode()
    root = ET.fromstring(text)
    assert root.get("role") == "img"
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text == PLOTS[name].title
    assert "<text" not in text, "words are outlines, so that nothing depends on the viewer's fonts"
    assert "<metadata" not in text


FEW = replace(SHEET, plots=tuple(PLOTS[name] for name in ("log", "bars", "shaded")))


@pytest.mark.parametrize(("suffix", "theme"), [("svg", "light"), ("png", "dark"), ("pdf", "print")])
def test_the_same_sheet_gives_the_same_bytes(suffix: str, theme: str) -> None:
    options = Options(theme=theme)  # type: ignore[arg-type]
    first, second = (FORMATS[suffix].render(FEW, options) for _ in range(2))
    assert first == second
    assert not re.search(rb"CreationDate|20\d\d-\d\d-\d\d", first if isinstance(first, bytes) else first.encode())


def test_a_sheet_is_a_real_png_and_a_real_pdf() -> None:
    png = draw(FEW, Options(), "png")
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    assert width * height <= 40_000_000
    assert draw(FEW, Options(), "pdf").startswith(b"%PDF")


def test_what_a_person_set_for_matplotlib_plays_no_part() -> None:
    import matplotlib

    sheet = PlotSheet("lines", (PLOTS["lines"],))
    plain = draw(sheet, Options(), "svg")
    with matplotlib.rc_context({"lines.linewidth": 9, "font.size": 30, "axes.grid": True}):
        assert draw(sheet, Options(), "svg") == plain
        assert matplotlib.rcParams["font.size"] == 30


def test_the_picture_is_said_in_words() -> None:
    told = draw(PlotSheet("t", (replace(PLOTS["lines"], alt="Two lines & a point"),)), Options(), "svg").decode()
    assert '<desc id="desc">Two lines &amp; a point.</desc>' in told
    guessed = draw(PlotSheet("t", (PLOTS["lines"],)), Options(), "svg").decode()
    assert "y against x" in guessed


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_every_tone_has_a_colour_and_series_differ(theme: str) -> None:
    palette = Palette(theme)  # type: ignore[arg-type]
    for tone in get_args(Tone):
        assert re.fullmatch("#[0-9a-f]{6}", palette.tone(tone))
    looks = {(palette.tone(tone), str(palette.dash(tone))) for tone in ("first", "second", "third", "fourth")}
    assert len(looks) == 4
    assert len({str(palette.dash(tone)) for tone in ("first", "second", "third", "fourth")}) == 4


def test_labels_are_spread_without_overlap_and_stay_in_order() -> None:
    centres, heights = [0.0, 1.0, 2.0, 30.0, 31.0], [10.0, 8.0, 10.0, 10.0, 10.0]
    found = spread(centres, heights, 1.0)
    assert found == sorted(found)
    for (low, first), (high, second) in zip(
        zip(found, heights, strict=True), list(zip(found, heights, strict=True))[1:], strict=False
    ):
        assert high - low >= (first + second) / 2 + 1.0 - 1e-9
    assert spread([0.0, 100.0], [10.0, 10.0]) == [0.0, 100.0]


def test_direct_labels_do_not_cover_each_other() -> None:
    from matplotlib.figure import Figure

    from gradviz.render.plots.panel import draw_panel
    from gradviz.render.plots.placing import settle

    figure = Figure(figsize=(4, 3), layout="constrained")
    panel = draw_panel(figure.add_subplot(), lines(4), Palette("light"))
    figure.draw_without_rendering()
    settle(panel)
    boxes = [tag.text.get_window_extent() for tag in panel.tags if tag.kind == "end"]
    assert len(boxes) == 4
    assert not any(a.overlaps(b) for place, a in enumerate(boxes) for b in boxes[place + 1 :])
    assert all(box.x0 >= panel.axes.get_window_extent().x1 for box in boxes)


def test_the_arrow_and_the_level_line_keep_their_right_angle() -> None:
    from matplotlib.figure import Figure

    from gradviz.render.plots.panel import draw_panel

    figure = Figure(figsize=(5, 3), layout="constrained")
    axes = draw_panel(figure.add_subplot(), PLOTS["contours"], Palette("light")).axes
    figure.draw_without_rendering()
    (x0, y0), (x1, y1) = axes.transData.transform([(0, 0), (1, 1)])
    assert (x1 - x0) == pytest.approx(y1 - y0)


def test_rows_below_stay_on_the_page() -> None:
    from gradviz.render.plots.figure import _figure

    figure = _figure(FEW, Options())
    wide = figure.get_figwidth() * figure.dpi
    assert all(text.get_window_extent().x1 <= wide for text in figure.texts)


def _laid_out(sheet: PlotSheet) -> Any:
    from gradviz.render.plots import figure

    with matplotlib_settings():
        return figure._figure(sheet, Options())


def matplotlib_settings() -> Any:
    import matplotlib

    from gradviz.render.plots.figure import SETTINGS

    return matplotlib.rc_context(dict(SETTINGS))


def test_titles_side_by_side_stand_at_one_height() -> None:
    legend = lines(6)
    plots = (PLOTS["lines"], replace(legend, subtitle="below"), replace(PLOTS["lines"], subtitle="told"), legend)
    made = _laid_out(PlotSheet("t", plots, columns=4))
    tops = {round(axes._left_title.get_window_extent().y0, 1) for axes in made.axes}
    assert len(tops) == 1
    frames = {round(axes.get_window_extent().y1, 1) for axes in made.axes}
    assert len(frames) == 1


def test_words_of_a_band_stay_in_it() -> None:
    narrow, wide = Band(-2, -1.5, "saturated"), Band(-2, 2, "saturated")
    for band, turned in ((narrow, 90.0), (wide, 0.0), (replace(narrow, low=-math.inf), 90.0)):
        made = _laid_out(PlotSheet("t", (replace(lines(1), notes=(), bands=(band,)),)))
        axes = made.axes[0]
        text = next(text for text in axes.texts if text.get_text() == "saturated")
        assert text.get_rotation() == turned
        box, frame = text.get_window_extent(), axes.get_window_extent()
        assert box.x0 >= frame.x0 - 1
        assert box.x1 <= axes.transData.transform((band.high, 0))[0] + 1
