"""Layers and losses in `gradviz ops`: listed in a line each, or one in detail."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from gradviz.render.text_lines import left, wrap

if TYPE_CHECKING:
    from gradviz.explanation.block_catalogue import BlockFacts

PLURALS = {"layer": "layers", "loss": "losses", "penalty": "penalties", "likelihood": "likelihoods"}


def block_list(width: int) -> list[str]:
    """Every layer, loss, penalty and likelihood: how it is called, and what it is in a sentence."""
    from gradviz.explanation.block_catalogue import block_catalogue

    lines: list[str] = []
    for family, rows in groupby(block_catalogue(), key=lambda facts: facts.family):
        lines.append(PLURALS[family])
        for facts in rows:
            room = width - 4
            lines += [f"  {facts.usage}", *(f"      {part}" for part in wrap(facts.doc, room - 2, room - 2))]
        lines.append("")
    return lines


def block_details(word: str, width: int) -> list[list[str]]:
    """What the layers and losses that a word calls are, in detail: several where operands tell them apart (l1)."""
    from gradviz.explanation.block_catalogue import facts_of_block
    from gradviz.networks.table import WORDS

    return [_lines(facts_of_block(row), width) for row in WORDS.get(word, ())]


def _lines(facts: BlockFacts, width: int) -> list[str]:
    parts = [("call", facts.usage)]
    parts += [("example" if not number else "", step) for number, step in enumerate(facts.steps)]
    parts += [("makes" if not number else "", made) for number, made in enumerate(facts.made)]
    parts += [("setting", f"{name} = {default}{f'  {doc}' if doc else ''}") for name, default, doc in facts.settings]
    parts += [("also", ", ".join(facts.aliases))] if facts.aliases else []
    parts += [("source", facts.source)] if facts.source else []
    lines = [f"{facts.name}  ({facts.family})", *wrap(facts.doc, width, width), ""]
    for title, text in parts:
        rows = wrap(text, width - 12, width - 12)
        lines += [f"  {left(title if number == 0 else '', 10)}{row}" for number, row in enumerate(rows)]
    return lines
