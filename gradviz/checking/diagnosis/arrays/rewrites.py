"""The wrong ways to write down one operation of a formula, by operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from gradviz.checking.diagnosis.arrays.replay import IMPOSSIBLE
from gradviz.graph.folding import Folded, Folder
from gradviz.ops.op import CONSTANT, INPUT
from gradviz.passes.raising import below


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One wrong way to write one operation.

    Args:
        name: of the mistake.
        says: the fact, as the rest of a sentence that begins with the place; `{0}` and so on are `nodes` in words.
        id: what stands in the operation's place.
        prior: the log of how likely it is.
        nodes: what the fact speaks of.
        loses: whether the first of these is a factor that is lost.
    """

    name: str
    says: str
    id: int
    prior: float = -1.2
    nodes: tuple[int, ...] = ()
    loses: bool = False


Way = Callable[[Folder, int], Iterator[Rewrite]]


def rewrites_at(builder: Folder, place: int, program: int) -> list[Rewrite]:
    """The wrong ways to write one node of a formula that fit the shapes; nodes before `program` may be misread, too."""
    node = builder.node(place)
    found: list[Rewrite] = []
    for way in (*BY_OPERATION.get(node.op.name, ()), *((_unary,) if _is_unary(builder, place) else ())):
        made = way(builder, place)
        while True:
            try:
                found.append(next(made))
            except StopIteration:
                break
            except IMPOSSIBLE:
                break
    if place < program and node.op is not INPUT and node.shape:
        found += _misread(builder, place)
    return [one for one in found if one.id != place]


def _parts(builder: Folder, place: int) -> tuple[Folded, Folded]:
    left, right = builder.node(place).operands
    return builder.term(left), builder.term(right)


def _fit(builder: Folder, part: Folded, place: int) -> int:
    return builder.fit(part.id, builder.node(place).shape)


def _sum(builder: Folder, place: int) -> Iterator[Rewrite]:
    left, right = _parts(builder, place)
    minus = builder.node(place).op.name == "sub"
    yield Rewrite("term dropped", "the term {0} is missing", _fit(builder, left, place), -0.9, (right.id,))
    kept = -right if minus else right
    yield Rewrite("term dropped", "the term {0} is missing", _fit(builder, kept, place), -0.9, (left.id,))
    turned = left + right if minus else left - right
    yield Rewrite("sign slipped", "the sign of {0} is wrong", turned.id, -0.9, (right.id,))
    turned = -left - right if minus else right - left
    yield Rewrite("sign slipped", "the sign of {0} is wrong", turned.id, -1.0, (left.id,))


def _product(builder: Folder, place: int) -> Iterator[Rewrite]:
    left, right = _parts(builder, place)
    for lost, kept in ((left, right), (right, left)):
        number = builder.number(lost.id)
        name = "factor lost" if number is None else "coefficient lost"
        yield Rewrite(name, "the factor {0} is missing", kept.id, -1.0, (lost.id,), True)
        if number is None:
            text = "the factor {0} stands there once too often"
            yield Rewrite("factor twice", text, (left * right * lost).id, -1.6, (lost.id,))
        elif isinstance(number, (int, Fraction)):
            yield from _coefficient(builder, Fraction(number), lost, kept)
    for one, other in ((left, right), (right, left)):
        if len(one.shape) == len(other.shape) == 2:
            made = (one @ other).id
            text = "multiplied as matrices where the product is entry by entry"
            yield Rewrite("matrix product for elementwise", text, made, -1.3)
    yield Rewrite("added for multiplied", "added where a product belongs", (left + right).id, -2.0)


def _coefficient(builder: Folder, number: Fraction, lost: Folded, kept: Folded) -> Iterator[Rewrite]:
    """A fraction's numerator lost, or its denominator."""
    if number.denominator != 1 and abs(number.numerator) != 1:
        text = f"the factor {abs(number.numerator)} is missing"
        yield Rewrite("coefficient lost", text, (Fraction(1, number.denominator) * kept).id)
        text = f"the division by {number.denominator} is missing"
        yield Rewrite("denominator lost", text, (number.numerator * kept).id)


def _quotient(builder: Folder, place: int) -> Iterator[Rewrite]:
    left, right = _parts(builder, place)
    yield Rewrite("denominator lost", "the division by {0} is missing", left.id, -1.0, (right.id,))
    yield Rewrite("factor lost", "the factor {0} above is missing", (1 / right).id, -1.2, (left.id,))
    yield Rewrite("multiplied for divided", "multiplied by {0} where it divides", (left * right).id, -1.4, (right.id,))
    yield Rewrite("upside down", "the quotient is upside down", (right / left).id, -1.6)


def _minus(builder: Folder, place: int) -> Iterator[Rewrite]:
    inner = builder.node(place).operands[0]
    yield Rewrite("sign slipped", "the minus before {0} is missing", inner, -1.0, (inner,))


def _power(builder: Folder, place: int) -> Iterator[Rewrite]:
    base, exponent = _parts(builder, place)
    number = builder.number(exponent.id)
    yield Rewrite("exponent lost", "the exponent {1} of {0} is missing", base.id, -1.2, (base.id, exponent.id))
    if isinstance(number, (int, Fraction)):
        text = "times {1} where the power {1} of {0} belongs"
        yield Rewrite("exponent as a factor", text, (number * base).id, -1.6, (base.id, exponent.id))


def _matrices(builder: Folder, place: int) -> Iterator[Rewrite]:
    left, right = _parts(builder, place)
    for lost, kept in ((left, right), (right, left)):
        says = "the product with ones, a sum, is missing" if lost.fixed else "the factor {0} is missing"
        yield Rewrite("sum missing" if lost.fixed else "factor lost", says, kept.id, -1.1, (lost.id,), True)
    yield from _turned(builder, left, right)
    yield from _entrywise(builder, left, right)
    yield from _of_ones(builder, left, right)


