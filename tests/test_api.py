from __future__ import annotations

import tomllib
from dataclasses import FrozenInstanceError
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import gradviz
from gradviz import errors


def circuit() -> gradviz.Explanation:
    return gradviz.explain("f=(x+y)*z", at={"x": -2, "y": 5, "z": -4})


def test_public_names() -> None:
    for name in gradviz.__all__:
        assert getattr(gradviz, name) is not None
        assert name in dir(gradviz)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = gradviz.nothing


def test_the_version_is_the_packages() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
    assert gradviz.__version__ == project["project"]["version"]


def test_value_and_gradients() -> None:
    found = circuit()
    assert found.value == -12
    assert {name: part.value for name, part in found.gradients.items()} == {"x": -4, "y": -4, "z": 3}
    assert found.gradients["z"].formula == "x + y"
    assert found.gradients["z"].latex
    assert [node.name for node in found.nodes if not node.is_input] == ["q", "f"]
    assert len(found.edges) == 4
    assert found.missing == ()


def test_arrays_come_back_as_arrays() -> None:
    found = gradviz.explain("||W@x||^2", at={"W": [[0.1, 0.5], [-0.3, 0.8]], "x": np.array([0.2, 0.4])})
    assert found.value == pytest.approx(0.116)
    np.testing.assert_allclose(found.gradients["W"].value, [[0.088, 0.176], [0.104, 0.208]])
    np.testing.assert_allclose(found.gradients["x"].value, [-0.112, 0.636])


@pytest.mark.parametrize(
    "at", ["x=-2,y=5,z=-4", {"x": -2.0, "y": Fraction(5), "z": np.float64(-4)}, {"x": np.array(-2), "y": 5, "z": -4}]
)
def test_values_in_every_form(at: object) -> None:
    assert gradviz.explain("f=(x+y)*z", at=at).gradients["z"].value == 3  # type: ignore[arg-type]


def test_names_may_be_written_as_a_person_writes_them() -> None:
    assert gradviz.explain("α·x₁", at={"α": 2, "x_1": 3}).value == 6


def test_it_is_frozen() -> None:
    found = circuit()
    with pytest.raises(FrozenInstanceError):
        found.data = None  # type: ignore[misc, assignment]
    with pytest.raises(TypeError):
        found.gradients["x"] = None  # type: ignore[index]


def test_symbolic() -> None:
    found = gradviz.explain("f=(x+y)*z")
    assert found.value is None
    assert found.gradients["z"].formula == "x + y"
    assert found.gradients["z"].value is None
    assert found.missing == ("x", "y", "z")
    assert "symbolic" in repr(found)


def test_wrt_of_upstream() -> None:
    found = gradviz.explain("q=x+y;f=q*z", at="x=-2,y=5,z=-4", wrt="z,x", of="f", upstream="1/2")
    assert list(found.gradients) == ["z", "x"]
    assert found.gradients["z"].value == 1.5
    array = gradviz.explain("W@x", at="W=[[1,2],[3,4]],x=[1,1]", wrt=["x"], upstream=[1, 0])
    np.testing.assert_allclose(array.gradients["x"].value, [1, 2])


def test_every_output(tmp_path: Path) -> None:
    found = circuit()
    assert found.to_svg().lstrip().startswith(("<svg", "<?xml"))
    assert found._repr_svg_() == found.to_svg()
    assert found.to_png().startswith(b"\x89PNG")
    assert found.to_pdf().startswith(b"%PDF")
    assert found.to_dot().startswith("digraph")
    assert found.to_json().startswith("{")
    assert found.to_latex().startswith("\\documentclass")
    assert found.to_markdown().startswith("# ")
    assert str(found) == found.to_text()
    assert "−12" in found.to_text()
    assert found.to_text(ascii=True).isascii()
    assert found.save(tmp_path / "f.json").read_text(encoding="utf-8") == found.to_json()


def test_an_unknown_option_is_named(tmp_path: Path) -> None:
    with pytest.raises(errors.OptionProblem, match="no option 'them'") as caught:
        circuit().to_svg(them="dark")
    assert "theme" in str(caught.value.hint)
    with pytest.raises(errors.OptionProblem, match="suffix"):
        circuit().save(tmp_path / "f.xyz")
    with pytest.raises(errors.FileProblem, match="cannot be written"):
        circuit().save(tmp_path / "no" / "f.json")


def test_a_graph_made_by_hand() -> None:
    g = gradviz.Graph()
    x, y = g.input("x"), g.input("y", value=5)
    g.name(g.name(x + y, "s") * x, "f")
    found = gradviz.explain(g, at={"x": 2})
    assert found.value == 14
    assert found.gradients["x"].value == 9
    assert gradviz.explain(g, at="x=2", of="s").value == 7
    with pytest.raises(errors.ValueProblem, match="'z'"):
        gradviz.explain(g, at={"z": 2})
    with pytest.raises(errors.ValueProblem, match="empty"):
        gradviz.explain(gradviz.Graph())


def test_an_undefined_output_is_an_error() -> None:
    with pytest.raises(errors.DomainProblem, match="log of a negative number"):
        gradviz.explain("log(x)", at="x=-1")


def test_an_infinite_slope_is_a_warning() -> None:
    found = gradviz.explain("sqrt(x)", at="x=0")
    assert found.gradients["x"].value == float("inf")
    assert any(remark.kind == "warning" for remark in found.data.remarks)


def test_seed() -> None:
    found = gradviz.explain("x : 3; f = sum(x*y)", at={"y": 2}, seed=4)
    again = gradviz.explain("x : 3; f = sum(x*y)", at={"y": 2}, seed=4)
    assert found.value == again.value
    assert found.missing == ()


def test_compile() -> None:
    f = gradviz.compile("(x+y)*z")
    assert f.inputs == ("x", "y", "z")
    assert f(-2, 5, -4) == (-12, (-4, -4, 3))
    assert gradviz.compile("(x+y)*z", wrt="z")(-2.0, 5.0, -4.0) == (-12, (3,))
    value, (by_w, by_x) = gradviz.compile("||W@x||^2", shapes={"W": (2, 2), "x": (2,)})(
        np.array([[0.1, 0.5], [-0.3, 0.8]]), np.array([0.2, 0.4])
    )
    assert value == pytest.approx(0.116)
    np.testing.assert_allclose(by_w, [[0.088, 0.176], [0.104, 0.208]])
    np.testing.assert_allclose(by_x, [-0.112, 0.636])
    values, _ = gradviz.compile("x*x").batch(np.arange(4.0))
    np.testing.assert_allclose(values, [0, 1, 4, 9])


def test_parse() -> None:
    program = gradviz.parse("f = (x + y)*z")
    assert program.statements[0].name == "f"
    with pytest.raises(errors.ParseError):
        gradviz.parse("f = (x + ")


@pytest.mark.parametrize("spelling", ["x1", "x_1", "x₁"])
def test_a_gradient_is_found_by_every_spelling_of_its_name(spelling: str) -> None:
    found = gradviz.explain("x_1*y", at={"x_1": 2, "y": 3}).gradients
    assert found[spelling].value == 3.0
    assert list(found) == ["x1", "y"]
    with pytest.raises(KeyError):
        found["x_2"]
