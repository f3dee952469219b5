"""The left side of an answer: `dy/dx`, `f'(x)`, `∂²f/∂x∂y`, `∇_W f`, `dW` and what it says is answered."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gradviz.checking.reading.notation import plain

LONGEST = 300
"""Characters of a left side that are looked at."""
GENERIC = frozenset({"answer", "gradient", "grad", "derivative", "jacobian", "hessian", "J", "H"})
"""What people write before an answer, which says nothing that the question does not."""

_NAME = r"[^\W\d_][\w.]*"
_COUNT = r"(?:\^\(?(\d{1,3})\)?)?"
_ARGUMENTS = rf"(?:\({_NAME}(?:,{_NAME})*\))?"


@dataclass(frozen=True, slots=True)
class Heading:
    """What a left side says.

    Args:
        of: what is differentiated; "" if it is not said.
        by: by what, one after the other; empty if it is not said.
        order: how often; 0 if it is not said.
        point: the text of the value in `f'(3)`; "" if there is none.
    """

    of: str = ""
    by: tuple[str, ...] = ()
    order: int = 0
    point: str = ""


def read_heading(left: str, inputs: Sequence[str], names: Collection[str]) -> Heading | None:
    r"""What a left side says, or None if it is no notation for a derivative.

    Args:
        left: as written, LaTeX and Unicode too.
        inputs: the names by which can be differentiated.
        names: all names of the problem.

    Example:
        >>> read_heading("d^2y/dx^2", ["x"], ["x", "f"])
        Heading(of='y', by=('x', 'x'), order=2, point='')
        >>> read_heading(r"\frac{\partial f}{\partial w_1}", ["w1"], ["w1", "f"]).by
        ('w1',)
        >>> read_heading("x + 1", ["x"], ["x", "f"]) is None
        True
    """
    if len(left) > LONGEST:
        return None
    text = plain(left)
    known = sorted({*inputs, *names}, key=lambda name: (-len(name), name))
    if text in inputs:
        return Heading(by=(text,), order=1)
    for reader in (_fraction, _staged, _primed, _nabla, _operator, _subscripted):
        found = reader(text, known)
        if found is not None and not (found.of in inputs and _is_power(text)):
            return found
    return Heading() if text in GENERIC and text not in names else None


def _is_power(text: str) -> bool:
    """Whether it reads `x^(2)`: of an input that is a power, and no second derivative."""
    return re.fullmatch(rf"{_NAME}\^\(\d+\)", text) is not None


def _fraction(text: str, known: Sequence[str]) -> Heading | None:
    """`dy/dx`, `d/dx(…)`, `∂^2f/∂x∂y`, `d2y/dx2`."""
    found = re.fullmatch(r"([d∂D])(?:\^\(?(\d{1,3})\)?|(\d))?([^/]*)/([d∂D].*)", _unbracketed(text))
    if found is None:
        return None
    said, top = int(found[2] or found[3] or 1), found[4]
    for by, rest in _bottoms(found[5], known):
        if len(by) != said or bool(top) == bool(rest):
            continue
        if top and not re.fullmatch(rf"{_NAME}{_ARGUMENTS}|\(.*\)|\[.*\]", top):
            continue
        if rest and (re.search(r"[d∂]\w*/[d∂]|′", rest) or not _operand(rest)):
            continue
        of = re.fullmatch(rf"[(\[]?({_NAME}){_ARGUMENTS}[)\]]?", top or rest)
        named = of is not None and (bool(top) or of[1] in known)
        return Heading(of[1] if of and named else "", by, said)
    return None


def _unbracketed(text: str) -> str:
    """`(dy)/(dx)` without its brackets; a space keeps what stands behind it apart."""
    found = re.match(r"\(?([d∂D][^/]*?)\)?/\(([d∂D][^()]*(?:\([^()]*\)[^()]*)*)\)", text)
    if found is None:
        return text
    return f"{found[1]}/{found[2]} {text[found.end() :]}".strip()


def _operand(rest: str) -> bool:
    """Whether what stands behind `d/dx` is one thing: names, calls and powers without a sign outside brackets."""
    depth = 0
    for sign in rest:
        depth += (sign in "([") - (sign in ")]")
        if depth < 0 or (depth == 0 and sign in "+-−*/,"):
            return False
    return depth == 0


def _bottoms(text: str, known: Sequence[str]) -> list[tuple[tuple[str, ...], str]]:
    """The ways to read what stands below the line: by what, and what is left behind it."""
    found: list[tuple[tuple[str, ...], str]] = []
    for count in (r"(?:\^\(?(\d{1,3})\)?)?", r"(?:\^\(?(\d{1,3})\)?|(\d))?"):
        for name in ("|".join(map(re.escape, known)) or "(?!)", r"[^\W\d_]\w*"):
            made = _below(text, re.compile(rf"[d∂D]\(?({name})\)?{count}"))
            if made is not None and made not in found:
                found.append(made)
    return found


def _below(text: str, one: re.Pattern[str]) -> tuple[tuple[str, ...], str] | None:
    """Names with their counts from the left, as many as there are, and the rest."""
    by: list[str] = []
    place = 0
    while piece := one.match(text, place):
        by += [piece[1]] * min(50, next((int(group) for group in piece.groups()[1:] if group), 1))
        place = piece.end()
    return (tuple(by), text[place:].lstrip(" *")) if by else None


def _staged(text: str, known: Sequence[str]) -> Heading | None:
    """`dx`, `dL_dW`, `grad_W`, `W_grad`, as code calls gradients."""
    names = "|".join(map(re.escape, known)) or "(?!)"
    if text in known:
        return None
    if found := re.fullmatch(rf"(?:d|grad_?)({names})|({names})[_.]grad", text):
        return Heading(by=(found[1] or found[2],), order=1)
    if found := re.fullmatch(rf"[d∂]({_NAME}?)_?[d∂]({names})", text):
        return Heading(found[1].rstrip("_"), (found[2],), 1)
    return None


def _primed(text: str, known: Sequence[str]) -> Heading | None:
    """`f′(x)`, `y″`, `f^(3)(x)`, and `f′(2)` at a point."""
    found = re.fullmatch(rf"({_NAME}?)(?:(′{{1,9}})|\^\((\d{{1,3}})\))(?:\((.*)\))?", text)
    if found is None or not found[1]:
        return None
    order = len(found[2]) if found[2] else int(found[3])
    inside = found[4] or ""
    names = [part for part in inside.split(",") if part]
    if len(names) == 1 and names[0] in known:
        return Heading(found[1], tuple(names) * order, order)
    if names and all(name in known for name in names):
        return Heading(found[1], (), order)
    return Heading(found[1], (), order, inside)


def _nabla(text: str, known: Sequence[str]) -> Heading | None:
    """`∇f`, `∇_W f`, `∇²f`."""
    found = re.fullmatch(rf"∇(?:\^\(?(2)\)?)?(?:_\(?({_NAME}?)\)?)?({_NAME})?{_ARGUMENTS}", text)
    if found is None:
        return None
    below, of = found[2] or "", found[3] or ""
    if below and not of and below not in known:
        below, of = next(((name, below[len(name) :]) for name in known if below.startswith(name)), (below, ""))
    order = 2 if found[1] else 1
    return Heading(of, (below,) * order if below else (), order)


def _operator(text: str, known: Sequence[str]) -> Heading | None:
    """`∂_x f`, `D_x f`, `∂_x∂_y f`."""
    names = "|".join(map(re.escape, known)) or "(?!)"
    found = re.fullmatch(rf"((?:[∂D]_\(?(?:{names})\)?{_COUNT})+)({_NAME})?{_ARGUMENTS}", text)
    if found is None:
        return None
    by: list[str] = []
    for name, count in re.findall(rf"[∂D]_\(?({names})\)?{_COUNT}", found[1]):
        by += [name] * min(int(count or 1), 50)
    return Heading(found[3] or "", tuple(by), len(by))


def _subscripted(text: str, known: Sequence[str]) -> Heading | None:
    """`f_x`, `f_xy`, `f_(x,y)`, `f_x(x,y)`."""
    found = re.fullmatch(rf"({_NAME}?)′?_\(?([\w,.]+)\)?{_ARGUMENTS}", text)
    if found is None or text in known or not found[1]:
        return None
    by = _names_in(found[2].replace(",", ""), known)
    return Heading(found[1], tuple(by), len(by)) if by else None


def _names_in(text: str, known: Sequence[str]) -> list[str]:
    """Names that stand side by side without anything between them; empty if there is no such reading."""
    made: list[list[str] | None] = [[]] + [None] * len(text)
    for i in range(len(text)):
        so_far = made[i]
        for name in known if so_far is not None else ():
            if text.startswith(name, i) and made[i + len(name)] is None:
                made[i + len(name)] = [*(so_far or []), name]
    return made[len(text)] or []
