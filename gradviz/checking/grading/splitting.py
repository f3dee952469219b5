"""One text that answers several parts: `x: z` and `y: z` on lines, `df/dx = z; df/dy = z`, `[z, z]`, or in order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from gradviz.checking.grading.problems import Part
from gradviz.checking.reading.vectors import entries
from gradviz.errors import UserError
from gradviz.syntax.names import canonical

_PIECE = re.compile(r"[;\n]")
_LABEL = re.compile(r"\s*([^:=<>!]{1,60}?)\s*[:=](?!=)(.*)", re.DOTALL)
_DERIVATIVE = re.compile(r"(?:[d∂]\^?\d?\s*\w*\s*/\s*)?\(?((?:[d∂]\s*\w+(?:\s*\^\s*\d)?\s*)+)\)?")
_BY = re.compile(r"[d∂]\s*([^\W\d_]\w*?)(?:\s*\^\s*(\d))?(?=\s*[d∂]|\s*$)")


def split(text: str, parts: Sequence[Part]) -> Mapping[str, str] | None:
    """The answer to each part in a text that answers all of them; None where that cannot be told.

    Args:
        text: as handed in.
        parts: what is asked for; with only one, the text is its answer.

    Example:
        >>> from fractions import Fraction
        >>> asked = [Part(name, (name,), Fraction(1)) for name in "xy"]
        >>> split("x: 2*y; y: 2*x", asked) == split("df/dy = 2*x; df/dx = 2*y", asked)
        True
        >>> split("2*y; 2*x", asked), split("2*y", asked)
        ({'x': '2*y', 'y': '2*x'}, None)
    """
    if len(parts) == 1:
        return {parts[0].name: text}
    pieces = [piece.strip() for piece in _PIECE.split(text) if piece.strip()]
    labelled = [_LABEL.fullmatch(piece) for piece in pieces]
    if any(labelled):
        return _labelled(labelled, parts) or _listed(text, parts)
    if len(pieces) != len(parts):
        return _listed(text, parts)
    return {part.name: piece for part, piece in zip(parts, pieces, strict=True)}


def _labelled(labelled: Sequence[re.Match[str] | None], parts: Sequence[Part]) -> dict[str, str] | None:
    """Pieces that each say which part they answer, and no part twice."""
    found: dict[str, str] = {}
    for match in labelled:
        name = named(match[1], parts) if match else None
        if match is None or name is None or name in found:
            return None
        found[name] = match[2].strip()
    return found


def _listed(text: str, parts: Sequence[Part]) -> dict[str, str] | None:
    """A gradient written as one list: `∇f = [2*x, y]`, `(2*x, y)`."""
    try:
        found = entries(text, [part.name for part in parts])
    except UserError:
        return None
    return {part.name: piece.strip() for part, piece in zip(parts, found, strict=True)}


def named(label: str, parts: Sequence[Part]) -> str | None:
    """The part that a label means: its name, or a derivative by its inputs."""
    plain = ",".join(canonical(word.strip()) for word in label.split(","))
    match = _DERIVATIVE.fullmatch(label.strip())
    by = (
        sorted(canonical(name) for name, count in _BY.findall(match[1]) for _ in range(int(count or 1)))
        if match
        else []
    )
    for part in parts:
        if plain == part.name or (by and by == sorted(part.wrt)):
            return part.name
    return None
