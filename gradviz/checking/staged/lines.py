"""One statement read: what it assigns, and its expression as a tree in the problem's and the student's names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from gradviz.checking.reading.trees import mapped
from gradviz.checking.staged.dialect import ShapeOf, rewritten
from gradviz.checking.staged.tokens import Statement, Token, split
from gradviz.errors import NameProblem, ParseError, UserError, nearest
from gradviz.graph.order import free_names
from gradviz.ops.op import CONSTANTS
from gradviz.source import Source, Span
from gradviz.syntax.parser import parse
from gradviz.syntax.tree import Assign, Call, Expr, Name

PREFIX = "line_value = "
COMPARISONS = frozenset({"<", ">", "<=", ">=", "==", "!="})
ROWS = frozenset({"range", "arange"})


@dataclass(frozen=True, slots=True)
class Target:
    """What is on the left of an assignment.

    Args:
        name: as written, without blanks (`dq`, `df/dq`, `grads['W1']`).
        token: the one that errors point at.
        mask: the tokens inside `name[…]`; None if there are none.
    """

    name: str
    token: Token
    mask: tuple[Token, ...] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What names mean where a line stands.

    Args:
        program: the names of the problem.
        own: the student's names so far, and the words that stand for them in the text that is parsed.
        shape_of: the shape of what bears a name.
        definitions: the problem's functions, as further lines.
        letters: the letters in its shapes.
    """

    program: Collection[str]
    own: Mapping[str, str]
    shape_of: ShapeOf
    definitions: str = ""
    letters: Collection[str] = ()


def joined(tokens: tuple[Token, ...], program: Collection[str]) -> tuple[Token, ...]:
    """`grads['W1']` and names with dots that the problem has (`h.W`) as one token each."""
    made: list[Token] = []
    i = 0
    while i < len(tokens):
        texts = [token.text for token in tokens[i : i + 4]]
        token = tokens[i]
        if token.kind == "name" and len(texts) == 4 and texts[1] == "[" and tokens[i + 2].kind == "text":
            made.append(replace(token, text="".join(texts), end=tokens[i + 3].end))
            i += 4
            continue
        width = _dotted(tokens, i, program)
        made.append(replace(token, text="".join(t.text for t in tokens[i : i + width]), end=tokens[i + width - 1].end))
        i += width
    return tuple(made)


def _dotted(tokens: tuple[Token, ...], i: int, program: Collection[str]) -> int:
    """How many tokens the longest name with dots takes that the problem has; 1 if there is none."""
    width = 1
    text = tokens[i].text
    for k in range(i + 1, min(len(tokens) - 1, i + 8), 2):
        if tokens[k].text != "." or tokens[k + 1].kind != "name":
            break
        text += "." + tokens[k + 1].text
        if text in program:
            width = k + 2 - i
    return width


def target_of(statement: Statement, program: Collection[str], source: Source) -> Target:
    """What a statement assigns to.

    Raises:
        ParseError: it is nothing that can be assigned.
    """
    tokens = joined(statement.left, program)
    first = tokens[0]
    if len(tokens) > 2 and tokens[1].text == "[" and tokens[-1].text == "]" and first.kind == "name":
        return Target(first.text, first, tokens[2:-1])
    name = "".join(token.text for token in tokens)
    plain = len(tokens) == 1 and first.kind == "name"
    known = any(token.kind == "name" for token in tokens)
    shaped = all(token.kind == "name" or token.text in "/∂^." or token.text.isdigit() for token in tokens)
    if not plain and not (known and shaped):
        raise ParseError(
            "nothing can be assigned to this",
            span=Span(first.start, tokens[-1].end),
            hint="write a name on the left, such as dq or df/dq",
            source=source,
        )
    return Target(name, replace(first, end=tokens[-1].end))


def tree_of(statement: Statement, target: Target, known: Known, source: Source) -> tuple[Expr, bool]:
    """The expression that a statement assigns, and whether it changes what the name had before.

    Raises:
        UserError: it cannot be read, or names what is not there.
    """
    right = joined(statement.right, known.program)
    before = target.token
    changes = statement.sign != "=" or target.mask is not None
    if changes and target.name not in known.own:
        raise NameProblem(
            f"{target.name} is changed before it has a value",
            span=Span(before.start, before.end),
            hint=f"write {target.name} = … first",
            source=source,
        )
    if target.mask is not None:
        right = _masked(statement, target, right, known, source)
    elif statement.sign != "=":
        right = _operated(before, statement.sign, right)
    return _parsed(_picked(right, known.shape_of), known, source), changes


def _sign(text: str, at: Token, spaced: bool = False) -> Token:
    return Token(text, at.start, at.end, "sign", spaced)


def _word(text: str, at: Token) -> Token:
    return Token(text, at.start, at.end, "function")


def _operated(name: Token, sign: str, right: tuple[Token, ...]) -> tuple[Token, ...]:
    """`dx += a` as `dx + (a)`."""
    at = right[0]
    opening, closing = _sign("(", at), _sign(")", right[-1])
    return (replace(name, spaced=False), _sign(sign[0], at, True), opening, *right, closing)