def _turned(builder: Folder, left: Folded, right: Folded) -> Iterator[Rewrite]:
    """A transpose more or less, the factors the other way round."""
    for k, part in enumerate((left, right)):
        if len(part.shape) != 2:
            continue
        turned = builder.transpose(part)
        made = _multiplied(builder, *((turned, right) if k == 0 else (left, turned)))
        more = part.node.op.name == "transpose"
        text = "the transpose of {0} is missing" if more else "{0} has a transpose too many"
        shown = turned.id if more else part.id
        if made is not None:
            yield Rewrite("transpose missing" if more else "transpose added", text, made, -0.9, (shown,))
    made = _multiplied(builder, right, left)
    if made is not None:
        yield Rewrite("order swapped", "the factors are the wrong way round", made, -1.0)


def _multiplied(builder: Folder, left: Folded, right: Folded) -> int | None:
    try:
        return builder.matmul(left, right).id
    except IMPOSSIBLE:
        return None


def _entrywise(builder: Folder, left: Folded, right: Folded) -> Iterator[Rewrite]:
    try:
        made = (left * right).id
    except IMPOSSIBLE:
        return
    yield Rewrite("elementwise for matrix product", "multiplied entry by entry", made, -1.2)


def _of_ones(builder: Folder, left: Folded, right: Folded) -> Iterator[Rewrite]:
    """A factor replaced by ones: sums of rows or columns where a product belongs."""
    for k, part in enumerate((left, right)):
        if part.fixed:
            continue
        ones = builder.constant(1, part.shape)
        made = ones @ right if k == 0 else left @ ones
        yield Rewrite("factor lost", "summed up where the product with {0} belongs", made.id, -1.3, (part.id,), True)


def _transposed(builder: Folder, place: int) -> Iterator[Rewrite]:
    inner = builder.node(place).operands[0]
    yield Rewrite("transpose missing", "the transpose of {0} is missing", inner, -0.9, (inner,))


def _reduced(builder: Folder, place: int) -> Iterator[Rewrite]:
    node = builder.node(place)
    inner = builder.term(node.operands[0])
    yield Rewrite("sum missing", "the sum over {0} is missing", inner.id, -0.9, (inner.id,))
    settings = {key: value for key, value in node.attributes if key in ("axis", "keepdims")}
    other = "mean" if node.op.name == "sum" else "sum"
    made = builder.apply(other, inner, **settings)
    yield Rewrite(f"{other} for {node.op.name}", f"the {other} stands where the {node.op.name} belongs", made.id, -1.0)
    for axis in range(len(inner.shape)):
        made = builder.apply(node.op.name, inner, **{**settings, "axis": axis})
        if made.shape == node.shape or len(set(inner.shape)) > 1:
            yield Rewrite("summed over the wrong axis", f"summed over axis {axis}", made.id, -1.2)


def _gathered(builder: Folder, place: int) -> Iterator[Rewrite]:
    inner = builder.node(place).operands[0]
    yield Rewrite("sum missing", "the sum over the copies is missing", inner, -0.9)


def _is_unary(builder: Folder, place: int) -> bool:
    node = builder.node(place)
    return len(node.operands) == 1 and node.op.name != "neg" and (node.op.elementwise or node.op.name == "softmax")


def _unary(builder: Folder, place: int) -> Iterator[Rewrite]:
    inner = builder.node(place).operands[0]
    yield Rewrite("activation forgotten", "{0} was taken for {1}", inner, -1.0, (inner, place))


def _masked(builder: Folder, place: int) -> Iterator[Rewrite]:
    mask, one, other = (builder.term(i) for i in builder.node(place).operands)
    for kept in (one, other):
        made = builder.fit(kept.id, builder.node(place).shape)
        if not kept.fixed or builder.number(kept.id) == 1:
            yield Rewrite("mask forgotten", "the mask is missing", made, -0.9)
    swapped = builder.where(mask, other, one)
    yield Rewrite("mask on the wrong side", "the mask is on the wrong side", swapped.id, -1.0)


def _misread(builder: Folder, place: int) -> Iterator[Rewrite]:
    """A value of the forward pass taken for another one that it is made of."""
    node = builder.node(place)
    for i in below(builder.graph, node.operands):
        other = builder.node(i)
        if len(other.shape) == len(node.shape) and other.op is not CONSTANT:
            near = i in node.operands
            name = MISREAD.get(node.op.name, "activation forgotten") if near else "wrong input of the layer"
            yield Rewrite(name, "{0} was taken for {1}", i, -1.0 if near else -1.2, (i, place))


MISREAD: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("add", "sub"), "term dropped"),
        **dict.fromkeys(("mul", "matmul", "div"), "factor lost"),
        "pow": "exponent lost",
        "transpose": "transpose missing",
    }
)
"""What it is called if an operation's operand is taken for its value, where it is no activation."""
BY_OPERATION: Mapping[str, tuple[Way, ...]] = MappingProxyType(
    {
        "add": (_sum,),
        "sub": (_sum,),
        "mul": (_product,),
        "div": (_quotient,),
        "neg": (_minus,),
        "pow": (_power,),
        "matmul": (_matrices,),
        "dot": (_matrices,),
        "outer": (_matrices,),
        "transpose": (_transposed,),
        "sum": (_reduced,),
        "mean": (_reduced,),
        "sum_to": (_gathered,),
        "where": (_masked,),
    }
)
"""The ways to write an operation wrongly; functions of one number are left out besides."""
