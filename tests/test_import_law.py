from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import gradviz

ROOT = Path(gradviz.__file__).parent
LAW = [
    *("__init__", "__main__", "cli", "interop", "api", "render", "training", "checking", "explanation", "passes"),
    *("graph", "syntax", "networks", "ops", "shape", "files", "errors", "source", "version"),
]
HEAVY = {
    *("sympy", "scipy", "ziamath", "pygraphviz", "rich", "graphviz", "resvg_py", "fpdf", "matplotlib"),
    *("flint", "dask", "distributed", "torch", "jax", "llvmlite", "lark"),
}
NOT_FOR_HELP = HEAVY | {"numpy", "lark", "importlib.metadata"}
HOMES = {"flint": ROOT / "checking" / "equality"}
"""Modules that only one folder may import: at the top, since that folder is imported when it is used."""
RENDER_MAY = {"gradviz.explanation.data", "gradviz.errors"}


def files() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def imports(path: Path, *, top: bool = False) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body if top else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in LAW else "__init__"


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    own = path.relative_to(ROOT).parts[0].removesuffix(".py")
    assert own in LAW, f"{own} is no room of the design"
    for module in imports(path):
        if not module.startswith("gradviz.") or room(module) == "__init__":
            continue
        assert LAW.index(room(module)) >= LAW.index(own), f"{path} imports {module}, which lies above it"


@pytest.mark.parametrize("path", [path for path in files() if "render" in path.parts], ids=lambda path: path.name)
def test_renderers_know_explanations_and_nothing_else(path: Path) -> None:
    for module in imports(path):
        if module.startswith("gradviz."):
            allowed = any(module == name or module.startswith(f"{name}.") for name in RENDER_MAY)
            assert allowed or module.startswith("gradviz.render"), f"{path} imports {module}"
        assert module.split(".")[0] not in {"numpy", "sympy", "scipy"}, f"{path} imports {module}"


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_heavy_modules_are_imported_where_they_are_used(path: Path) -> None:
    at_home = {module for module, home in HOMES.items() if path.is_relative_to(home)}
    assert not {module.split(".")[0] for module in imports(path, top=True)} & HEAVY - at_home


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_some_modules_have_one_home(path: Path) -> None:
    used = {module.split(".")[0] for module in imports(path)} & set(HOMES)
    assert all(path.is_relative_to(HOMES[module]) for module in used)


@pytest.mark.parametrize("command", ["import gradviz", "import gradviz.cli; gradviz.cli.program.get_help"])
def test_importing_and_help_load_nothing_heavy(command: str) -> None:
    assert not loaded(command) & NOT_FOR_HELP


def test_help_loads_nothing_heavy() -> None:
    call = "from gradviz.cli import main; main()"
    code = f"import sys; sys.argv = ['gradviz', '--help']\ntry:\n    {call}\nexcept SystemExit:\n    pass"
    assert not loaded(code) & NOT_FOR_HELP


AT = ("--at", "x=-2,y=5,z=-4")
UNUSED = {
    *("gradviz.training", "gradviz.checking", "gradviz.interop", "gradviz.networks.table", "gradviz.passes.jacobian"),
    *("gradviz.passes.compiling", "gradviz.passes.patterns", "gradviz.passes.second", "gradviz.passes.matrix.forms"),
    *("gradviz.explanation.data.training", "gradviz.explanation.data.grading", "gradviz.explanation.data.plots"),
    *("gradviz.api.checking", "gradviz.api.grading", "gradviz.api.training", "gradviz.api.plotting", "lark"),
}
"""What a program of numbers needs nothing of, whatever is asked about it."""
COMMANDS = {
    "help": (("--help",), HEAVY | UNUSED | {"numpy", "gradviz.api", "gradviz.syntax", "gradviz.graph"}, 8),
    "numbers": (
        ("explain", "f=(x+y)*z", *AT, "--no-formulas", "--format", "json"),
        HEAVY | UNUSED | {"numpy", "gradviz.passes.formulas", "gradviz.render.svg", "gradviz.render.terminal"},
        175,
    ),
    "formulas": (
        ("explain", "f=(x+y)*z", *AT),
        HEAVY | UNUSED | {"numpy.testing", "gradviz.render.svg", "gradviz.render.json_text"},
        200,
    ),
    "picture": (
        ("explain", "f=(x+y)*z", *AT, "-o", "f.svg"),
        (HEAVY | UNUSED | {"gradviz.render.json_text", "gradviz.render.latex"}) - {"ziamath", "pygraphviz", "graphviz"},
        270,
    ),
    "sympy": (
        ("explain", "x*y + sin(x)", "--at", "x=1,y=2"),
        (HEAVY | UNUSED) - {"sympy", "flint", "gradviz.passes.patterns"},
        220,
    ),
    "arrays": (
        ("explain", "||W@x||^2", "--at", "W=[[1,2],[3,4]],x=[5,6]", "--no-formulas", "--format", "json"),
        (HEAVY | UNUSED) - {"gradviz.passes.jacobian"},
        260,
    ),
}
"""Commands, what they may not import, and how many of gradviz's modules they may: imports are what a start costs."""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_imports_what_it_needs(command: str, tmp_path: Path) -> None:
    arguments, banned, most = COMMANDS[command]
    call = "from gradviz.cli import main\ntry:\n    main()\nexcept SystemExit as end:\n    assert not end.code"
    found = modules(f"import sys; sys.argv = ['gradviz', *{arguments!r}]\n{call}", tmp_path)
    whole = {".".join(module.split(".")[:count]) for module in found for count in range(1, module.count(".") + 2)}
    assert not whole & banned
    assert len([module for module in found if module.startswith("gradviz")]) <= most


@pytest.mark.parametrize("package", ["gradviz", "gradviz.api", "gradviz.explanation.data"])
def test_names_that_are_imported_when_they_are_used_are_all_there(package: str) -> None:
    module = import_module(package)
    assert set(module.__all__) <= set(dir(module))
    for name in module.__all__:
        assert getattr(module, name) is not None
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = module.no_such_name


@pytest.mark.parametrize("package", ["gradviz.api", "gradviz.explanation.data"])
def test_no_module_has_a_lazy_name(package: str) -> None:
    """Else whoever imports the module first puts it in the name's place."""
    module = import_module(package)
    assert not {path.stem for path in Path(module.__file__ or "").parent.glob("*.py")} & set(module.__all__)


def modules(code: str, place: Path | None = None) -> set[str]:
    script = f"{code}\nimport sys\nprint('MODULES', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=place)
    return set(done.stdout.rsplit("MODULES", 1)[1].split())


def loaded(code: str) -> set[str]:
    return {module.split(".")[0] for module in modules(code)}
