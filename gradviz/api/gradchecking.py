"""`gradcheck`: gradient code beside differences of its function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gradviz.api import showing
from gradviz.explanation.data.checks import VerdictWord
from gradviz.explanation.data.gradchecks import GradcheckReport, GradientArgument

if TYPE_CHECKING:
    import os


@dataclass(frozen=True, slots=True)
class Gradcheck:
    """What `gradcheck` returns: the verdict, the largest error, and the report in words.

    Example:
        >>> import numpy as np
        >>> found = gradcheck(lambda x: np.sum(x**2), lambda x: 3 * x, np.array([1.0, 2.0]))
        >>> found.verdict, found.causes
        ('wrong', ("x: the code's gradient is 1.5 times too large everywhere",))
    """

    report: GradcheckReport

    @property
    def verdict(self) -> VerdictWord:
        """Whether the gradient code is right: "right", "wrong" or "not decided"."""
        return self.report.verdict

    @property
    def error(self) -> float:
        """The largest relative error that counts."""
        return self.report.error

    @property
    def causes(self) -> tuple[str, ...]:
        """What probably went wrong."""
        return self.report.causes

    @property
    def notes(self) -> tuple[str, ...]:
        """What was found out about the function."""
        return self.report.notes

    @property
    def worst(self) -> tuple[GradientArgument, ...]:
        """The arguments, the one with the largest error first; each lists its worst entries."""
        return tuple(sorted(self.report.arguments, key=lambda one: -one.error))

    def to_text(self, **options: Any) -> str:
        """The report in words and columns."""
        return showing.text_in(self.report, "text", options)

    def to_json(self) -> str:
        """Every fact, by the schema of `gradviz/render/gradcheck.schema.json`."""
        return showing.text_in(self.report, "json", {})

    def save(self, path: str | os.PathLike[str], **options: Any) -> Path:
        """Write a file in the format that its suffix says, and return its path.

        Raises:
            OptionProblem: the suffix or an option does not exist.
            FileProblem: the file cannot be written.
        """
        return showing.save(self.report, path, options)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return f"<Gradcheck: {self.verdict}, error {self.error:.2g}>"


def gradcheck(
    fn: Callable[..., Any],
    grad: Callable[..., Any] | None = None,
    at: Any = None,
    *,
    wrt: str | Sequence[str] | None = None,
    mode: Literal["auto", "full", "fast"] = "auto",
    seed: int = 0,
) -> Gradcheck:
    """Check hand-written gradient code against its function.

    Args:
        fn: any Python function of NumPy arrays (or numbers); gives a number or an array.
        grad: its gradient: `grad(*arguments)`, one array per argument in its shape (a tuple or a dictionary of them if
            there are several). Of an array output: the Jacobian, in the shape output × argument; or the gradient of the
            output's sum, in the argument's shape; or `grad(*arguments, upstream)`, which pulls an upstream gradient
            back. None: `fn` returns `(value, gradient)`.
        at: where: an array, a number, a tuple of several arguments, or a dictionary of named ones (passed by keyword if
            `fn` has such parameters, else as one dictionary). Integer arrays are held fixed.
        wrt: the names of the arguments to differentiate by, where they are not all.
        mode: "full" compares every entry, "fast" random directions and a sample; "auto": "full" up to 400 entries.
        seed: of the random directions and entries.

    Raises:
        ValueProblem: the point is missing or not made of numbers, or the code gives no arrays of numbers.
        OptionProblem: the mode is unknown.

    Example:
        >>> import numpy as np
        >>> sigmoid = lambda x: 1 / (1 + np.exp(-x))
        >>> gradcheck(sigmoid, lambda x: sigmoid(x) * (1 - sigmoid(x)), np.array([0.5, -2.0])).verdict
        'right'
    """
    from gradviz.checking.numeric.check import check_gradient
    from gradviz.errors import ValueProblem

    if not callable(fn) or not (grad is None or callable(grad)):
        raise ValueProblem("the function and its gradient are Python functions", hint="write gradcheck(fn, grad, at=x)")
    if at is None:
        raise ValueProblem("there is no point to check at", hint="write gradcheck(fn, grad, at=x)")
    by = (wrt,) if isinstance(wrt, str) else wrt
    return Gradcheck(check_gradient(fn, grad, at, wrt=by, mode=mode, seed=seed))
