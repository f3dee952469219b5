"""A nib writes formulas, numbers and signs under one set of options; a pen, the parts of one explanation too."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from gradviz.explanation.data import EdgeFacts, ExplanationData, Math, NodeFacts, Value
from gradviz.render.arrays_text import value_text
from gradviz.render.numbers import number_text
from gradviz.render.options import Options
from gradviz.render.text_lines import to_ascii

Item = TypeVar("Item")

_NUMBER = re.compile(r"\(?-?\d+(\.\d*)?(e-?\d+)?\)?")
_INDEX = re.compile(r"(?<=\w)\[-?\d+(, -?\d+)+\]")
_NUMBERS = re.compile(r"\[[-\[\]\d., ]*\]")


def is_number(formula: Math) -> bool:
    """Whether a formula is just a decimal number, or an array of such, so that nothing is said by repeating its value.

    Example:
        >>> is_number(Math("-1", "−1", "{-1}")), is_number(Math("1/3", "1/3", "1/3"))
        (True, False)
    """
    text = formula.text.replace(" ", "")
    return _NUMBER.fullmatch(text) is not None or _NUMBERS.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nib:
    """Writes with the options' precision, in Unicode or in ASCII."""

    options: Options

    def math(self, formula: Math) -> str:
        """A formula; indices stand close, `W[0,1]`, so that no line ends inside one."""
        text = to_ascii(formula.text) if self.options.ascii else formula.unicode
        return _INDEX.sub(lambda found: found[0].replace(" ", ""), text)

    def sign(self, text: str) -> str:
        """A sign, or words with signs in them."""
        return to_ascii(text) if self.options.ascii else text

    def number(self, value: float) -> str:
        """A number."""
        return number_text(value, self.options.precision, ascii=self.options.ascii)

    def factor(self, value: float) -> str:
        """A number after × or +, in parentheses if negative."""
        return number_text(value, self.options.precision, ascii=self.options.ascii, parentheses=True)

    def value(self, value: Value) -> str:
        """A number, or an array on one line."""
        return value_text(value, self.options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen(Nib):
    """Writes about one explanation.

    Args:
        data: the explanation.
        options: the choices.
        nodes: its nodes by id.
        top: what the gradients are of.
    """

    data: ExplanationData
    nodes: Mapping[str, NodeFacts]
    top: Math

    def edge(self, edge: EdgeFacts) -> str:
        """The way back along an edge: `q → x`; copies are numbered."""
        source, target = (self.math(self.nodes[id].label) for id in (edge.source, edge.target))
        return f"{target}{self.sign(' → ')}{source}{self.copy(edge)}"

    def copy(self, edge: EdgeFacts) -> str:
        """The mark of a repeated operand's copy: `⁽¹⁾`."""
        if not edge.copy:
            return ""
        return f"({edge.copy})" if self.options.ascii else f"⁽{str(edge.copy).translate(_RAISED)}⁾"

    def by(self, node: NodeFacts) -> str:
        """The gradient of the output by a node, as a symbol: `∂f/∂q`."""
        return self.sign(f"∂{self.math(self.top)}/∂{self.math(node.label)}")

    def notes(self) -> list[tuple[str, str]]:
        """What a person should know, as kind and sentence, each said once; a node's remarks name the node."""
        told = [(remark.kind, remark.text) for remark in self.data.remarks]
        for node in self.data.nodes:
            told += [(remark.kind, _about(node.label.unicode, remark.text)) for remark in node.remarks]
        return [(kind, self.sign(text)) for kind, text in dict.fromkeys(told)]

    def label(self, name: str) -> Math:
        """An input's name as mathematics."""
        for node in self.data.nodes:
            if node.is_input and node.name == name:
                return node.label
        return self.data.hidden.get(name) or Math(name, name, name)

    def label_of(self, id: str) -> Math:
        """A node's name as mathematics."""
        return self.nodes[id].label


@dataclass(frozen=True, slots=True)
class Ends(Generic[Item]):
    """The beginning and the end of a long list, and how many lie between."""

    first: Sequence[Item]
    hidden: int
    last: Sequence[Item]


SHOWN = 40
"""How many rows of a long list are shown at each end."""


def ends(items: Sequence[Item], options: Options) -> Ends[Item]:
    """The two ends of a list of more than a hundred rows; all of it where `detail` is "full"."""
    hidden = len(items) - 2 * SHOWN
    if hidden <= 20 or options.detail == "full":
        return Ends(items, 0, ())
    return Ends(items[:SHOWN], hidden, items[-SHOWN:])


def pen_for(data: ExplanationData, options: Options) -> Pen:
    """A pen for one explanation."""
    nodes = {node.id: node for node in data.nodes}
    return Pen(options=options, data=data, nodes=nodes, top=data.numerator or nodes[data.output_id].label)


def _about(name: str, text: str) -> str:
    """`kink in q: …` for `kink: …`, otherwise the name first."""
    word = text.split(":")[0].split(" ")[0]
    return f"{word} in {name}{text[len(word) :]}" if word in ("kink", "tie") else f"{name}: {text}"


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
