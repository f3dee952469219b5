"""Lines of coloured text: pieces with roles, their width in columns, wrapping, and how a theme paints them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Role = Literal["plain", "head", "soft", "value", "gradient", "local", "warn"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text with one role, which decides its colour."""

    text: str
    role: Role = "plain"


Line = tuple[Piece, ...]

STYLES = {
    "light": {
        "head": "bold",
        "soft": "dim",
        "value": "green",
        "gradient": "red",
        "local": "bright_blue",
        "warn": "yellow",
    },
    "dark": {
        "head": "bold",
        "soft": "dim",
        "value": "bright_green",
        "gradient": "bright_red",
        "local": "bright_blue",
        "warn": "bright_yellow",
    },
    "print": {"head": "bold", "soft": "dim", "gradient": "bold", "local": "italic"},
}
"""What each role looks like in a terminal, by theme."""

ASCII = {
    "−": "-", "×": "*", "·": "*", "→": "->", "←": "<-", "∂": "d", "∇": "grad ", "Σ": "sum", "…": "...", "’": "'",
    "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "∞": "inf", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~",
    "⊙": "*", "⊗": "(x)", "√": "sqrt", "∛": "cbrt", "‖": "||", "ᵀ": ".T", "⁻": "^-", "⁽": "(", "⁾": ")", "π": "pi",
    "∈": "in", "ℓ": "l", "⋯": "...", "∑": "sum", "′": "'", "±": "+-",
}  # fmt: skip
"""Signs without a Unicode decomposition that says the same in ASCII."""


def capital(text: str) -> str:
    """A sentence's beginning: its first letter large, and all others as they are, for a name may hold large ones.

    Example:
        >>> capital("update 3, of h.W")
        'Update 3, of h.W'
    """
    return text[:1].upper() + text[1:]


def line(*pieces: str | Piece) -> Line:
    """A line from strings and pieces."""
    return tuple(Piece(piece) if isinstance(piece, str) else piece for piece in pieces)


def width_of(text: str) -> int:
    """How many columns a text takes in a terminal.

    Example:
        >>> width_of("x̂ = 3")
        5
    """
    if text.isascii():
        return len(text)
    return sum(_columns(sign) for sign in text)


def _columns(sign: str) -> int:
    if unicodedata.combining(sign) or unicodedata.category(sign) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def line_width(pieces: Line) -> int:
    """The columns that a line takes."""
    return sum(width_of(piece.text) for piece in pieces)


def left(text: str, width: int) -> str:
    """The text, filled up on its right."""
    return text + " " * (width - width_of(text))


def right(text: str, width: int) -> str:
    """The text, filled up on its left."""
    return " " * (width - width_of(text)) + text


def wrap(text: str, first: int, rest: int) -> list[str]:
    """A text cut into lines at spaces, the first of at most `first` columns, the others of at most `rest`.

    A word longer than a line is cut anywhere.

    Example:
        >>> wrap("a + b + c", 6, 4)
        ['a + b', '+ c']
    """
    lines: list[str] = []
    current = ""
    room = first
    for word in text.split(" "):
        joined = f"{current} {word}" if current else word
        if width_of(joined) <= room:
            current = joined
            continue
        if current:
            lines.append(current)
            room = rest
        while width_of(word) > room:
            cut = _fitting(word, room)
            lines.append(word[:cut])
            word, room = word[cut:], rest
        current = word
    return [*lines, current] if current or not lines else lines


def _fitting(word: str, room: int) -> int:
    """How many characters of a word fit, at least one; better after a sign than inside a name."""
    taken = count = 0
    for sign in word:
        taken += _columns(sign)
        if taken > room:
            break
        count += 1
    count = max(count, 1)
    after = max((word.rfind(sign, 0, count) + 1 for sign in "·*+−-,)"), default=0)
    return after if after > count // 2 else count


def to_ascii(text: str) -> str:
    """The text in ASCII: signs by their names, accents dropped, anything else by its code point.

    Example:
        >>> to_ascii("∂f/∂α = −2·x²")
        'df/dalpha = -2*x^2'
    """
    if text.isascii():
        return text
    parts: list[str] = []
    raised = False
    for sign in text:
        small = unicodedata.decomposition(sign).startswith("<super>")
        if small and not raised and sign not in "⁻⁽⁾" and ASCII.get(sign) is None:
            parts.append("^")
        parts.append("-" if raised and sign == "⁻" else _ascii_sign(sign))
        raised = small
    return "".join(parts)


def _ascii_sign(sign: str) -> str:
    if sign.isascii():
        return sign
    if sign in ASCII:
        return ASCII[sign]
    plain = "".join(c for c in unicodedata.normalize("NFKD", sign) if c.isascii())
    if plain or unicodedata.combining(sign):
        return plain
    name = unicodedata.name(sign, "")
    if name.startswith("GREEK "):
        word = name.removeprefix("GREEK ").split(" LETTER ")[-1].split(" ")[0].lower()
        word = {"lamda": "lambda"}.get(word, word)
        return word.capitalize() if "CAPITAL" in name else word
    return f"U+{ord(sign):04X}"


def plain(lines: Iterable[Line]) -> str:
    """The lines without colour, trailing spaces removed."""
    return "\n".join("".join(piece.text for piece in pieces).rstrip() for pieces in lines)


def painted(lines: Sequence[Line], theme: str) -> str:
    """The lines with ANSI colours."""
    from rich.color import ColorSystem
    from rich.style import Style

    styles = {role: Style.parse(look) for role, look in STYLES[theme].items()}

    def paint(piece: Piece) -> str:
        style = styles.get(piece.role)
        return (
            style.render(piece.text, color_system=ColorSystem.STANDARD) if style and piece.text.strip() else piece.text
        )

    return "\n".join("".join(paint(piece) for piece in pieces).rstrip() for pieces in lines)
