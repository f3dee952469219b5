"""`gradcheck`: gradient code beside differences of its function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gradviz.api import showing
from gradviz.api.inputs import build_source, values
from gradviz.explanation.data.checks import VerdictWord
from gradviz.explanation.data.gradchecks import GradcheckReport, GradientArgument

if TYPE_CHECKING:
    import os

    from gradviz.graph.graph import Graph


@dataclass(frozen=True, slots=True)
class Gradcheck:
    """What `gradcheck` returns: the verdict, the largest error, and the report in words.

    Example:
        >>> import numpy as np
        >>> found = gradcheck(lambda x: np.sum(x**2), lambda x: 3 * x, np.array([1.0, 2.0]))
        >>> found.verdict, found.causes
        ('wrong', ("x: the code's gradient is 3/2 times too large everywhere",))
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
        """The report in words and columns.

        Args:
            options: `width`, `ascii` and the other fields of `gradviz.render.options.Options`.
        """
        return showing.text_in(self.report, "text", options)

    def to_markdown(self) -> str:
        """The report as Markdown: the text, in a block."""
        return showing.text_in(self.report, "md", {})

    def to_json(self) -> str:
        """Every fact, by the schema of `gradviz/render/gradcheck.schema.json`."""
        return showing.text_in(self.report, "json", {})

    def save(self, path: str | os.PathLike[str], **options: Any) -> Path:
        """Write a file in the format that its suffix says (.txt, .md or .json), and return its path.

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
    fn: Callable[..., Any] | str | Graph,
    grad: Callable[..., Any] | None = None,
    at: Any = None,
    *,
    wrt: str | Sequence[str] | None = None,
    mode: Literal["auto", "full", "fast"] = "auto",
    seed: int = 0,
) -> Gradcheck:
    """Check hand-written gradient code against its function.

    Args:
        fn: any Python function of NumPy arrays (or numbers); gives a number or an array. Or a gradviz text or graph
            whose output is a number: its own derivative is then what the code is compared with.
        grad: its gradient: `grad(*arguments)`, one array per argument in its shape (a tuple or a dictionary of them if
            there are several). Of an array output: the Jacobian, in the shape output × argument; or the gradient of the
            output's sum, in the argument's shape; or `grad(*arguments, upstream)`, which pulls an upstream gradient
            back (by an optional or keyword parameter `upstream` too). None: `fn` returns `(value, gradient)`.
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
        >>> gradcheck("f = x^2 * y", lambda x, y: (x * y, x**2), {"x": 3.0, "y": 2.0})
        <Gradcheck: wrong, error 0.5>
    """
    from gradviz.checking.numeric.check import check_gradient
    from gradviz.errors import ValueProblem

    by = (wrt,) if isinstance(wrt, str) else wrt
    if isinstance(fn, str) or not callable(fn):
        from gradviz.graph.graph import Graph

        if isinstance(fn, (str, Graph)):
            return _of_text(fn, grad, at, by, mode, seed)

    if not callable(fn) or not (grad is None or callable(grad)):
        raise ValueProblem("the function and its gradient are Python functions", hint="write gradcheck(fn, grad, at=x)")
    if at is None:
        raise ValueProblem("there is no point to check at", hint="write gradcheck(fn, grad, at=x)")
    return Gradcheck(check_gradient(fn, grad, at, wrt=by, mode=mode, seed=seed))


def _of_text(
    source: str | Graph,
    grad: Callable[..., Any] | None,
    at: Any,
    wrt: Sequence[str] | None,
    mode: Literal["auto", "full", "fast"],
    seed: int,
) -> Gradcheck:
    """Gradient code beside the derivative that gradviz finds itself."""
    from gradviz.checking.numeric.check import check_gradient
    from gradviz.errors import ValueProblem

    if not callable(grad):
        raise ValueProblem("there is no gradient to check", hint="write gradcheck(text, grad, at={...})")
    if at is None:
        raise ValueProblem("there is no point to check at", hint='write gradcheck(text, grad, at={"x": 2.0})')
    function, exact, point, by = _compiled(source, values(at), wrt)
    return Gradcheck(check_gradient(function, grad, point, wrt=by, mode=mode, seed=seed, exact=exact))


def _compiled(source: str | Graph, given: dict[str, Any], wrt: Sequence[str] | None) -> tuple[Any, Any, Any, Any]:
    """The function by keyword, its exact gradient by name, the point in the inputs' order, and the names it is by."""
    from gradviz.errors import ValueProblem
    from gradviz.passes.compile import compile_graph

    built = build_source(source, given, None, "function", None)
    if built.graph.nodes[built.output].shape != ():
        raise ValueProblem(
            "the output of the text is an array, and its gradient is compared where it is a number",
            hint="give sum(…) of it, or a Python function",
        )
    by = tuple(wrt) if wrt is not None else tuple(filter(built.graph.differentiates, built.inputs))
    found = {**built.values, **given}
    missing = [name for name in built.inputs if name not in found]
    if missing:
        raise ValueProblem(f"there is no value of {', '.join(missing)}", hint="give every input its value in at=")
    ready = compile_graph(built.graph, built.output, built.inputs, by)

    def function(**named: Any) -> Any:
        return ready(*(named[name] for name in built.inputs))[0]

    def exact(**named: Any) -> dict[str, Any]:
        return dict(zip(by, ready(*(named[name] for name in built.inputs))[1], strict=True))

    point = {name: _floats(found[name]) if name in by else found[name] for name in built.inputs}
    return function, exact, point, by


def _floats(value: Any) -> Any:
    import numpy as np

    made = np.asarray(value, dtype=np.float64)
    return made if made.ndim else made.item()
