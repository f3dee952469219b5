"""The explanation in words and columns, for a terminal: forward, backward edge by edge, sums, gradients, notes."""

from __future__ import annotations

from gradviz.explanation.data import ExplanationData, GradientFacts, Math, Value
from gradviz.render.arrays_text import value_lines
from gradviz.render.flow_text import flow_lines
from gradviz.render.groups_text import headings, levels
from gradviz.render.matrix_text import second_sections
from gradviz.render.options import Options
from gradviz.render.pen import Pen, ends, is_number, pen_for
from gradviz.render.terminal_backward import backward, more
from gradviz.render.terminal_notes import INDENT, hang, missing_lines, note_lines
from gradviz.render.text_lines import Line, Piece, Role, left, line, painted, plain, right, to_ascii, width_of, wrap


def render_terminal(data: ExplanationData, options: Options) -> str:
    """The whole explanation as text, ending in a newline.

    Args:
        data: the explanation.
        options: `width` columns are filled at most; `color` adds ANSI colours, `ascii` leaves out other signs;
            `detail` "values" stops after the forward pass, "gradients" leaves the formulas out.
    """
    pen = pen_for(data, options)
    sections = [_header(data, pen), _forward(data, pen)]
    if options.detail != "values":
        sections += [backward(pen), _gradients(data, pen), flow_lines(data, pen)]
    if data.second is not None and options.detail != "values":
        sections += second_sections(data.second, pen)
    sections += [note_lines(pen.notes(), pen), missing_lines(data.missing, pen)]
    lines = [part for section in sections if section for part in (*section, line())]
    if options.ascii:
        lines = [tuple(Piece(to_ascii(piece.text), piece.role) for piece in pieces) for pieces in lines]
    return painted(lines, options.theme) if options.color else plain(lines)


def _header(data: ExplanationData, pen: Pen) -> list[Line]:
    """The output's expression and, where they fit beside or below it, the inputs' values."""
    width = pen.options.width
    title = pen.math(data.title)
    at = _at(data, pen)
    if at and width_of(title) + 10 + width_of(at) <= width:
        return [line(Piece(title, "head"), " " * 10, Piece(at, "value"))]
    lines = [line(Piece(part, "head")) for part in hang(title, width, 4)]
    return lines + [line("  ", Piece(part, "value")) for part in hang(at, width - 2, 3)] if at else lines


def _at(data: ExplanationData, pen: Pen) -> str:
    """`at x = −2, y = 5`: the numbers; arrays stand in the forward pass."""
    numbers = [(name, value) for name, value in data.inputs.items() if value is not None and not value.shape]
    given = ", ".join(f"{pen.math(pen.label(name))} = {pen.number(value.number)}" for name, value in numbers)
    return f"at {given}" if given else ""


