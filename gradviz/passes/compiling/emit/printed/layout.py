"""How statements, their comments and their parentheses look in printed programs."""

from __future__ import annotations

from collections.abc import Sequence

LONGEST = 100
"""Characters of a line up to which its comment stands beside it."""
ALIGNED = 44
"""The column up to which comments are lined up."""


def commented(rows: Sequence[tuple[str, str]]) -> list[str]:
    """Statements with their comments beside them, in one column as far as that is possible."""
    column = max((len(text) for text, _ in rows if len(text) <= ALIGNED), default=0)
    lines = []
    for text, comment in rows:
        if len(text) > LONGEST and "\n" not in text:
            lines += [f"# {inert(comment)}", text]
        else:
            lines.append(f"{text.ljust(column)}  # {inert(comment)}")
    return lines


def inert(text: str) -> str:
    """A text that stays in its comment."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def wrapped(text: str) -> bool:
    """Whether one pair of parentheses stands around the whole."""
    if not (text.startswith("(") and text.endswith(")")):
        return False
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place == len(text) - 1 and "," not in text
    return False
