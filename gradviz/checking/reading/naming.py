"""Names in an answer: those of the problem, `f(x)` for its function, and what to say of all others."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from gradviz.errors import NameProblem, ParseError, nearest
from gradviz.explanation.mathematics import unicode_of
from gradviz.graph.build import Built
from gradviz.graph.order import calls, walk
from gradviz.ops.op import INPUT
from gradviz.shape import Shape
from gradviz.source import Source
from gradviz.syntax import words
from gradviz.syntax.names import canonical
from gradviz.syntax.tree import Array, Call, Expr, Name

_CALLED = re.compile(r"(?<![\w.\\])([^\W\d][\w.]*)(\s*\(([\w\s,]+)\))(?!\s*\^?['′])")
_PRIME = re.compile(r"['′’″]|\\prime")


def values_of_functions(text: str, built: Built) -> tuple[str, list[str]]:
    """The text with `f(x)` made `f` where f is what the problem computes, and notes on that.

    Of a name that the problem computes, followed by nothing but its inputs in brackets, nobody means the product.
    """
    graph, notes = built.graph, dict[str, None]()
    computed = {name for name, i in graph.names.items() if graph.nodes[i].op is not INPUT} | {built.output_name}

    def blanked(found: re.Match[str]) -> str:
        inside = [canonical(part.strip()) for part in found[3].split(",")]
        if canonical(found[1]) not in computed or not all(part in built.inputs for part in inside):
            return found[0]
        notes[f"{found[1]}{found[2]} is read as the value of {found[1]}"] = None
        return found[1] + " " * len(found[2])

    return _CALLED.sub(blanked, text), list(notes)


def refuse_unknown(free: Iterable[Name], known: Collection[str], letters: Collection[str], source: Source) -> None:
    """Refuse the first name that the problem does not have.

    Raises:
        NameProblem: with the nearest name, or what may have been meant.
    """
    for one in free:
        if one.id not in known and one.id not in letters:
            raise NameProblem(
                f"the problem has no {one.id}",
                span=one.span,
                hint=_hint(one.id, tuple(known)),
                source=source,
            )


def refuse_primes(tree: Expr, shapes: Mapping[str, Shape], source: Source) -> None:
    """Refuse `y'` and `(e^x)'` of numbers: nobody transposes a number, and a derivative should be written out.

    Raises:
        ParseError: there is one.
    """
    for call in calls(tree):
        if (
            call.function != "transpose"
            or not _PRIME.search(_mark(call, source))
            or _is_array(call.operands[0], shapes)
        ):
            continue
        whole = call.operands[0]
        name = whole.id if isinstance(whole, Name) else f"({unicode_of(whole)})"
        raise ParseError(
            f"{name}' reads as a derivative, and the answer should say what it is",
            span=call.span,
            hint="write the derivative out",
            source=source,
        )


def _mark(call: Call, source: Source) -> str:
    """What stands behind a transposed expression."""
    return source.text[call.operands[0].span.end : call.span.end]


def _is_array(tree: Expr, shapes: Mapping[str, Shape]) -> bool:
    """Whether an expression names an array, or writes one out."""
    parts = list(walk(tree))
    return any(isinstance(part, Array) or (isinstance(part, Name) and shapes.get(part.id, ()) != ()) for part in parts)


def _hint(name: str, known: tuple[str, ...]) -> str:
    glued = _glued(name, known)
    if glued:
        return f"did you mean {glued}?"
    if re.fullmatch(r"[Cc]\d?|const(ant)?", name) and name not in known:
        return "a derivative has no constant of integration: leave it out"
    if name.startswith("d") and name[1:] in known:
        return f"leave {name} out: the answer is the derivative alone"
    close = next((one for one in known if one.lower() == name.lower()), None) or nearest(name, known)
    if close:
        return f"did you mean {close!r}?"
    return f"the problem has {', '.join(known)}" if known else "the problem has no names: the answer is a number"


def _glued(name: str, known: Collection[str]) -> str:
    """`cosx` as cos(x), `xsinx` as x*sin(x); "" if it is nothing of that kind."""
    for end in range(len(name) - 1, 1, -1):
        for start in range(end - 1):
            function, before, behind = name[start:end], name[:start], name[end:]
            if not words.applies_bare(function) or not words.function(function):
                continue
            if behind in known and (not before or before in known):
                return f"{before}*{function}({behind})" if before else f"{function}({behind})"
    return ""
