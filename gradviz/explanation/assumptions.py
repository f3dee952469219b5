"""What the shown formulas take for granted: what is declared of inputs, and that a matrix has an inverse."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from gradviz.explanation.data import Remark
from gradviz.shape import Shape
from gradviz.syntax.show import to_unicode
from gradviz.syntax.tree import Call, postorder

if TYPE_CHECKING:
    from gradviz.explanation.subject import Subject
    from gradviz.passes.formula import Formula
    from gradviz.passes.matrix.found import Forms


def assumptions(subject: Subject, forms: Forms) -> list[Remark]:
    """Remarks on what gradients in matrix form rely on."""
    shapes = {subject.names[i]: node.shape for i, node in enumerate(subject.graph.nodes) if i in subject.names}
    asked = [i for i in subject.wanted if i in forms.whole or i in forms.named]
    found = []
    for name, ids in forms.relied.items():
        by = [subject.names[i] for i in asked if i in ids]
        if by:
            found.append(Remark("assumption", f"the gradient by {_listed(by)} uses that {summing(name, shapes[name])}"))
    shown = [formula for i in asked for formula in (forms.whole.get(i), forms.named.get(i)) if formula]
    return found + [Remark("assumption", text) for text in dict.fromkeys(invertible(shown))]


def relied_remarks(what: str, names: Iterable[str], shapes: dict[str, Shape]) -> tuple[Remark, ...]:
    """Remarks on what the formula of a Jacobian or a Hessian relies on."""
    return tuple(Remark("assumption", f"the {what} uses that {summing(name, shapes[name])}") for name in names)


def summing(name: str, shape: Shape) -> str:
    """What it means that an array is declared stochastic."""
    return f"{name} sums to one, as declared" if len(shape) == 1 else f"the rows of {name} sum to one, as declared"


def invertible(formulas: Collection[Formula]) -> Iterator[str]:
    """Of which matrices both the determinant and the inverse stand in a formula: cofactors written so."""
    for formula in formulas:
        calls = [part for part in postorder(formula.display) if isinstance(part, Call)]
        determined = {call.operands[0] for call in calls if call.function == "det"}
        turned = {call.operands[0] for call in calls if call.function == "transpose"}
        for call in calls:
            if call.function == "inv" and call.operands[0] in determined:
                inverse = Call("transpose", (call,)) if call in turned else call
                product = Call("beside", (Call("det", call.operands), inverse))
                yield f"{to_unicode(product)} needs {to_unicode(call.operands[0])} to be invertible"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
