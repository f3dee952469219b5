"""What depends on what: the names in an expression, statements in an order that works, and circles shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from gradviz.errors import NameProblem
from gradviz.ops.op import CONSTANTS
from gradviz.syntax.tree import Assign, Call, Define, Expr, Name, Number, Slice, children

TRANSPOSE_MARKS = frozenset({"T", "⊤", "ᵀ"})
"""Names that transpose what they are the exponent of, unless the program defines them."""


def walk(expr: Expr | None) -> Iterator[Expr | Slice]:
    """Every node of a tree from left to right, a node before its parts; iterative."""
    stack: list[Expr | Slice] = [] if expr is None else [expr]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def calls(expr: Expr | None) -> Iterator[Call]:
    """The calls in a tree, from left to right."""
    return (node for node in walk(expr) if isinstance(node, Call))


def is_transpose_mark(expr: Expr, own: Collection[str]) -> bool:
    """Whether an exponent is the T of a transpose."""
    return isinstance(expr, Name) and expr.id in TRANSPOSE_MARKS and expr.id not in own


def free_names(expr: Expr | None, own: Collection[str], bound: Collection[str] = ()) -> list[Name]:
    """The names in a tree from left to right, without constants, transpose marks and a definition's parameters."""
    found: list[Name] = []
    stack: list[Expr | Slice] = [] if expr is None else [expr]
    while stack:
        node = stack.pop()
        match node:
            case Name(id=name):
                if name not in bound and (name in own or name not in CONSTANTS):
                    found.append(node)
            case Call(function="power", operands=(base, exponent)) if is_transpose_mark(exponent, own):
                stack.extend([exponent, base] if isinstance(base, Number) else [base])
            case _:
                stack.extend(reversed(children(node)))
    return found


def uses_of(
    assigned: Mapping[str, Assign], defined: Mapping[str, Define], own: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """The names and definitions that each assigned name and definition is written in, from left to right."""
    bodies: list[tuple[str, Expr | None, tuple[str, ...]]] = [
        *((name, define.body, define.parameters) for name, define in defined.items()),
        *((name, statement.expression, ()) for name, statement in assigned.items()),
    ]
    uses: dict[str, tuple[str, ...]] = {}
    for name, expr, bound in bodies:
        used = [found.id for found in free_names(expr, own, bound)]
        used += [call.function for call in calls(expr) if call.function in defined] if defined else []
        uses[name] = tuple(dict.fromkeys(used))
    return uses


def topological(
    starts: Iterable[str],
    uses: Mapping[str, tuple[str, ...]],
    assigned: Mapping[str, Assign],
    defined: Mapping[str, Define],
) -> list[str]:
    """The names that `starts` depend on and they themselves, each after what it depends on; iterative.

    Raises:
        NameProblem: there is a circle; it is shown.
    """
    done: dict[str, None] = {}
    for start in starts:
        path: dict[str, Iterator[str]] = {}
        pending = [start]
        while pending or path:
            if pending:
                name = pending.pop()
                if name in path:
                    names = [*path, name]
                    raise _circle(names[names.index(name) :], assigned, defined)
                if name not in done:
                    path[name] = iter(uses.get(name, ()))
            if path:
                last = next(reversed(path))
                following = next(path[last], None)
                if following is None:
                    done[last] = None
                    del path[last]
                else:
                    pending.append(following)
    return list(done)


def _circle(names: list[str], assigned: Mapping[str, Assign], defined: Mapping[str, Define]) -> NameProblem:
    statement = assigned.get(names[0]) or defined[names[0]]
    shown = " → ".join(names)
    if len(names) > 2:
        message, hint = f"these names depend on each other: {shown}", "break the circle: give one of them a value"
        if all(name in defined for name in names):
            hint = "a definition cannot be recursive"
    elif names[0] in assigned:
        message, hint = f"{names[0]!r} is given in terms of itself: {shown}", "call the new one something else"
    else:
        message, hint = f"the definition {names[0]!r} calls itself: {shown}", "a definition cannot be recursive"
    return NameProblem(message, span=statement.name_span, hint=hint)
