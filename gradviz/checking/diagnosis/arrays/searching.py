"""The search for what explains a wrong answer: single mistakes, the whole of it, slips in the formula, pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gradviz.checking.diagnosis.arrays.assuming import assumptions
from gradviz.checking.diagnosis.arrays.case import Case
from gradviz.checking.diagnosis.arrays.confirm import confirmed
from gradviz.checking.diagnosis.arrays.edits import edit_matches, edit_sentence
from gradviz.checking.diagnosis.arrays.gates import gated
from gradviz.checking.diagnosis.arrays.pairs import Pair, pair_matches
from gradviz.checking.diagnosis.arrays.regularising import with_regularisation
from gradviz.checking.diagnosis.arrays.screening import moves_of, single_matches
from gradviz.checking.diagnosis.arrays.sizes import FACTORS, factor_words
from gradviz.checking.diagnosis.arrays.slips import Slip, all_slips
from gradviz.checking.diagnosis.arrays.whole import (
    Change,
    changes,
    factor,
    masked_at_the_end,
    matching,
    other_derivatives,
)
from gradviz.checking.diagnosis.arrays.words import STEP, is_written, listed, named_nodes, sentence, steps, tree_of
from gradviz.checking.diagnosis.finding import Finding
from gradviz.shape import Shape, describe

SHOWN = 4
"""Findings that are reported: more ties than that tell nobody anything."""
MARGIN = 0.75
"""By how much a finding may be less likely than the best one and still be said beside it."""
EDGES = 3_000
"""Edges of a sweep beyond which no mistakes are replayed."""


def found_in(case: Case) -> tuple[Finding, ...]:
    """Single mistakes; where there are none, slips in what was written down, and two mistakes together."""
    return plain_mistakes(case) or further_mistakes(case)


def plain_mistakes(case: Case) -> tuple[Finding, ...]:
    """Single mistakes, in a step or of the whole; a written-out circuit counts as the gate that it is, too."""
    findings = _confirmed(case, [*_single(case), *_whole(case), *_assumed(case)])
    if findings:
        return _with_pairs(case, findings)
    folded = gated(case)
    return () if folded is None else _confirmed(folded, _single(folded))


def further_mistakes(case: Case) -> tuple[Finding, ...]:
    """One slip in the right formula; where there is none, two mistakes together."""
    return _confirmed(case, _edited(case)) or _confirmed(case, _double(case))


Found = tuple[Finding, "int | None"]
"""A finding, and the node that should equal the answer if it is one; None where that was seen already."""


def _confirmed(case: Case, found: Sequence[Found]) -> tuple[Finding, ...]:
    """The findings, ranked; those that are shown are confirmed first."""
    left = {finding: made for finding, made in found}
    sure: set[Finding] = set()
    while True:
        listed = ranked(list(left))
        shown = [finding for finding in left if any(finding.explanation == one.explanation for one in listed)]
        wrong = [one for one in shown if one not in sure and not _is_confirmed(case, left[one])]
        if not wrong:
            return listed
        sure.update(one for one in shown if one not in wrong)
        left = {finding: made for finding, made in left.items() if finding not in wrong}


def _is_confirmed(case: Case, made: int | None) -> bool:
    return made is None or confirmed(case, made)


def _single(case: Case) -> list[Found]:
    if len(case.edges) > EDGES:
        return []
    moves = moves_of(case)
    slips = with_regularisation(case, all_slips(case))
    return [(_finding(case, slip), made) for slip, made in single_matches(case, slips, moves)]


def _double(case: Case) -> list[Found]:
    moves = moves_of(case) if len(case.edges) <= EDGES else None
    if moves is None:
        return []
    pairs = pair_matches(case, with_regularisation(case, all_slips(case)), moves)
    return [(_pair(case, pair), made) for pair, made in pairs]


def _with_pairs(case: Case, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Beside a bare factor, two steps that give it together."""
    best = findings[0]
    if best.node is not None or best.name not in FACTORS:
        return findings
    also = tuple(pair.explanation for pair in _confirmed(case, _double(case))[:1] if pair.score >= -0.5)
    return (replace(best, also=(*best.also, *also)), *findings[1:])


