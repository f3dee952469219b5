"""Why of inverses and solutions of linear equations: the defining equation, differentiated."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gradviz.explanation.data import Math, Why
from gradviz.explanation.mathematics import equation, math_of
from gradviz.explanation.why_indices import MINUS, Derivative, Form, Indexed, definition, derivative
from gradviz.explanation.why_products import puzzle_says
from gradviz.explanation.why_sizes import Written
from gradviz.explanation.why_telling import Story, Teller
from gradviz.passes.backward import Edge
from gradviz.syntax.tree import Call, Expr


def _inverse(teller: Teller, edge: Edge, rule: Math | None) -> Story | None:
    """Σ_j A_ij Y_jk = 1[i=k], so ∂Y_kl/∂A_ij = −Y_ki Y_jl."""
    graph = teller.subject.graph
    if len(graph.nodes[edge.source].shape) != 2:
        return None
    letters = teller.letters()
    i, j, k, n = (next(letters) for _ in range(4))
    output = teller.tree(edge.target)
    found = Derivative((i, j), (k, n), (), (), (Indexed(output, (k, i)), Indexed(output, (j, n))), MINUS)
    one = Math(f"1[{i}={k}]", f"1[{i}={k}]", rf"\mathbf{{1}}[{i}{{=}}{k}]")
    first = equation((_sum(j, Indexed(teller.tree(edge.source), (i, j)), Indexed(output, (j, k))), one))
    written = teller.written(edge.target)
    pieces: list[tuple[Expr, Written]] = [(teller.upstream, written), (output, written), (output, written)]
    return _story(teller, edge, rule, found, first, pieces)


def _solution(teller: Teller, edge: Edge, rule: Math | None) -> Story | None:
    """Σ_j A_ij x_j = c_i, so ∂x_k/∂A_ij = −(A⁻¹)_ki x_j; and x_k = Σ_j (A⁻¹)_kj c_j."""
    graph = teller.subject.graph
    matrix, right = graph.nodes[edge.target].operands
    if len(graph.nodes[matrix].shape) != 2 or len(graph.nodes[right].shape) > 2:
        return None
    letters = teller.letters()
    i, j, k = (next(letters) for _ in range(3))
    columns = (next(letters),) if len(graph.nodes[right].shape) == 2 else ()
    inverse, output = Call("inv", (teller.tree(matrix),)), teller.tree(edge.target)
    pieces: list[tuple[Expr, Written]] = [
        (teller.upstream, teller.written(edge.target)),
        (inverse, teller.written(matrix)),
    ]
    if edge.slot == 1:
        form = Form(
            (Indexed(inverse, (k, j)), Indexed(teller.tree(right), (j, *columns))), Indexed(output, (k, *columns))
        )
        return _story(teller, edge, rule, derivative(form, 1, letters), definition(form), pieces)
    found = Derivative((i, j), (k, *columns), (), (), (Indexed(inverse, (k, i)), Indexed(output, (j, *columns))), MINUS)
    left = _sum(j, Indexed(teller.tree(matrix), (i, j)), Indexed(output, (j, *columns)))
    first = equation((left, Indexed(teller.tree(right), (i, *columns)).math))
    return _story(teller, edge, rule, found, first, [*pieces, (output, teller.written(edge.target))])


def _sum(index: str, left: Indexed, right: Indexed) -> Math:
    return Math(
        f"sum_{index} {left.math.text}*{right.math.text}",
        f"Σ_{index} {left.math.unicode} {right.math.unicode}",
        rf"\sum_{{{index}}} {left.math.latex} \, {right.math.latex}",
    )


def _story(
    teller: Teller,
    edge: Edge,
    rule: Math | None,
    found: Derivative,
    first: Math,
    pieces: list[tuple[Expr, Written]],
) -> Story:
    graph = teller.subject.graph
    node = graph.nodes[edge.target]
    square = graph.nodes[node.operands[0]].shape
    shapes = [square if tree == Call("inv", (teller.tree(node.operands[0]),)) else node.shape for tree, _ in pieces]
    fits = teller.puzzle(found, edge, [(*piece, shape) for piece, shape in zip(pieces, shapes, strict=True)])

    def tell() -> Why:
        shown = [math_of(tree) for tree in fits]
        minus = ["no shape shows the minus: it comes from the product rule on the defining equation"]
        return Why(
            wanted=teller.wanted(edge),
            pieces=tuple(teller.piece(tree, sizes) for tree, sizes in dict.fromkeys(pieces)),
            fits=tuple(shown),
            indices=teller.lines(found, edge, first, [*shown[:1], *([rule] if rule else [])]),
            decided=len(fits) == 1,
            says=(puzzle_says(teller, edge, pieces, shown), *(minus if found.factor == MINUS else [])),
        )

    return Story((node.op.name, edge.slot, found.equation, len(fits) == 1), tell)


INVERSES: Mapping[str, Callable[[Teller, Edge, Math | None], Story | None]] = {"inv": _inverse, "solve": _solution}
"""Operations that are given by an equation of products, which they solve."""
