"""Records with someone else's text in every place, and pages read back strictly."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from typing import Any

from gradviz.explanation.data import Math

PAYLOADS: dict[str, str] = {
    "script": "<script>alert(1)</script>",
    "image": "\"'--><img src=x onerror=alert(1)><svg/onload=alert(2)>",
    "cdata": "]]></desc></svg><![CDATA[<a href=javascript:alert(1)>x</a>",
    "style": "</style></title><style>*{background:url(//example.org)}</style>",
    "entity": "&lt;script&gt; &#60;b&#62; &amp;amp;",
    "rtl": "abc\u202edcba\u2066x\u200f",
    "escape": "\x1b]0;title\x07\x1b[31mred\x00\x7f\x9b2J",
    "lines": "one\ntwo\r\nthree\u2028four\x85five",
    "surrogate": "half \ud800 of one \udfff",
    "tex": "\\input{/etc/passwd}\\write18{id} $x$ 50% #1 ~ ^^5c {",
    "braces": "}}}{{{\\",
    "markdown": "```\n# x | y\n![a](http://example.org/a) `b` | $z$ <b>",
    "formula": '=HYPERLINK("http://example.org")',
    "empty": "",
    "space": "   ",
    "long": "x" * 20_000,
    "words": "long word " * 2_000,
    "wide": "漢字 e\u0301 👩‍🔬 α",
}

OURS = frozenset({"kind", "verdict", "outcome", "mark", "schema"})
"""Fields that are one of our own words."""


def poisoned(record: Any, payload: str, skip: frozenset[str] = frozenset({"picture", "pictures"})) -> Any:
    """A record with the payload in place of every text, and in every notation of every formula."""
    if isinstance(record, str):
        return payload
    if isinstance(record, Math):
        return Math(payload, payload, payload)
    if isinstance(record, tuple):
        return tuple(poisoned(part, payload, skip) for part in record)
    if isinstance(record, Mapping):
        return {key: poisoned(value, payload, skip) for key, value in record.items()}
    if is_dataclass(record) and not isinstance(record, type):
        kept = OURS | skip
        parts = {f.name: getattr(record, f.name) for f in fields(record) if f.name not in kept}
        return replace(record, **{name: poisoned(part, payload, skip) for name, part in parts.items()})
    return record


def poisoned_picture(data: Any, payload: str) -> Any:
    """An explanation with the payload wherever people read: in all formulas, captions, sentences, remarks."""
    nodes = tuple(
        replace(poisoned(node, payload, _STRUCTURE), caption=payload, sentence=payload, sum_sentence=payload)
        for node in data.nodes
    )
    edges = tuple(replace(poisoned(edge, payload, _STRUCTURE), verb=payload) for edge in data.edges)
    return replace(data, nodes=nodes, edges=edges, source=payload, title=Math(payload, payload, payload))


_STRUCTURE = frozenset(
    {"id", "name", "op", "glyph", "source", "target", "group", "structure", "letters", "inputs", "output", "jacobian"}
)

VOID = frozenset({"meta", "br"})
ALLOWED = frozenset(
    re.findall(
        r"\S+",
        """
    html head meta title style body main h1 h2 h3 h4 h5 h6 p a nav ul li dl dt dd pre code bdi span
    strong section div figure figcaption table caption thead tbody tr th td br svg g defs use path
    rect circle line desc
""",
    )
)
ATTRIBUTES = frozenset(
    re.findall(
        r"\S+",
        """
    lang charset http-equiv content name id class href role tabindex scope aria-label aria-hidden
    width height viewbox preserveaspectratio d fill stroke stroke-width stroke-dasharray
    stroke-linecap stroke-linejoin transform x y x1 y1 x2 y2 cx cy r rx opacity fill-opacity
""",
    )
)
IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


class Reader(HTMLParser):
    """Reads a page and holds it to what our pages may be made of."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        self.seen.append(tag)
        for name, value in attrs:
            assert name in ATTRIBUTES, (tag, name, value)
            self._attribute(tag, name, value or "")
        assert len({name for name, _ in attrs}) == len(attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert "svg" in self.open, f"<{tag}/> is no HTML"
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def _attribute(self, tag: str, name: str, value: str) -> None:
        assert not re.search(r"url\(|javascript:", value) or name == "aria-label", value
        if name == "id":
            assert IDENTIFIER.fullmatch(value), value
            self.ids.append(value)
        if name == "href":
            assert re.fullmatch(r"#[A-Za-z][A-Za-z0-9_-]*", value), value
            self.links.append(value[1:])
        if name == "class":
            assert re.fullmatch(r"[a-z0-9 -]+", value), value

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")


def read_page(page: str) -> Reader:
    """Read a page; everything that opens closes, ids are unique, links lead to ids, no control signs."""
    assert page.startswith("<!DOCTYPE html>\n<html lang=")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page)
    page.encode("utf-8")
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    assert len(set(reader.ids)) == len(reader.ids)
    assert set(reader.links) <= set(reader.ids)
    assert reader.seen.count("style") == 1
    return reader


Check = Callable[[str], None]


def inert_text(text: str) -> None:
    """A terminal's text: nothing but signs and ends of lines."""
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)


_FENCED = re.compile(r"^(`{3,})\n.*?^\1\n", re.DOTALL | re.MULTILINE)


def inert_markdown(text: str) -> None:
    """No markup but ours: no tag, no link, no unfinished mathematics, tables of equal rows."""
    inert_text(text)
    plain = _FENCED.sub("", text)
    bare = re.sub(r"\\.", "", plain)
    assert "<" not in bare
    assert not re.search(r"!\[|\]\(", bare)
    assert bare.count("$") % 2 == 0
    for line in bare.splitlines():
        assert line.count("$") % 2 == 0
    rows = [line for line in bare.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} <= {3, 5}


_FORBIDDEN = re.compile(
    r"(?<!\\)\\(input|include|write|openout|openin|read|def|let|catcode|csname|href|url|immediate|special|usepackage)"
)


def inert_latex(text: str) -> None:
    """Behind the preamble nothing that reads, writes, defines or comments; braces match."""
    inert_text(text)
    assert text.isascii()
    body = text.partition(r"\begin{document}")[2]
    assert not _FORBIDDEN.search(body)
    assert "^^" not in body
    bare = body.replace("\\\\", "").replace(r"\%", "").replace(r"\$", "").replace(r"\#", "").replace(r"\_", "")
    assert not re.search(r"[%#~]", bare)
    depth = 0
    for sign in bare.replace(r"\{", "").replace(r"\}", ""):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0
