"""Reading a file of problems: TOML, every fault with its line, every unknown key with the nearest known one."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from gradviz.checking.grading.keys import KEYS, Key, Shape, Table
from gradviz.checking.grading.locating import Located
from gradviz.checking.grading.making import problem_of
from gradviz.checking.grading.problems import Problem, ProblemSet
from gradviz.errors import FileProblem, OptionProblem, UserError, nearest
from gradviz.files import contents, decoded
from gradviz.source import Source, Span

LIMIT = 2_000_000
"""Bytes of a file of problems."""
PROGRAM_LIMIT = 100_000
MAX_PROBLEMS = 1000
SUFFIX = ".grad"

QUOTES = 'texts stand in quotes: source = "f = (x + y)*z"'
FIRST = "the file of problems comes first, then that of submissions"

Place = tuple[str | int, ...]
_ID = re.compile(r"[^\s,;.:=\"'/\\][^,;.:=\"'\n\r\t/\\]{0,59}")
_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)|\(at end of document\)")
_SUFFIXED = re.compile(r"(?i)\.toml\Z")


@dataclass(frozen=True, slots=True)
class Toml:
    """The file while it is read: where its keys stand, and its folder."""

    found: Located
    folder: Path

    def refuse(self, place: Place, message: str, hint: str | None = None) -> NoReturn:
        """Say what is wrong at a key.

        Raises:
            OptionProblem: always.
        """
        raise OptionProblem(message, span=self.found.span(place), hint=hint, source=self.found.source)


def read_problems(path: Path) -> ProblemSet:
    """Read a file of problems, build every question that it asks, and refuse what cannot be asked.

    Args:
        path: of the file.

    Raises:
        FileProblem: it, or a program that it names, cannot be read.
        UserError: anything in it is wrong; the line is said.
    """
    text = decoded(contents(path, LIMIT, "give a program that large a file of its own"), repr(str(path)), "TOML")
    text = text.replace("\r\n", "\n")
    toml = Toml(Located(Source(text, path.name)), path.parent)
    table = _loaded(text, toml)
    _check(table, "class", (), toml)
    tables = table.get("problem", [])
    if not tables:
        toml.refuse((), "there are no problems in this file", "begin each with [[problem]]")
    if len(tables) > MAX_PROBLEMS:
        toml.refuse((), f"there are more than {MAX_PROBLEMS} problems in this file", "make several files")
    problems = tuple(_problem(one, i, toml) for i, one in enumerate(tables))
    _check_unique(problems, toml)
    seed = table.get("seed", 0)
    if seed < 0:
        toml.refuse(("seed",), f"the seed is a whole number from 0 up, not {seed}")
    title = table.get("title") or _SUFFIXED.sub("", path.name)
    return ProblemSet(title, problems, seed, hashlib.sha256(repr((seed, problems)).encode()).hexdigest())


def _loaded(text: str, toml: Toml) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=_number)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        found = _POSITION.search(message)
        place = Span(max(0, len(text) - 1), len(text))
        if found and found[1]:
            start = sum(map(len, text.splitlines(keepends=True)[: int(found[1]) - 1])) + int(found[2]) - 1
            place = Span(start, start + 1)
        plain = _POSITION.sub("", message).strip()
        raise OptionProblem(
            f"this is not TOML: {plain[:1].lower()}{plain[1:]}",
            span=place,
            hint=FIRST if toml.found.source.name.lower().endswith(".csv") else QUOTES,
            source=toml.found.source,
        ) from None
    except (RecursionError, ValueError):
        raise FileProblem(
            f"{toml.found.source.name} is nested too deeply, or holds a number that is too long"
        ) from None


def _number(text: str) -> Fraction | float:
    """Decimals are exact; infinity and NaN are left to be refused."""
    if text.strip("+-") in ("inf", "nan") or len(text) > 50 or abs(_exponent(text)) > 50:
        return float("nan")
    return Fraction(text.replace("_", ""))


def _exponent(text: str) -> int:
    return int(text.lower().partition("e")[2] or 0)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, Fraction)) and not isinstance(value, bool)


def _is_texts(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))


CHECKS: Mapping[Shape, tuple[Callable[[Any], bool], str]] = MappingProxyType(
    {
        "text": (lambda value: isinstance(value, str), "a text in quotes"),
        "texts": (_is_texts, 'a text in quotes, or a list of them: ["x", "y"]'),
        "whole": (lambda value: isinstance(value, int) and not isinstance(value, bool), "a whole number"),
        "number": (_is_number, "a number"),
        "table": (lambda value: isinstance(value, dict), "a table: {name = value}"),
        "texts or table": (lambda value: isinstance(value, (str, dict)), "a text in quotes, or a table {x = 1}"),
        "number or table": (lambda value: _is_number(value) or isinstance(value, dict), "a number, or a table {x = 1}"),
        "problems": (
            lambda value: isinstance(value, list) and all(isinstance(one, dict) for one in value),
            "written as [[problem]], with two brackets",
        ),
    }
)
"""What a value of each shape is, and how that is said."""


def _check(table: Mapping[str, Any], kind: Table, place: Place, toml: Toml) -> None:
    """Refuse keys that do not exist, and values of the wrong shape."""
    known: Mapping[str, Key] = KEYS[kind]
    for name, value in table.items():
        here = (*place, name)
        if name not in known:
            close = nearest(name, known)
            hint = f"did you mean {close!r}?" if close else f"the keys are {', '.join(known)}"
            toml.refuse(
                here, f"there is no key {name!r} {'here' if place else 'at the top of a file of problems'}", hint
            )
        fits, said = CHECKS[known[name].shape]
        if not fits(value):
            toml.refuse(here, f"{name} is {said}", f"it is {known[name].says}")


def _problem(table: Mapping[str, Any], index: int, toml: Toml) -> Problem:
    place: Place = ("problem", index)
    _check(table, "problem", place, toml)
    for key in ("id", "source"):
        if not str(table.get(key, "")).strip():
            toml.refuse(place, f"this problem has no {key}", f'write {key} = "…"')
    if not _ID.fullmatch(table["id"]):
        toml.refuse((*place, "id"), "an id has up to 60 signs, without , ; . : = / \\ and quotes", 'write id = "q1"')
    source, origin, start = _source(table["source"], place, toml)

    def refuse(key: str, message: str, hint: str | None = None) -> NoReturn:
        toml.refuse((*place, *key.split("/")) if key else place, message, hint)

    try:
        return problem_of(table, source, origin, refuse)
    except UserError as error:
        if error.source is toml.found.source or (error.source is not None and origin.endswith(SUFFIX)):
            raise
        raise _moved(error, place, start, table["id"], toml) from None


def _source(text: str, place: Place, toml: Toml) -> tuple[str, str, int | None]:
    """The program, what errors call it, and where in the file it begins (None: not literally there)."""
    if text.strip().endswith(SUFFIX) and "\n" not in text:
        return decoded(contents(_inside(text.strip(), place, toml), PROGRAM_LIMIT), text.strip()), text.strip(), None
    key = toml.found.span((*place, "source"))
    start = toml.found.source.text.find(text, key.end)
    end = toml.found.source.text.find("[[", key.end)
    return text, "expression", start if start >= 0 and (end < 0 or start < end) else None


def _inside(name: str, place: Place, toml: Toml) -> Path:
    """A file in the folder of the file of problems, or below it; never one elsewhere."""
    folder = toml.folder.resolve()
    path = (folder / name).resolve()
    if Path(name).is_absolute() or not path.is_relative_to(folder):
        toml.refuse(
            (*place, "source"),
            f"{name!r} lies outside the folder of {toml.found.source.name}",
            "a program stands beside the file of problems, or in a folder below it",
        )
    return path


def _moved(error: UserError, place: Place, start: int | None, id: str, toml: Toml) -> UserError:
    """An error in a program, at its place in the file of problems."""
    span = toml.found.span((*place, "source"))
    if error.span is not None and start is not None:
        span = Span(error.span.start + start, error.span.end + start)
    return type(error)(f"problem {id}: {error.message}", span=span, hint=error.hint, source=toml.found.source)


def _check_unique(problems: tuple[Problem, ...], toml: Toml) -> None:
    seen: dict[str, int] = {}
    for i, problem in enumerate(problems):
        first = seen.setdefault(problem.id.casefold(), i)
        if first != i:
            line = toml.found.line(("problem", first, "id"))
            toml.refuse(("problem", i, "id"), f"the id {problem.id!r} is also that of the problem in line {line}")
