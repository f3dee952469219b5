"""The symbolic gradient of nested chains, products and a perceptron: a formula, or graph, for every derivative.

Of each chain two things are timed: the gradient of an expression that stands, and building the expression as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from suite.case import Absent, Case, Ready, module
from suite.chains import Chain, Lean, nest, perceptron, speelpenning

CHAINS: Mapping[str, Chain] = {
    "nest-10": nest(10),
    "nest-30": nest(30),
    "speel-100": speelpenning(100),
    "speel-1000": speelpenning(1000),
    "mlp": perceptron(),
}
TARGET = "within 2× of CasADi's C++"


def cases() -> Mapping[str, Case]:
    """Each chain, differentiated alone and with building it."""
    found: dict[str, Case] = {}
    for key, chain in CHAINS.items():
        found[key] = Case(
            f"the symbolic gradient of {chain.title}",
            _peers(chain, built=True),
            "CasADi",
            TARGET,
            2.0,
            ("JAX", "SymPy"),
        )
        found[f"{key}-built"] = replace(
            found[key],
            title=f"building {chain.title}, and the symbolic gradient of it",
            peers=_peers(chain, built=False),
        )
    return found


def _peers(chain: Chain, *, built: bool) -> dict[str, Callable[[], Ready]]:
    names = {
        "gradviz": gradviz,
        "lean graph": lean,
        "CasADi": casadi,
        "SymEngine": symengine,
        "JAX": jax,
        "SymPy": sympy,
    }
    return {name: partial(_ready, make, chain, built) for name, make in names.items()}


Maker = Callable[[Chain], tuple[Callable[[], Any], Callable[[Any], Any], Callable[[Any, Any], Any]]]
"""Of a chain: what builds it, what differentiates what was built, and the gradient's numbers from both."""


def _ready(make: Maker, chain: Chain, built: bool) -> Ready:
    build, gradient, numbers = make(chain)
    standing = build()

    def answer(found: Any) -> NDArray[np.float64]:
        expression, slopes = (standing, found) if built else found
        return np.asarray(numbers(expression, slopes), dtype=np.float64)

    def both() -> tuple[Any, Any]:
        expression = build()
        return expression, gradient(expression)

    return Ready(partial(gradient, standing), answer=answer) if built else Ready(both, answer=answer)


def gradviz(chain: Chain) -> Any:
    """Our graph, and its gradient's."""
    from gradviz.graph.graph import Graph
    from gradviz.passes.backward import differentiate
    from gradviz.passes.evaluate import evaluate

    names = [f"x{i}" for i in range(len(chain.point))]
    values = dict(zip(names, chain.point, strict=True))

    def build() -> Any:
        graph = Graph()
        return chain.build(graph, [graph.input(name) for name in names])

    def numbers(_: Any, back: Any) -> Any:
        inputs = [back.graph.names[name] for name in names]
        return evaluate(back.graph, values, [back.gradients[i] for i in inputs])

    return build, lambda output: differentiate(output.graph, output.id), numbers


def lean(chain: Chain) -> Any:
    """What plain Python takes."""

    def build() -> Any:
        graph = Lean()
        inputs = [graph.input(i) for i in range(len(chain.point))]
        return chain.build(graph, inputs), inputs

    def numbers(built: Any, slopes: Any) -> Any:
        return built[0].graph.values(chain.point, slopes)

    return build, lambda built: built[0].graph.gradient(*built), numbers


def casadi(chain: Chain) -> Any:
    """Scalar expressions in C++."""
    library = module("casadi")

    def build() -> Any:
        inputs = library.SX.sym("x", len(chain.point))
        return chain.build(library, library.vertsplit(inputs)), inputs

    def numbers(built: Any, slopes: Any) -> Any:
        return library.Function("f", [built[1]], [slopes])(chain.point).full().ravel()

    return build, lambda built: library.gradient(*built), numbers


def symengine(chain: Chain) -> Any:
    """Trees in C++ that share what is equal, differentiated by one variable after the other."""
    library = module("symengine")
    if len(chain.point) > 300:
        raise Absent("differentiating by every variable takes over half a minute")

    def build() -> Any:
        inputs = [library.Symbol(f"x{i}") for i in range(len(chain.point))]
        return chain.build(library, inputs), inputs

    def numbers(built: Any, slopes: Any) -> Any:
        return library.Lambdify(built[1], slopes, cse=True)(np.array(chain.point)).ravel()

    return build, lambda built: [built[0].diff(each) for each in built[1]], numbers


def jax(chain: Chain) -> Any:
    """The gradient's jaxpr. It traces Python: building is part of it."""
    library = module("jax")
    library.config.update("jax_enable_x64", True)

    def value(inputs: Any) -> Any:
        return chain.build(library.numpy, inputs)

    point = list(chain.point)

    def numbers(_: Any, jaxpr: Any) -> Any:
        return library.core.eval_jaxpr(jaxpr.jaxpr, jaxpr.consts, *point)

    return lambda: None, lambda _: library.make_jaxpr(library.grad(value))(point), numbers


def sympy(chain: Chain) -> Any:
    """Trees in Python. Its cache is emptied before, or the second time would cost nothing."""
    library = module("sympy")
    if chain.exploding:
        raise Absent("the gradient written out as trees takes seconds to hours")

    def build() -> Any:
        inputs = library.symbols(f"x:{len(chain.point)}")
        return chain.build(library, inputs), inputs

    def gradient(built: Any) -> Any:
        library.core.cache.clear_cache()
        return [library.diff(built[0], each) for each in built[1]]

    def numbers(built: Any, slopes: Any) -> Any:
        return library.lambdify(built[1], slopes, modules="math", cse=True)(*chain.point)

    return build, gradient, numbers
