"""The picture's elements: what is said, where, in which colours, and what those hear who cannot see it."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

import gradviz
from gradviz.errors import UserError
from gradviz.explanation.data import Math, Remark, Summary, Value
from gradviz.render.options import Options
from gradviz.render.svg import compose, render_svg
from gradviz.render.svg.folding import folded
from gradviz.render.svg.theme import THEMES
from gradviz.render.svg.view import LONG

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</title><script>alert(1)</script>&\"'\x00\x1f\ud800 ]]> <!--"


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def titles(svg: str) -> list[str]:
    return [found.text or "" for found in parsed(svg).iter(f"{SVG}title")]


def roles(drawing, owner: str) -> set[str]:
    return {text.role for text in drawing.texts if text.owner == owner}


@pytest.mark.parametrize("name", ["a", "b", "c", "square", "stress", "symbolic", "partly"])
@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_svg_is_well_formed_outlines_without_ids(specimens, name, theme):
    root = parsed(render_svg(specimens.CASES[name](), Options(theme=theme)))
    tags = {found.tag.removeprefix(SVG) for found in root.iter()}
    assert tags <= {"svg", "title", "desc", "g", "path", "rect", "circle", "line"}
    assert not [found for found in root.iter() if {"id", "style", "class", "href"} & set(found.attrib)]
    width, height = float(root.get("width")), float(root.get("height"))
    assert root.get("viewBox") == f"0 0 {width:.0f} {height:.0f}"


def test_same_input_same_bytes(specimens):
    first, second = (render_svg(specimens.case_c(), Options()) for _ in range(2))
    assert first == second


def test_the_whole_is_an_image_with_a_name_and_a_description(specimens):
    root = parsed(render_svg(specimens.case_a(), Options()))
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.find(f"{SVG}title").text
    assert "f = −12" in root.find(f"{SVG}desc").text


def test_every_node_and_edge_says_its_facts_in_words(specimens):
    data = specimens.case_a()
    said = titles(render_svg(data, Options()))
    assert len(said) == 1 + len(data.nodes) + len(data.edges)
    local = r"local derivative \frac{\partial q}{\partial x} = 1 = 1"
    assert f"x into q: upstream gradient −4; {local}; contribution −4; distributes" in said
    assert r"q = x+y (distributes); value 3; gradient \frac{\partial f}{\partial q} = −4" in said


@pytest.mark.parametrize("name", ["a", "b", "folded", "c", "square", "stress"])
def test_all_four_facts_of_every_edge_are_there_in_a_table(specimens, name):
    data = specimens.CASES[name]()
    drawing = compose(data, Options(detail="table"))
    for i in range(len(data.edges)):
        assert {"tag", "upstream", "local", "contribution"} <= roles(drawing, f"e{i}")


@pytest.mark.parametrize("name", ["a", "b", "folded", "c", "square", "stress"])
def test_all_four_facts_of_every_edge_are_there_in_full(specimens, name):
    data = specimens.CASES[name]()
    drawing = compose(data, Options(detail="full"))
    for i, edge in enumerate(data.edges):
        assert "local" in roles(drawing, f"e{i}")
        alone = sum(other.source == edge.source for other in data.edges) > 1
        place = data.nodes.index(data.node(edge.source))
        assert "product" in roles(drawing, f"e{i}") if alone else "gradient" in roles(drawing, f"n{place}")


def test_values_have_no_gradients(specimens):
    drawing = compose(specimens.case_a(), Options(detail="values"))
    assert {strand.role for strand in drawing.strands} == {"forward"}
    assert {text.role for text in drawing.texts} == {"title", "value"}
    assert "gradient" not in "".join(titles(drawing.svg))


def test_values_stand_above_their_wire_and_gradients_below(specimens):
    drawing = compose(specimens.case_a(), Options())
    for text in drawing.texts:
        if text.role not in ("value", "gradient"):
            continue
        glyph = next(glyph for glyph in drawing.glyphs if glyph.owner == text.owner and glyph.role == "glyph")
        wire = (glyph.extent[1] + glyph.extent[3]) / 2
        assert text.extent[3] <= wire - 5.9 if text.role == "value" else text.extent[1] >= wire + 10.9


def test_from_top_to_bottom_values_stand_left_and_gradients_right(specimens):
    drawing = compose(specimens.case_a(), Options(direction="TB"))
    for text in drawing.texts:
        if text.role not in ("value", "gradient"):
            continue
        glyph = next(glyph for glyph in drawing.glyphs if glyph.owner == text.owner and glyph.role == "glyph")
        wire = (glyph.extent[0] + glyph.extent[2]) / 2
        assert text.extent[2] <= wire - 5.9 if text.role == "value" else text.extent[0] >= wire + 10.9


def test_a_square_has_two_branches_and_a_disc(specimens):
    drawing = compose(specimens.case_square(), Options())
    assert [glyph.role for glyph in drawing.glyphs].count("disc") == 1
    assert {"e0", "e1"} <= {strand.owner for strand in drawing.strands}
    assert sum("(copy " in title for title in titles(drawing.svg)) == 2


def test_no_red_wire_where_no_gradient_was_asked_for(specimens):
    data = specimens.case_a(inactive=("y",))
    drawing = compose(data, Options())
    edge = next(i for i, edge in enumerate(data.edges) if edge.source == "y")
    assert [strand.role for strand in drawing.strands if strand.owner == f"e{edge}"] == ["forward"]


def test_a_zero_gradient_is_dotted_and_grey(specimens):
    svg = render_svg(specimens.gates()["max"], Options())
    dotted = [found for found in parsed(svg).iter(f"{SVG}path") if found.get("stroke-dasharray") == "1.5 3.5"]
    assert len(dotted) == 1
    assert dotted[0].get("stroke") == THEMES["light"]["soft"]


def test_print_wires_are_dashed_and_heads_hollow(specimens):
    svg = render_svg(specimens.case_a(), Options(theme="print"))
    dashed = [found for found in parsed(svg).iter(f"{SVG}path") if found.get("stroke-dasharray") == "5 2.6"]
    assert len(dashed) >= 5
    assert "#d0290a" not in svg


def test_a_kink_has_an_amber_ring_and_sentence(specimens):
    drawing = compose(specimens.gates()["kink"], Options())
    amber = THEMES["light"]["warn"]
    assert any(ring.get("stroke") == amber for ring in parsed(drawing.svg).iter(f"{SVG}circle"))
    assert f'fill="{amber}"' in drawing.svg
    assert any("slope taken as 0" in title for title in titles(drawing.svg))


def test_wire_widths_show_magnitudes(specimens):
    svg = render_svg(specimens.case_a(), Options(detail="gradients"))
    widths = sorted(
        {
            float(found.get("stroke-width"))
            for found in parsed(svg).iter(f"{SVG}path")
            if found.get("stroke") == THEMES["light"]["gradient"]
        }
    )
    assert widths[0] == pytest.approx(1 + 1.9 * 0.5, abs=0.01)  # 1 of 4
    assert widths[-1] == pytest.approx(2.9, abs=0.01)


def test_symbolic_pictures_have_formulas_and_no_numbers(specimens):
    drawing = compose(specimens.case_a(symbolic=True), Options())
    assert not any(re.search(r"value|contribution", title) for title in titles(drawing.svg))
    assert "product" not in {text.role for text in drawing.texts}
    assert {"local", "gradient", "value"} <= {text.role for text in drawing.texts}


@pytest.mark.parametrize("detail", ["full", "table", "gradients", "values"])
def test_hostile_names_and_titles_are_escaped(specimens, detail):
    data = specimens.case_a(labels={"x": HOSTILE})
    hostile = Math(HOSTILE, HOSTILE, HOSTILE)
    data = replace(data, title=hostile, remarks=(Remark("note", HOSTILE),), source=HOSTILE)
    svg = render_svg(data, Options(detail=detail))
    root = parsed(svg)
    assert not list(root.iter(f"{SVG}script"))
    assert "script" not in {found.tag for found in root.iter()}
    svg.encode("utf-8")


def test_long_formulas_become_footnotes(specimens):
    long = "+".join(f"a_{{{i}}}" for i in range(40))
    data = specimens.case_a()
    nodes = tuple(replace(node, expression=Math("q", long, long)) if node.id == "q" else node for node in data.nodes)
    drawing = compose(replace(data, nodes=nodes), Options(detail="full"))
    widest = max(text.extent[2] - text.extent[0] for text in drawing.texts if text.role == "value")
    assert widest < LONG * 16
    assert sum(text.role == "legend" for text in drawing.texts) == 2


def test_enormous_formulas_are_neither_typeset_nor_lost(specimens):
    huge = " + ".join(f"\\sin(x_{{{i}}})" for i in range(3000))
    data = replace(specimens.case_a(), title=Math("f", huge, huge))
    drawing = compose(data, Options())
    assert drawing.width < 1400


def test_latex_beyond_the_typesetter_falls_back_to_words(specimens):
    data = replace(specimens.case_a(), title=Math("f", "f", r"}{\frac"))
    assert compose(data, Options()).width > 500


def test_auto_is_full_where_it_fits_and_a_table_where_not(specimens):
    assert not any(text.role == "tag" for text in compose(specimens.case_b(), Options()).texts)
    drawing = compose(specimens.case_stress(), Options())
    assert any(text.role == "tag" for text in drawing.texts)
    assert drawing.width <= 1300


def test_a_long_chain_shows_its_ends_and_the_product_between(specimens):
    data = specimens.chain(100)
    shown = folded(data)
    assert len(shown.nodes) == 5
    assert [node.glyph.latex for node in shown.nodes][2] == r"\cdots"
    bridge = shown.edges[1]
    assert bridge.upstream.number * bridge.local_value.number == pytest.approx(bridge.contribution.number)
    assert all(data.node(node.id).gradient == node.gradient for node in shown.nodes)
    assert compose(data, Options()).width < 1300


def test_chains_of_sixty_are_whole(specimens):
    data = specimens.chain(59)
    assert folded(data) is data


def test_a_very_long_chain_is_folded_in_linear_time(specimens):
    assert len(folded(specimens.chain(20_000, "neg")).nodes) == 5


def test_too_many_nodes_are_drawn_as_boxes(specimens):
    steps = [("x_0", 1.0), ("x_1", 1.0)]
    for i in range(2, 2000):
        steps.append(
            (f"x_{i}", "add", [f"x_{i - 1}", f"x_{i - 2}"]) if i % 2 else (f"x_{i}", "max", [f"x_{i - 1}", "x_0"])
        )
    drawing = compose(specimens.specimen(steps, "f"), Options())
    assert 3 <= len([glyph for glyph in drawing.glyphs if glyph.role == "glyph"]) <= 12
    assert drawing.texts


def test_arrays_have_cells_and_summaries_in_every_theme(specimens):
    small = Value((2, 2), (1.0, -2.0, 3.5, 0.0))
    middle = Value((4, 5), tuple((-1.0) ** i * i for i in range(20)))
    large = Value((400,), tuple(float(i) for i in range(400)), Summary((1.0, -1.0) * 32, (3, 2, 1), 0.0, 399.0, 0.0025))
    broken = Value((5,), (1.0, float("nan"), float("inf"), 2.0, 0.0))
    wide = Value((1, 40), tuple(float(i) for i in range(40)))
    empty = Value((0, 3), ())
    cube = Value((2, 2, 3), tuple(float(i) for i in range(12)))
    for theme in ("light", "dark", "print"):
        for value in (small, middle, large, broken, wide, empty, cube):
            data = specimens.case_a()
            nodes = tuple(replace(node, value=value, gradient=value, shape=value.shape) for node in data.nodes)
            edges = tuple(replace(edge, contribution=value, upstream=value, local_value=value) for edge in data.edges)
            drawing = compose(replace(data, nodes=nodes, edges=edges), Options(theme=theme))
            parsed(drawing.svg)
            assert "nan" not in drawing.svg.lower().replace("nan,", "")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 1e300, -1e-300, 0.0])
def test_any_number_can_be_drawn(specimens, number):
    data = specimens.case_a()
    value = Value((), (number,))
    nodes = tuple(replace(node, value=value, gradient=value) for node in data.nodes)
    edges = tuple(replace(edge, contribution=value, upstream=value, local_value=value) for edge in data.edges)
    parsed(compose(replace(data, nodes=nodes, edges=edges), Options()).svg)


def test_precision_is_respected(specimens):
    assert any(
        "0.39" in title and "0.3932" not in title
        for title in titles(render_svg(specimens.case_b(), Options(precision=2)))
    )


def test_a_missing_system_engine_is_a_clear_error(specimens, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UserError, match="no program `dot`"):
        render_svg(specimens.case_a(), Options(engine="dot"))


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs a system's Graphviz (`dot`)")
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_a_system_engine_draws_the_same_parts(specimens, direction):
    data = specimens.case_b()
    ours, theirs = (
        compose(data, Options(engine=engine, direction=direction, detail="gradients")) for engine in ("bundled", "dot")
    )
    assert [(item.owner, item.role) for item in theirs.texts] == [(item.owner, item.role) for item in ours.texts]
    assert 0.5 < theirs.width / ours.width < 2


def test_a_fork_without_gradients_joins_its_branches(specimens):
    svg = render_svg(specimens.case_c(), Options(detail="values"))
    assert "Σ" not in svg
    assert [found for found in parsed(svg).iter(f"{SVG}circle") if found.get("r") == "3.4"]


def test_many_operands_stretch_the_glyph(specimens):
    names = [f"x_{{{i}}}" for i in range(9)]
    data = specimens.specimen([*((name, 1.0) for name in names), ("f", "add", names)], "f")
    drawing = compose(data, Options())
    glyph = next(glyph for glyph in drawing.glyphs if glyph.owner == "n9")
    assert glyph.extent[3] - glyph.extent[1] > 9 * 9


def test_a_single_input_can_be_the_output(specimens):
    data = specimens.specimen([("x", 2.0)], "f=x")
    parsed(compose(data, Options()).svg)


@pytest.fixture(name="network", scope="module")
def a_network():
    return gradviz.explain("X : 4x2; Y : 4x2; h = dense(X, 3, tanh); L = mse(dense(h, 2), Y)", seed=1).data


def test_the_engine_in_its_own_process_draws_the_same(network, monkeypatch):
    here = compose(network, Options())
    assert here.panels
    monkeypatch.setattr("gradviz.render.svg.layout.LARGE", 0)
    assert render_svg(network, Options()) == here.svg


def test_when_the_engine_takes_too_long_a_simple_layout_serves(network, monkeypatch):
    monkeypatch.setattr("gradviz.render.svg.layout.LARGE", 0)
    monkeypatch.setattr("gradviz.render.svg.layout.TIME_LIMIT", 1e-6)
    drawing = compose(network, Options())
    assert not drawing.panels
    assert sum(glyph.role == "glyph" for glyph in drawing.glyphs) == len(network.nodes)
    for i, glyph in enumerate(drawing.glyphs):
        for other in drawing.glyphs[:i]:
            (a, b, c, d), (e, f, g, h) = glyph.extent, other.extent
            assert c <= e or g <= a or d <= f or h <= b


def test_a_large_graph_is_drawn_without_numbers(specimens):
    steps = [("x_0", 1.0), ("x_1", 1.0)]
    for i in range(2, 300):
        steps.append((f"x_{i}", "add", [f"x_{i - 1}", f"x_{i - 2}"]) if i % 2 else (f"x_{i}", "inc", [f"x_{i - 1}"]))
    drawing = compose(specimens.specimen(steps, "f"), Options())
    assert {text.role for text in drawing.texts} == {"title", "legend"}
    assert len([glyph for glyph in drawing.glyphs if glyph.role == "glyph"]) == 300
