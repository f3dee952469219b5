"""Functions of gradviz written out in a program that has to run without it: their source, and what they use in turn."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

from gradviz.errors import InternalError

MODULES = {
    "np": "import numpy as np",
    "math": "import math",
    "torch": "import torch",
    "jax": "import jax",
    "jnp": "import jax.numpy as jnp",
    "special": "from jax.scipy import special",
}
"""The modules that kernels and programs name, and how they are imported."""

Replacements = Mapping[str, Callable[..., Any]]
"""Functions that stand in for gradviz's own, by name: shorter, without its messages for people."""


@dataclass(frozen=True, slots=True)
class Borrowed:
    """Definitions for a program.

    Args:
        imports: statements, in the order in which they belong.
        constants: assignments.
        functions: definitions; what is used comes before what uses it.
    """

    imports: tuple[str, ...]
    constants: tuple[str, ...]
    functions: tuple[str, ...]


def borrowed(
    functions: Iterable[Callable[..., Any]],
    replaced: Replacements | None = None,
    renamed: Callable[[str], str] = lambda name: name,
) -> Borrowed:
    """The source of functions with everything that they use, without annotations.

    Args:
        functions: Python functions; what they name is theirs, a module, a number, or of the standard library.
        replaced: functions to take instead of those that they name.
        renamed: what a function is called in the program.
    """
    found = _Found(replaced or {}, renamed)
    for function in functions:
        found.add(function)
    return Borrowed(tuple(sorted(found.imports)), tuple(found.constants), tuple(found.functions.values()))


@dataclass(slots=True)
class _Found:
    replaced: Replacements
    renamed: Callable[[str], str]
    imports: set[str] = field(default_factory=set)
    constants: dict[str, None] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)

    def add(self, function: Callable[..., Any]) -> None:
        """A function after all that it uses: depth first, on a stack."""
        stack: list[tuple[Any, bool]] = [(function, False)]
        seen: set[str] = set()
        while stack:
            one, ready = stack.pop()
            name = one.__name__
            if name in self.functions or (not ready and name in seen):
                continue
            if ready:
                self.functions[name] = _written(one, self.renamed)
                continue
            seen.add(name)
            stack.append((one, True))
            stack += [(used, False) for used in self._used(one)]

    def _used(self, function: Any) -> list[Any]:
        """The functions that a function names; what else it names is noted."""
        functions = []
        for name in names_in(function):
            value = self.replaced.get(name, function.__globals__.get(name))
            if isinstance(value, FunctionType) and value.__module__.startswith("gradviz."):
                functions.append(value)
            else:
                self._note(name, value)
        return functions

    def _note(self, name: str, value: Any) -> None:
        if self.renamed(name) in MODULES:
            self.imports.add(MODULES[self.renamed(name)])
        elif isinstance(value, (int, float)):
            self.constants[f"{name} = {value!r}"] = None
        elif isinstance(value, ModuleType):
            self.imports.add(f"import {value.__name__}")
        elif isinstance(value, (type, BuiltinFunctionType, FunctionType)):
            self.imports.add(f"from {value.__module__.removeprefix('_')} import {name}")
        elif value is not None:
            raise InternalError(f"a kernel names {name}, a {type(value).__name__}")


@lru_cache(maxsize=256)
def _tree(function: Any) -> tuple[list[bytes], ast.FunctionDef]:
    """A function's source, line by line, and its tree."""
    text = textwrap.dedent(inspect.getsource(function))
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.FunctionDef)
    return text.encode().splitlines(), node


def names_in(function: Any) -> list[str]:
    """The names that a function's body reads and does not make, in the order in which they appear."""
    _, node = _tree(function)
    inside = [part for statement in node.body for part in ast.walk(statement) if isinstance(part, ast.Name)]
    made = {part.id for part in inside if isinstance(part.ctx, ast.Store)}
    made |= {part.name for part in ast.walk(node) if isinstance(part, ast.alias)}
    made |= {argument.arg for part in ast.walk(node) if isinstance(part, ast.arguments) for argument in _all(part)}
    return list(dict.fromkeys(part.id for part in inside if part.id not in made))


def _all(arguments: ast.arguments) -> list[ast.arg]:
    starred = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *starred]


def _written(function: Any, renamed: Callable[[str], str]) -> str:
    """A function's source without annotations, everything else as it stands: comments and line breaks too."""
    lines, node = _tree(function)
    lines = list(lines)
    cuts: list[tuple[int, int, int, bytes]] = []
    for argument in _all(node.args):
        if argument.annotation is not None:
            start = argument.col_offset + len(argument.arg.encode())
            cuts.append((argument.lineno, start, argument.annotation.end_col_offset or start, b""))
    if node.returns is not None:
        line = lines[node.returns.lineno - 1]
        start = line.rindex(b" ->", 0, node.returns.col_offset)
        cuts.append((node.returns.lineno, start, node.returns.end_col_offset or start, b""))
    start = len("def ")
    cuts.append((node.lineno, start, start + len(node.name), renamed(node.name).encode()))
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and renamed(part.id) != part.id and part.id in function.__globals__:
            cuts.append((part.lineno, part.col_offset, part.end_col_offset or 0, renamed(part.id).encode()))
    for number, start, end, text in sorted(cuts, reverse=True):
        line = lines[number - 1]
        lines[number - 1] = line[:start] + text + line[end:]
    return b"\n".join(lines).decode() + "\n"
