"""Derivatives by indices, ∂q_k/∂W_ij = 1[k=i] x_j, worked out from an equation and written in three notations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from gradviz.explanation.data import Math
from gradviz.explanation.mathematics import bracketed, equation, math_of
from gradviz.syntax.tree import Expr, Name

LETTERS = "ijklmnprstuvwabcdh"
"""Letters for indices, in the order in which they are taken."""
NOTHING = Math("", "", "")
MINUS = Math("-", "−", "-")

Indices = tuple[str, ...]
"""One for each axis: a letter, or `0` where an axis of size 1 stands beside a longer one."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """One entry of an array: `W_ij`."""

    tree: Expr
    indices: Indices

    @property
    def math(self) -> Math:
        """It in three notations."""
        made = math_of(self.tree)
        return entry(made if isinstance(self.tree, Name) or not self.indices else bracketed(made), self.indices)


def entry(array: Math, indices: Indices) -> Math:
    """An array's entry.

    Example:
        >>> entry(Math("W", "W", "W"), ("i", "j"))
        Math(text='W[i,j]', unicode='W_ij', latex='W_{ij}')
    """
    if not indices:
        return array
    body = array.latex if array.latex.isalpha() else f"{{{array.latex}}}"
    return Math(
        f"{array.text}[{','.join(indices)}]",
        f"{array.unicode}_{''.join(indices)}",
        f"{body}_{{{' '.join(indices) if any(len(i) > 1 for i in indices) else ''.join(indices)}}}",
    )


@dataclass(frozen=True, slots=True)
class Form:
    """An operation as a sum of products: output_out = factor Σ operand₁ operand₂ …, by the operands' indices."""

    operands: tuple[Indexed, ...]
    output: Indexed
    factor: Math = NOTHING


@dataclass(frozen=True, slots=True)
class Derivative:
    """∂y_out/∂x_at = factor Σ_sums 1[same] others.

    Args:
        at: the operand's indices.
        out: the output's, with a fresh letter for each that the operand has too.
        same: fresh letters and what they must equal for the derivative not to be 0.
        sums: letters that are summed over in the derivative itself.
        others: what stands in it.
        factor: a number or sign before it.
    """

    at: Indices
    out: Indices
    same: tuple[tuple[str, str], ...]
    sums: Indices
    others: tuple[Indexed, ...]
    factor: Math = NOTHING

    @property
    def reached(self) -> Indices:
        """The output's indices where the derivative is not 0."""
        equal = dict(self.same)
        return tuple(equal.get(index, index) for index in self.out)

    @property
    def equation(self) -> str:
        """The contribution's equation: of the upstream gradient first, then of the others; `0` marks axes of size 1.

        Letters of more than one sign do not occur in it: they are renamed.
        """
        terms = [self.reached, *(other.indices for other in self.others)]
        names = dict.fromkeys(index for term in (*terms, self.at) for index in term if index != "0")
        short = dict(zip(names, "ijklmnopqrstuvwxyzabcdefghABCDEFGHIJKLMNOPQRSTUVWXYZ", strict=False)) | {"0": "0"}
        return ",".join("".join(short[i] for i in term) for term in terms) + "->" + "".join(short[i] for i in self.at)


def free_letters(taken: Collection[str]) -> Iterator[str]:
    """Letters for indices that are no names of the program.

    Example:
        >>> letters = free_letters({"i", "k"})
        >>> next(letters), next(letters)
        ('j', 'l')
    """
    yield from (letter for letter in LETTERS if letter not in taken)
    yield from (f"i{n}" for n in count(1) if f"i{n}" not in taken)


def derivative(form: Form, slot: int, fresh: Iterator[str]) -> Derivative:
    """The derivative of a sum of products by an entry of one operand; letters that the form has are passed over."""
    own = {index for part in (*form.operands, form.output) for index in part.indices}
    fresh = (letter for letter in fresh if letter not in own)
    at = form.operands[slot].indices
    out = form.output.indices
    renamed = {index: next(fresh) for index in out if index in at and index != "0"}
    others = tuple(operand for i, operand in enumerate(form.operands) if i != slot)
    used = dict.fromkeys(index for other in others for index in other.indices if index != "0")
    return Derivative(
        at=at,
        out=tuple(renamed.get(index, index) for index in out),
        same=tuple((new, old) for old, new in renamed.items()),
        sums=tuple(index for index in used if index not in at and index not in out),
        others=others,
        factor=form.factor,
    )


def definition(form: Form) -> Math:
    """`q_i = Σ_j W_ij x_j`."""
    indices = dict.fromkeys(index for operand in form.operands for index in operand.indices if index != "0")
    sums = [index for index in indices if index not in form.output.indices]
    return equation((form.output.math, _term(form.factor, sums, (), (operand.math for operand in form.operands))))


def local_line(found: Derivative, output: Expr, bottom: Math) -> Math:
    """`∂q_k/∂W_ij = 1[k=i] x_j`; `bottom` is the operand, with the mark of a copy where it has one."""
    right = _term(found.factor, found.sums, found.same, (other.math for other in found.others))
    return equation((slope(Indexed(output, found.out).math, entry(bottom, found.at)), right))


def gradient_line(found: Derivative, upstream: Expr, left: Math) -> Math:
    """`∂f/∂W_ij = Σ_k g_k 1[k=i] x_j = g_i x_j`."""
    others = [other.math for other in found.others]
    members = [left]
    if found.same:
        sums = (*_letters(found.out), *found.sums)
        sums = tuple(index for index in sums if index not in found.at)
        members.append(_term(found.factor, sums, found.same, others, Indexed(upstream, found.out).math))
    sums = tuple(i for i in dict.fromkeys((*_letters(found.reached), *found.sums)) if i not in found.at)
    members.append(_term(found.factor, sums, (), others, Indexed(upstream, found.reached).math))
    return equation(members)


def slope(top: Math, bottom: Math) -> Math:
    """∂top/∂bottom of anything already written."""
    return Math(
        f"d{top.text}/d{bottom.text}",
        f"∂{top.unicode}/∂{bottom.unicode}",
        rf"\frac{{\partial {top.latex}}}{{\partial {bottom.latex}}}",
    )


def _letters(indices: Indices) -> Indices:
    return tuple(index for index in indices if index != "0")


def _term(
    factor: Math,
    sums: Sequence[str],
    same: Sequence[tuple[str, str]],
    others: Iterable[Math],
    first: Math | None = None,
) -> Math:
    """`factor Σ_k first 1[k=i] others`; 1 where there is nothing."""
    deltas = [Math(f"1[{a}={b}]", f"1[{a}={b}]", rf"\mathbf{{1}}[{a}{{=}}{b}]") for a, b in same]
    parts = [*([first] if first else []), *deltas, *others]
    if not parts and not factor.text.strip("-"):
        parts = [Math("1", "1", "1")]
    sign = factor if factor == MINUS else NOTHING
    made = [part for part in ([] if factor == MINUS else [factor]) if part.text]
    if sums:
        made.append(Math(f"sum_{''.join(sums)}", f"Σ_{''.join(sums)}", rf"\sum_{{{' '.join(sums)}}}"))
    made += parts
    text = "".join(
        part.text + ("" if i + 1 == len(made) else " " if part.text.startswith("sum_") else "*")
        for i, part in enumerate(made)
    )
    number = " · " if made and made[0] is factor and len(made) > 1 else " "
    shown = number.join([" ".join(part.unicode for part in stretch) for stretch in (made[:1], made[1:]) if stretch])
    return Math(
        sign.text + text,
        sign.unicode + shown,
        sign.latex + r" \, ".join(part.latex for part in made),
    )
