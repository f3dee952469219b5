"""Shapes as a command line gives them: `W=3x2,x=2`."""

from __future__ import annotations

import re

from gradviz.errors import NameProblem, OptionProblem
from gradviz.shape import Shape

_SIZES = re.compile(r"\d{1,9}(?:\s*[x×*]\s*\d{1,9})*")


def shapes_of(texts: tuple[str, ...]) -> dict[str, Shape] | None:
    """The shapes by name; None where none is given.

    Raises:
        OptionProblem: the text is not of that form.
        NameProblem: a name is given twice.

    Example:
        >>> shapes_of(("W=3x2,x=2", "b=scalar"))
        {'W': (3, 2), 'x': (2,), 'b': ()}
    """
    found: dict[str, Shape] = {}
    for part in (part for text in texts for part in text.split(",")):
        name, equals, sizes = (piece.strip() for piece in part.partition("="))
        if not (equals and name and (sizes == "scalar" or _SIZES.fullmatch(sizes))):
            raise OptionProblem(f"{part.strip()!r} gives no shape", hint="write --shapes W=3x2,x=2")
        if name in found:
            raise NameProblem(f"{name} is given twice", hint="give it in one --shapes only")
        found[name] = () if sizes == "scalar" else tuple(map(int, re.findall(r"\d+", sizes)))
    return found or None
