"""From a problem's table to the problem: what its keys mean together, and whether it can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, NoReturn, Protocol

from gradviz.checking.grading.asking import asked_names, derivation, posed, with_symbols
from gradviz.checking.grading.constraints import check_constraints, vary_of
from gradviz.checking.grading.keys import AGREEMENT, ANY_MISTAKE, FOLLOWS, KEYS
from gradviz.checking.grading.mistakes import is_listed, known_words
from gradviz.checking.grading.problems import STEPS, Credit, Part, Problem
from gradviz.checking.grading.varying import first_variant
from gradviz.errors import UserError, nearest
from gradviz.explanation.data.grading import ProblemKind
from gradviz.syntax.names import canonical

MOST_POINTS = 1_000_000
MAX_ORDER = 6


class Refuse(Protocol):
    """Says what is wrong at a key of the problem (`"credit/follows"`; "" for the whole), by raising an error."""

    def __call__(self, key: str, message: str, hint: str | None = None) -> NoReturn:
        """Raise the error."""
        ...


KINDS: Mapping[str, ProblemKind] = {"answer": "answer", "steps": "steps"}


def problem_of(table: Mapping[str, Any], source: str, origin: str, refuse: Refuse) -> Problem:
    """The problem that a table describes, once it is known that it can be asked.

    Args:
        table: keys and values of the right shapes.
        source: the program.
        origin: what errors call the program.
        refuse: how to say what is wrong.

    Raises:
        UserError: the program, or anything else in the table, is wrong.
    """
    kind = _kind(table, refuse)
    vary = tuple(vary_of(name, value, refuse) for name, value in table.get("vary", {}).items())
    such_that = _texts(table.get("such_that", ()))
    if such_that and not vary:
        refuse("such_that", "such_that speaks of numbers that vary, and none do", 'write vary = {a = "2..9"}')
    check_constraints(such_that, vary, refuse)
    order = table.get("order", 1)
    if not 1 <= order <= MAX_ORDER:
        refuse("order", f"the order is a whole number from 1 to {MAX_ORDER}, not {order}")
    if kind == "steps" and order != 1:
        refuse("order", "a backward pass is of first order", "leave order out")
    if "lines" in table and kind != "steps":
        refuse("lines", "points by line are for staged work", 'write kind = "steps", or points = {x = 1}')
    draft = Problem(
        id=table["id"],
        title=table.get("title") or table["id"],
        source=source,
        origin=origin,
        kind=kind,
        parts=(),
        points=Fraction(0),
        order=order,
        of=canonical(table["of"].strip()) if "of" in table else None,
        at=_point(table.get("at", ""), refuse),
        digits=_digits(table, refuse),
        credit=_credit(table.get("credit", {}), refuse),
        vary=vary,
        such_that=such_that,
    )
    return _with_parts(draft, table, refuse)


def _with_parts(draft: Problem, table: Mapping[str, Any], refuse: Refuse) -> Problem:
    """The problem with what it asks for, tried out on a first variant."""
    given = _texts(table.get("wrt", ()))
    by = canonical(given[0].partition(",")[0].strip()) if given else None
    built = posed(first_variant(draft, refuse), draft.at, draft.of, by, draft.origin)
    wrt = asked_names(built, draft.of, given, refuse)
    names = tuple(",".join(one) for one in wrt)
    if len(set(names)) < len(names):
        refuse("wrt", "the same answer is asked for twice", "name each once")
    if draft.kind == "steps":
        lines = {
            canonical(name): _points(value, f"lines/{name}", refuse) for name, value in table.get("lines", {}).items()
        }
        total = sum(lines.values(), Fraction(0)) or _points(_plain(table.get("points", 1), refuse), "points", refuse)
        if lines and "points" in table and total != table["points"]:
            refuse("points", f"the lines have {float(total):g} points together", "leave points out")
        gradients = tuple(lines) or tuple(name for one in wrt for name in one)
        made = replace(draft, parts=(Part(STEPS, gradients, total),), points=total, lines=lines)
    else:
        points = _shared(table.get("points", 1), names, refuse)
        parts = tuple(
            Part(name, derivation(one, draft.order), points[name]) for name, one in zip(names, wrt, strict=True)
        )
        made = replace(draft, parts=parts, points=sum(points.values(), Fraction(0)))
    return with_symbols(built, made, refuse)


def _kind(table: Mapping[str, Any], refuse: Refuse) -> ProblemKind:
    word = table.get("kind", "answer")
    if word not in KINDS:
        close = nearest(word, KINDS)
        refuse("kind", f"there is no kind {word!r}", f"did you mean {close!r}?" if close else "it is answer or steps")
    return KINDS[word]


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _digits(table: Mapping[str, Any], refuse: Refuse) -> int | None:
    digits: int | None = table.get("digits")
    if digits is not None and not 1 <= digits <= 50:
        refuse("digits", f"digits is a whole number from 1 to 50, not {digits}")
    return digits


def _point(at: Any, refuse: Refuse) -> str:
    """The point as text, whose numbers can be read."""
    from gradviz.syntax.parser import parse_point

    if isinstance(at, Mapping):
        for name, value in at.items():
            if not isinstance(value, (int, Fraction, str)) or isinstance(value, bool):
                refuse(
                    f"at/{name}", f"the value of {name} is a number, or an array as text", 'write W = "[[1,2],[3,4]]"'
                )
        at = ",".join(f"{name}={value}" for name, value in at.items())
    if at:
        try:
            parse_point(at)
        except UserError as error:
            refuse("at", error.message, error.hint)
    return str(at)


def _plain(value: Any, refuse: Refuse) -> Any:
    if isinstance(value, Mapping):
        refuse("points", "points of staged work by gradient stand in lines", "write lines = {q = 1, x = 2}")
    return value


def _points(value: Any, key: str, refuse: Refuse) -> Fraction:
    if not isinstance(value, (int, Fraction)) or isinstance(value, bool) or not 0 <= value <= MOST_POINTS:
        refuse(key, f"points are a number from 0 to {MOST_POINTS:,}")
    return Fraction(value)


def _shared(value: Any, names: tuple[str, ...], refuse: Refuse) -> dict[str, Fraction]:
    """Points by part: as given, or the whole shared equally."""
    if not isinstance(value, Mapping):
        return dict.fromkeys(names, _points(value, "points", refuse) / len(names))
    found = {canonical(name): _points(points, f"points/{name}", refuse) for name, points in value.items()}
    for name in value:
        if canonical(name) not in names:
            refuse(f"points/{name}", f"{name} is not asked for", f"asked for are {', '.join(names)}")
    for name in names:
        if name not in found:
            refuse("points", f"{name} is asked for, and has no points", f"write points = {{…, {name} = 1}}")
    return found


def _credit(table: Mapping[str, Any], refuse: Refuse) -> Credit:
    shares: dict[str, Fraction] = {}
    for name, value in table.items():
        if not isinstance(value, (int, Fraction)) or isinstance(value, bool) or not 0 <= value <= 1:
            refuse(f"credit/{name}", "credit is a share of the points, from 0 to 1", "write 0.5 for half the points")
        if name not in KEYS["credit"] and not is_listed(name):
            close = nearest(name, [*KEYS["credit"], *known_words()])
            if close is not None:
                refuse(f"credit/{name}", f"there is no mistake {name!r}", f"did you mean {close!r}?")
        shares[name] = Fraction(value)
    named = tuple((name, share) for name, share in shares.items() if name not in KEYS["credit"])
    usual = Credit()
    return Credit(
        mistakes=named,
        single=shares.get(ANY_MISTAKE, usual.single),
        follows=shares.get(FOLLOWS, usual.follows),
        agreement=shares.get(AGREEMENT, usual.agreement),
    )