def _edited(case: Case) -> list[Found]:
    """Slips in writing the right formula down."""
    names = named_nodes(case.graph, case.program)
    made: list[Found] = []
    for edit in edit_matches(case):
        place = edit.place if edit.place < len(case.built.graph) else None
        yours = tree_of(case.graph, edit.id, names, STEP)
        right = tree_of(case.graph, edit.form, names, STEP)
        if not (is_written(yours) and is_written(right)):
            yours, right = None, None
        finding = Finding(edit.name, place, edit_sentence(case, edit), 1, edit.prior, yours, right)
        made.append((finding, edit.id))
    return made


def _assumed(case: Case) -> list[Found]:
    found = assumptions(case)
    return [(Finding(one.name, None, one.says, 1, one.prior), None) for one in found]


def _finding(case: Case, slip: Slip) -> Finding:
    names = named_nodes(case.graph, case.program)
    place, alter = next(iter(slip.alters.items()))
    yours, right = None, None
    if slip.wrong[place] is not None:
        upstream = case.arriving.get(case.edges[place].upstream, "")
        yours, right = steps(case.graph, place, alter, names, upstream)
    return Finding(
        slip.name,
        _program_node(case, slip),
        sentence(case.graph, slip, names) + ".",
        slip.count,
        slip.prior,
        yours,
        right,
    )


def _program_node(case: Case, slip: Slip) -> int | None:
    """Where a slip was made, if that is a node of the program and not of a derivative."""
    place = case.origins.get(slip.node, slip.node)
    return place if place < len(case.built.graph) else None


def _pair(case: Case, pair: Pair) -> Finding:
    names = named_nodes(case.graph, case.program)
    first = max(pair, key=lambda slip: slip.node)
    said = listed(_lower(sentence(case.graph, slip, names)) for slip in pair)
    name = " and ".join(dict.fromkeys(slip.name for slip in pair))
    text = f"One way to get your answer is two mistakes: {said}."
    return Finding(name, _program_node(case, first), text, 2, pair[0].prior + pair[1].prior)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if text.startswith(("At ", "In ", "Everywhere ", "The ")) else text


def _whole(case: Case) -> list[Found]:
    nodes, symbol = case.graph.nodes, case.symbol
    wanted = nodes[case.claimed].shape
    listed_changes = changes(case.builder, case.truth, wanted, symbol) if case.row is None else iter(())
    found = [
        *matching(case, listed_changes),
        *matching(case, other_derivatives(case)),
        *matching(case, masked_at_the_end(case)),
    ]
    shape = "" if wanted == nodes[case.truth].shape else _shapes(case, wanted)
    made: list[Found] = [(_change(change, shape), change.id) for change in found]
    off = factor(case)
    known = None if off is None else factor_words(case.built, off)
    if known is not None:
        name, says = known
        made.append((Finding(name, None, f"In {symbol} {says}.", 1, -1.2), None))
    return made


def _change(change: Change, shape: str) -> Finding:
    says = change.says if not shape else f"{shape}: {change.says}"
    return Finding(change.name, None, f"{says[:1].upper()}{says[1:]}.", 1, change.prior)


def _shapes(case: Case, wanted: Shape) -> str:
    return f"{case.symbol} is {describe(case.graph.nodes[case.truth].shape)}, yours is {describe(wanted)}"


def ranked(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The simplest and likeliest first, of which each tie is said; those that are far less likely are left out.

    Only findings of the least count stay. One about the whole stands back behind a likelier one that has a place.
    """
    if not findings:
        return ()
    least = min(finding.count for finding in findings)
    kept = [finding for finding in findings if finding.count == least]
    best = max(finding.score for finding in kept)
    kept = [finding for finding in kept if finding.score > best - MARGIN]
    unique: Mapping[str, Finding] = {finding.explanation: finding for finding in reversed(kept)}
    order = sorted(unique.values(), key=lambda one: (-one.score, -(one.node or 0), one.explanation))
    first, *others = order
    return (replace(first, also=tuple(one.explanation for one in others[:SHOWN])), *others[:SHOWN])
