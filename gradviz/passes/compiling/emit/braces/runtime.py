"""The runtimes of C and JavaScript: functions that a language lacks, from `kernels.c` and `kernels.js`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@cache
def kernels(file: str) -> Mapping[str, str]:
    """The functions of a runtime's file by name, each with the comment before it, in the order of the file."""
    text = (files("gradviz.passes.compiling.emit.braces") / file).read_text(encoding="utf-8")
    found = {}
    for part in re.findall(r"^(?://[^\n]*\n)+(?:static|function) .*?^\}\n", text, re.MULTILINE | re.DOTALL):
        head = next(line for line in part.splitlines() if not line.startswith("//"))
        found[head[: head.index("(")].split()[-1].lstrip("*")] = part
    return MappingProxyType(found)


def kernels_for(file: str, mentioned: Iterable[str]) -> list[str]:
    """The functions that a program needs, and those that they call, in the order of the file."""
    known = kernels(file)
    needed: dict[str, None] = {}
    left = [name for name in mentioned if name in known]
    while left:
        name = left.pop()
        if name not in needed:
            needed[name] = None
            left.extend(word for word in set(re.findall(r"\b\w+(?=\()", known[name])) if word in known)
    return [part for name, part in known.items() if name in needed]
