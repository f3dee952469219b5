"""Jacobians and Hessians with structure, and products with a Hessian.

An answer is what a user would go on with: the nonzeros for those that know their structure, the whole matrix for those
that only know that. They are compared by what the matrix does to two vectors (and, where it is diagonal, by that).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from suite.case import Absent, Case, Ready, module
from suite.hessian_product import hessian_product
from suite.jacobian_peers import autograd_jacobian, casadi_function, jax_jacobian, torch_jacrev
from suite.sizes import applied, dice, needs, ready
from suite.structured import (
    LARGE,
    Slices,
    arrow,
    arrow_by_hand,
    spokes,
    spokes_by_hand,
    tridiagonal,
    tridiagonal_by_hand,
    valley,
    valley_by_hand,
)

Array = NDArray[np.float64]


def cases() -> Mapping[str, Case]:
    """By key."""
    return {
        "relu-4096": _relu((4096,), "the Jacobian of relu on 4,096 numbers"),
        "relu-409600": _relu((100, 4096), "the Jacobian of relu on 409,600 numbers (100×4096)"),
        "softmax-512": _softmax(512),
        "tridiagonal-10000": _sparse(
            tridiagonal, tridiagonal_by_hand, "the Jacobian of a tridiagonal function of 10,000 variables"
        ),
        "arrow-10000": _sparse(arrow, arrow_by_hand, "the Jacobian of an arrow-shaped function of 10,000 variables"),
        "hessian-tridiagonal-10000": _hessian(
            valley, valley_by_hand, "the Hessian of a function of 10,000 variables, tridiagonal"
        ),
        "hessian-arrow-10000": _hessian(
            spokes, spokes_by_hand, "the Hessian of a function of 10,000 variables, an arrow"
        ),
        "hessian-product": hessian_product(),
    }


# One elementwise function: the Jacobian is its diagonal.


def _relu(shape: tuple[int, ...], title: str) -> Case:
    x = dice().standard_normal(shape)
    n = x.size

    def gradviz() -> Ready:
        from gradviz.graph.graph import Graph
        from gradviz.passes.jacobian import jacobian_of

        graph = Graph()
        entry = graph.input("x", shape)
        output = graph.relu(entry)
        return Ready(
            lambda: jacobian_of(graph, output.id, entry.id, {"x": x}).operator,
            answer=lambda found: np.concatenate([found.matvec(np.ones(n)), found.rmatvec(np.ones(n))]),
        )

    def by_hand() -> Ready:
        mask = np.empty(shape, dtype=bool)
        return Ready(partial(np.greater, x, 0, out=mask), answer=_diagonal)

    def casadi() -> Ready:
        library = module("casadi")
        v = library.SX.sym("v", n)
        return casadi_function(library, [v], library.jacobian(library.fmax(v, 0), v), [x], answer=_diagonal)

    def dense(make: Callable[[], Callable[[], Any]]) -> Ready:
        needs(n, n)
        return Ready(make(), answer=lambda found: _diagonal(np.asarray(found).reshape(n, n).diagonal()))

    peers = {"gradviz": gradviz, "by hand": by_hand, "CasADi": casadi}
    dense_ones = {
        "JAX jacrev": lambda: jax_jacobian("jacrev", lambda jax: jax.nn.relu, x),
        "PyTorch jacrev": lambda: torch_jacrev(lambda torch: torch.relu, x),
        "autograd": lambda: autograd_jacobian(lambda np_: lambda v: np_.maximum(v, 0), x),
    }
    return Case(
        title,
        peers | {name: partial(dense, make) for name, make in dense_ones.items()},
        "CasADi",
        "ahead of CasADi, JAX, PyTorch and autograd",
        beats=("CasADi", *dense_ones),
    )


def _diagonal(found: Any) -> Array:
    flat = np.asarray(found, dtype=np.float64).ravel()
    return np.concatenate([flat, flat])


# A dense Jacobian, of low-rank parts.


def _softmax(n: int) -> Case:
    numbers = dice()
    x, w = numbers.standard_normal(n), numbers.standard_normal((n, n)) / 20

    def gradviz() -> Ready:
        from gradviz.graph.graph import Graph
        from gradviz.passes.jacobian import jacobian_of

        graph = Graph()
        weights, entry = graph.input("W", (n, n)), graph.input("x", (n,))
        output = graph.softmax(weights @ entry)
        values = {"W": w, "x": x}
        return ready(lambda: jacobian_of(graph, output.id, entry.id, values).operator.todense(), np.asarray)

    def by_hand() -> Ready:
        made = np.empty_like(w)

        def call() -> Array:
            z = w @ x
            e = np.exp(z - z.max())
            s = e / e.sum()
            np.subtract(w, s @ w, out=made)
            np.multiply(made, s[:, None], out=made)
            return made

        return ready(call, np.asarray)

    def casadi() -> Ready:
        library = module("casadi")
        v = library.MX.sym("v", n)
        z = library.mtimes(library.DM(w), v)
        e = library.exp(z - library.mmax(z))
        return casadi_function(
            library,
            [v],
            library.jacobian(e / library.sum1(e), v),
            [x],
            answer=lambda found: applied(found.reshape(n, n).T),
        )

    def autograd_softmax(np_: Any) -> Callable[[Any], Any]:
        def softmax(v: Any) -> Any:
            z = np_.dot(w, v)
            e = np_.exp(z - np_.max(z))
            return e / np_.sum(e)

        return softmax

    def jax_softmax(jax: Any) -> Callable[[Any], Any]:
        held = jax.numpy.array(w)
        return lambda v: jax.nn.softmax(held @ v)

    def torch_softmax(torch: Any) -> Callable[[Any], Any]:
        held = torch.from_numpy(w)
        return lambda v: torch.softmax(held @ v, 0)

    return Case(
        f"the Jacobian of softmax(W x) by {n} numbers, dense",
        {
            "gradviz": gradviz,
            "by hand": by_hand,
            "CasADi": casadi,
            "JAX jacrev": lambda: ready(jax_jacobian("jacrev", jax_softmax, x), np.asarray),
            "JAX jacfwd": lambda: ready(jax_jacobian("jacfwd", jax_softmax, x), np.asarray),
            "PyTorch jacrev": lambda: ready(torch_jacrev(torch_softmax, x), lambda found: found.numpy()),
            "autograd": lambda: ready(autograd_jacobian(autograd_softmax, x), np.asarray),
        },
        "CasADi",
        "ahead of CasADi, PyTorch and autograd",
        beats=("CasADi", "PyTorch jacrev", "autograd"),
    )


# Sparse ones: each is written once, as slices of a vector that any of the libraries understands.


def _point() -> Array:
    made: Array = 1 + 0.1 * dice().standard_normal(LARGE)
    return made


class _Ours:
    """The names that `Slices` use, on our graph."""

    def __init__(self, graph: Any) -> None:
        self.sin, self.exp, self.sum = graph.sin, graph.exp, graph.sum
        self._graph = graph

    def concatenate(self, parts: Any) -> Any:
        return self._graph.concat(*parts, axis=0)

    def one(self, number: Any) -> Any:
        return self._graph.reshape(number, shape=(1,))


class _CasADi:
    """The same on CasADi's."""

    def __init__(self, library: Any) -> None:
        self.sin, self.exp, self.sum = library.sin, library.exp, library.sum1
        self._library = library

    def concatenate(self, parts: Any) -> Any:
        return self._library.vertcat(*parts)

    def one(self, number: Any) -> Any:
        return number


