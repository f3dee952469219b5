"""What all stories of why share: names that are free, sizes as written, the gradient's symbol, the shape puzzle."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from gradviz.explanation.data import Math, Piece, Why
from gradviz.explanation.mathematics import equation, math_of, name_math
from gradviz.explanation.naming import free_name
from gradviz.explanation.subject import Subject
from gradviz.explanation.symbols import copy_of
from gradviz.explanation.why_indices import (
    MINUS,
    NOTHING,
    Derivative,
    Form,
    Indexed,
    Indices,
    entry,
    free_letters,
    gradient_line,
    local_line,
    slope,
)
from gradviz.explanation.why_puzzle import MOST, fitting
from gradviz.explanation.why_sizes import Sizes, Written, stand_ins
from gradviz.passes.backward import Edge
from gradviz.syntax.names import RAISED
from gradviz.syntax.tree import Call, Expr, Name

NAMED = 3
"""How many of the products that fit are named in a sentence."""


@dataclass(frozen=True, slots=True)
class Story:
    """A story that can be told: of which kind it is, and how it goes."""

    kind: object
    tell: Callable[[], Why]


@dataclass(frozen=True)
class Teller:
    """Tells the stories of one explanation.

    Args:
        subject: what is explained.
        sizes: the shapes as written.
    """

    subject: Subject
    sizes: Sizes

    @cached_property
    def taken(self) -> frozenset[str]:
        """The program's names, and the letters of its shapes."""
        graph = self.subject.graph
        users = {node.name for node in graph.nodes if node.name}
        letters = {size for shape in self.sizes.shapes.values() for size in shape}
        return frozenset({*self.subject.names.values(), *users, *letters, self.subject.numerator, self.upstream.id})

    @cached_property
    def upstream(self) -> Name:
        """What the upstream gradient is called in rules."""
        return Name(free_name("g", set(self.subject.names.values())))

    @cached_property
    def _users(self) -> Mapping[int, int]:
        """How many contributions each node gets."""
        counted: dict[int, int] = {}
        for edge in self.subject.edges.values():
            counted[edge.source] = counted.get(edge.source, 0) + 1
        return counted

    def tree(self, id: int) -> Name:
        """A node by name; a constant gets one."""
        return Name(self.subject.names.get(id) or free_name("C", set(self.subject.names.values())))

    def written(self, id: int) -> Written:
        """A node's shape as written."""
        return self.sizes.shapes.get(id) or tuple(map(str, self.subject.graph.nodes[id].shape))

    def letters(self) -> Iterator[str]:
        """Letters for indices that mean nothing else here."""
        return free_letters(self.taken)

    def form(self, id: int) -> Form | None:
        """An operation as a sum of products, if it is one; einsum keeps its equation's letters where they are free."""
        graph = self.subject.graph
        node = graph.nodes[id]
        shapes = tuple(graph.nodes[operand].shape for operand in node.operands)
        made = node.op.contraction(shapes, **node.settings) if node.op.contraction else None
        if made is None:
            return None
        left, _, right = made[1].partition("->")
        own = dict.fromkeys(letter for letter in left + right if letter not in ",0")
        keep = "equation" in node.settings and not self.taken & set(own)
        names = {"0": "0"} | (
            dict(zip(own, own, strict=True)) if keep else dict(zip(own, self.letters(), strict=False))
        )
        operands = tuple(
            Indexed(self.tree(operand), tuple(names[letter] for letter in letters))
            for operand, letters in zip(node.operands, left.split(","), strict=True)
        )
        factor = NOTHING if made[0] == 1 else self._share(node.operands[0], left, right)
        return Form(operands, Indexed(self.tree(id), tuple(names[letter] for letter in right)), factor)

    def _share(self, source: int, letters: str, kept: str) -> Math:
        """1/N of a mean, in letters where it has letters."""
        gone = [
            (size, n)
            for size, n, letter in zip(
                self.written(source), self.subject.graph.nodes[source].shape, letters, strict=True
            )
            if letter not in kept
        ]
        number = 1
        for size, n in gone:
            number *= n if size.isdigit() else 1
        named = [size for size, _ in gone if not size.isdigit()]
        parts = [*([str(number)] if number != 1 or not named else []), *named]
        text, shown, typeset = "*".join(parts), "·".join(parts), r" \, ".join(parts)
        many = len(parts) > 1
        return Math(
            f"(1/({text}))" if many else f"(1/{text})",
            f"1/({shown})" if many else f"1/{shown}",
            rf"\frac{{1}}{{{typeset}}}",
        )

    def bottom(self, edge: Edge) -> Math:
        """The operand, with its copy's number where it has one."""
        name = name_math(self.subject.names[edge.source])
        copy = copy_of(self.subject.graph.nodes[edge.target], edge.slot)
        if not copy:
            return name
        raised = f"⁽{str(copy).translate(RAISED)}⁾"
        return Math(f"{name.text}({copy})", f"{name.unicode}{raised}", f"{name.latex}^{{({copy})}}")

    def gradient(self, edge: Edge, indices: Indices = ()) -> Math:
        """∂f/∂W_ij; where W is used in several places, what comes from this one: ∂f/∂W_ij from q."""
        made = slope(name_math(self.subject.numerator), entry(self.bottom(edge), indices))
        copies = copy_of(self.subject.graph.nodes[edge.target], edge.slot)
        if copies or self._users[edge.source] < 2:
            return made
        target = name_math(self.subject.names[edge.target])
        return Math(
            f"{made.text} from {target.text}",
            f"{made.unicode} from {target.unicode}",
            rf"{made.latex}\text{{ from }}{target.latex}",
        )

    def wanted(self, edge: Edge) -> Piece:
        """The piece that must come out."""
        return Piece(self.gradient(edge), shown(self.written(edge.source)))

    def piece(self, tree: Expr, sizes: Written) -> Piece:
        """A piece of the puzzle."""
        return Piece(math_of(tree), shown(sizes))

    def lines(self, found: Derivative, edge: Edge, first: Math, whole: Sequence[Math] = ()) -> tuple[Math, ...]:
        """The derivation: definition, derivative by an entry, contribution to an entry, and all entries at once."""
        output = self.tree(edge.target)
        local = local_line(found, output, self.bottom(edge))
        contribution = gradient_line(found, self.upstream, self.gradient(edge, found.at))
        # Into the output itself both are called ∂f/∂x, and the contribution says what the other one says.
        twice = local.text.split(" = ")[0] == contribution.text.split(" = ")[0]
        listed = [first, *([] if twice else [local]), contribution]
        if whole and found.at:
            listed.append(equation((self.gradient(edge), *dict.fromkeys(whole))))
        return tuple(listed)

    def puzzle(
        self, found: Derivative, edge: Edge, trees: Sequence[tuple[Expr, Written, Sequence[int]]]
    ) -> tuple[Expr, ...]:
        """The products of the pieces that fit, the right one first; the pieces with their shapes, written and real."""
        graph = self.subject.graph
        wanted = [*zip(self.written(edge.source), graph.nodes[edge.source].shape, strict=True)]
        every = [(size, n) for _, sizes, shape in trees for size, n in zip(sizes, shape, strict=True)]
        small = stand_ins(self.sizes, [*every, *wanted])
        terms, _, right = found.equation.partition("->")

        def tried(letters: str, sizes: Sequence[str]) -> tuple[int, ...]:
            pairs = zip(letters, sizes, strict=True)
            return tuple(1 if letter == "0" else small[self.sizes.root(size)] for letter, size in pairs)

        shapes = tuple(tried(letters, sizes) for letters, (_, sizes, _) in zip(terms.split(","), trees, strict=True))
        names = [tree for tree, _, _ in trees]
        twins = tuple(names.index(tree) for tree in names)
        made = fitting(shapes, tried(right, self.written(edge.source)), found.equation, twins)
        placed = [_placed(tree, names) for tree in made]
        return tuple(Call("neg", (tree,)) for tree in placed) if found.factor == MINUS else tuple(placed)

    def constants(self, edge: Edge) -> tuple[str, ...]:
        """Says what a constant is called."""
        node = self.subject.graph.nodes[edge.target]
        missing = [operand for operand in node.operands if operand not in self.subject.names]
        return (f"{self.tree(missing[0]).id} is the constant operand",) if missing else ()


