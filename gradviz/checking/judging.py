"""One answer judged: read, decided (at several sizes where sizes are letters), and diagnosed if it is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from gradviz.checking.claim import Decision
from gradviz.checking.diagnosis.finding import Diagnosis
from gradviz.checking.implicit_mistakes import implicit_diagnosis
from gradviz.checking.reading.answer import NOWHERE, Answer, claim_of, read_answer
from gradviz.checking.reading.curve import check_on_curve
from gradviz.checking.reading.decimals import written_digits
from gradviz.checking.reading.question import Question, question
from gradviz.checking.reading.roots import rooted
from gradviz.checking.reading.rounding import within_rounding
from gradviz.errors import UserError
from gradviz.explanation.data.checks import Evidence, EvidenceKind
from gradviz.passes.matrix.family import family_of

LARGEST_LETTERS = 4
"""Letters beyond which only the sizes as they stand are tried: the others would be many and large."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer and what was found about it; the diagnosis only of a wrong one."""

    asked: Question
    answer: Answer
    decision: Decision
    diagnosis: Diagnosis = field(default_factory=Diagnosis)


def judge(asked: Question, text: str, *, name: str = "answer") -> Judged:
    """Whether a text answers a question rightly, and if not, why not.

    Args:
        asked: the question.
        text: the answer.
        name: what errors call the answer.

    Raises:
        UserError: the answer cannot be read.

    Example:
        >>> from gradviz.graph.build import build
        >>> from gradviz.syntax.parser import parse
        >>> judge(question(build(parse("f = x^2")), "x"), "2x").decision.verdict
        'right'
    """
    answer = read_answer(asked, text, name=name)
    if answer.misfit:
        return Judged(asked, answer, _misfit(answer), _misfit_diagnosis(asked, answer))
    check_on_curve(asked, answer)
    if answer.relation is not None:
        return Judged(asked, answer, _relation_decided(asked, answer))
    answer, decision = _decided(asked, answer)
    if decision.verdict != "wrong":
        decision = _at_other_sizes(asked, answer, decision)
    if decision.verdict != "wrong":
        return Judged(asked, answer, decision)
    from gradviz.checking.diagnosis.diagnose import diagnose

    found = diagnose(asked, answer)
    if asked.zero is not None and not found.findings:
        found = implicit_diagnosis(asked, answer)  # which holds on the curve only
    return Judged(asked, answer, decision, found)


def _misfit_diagnosis(asked: Question, answer: Answer) -> Diagnosis:
    """Why the shape of an answer is not the derivative's."""
    if not any(node.shape for node in answer.graph.nodes):
        return Diagnosis()
    from gradviz.checking.diagnosis.arrays import diagnose_arrays

    # By how much it is off is what the evidence says already, the shape; and so do the findings' beginnings.
    found = diagnose_arrays(asked, answer).findings
    return Diagnosis(tuple(replace(one, explanation=_shapeless(one.explanation), also=()) for one in found))


def _shapeless(explanation: str) -> str:
    said = re.sub(r"^\S+ is (?:a|an) [^:]*, yours is (?:a|an) [^:]*: ", "", explanation)
    return said[:1].upper() + said[1:]


def _misfit(answer: Answer) -> Decision:
    """Of an answer that cannot be right whatever its numbers are."""
    kind: EvidenceKind = "domain" if answer.node == NOWHERE else "counterexample"
    return Decision("wrong", Evidence(kind, answer.misfit))


def _decided(asked: Question, answer: Answer) -> tuple[Answer, Decision]:
    """The decision; an answer in decimals that is not exactly right is judged by the digits that it gives."""
    from gradviz.checking.equality.decide import decide

    claim = claim_of(asked, answer)
    decision = decide(claim)
    if decision.verdict == "wrong" and decision.evidence.kind == "counterexample" and within_rounding(claim):
        sentence = "The answer agrees as far as the values go: they are floats, and rounded."
        return answer, Decision("not decided", replace(decision.evidence, kind="agreement", sentence=sentence))
    if decision.verdict != "wrong":
        return answer, decision
    if decision.evidence.kind == "domain":
        real = rooted(asked, answer)
        again = decide(claim_of(asked, real)) if real is not None else decision
        if real is not None and again.verdict == "right":
            return real, again
    digits = written_digits(answer.text)
    if digits is None:
        return answer, decision
    rounded = replace(answer, digits=digits)
    lenient = decide(claim_of(asked, rounded))
    return (answer, decision) if lenient.verdict == "wrong" else (rounded, lenient)


