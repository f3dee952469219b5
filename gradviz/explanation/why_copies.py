"""Why of broadcasts and reductions: the gradients of copies add, and what was added up gets its share back."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from gradviz.explanation.data import Math, Piece, Why
from gradviz.explanation.mathematics import math_of, name_math
from gradviz.explanation.symbols import local_symbol
from gradviz.explanation.why_indices import (
    MINUS,
    NOTHING,
    Derivative,
    Form,
    Indexed,
    Indices,
    definition,
    derivative,
    gradient_line,
    slope,
)
from gradviz.explanation.why_sizes import Written, stand_ins
from gradviz.explanation.why_telling import Story, Teller, listed, shown
from gradviz.passes.backward import Edge
from gradviz.passes.raising import expression
from gradviz.shape import Shape, broadcast_axes
from gradviz.syntax.tree import Array, Call, Expr, Name, Number


def copied(teller: Teller, edge: Edge, rule: Math | None) -> Story:
    """The story of an operand that was repeated."""
    graph = teller.subject.graph
    node, source = graph.nodes[edge.target], graph.nodes[edge.source]
    axes = broadcast_axes(source.shape, node.shape)
    local = _local(teller, edge)
    fits = [axes, *_other_sums(teller, edge, axes)]
    kind = (axes, len(node.shape), local is not None and bool(local.others), len(fits), local is None)
    return Story(kind, lambda: _told_copied(teller, edge, rule, local, fits))


def _told_copied(
    teller: Teller, edge: Edge, rule: Math | None, local: Derivative | None, fits: Sequence[tuple[int, ...]]
) -> Why:
    subject = teller.subject
    large, small = teller.written(edge.target), teller.written(edge.source)
    summed: Expr = teller.upstream
    others = [(math_of(o.tree), _sizes(teller, edge)) for o in local.others] if local else []
    if local is None:
        others = [(local_symbol(subject, edge.target, edge.slot), large)]
    elif local.others:
        summed = Call("mul", (summed, local.others[0].tree))
    products = [math_of(_sum(summed, axes, len(large))) for axes in fits]
    products = products if rule is None else [rule, *(products[1:] if local else [])]
    name, target = (name_math(subject.names[id]).unicode for id in (edge.source, edge.target))
    says = [
        f"{name} was copied to {_each(fits[0], large)} of {target}, and the gradients of the copies add: "
        f"a sum over {_axes(fits[0], len(large))}, from {shown(large)} to {shown(small) if small else 'a number'}"
    ]
    if len(fits) > 1:
        alternatives = listed([_axes(axes, len(large)) for axes in fits[1:]])
        says.append(f"a sum over {alternatives} would have that shape too: the shapes alone do not decide")
    return Why(
        wanted=teller.wanted(edge),
        pieces=(teller.piece(teller.upstream, large), *(Piece(symbol, shown(sizes)) for symbol, sizes in others)),
        fits=tuple(products),
        indices=_lines(teller, edge, local),
        decided=len(fits) == 1,
        says=tuple(says),
    )


def _sizes(teller: Teller, edge: Edge) -> Written:
    """The written shape of the local derivative where it is an operand."""
    return teller.written(edge.local) if edge.local is not None else ()


def _each(axes: tuple[int, ...], large: Written) -> str:
    """`each of the 4 rows`."""
    if len(axes) == len(large):
        return f"each of the {_count([large[axis] for axis in axes])} entries"
    if len(large) == 2:
        return f"each of the {large[axes[0]]} {'columns' if axes[0] else 'rows'}"
    return f"each of the {_count([large[axis] for axis in axes])} places along {_axes(axes, len(large))}"


def _count(sizes: Sequence[str]) -> str:
    number = 1
    for size in sizes:
        number *= int(size) if size.isdigit() else 1
    named = [size for size in sizes if not size.isdigit()]
    return "·".join([*([str(number)] if number != 1 or not named else []), *named])


def _axes(axes: tuple[int, ...], rank: int) -> str:
    if len(axes) == rank:
        return "all entries"
    return f"{'axis' if len(axes) == 1 else 'the axes'} {listed([str(axis) for axis in axes])}"


def _sum(tree: Expr, axes: tuple[int, ...], rank: int) -> Expr:
    if len(axes) == rank:
        return Call("sum", (tree,))
    numbers = [Number(Fraction(axis)) for axis in axes]
    return Call("sum", (tree,), (("axis", numbers[0] if len(numbers) == 1 else Array(tuple(numbers))),))


def _other_sums(teller: Teller, edge: Edge, axes: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Other axes over which a sum would have the operand's shape."""
    graph = teller.subject.graph
    large, shape = teller.written(edge.target), graph.nodes[edge.target].shape
    if len(graph.nodes[edge.source].shape) + len(axes) != len(shape):
        return []  # a kept axis of size 1 says which axis it was
    small = stand_ins(teller.sizes, zip(large, shape, strict=True))
    return _alike([small[teller.sizes.root(size)] for size in large], axes)


