"""PATTERNS: the circuits that are recognised, and the gate that each is. The one list.

A circuit is written in gradviz's own language. Its names are holes: each stands for any node of the graph, the same one
wherever it is named; `n` stands for the number of entries that a sum runs over, `r` for one by it. An axis stands for
any axis.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gradviz.shape import Shape

VECTOR: Mapping[str, Shape] = MappingProxyType({"z": (3,), "n": (), "r": ()})
_CALLED = re.compile(r"([a-z_]+)\(")

MATRIX: Mapping[str, Shape] = MappingProxyType({"z": (2, 3), "n": (), "r": ()})


@dataclass(frozen=True, slots=True)
class Circuit:
    """One way to write a pattern.

    Args:
        text: the circuit.
        gate: what it is, in the same holes.
        shapes: of the holes, where they are no scalars. A circuit of scalars serves arrays entry by entry.
    """

    text: str
    gate: str
    shapes: Mapping[str, Shape] = field(default_factory=dict, hash=False)

    @property
    def functions(self) -> frozenset[str]:
        """The functions that it calls, one at least: a graph without one of these operations does not hold it.

        Example:
            >>> Circuit("u/(1 + exp(-u))", "silu(u)").functions
            frozenset({'exp'})
        """
        return frozenset(_CALLED.findall(self.text))


@dataclass(frozen=True, slots=True)
class Pattern:
    """A function that people write out.

    Args:
        name: the operation of the table that it is.
        called: what a person calls it.
        circuits: ways to write it, the usual one first: it is what the gate unfolds into.
        local: its local derivative in words of the gate alone; "" where there is no short one.
        source: where the circuit or its derivative is taught.
    """

    name: str
    called: str
    circuits: tuple[Circuit, ...]
    local: str = ""
    source: str = ""


def _scalar(gate: str, *texts: str) -> tuple[Circuit, ...]:
    return tuple(Circuit(text, gate) for text in texts)


def _arrays(gate: str, *texts: str) -> tuple[Circuit, ...]:
    """Circuits on a vector, or along an axis of a matrix where they name one."""
    return tuple(Circuit(text, gate, MATRIX if "axis" in text else VECTOR) for text in texts)


_LIST = (
    Pattern(
        name="sigmoid",
        called="a sigmoid",
        circuits=(
            *_scalar(
                "sigmoid(u)",
                "1/(1 + exp(-u))",
                "exp(u)/(1 + exp(u))",
                "(1 + exp(-u))^-1",
                "(1 + tanh(u/2))/2",
                "1 - 1/(1 + exp(u))",
            ),
            *_scalar("sigmoid(-u)", "1/(1 + exp(u))"),
        ),
        local="σ(1 − σ)",
        source="CS231n, lecture 4",
    ),
    Pattern(
        name="tanh",
        called="a tanh",
        circuits=(
            *_scalar(
                "tanh(u)",
                "(exp(u) - exp(-u))/(exp(u) + exp(-u))",
                "(exp(2*u) - 1)/(exp(2*u) + 1)",
                "(1 - exp(-2*u))/(1 + exp(-2*u))",
                "sinh(u)/cosh(u)",
                "2*sigmoid(2*u) - 1",
                "2/(1 + exp(-2*u)) - 1",
            ),
            *_scalar("tanh(u/2)", "(exp(u) - 1)/(exp(u) + 1)"),
        ),
        local="1 − tanh²",
    ),
    Pattern(
        name="softplus",
        called="a softplus",
        circuits=_scalar("softplus(u)", "log(1 + exp(u))", "-log(sigmoid(-u))"),
        local="σ(u)",
    ),
    Pattern(
        name="silu",
        called="a SiLU (swish)",
        circuits=_scalar("silu(u)", "u*sigmoid(u)", "u/(1 + exp(-u))"),
    ),
    Pattern(
        name="softmax",
        called="a softmax",
        circuits=(
            *_arrays("softmax(z)", "exp(z)/sum(exp(z))", "exp(z - max(z))/sum(exp(z - max(z)))"),
            *_arrays(
                "softmax(z, axis=1)",
                "exp(z)/sum(exp(z), axis=1, keepdims=true)",
                "exp(z - max(z, axis=1, keepdims=true))/sum(exp(z - max(z, axis=1, keepdims=true)), "
                "axis=1, keepdims=true)",
            ),
        ),
        local="diag(p) − p pᵀ",
    ),
    Pattern(
        name="log_softmax",
        called="the logarithm of a softmax",
        circuits=(
            *_arrays("log_softmax(z)", "z - log(sum(exp(z)))", "z - logsumexp(z)", "log(softmax(z))"),
            *_arrays(
                "log_softmax(z, axis=1)",
                "z - log(sum(exp(z), axis=1, keepdims=true))",
                "z - logsumexp(z, axis=1, keepdims=true)",
                "log(softmax(z, axis=1))",
            ),
        ),
    ),
    Pattern(
        name="logsumexp",
        called="a logsumexp",
        circuits=(
            *_arrays("logsumexp(z)", "log(sum(exp(z)))", "max(z) + log(sum(exp(z - max(z))))"),
            *_arrays(
                "logsumexp(z, axis=1)",
                "log(sum(exp(z), axis=1))",
                "max(z, axis=1) + log(sum(exp(z - max(z, axis=1, keepdims=true)), axis=1))",
            ),
            *_arrays("logsumexp(z, axis=1, keepdims=true)", "log(sum(exp(z), axis=1, keepdims=true))"),
        ),
        local="softmax(z)",
    ),
    Pattern(
        name="logaddexp",
        called="a logaddexp",
        circuits=_scalar("logaddexp(u, v)", "log(exp(u) + exp(v))"),
    ),
    Pattern(
        name="var",
        called="a variance",
        circuits=(
            *_arrays(
                "var(z)",
                "mean((z - mean(z))^2)",
                "sum((z - mean(z))^2)/n",
                "r*sum((z - mean(z))^2)",
                "sum((z - sum(z)/n)^2)/n",
                "||z - mean(z)||^2/n",
                "mean(z^2) - mean(z)^2",
            ),
            *_arrays(
                "var(z, axis=1)",
                "mean((z - mean(z, axis=1, keepdims=true))^2, axis=1)",
                "sum((z - mean(z, axis=1, keepdims=true))^2, axis=1)/n",
                "mean(z^2, axis=1) - mean(z, axis=1)^2",
            ),
        ),
        local="2 (z − mean(z))/n",
    ),
    Pattern(
        name="mean",
        called="a mean",
        circuits=(
            *_arrays("mean(z)", "sum(z)/n", "r*sum(z)"),
            *_arrays("mean(z, axis=1)", "sum(z, axis=1)/n", "r*sum(z, axis=1)"),
            *_arrays("mean(z, axis=1, keepdims=true)", "sum(z, axis=1, keepdims=true)/n"),
        ),
        local="1/n for each",
    ),
)

PATTERNS: Mapping[str, Pattern] = MappingProxyType({pattern.name: pattern for pattern in _LIST})
