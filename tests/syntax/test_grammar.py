"""The automaton in the package is the grammar's, and reads as lark reads."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.source import Span
from gradviz.syntax import grammar
from gradviz.syntax.generate import HERE, STARTS, TABLES, tables
from gradviz.syntax.grammar import Refused, Tree, derive
from gradviz.syntax.lexeme import Lexeme
from gradviz.syntax.tables import STATES

lark = pytest.importorskip("lark", reason="the grammar's tables are made by lark")


@pytest.fixture(scope="module")
def reference():
    text = (HERE / "grammar.lark").read_text(encoding="utf-8")
    return lark.Lark(text, parser="lalr", start=list(STARTS), maybe_placeholders=False)


def test_the_tables_are_those_of_the_grammar() -> None:
    message = "grammar.lark was edited: run `python -m gradviz.syntax.generate`"
    assert TABLES.read_text(encoding="utf-8") == tables(), message


def by_lark(parser, kinds, start):
    feed = parser.parse_interactive(start=start)
    try:
        for place, kind in enumerate(kinds):
            feed.feed_token(lark.Token(kind, str(place)))
        return plain(feed.feed_eof())
    except lark.exceptions.UnexpectedToken as error:
        place = len(kinds) if error.token.type == "$END" else int(error.token)
        return place, frozenset(error.expected)


def by_tables(kinds, start):
    try:
        return plain(derive(pieces(*kinds), start))
    except Refused as refused:
        return refused.place, refused.wanted


def plain(tree):
    if isinstance(tree, (Tree, lark.Tree)):
        return str(tree.data), [plain(child) for child in tree.children]
    return int(tree)


TERMINALS = sorted({sign for row in STATES for sign in row if sign.isupper()} - {"$END"})
WRITTEN = [
    "NAME",
    "TARGET EQUALS LPAR NAME PLUS NAME RPAR STAR NAME",
    "TARGET COLON SHAPE",
    "TARGET COLON SHAPE EQUALS LSQB NUMBER COMMA MINUS NUMBER COMMA RSQB",
    "TARGET LPAR NAME COMMA NAME COMMA NAME RPAR EQUALS NAME CARET MINUS NUMBER TRANSPOSE",
    "FUNC LPAR NAME COMMA KEYWORD EQUALS NUMBER COMMA LPAR NUMBER COMMA NUMBER RPAR RPAR",
    "FUNC FCARET MINUS NUMBER LPAR NAME JUXT NAME RPAR",
    "NAME LINDEX NUMBER COMMA COLON COMMA NUMBER COLON COLON NUMBER COMMA RSQB",
    "LNORM NAME AT NAME RNORM NORMSUB PLUS LABS NAME RABS MINUS LFENCE NAME RFENCE",
    "NOT NAME COMPARE NAME COMPARE NUMBER AND NAME OR NAME COMPARE STRING",
    "LSQB RSQB",
    "LPAR NAME PLUS",
    "NAME EQUALS NAME",
    "",
]


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("written", WRITTEN)
def test_derivations_and_refusals_are_those_of_lark(reference, written: str, start) -> None:
    kinds = written.split()
    assert by_tables(kinds, start) == by_lark(reference, kinds, start)


@settings(deadline=None)
@given(st.data())
def test_whatever_may_come_next_derives_as_lark_derives(reference, data) -> None:
    """Pieces are drawn from what may come next (rarely from all), so that long derivations are reached."""
    start = data.draw(st.sampled_from(STARTS))
    kinds: list[str] = []
    for _ in range(data.draw(st.integers(0, 25))):
        found = by_tables(kinds, start)
        wanted = found[1] if isinstance(found[1], frozenset) else TERMINALS
        kinds.append(data.draw(st.sampled_from(sorted(wanted - {"$END"}) if found[0] == len(kinds) else TERMINALS)))
        if isinstance(found[1], frozenset) and found[0] < len(kinds) - 1:
            break
    assert by_tables(kinds, start) == by_lark(reference, kinds, start)


def pieces(*kinds: str) -> list[Lexeme]:
    return [Lexeme(kind, "", Span(0, 0)) for kind in kinds]


def test_long_lists_and_deep_brackets_need_no_recursion() -> None:
    (array,) = derive(pieces("LSQB", *["NUMBER", "COMMA"] * 50_000, "RSQB"), "expression").children
    assert isinstance(array, Tree)
    assert len(array.children) == 100_002
    deep = derive(pieces(*["LPAR"] * 50_000, "NAME", *["RPAR"] * 50_000), "expression")
    depth, node = 0, deep
    while isinstance(node, Tree):
        depth, node = depth + 1, node.children[len(node.children) // 2]
    assert depth == 50_002


def test_repetitions_take_over_the_list_that_they_extend() -> None:
    """Else a long list would cost its length squared: each entry would copy those before it."""
    first = Tree("__atom_star_2", [0, 1])
    assert grammar._opened([first, 2, 3], (0,)) is first.children
