r"""LaTeX to the same lexemes as plain text: `\frac{a}{b}` becomes `((a)/(b))`, each piece at its own place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gradviz.source import Span
from gradviz.syntax.latex_tables import GROUP, Frame, cell, environment, in_table, put, row
from gradviz.syntax.latex_words import ACCENTS_BY_COMMAND, FONTS, SIGNS, SPACES, UNKNOWN, VARIANTS, WORDS
from gradviz.syntax.limits import limit_name
from gradviz.syntax.names import GREEK, SUPERSCRIPTS, canonical, is_plain

if TYPE_CHECKING:
    from gradviz.syntax.scan import Scanner


_COMMAND = re.compile(r"\\(operatorname\*|[A-Za-z]+|.|\n)", re.DOTALL)
_BELOW = re.compile(rf"_\s*(?:\{{((?:[^{{}}]|\{{[^{{}}]*\}})*)\}}|(\\[A-Za-z]+|[^\W{''.join(SUPERSCRIPTS)}]+))")


def read(scanner: Scanner) -> None:
    r"""Read one piece of LaTeX: a command, a brace, `_`, `&` or `$`."""
    start, sign = scanner.place, scanner.text[scanner.place]
    if sign == "\\":
        _command(scanner, start)
        return
    scanner.place += 1
    if sign == "{":
        _open(scanner, "group", start)
    elif sign == "}":
        _close(scanner, start)
    elif sign == "&":
        cell(scanner, start)
    elif sign == "_":
        _below(scanner, start)
    elif sign == "$":
        _dollar(scanner, start)


def _dollar(scanner: Scanner, start: int) -> None:
    """A dollar opens or closes a formula; it cannot open one in the middle of an expression."""
    if scanner.text.startswith("$$", start):
        scanner.place += 1
    before = scanner.text[:start].rstrip(" \t")
    if not scanner.formula and before and (before[-1].isalnum() or before[-1] in ")]}$'\""):
        raise scanner.fail(
            "a $ stands in the middle of an expression", start, "put $…$ around a whole formula, or delete it"
        )
    scanner.formula = not scanner.formula


def finish(scanner: Scanner) -> None:
    """Refuse groups that are still open at the end of the text."""
    if scanner.frames:
        frame = scanner.frames[-1]
        if frame.role in ("array", "cases"):
            raise scanner.fail(r"this \begin has no \end", frame.start, r"put \end{…} where it ends", frame.start + 6)
        raise scanner.fail("this { is never closed", frame.start, "put } where the group ends")


def _command(scanner: Scanner, start: int) -> None:
    found = _COMMAND.match(scanner.text, start)
    if found is None:
        raise scanner.fail("a backslash at the end begins nothing", start, "delete it")
    name = found.group(1)
    scanner.place = found.end()
    if name in ("left", "right"):
        _sided(scanner, start, name)
    elif name == "\\" and in_table(scanner):
        row(scanner, start)
    elif name in ("(", "[", ")", "]"):
        scanner.formula = name in ("(", "[")
    elif name in SPACES:
        return
    elif name in SIGNS:
        _signed(scanner, start, name)
    elif name in ("frac", "dfrac", "tfrac", "cfrac"):
        put(scanner, "LPAR", start)
        _argument(scanner, "top", start)
    elif name == "sqrt":
        _root(scanner, start)
    elif name in FONTS:
        _styled(scanner, start, name)
    elif name in ACCENTS_BY_COMMAND:
        _accent(scanner, start, name)
    elif name in ("begin", "end"):
        environment(scanner, start, name)
    else:
        _letter_or_function(scanner, start, name)


def _letter_or_function(scanner: Scanner, start: int, name: str) -> None:
    name = VARIANTS.get(name, name)
    if name in GREEK or name in WORDS:
        scanner.add("WORD", start, name, latex=True)
        return
    hint = UNKNOWN.get(name, rf"\operatorname{{{name}}} is read as a function's name")
    raise scanner.fail(rf"the command \{name} is not in the language", start, hint, end=scanner.place)


def _signed(scanner: Scanner, start: int, name: str) -> None:
    from gradviz.syntax.scan import COMPARISONS

    kind = SIGNS[name]
    if kind == "TRANSPOSE" and scanner.out and scanner.out[-1].kind == "CARET":
        scanner.out.pop()
    inner = scanner.out[-2:]
    if kind == "TRANSPOSE" and [piece.kind for piece in inner] == ["CARET", "LPAR"] and scanner.frames:
        del scanner.out[-2:]
        scanner.frames[-1].role = "silent"
    scanner.add(kind, start, COMPARISONS.get("\\" + name), latex=True)


def _sided(scanner: Scanner, start: int, side: str) -> None:
    r"""`\left` and `\right`: they say on which side a bar stands."""
    found = re.compile(r"\s*(\\[A-Za-z]+|\\.|[()\[\]|./<>])").match(scanner.text, scanner.place)
    if found is None:
        raise scanner.fail(rf"\{side} needs a bracket behind it", start, end=scanner.place)
    mark = found.group(1)
    if mark in ("|", r"\vert", r"\|", r"\Vert"):
        scanner.place = found.end()
        letter = "L" if side == "left" else "R"
        scanner.add(letter + ("ABS" if mark in ("|", r"\vert") else "NORM"), start, latex=True)
    elif mark == ".":
        scanner.place = found.end()
    else:
        scanner.place = found.end(1) - len(mark)


def _open(scanner: Scanner, role: str, start: int) -> None:
    scanner.frames.append(Frame(role, start))
    if len(scanner.frames) > 200:
        from gradviz.syntax.limits import too_deep

        raise too_deep(Span(start, start + 1), scanner.source)
    put(scanner, "LPAR", start)


def _close(scanner: Scanner, start: int) -> None:
    if not scanner.frames or scanner.frames[-1].role in ("array", "cases"):
        raise scanner.fail("this } closes nothing", start, "delete it, or put { where the group begins")
    frame = scanner.frames.pop()
    if frame.role == "silent":
        return
    put(scanner, "RPAR", start)
    if frame.role == "top":
        put(scanner, "SLASH", start)
        _argument(scanner, "bottom", start)
    elif frame.role == "bottom":
        put(scanner, "RPAR", start)


def _argument(scanner: Scanner, role: str, command: int) -> None:
    r"""A command's argument: a group, or the one character or command behind it (`\\frac12`)."""
    found = re.compile(r"\s*(\{|[0-9]|[^\W\d_]|\\[A-Za-z]+)").match(scanner.text, scanner.place)
    if found is None:
        raise scanner.fail(
            "this command needs a group { } behind it", command, r"write \frac{a}{b}, \sqrt{x}", end=scanner.place
        )
    start = scanner.place = found.start(1)
    if found.group(1) == "{":
        scanner.place += 1
        _open(scanner, role, start)
        return
    _open(scanner, role, start)
    if found.group(1).startswith("\\"):
        _command(scanner, start)
    else:
        scanner.place = found.end()
        digit = found.group(1).isdecimal()
        value = found.group(1) if digit else canonical(found.group(1))
        scanner.add("NUMBER" if digit else "WORD", start, value, latex=True)
    _close(scanner, scanner.place)


