"""Why of products of arrays: the shape puzzle, and the sum over the other index that is the transpose."""

from __future__ import annotations

from gradviz.explanation.data import Math, Why
from gradviz.explanation.mathematics import math_of
from gradviz.explanation.why_indices import Derivative, Form, Indexed, definition, derivative
from gradviz.explanation.why_telling import Story, Teller, has, listed, must_be, verdict
from gradviz.passes.backward import Edge
from gradviz.syntax.tree import Call, Expr, Name


def multiplied(teller: Teller, edge: Edge, rule: Math | None, form: Form) -> Story:
    """The story of one operand of a sum of products."""
    found = derivative(form, edge.slot, teller.letters())
    node = teller.subject.graph.nodes[edge.target]
    others = [operand for slot, operand in enumerate(node.operands) if slot != edge.slot]
    fits = puzzle_of(teller, edge, found, others)
    shape = tuple(part.indices for part in (*form.operands, form.output))
    kind = (shape, found.equation, len(fits) == 1, bool(_stack(teller, edge)))
    return Story(kind, lambda: _told(teller, edge, rule, form, found, fits))


def puzzle_of(teller: Teller, edge: Edge, found: Derivative, others: list[int]) -> tuple[Expr, ...]:
    """The products that fit; none where an index of the wanted array stands in no piece."""
    given = {index for term in (found.reached, *(o.indices for o in found.others)) for index in term}
    if set(found.at) - given - {"0"}:
        return ()
    graph = teller.subject.graph
    pieces = [(teller.upstream, edge.target), *((o.tree, id) for o, id in zip(found.others, others, strict=True))]
    return teller.puzzle(found, edge, [(tree, teller.written(id), graph.nodes[id].shape) for tree, id in pieces])


def puzzle_says(teller: Teller, edge: Edge, pieces: list[tuple[Expr, tuple[str, ...]]], fits: list[Math]) -> str:
    """`∂f/∂W must be 2×2 like W; g and x have 2 entries: g xᵀ fits, and so does …`."""
    name = math_of(Name(teller.subject.names[edge.source])).unicode
    first = must_be(teller.gradient(edge).unicode, name, teller.written(edge.source))
    given: dict[tuple[str, ...], list[str]] = {}
    for tree, sizes in dict.fromkeys(pieces):
        given.setdefault(sizes, []).append(math_of(tree).unicode)
    said = verdict([fit.unicode for fit in fits])[0] if fits else "the indices say which sum it is"
    return f"{first}; {listed([has(names, sizes) for sizes, names in given.items()])}: {said}"


def _told(teller: Teller, edge: Edge, rule: Math | None, form: Form, found: Derivative, fits: tuple[Expr, ...]) -> Why:
    operands = teller.subject.graph.nodes[edge.target].operands
    others = [operand for slot, operand in enumerate(operands) if slot != edge.slot]
    pieces = [(teller.upstream, teller.written(edge.target))]
    pieces += [(o.tree, teller.written(id)) for o, id in zip(found.others, others, strict=True)]  # type: ignore[misc]
    shown = [math_of(tree) for tree in fits]
    named = teller.constants(edge)
    if rule is not None and (not shown or ("einsum" not in rule.text and not named)):
        shown = [rule, *shown[1:]]
    says = [puzzle_says(teller, edge, list(pieces), shown)]
    says += _transposes(form, found, fits)
    says += _symmetric(teller, fits)
    says += _stack(teller, edge)
    return Why(
        wanted=teller.wanted(edge),
        pieces=tuple(teller.piece(tree, sizes) for tree, sizes in pieces),
        fits=tuple(shown),
        indices=teller.lines(found, edge, definition(form), [*shown[:1], *([rule] if rule and not named else [])]),
        decided=len(fits) == 1,
        says=(*says, *named),
    )


def _transposes(form: Form, found: Derivative, fits: tuple[Expr, ...]) -> list[str]:
    """`W x sums over the second index of W (j), the way back over the first (i): hence Wᵀ`."""
    if not fits or len(form.operands) != 2:
        return []
    (other,) = found.others
    turned = _turned(fits[0])
    if other.tree not in turned or len(other.indices) < 2:
        return []
    forward = _summed(other, form.output.indices)
    back = _summed(other, found.at)
    if len(forward) != 1 or len(back) != 1 or forward == back:
        return []
    there, here = (f"{ORDINALS[axis]} ({other.indices[axis]})" for axis in (forward[0], back[0]))
    name, turned_name = math_of(other.tree).unicode, math_of(Call("transpose", (other.tree,))).unicode
    there = there.replace(" (", f" index of {name} (")
    return [f"{_product(form)} sums over {there}, the way back over {here}: hence {turned_name}"]


def _symmetric(teller: Teller, fits: tuple[Expr, ...]) -> list[str]:
    """`Sᵀ = S, as declared`."""
    turned = [tree for tree in (_turned(fits[0]) if fits else []) if isinstance(tree, Name)]
    known = [tree for tree in turned if (tree.id, "symmetric") in teller.subject.declared]
    names = [math_of(tree).unicode for tree in dict.fromkeys(known)]
    return [f"{name}ᵀ = {name}, as declared" for name in names]


ORDINALS = {-1: "the second", -2: "the first"}
"""The two axes of a matrix, as people count its indices."""


def _product(form: Form) -> str:
    left, right = (operand.tree for operand in form.operands)
    function = "outer" if len(form.output.indices) == 2 and len(form.operands[0].indices) == 1 else "matmul"
    return math_of(Call(function, (left, right))).unicode


def _summed(array: Indexed, kept: tuple[str, ...]) -> list[int]:
    """The last two axes, counted from the end, whose index is not kept."""
    return [axis for axis in (-1, -2) if array.indices[axis] not in kept]


def _turned(tree: Expr) -> list[Expr]:
    """What stands transposed in a product."""
    if not isinstance(tree, Call):
        return []
    inner = [part for operand in tree.operands for part in _turned(operand)]
    return [*inner, tree.operands[0]] if tree.function == "transpose" else inner


def _stack(teller: Teller, edge: Edge) -> tuple[str, ...]:
    """Where one matrix served a whole stack."""
    graph = teller.subject.graph
    node, source = graph.nodes[edge.target], graph.nodes[edge.source]
    partner = max((graph.nodes[o] for i, o in enumerate(node.operands) if i != edge.slot), key=lambda n: len(n.shape))
    lead = node.shape[: len(partner.shape) - 2]
    if "equation" in node.settings or len(partner.shape) < 3 or source.shape[:-2] == lead:
        return ()
    name = math_of(Name(teller.subject.names[edge.source])).unicode
    return (f"{name} served every matrix of the stack, and the gradients of its copies add",)
