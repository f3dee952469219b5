"""Error messages, word for word: `pytest --update-golden` writes them anew, and the diff must read well."""

from __future__ import annotations

from typing import Any

import pytest

from gradviz.errors import UserError
from gradviz.graph.build import build
from gradviz.syntax.parser import parse

PROGRAMS: list[tuple[str, dict[str, Any]]] = [
    ("a = b + 1\nb = 2*a\nf = a", {}),
    ("x = x + 1", {}),
    ("f = x*y; x = 1; x = 2", {}),
    ("g(t) = g(t - 1)*t; f = g(x)", {}),
    ("g(t) = h(t); h(t) = g(t); f = g(x)", {}),
    ("g(t) = t^2; f = g(x, y)", {}),
    ("g(t) = t^2; f = g(x) + g", {}),
    ("W : 2x2", {}),
    ("q = x + y; f = q*z", {"of": "p"}),
    ("rate = 2; f = rate*x", {"of": "rat"}),
    ("f = width*height", {"values": {"widht": 1}}),
    ("f = x*y", {"values": {"temperature": 1}}),
    ("q = x + y; f = q*z", {"values": {"q": 1}}),
    ("f = 2*x", {"values": {"x": [[1, 2], [3]]}}),
    ("f = 2*x", {"values": {"x": "two"}}),
    ("x : 3 = [1, 2]; f = 2*x", {}),
    ("x : 3; f = 2*x", {"values": {"x": [[1, 2, 3]]}}),
    ("x : 3; f = 2*x", {"values": {"x": 1}}),
    ("x : 3; f = 2*x", {"shapes": {"x": (4,)}}),
    ("x : n = [1, 2]; y : n = [1, 2, 3]; f = x*y", {}),
    ("n = 4; x : n = [1, 2]; f = 2*x", {}),
    ("n = 1/2; x : n; f = 2*x", {}),
    ("x : 2; q : 3 = 2*x; f = q*q", {}),
    ("f = x/0", {}),
    ("f = x + 2/(1 - 1)", {}),
    ("f = x + 0^-1", {}),
    ("f = 9**9**9**9", {}),
    ("f = x^(9^9^9)", {}),
    ("f = x*10^350", {}),
    ("f = x; y = log(0)", {}),
    ("x = 1/0; f = x", {}),
    ("x = sqrt(-1); f = 2*x", {}),
    ("x : 3; y : 4; f = x*y", {}),
    ("u : 2; v : 2; f = u v", {}),
    ("f = [[x, 1], [2]]", {}),
    ("f = [x, [1, 2]]", {}),
    ("x : 3; f = x[1/2]", {}),
    ("x : 3; f = x[y]", {}),
    ("x : 3; f = x[::0]", {}),
]


def answer(text: str, given: dict[str, Any]) -> str:
    try:
        build(parse(text), **given)
    except UserError as error:
        return f"{type(error).__name__}: {error}"
    return "no error"


def test_error_messages(golden):
    told = (f"{text}{''.join(f'   [{k}={v}]' for k, v in g.items())}\n\n{answer(text, g)}" for text, g in PROGRAMS)
    golden("graph_messages.txt", "\n\n----\n".join(told) + "\n")


@pytest.mark.parametrize(("text", "given_"), PROGRAMS)
def test_every_fault_is_found_and_says_what_to_do(text, given_):
    with pytest.raises(UserError) as caught:
        build(parse(text), **given_)
    assert caught.value.hint or caught.value.span
    assert "\n" not in caught.value.message
