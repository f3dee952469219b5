"""Powers such as x^(-2/3) as the real roots that many people mean by them, where the base is negative."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from gradviz.checking.reading.answer import Answer
from gradviz.checking.reading.building import answer_graph
from gradviz.checking.reading.fitting import fitted
from gradviz.checking.reading.graft import graft
from gradviz.checking.reading.question import Question
from gradviz.checking.reading.trees import mapped
from gradviz.errors import UserError
from gradviz.explanation.mathematics import unicode_of
from gradviz.graph.given import evaluated
from gradviz.source import Source
from gradviz.syntax.tree import Assign, Call, Expr, Name, Program, Statement, postorder


def with_real_roots(tree: Expr) -> tuple[Expr, str]:
    """A tree with u^(p/q), q odd, as sign(u)^p·|u|^(p/q), and a note that says so; the note is "" if it has none.

    For positive u both are the same; for negative u the second is the real root, and the first has no real value in
    this language (as in SymPy, Mathematica and IEEE pow).

    Example:
        >>> from gradviz.syntax.parser import parse_expression
        >>> tree, note = with_real_roots(parse_expression("x^(-2/3)"))
        >>> note
        'x^(−2/3) is read as the real root for negative x'
    """
    notes: list[str] = []

    def change(node: Expr) -> Expr:
        power = _odd_root(node)
        if power is None or not isinstance(node, Call):
            return node
        base = node.operands[0]
        notes.append(f"{unicode_of(node)} is read as the real root{_where(base)}")
        size = Call("power", (Call("abs", (base,)), node.operands[1]), span=node.span)
        return size if power.numerator % 2 == 0 else Call("mul", (Call("sign", (base,)), size), span=node.span)

    changed = mapped(tree, change)
    return changed, notes[0] if notes else ""


def _where(base: Expr) -> str:
    return f" for negative {unicode_of(base)}" if any(isinstance(part, Name) for part in postorder(base)) else ""


def _odd_root(node: Expr) -> Fraction | None:
    """The exponent of a power, if it is a fraction with an odd denominator."""
    if not isinstance(node, Call) or node.function not in ("power", "pow") or len(node.operands) != 2:
        return None
    exponent = node.operands[1]
    if any(isinstance(part, Name) for part in postorder(exponent)):
        return None
    try:
        found = evaluated("exponent", exponent)
    except UserError:
        return None
    return found if isinstance(found, Fraction) and found.denominator % 2 and found.denominator > 1 else None


def rooted(asked: Question, answer: Answer) -> Answer | None:
    """An answer whose powers are read as real roots; None if it has no such powers, or makes no claim of its own."""
    if answer.relation is not None or answer.misfit:
        return None
    tree, note = with_real_roots(answer.tree)
    if not note:
        return None
    graph, known = asked.graph.copy(), asked.built.graph.names
    places = {name: known[name] for name in sorted(answer.names) if name in known}
    try:
        made = answer_graph(asked, graph, tree, Source(answer.text, "answer"), places)
    except UserError:
        return None
    fit = fitted(asked, graph, graft(graph, made.graph, [made.output], places)[0])
    return replace(answer, graph=graph, node=fit.node, diagonals=fit.diagonals, notes=(*answer.notes, note))


def program_with_real_roots(program: Program) -> tuple[Program, str]:
    """A program read so, with the note; as it was, and "", where it has no such powers."""
    notes: list[str] = []

    def changed(one: Statement) -> Statement:
        if not isinstance(one, Assign) or one.expression is None:
            return one
        tree, note = with_real_roots(one.expression)
        notes.append(note)
        return replace(one, expression=tree) if note else one

    statements = tuple(changed(one) for one in program.statements)
    note = next(filter(None, notes), "")
    return (replace(program, statements=statements), note) if note else (program, "")