def _placed(tree: Expr, names: Sequence[Expr]) -> Expr:
    """The tree with the pieces in the place of "0", "1", …: as deep as there are pieces."""
    if isinstance(tree, Name):
        return names[int(tree.id)]
    if isinstance(tree, Call):
        return Call(tree.function, tuple(_placed(operand, names) for operand in tree.operands), tree.keywords)
    return tree


def shown(sizes: Sequence[str]) -> str:
    """A shape as written: `2×n`; of a number "scalar"."""
    return "×".join(sizes) or "scalar"


def has(names: Sequence[str], sizes: Sequence[str]) -> str:
    """`g and x have 2 entries`, `W is 2×n`, `g is a number`.

    Example:
        >>> has(["g", "x"], ["2"]), has(["W"], ["m", "n"])
        ('g and x have 2 entries', 'W is m×n')
    """
    said, many = listed(names), len(names) > 1
    if not sizes:
        return f"{said} are numbers" if many else f"{said} is a number"
    if len(sizes) == 1:
        return f"{said} {'have' if many else 'has'} {sizes[0]} {'entry' if sizes[0] == '1' else 'entries'}"
    return f"{said} {'are' if many else 'is'} {shown(sizes)}"


def listed(words: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def must_be(gradient: str, source: str, sizes: Sequence[str]) -> str:
    """`∂f/∂W must be 2×2 like W`."""
    if len(sizes) == 1:
        return f"{gradient} must have {sizes[0]} {'entry' if sizes[0] == '1' else 'entries'} like {source}"
    return f"{gradient} must be {shown(sizes) if sizes else 'a number'} like {source}"


def verdict(fits: Sequence[str]) -> tuple[str, ...]:
    """Whether the shapes alone decide, in words."""
    right, *others = fits
    if not others:
        return (f"only {right} has that shape: the shapes decide",)
    if len(others) < NAMED:
        rest = f"{'so does' if len(others) == 1 else 'so do'} {listed(others)}"
    else:
        count = "dozens of" if len(fits) >= MOST else len(others)
        rest = f"so do {count} other products, {others[0]} among them"
    return (f"{right} fits, and {rest}: the shapes alone do not decide, the indices do",)
