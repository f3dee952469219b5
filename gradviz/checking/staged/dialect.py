"""NumPy's way of writing made the language's own: `np.dot(a, b)`, `a.sum(axis=0)`, `x.shape[0]`, `np.ones_like(q)`.

Only tokens are moved and replaced; what comes out is a text that the parser reads, with the place of every character in
what was written, so that errors point there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from gradviz.checking.staged.tokens import Token, split
from gradviz.errors import ParseError, UserError
from gradviz.shape import Shape
from gradviz.source import Source, Span

MODULES = frozenset({"np", "numpy", "jnp", "math", "cupy", "cp", "torch"})
PRODUCT = "juxtapose"
"""What stands for np.dot: a matrix product of arrays, otherwise a product. The tree is changed after parsing."""

RENAMED: Mapping[str, str] = {
    "multiply": "mul", "add": "add", "subtract": "sub", "divide": "div", "true_divide": "div", "power": "pow",
    "negative": "neg", "absolute": "abs", "fabs": "abs", "amax": "max", "amin": "min", "fmax": "maximum",
    "fmin": "minimum", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh",
    "arctanh": "atanh", "mm": "matmul",
}  # fmt: skip
"""NumPy functions by the name that the language has for them."""
_SAME = """
    exp log log2 log10 log1p expm1 sqrt cbrt sin cos tan sinh cosh tanh abs sum mean prod max min maximum minimum where
    outer transpose reshape matmul trace sign cumsum clip var hypot dot einsum diag concat stack inv det solve norm eye
    ones zeros pi e softmax sigmoid relu flip
"""
SAME = frozenset(_SAME.split())
"""NumPy's (and PyTorch's) functions that are called the same."""
TEMPLATES: Mapping[str, tuple[str, str]] = {
    "ones_like": ("(0*(", ")+1)"),
    "zeros_like": ("(0*(", "))"),
    "square": ("((", ")^2)"),
    "reciprocal": ("(1/(", "))"),
    "array": ("(", ")"),
    "asarray": ("(", ")"),
    "float64": ("(", ")"),
    "copy": ("(", ")"),
    "exp2": ("(2^(", "))"),
}
"""Functions of one operand that are written out."""
METHODS: Mapping[str, str] = {
    "dot": "dot", "sum": "sum", "mean": "mean", "max": "max", "min": "min", "prod": "prod", "reshape": "reshape",
    "transpose": "transpose", "copy": "copy", "astype": "", "clip": "clip", "var": "var", "trace": "trace",
    "cumsum": "cumsum", "ravel": "", "flatten": "", "matmul": "matmul", "mm": "matmul", "exp": "exp", "log": "log",
    "sqrt": "sqrt", "tanh": "tanh", "sigmoid": "sigmoid", "abs": "abs", "pow": "pow",
}  # fmt: skip
"""Methods of arrays by the function that they are; empty: not read."""
REFUSED: Mapping[str, str] = {
    "random": "random numbers are not read: name them as inputs of the problem",
    "linalg": "np.linalg is not read: write inv(A), det(A) or solve(A, b)",
    "newaxis": "np.newaxis is not read: use keepdims=True or reshape",
}
REFUSED_WORDS: Mapping[str, str] = {
    "for": "loops are not read: write each line out",
    "if": "conditions are not read: use where(condition, a, b)",
    "lambda": "functions are not read: write the expression",
    "None": "None in an index is not read: use keepdims=True or reshape",
    "return": "write assignments only",
    "def": "write assignments only",
}

ShapeOf = Callable[[str], "Shape | None"]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A text for the parser, and for every character its place in the source."""

    text: str
    places: tuple[int, ...]

    def located(self, error: UserError, source: Source) -> UserError:
        """The same error, pointing at what was written."""
        span = error.span
        if span is not None and self.places:
            last = len(self.places) - 1
            start = self.places[min(span.start, last)]
            end = self.places[min(max(span.end - 1, span.start), last)] + 1
            error.span = Span(start, max(start + 1, end))
        error.source = source
        return error