def _relation_decided(asked: Question, answer: Answer) -> Decision:
    """Of a relation: it must hold, and say what the derivative is."""
    from gradviz.checking.equality.decide import decide

    claim = claim_of(asked, answer)
    decision = decide(claim)
    if decision.verdict == "wrong":
        return replace(decision, evidence=_both_sides(decision.evidence, asked))
    if decision.verdict != "right" or answer.relation is None:
        return decision
    slope, bend = answer.relation
    symbol = asked.symbol.unicode
    weight = decide(replace(claim, answer=slope))
    if weight.verdict == "right":
        return Decision("wrong", Evidence("counterexample", f"It holds whatever {symbol} is, and so does not say it."))
    if decide(replace(claim, answer=bend)).verdict != "right":
        return Decision(
            "not decided",
            replace(
                decision.evidence, kind="agreement", sentence=f"It holds, but is not linear in {symbol}: solve it."
            ),
        )
    if weight.verdict != "wrong" or weight.evidence.kind != "counterexample":
        sentence = f"It holds, but whether it says what {symbol} is was not decided."
        return Decision("not decided", replace(decision.evidence, kind="agreement", sentence=sentence))
    return decision


def _both_sides(evidence: Evidence, asked: Question) -> Evidence:
    """Of a relation that does not hold: its sides differ; that one of them less the other should be 0 is our way."""
    if evidence.kind != "counterexample" or evidence.found is None or not evidence.point:
        return evidence
    place = ", ".join(f"{name} = {value}" for name, value in evidence.point).replace("-", "−")
    gap = evidence.found.text.partition(" ±")[0].replace("-", "−")
    sentence = f"At {place}, with the right {asked.symbol.unicode}, the left side less the right one is {gap}, not 0."
    return replace(evidence, sentence=sentence)


def _at_other_sizes(asked: Question, answer: Answer, decision: Decision) -> Decision:
    """The decision for letters as sizes: it must be the same at other sizes, equal ones among them."""
    letters = asked.built.letters.sizes
    free = [letter for letter, size in letters.items() if not size.resolved]
    if not free or answer.fixed or asked.pulled:
        return decision
    tried = [_said({letter: letters[letter].size for letter in free})]
    family = family_of(asked.built) if len(free) <= LARGEST_LETTERS else None
    for sizes in _other_sizes(asked, free) if family is not None else ():
        whole = {letter: size.size for letter, size in letters.items()} | sizes
        found = _judged_at(asked, answer, lambda whole=whole: family(whole))  # type: ignore[misc]
        if found is None:
            continue
        if found.verdict != decision.verdict:
            evidence = replace(found.evidence, sentence=f"With {_said(sizes)}: {found.evidence.sentence}")
            worse = found if found.verdict == "wrong" or decision.verdict == "right" else decision
            return replace(worse, evidence=evidence if worse is found else worse.evidence)
        tried.append(_said(sizes))
    sentence = f"{decision.evidence.sentence.rstrip('.')}, at the sizes {'; '.join(tried)}."
    return replace(decision, evidence=replace(decision.evidence, sentence=sentence))


def _other_sizes(asked: Question, free: list[str]) -> list[dict[str, int]]:
    """All equal, and the sizes in another order and one larger."""
    now = [asked.built.letters.sizes[letter].size for letter in free]
    equal = dict.fromkeys(free, 2)
    turned = {letter: size + 1 for letter, size in zip(free, reversed(now), strict=True)}
    return [sizes for sizes in (equal, turned) if list(sizes.values()) != now]


def _judged_at(asked: Question, answer: Answer, made: Callable[[], object]) -> Decision | None:
    """The decision at other sizes; None where the program does not exist there."""
    try:
        built = made()
        again = question(built, asked.wrt, asked.order)  # type: ignore[arg-type]
    except UserError:
        return None
    try:
        read = read_answer(again, answer.text)
    except UserError as error:
        return Decision("wrong", Evidence("counterexample", error.message))
    if read.misfit:
        return _misfit(read)
    return _decided(again, read)[1]


def _said(sizes: dict[str, int]) -> str:
    return ", ".join(f"{letter} = {size}" for letter, size in sizes.items())
