"""A generator as it is written, `moons(n=200, noise=0.1)`, read and run; nothing in it is evaluated."""

from __future__ import annotations

import math
import re

import numpy as np

from gradviz.errors import OptionProblem, nearest
from gradviz.training.generators import GENERATORS, SEED, Arrays, Choice, Generator

_WRITTEN = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:\(([^()]*)\))?\s*", re.ASCII)


def is_call(text: str) -> bool:
    """Whether a text names a generator, or is written as one: `xor`, `moons(n=20)`.

    Example:
        >>> is_call("xor"), is_call("moons(n=20)"), is_call("data.csv"), is_call("xro")
        (True, True, False, False)
    """
    found = _WRITTEN.fullmatch(text)
    return found is not None and (found[1] in GENERATORS or found[2] is not None)


def generated(text: str) -> tuple[Generator, dict[str, float], Arrays]:
    """The rows of a generator as it is written: `xor`, `moons(n=200, noise=0.1)`, `line(50, seed=3)`.

    Returns:
        The row of the table, the settings that were taken, and the arrays by name.

    Raises:
        OptionProblem: there is no such generator or setting, or a setting is out of its range.

    Example:
        >>> generator, settings, arrays = generated("xor")
        >>> arrays["y"]
        array([0., 1., 1., 0.])
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise OptionProblem(f"{text!r} names no data", hint="write xor, moons(n=200, noise=0.1), or the name of a file")
    generator = generator_named(found[1])
    chosen = _chosen(generator, found[2] or "")
    random = np.random.default_rng([int(chosen["seed"]), *generator.name.encode()])
    return generator, chosen, generator.make(random, chosen)


def generator_named(name: str) -> Generator:
    """The generator of that name.

    Raises:
        OptionProblem: there is none; the nearest is proposed.
    """
    if name not in GENERATORS:
        close = nearest(name, GENERATORS)
        hint = f"did you mean {close!r}?" if close else f"there are {', '.join(GENERATORS)}, or name a file"
        raise OptionProblem(f"there is no data {name!r}", hint=hint)
    return GENERATORS[name]


def _chosen(generator: Generator, text: str) -> dict[str, float]:
    known = {choice.name: choice for choice in (*generator.settings, SEED)}
    found: dict[str, float] = {}
    for place, part in enumerate(text.split(",") if text.strip() else ()):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            name, value = (list(known)[place] if place < len(known) else ""), name
        if name not in known:
            close = nearest(name, known)
            hint = f"did you mean {close!r}?" if close else f"its settings are {', '.join(known)}"
            raise OptionProblem(f"{generator.name} has no setting {name or part.strip()!r}", hint=hint)
        if name in found:
            raise OptionProblem(f"{name} is given twice in {generator.name}({text})", hint="give it once")
        found[name] = _checked(generator, known[name], value)
    return {name: found.get(name, choice.default) for name, choice in known.items()}


def _checked(generator: Generator, choice: Choice, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    fits = math.isfinite(value) and choice.least <= value <= choice.most
    if not fits or (choice.whole and value != int(value)):
        raise OptionProblem(
            f"{choice.name} of {generator.name} is {_range(choice)}, not {text!r}",
            hint=f"write {generator.name}({choice.name}={choice.default:g})",
        )
    return value


def _range(choice: Choice) -> str:
    what = "a whole number" if choice.whole else "a number"
    if choice.most >= 2**62:
        return what if choice.least == -math.inf else f"{what} from {choice.least:g} up"
    return f"{what} from {choice.least:g} to {choice.most:,.0f}"