def _ours(function: Slices) -> tuple[Any, Any, Any]:
    from gradviz.graph.graph import Graph

    graph = Graph()
    entry = graph.input("x", (LARGE,))
    return graph, entry, function(_Ours(graph), entry)


def _refuse_slow(derive: str, function: Slices) -> None:
    """Leave CasADi out where it takes minutes.

    Raises:
        Absent: it does.
    """
    if function is arrow and derive == "jacobian":
        raise Absent("it colours one way only: 10,000 colours, in time as n² (29 s for 4,000 variables)")


def _casadi_sparse(derive: str, function: Slices, x: Array) -> Ready:
    library = module("casadi")
    _refuse_slow(derive, function)
    v = library.SX.sym("v", LARGE)
    value = function(_CasADi(library), v)
    matrix = library.jacobian(value, v) if derive == "jacobian" else library.hessian(value, v)[0]
    rows, columns = (np.array(places) for places in matrix.sparsity().get_triplet())
    return casadi_function(library, [v], matrix, [x], answer=lambda found: applied(_csr(found, rows, columns)))


def _csr(values: Any, rows: Any, columns: Any) -> Any:
    return module("scipy.sparse").csr_array((np.array(values), (rows, columns)), shape=(LARGE, LARGE))


def _casadi_whole(derive: str, function: Slices, x: Array) -> Ready:
    """All that ours does in a call: differentiate, find the pattern, colour it, evaluate."""
    module("casadi")
    _refuse_slow(derive, function)
    return Ready(
        lambda: _casadi_sparse(derive, function, x),
        answer=lambda ready: ready.answer(ready.call()),
    )


def _dense_is_too_large() -> Ready:
    needs(LARGE, LARGE)
    raise AssertionError


def _large(
    title: str, ours: Callable[[], Ready], derive: str, function: Slices, by_hand: Callable[[Array], Any]
) -> Case:
    x = _point()
    return Case(
        title,
        {
            "gradviz": ours,
            "by hand": lambda: ready(lambda: by_hand(x), lambda found: _csr(*found)),
            "CasADi": partial(_casadi_whole, derive, function, x),
            "CasADi, evaluated": partial(_casadi_sparse, derive, function, x),
            **dict.fromkeys(("JAX", "PyTorch", "autograd"), _dense_is_too_large),
        },
        "by hand",
        "from the graph to all nonzeros: ahead of CasADi",
        beats=("CasADi",),
        notes=(
            "by hand: the formulas of the nonzeros, worked out on paper; casadi, evaluated: the same function at "
            "another point, without finding the pattern again",
        ),
    )


def _sparse(function: Slices, by_hand: Callable[[Array], Any], title: str) -> Case:
    def gradviz() -> Ready:
        from gradviz.passes.jacobian import jacobian_of

        graph, entry, output = _ours(function)
        values = {"x": _point()}
        return ready(lambda: jacobian_of(graph, output.id, entry.id, values).operator, lambda found: found.to_scipy())

    return _large(title, gradviz, "jacobian", function, by_hand)


def _hessian(function: Slices, by_hand: Callable[[Array], Any], title: str) -> Case:
    def gradviz() -> Ready:
        from gradviz.passes.second import hessian_of

        graph, entry, output = _ours(function)
        values = {"x": _point()}
        return ready(lambda: hessian_of(graph, output.id, [entry.id], values).to_scipy(), lambda found: found)

    return _large(title, gradviz, "hessian", function, by_hand)
