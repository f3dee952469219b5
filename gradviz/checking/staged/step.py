"""One line of the backward pass on its way to a verdict."""

from __future__ import annotations

from dataclasses import dataclass

from gradviz.checking.claim import Decision
from gradviz.checking.staged.chains import Chain, is_contribution, summed
from gradviz.checking.staged.lines import Target
from gradviz.checking.staged.work import Aim, Held, Judged, Work, fit
from gradviz.errors import ShapeError, UserError
from gradviz.shape import describe
from gradviz.syntax.tree import Expr


@dataclass(slots=True)
class Step:
    """One line of the backward pass on its way to a verdict."""

    work: Work
    made: Judged
    target: Target
    aims: tuple[Aim, ...]
    chain: Chain | None
    index: int
    changes: bool

    def run(self, tree: Expr, own: dict[str, Held]) -> None:
        """Judge the line, and bind its name."""
        work, made = self.work, self.made
        before = work.held.get(self.target.name)
        try:
            line = work.line(tree, own, true=False)
            value = work.put(line, own, true=False)
        except ShapeError as error:
            if not self.aims:
                raise
            self._misfit(f"{error.message[:1].upper()}{error.message[1:]}.", own)
            return
        used = work.used(line, own)
        cause = min((held.cause for held in used if held.cause), default=0)
        broken = any(held.broken for held in used)
        true = self._true(tree, own, value, used)
        if not self.aims:
            self._helper(value, true, cause)
            return
        shape = work.bench.graph.nodes[self.aims[0].truth].shape
        fitted = fit(work, value, shape)
        if fitted is None:
            have = describe(work.bench.graph.nodes[value].shape)
            made.value = value
            self._misfit(f"It is {have}; the gradient is {describe(shape)}, as {self._name()} is.", own)
            return
        right = fit(work, true, shape) if true is not None else None
        self._judge(fitted, right, cause, broken, before)

    def _name(self) -> str:
        return self.made.meaning.by

    def _true(self, tree: Expr, own: dict[str, Held], value: int, used: list[Held]) -> int | None:
        """The line's value, were all lines before it right."""
        if all(held.own == held.true for held in used):
            return value
        try:
            again = self.work.line(tree, own, true=True)
            return self.work.put(again, own, true=True)
        except UserError:
            return None

    def _helper(self, value: int, true: int | None, cause: int) -> None:
        self.work.held[self.target.name] = Held(value, value if true is None else true, cause)
        self.made.sentence = "Your own intermediate; it is used as you wrote it."

    def _misfit(self, sentence: str, own: dict[str, Held]) -> None:
        """A shape that cannot be right: the true value stands for it from here."""
        self.made.verdict, self.made.sentence = "wrong", f"Wrong: {sentence[:1].lower()}{sentence[1:]}"
        truth = self.aims[0].truth
        self.work.held[self.target.name] = Held(truth, truth, self.made.statement.number, broken=True)
        if self.chain is not None:
            self.chain.wrong = self.made.statement.number

    def _judge(self, value: int, true: int | None, cause: int, broken: bool, before: Held | None) -> None:
        work, made = self.work, self.made
        number = made.statement.number
        hit = self._hit(value)
        if hit is not None:
            # On the lines before it as they should be: each of these has its own verdict.
            decision = work.bench.decide(value if true is None or cause else true, hit.truth)
            self._hits(hit, decision)
            if decision.verdict != "wrong":
                if broken and cause:
                    made.verdict, made.sentence = "follows", f"Right given line {cause}, which is wrong."
                self._bind(value, hit.truth, cause if broken else 0)
                self._close(made.verdict == "right")
                return
        follows = self._hit(true) if true is not None and true != value else None
        if follows is not None and cause and work.bench.decide(true or 0, follows.truth).verdict != "wrong":
            made.aim, made.node, made.verdict = follows, follows.node, "follows"
            made.sentence = f"Right given line {cause}, which is wrong."
            made.decision = None
            self._bind(value, true or value, cause)
            return
        if self._part(value, true, cause, before):
            self._bind(value, value if true is None else true, cause)
            return
        made.verdict, made.value = "wrong", value if true is None else true
        made.decision = made.decision or work.bench.decide(value, self.aims[0].truth)
        if made.decision.verdict != "wrong":
            made.verdict = made.decision.verdict
            made.sentence = "Right." if made.verdict == "right" else made.decision.evidence.sentence
            self._bind(value, self.aims[0].truth if made.verdict == "right" else value, 0)
            return
        self._bind(value, self.aims[0].truth, number)

    def _hit(self, value: int | None) -> Aim | None:
        if value is None:
            return None
        return next((aim for aim in self.aims if self.work.bench.alike(value, aim.truth)), None)

    def _hits(self, hit: Aim, decision: Decision) -> None:
        made = self.made
        made.aim, made.node, made.decision, made.verdict = hit, hit.node, decision, decision.verdict
        made.sentence = {"right": "Right.", "wrong": "", "not decided": decision.evidence.sentence}[decision.verdict]

    def _bind(self, own: int, true: int, cause: int) -> None:
        self.work.held[self.target.name] = Held(own, true, cause)

    # Gradients that are put together in several lines.

    def _close(self, right: bool) -> None:
        """The lines before it made a part of what is right now."""
        chain = self.chain
        if chain is None or not right:
            return
        for line in chain.lines:
            if line.verdict == "not judged":
                line.verdict = "right"
                line.sentence = f"Right so far: line {self.made.statement.number} completes it."
        chain.lines.clear()

    def _part(self, value: int, true: int | None, cause: int, before: Held | None) -> bool:
        """Whether the line was dealt with as a part of a gradient that several lines make."""
        chain, made = self.chain, self.made
        if chain is None or (chain.last == self.index and not self.changes):
            return False
        if not chain.additive:
            if chain.last == self.index:
                return False
            made.sentence = "Not finished: it is changed again below, and judged there."
            chain.lines.append(made)
            return True
        added = self._added(value, before.own if before is not None and self.changes else None)
        given = None if true is None else self._added(true, before.true if before and self.changes else None)
        if self._is_part(added):
            verdict, said = "right", "Right as a contribution"
        elif given is not None and cause and self._is_part(given):
            verdict, said = "follows", f"As a contribution right given line {cause}, which is wrong"
        elif chain.last != self.index:
            chain.lines.append(made)
            made.value = given
            made.sentence = "A part of the gradient: more is added below."
            return True
        else:
            return False
        return self._placed(verdict, said)

    def _placed(self, verdict: str, said: str) -> bool:
        chain, made = self.chain, self.made
        assert chain is not None
        if chain.last != self.index:
            made.verdict = verdict  # type: ignore[assignment]
            made.sentence = f"{said}: more is added below."
            return True
        unmatched = [line for line in chain.lines if line.verdict == "not judged"]
        for line in unmatched:
            line.verdict = "wrong"
            if line.value is not None:
                # What it was put beside, so that the mistake can be looked for in the whole.
                line.value = summed(self.work.bench, [line.value, *chain.matched])
            line.sentence = f"Wrong: this is no contribution to the gradient by {self._name()}."
        if unmatched or chain.wrong:
            number = unmatched[0].statement.number if unmatched else chain.wrong
            made.verdict = "follows"
            made.sentence = f"{said}; the sum is wrong because of line {number}."
            return True
        return False

    def _added(self, value: int, before: int | None) -> int:
        if before is None:
            return value
        return self.work.bench.folder.make("sub", (value, before))

    def _is_part(self, value: int) -> bool:
        return self.chain is not None and is_contribution(self.work.bench, self.chain, self.aims, value)
