from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
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
    *("flint", "dask", "distributed", "torch", "jax"),
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


def loaded(code: str) -> set[str]:
    script = f"{code}\nimport sys\nprint('MODULES', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    listed = done.stdout.rsplit("MODULES", 1)[1]
    return {module.split(".")[0] for module in listed.split()}