def _root(scanner: Scanner, start: int) -> None:
    degree = re.compile(r"\s*\[\s*([0-9]+|[A-Za-z])\s*\]").match(scanner.text, scanner.place)
    if degree is None:
        put(scanner, "WORD", start, "sqrt")
    else:
        put(scanner, "WORD", start, "root " + degree.group(1))
        scanner.place = degree.end()
    _argument(scanner, "group", start)


def _styled(scanner: Scanner, start: int, name: str) -> None:
    found = GROUP.match(scanner.text, scanner.place)
    single = re.compile(r"\s*(\\?\w)").match(scanner.text, scanner.place)
    match = found or single
    if match is None:
        raise scanner.fail(rf"\{name} needs a group {{ }} behind it", start, end=scanner.place)
    scanner.place = match.end()
    word = match.group(1).strip()
    if name == "text" and word.rstrip(",") in ("if", "for", "when", "", "where"):
        return
    if word in ("otherwise", "else"):
        scanner.add("NUMBER", start, "1", latex=True)
    elif word in ("and", "or", "not"):
        scanner.add(word.upper(), start, latex=True)
    elif word.isascii() and word.isdigit():
        scanner.add("NUMBER", start, word, latex=True)
    elif re.fullmatch(r"\\[A-Za-z]+", word):
        scanner.add("WORD", start, VARIANTS.get(word[1:], word[1:]), latex=True)
    elif re.fullmatch(r"[^\W\d][\w.]*", word.replace(r"\_", "_")) and is_plain(word.replace(".", "").replace("\\", "")):
        scanner.add("WORD", start, canonical(word.replace(r"\_", "_")), latex=True)
    else:
        raise scanner.fail("this is not a name", start, "a name is letters and digits", end=scanner.place)


def _accent(scanner: Scanner, start: int, name: str) -> None:
    found = re.compile(r"\s*(?:\{\s*\\?(\w+)\s*\}|\\?(\w))").match(scanner.text, scanner.place)
    if found is None:
        raise scanner.fail(rf"\{name} needs one letter behind it", start, end=scanner.place)
    scanner.place = found.end()
    letter = found.group(1) or found.group(2)
    scanner.add("WORD", start, f"{canonical(letter)}_{ACCENTS_BY_COMMAND[name]}", latex=True)


def _below(scanner: Scanner, start: int) -> None:
    """A subscript: part of the name before it, or the kind of a norm."""
    found = _BELOW.match(scanner.text, start)
    last = scanner.out[-1] if scanner.out else None
    if found is None or last is None or last.kind not in ("WORD", "BAR", "DBAR", "RNORM", "RABS"):
        raise scanner.fail("a subscript _ belongs directly behind a name or a norm", start, "write x_1 or x_{out}")
    raw = found.group(1) if found.group(1) is not None else found.group(2)
    inner = re.sub(r"\\(?:text|mathrm|mathit|operatorname)\s*|[\\{}\s,]", "", raw)
    scanner.place = found.end()
    if not inner or not is_plain(inner):
        raise scanner.fail("a subscript is a number or a name", start, "write x_1 or x_{out}", end=scanner.place)
    if last.kind == "WORD":
        scanner.out.pop()
        name = canonical(f"{last.word}_{inner}")
        limit_name(name, Span(start, scanner.place))
        scanner.add("WORD", last.span.start, name, latex=True)
    else:
        scanner.add("NORMSUB", start, {"infty": "inf", "F": "fro", "∞": "inf"}.get(inner, inner), latex=True)
