"""Records whose texts are someone else's made harmless before they are shown: no control signs, no TeX but formulas."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from gradviz.explanation.data import Curve, Math, Value
from gradviz.render.latex_parts import text_latex
from gradviz.render.svg.typeset import nesting

Record = TypeVar("Record")

LONGEST = 1_500
"""Signs of a text that anyone would read; what is longer is cut."""

DEEPEST = 6
"""Brackets and braces within one another in a formula of someone else's: typesetting takes twice as long for each."""

_JOINERS = "\u200c\u200d"
"""They join letters in Persian and in Indic scripts, and change nothing around them."""

_STRUCTURE = "frac dfrac tfrac sqrt left right begin end text mathrm mathbf mathbb mathcal mathit operatorname"
_ACCENTS = "hat tilde bar vec dot ddot overline underline widehat widetilde overset underset stackrel"
_SIGNS = (
    "partial nabla infty cdot times div pm mp circ odot otimes oplus top bot prime ast star cdots ldots dots vdots "
    "ddots sum prod int max min sup inf lim le leq ge geq ne neq approx sim equiv propto in notin to mapsto "
    "leftarrow rightarrow Leftarrow Rightarrow langle rangle lfloor rfloor lnot lceil rceil vert Vert lvert rvert "
    "lVert rVert mid quad qquad displaystyle textstyle limits not neg land lor wedge vee cup cap subset forall exists"
)
_FUNCTIONS = (
    "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth exp log ln lg det arg dim ker deg gcd Pr hom mod"
)
_GREEK = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho "
    "sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega "
    "ell hbar imath jmath Re Im aleph"
)
_BRACKETS = "big Big bigg Bigg bigl bigr Bigl Bigr"
COMMANDS = frozenset(" ".join((_STRUCTURE, _ACCENTS, _SIGNS, _FUNCTIONS, _GREEK, _BRACKETS)).split())
"""The commands that a formula may hold: none of them reads, writes, defines or links."""

ENVIRONMENTS = frozenset({"bmatrix", "pmatrix", "matrix", "vmatrix", "cases", "aligned", "array"})

ESCAPED = frozenset(",;:!|{}\\_& ")
"""What may stand behind a backslash: spaces, braces, double bars, the end of a row."""

_TOKEN = re.compile(r"\\(?:begin|end)\s*\{([^{}]*)\}|\\([A-Za-z]+)|\\(.)|([{}])|([$%#~\n\r]|\^\^)", re.DOTALL)


def inert(text: str) -> str:
    r"""A text of any content as one line that only says what it says.

    Breaks become spaces; control signs, signs that turn the direction of writing and halves of characters are replaced.

    Example:
        >>> inert("a\x1b[31m\nb")
        'a�[31m b'
    """
    if text.isascii() and text.isprintable() and len(text) <= LONGEST:
        return text
    cut = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    return "".join(_seen(sign) for sign in cut)


def _seen(sign: str) -> str:
    kind = unicodedata.category(sign)
    if sign in "\t\n\r\v\f\x85" or kind in ("Zl", "Zp", "Zs"):
        return " "
    if sign in _JOINERS:
        return sign
    return "\N{REPLACEMENT CHARACTER}" if kind in ("Cc", "Cf", "Cs", "Cn") else sign


def whole(text: str) -> str:
    """The text as it is, but for halves of characters, which no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text


def is_formula(latex: str) -> bool:
    r"""Whether LaTeX is a formula and nothing else: known commands, braces that match.

    Example:
        >>> is_formula(r"\frac{1}{x}"), is_formula(r"\input{secret}"), is_formula("a}$"), is_formula("50 %")
        (True, False, False, False)
    """
    depth, opened = 0, []
    for environment, command, escaped, brace, other in _TOKEN.findall(latex):
        if other or (command and command not in COMMANDS) or (environment and environment not in ENVIRONMENTS):
            return False
        if brace:
            depth += 1 if brace == "{" else -1
        elif command in ("left", "right"):
            opened.append(command)
        if depth < 0 or (escaped and escaped not in ESCAPED):
            return False
    return depth == 0 and opened.count("left") == opened.count("right") and latex.isprintable() and not _lone(latex)


def _lone(latex: str) -> bool:
    """Whether it ends in a backslash that would escape what follows, or leaves an environment open."""
    ends = len(latex) - len(latex.rstrip("\\"))
    return ends % 2 == 1 or len(re.findall(r"\\begin\b", latex)) != len(re.findall(r"\\end\b", latex))


def formula(made: Math) -> Math:
    """A formula whose LaTeX is a formula; as words where it is anything else."""
    shown = inert(made.unicode)
    latex = made.latex if made.latex.strip() else "{}"
    if len(latex) > LONGEST or nesting(latex) > DEEPEST or not is_formula(latex):
        latex = rf"\text{{{text_latex(shown)}}}"
    # Markdown without mathematics would read these as links and images.
    latex = latex.replace("](", "]{}(").replace("![", "!{}[")
    return Math(inert(made.text), shown, latex)


def cleaned(record: Record) -> Record:
    """A record with every text in it made harmless, whatever it lies in."""
    found: Record = _cleaned(record, inert)
    return found


def encodable(record: Record) -> Record:
    """A record whose texts are as they were, but can be written to a file."""
    found: Record = _cleaned(record, whole)
    return found


def _cleaned(part: Any, of_text: Callable[[str], str]) -> Any:
    """One level of a record after the other; records are only as deep as their types say."""
    if isinstance(part, str):
        return of_text(part)
    if isinstance(part, Math) and of_text is inert:
        return formula(part)
    if isinstance(part, (Value, Curve)):
        return part
    if isinstance(part, tuple):
        return tuple([_cleaned(one, of_text) for one in part])
    if isinstance(part, Mapping):
        return {_cleaned(key, of_text): _cleaned(value, of_text) for key, value in part.items()}
    if is_dataclass(part) and not isinstance(part, type):
        made = {field.name: _cleaned(getattr(part, field.name), of_text) for field in fields(part)}
        source = getattr(part, "source", None)
        if of_text is inert and isinstance(source, str):
            made["source"] = "\n".join(map(inert, source.splitlines()))  # a program keeps its lines
        return replace(part, **made)
    return part
