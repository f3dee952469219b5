"""Two expressions compared: equal wherever either of them has a value on an open part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from gradviz.checking.claim import Claim, Decision
from gradviz.checking.reading.exact import exact
from gradviz.checking.reading.graft import graft
from gradviz.checking.reading.roots import program_with_real_roots
from gradviz.checking.report import node_label
from gradviz.errors import ShapeError
from gradviz.explanation.data import Math
from gradviz.explanation.data.checks import AnswerFacts, CheckReport, Evidence
from gradviz.explanation.mathematics import equation, math_of, name_math
from gradviz.graph.build import Built, build
from gradviz.graph.graph import Graph
from gradviz.shape import show
from gradviz.syntax.parser import parse
from gradviz.syntax.tree import Assign, Program

SEVERITY: Mapping[str, int] = {"right": 0, "not decided": 1, "wrong": 2}

WORDS: Mapping[str, str] = {
    r"the right value of (entry \[[^]]*\]) is": r"\1 of TRUTH is",
    r"the right value there is": "TRUTH there is",
    r"the right value is": "TRUTH is",
    r"the right value": "TRUTH",
    r"the (?:right )?derivative": "TRUTH",
    r"the answer gives": "ANSWER is",
    r"the answer": "ANSWER",
    r"it is right for": "they are equal for",
    r"is right to": "is equal to",
}
"""What is said of a derivative and an answer, in words for two expressions."""


UNDECIDED = "simplify one of them, or compare them at a point (--at x=2), where numbers decide"
"""What a person can do where neither a difference nor a proof was found."""


def compare_expressions(first: Built, second: Built) -> CheckReport:
    """The report on whether two expressions are equal.

    Both directions are decided: where the first one is defined the second must be and have its value, and the other
    way round. So the verdict does not depend on the order.

    Raises:
        ShapeError: a name has two shapes.
    """
    decision = _decided(first, second)
    if decision.verdict == "wrong" and decision.evidence.kind == "domain":
        decision = _with_real_roots(first, second) or decision
    notes = tuple(dict.fromkeys(note.message for built in (first, second) for note in built.program.notes))
    texts = first.program.source.text, second.program.source.text
    return _report(texts, (_shown(first), _shown(second)), decision, notes)


def compare_without_value(texts: tuple[str, str], built: Built | None, why: str) -> CheckReport:
    """The report on two expressions of which one, or each, divides by zero whatever its names are.

    What has no value equals nothing: the other one is different if it has values, and two of that kind are not decided.

    Args:
        texts: both, as written.
        built: the one that can have values; None if neither can.
        why: why there is no value, as words.

    Example:
        >>> compare_without_value(("0/0", "0/0"), None, "this divides by zero").verdict
        'not decided'
    """
    shown = tuple(_written(parse(text)) for text in texts)
    decision = Decision("not decided", Evidence("domain", f"Neither has a value: {why}.", rule=why))
    if built is not None:
        which = "second" if built.program.source.text == texts[0] else "first"
        sentence = f"The {which} has no value: {why}."
        decision = Decision("wrong" if _has_values(built) else "not decided", Evidence("domain", sentence, rule=why))
    return _report(texts, (shown[0], shown[1]), decision, ())


def _report(
    texts: tuple[str, str], shown: tuple[Math, Math], decision: Decision, notes: tuple[str, ...]
) -> CheckReport:
    facts = AnswerFacts(
        symbol=shown[0],
        given=texts[1],
        reading=shown[1],
        notes=(*notes, *decision.notes),
        verdict=decision.verdict,
        evidence=decision.evidence,
        advice=UNDECIDED if (decision.verdict, decision.evidence.kind) == ("not decided", "agreement") else "",
    )
    return CheckReport(equation(shown), texts[0], decision.verdict, (facts,))


def _shown(built: Built) -> Math:
    return node_label(built, built.output) or name_math(built.output_name)


def _written(program: Program) -> Math:
    trees = [one.expression for one in program.statements if isinstance(one, Assign) and one.expression is not None]
    return math_of(trees[-1])


def _has_values(built: Built) -> bool:
    from gradviz.checking.equality.decide import decide

    fixed = {name: exact(value) for name, value in built.values.items()}
    claim = Claim(built.graph, built.output, built.output, fixed=fixed, declared=built.declared)
    return decide(claim).verdict == "right"


def _with_real_roots(first: Built, second: Built) -> Decision | None:
    """The decision with odd roots of negative numbers as real ones, if it is "right"; a note says so then."""
    programs = [program_with_real_roots(built.program) for built in (first, second)]
    note = next((note for _, note in programs if note), "")
    if not note:
        return None
    again = [
        build(program, values=built.values, shapes=_shapes(built), training=built.training)
        for (program, _), built in zip(programs, (first, second), strict=True)
    ]
    decision = _decided(again[0], again[1])
    return replace(decision, notes=(note, *decision.notes)) if decision.verdict == "right" else None


def _shapes(built: Built) -> dict[str, tuple[int, ...]]:
    return {name: built.graph.nodes[built.graph.names[name]].shape for name in built.inputs}


def _decided(first: Built, second: Built) -> Decision:
    from gradviz.checking.equality.decide import decide

    a, b = (built.graph.nodes[built.output].shape for built in (first, second))
    if a != b:
        sentence = f"The first is {show(a) if a else 'a number'}, the second {show(b) if b else 'a number'}."
        return Decision("wrong", Evidence("counterexample", sentence))
    claim = _claim(first, second)
    there = _told(decide(claim), "the first", "the second")
    if there.verdict == "wrong":
        return there
    back = _told(decide(replace(claim, truth=claim.answer, answer=claim.truth)), "the second", "the first")
    back = replace(back, evidence=replace(back.evidence, expected=back.evidence.found, found=back.evidence.expected))
    worse = there if SEVERITY[there.verdict] >= SEVERITY[back.verdict] else back
    return replace(worse, notes=tuple(dict.fromkeys((*there.notes, *back.notes))))


def _told(decision: Decision, truth: str, answer: str) -> Decision:
    """A decision in words for two expressions."""

    def told(sentence: str) -> str:
        for found, said in WORDS.items():
            words = said.replace("TRUTH", truth).replace("ANSWER", answer)
            sentence = re.sub(found, words, sentence, flags=re.IGNORECASE)
        return re.sub(r"(^|[.!?] )([a-z])", lambda found: found[1] + found[2].upper(), sentence)

    notes = tuple(f"{note[:1].lower()}{note[1:]}" for note in map(told, decision.notes))
    return replace(
        decision, evidence=replace(decision.evidence, sentence=told(decision.evidence.sentence)), notes=notes
    )


def _claim(first: Built, second: Built) -> Claim:
    """Both in one graph; names that they share are one input."""
    graph = Graph()
    for built in (first, second):
        for name in (*built.inputs, *built.leaves):
            shape = built.graph.nodes[built.graph.names[name]].shape
            if name not in graph.names:
                graph.input(name, shape)
            elif graph[name].shape != shape:
                known = graph[name].shape
                raise ShapeError(
                    f"{name} is {show(known) if known else 'a number'} in the first expression and "
                    f"{show(shape) if shape else 'a number'} in the second",
                    hint=f"give its shape: {name} : 3",
                )
    truth, answer = (graft(graph, one.graph, [one.output], graph.names)[0] for one in (first, second))
    fixed = {name: exact(value) for built in (first, second) for name, value in built.values.items()}
    return Claim(graph, truth, answer, fixed=fixed, declared=first.declared | second.declared)
