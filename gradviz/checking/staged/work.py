"""A staged pass laid out: each name with the student's value and with the true one, and what each line should be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gradviz.checking.claim import Decision
from gradviz.checking.staged.bench import Bench, Line, built_line, named, open_bench, put
from gradviz.checking.staged.lines import Known, Target, target_of, told, tree_of
from gradviz.checking.staged.meaning import Meaning, meaning_of
from gradviz.checking.staged.tokens import Statement, statements
from gradviz.errors import NameProblem
from gradviz.explanation.data.checks import LineVerdict
from gradviz.explanation.marking import node_ids
from gradviz.graph.build import Built
from gradviz.ops.op import CONSTANT
from gradviz.passes.backward import Backward, differentiate
from gradviz.shape import Shape, size
from gradviz.source import Source
from gradviz.syntax.names import canonical
from gradviz.syntax.tree import Define, Expr


@dataclass(slots=True)
class Held:
    """What a student's name holds.

    Args:
        own: the node of the student's value.
        true: the node of what it should be, given that all lines before were right.
        cause: the number of the first wrong line behind it; 0 if there is none.
        broken: whether the student's value cannot be used further (its shape is wrong): the true one stands for it.
        nodes: of a forward line, the nodes of the problem that have its value.
    """

    own: int
    true: int
    cause: int = 0
    broken: bool = False
    nodes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Aim:
    """What a line should be: the gradient by a node, in one sweep."""

    node: int
    truth: int
    back: Backward


@dataclass(slots=True)
class Judged:
    """A line with its verdict.

    Args:
        statement, tree, meaning: what it says, and what it is about.
        verdict, sentence: see `LineFacts`.
        aim: what it should be; None where it computes no gradient.
        decision: of a line that was judged.
        value: what the line gives, were all lines before it right: what a mistake is looked for in.
        node: the node of the problem that it is about.
        overwrites: the number of the line whose contribution is lost because this one assigns instead of adding; or 0.
    """

    statement: Statement
    tree: Expr | None
    meaning: Meaning
    verdict: LineVerdict = "not judged"
    sentence: str = ""
    aim: Aim | None = None
    decision: Decision | None = None
    value: int | None = None
    node: int | None = None
    overwrites: int = 0


@dataclass(slots=True)
class Work:
    """Everything that working through a pass needs and finds."""

    source: Source
    bench: Bench
    listed: tuple[Statement, ...]
    pictured: Mapping[str, int]
    held: dict[str, Held] = field(default_factory=dict)
    forward: dict[str, Held] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    @property
    def built(self) -> Built:
        """The problem."""
        return self.bench.built

    @property
    def output(self) -> str:
        """The output's name."""
        return self.built.output_name

    def nodes(self) -> dict[str, int]:
        """What has a name in the problem: its own names, then the picture's made-up ones."""
        return {**self.pictured, self.output: self.built.output, **self.built.graph.names}

    def readable(self) -> dict[str, int]:
        """What a line may name without having made it: the picture's names too, unless the student uses them."""
        made = {canonical(name) for name in (*self.forward, *self.held)}
        shown = {name: i for name, i in self.pictured.items() if name not in made}
        return {**shown, **self.built.graph.names}

    def meaning(self, name: str) -> Meaning:
        """What a name means here."""
        known = {*self.nodes(), *(canonical(one) for one in self.forward)}
        found = meaning_of(name, known, self.built.inputs, self.output)
        return Meaning("own", found.by) if found.sort == "node" and self._made_up(found.by) else found

    def _made_up(self, name: str) -> bool:
        """Whether only the picture has the name: a line that assigns it is the student's own."""
        return name not in self.built.graph.names and name != self.output

    def word(self, name: str) -> str:
        """What stands for a student's name in the text that is parsed."""
        return self.words.setdefault(name, f"student{len(self.words) + 1}")

    def known(self, own: Mapping[str, Held]) -> Known:
        """What names mean to the line that comes next."""
        graph = self.built.graph

        def shape_of(name: str) -> Shape | None:
            if name in own:
                return self.bench.graph.nodes[own[name].own].shape
            place = self.readable().get(canonical(name))
            return None if place is None else graph.nodes[place].shape

        text = self.built.program.source.text
        kept = [one for one in self.built.program.statements if isinstance(one, Define)]
        definitions = "".join(f"\n{text[one.span.start : one.span.end]}" for one in kept)
        words = {name: self.word(name) for name in own}
        return Known(tuple(self.readable()), words, shape_of, definitions, tuple(self.built.letters.sizes))

    def read(self, statement: Statement, target: Target, own: Mapping[str, Held]) -> tuple[Expr, bool]:
        """A statement's expression, and whether it changes what the name had."""
        return tree_of(statement, target, self.known(own), self.source)

    def line(self, tree: Expr, own: Mapping[str, Held], *, true: bool) -> Line:
        """An expression as a graph, its names in the shapes of the student's values, or of the true ones."""
        graph = self.bench.graph
        shapes = {name: self.built.graph.nodes[i].shape for name, i in self.readable().items()}
        for name, held in own.items():
            shapes[self.word(name)] = graph.nodes[held.true if true else held.own].shape
        return built_line(self.bench, tree, shapes, self.source)

    def put(self, line: Line, own: Mapping[str, Held], *, true: bool) -> int:
        """A line's value."""
        places = dict(self.readable())
        places |= {self.word(name): held.true if true else held.own for name, held in own.items()}
        return put(self.bench, line, {name: places[name] for name in line.names})

    def used(self, line: Line, own: Mapping[str, Held]) -> list[Held]:
        """What the student's names in a line hold."""
        return [held for name, held in own.items() if self.words.get(name) in line.names]

    def shown(self, tree: Expr) -> Expr:
        """A tree in the student's own names."""
        return told(tree, self.words)