def _forward(data: ExplanationData, pen: Pen) -> list[Line]:
    rows: list[tuple[str, Value | None]] = [
        (pen.math(pen.label(name)), value) for name, value in data.inputs.items() if value is not None and value.shape
    ]
    heads, deep, before = {}, levels(data), ""
    for node in data.nodes:
        if node.expression is None:
            continue
        heads[len(rows)] = headings(data, before, node, pen, INDENT)
        before = node.group
        text = f"{'  ' * deep[node.group]}{pen.math(node.label)} = {pen.math(node.expression)}"
        rows.append((text, None if is_number(node.expression) else node.value))
    if not rows:
        return []
    total = len(rows)
    cut = ends(rows, pen.options)
    rows = [*cut.first, *cut.last]
    limit = max(20, pen.options.width // 2)
    column = max((width_of(text) for text, _ in rows if width_of(text) <= limit), default=limit)
    numbers = [pen.value(value) for _, value in rows if value is not None and not value.shape]
    number = max(map(width_of, numbers), default=0)
    lines = [[line(Piece("forward", "head"))]]
    places = [*range(len(cut.first)), *range(total - len(cut.last), total)]
    lines += [
        heads.get(place, []) + _forward_row(text, value, column, number, pen)
        for place, (text, value) in zip(places, rows, strict=True)
    ]
    lines[1 + len(cut.first) : 1 + len(cut.first)] = [more(cut.hidden, pen)]
    return [part for parts in lines for part in parts]


def _forward_row(text: str, value: Value | None, column: int, number: int, pen: Pen) -> list[Line]:
    margin = " " * INDENT
    if value is None:
        return [line(margin, part) for part in hang(text, pen.options.width - INDENT, 4)]
    room = pen.options.width - INDENT - column - 3
    parts = value_lines(value, pen.options, room)
    if not value.shape:
        parts = [right(parts[0], number)]
    if width_of(text) <= column and max(map(width_of, parts)) <= room:
        heads = [f"{left(text, column)} = ", *([" " * (column + 3)] * (len(parts) - 1))]
        return [line(margin, head, Piece(part, "value")) for head, part in zip(heads, parts, strict=True)]
    lines = [line(margin, part) for part in hang(text, pen.options.width - INDENT, 4)]
    room = pen.options.width - INDENT - 6
    parts = value_lines(value, pen.options, room)
    if len(parts) == 1:
        parts = wrap(parts[0], room, room)
    heads = ["    = ", *(["      "] * (len(parts) - 1))]
    return lines + [line(margin, head, Piece(part, "value")) for head, part in zip(heads, parts, strict=True)]


def _gradients(data: ExplanationData, pen: Pen) -> list[Line]:
    if not data.gradients:
        return []
    lines = [line(Piece("gradients", "head"))]
    symbols = [pen.math(gradient.symbol) for gradient in data.gradients.values()]
    column = max((width_of(symbol) for symbol in symbols if width_of(symbol) <= 16), default=0)
    cut = ends(list(zip(symbols, data.gradients.values(), strict=True)), pen.options)
    for symbol, gradient in cut.first:
        lines += _gradient(symbol, gradient, column, pen)
    lines += more(cut.hidden, pen)
    for symbol, gradient in cut.last:
        lines += _gradient(symbol, gradient, column, pen)
    for definition in data.definitions if pen.options.detail != "gradients" else ():
        head = f"where {pen.math(definition.name)}"
        lines += _equalities(head, [(pen.math(definition.expression), "plain")], pen)
    return lines


def _gradient(symbol: str, gradient: GradientFacts, column: int, pen: Pen) -> list[Line]:
    """`∂f/∂x = ∂f/∂q · ∂q/∂x = z · 1 = z = −4`, on one line if it fits, else one line for each equality."""
    margin = " " * INDENT
    terms = _terms(symbol, gradient, pen)
    if gradient.value is not None and not gradient.value.shape:
        terms.append((pen.value(gradient.value), "gradient"))
    if not terms and gradient.value is None and not _long(gradient, pen):
        terms.append((f"({pen.sign(gradient.untold or 'no value')})", "plain"))
    head = left(symbol, column)
    whole = sum(width_of(text) + 3 for text, _ in terms) + width_of(head) + INDENT
    array = bool(gradient.shape)
    if whole <= pen.options.width and not array:
        return [line(margin, head, *(piece for text, role in terms for piece in (" = ", Piece(text, role))))]
    if array and gradient.value is not None:
        room = pen.options.width - INDENT - width_of(head) - 3
        terms.append(("\n".join(value_lines(gradient.value, pen.options, room)), "gradient"))
    lines = _equalities(head, terms, pen) if terms else [line(margin, symbol)]
    if pen.options.detail == "gradients" or not gradient.entries:
        return lines
    return lines + _entries(gradient, pen) if _long(gradient, pen) or not gradient.bracketed else lines


def _terms(symbol: str, gradient: GradientFacts, pen: Pen) -> list[tuple[str, Role]]:
    """The symbolic members of the equality, each different from the one before it."""
    if pen.options.detail == "gradients":
        return []
    members: list[Math] = [gradient.chain.symbols, gradient.chain.factors] if gradient.chain else []
    if gradient.named is not None:
        members.append(gradient.named)
    if gradient.formula is not None and not _long(gradient, pen):
        members.append(gradient.formula)
    texts = [symbol]
    for member in members:
        text = pen.math(member)
        same_number = is_number(member) and gradient.value is not None
        if text.replace(" ", "") != texts[-1].replace(" ", "") and not same_number:
            texts.append(text)
    return [(text, "plain") for text in texts[1:]]


def _long(gradient: GradientFacts, pen: Pen) -> bool:
    """Whether an array's formula is better read entry by entry."""
    if gradient.formula is None or not gradient.bracketed:
        return False
    return width_of(pen.math(gradient.formula)) > pen.options.width - 20


def _entries(gradient: GradientFacts, pen: Pen) -> list[Line]:
    symbol = pen.math(gradient.symbol)
    reason = f"  by index, there being no matrix form: {gradient.by_index}" if gradient.by_index else ""
    lines = [line(" " * INDENT, part) for part in hang(reason, pen.options.width - INDENT, 2)] if reason else []
    for entry in gradient.entries:
        place = f"{symbol}[{','.join(map(str, entry.index))}]"
        lines += _equalities(f"  {place}", [(pen.math(entry.formula), "plain")], pen)
    return lines


def _equalities(head: str, terms: list[tuple[str, Role]], pen: Pen) -> list[Line]:
    """`head = first`, and below it `= second`, aligned; long members are wrapped."""
    margin, room = " " * INDENT, pen.options.width - INDENT - width_of(head) - 3
    if room < pen.options.width // 3:
        first = [line(margin, part) for part in hang(head, pen.options.width - INDENT, 4)]
        return first + _equalities("   ", terms, pen)
    lines = []
    for position, (text, role) in enumerate(terms):
        parts = [
            part for row in text.split("\n") for part in (wrap(row, room, room - 2) if "\n" not in text else [row])
        ]
        for number, part in enumerate(parts):
            sign = " = " if number == 0 else "   " if "\n" in text else "     "
            left_side = head if position == number == 0 else " " * width_of(head)
            lines.append(line(margin, left_side, sign, Piece(part, role)))
    return lines
