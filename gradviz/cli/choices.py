"""The settings of a training run as a command line gives them, and errors about them in its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gradviz.errors import NameProblem, OptionProblem

if TYPE_CHECKING:
    from gradviz.training.settings import Settings

PLAIN = ("optimiser", "rate", "epochs", "batch", "schedule", "weight_decay", "clip", "patience", "folds", "seed")
"""The settings whose option has the same name, with hyphens."""

EXAMPLE = "write --split 0.7,0.15,0.15"


def settings_of(given: Mapping[str, Any]) -> Settings:
    """The settings that the options choose; what is not chosen stands as it stands in `Settings`.

    Raises:
        OptionProblem: one is out of range or does not exist.
        NameProblem: one is given twice.
    """
    from gradviz.training.settings import Settings

    with in_options():
        return Settings(**chosen(given))


def chosen(given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that were given, by their names in `Settings`."""
    found = {name: given[name] for name in PLAIN if given[name] is not None}
    if given["split"] is not None:
        found["split"] = shares(given["split"])
    if given["option"]:
        found["options"] = named_numbers(given["option"])
    return found


def shares(text: str) -> tuple[float, float, float]:
    """Shares of training, validation and test: `0.7,0.15,0.15`; what is left out is 0.

    Example:
        >>> shares("0.8,0.2")
        (0.8, 0.2, 0.0)
    """
    try:
        found = [float(share) for share in text.split(",")]
    except ValueError:
        raise OptionProblem(f"{text!r} is no split: shares are numbers", hint=EXAMPLE) from None
    if not 1 <= len(found) <= 3:
        raise OptionProblem(f"{text!r} has {len(found)} shares: there are training, validation and test", hint=EXAMPLE)
    first, second, third = (*found, 0.0, 0.0)[:3]
    return first, second, third


def named_numbers(texts: tuple[str, ...]) -> dict[str, float]:
    """Numbers by name: `beta1=0.8`, `momentum=0.9,warm=5`.

    Example:
        >>> named_numbers(("beta1=0.8,beta2=0.99",))
        {'beta1': 0.8, 'beta2': 0.99}
    """
    found: dict[str, float] = {}
    for part in (part.strip() for text in texts for part in text.split(",")):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        try:
            number = float(value) if equals and name else None
        except ValueError:
            number = None
        if number is None:
            raise OptionProblem(f"{part!r} does not give an option a number", hint="write --option beta1=0.8")
        if name in found:
            raise NameProblem(f"{name} is given twice", hint="give it in one --option only")
        found[name] = number
    return found


_SAID = re.compile(r"(?<!--option )\b([a-z_]\w*)=(\([^()]*\)|[\w.]+)")
_OPTIONS = frozenset((*PLAIN, "split"))


@contextmanager
def in_options() -> Iterator[None]:
    """Advice such as `write weight_decay=0.01`, which is Python's, as an option of the command line."""
    try:
        yield
    except OptionProblem as error:
        error.hint = error.hint and _SAID.sub(_as_option, error.hint)
        raise


def _as_option(found: re.Match[str]) -> str:
    name, value = found[1], found[2].strip("()").replace(" ", "")
    if name in _OPTIONS:
        return f"--{name.replace('_', '-')} {value}"
    return f"--option {name}={value}"
