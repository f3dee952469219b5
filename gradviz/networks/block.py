"""What one layer or loss is: a row that expands into operations, and the protocol that it is written against."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

from gradviz.ops.op import REQUIRED, Attribute, Builder, Number, Parameter, Term
from gradviz.shape import Shape


class Site(Builder, Protocol):
    """Where a block is built: a builder of operations that also makes parameters and opens groups.

    Names of parameters, noise, buffers and groups are given without the group that is open: inside the group `h`,
    `parameter("W", …)` makes the input `h.W`.
    """

    @property
    def training(self) -> bool:
        """Whether the network is built as it is trained (dropout drops, batches are normalised by themselves)."""
        ...

    def parameter(self, name: str, shape: Shape, init: str = "zeros", fans: tuple[int, int] = (1, 1)) -> Term:
        """A parameter: an input that is trained; `fans` are its fan-in and fan-out."""
        ...

    def noise(self, name: str, shape: Shape, init: str) -> Term:
        """An input that is drawn anew for every step: `noise("mask", shape, "bernoulli 0.8")`."""
        ...

    def buffer(self, name: str, shape: Shape, init: str = "zeros") -> Term:
        """An input that is kept from step to step and has no gradient: a running mean."""
        ...

    def update(self, buffer: Term, value: Term) -> None:
        """Say what a buffer's next value is."""
        ...

    def group(self, name: str, kind: str, note: str = "") -> AbstractContextManager[str]:
        """Open a group (`with site.group("h1", "dense", "2 → 3, tanh") as full_name:`); nodes made inside lie in it."""
        ...

    def block(self, kind: str, *operands: Term | Number, name: str = "", **settings: Attribute) -> Term:
        """Another block inside this one, in a group of its own: `site.block("dense", x, name="h1", units=3)`."""
        ...

    def call(self, term: Term, name: str) -> Term:
        """Give a term a name inside the open group: `call(z, "z")` names it `h.z`."""
        ...

    def made_by(self, term: Term) -> str:
        """The name of the operation that makes a term ("softmax"); "input" or "constant" for leaves."""
        ...

    def note(self, text: str) -> None:
        """Something that the person should be told about this call."""
        ...


Expand = Callable[..., Term]
"""`(site, *operands, **settings) -> Term`. Raises ShapeError or ValueProblem with a hint where operands or settings do
not fit; the caller adds the place in the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One layer or loss.

    Args:
        name: as the language calls it.
        family: the section of `gradviz ops` it stands in.
        doc: one sentence.
        arity: how many operands; `(least, most)` with None for any number.
        parameters: its settings, by keyword or by position after the operands. Kind "text" takes a bare word or a text
            (`tanh`, "tanh"), "shape" a list of whole numbers (`[8, 8]`). If the first is a text that must be given, it
            stands before the operands: `nll_of("normal", y, mu)`.
        aliases: other names for it. Two blocks may share one, and are told apart by the number of operands (`l1`).
        expand: what it is made of.
        note: `(shapes, **settings)` → its settings in a few words for the group's title ("2 → 3, tanh"); None: nothing.
        entrywise: whether it works entry by entry, so that a number without a shape may be its operand.
        alike: whether its operands have one shape, so that one without a shape has that of the others.
        title: what the group is called where it has no name from the program ("mean squared error").
        call: how it is called, where letters of the family would not say it.
        source: of the formula: equation, paper, textbook section; or whose semantics it has.
    """

    name: str
    family: Literal["layer", "loss", "penalty", "likelihood"]
    doc: str
    arity: int | tuple[int, int | None] = 1
    parameters: tuple[Parameter, ...] = ()
    aliases: tuple[str, ...] = ()
    expand: Expand
    note: Callable[..., str] | None = None
    entrywise: bool = False
    alike: bool = False
    title: str = ""
    call: str = ""
    source: str = ""

    @property
    def least(self) -> int:
        """The fewest operands that it takes."""
        return self.arity if isinstance(self.arity, int) else self.arity[0]

    @property
    def most(self) -> int | None:
        """The most operands that it takes; None for any number."""
        return self.arity if isinstance(self.arity, int) else self.arity[1]

    @property
    def leads(self) -> bool:
        """Whether its first argument is a setting in words: the distribution of `nll_of("normal", y, mu)`."""
        return bool(self.parameters) and self.parameters[0].kind == "text" and self.parameters[0].default == REQUIRED

    def accepts(self, count: int) -> bool:
        """Whether that many operands are right."""
        return self.least <= count and (self.most is None or count <= self.most)

    def usage(self) -> str:
        """How it is called: operands, the settings that it needs, and `…` where there are more.

        Example:
            >>> Block(name="mse", family="loss", doc="", arity=2, expand=lambda site, p, t: p).usage()
            'mse(p, t)'
        """
        if self.call:
            return self.call
        letters = "xyzuvw" if self.family == "layer" else "ptuvw"
        words = list(letters[: max(self.least, 1)]) if self.least != 1 else ["x" if self.family == "layer" else "w"]
        needed = [parameter.name for parameter in self.parameters if parameter.default == REQUIRED]
        words = [needed[0], *words, *needed[1:]] if self.leads else [*words, *needed]
        return f"{self.name}({', '.join(words + ['…'] * (len(needed) < len(self.parameters)))})"
