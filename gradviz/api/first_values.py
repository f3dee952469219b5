"""What layers make gets its first values, where everything else has a value; and one note says how."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, get_args

from gradviz.errors import OptionProblem

if TYPE_CHECKING:
    from gradviz.graph.build import Built
    from gradviz.networks.leaf import Leaf

Mode = Literal["training", "evaluation"]
"""Whether a network is built as it is trained (dropout drops, batches are normalised by themselves) or used."""

LISTED = 3
"""Names that the note lists for one way of making values."""


def check_mode(mode: str) -> bool:
    """Whether a network is built as it is trained.

    Raises:
        OptionProblem: the mode is none of the words.
    """
    if mode not in get_args(Mode):
        raise OptionProblem(f"there is no mode {mode!r}", hint=f"it is one of {', '.join(get_args(Mode))}")
    return mode == "training"


def with_first_values(built: Built, seed: int | None) -> Built:
    """The program with first values for what layers made and nobody gave a value.

    A network whose other inputs lack values stays symbolic in its parameters too.

    Args:
        built: a program or a graph.
        seed: what is drawn hangs on it and on each name alone; 0 if None.
    """
    open_ = [leaf for name, leaf in built.leaves.items() if name not in built.values]
    if built.missing or not open_:
        return built
    from gradviz.networks.initialisers import initial
    from gradviz.syntax.tree import Note

    drawn = {leaf.name: initial(leaf, seed or 0) for leaf in open_}
    values = {name: drawn[name] if name in drawn else built.values[name] for name in built.inputs}
    return replace(built, values=values, notes=(*built.notes, Note(says(open_, seed or 0))))


def says(leaves: Iterable[Leaf], seed: int) -> str:
    """How first values were made, in one sentence.

    Example:
        >>> from gradviz.networks.leaf import Leaf
        >>> W, b = Leaf("h.W", (2, 3), "parameter", "he_normal", 2, 3), Leaf("h.b", (3,), "parameter")
        >>> says([W, b, Leaf("d.mask", (3,), "noise", "bernoulli 0.8")], 0)
        'first values (seed 0): h.W by he_normal, h.b zeros; d.mask by bernoulli 0.8, drawn anew for each step'
    """
    ways: dict[tuple[bool, str], list[str]] = {}
    for leaf in leaves:
        ways.setdefault((leaf.role == "noise", _way(leaf)), []).append(leaf.name)
    kept = [f"{_list(names)} {way}" for (noise, way), names in ways.items() if not noise]
    anew = [f"{_list(names)} {way}, drawn anew for each step" for (noise, way), names in ways.items() if noise]
    return f"first values (seed {seed}): {'; '.join([*([', '.join(kept)] if kept else []), *anew])}"


def _way(leaf: Leaf) -> str:
    from gradviz.networks.initialisers import read_init

    row, numbers = read_init(leaf.init)
    way = " ".join([row.name, *(f"{number:g}" for number in numbers)])
    return way if row.distribution == "constant" else f"by {way}"


def _list(names: list[str]) -> str:
    if len(names) <= LISTED:
        return " and ".join([", ".join(names[:-1])] * (len(names) > 1) + names[-1:])
    return f"{', '.join(names[: LISTED - 1])} and {len(names) - LISTED + 1} more"