def rewritten(tokens: tuple[Token, ...], names: Mapping[str, str], shape_of: ShapeOf, source: Source) -> Rewritten:
    """The tokens of an expression as text in the language.

    Args:
        tokens: as written.
        names: what stands for the student's own names.
        shape_of: the shape of what bears a name.
        source: for errors.

    Raises:
        ParseError: something cannot be read; it says what to write.
    """
    listed = _sizes(_plain(list(tokens), source), shape_of, source)
    listed = _functions(_methods(listed, source), source)
    listed = [_named(token, names) for token in listed]
    return _joined(listed)


def _error(token: Token, message: str, hint: str, source: Source) -> ParseError:
    return ParseError(message, span=Span(token.start, token.end), hint=hint, source=source)


def _plain(tokens: list[Token], source: Source) -> list[Token]:
    """Without module names; what is never read is refused."""
    made: list[Token] = []
    skip = 0
    for i, token in enumerate(tokens):
        if skip:
            skip -= 1
            continue
        after = tokens[i + 1].text if i + 1 < len(tokens) else ""
        if token.text in MODULES and after == "." and i + 2 < len(tokens):
            name = tokens[i + 2]
            if name.text in REFUSED:
                raise _error(name, f"{token.text}.{name.text} cannot be read here", REFUSED[name.text], source)
            if name.text not in SAME and name.text not in RENAMED and name.text not in TEMPLATES:
                raise _error(name, f"{token.text}.{name.text} is not read", "write it out in plain operations", source)
            made.append(replace(name, kind="function", spaced=token.spaced))
            skip = 2
        elif token.kind == "name" and token.text in REFUSED_WORDS:
            raise _error(token, f"{token.text!r} cannot be read here", REFUSED_WORDS[token.text], source)
        elif token.text in ("%", "//"):
            raise _error(token, f"{token.text} is not read", "write / for a quotient", source)
        elif token.text == "**":
            made.append(replace(token, text="^"))
        else:
            made.append(token)
    return made


def _sizes(tokens: list[Token], shape_of: ShapeOf, source: Source) -> list[Token]:
    """`x.shape[0]`, `x.shape`, `x.size` and `len(x)` as numbers."""
    made: list[Token] = []
    i = 0
    while i < len(tokens):
        texts = [token.text for token in tokens[i : i + 6]]
        token = tokens[i]
        if texts[0] == "len" and len(texts) > 3 and texts[1] == "(" and texts[3] == ")":
            made.append(_number(token, _size(tokens[i + 2], 0, shape_of, source)))
            i += 4
        elif token.kind == "name" and texts[1:3] == [".", "shape"]:
            indexed = len(texts) == 6 and texts[3] == "[" and texts[5] == "]" and texts[4].isdigit()
            if indexed:
                made.append(_number(token, _size(token, int(texts[4]), shape_of, source)))
            else:
                if made and made[-1].text == "*" and len(made) > 1 and made[-2].text in "(,":
                    made.pop()  # reshape(*x.shape)
                made.append(replace(token, text=str(list(_shape(token, shape_of, source))), kind="number"))
            i += 6 if indexed else 3
        elif token.kind == "name" and texts[1:3] == [".", "size"]:
            count = 1
            for size in _shape(token, shape_of, source):
                count *= size
            made.append(_number(token, count))
            i += 3
        else:
            made.append(token)
            i += 1
    return made


def _number(token: Token, value: int) -> Token:
    return replace(token, text=str(value), kind="number")


def _shape(token: Token, shape_of: ShapeOf, source: Source) -> Shape:
    shape = shape_of(token.text)
    if shape is None:
        raise _error(token, f"the shape of {token.text} is not known", "write the number", source)
    return shape


def _size(token: Token, axis: int, shape_of: ShapeOf, source: Source) -> int:
    shape = _shape(token, shape_of, source)
    if axis >= len(shape):
        raise _error(token, f"{token.text} has no axis {axis}", f"it has {len(shape)}", source)
    return shape[axis]