def _masked(
    statement: Statement, target: Target, right: tuple[Token, ...], known: Known, source: Source
) -> tuple[Token, ...]:
    """`dh[h <= 0] = 0` as `where(h <= 0, 0, dh)`; `dp[range(N), y] -= 1` with one-hot labels."""
    mask, name, at = target.mask or (), replace(target.token, spaced=False), target.token
    picked = _label(mask)
    if picked is not None and statement.sign in ("-=", "+="):
        hot = _one_hot(picked, known.shape_of(target.name), at)
        if hot is not None:
            return (
                name,
                _sign(statement.sign[0], at, True),
                *hot,
                _sign("*", at),
                _sign("(", at),
                *right,
                _sign(")", at),
            )
    single = len(mask) == 1 and mask[0].kind == "name"
    if not mask or not (single or any(token.text in COMPARISONS for token in mask)):
        raise ParseError(
            "assigning to entries is read for masks only",
            span=Span(at.start, statement.span.end),
            hint="write the whole array, such as dx = [a, b], or a mask such as dh[h <= 0] = 0",
            source=source,
        )
    value = right if statement.sign == "=" else _operated(name, statement.sign, right)
    comma = _sign(",", at)
    return (_word("where", at), _sign("(", at), *mask, comma, *value, comma, name, _sign(")", at))


def _label(inside: tuple[Token, ...]) -> list[Token] | None:
    """The labels in `range(N), y`."""
    parts = split(inside)
    if len(parts) != 2 or not any(token.text in ROWS for token in parts[0][:3]):
        return None
    return parts[1]


def _one_hot(label: list[Token], shape: tuple[int, ...] | None, at: Token) -> list[Token] | None:
    if shape is None or len(shape) != 2:
        return None
    classes = replace(_word(str(shape[1]), at), kind="number")
    return [_word("one_hot", at), _sign("(", at), *label, _sign(",", at), classes, _sign(")", at)]


def _picked(tokens: tuple[Token, ...], shape_of: ShapeOf) -> tuple[Token, ...]:
    """`p[range(N), y]` on the right as the sum of p with the labels' ones in each row."""
    made: list[Token] = []
    i = 0
    while i < len(tokens):
        end = _closing(tokens, i + 1) if i + 1 < len(tokens) and tokens[i + 1].text == "[" else 0
        label = _label(tokens[i + 2 : end]) if end and tokens[i].kind == "name" else None
        hot = _one_hot(label, shape_of(tokens[i].text), tokens[i]) if label is not None else None
        if hot is None:
            made.append(tokens[i])
            i += 1
            continue
        at = tokens[i]
        axis = [_word("axis", at), _sign("=", at), replace(_word("1", at), kind="number")]
        made += [_word("sum", at), _sign("(", at), *hot, _sign("*", at), at, _sign(",", at), *axis, _sign(")", at)]
        i = end + 1
    return tuple(made)


def _closing(tokens: tuple[Token, ...], opening: int) -> int:
    depth = 0
    for i in range(opening, len(tokens)):
        depth += (tokens[i].text in "([{") - (tokens[i].text in ")]}")
        if depth == 0:
            return i
    return 0


def _parsed(tokens: tuple[Token, ...], known: Known, source: Source) -> Expr:
    made = rewritten(tokens, known.own, known.shape_of, source)
    words = [*known.program, *known.own.values()]
    try:
        program = parse(PREFIX + made.text + known.definitions, name=source.name, known=words)
        statement = program.statements[0]
        if not isinstance(statement, Assign) or statement.expression is None:
            raise ParseError("this is no expression", hint="write something like dq*z")
        tree = mapped(statement.expression, _product)
        _refuse_unknown(tree, words, known)
    except UserError as error:
        if error.span is not None:
            start = max(0, error.span.start - len(PREFIX))
            error.span = Span(start, max(start + 1, error.span.end - len(PREFIX)))
        error.places = ()
        raise made.located(error, source) from None
    return tree


def _product(node: Expr) -> Expr:
    """NumPy's dot is the matrix product of arrays, and a product with a number."""
    if isinstance(node, Call) and node.function == "dot" and len(node.operands) == 2:
        return Call("juxtapose", node.operands, span=node.span)
    return node


def _refuse_unknown(tree: Expr, words: Collection[str], known: Known) -> None:
    for name in free_names(tree, frozenset(words)):
        if name.id in words or name.id in CONSTANTS or name.id in known.letters or name.id in ("True", "False"):
            continue
        listed = [*known.own, *known.program]
        close = nearest(name.id, listed)
        hint = f"did you mean {close!r}?" if close else f"known here are {', '.join(listed[:12])}"
        raise NameProblem(f"there is no {name.id} here", span=name.span, hint=hint)


def told(tree: Expr, own: Mapping[str, str]) -> Expr:
    """A tree with the student's names as they were written."""
    back = {word: name for name, word in own.items()}
    return mapped(tree, lambda node: Name(back[node.id]) if isinstance(node, Name) and node.id in back else node)