def _alike(sizes: Sequence[int], axes: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Other choices of as many axes that leave the same sizes behind."""
    if len(sizes) > 6:
        return []
    left = [n for axis, n in enumerate(sizes) if axis not in axes]
    return [
        other
        for other in combinations(range(len(sizes)), len(axes))
        if other != axes and [n for axis, n in enumerate(sizes) if axis not in other] == left
    ]


def _aligned(small: Shape, large: Shape, letters: Indices) -> Indices:
    """The indices of what broadcasts to `large`."""
    skipped = len(large) - len(small)
    return tuple("0" if n == 1 != large[skipped + i] else letters[skipped + i] for i, n in enumerate(small))


def _local(teller: Teller, edge: Edge) -> Derivative | None:
    """The local derivative by indices where it is a number or an operand; None where it is another formula."""
    subject, graph = teller.subject, teller.subject.graph
    node, source = graph.nodes[edge.target], graph.nodes[edge.source]
    letters = teller.letters()
    out = tuple(next(letters) for _ in node.shape)
    at = _aligned(source.shape, node.shape, out)
    fresh = {index: next(letters) for index in out if index in at}
    renamed = tuple(fresh.get(index, index) for index in out)
    same = tuple((new, old) for old, new in fresh.items())
    if edge.local in subject.names and edge.local is not None:
        other = Indexed(teller.tree(edge.local), _aligned(graph.nodes[edge.local].shape, node.shape, out))
        return Derivative(at, renamed, same, (), (other,))
    tree = Number(Fraction(1)) if edge.local is None else expression(graph, edge.local, subject.names, 12)
    if not isinstance(tree, Number):
        return None
    factor = NOTHING if tree.value == 1 else MINUS if tree.value == -1 else math_of(tree)
    return Derivative(at, renamed, same, (), (), factor)


def _lines(teller: Teller, edge: Edge, local: Derivative | None) -> tuple[Math, ...]:
    if local is not None:
        form = teller.form(edge.target)
        first = Math("", "", "") if form is None else definition(form)
        made = teller.lines(local, edge, first)
        return made[1:] if form is None else made
    graph = teller.subject.graph
    letters = teller.letters()
    shape = graph.nodes[edge.target].shape
    out = tuple(next(letters) for _ in shape)
    at = _aligned(graph.nodes[edge.source].shape, shape, out)
    there = Indexed(teller.tree(edge.target), out).math
    found = Derivative(at, out, (), (), ())
    line = gradient_line(found, teller.upstream, teller.gradient(edge, at))
    bare = Indexed(Name(teller.subject.names[edge.source]), at).math
    return (_times(line, slope(there, bare)),)


def _times(line: Math, factor: Math) -> Math:
    return Math(f"{line.text}*{factor.text}", f"{line.unicode} {factor.unicode}", rf"{line.latex} \, {factor.latex}")


def reduced(teller: Teller, edge: Edge, rule: Math | None, form: Form) -> Story:
    """The story of an operand whose entries were added up."""
    found = derivative(form, edge.slot, teller.letters())
    node = teller.subject.graph.nodes[edge.target]
    sizes = teller.written(edge.source)
    shape = teller.subject.graph.nodes[edge.source].shape
    small = stand_ins(teller.sizes, zip(sizes, shape, strict=True))
    gone = tuple(axis for axis, index in enumerate(found.at) if index not in found.reached)
    kept = "0" in found.reached
    others = [] if kept else _alike([small[teller.sizes.root(size)] for size in sizes], gone)
    kind = (node.op.name, gone, len(found.at), len(others))
    return Story(kind, lambda: _told_reduced(teller, edge, rule, form, found, others))


def _told_reduced(
    teller: Teller, edge: Edge, rule: Math | None, form: Form, found: Derivative, others: list[tuple[int, ...]]
) -> Why:
    name, target = (name_math(teller.subject.names[id]).unicode for id in (edge.source, edge.target))
    g = math_of(teller.upstream).unicode
    factor = found.factor.unicode or "1"
    large, small = teller.written(edge.source), teller.written(edge.target)
    if set(found.reached) - {"0"}:
        says = [f"each entry of {name} went into one entry of {target} with the factor {factor}, and gets back "]
        says[0] += (
            f"that entry of {g}{'' if factor == '1' else f' times {factor}'}: from {shown(small)} to {shown(large)}"
        )
    else:
        says = [f"every entry of {name} went into {target} with the factor {factor}, so "]
        back = "it" if _count(large) == "1" else f"each of the {_count(large)}"
        says[0] += f"{g}{'' if factor == '1' else f' times {factor}'} comes back to {back}"
    if others:
        ways = listed([_axes(axes, len(large)) for axes in others])
        says.append(f"spread along {ways} it would have that shape too: the shapes alone do not decide")
    return Why(
        wanted=teller.wanted(edge),
        pieces=(teller.piece(teller.upstream, small),),
        fits=() if rule is None else (rule,),
        indices=teller.lines(found, edge, definition(form)),
        decided=not others,
        says=tuple(says),
    )
