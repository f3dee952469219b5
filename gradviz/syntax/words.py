"""Which words are functions, and how a word that is none is to be read."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from gradviz.networks.words import KNOWN, block_of
from gradviz.ops.op import Op
from gradviz.ops.table import FUNCTIONS, OPS
from gradviz.syntax.names import GREEK, canonical, is_single_letter, pieces
from gradviz.syntax.tree import FILLS

if TYPE_CHECKING:
    from gradviz.networks.block import Block

SYNTACTIC: Mapping[str, str] = {
    "Max": "max",
    "Min": "min",
    "Gamma": "gamma",
    "sigma": "sigmoid",
    "And": "logical_and",
    "Or": "logical_or",
    "Not": "logical_not",
    "Ne": "not_equal",
    "Eq": "equal",
}
"""Words that SymPy, NumPy or mathematicians write for an operation, beside the aliases in the rows."""

FILLED: Mapping[str, str] = {"identity": "eye"}
"""Other words for constant arrays."""

SPECIAL = frozenset({"Piecewise", "root"})
"""Function words that the reader turns into other operations."""

DISPLAYED: Mapping[str, str] = {
    canonical(op.notation.unicode): op.name
    for op in OPS.values()
    if op.notation.form == "function" and op.notation.unicode and op.name != "polygamma"
}
"""The names under which Unicode text shows functions (`ReLU`, `lnΓ`), which read back as the same."""

INVERSES: Mapping[str, str] = {
    **{name: f"a{name}" for name in ("sin", "cos", "tan", "sec", "csc", "cot")},
    **{name: f"a{name}" for name in ("sinh", "cosh", "tanh", "sech", "csch", "coth")},
}
"""The functions whose power −1 means the inverse function."""

ELEMENTARY = frozenset({"exponential", "trigonometric", "hyperbolic"})
"""Families whose names nobody uses for a variable."""


def function(word: str, glyph: str = "") -> str | None:
    """The operation that a word before `(` calls, or None; `glyph` is how it was written.

    Example:
        >>> function("sigma", "σ"), function("gamma", "γ"), function("log_b"), function("q")
        ('sigmoid', None, 'log', None)
    """
    if glyph == "γ":
        return None
    if word in SPECIAL or word.startswith("root "):
        return word
    if FILLED.get(word, word) in FILLS:
        return FILLED.get(word, word)
    if word in FUNCTIONS:
        return FUNCTIONS[word].name
    if word in DISPLAYED:
        return DISPLAYED[word]
    if SYNTACTIC.get(word) in FUNCTIONS:
        return SYNTACTIC[word]
    if word in KNOWN:
        from gradviz.networks.table import WORDS

        return WORDS[word][0].name
    return "log" if log_base(word) else None


def block(word: str, arguments: int, settings: Collection[str] = ()) -> Block | None:
    """The layer or loss that a function word with so many arguments calls; None where it calls an operation.

    Example:
        >>> block("tanh", 1), block("dense", 2).name
        (None, 'dense')
    """
    return block_of(word, arguments, settings)


def is_block(word: str) -> bool:
    """Whether a function word may call a layer or loss."""
    return word in KNOWN


def log_base(word: str) -> str | None:
    """The base in `log_b` or `log3`, or None.

    Example:
        >>> log_base("log_b"), log_base("log3"), log_base("logit")
        ('b', '3', None)
    """
    rest = word.removeprefix("log")
    if rest == word or word in FUNCTIONS:
        return None
    if rest.isdecimal():
        return rest
    return rest[1:] if len(rest) > 1 and rest[0] == "_" else None


def row(word: str) -> Op | None:
    """The row of a function word's operation."""
    found = function(word)
    return FUNCTIONS.get(found) if found else None


def is_elementary(word: str) -> bool:
    """Whether a word is a function and nothing else, so that `sin -x` and a lone `sin` are no variables."""
    found = row(word)
    return word not in GREEK and not is_single_letter(word) and found is not None and found.family in ELEMENTARY


def applies_bare(word: str) -> bool:
    """Whether a function word may stand before its operand without parentheses: `sin x`, `det A`."""
    if word == "root" or word.startswith("root "):
        return True
    found = row(word)
    return found is not None and found.accepts(1) and word not in GREEK and not is_single_letter(word)


def split(word: str, known: Container[str], *, latex: bool = False) -> list[str]:
    """The known single-letter names that a word runs together, or nothing; in LaTeX every letter is a name.

    Example:
        >>> split("xy", {"x", "y"}), split("xq", {"x", "y"}), split("xq", set(), latex=True)
        (['x', 'y'], [], ['x', 'q'])
    """
    found = pieces(word)
    if len(found) < 2 or not (latex or all(piece in known for piece in found)):
        return []
    return found


def split_call(word: str, known: Container[str], *, latex: bool = False) -> list[str]:
    """Known letters with a function's word behind them (`xsin`), or nothing.

    Example:
        >>> split_call("xlog_b", {"x"}), split_call("sinn", {"x"})
        (['x', 'log_b'], [])
    """
    for end in range(1, len(word)):
        head, tail = word[:end], word[end:]
        if len(tail) > 1 and tail not in GREEK and function(tail) and tail not in SPECIAL:
            front = [head] if latex or head in known else []
            front = front if len(pieces(head)) == 1 else split(head, known, latex=latex)
            if front and (latex or all(piece in known for piece in front)):
                return [*front, tail]
    return []


def vocabulary() -> list[str]:
    """Every function word, for finding the nearest one."""
    return sorted({*FUNCTIONS, *SYNTACTIC, *FILLS, *FILLED, *KNOWN})


def spans_of(parts: list[str], start: int) -> list[tuple[int, int]]:
    """Where the parts of a word that was split stand in the text.

    Example:
        >>> spans_of(["x1", "y"], 4)
        [(4, 6), (6, 7)]
    """
    ends = [start]
    for part in parts:
        ends.append(ends[-1] + len(part))
    return list(pairwise(ends))
