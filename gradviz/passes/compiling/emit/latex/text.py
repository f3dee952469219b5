"""Texts and letters that LaTeX does not take as they are."""

from __future__ import annotations

import re
import unicodedata

SIGNS = {
    **{sign: f"\\{sign}" for sign in "#$%&_{}"},
    "\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", '"': "''", "×": r"$\times$", "−": "$-$",
}  # fmt: skip
"""Signs that text in LaTeX cannot hold as they are."""


def text_of(text: str) -> str:
    """A text of any content as LaTeX text: one line of ASCII."""
    plain = "".join(SIGNS.get(sign, sign) if sign.isascii() or sign in SIGNS else _plain(sign) for sign in text)
    return re.sub(r"[^\x20-\x7e]", "?", plain)


ACCENTS = {
    "\u0300": "grave",
    "\u0301": "acute",
    "\u0302": "hat",
    "\u0303": "tilde",
    "\u0308": "ddot",
    "\u030c": "check",
}


def ascii_of(latex: str) -> str:
    r"""Letters of names that LaTeX does not have, as accents (`\acute{e}`) or by their numbers."""
    return re.sub(r"[^\x00-\x7f]", lambda found: _letter(found[0]), latex)


def _letter(sign: str) -> str:
    base, marks = (parts := unicodedata.normalize("NFD", sign))[0], parts[1:]
    if base.isascii() and marks in ACCENTS:
        return rf"\{ACCENTS[marks]}{{{base}}}"
    return f"u{ord(sign):04x}"


def _plain(sign: str) -> str:
    """A letter without its accents, where that leaves one of ASCII."""
    return unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode() or "?"
