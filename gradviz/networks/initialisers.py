"""INITIALISERS: how first values are made. The row that computes is also the one that is explained and listed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from gradviz.errors import ValueProblem, nearest
from gradviz.networks.initialiser import ROWS, Distribution, Initialiser
from gradviz.networks.leaf import Leaf
from gradviz.ops.table import FUNCTIONS


def _words(rows: tuple[Initialiser, ...]) -> Mapping[str, Initialiser]:
    found: dict[str, Initialiser] = {}
    for row in rows:
        for word in (row.name, *row.aliases):
            if found.setdefault(word, row) is not row:
                raise ValueError(f"the initialiser {word!r} stands in the table twice")
    return MappingProxyType(found)


INITIALISERS: Mapping[str, Initialiser] = MappingProxyType({row.name: row for row in ROWS})
"""The rows by name."""
INITIALISER_WORDS: Mapping[str, Initialiser] = _words(ROWS)
"""The rows by name and alias."""

Draw = Callable[[Any, tuple[int, ...], float], Any]
"""From a generator of NumPy, a shape and a spread, the numbers."""
DRAWS: Mapping[Distribution, Draw] = MappingProxyType(
    {
        "constant": lambda random, shape, value: np.full(shape, value),
        "normal": lambda random, shape, std: random.normal(0.0, std, shape),
        "uniform": lambda random, shape, bound: random.uniform(-bound, bound, shape),
        "bernoulli": lambda random, shape, probability: (random.random(shape) < probability).astype(float),
    }
)
"""How each distribution is drawn, in one shape and with one spread."""


def read_init(init: str) -> tuple[Initialiser, tuple[float, ...]]:
    """A spec in words as a row and its numbers.

    Args:
        init: a name or alias, and its numbers if any: "he_normal", "normal(0.01)", or the same as "normal 0.01".

    Raises:
        ValueProblem: there is no such initialiser, or its numbers do not fit.

    Example:
        >>> row, numbers = read_init("he"), read_init("normal 0.01")[1]
        >>> row[0].name, numbers
        ('he_normal', (0.01,))
    """
    word, *rest = init.replace("(", " ").replace(")", " ").replace(",", " ").split() or [""]
    row = INITIALISER_WORDS.get(word.lower())
    if row is None:
        raise _unknown(init, word.lower())
    if len(rest) > len(row.parameters):
        takes = f"at most one number, as in {_usage(row)}" if row.parameters else "no numbers"
        raise ValueProblem(f"the initialiser {init!r} has too many numbers: {row.name} takes {takes}", hint=_try(row))
    numbers = [_read(row, init, text) for text in rest]
    numbers += [float(str(parameter.default)) for parameter in row.parameters[len(rest) :]]
    _check(row, init, numbers)
    return row, tuple(numbers)


def _unknown(init: str, word: str) -> ValueProblem:
    close = nearest(word, INITIALISER_WORDS)
    known = f"the initialisers are {', '.join(INITIALISERS)}"
    return ValueProblem(
        f"there is no initialiser {init!r}", hint=f"did you mean {close!r}? {known}" if close else known
    )


def _usage(row: Initialiser) -> str:
    numbers = ", ".join(str(parameter.default) for parameter in row.parameters)
    return f"{row.name}({numbers})" if numbers else row.name


def _try(row: Initialiser) -> str:
    return f"write {_usage(row)}"


def _read(row: Initialiser, init: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueProblem(f"{text!r} in the initialiser {init!r} is no number", hint=_try(row)) from None
    if not math.isfinite(number):
        raise ValueProblem(f"{text!r} in the initialiser {init!r} is not finite", hint=_try(row))
    return number


def _check(row: Initialiser, init: str, numbers: list[float]) -> None:
    """Spreads are not negative, probabilities lie between 0 and 1."""
    if row.distribution in ("normal", "uniform") and any(number < 0 for number in numbers):
        what = "standard deviation" if row.distribution == "normal" else "bound"
        raise ValueProblem(f"the {what} in the initialiser {init!r} is below 0", hint=_try(row))
    if row.distribution == "bernoulli" and not all(0 <= number <= 1 for number in numbers):
        raise ValueProblem(
            f"the probability in the initialiser {init!r} is not between 0 and 1", hint="'bernoulli 0.8' keeps 80 %"
        )


def initial(leaf: Leaf, seed: int | tuple[int, ...]) -> Any:
    """The first value of a parameter or buffer, or one draw of noise.

    It depends on the seed, the leaf's name, shape, fans and spec, and on nothing else: another layer in the network
    changes none of the values of this one.

    Args:
        leaf: what is to be filled.
        seed: whole numbers from 0; several where there are several draws (noise: the seed and the step).

    Returns:
        A float64 array in the leaf's shape.

    Raises:
        ValueProblem: the spec or the seed is bad.

    Example:
        >>> leaf = Leaf("h.W", (2, 3), "parameter", "he_normal", fan_in=2, fan_out=3)
        >>> values = initial(leaf, 0)
        >>> values.shape, bool((values == initial(leaf, 0)).all()), bool((values == initial(leaf, 1)).any())
        ((2, 3), True, False)
    """
    row, _ = read_init(leaf.init)
    return np.asarray(DRAWS[row.distribution](_generator(leaf.name, seed), leaf.shape, spread(leaf)), dtype=np.float64)


def spread(leaf: Leaf) -> float:
    """What a leaf is drawn with: a standard deviation, a bound, a probability, or the constant itself.

    Raises:
        ValueProblem: the spec is bad.

    Example:
        >>> spread(Leaf("h.W", (2, 8), "parameter", "he_normal", fan_in=2, fan_out=8))
        1.0
    """
    row, numbers = read_init(leaf.init)
    return float(row.spread(max(1, leaf.fan_in), max(1, leaf.fan_out), *numbers))


def _generator(name: str, seed: int | tuple[int, ...]) -> np.random.Generator:
    """A generator of the leaf's own. The text is hashed, so that no two names share a stream by arithmetic."""
    seeds = seed if isinstance(seed, tuple) else (seed,)
    for each in seeds:
        if isinstance(each, bool) or not isinstance(each, int | np.integer) or each < 0:
            raise ValueProblem(f"the seed {each!r} is no whole number from 0", hint="give one such as 0, 1 or 42")
    import hashlib

    text = f"{'/'.join(str(int(each)) for each in seeds)}:{name}"
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big"))


USUAL: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(
        ("relu", "leaky_relu", "elu", "gelu", "gelu_tanh", "silu", "mish", "softplus", "maxout"),
        "he_normal",
    )
    | dict.fromkeys(("tanh", "sigmoid", "hard_sigmoid", "softmax"), "xavier_uniform")
    | {"selu": "lecun_normal"}
)
"""The initialiser that suits an activation, by the activation's name; selu is made for LeCun's (Klambauer 2017)."""


def usual(activation: str | None) -> str:
    """The default initialiser of weights before an activation.

    He's for the relu family, Xavier's for those with two flat ends, LeCun's otherwise.

    Example:
        >>> usual("relu"), usual("tanh"), usual(None)
        ('he_normal', 'xavier_uniform', 'lecun_normal')
    """
    row = FUNCTIONS.get(activation or "")
    return USUAL.get(row.name, "lecun_normal") if row is not None else "lecun_normal"
