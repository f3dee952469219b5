"""Each line's verdict: right, wrong, or right given an earlier line that is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.checking.staged.chains import Chain, chain_of
from gradviz.checking.staged.lines import Target, target_of
from gradviz.checking.staged.meaning import Meaning
from gradviz.checking.staged.overwriting import note_overwriting
from gradviz.checking.staged.step import Step
from gradviz.checking.staged.tokens import Statement
from gradviz.checking.staged.work import Aim, Held, Judged, Work, aim_at, aims_of, local_aim
from gradviz.syntax.names import canonical


def work_through(work: Work) -> list[Judged]:
    """Every line with its verdict, in order.

    Raises:
        UserError: a line cannot be read.
    """
    chains: dict[str, Chain] = {}
    judged: list[Judged] = []
    targets = [target_of(statement, work.built.graph.names, work.source) for statement in work.listed]
    for i, statement in enumerate(work.listed):
        name = targets[i].name
        if statement.sign == "=" and targets[i].mask is None:
            chains[name] = chain_of(work, targets, i)
        judged.append(_line(work, statement, targets[i], chains.get(name), i))
    note_overwriting(work, targets, judged)
    return judged


def _line(work: Work, statement: Statement, target: Target, chain: Chain | None, i: int) -> Judged:
    meaning = work.meaning(target.name)
    if meaning.sort == "node" and meaning.by in work.built.inputs:
        return Judged(statement, None, meaning, sentence=f"{target.name} is an input of the problem.")
    if _is_given(work, statement, meaning):
        work.held[target.name] = Held(work.bench.upstream or 0, work.bench.upstream or 0)
        return Judged(statement, None, meaning, sentence=f"Taken as given: what comes back into {work.output}.")
    _bind_seed(work, statement)
    own = {**work.forward, **work.held}
    if meaning.sort in ("node", "own") and target.name in work.forward and target.name not in work.held:
        return _forward_line(work, statement, target, meaning)
    tree, changes = work.read(statement, target, own)
    made = Judged(statement, work.shown(tree), meaning)
    aims: tuple[Aim, ...] = ()
    if meaning.sort == "gradient":
        aims = aims_of(work, meaning)
        if changes and aims:
            aims = (*aims, *_before_gates(work, aims))
    elif meaning.sort == "local":
        found = local_aim(work, meaning)
        aims = (found,) if found is not None else ()
    if aims:
        made.aim, made.node = aims[0], aims[0].node
    Step(work, made, target, aims, chain, i, changes).run(tree, own)
    return made


def _is_given(work: Work, statement: Statement, meaning: Meaning) -> bool:
    """`dD = np.random.randn(*D.shape)`: whatever comes back into an output that is an array."""
    into = meaning.sort == "gradient" and work.nodes().get(meaning.by) == work.built.output
    return into and work.bench.upstream is not None


def _bind_seed(work: Work, statement: Statement) -> None:
    """The gradient of the output by itself may be used without a line that says it."""
    for token in statement.right:
        if token.kind == "name" and token.text not in work.held and token.text not in work.forward:
            if canonical(token.text) in work.built.graph.names:
                continue
            meaning = work.meaning(token.text)
            if meaning.sort == "gradient" and work.nodes().get(meaning.by) == work.built.output:
                work.held[token.text] = Held(work.bench.back.seed, work.bench.back.seed)


def _before_gates(work: Work, aims: Sequence[Aim]) -> tuple[Aim, ...]:
    """The gradients one gate further down: `dh[h <= 0] = 0` makes the gradient by h that by what relu was taken of."""
    made: list[Aim] = []
    for aim in aims:
        node = work.bench.graph.nodes[aim.node]
        moving = [i for i in node.operands if i in aim.back.gradients]
        if len(moving) == 1 and node.op.elementwise and work.bench.graph.nodes[moving[0]].shape == node.shape:
            made.append(aim_at(work, moving[0], aim.back))
    return tuple(made)


def _forward_line(work: Work, statement: Statement, target: Target, meaning: Meaning) -> Judged:
    """A line of the forward pass: compared with the node that bears its name."""
    before = {name: held for name, held in work.forward.items() if name != target.name}
    tree, _ = work.read(statement, target, work.forward)
    made = Judged(statement, work.shown(tree), meaning)
    held = work.forward[target.name]
    line = work.line(tree, before if target.name not in before else work.forward, true=False)
    cause = next((one.cause for one in work.used(line, work.forward) if one.cause), 0)
    if meaning.sort != "node":
        held.cause = cause
        place = held.nodes[0] if held.nodes else None
        made.node = place
        made.sentence = (
            "Your own intermediate; it is used as you wrote it."
            if place is None
            else f"{target.name} is a value of the forward pass."
        )
        return made
    made.node = held.nodes[0]
    decision = work.bench.decide(held.own, held.true)
    made.decision, made.verdict = decision, decision.verdict
    made.sentence = {
        "right": f"Right: this is {target.name}.",
        "wrong": f"This is not {target.name} of the problem.",
        "not decided": f"Not decided whether this is {target.name}.",
    }[decision.verdict]
    if decision.verdict == "wrong" and cause:
        made.verdict, made.sentence = "follows", f"Not {target.name}, because of line {cause}."
    held.cause = (cause or statement.number) if decision.verdict == "wrong" else 0
    return made