def _methods(tokens: list[Token], source: Source) -> list[Token]:
    """`a.dot(b)` as `dot(a, b)`, again and again from the left."""
    i = 0
    while i + 2 < len(tokens):
        called = tokens[i].text == "." and tokens[i + 1].kind == "name" and tokens[i + 2].text == "("
        if not called or i == 0 or tokens[i - 1].kind == "number":
            i += 1
            continue
        name = METHODS.get(tokens[i + 1].text)
        if not name:
            said = tokens[i + 1].text
            raise _error(tokens[i + 1], f"the method {said} is not read", "write it out in plain operations", source)
        start = _primary(tokens, i)
        method = replace(tokens[i + 1], text=name, kind="function", spaced=tokens[start].spaced)
        opening = Token("(", method.start, method.end, "sign")
        empty = tokens[i + 3 : i + 4] and tokens[i + 3].text == ")"
        arguments = tokens[i + 3 :]
        if name == "reshape" and not empty:
            arguments = _bracketed(arguments)
        comma = [] if empty else [Token(",", tokens[i + 2].start, tokens[i + 2].end, "sign")]
        operand = [replace(tokens[start], spaced=False), *tokens[start + 1 : i]]
        tokens = [*tokens[:start], method, opening, *operand, *comma, *arguments]
        i = start + 2
    return tokens


def _bracketed(arguments: list[Token]) -> list[Token]:
    """`2, 3)…` as `[2, 3])…`; a list or a pair in brackets stays."""
    depth = 0
    for k, token in enumerate(arguments):
        depth += (token.text in "([") - (token.text in ")]")
        if depth < 0:
            inside = arguments[:k]
            if len(split(inside)) == 1 or not all(split(inside)):
                return arguments
            sign = replace(token, text="[", spaced=False), replace(token, text="]", spaced=False)
            return [sign[0], *inside, sign[1], *arguments[k:]]
    return arguments


def _primary(tokens: list[Token], end: int) -> int:
    """Where the operand of a method begins that ends before `end`."""
    i = end - 1
    while i >= 0:
        if tokens[i].text in (")", "]"):
            i = _opening(tokens, i)
            if i > 0 and tokens[i - 1].kind in ("name", "function") and not tokens[i].spaced:
                i -= 1
            elif i > 0 and tokens[i - 1].text in (")", "]"):
                i -= 1
                continue
        if i >= 2 and tokens[i - 1].text == "." and tokens[i].kind == "name":
            i -= 2
            continue
        return i
    return 0


def _opening(tokens: list[Token], closing: int) -> int:
    depth = 0
    for i in range(closing, -1, -1):
        depth += (tokens[i].text in (")", "]", "}")) - (tokens[i].text in ("(", "[", "{"))
        if depth == 0:
            return i
    return 0


def _functions(tokens: list[Token], source: Source) -> list[Token]:
    """NumPy's names as the language's; functions that are written out."""
    made: list[Token] = []
    closing: list[str] = []
    pending = ""
    for i, token in enumerate(tokens):
        after = tokens[i + 1].text if i + 1 < len(tokens) else ""
        if token.kind in ("function", "name") and after == "(" and token.text in TEMPLATES:
            opened, pending = TEMPLATES[token.text]
            made.append(replace(token, text=opened, kind="sign"))
        elif token.text in ("(", "[") and token.kind == "sign":
            closing.append(pending)
            if not pending:
                made.append(token)
            pending = ""
        elif token.text in (")", "]") and token.kind == "sign" and closing:
            ends = closing.pop()
            made.append(replace(token, text=ends) if ends else token)
        elif token.kind == "function" or (token.kind == "name" and after == "(" and token.text in RENAMED):
            made.append(replace(token, text=RENAMED.get(token.text, token.text), kind="function"))
        else:
            made.append(token)
    return made


def _named(token: Token, names: Mapping[str, str]) -> Token:
    return replace(token, text=names[token.text]) if token.kind == "name" and token.text in names else token


def _joined(tokens: list[Token]) -> Rewritten:
    text: list[str] = []
    places: list[int] = []
    for token in tokens:
        piece = (" " if token.spaced and text else "") + token.text
        text.append(piece)
        width = max(1, token.end - token.start)
        shift = len(piece) - len(token.text)
        places += [token.start + max(0, min(k - shift, width - 1)) for k in range(len(piece))]
    return Rewritten("".join(text), tuple(places))
