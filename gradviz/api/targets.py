"""Values that losses cannot mean, refused before anything is explained; and random ones that they can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradviz.graph.build import Built

DRAWN: Mapping[str, Callable[[Any, int], Any]] = {
    "classes": lambda array, count: _classes(array, count),
    "probability": lambda array, count: _half(array),
    "share": lambda array, count: _share(array),
    "signs": lambda array, count: 2.0 * _half(array) - 1.0,
    "count": lambda array, count: _counts(array),
    "weights": lambda array, count: _weights(array),
    "positive": lambda array, count: abs(array) + 0.1,
}
"""Normal random numbers made what a loss takes: by the word that it says of its operand."""


def drawn_for(word: str, array: Any) -> Any:
    """Normal random numbers as a loss's operand: "classes 3", "probability", "signs", "count", "positive"."""
    kind, _, count = word.partition(" ")
    return DRAWN[kind](array, int(count or 0))


def _classes(array: Any, count: int) -> Any:
    """Each class about equally often: by the number's place in the normal distribution."""
    import numpy as np

    return np.minimum(np.floor(count * _share(array)), count - 1)


def _half(array: Any) -> Any:
    """1 for numbers above 0, else 0: the targets of a yes or no."""
    import numpy as np

    return np.where(np.asarray(array) > 0, 1.0, 0.0)


def _weights(array: Any) -> Any:
    """Probabilities along the last axis."""
    import numpy as np

    powers = np.exp(array)
    return powers / powers.sum(axis=-1, keepdims=True) if np.ndim(array) else _share(array)


def _counts(array: Any) -> Any:
    import numpy as np

    return np.floor(np.abs(array) * 2)


def _share(array: Any) -> Any:
    from gradviz.ops.kernels import erf

    return (1 + erf(array / 2**0.5)) / 2


def check_values(built: Built) -> None:
    """Refuse values of targets that their loss cannot mean.

    Raises:
        ValueProblem: a class number out of range, a probability outside [0, 1], a distribution that is none.
    """
    from gradviz.graph.losses import check_losses, losses_of
    from gradviz.passes.evaluate import evaluate

    graph, known = built.graph, {**built.graph.values, **built.values}
    wanted = {i for loss in losses_of(graph) for i in loss.operands}
    if not wanted:
        return
    if any(name not in known for name in graph.inputs):
        found = {i: known[node.name] for i, node in enumerate(graph.nodes) if i in wanted and node.name in known}
    else:
        asked = sorted(wanted)
        found = dict(zip(asked, evaluate(graph, known, asked), strict=True))
    check_losses(graph, found)
