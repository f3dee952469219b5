"""Text to lexemes: numbers, words and signs, in ASCII, Unicode and LaTeX alike, each with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from gradviz.errors import ParseError
from gradviz.ops.table import OPS
from gradviz.source import Source, Span
from gradviz.syntax import latex_input
from gradviz.syntax.latex_tables import Frame, in_table
from gradviz.syntax.lexeme import OPERAND_ENDS, Lexeme
from gradviz.syntax.limits import limit_name
from gradviz.syntax.names import ACCENTS, GLYPHS, SUBSCRIPTS, SUPERSCRIPTS, canonical

SIGNS: Mapping[str, str] = {
    **dict.fromkeys("+＋", "PLUS"),
    **dict.fromkeys("-−–﹣", "MINUS"),
    **dict.fromkeys("*·⋅∙×∗⊙•∘", "STAR"),
    **dict.fromkeys("/÷∕⁄⊘", "SLASH"),
    **dict.fromkeys("^↑", "CARET"),
    **dict.fromkeys(">＞", "COMPARE"),
    **dict.fromkeys("<＜≤≥≠⩽⩾", "COMPARE"),
    **dict.fromkeys("&∧", "AND"),
    **dict.fromkeys("∨", "OR"),
    **dict.fromkeys("¬~", "NOT"),
    **dict.fromkeys("|∣", "BAR"),
    **dict.fromkeys("‖∥", "DBAR"),
    **dict.fromkeys("⌊⌈", "LFENCE"),
    **dict.fromkeys("⌋⌉", "RFENCE"),
    **dict.fromkeys("ᵀ⊤′", "TRANSPOSE"),
    **dict.fromkeys(";\n", "SEP"),
    "@": "AT",
    "(": "LPAR",
    ")": "RPAR",
    "[": "LSQB",
    "]": "RSQB",
    ",": "COMMA",
    ":": "COLON",
    "=": "EQUALS",
    "√": "ROOT",
    "∛": "ROOT",
}
"""Signs of one character and what they are."""

PAIRS: Mapping[str, str] = {
    "**": "CARET",
    "<=": "COMPARE",
    ">=": "COMPARE",
    "==": "COMPARE",
    "!=": "COMPARE",
    "&&": "AND",
}
"""Signs of two characters."""

COMPARISONS: Mapping[str, str] = {
    **dict.fromkeys((">", "＞", r"\gt"), "greater"),
    **dict.fromkeys(("<", "＜", r"\lt"), "less"),
    **dict.fromkeys((">=", "≥", "⩾", r"\ge", r"\geq", r"\geqslant"), "greater_equal"),
    **dict.fromkeys(("<=", "≤", "⩽", r"\le", r"\leq", r"\leqslant"), "less_equal"),
    "==": "equal",
    **dict.fromkeys(("!=", "≠", r"\ne", r"\neq"), "not_equal"),
}
"""Each comparison sign and its operation."""

LOGIC: Mapping[str, str] = {"and": "AND", "or": "OR", "not": "NOT"}
TRUTH: Mapping[str, str] = {"True": "1", "False": "0"}

ADVICE: Mapping[str, str] = {
    "∂": "write the function itself; gradviz finds its derivatives",
    "∇": "write the function itself; gradviz finds its gradient",
    "∑": "write sum(x)",
    "∏": "write prod(x)",
    "∫": "gradviz differentiates; it does not integrate",
    "∞": "infinity is not a number here",
    "!": "write gamma(n + 1) for a factorial, != for not equal",
    "%": "write 5/100 for 5 %",
    "?": "write where(condition, a, b)",
}
"""What to do about signs that people expect to work."""

_ORDERS: Mapping[str, str] = {"₁": "1", "₂": "2", "∞": "inf"}
"""The signs that stand behind the bars of a norm."""
_NORM_ENDS = frozenset({"DBAR", "BAR", "RNORM"})

_GREEK = "".join(GLYPHS)
_MIXED = "|".join(op.notation.unicode for op in OPS.values() if re.search(rf"[A-Za-z][{_GREEK}]", op.notation.unicode))
"""Function names that mix Latin and Greek letters (`lnΓ`), which are otherwise a product."""
_LETTER = rf"(?:(?![{_GREEK}{''.join(SUPERSCRIPTS)}{''.join(SUBSCRIPTS)}ᵀ])[^\W\d_])"
_BELOW = f"[{''.join(SUBSCRIPTS)}]"
_ACCENT = f"[{''.join(ACCENTS)}]"
_LATIN = rf"{_LETTER}{_ACCENT}?(?:{_LETTER}|[0-9]|_(?=\w))*(?:(?<=_)[{_GREEK}])?{_BELOW}*{_ACCENT}?"
_GREEKISH = rf"[{_GREEK}](?:_(?:{_LETTER}|[0-9_{_GREEK}])+|[0-9]+|{_BELOW}+)?{_ACCENT}?"
_OWNED = rf"(?:\.(?!T(?!\w))(?:{_LATIN}|{_GREEKISH}))*"
"""What stands behind a layer's name: `.W`, `.h1.b`."""
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\r\u00a0\u2009\u202f]+|\#[^\n]*)
    |(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<word>(?:{_MIXED})(?=\()|(?:{_LATIN}|{_GREEKISH}){_OWNED})
    |(?P<raised>[{"".join(map(re.escape, SUPERSCRIPTS))}]+)
    |(?P<turned>\.T(?!\w))
    |(?P<pair>\*\*|[<>=!]=|&&)
    |(?P<latex>[\\{{}}$_]|&(?=[^&]))""",
    re.VERBOSE,
)
_SHAPE = re.compile(r"[^=;\n#]*")


@dataclass(slots=True)
class Scanner:
    """Reads a text once, from left to right."""

    source: Source
    place: int = 0
    out: list[Lexeme] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    brackets: int = 0
    formula: bool = False

    @property
    def text(self) -> str:
        """The text that is read."""
        return self.source.text

    def add(self, kind: str, start: int, value: object = None, *, latex: bool = False) -> None:
        """Append the piece from `start` to the place reached."""
        self.brackets += (kind in ("LPAR", "LSQB")) - (kind in ("RPAR", "RSQB"))
        self.out.append(
            Lexeme(kind, self.text[start : self.place], Span(start, self.place), value, latex or self.formula)
        )

    def fail(self, message: str, start: int, hint: str | None = None, end: int | None = None) -> ParseError:
        """An error at a place in this text."""
        return ParseError(message, span=Span(start, end or start + 1), hint=hint, source=self.source)


def scan(source: Source) -> list[Lexeme]:
    """Cut a text into lexemes.

    Raises:
        ParseError: a character or LaTeX command is not in the language, or a quote or group is not closed.
    """
    scanner = Scanner(source)
    while scanner.place < len(source.text):
        step(scanner)
    latex_input.finish(scanner)
    return scanner.out


def step(scanner: Scanner) -> None:
    """Read one piece."""
    start = scanner.place
    found = _TOKEN.match(scanner.text, start)
    if found is None:
        _sign(scanner, start)
    elif found.lastgroup == "latex" and (found.group() != "&" or in_table(scanner)):
        latex_input.read(scanner)
    elif found.lastgroup == "latex":
        _sign(scanner, start)
    else:
        scanner.place = found.end()
        _piece(scanner, start, str(found.lastgroup), found.group())


def _refuse_numerals(scanner: Scanner, start: int, text: str) -> None:
    """`½` counts as part of a word in Unicode; nobody means it as a name."""
    for i, sign in enumerate(text, start):
        if sign.isnumeric() and not sign.isdecimal() and not sign.isalpha() and sign not in SUBSCRIPTS:
            raise scanner.fail(f"{sign} is not read as a number", i, "write it with digits, such as 1/2")


def _piece(scanner: Scanner, start: int, group: str, text: str) -> None:
    if group == "number":
        scanner.add("NUMBER", start, text)
    elif group == "word":
        _refuse_numerals(scanner, start, text)
        _word(scanner, start, text)
    elif group == "raised":
        _raised(scanner, start, text)
    elif group == "turned":
        scanner.add("TRANSPOSE", start)
    elif group == "pair":
        scanner.add(PAIRS[text], start, COMPARISONS.get(text))


def _word(scanner: Scanner, start: int, text: str) -> None:
    limit_name(text, Span(start, scanner.place))
    if text in LOGIC:
        scanner.add(LOGIC[text], start)
    elif text in TRUTH:
        scanner.add("NUMBER", start, TRUTH[text])
    else:
        scanner.add("WORD", start, canonical(text))


def _raised(scanner: Scanner, start: int, text: str) -> None:
    """Superscripts become a power in parentheses, each sign at its own place."""
    plain = "".join(SUPERSCRIPTS[sign] for sign in text)
    span = Span(start, start + len(text))
    if plain == "-" and scanner.text[scanner.place : scanner.place + 1] == "ᵀ":  # X⁻ᵀ is the inverse of Xᵀ
        scanner.place += 1
        one = Lexeme("NUMBER", "", span, "1")
        signs = [Lexeme("CARET", text, span), Lexeme("LPAR", "", span), Lexeme("MINUS", text, span)]
        scanner.out += [Lexeme("TRANSPOSE", "ᵀ", span), *signs, one, Lexeme("RPAR", "", span)]
        return
    scanner.out += [Lexeme("CARET", text, span), Lexeme("LPAR", "", span)]
    for found in re.finditer(r"[0-9]+|.", plain):
        part = found.group()
        kind = "NUMBER" if part.isdecimal() else SIGNS.get(part, "WORD")
        place = Span(start + found.start(), start + found.end())
        scanner.out.append(Lexeme(kind, text[found.start() : found.end()], place, part))
    scanner.out.append(Lexeme("RPAR", "", span))


def _sign(scanner: Scanner, start: int) -> None:
    sign = scanner.text[start]
    last = scanner.out[-1] if scanner.out else None
    if sign in "\"'":
        if sign == "'" and last is not None and (last.kind in OPERAND_ENDS or last.kind in ("BAR", "DBAR")):
            scanner.place += 1
            scanner.add("TRANSPOSE", start)
        else:
            _quoted(scanner, start, sign)
        return
    if last is not None and last.kind in _NORM_ENDS and last.span.end == start and sign in _ORDERS:
        scanner.place += 1
        scanner.add("NORMSUB", start, _ORDERS[sign])
        return
    if sign not in SIGNS:
        raise scanner.fail(f"the sign {sign} is not in the language", start, ADVICE.get(sign, "delete it"))
    scanner.place += 1
    if sign == ":" and _is_annotation(scanner):
        found = _SHAPE.match(scanner.text, scanner.place)
        begin, scanner.place = scanner.place, found.end() if found else scanner.place
        scanner.out.append(Lexeme("COLON", ":", Span(start, begin)))
        scanner.add("SHAPE", begin)
    else:
        scanner.add(SIGNS[sign], start, COMPARISONS.get(sign))


def _is_annotation(scanner: Scanner) -> bool:
    """Whether a colon follows a word that begins a statement, and so introduces a shape."""
    out = scanner.out
    return bool(out) and out[-1].kind == "WORD" and (len(out) == 1 or out[-2].kind == "SEP") and not scanner.brackets


def _quoted(scanner: Scanner, start: int, quote: str) -> None:
    end = scanner.text.find(quote, start + 1)
    newline = scanner.text.find("\n", start)
    if end < 0 or 0 <= newline < end:
        raise scanner.fail("this quote is never closed", start, f"put {quote} at its end")
    scanner.place = end + 1
    scanner.add("STRING", start, scanner.text[start + 1 : end])