def open_work(built: Built, text: str, name: str, upstream: Any | None = None) -> Work:
    """A pass read into statements, its forward lines built.

    Raises:
        UserError: a line cannot be read.
    """
    source = Source(text, name)
    listed = tuple(statements(source))
    ids = node_ids(built.graph, built.output, built.output_name)
    pictured = {id: i for i, id in ids.items() if built.graph.nodes[i].name is None}
    work = Work(source, open_bench(built, upstream), listed, pictured)
    for statement in listed:
        _forward(work, statement)
    own = [held for held in work.forward.values() if _is_output(work, held)]
    if own and own[-1].own != built.output:
        work.bench.own = work.bench.sweep(own[-1].own)
    return work


def _forward(work: Work, statement: Statement) -> None:
    """Build a line of the forward pass; anything else waits."""
    target = target_of(statement, work.built.graph.names, work.source)
    meaning = work.meaning(target.name)
    if meaning.sort in ("gradient", "local") or canonical(target.name) in work.built.inputs:
        return
    if any(token.text == "random" for token in statement.right):
        return
    try:
        tree, _ = work.read(statement, target, work.forward)
    except NameProblem:
        return  # it uses gradients, or something that is not there: its turn comes
    line = work.line(tree, work.forward, true=False)
    value = work.put(line, work.forward, true=False)
    work.forward[target.name] = forward_held(work, target.name, value)
    named(work.bench, value, canonical(target.name))


def forward_held(work: Work, name: str, value: int) -> Held:
    """A forward value: of a node of the problem that has its name, or of those that have its value."""
    plain, graph = canonical(name), work.built.graph
    place = graph.names.get(plain, work.built.output if plain == work.output else None)
    if place is not None:
        return Held(value, place, nodes=(place,))
    same = [
        i
        for i, node in enumerate(graph.nodes)
        if node.op is not CONSTANT and node.shape == work.bench.graph.nodes[value].shape and work.bench.alike(i, value)
    ]
    return Held(value, value, nodes=tuple(reversed(same)))


def _is_output(work: Work, held: Held) -> bool:
    return work.built.output in held.nodes and work.bench.alike(held.own, work.built.output)


def aims_of(work: Work, meaning: Meaning) -> tuple[Aim, ...]:
    """What a gradient's line should be, the likeliest first; none where no node of the problem is meant."""
    made: list[Aim] = []
    forward = next((held for name, held in work.forward.items() if canonical(name) == meaning.by), None)
    places = (*forward.nodes,) if forward is not None else ()
    if not places and meaning.by in work.nodes():
        places = (work.nodes()[meaning.by],)
    for place in places:
        made.append(aim_at(work, place, work.bench.back))
    if forward is not None and work.bench.own is not None and forward.own in work.bench.own.gradients:
        made.append(aim_at(work, forward.own, work.bench.own))
    return tuple(made)


def aim_at(work: Work, node: int, back: Backward) -> Aim:
    """The gradient by a node in a sweep; zero where nothing depends on it."""
    truth = back.gradients.get(node)
    if truth is None:
        truth = work.bench.constant(0, work.bench.graph.nodes[node].shape)
    return Aim(node, truth, back)


def local_aim(work: Work, meaning: Meaning) -> Aim | None:
    """The local derivative of one node by another, where it is a number for each entry."""
    nodes = {**work.nodes(), **{canonical(name): held.true for name, held in work.forward.items()}}
    top, below = nodes[meaning.of], nodes[meaning.by]
    graph = work.bench.graph
    if below >= top or (graph.nodes[top].shape and graph.nodes[top].shape != graph.nodes[below].shape):
        return None
    back = differentiate(graph, top, wrt=[below])
    work.bench.graph = back.graph
    return aim_at(work, below, back)


def fit(work: Work, value: int, shape: Shape) -> int | None:
    """A line's value in the shape that it should have; None if it does not fit.

    One number may stand for every entry, and a row or column for a vector.
    """
    graph = work.bench.graph
    have = graph.nodes[value].shape
    if have == shape:
        return value
    if not have:
        return work.bench.folder.fit(value, shape)
    long = [n for n in have if n != 1], [n for n in shape if n != 1]
    if long[0] == long[1] and len(long[0]) <= 1 and size(have) == size(shape) and min(len(have), len(shape)) <= 1:
        return work.bench.folder.make("reshape", (value,), (("shape", shape),))
    return None
