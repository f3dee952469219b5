"""`tables.py` from `grammar.lark`: run `python -m gradviz.syntax.generate` after an edit of the grammar.

lark needs a tenth of a second to make an LALR(1) automaton of the grammar, and nobody edits it between two commands: so
the automaton stands in the package, and lark is needed only here. A test makes it anew and compares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lark.grammar import Rule

STARTS = ("statement", "expression")
HERE = Path(__file__).parent
TABLES = HERE / "tables.py"

HEAD = '''"""The LALR(1) automaton of `grammar.lark`. Made by `generate.py`: edit the grammar, and run that."""
# fmt: off

from __future__ import annotations

from collections.abc import Mapping

ENDS: Mapping[str, tuple[int, int]] = {ends}
"""By start symbol, the first state and the last."""

RULES: tuple[tuple[str, int, str, tuple[int, ...]], ...] = (
{rules}
)
"""Each rule: what it makes, of how many parts, under which name ("": a single part stays what it is), and which parts
are repetitions, whose own parts take their place."""

STATES: tuple[Mapping[str, int], ...] = (
{states}
)
"""In each state, what may come and where it leads: to a state, or, by the complement of its number, to a rule that
ends."""
'''


def tables() -> str:
    """The text of `tables.py`."""
    from lark import Lark

    text = (HERE / "grammar.lark").read_text(encoding="utf-8")
    parser = Lark(text, parser="lalr", start=list(STARTS), maybe_placeholders=False)
    automaton: Any = parser.parser.parser._parse_table
    numbers = _numbers(automaton)
    rules = {rule: number for number, rule in enumerate(parser.rules)}
    ends = {start: (numbers[automaton.start_states[start]], numbers[automaton.end_states[start]]) for start in STARTS}
    rows = [_row(automaton.states[state], numbers, rules) for state in numbers]
    return HEAD.format(
        ends=ends,
        rules="\n".join(f"    {_rule(rule)}," for rule in rules),
        states="\n".join(_wrapped(row) for row in rows),
    )


def _numbers(automaton: Any) -> Mapping[int, int]:
    """The states in the order in which they are reached, which does not depend on how lark counts them."""
    numbers: dict[int, int] = {}
    waiting = [automaton.start_states[start] for start in STARTS]
    for state in waiting:
        if state not in numbers:
            numbers[state] = len(numbers)
            waiting += _shifts(automaton.states[state])
    return numbers


def _shifts(row: Mapping[str, tuple[Any, Any]]) -> Iterator[int]:
    for _, (_, to) in sorted(row.items()):
        if isinstance(to, int):
            yield to


def _row(row: Mapping[str, tuple[Any, Any]], numbers: Mapping[int, int], rules: Mapping[Rule, int]) -> dict[str, int]:
    return {sign: numbers[to] if isinstance(to, int) else ~rules[to] for sign, (_, to) in sorted(row.items())}


def _rule(rule: Rule) -> tuple[str, int, str, tuple[int, ...]]:
    assert rule.expansion, f"{rule} is empty: `grammar.derive` does not know such rules"
    origin = str(rule.origin.name)
    name = rule.alias or ("" if rule.options.expand1 else origin)
    opened = (i for i, part in enumerate(rule.expansion) if not part.is_term and part.name.startswith("_"))
    return origin, len(rule.expansion), str(name), tuple(opened)


def _wrapped(row: Mapping[str, int]) -> str:
    """A state as Python writes it; every entry stays on its line."""
    entries = ", ".join(f'"{sign}":\u00a0{to}' for sign, to in row.items())
    lines = wrap(entries, 112, break_on_hyphens=False)
    return "    {" + "\n     ".join(lines).replace("\u00a0", " ") + "},"


if __name__ == "__main__":
    TABLES.write_text(tables(), encoding="utf-8")
