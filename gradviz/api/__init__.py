"""The façade: parse, explain, compile, and the pipeline as a paragraph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from gradviz.api.gates import Gates, with_gates, with_layers
from gradviz.api.inputs import (
    Point,
    build_source,
    built_at,
    check_dtype,
    chosen,
    number_or_array,
    open_sizes,
    refuse_undefined,
    sizes_taken,
    values,
)
from gradviz.api.targets import check_values

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from gradviz.api.checking import check, check_equal, check_steps
    from gradviz.api.coding import code
    from gradviz.api.comparing import Compared, compare
    from gradviz.api.first_values import Mode
    from gradviz.api.gradchecking import Gradcheck, gradcheck
    from gradviz.api.grading import Graded, grade
    from gradviz.api.hessian_products import compile_hvp, hvp
    from gradviz.api.hessians import Hessian, hessian
    from gradviz.api.jacobians import Jacobian, jacobian
    from gradviz.api.plotting import Plotted, plot
    from gradviz.api.result import Explanation, Gradient
    from gradviz.api.sweeps import Sweep, jvp, vjp
    from gradviz.api.trained import Training
    from gradviz.api.training import resume, train, training_step
    from gradviz.api.varying import Variants, variants
    from gradviz.api.verdict import Verdict
    from gradviz.graph.build import Built
    from gradviz.graph.graph import Graph
    from gradviz.passes.compile import Compiled
    from gradviz.passes.matrix.family import Family
    from gradviz.shape import Shape
    from gradviz.syntax.tree import Program

__all__ = [
    "Compared",
    "Explanation",
    "Gradcheck",
    "Graded",
    "Gradient",
    "Hessian",
    "Jacobian",
    "Plotted",
    "Point",
    "Sweep",
    "Training",
    "Variants",
    "Verdict",
    "check",
    "check_equal",
    "check_steps",
    "code",
    "compare",
    "compile",
    "compile_hvp",
    "explain",
    "gradcheck",
    "grade",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "parse",
    "plot",
    "resume",
    "train",
    "training_step",
    "values",
    "variants",
    "vjp",
]

_HOMES = {
    **dict.fromkeys(("check", "check_equal", "check_steps"), "checking"),
    "code": "coding",
    **dict.fromkeys(("Compared", "compare"), "comparing"),
    **dict.fromkeys(("Gradcheck", "gradcheck"), "gradchecking"),
    **dict.fromkeys(("Graded", "grade"), "grading"),
    **dict.fromkeys(("Hessian", "hessian"), "hessians"),
    **dict.fromkeys(("compile_hvp", "hvp"), "hessian_products"),
    **dict.fromkeys(("Jacobian", "jacobian"), "jacobians"),
    **dict.fromkeys(("Plotted", "plot"), "plotting"),
    **dict.fromkeys(("Explanation", "Gradient"), "result"),
    **dict.fromkeys(("Sweep", "jvp", "vjp"), "sweeps"),
    "Training": "trained",
    **dict.fromkeys(("resume", "train", "training_step"), "training"),
    **dict.fromkeys(("Variants", "variants"), "varying"),
    "Verdict": "verdict",
}
"""Where each name is that is imported when it is first used. No module may have the name of one of them."""

if not TYPE_CHECKING:  # a type checker knows the names from the imports above, and none beside them

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def parse(text: str, *, name: str = "expression", known: Iterable[str] = ()) -> Program:
    """The syntax tree of a program.

    Args:
        text: statements separated by newlines or `;`.
        name: under which errors speak of it.
        known: names that have values outside the text, so that `xy` is not taken apart if it is one of them.

    Raises:
        ParseError: the text is not in the language; the error points at the place.
    """
    from gradviz.syntax.parser import parse as read

    return read(text, name=name, known=tuple(known))


def explain(
    source: str | Graph,
    at: Point = None,
    wrt: str | Iterable[str] | None = None,
    of: str | None = None,
    upstream: Any = None,
    *,
    formulas: bool = True,
    seed: int | None = None,
    mode: Mode = "training",
    order: Literal[1, 2] = 1,
    gates: Gates = "written",
    depth: int | Literal["layers"] | None = None,
    name: str = "expression",
) -> Explanation:
    """Explain an output: its graph, the values forward, the gradients backward, and why each is what it is.

    text → tree → graph → gradient graph → explanation: the text is parsed, the tree is built into a typed graph, the
    reverse pass makes a graph of the gradients, both are evaluated, every formula is verified against the numbers, and
    all of it is written down as plain data, which the renderers print and draw.

    Args:
        source: an expression or a program, or a graph built by hand.
        at: values of inputs, numbers or arrays; a mapping or a text. Without a value for every input, the explanation
            is symbolic and names what is missing.
        wrt: the inputs whose gradients are wanted; all if None.
        of: the output's name; by default a program's last statement, or a graph's last node.
        upstream: the gradient that comes into the output, in its shape; 1 (or ones) if None.
        formulas: whether gradient formulas are worked out.
        seed: random values for inputs that have none, of two decimals where there are few.
        mode: "training" builds networks as they are trained (dropout drops), "evaluation" as they are used.
        order: 2 adds the second derivatives, where the output is one number.
        gates: "folded" shows recognised circuits (an expanded sigmoid, softmax, tanh, logsumexp, mean, variance) as
            the gates that they are, linear layers as one box each and linear maps in a row as one; "unfolded" writes
            gates out as circuits.
        depth: how many levels of layers, losses and other groups stay open; what lies deeper is one box each, with its
            own local Jacobian. 0 closes all; "layers" shows one box per layer and loss; None opens what fits.
        name: under which errors speak of the text.

    Raises:
        UserError: the text, a name, a shape or a value is wrong; the message says what to do.

    Example:
        >>> f = explain("f=(x+y)*z", at="x=-2,y=5,z=-4")
        >>> f.value, f.gradients["z"].formula, f.gradients["z"].value
        (-12.0, 'x + y', 3.0)
    """
    from gradviz.api.reporting import second_report
    from gradviz.api.result import Explanation
    from gradviz.explanation.explain import explain_graph

    built = built_at(source, at, of, name=name, seed=seed, mode=mode)
    check_values(built)
    refuse_undefined(built)
    built, closed = with_layers(with_gates(built, gates), gates)
    second = second_report(built, chosen(wrt), upstream, order)
    data = explain_graph(
        built.graph,
        built.output,
        output_name=built.output_name,
        source=built.program.source.text,
        values=built.values,
        wrt=chosen(wrt),
        upstream=number_or_array(upstream, "upstream"),
        formulas=formulas,
        notes=(*built.notes, *sizes_taken(built)),
        letters={key: "×".join(map(str, shape)) for key, shape in built.letters.shapes.items()},
        family=_family(built, gates),
        declared=built.declared,
        open_sizes=open_sizes(built),
        depth=depth,
        closed=closed,
    )
    # What layers make is drawn once everything else has a value: nobody need give it one.
    data = replace(data, missing=tuple(name for name in data.missing if name not in built.leaves), second=second)
    return Explanation(data)


def _family(built: Built, gates: Gates) -> Family | None:
    """The program at other sizes, where its shapes have letters."""
    if not built.letters.sizes:
        return None
    from gradviz.passes.matrix.family import family_of

    return family_of(built, then=lambda twin: with_gates(twin, gates))


def compile(
    source: str | Graph,
    wrt: str | Iterable[str] | None = None,
    at: Point = None,
    shapes: Mapping[str, Shape] | None = None,
    dtype: DTypeLike = float,
    *,
    of: str | None = None,
    mode: Mode = "training",
    engine: str = "python",
) -> Compiled:
    """A plain function `fn(*values) -> (value, (gradient, …))`, straight-line code compiled once.

    Args:
        source: an expression or a program, or a graph built by hand.
        wrt: the inputs whose gradients are wanted; all if None.
        at: example values, for the shapes of inputs that the program does not give.
        shapes: or their shapes.
        dtype: of arrays: float64 or float32. A function of scalars works with the numbers that it is given:
            integers stay exact integers as far as Python's own arithmetic keeps them, floats give floats. NumPy's
            numbers follow NumPy's rules (its integers wrap around, it warns of a division by zero): give `float(x)`.
        of: the output's name.
        mode: "training" builds networks as they are trained (dropout drops), "evaluation" as they are used.
        engine: what runs a function of numbers: "python", or "jit" for machine code (`pip install "gradviz[jit]"`),
            which reads every number as a float and gives NaN and infinity as NumPy does.

    Returns:
        The function; `fn.inputs` names its arguments in order, `fn.batch` takes arrays of points, `fn.source` is its
        source text, and `fn.buffer()` of a function of numbers makes arrays to compute in, call after call.
        `fn.into(gradients)` of a function of arrays makes a function that writes into arrays that are there.
        Products and quotients of numbers are regrouped for speed: last digits may differ from the explained ones.

    Raises:
        UserError: the text, a name or a shape is wrong.

    Example:
        >>> f = compile("(x+y)*z")
        >>> f.inputs, f(-2.0, 5.0, -4.0)
        (('x', 'y', 'z'), (-12.0, (-4.0, -4.0, 3.0)))
    """
    from gradviz.passes.compile import compile_graph

    check_dtype(dtype)
    built = build_source(source, values(at), of, "expression", shapes, mode)
    by = chosen(wrt)
    if by is None and not all(map(built.graph.differentiates, built.inputs)):
        by = tuple(filter(built.graph.differentiates, built.inputs))
    return compile_graph(built.graph, built.output, built.inputs, by, dtype, engine)
