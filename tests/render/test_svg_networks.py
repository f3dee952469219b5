"""The pictures of neurons and of the gradient's flow: nothing overlaps, everything is on the page and said in words."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import gradviz
from gradviz.errors import OptionProblem
from gradviz.render.options import Options
from gradviz.render.svg import compose
from gradviz.render.svg.drawing import Drawing

NETWORKS = {
    "xor": "X:4x2;W:2x3;b:3;V:3x1;c:1; h = tanh(X@W + b); y = sigmoid(h@V + c); f = mean(y^2)",
    "deep": "x:4;" + ";".join(f"W{k}:4x4" for k in range(8)) + ";"
    + ";".join(f"a{k} = sigmoid(W{k}@{'x' if k == 0 else f'a{k - 1}'})" for k in range(8)) + "; f = sum(a7)",
    "wide": "X:9x30;W:30x8;b:8;V:8x40;c:40;U:40x3; h = relu(X@W + b); k = tanh(h@V + c); s = k@U; f = mean(s^2)",
    "long names": "X:3x2;weights:2x5;V:5x2; hidden_units = tanh(X@weights); "
    "predicted_value = hidden_units@V; f = sum(predicted_value)",
}  # fmt: skip


def overlaps(drawing: Drawing) -> list[str]:
    found = []
    for text in drawing.texts:
        left, top, right, bottom = text.extent
        if left < 0 or top < 0 or right > drawing.width or bottom > drawing.height:
            found.append(f"off the page: {text}")
    things = [*drawing.texts, *drawing.glyphs]
    for one, other in itertools.combinations(things, 2):
        a, b = one.extent, other.extent
        if min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 1:
            found.append(f"{one} meets {other}")
    return found


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("view", ["neurons", "flow"])
def test_nothing_overlaps(name, view):
    drawing = compose(gradviz.explain(NETWORKS[name], seed=1, formulas=False).data, Options(view=view))
    assert drawing.texts
    assert drawing.glyphs
    assert overlaps(drawing) == []


@pytest.mark.parametrize("seed", range(12))
def test_numbers_of_random_networks_do_not_meet(seed):
    source = np.random.default_rng(seed)
    sizes = source.integers(1, 7, size=source.integers(2, 5)).tolist()
    parts = [f"W{k}:{a}x{b}" for k, (a, b) in enumerate(itertools.pairwise(sizes))]
    names = [f"h{k} = tanh({'X' if k == 0 else f'h{k - 1}'}@W{k})" for k in range(len(sizes) - 1)]
    program = f"X:3x{sizes[0]};" + ";".join([*parts, *names, f"f = sum(h{len(sizes) - 2}^2)"])
    data = gradviz.explain(program, seed=seed, formulas=False).data
    for view in ("neurons", "flow"):
        if view == "neurons" or data.flow is not None:
            assert overlaps(compose(data, Options(view=view))) == []


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize("view", ["neurons", "flow"])
def test_pictures_speak_in_every_theme(theme, view):
    data = gradviz.explain(NETWORKS["xor"], seed=1, formulas=False).data
    root = ET.fromstring(compose(data, Options(view=view, theme=theme)).svg)
    name, told = root[0].text, root[1].text
    assert name
    assert "h" in told
    titles = [element.text for element in root.iter("{http://www.w3.org/2000/svg}title")]
    wanted = "weight from X[1] to h[1]" if view == "neurons" else "norm of the gradient"
    assert any(wanted in (title or "") for title in titles)


def test_only_the_largest_lines_are_drawn_and_that_is_said():
    data = gradviz.explain("X:2x12;W:12x12; h = tanh(X@W); f = sum(h)", seed=1, formulas=False).data
    svg = compose(data, Options(view="neurons")).svg
    assert svg.count("weight from") == 60
    assert svg.count("gradient from") == 60


def test_a_tiny_gradient_is_dotted():
    data = gradviz.explain(NETWORKS["deep"], seed=1, formulas=False).data
    assert data.flow.kind == "vanishing"
    assert "1.5 3.5" in compose(data, Options(view="flow")).svg


@pytest.mark.parametrize("view", ["neurons", "flow"])
def test_where_there_is_no_network_the_error_says_what_is_needed(view):
    with pytest.raises(OptionProblem, match=r"there (are|is) no") as caught:
        compose(gradviz.explain("f = (x+y)*z", at="x=1,y=2,z=3").data, Options(view=view))
    assert "layers" in (caught.value.hint or "")


@pytest.mark.parametrize("form", ["text", "md", "tex", "json"])
def test_every_text_has_the_flow(form):
    import json

    from gradviz.render.table import FORMATS

    data = gradviz.explain(NETWORKS["deep"], seed=1, formulas=False).data
    text = FORMATS[form].render(data, Options())
    if form == "json":
        flow = json.loads(text)["flow"]
        assert flow["kind"] == "vanishing"
        assert len(flow["layers"]) == 8
    else:
        assert "radient flow: vanishing" in text
        assert "a7" in text


def test_the_json_is_as_its_schema_says(schema_check):
    import json
    from pathlib import Path

    schema = json.loads((Path(gradviz.__file__).parent / "render/schema.json").read_text(encoding="utf-8"))
    data = gradviz.explain(NETWORKS["wide"], seed=1, formulas=False)
    schema_check(json.loads(data.to_json()), schema)
