"""Answers and lines of staged work, as parts of a page."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.explanation.data import AnswerFacts, Evidence, LineFacts, Math, MistakeFacts
from gradviz.render.check_parts import (
    called,
    evidence_facts,
    given_of,
    has_details,
    line_name,
    line_reason,
    mistake_labels,
    number_of,
    place_of,
    steps_of,
    why_line,
)
from gradviz.render.html.drawn import Store
from gradviz.render.html.elements import code, element, facts, quoted, section, text, verdict, verdict_class

Rows = list[tuple[str, str]]


def answer_section(answer: AnswerFacts, store: Store, level: int = 2) -> str:
    """One answer under a heading with its verdict."""
    heading = f"{verdict(answer.verdict)}: {store.math(answer.symbol)}"
    return section(level, heading, answer_body(answer, store), class_=f"answer is-{verdict_class(answer.verdict)}")


def answer_body(answer: AnswerFacts, store: Store) -> str:
    """How it was read, why the verdict is what it is, what explains it, and the right derivative."""
    rows: Rows = [("read as", store.math(answer.reading))]
    if given_of(answer):
        rows.append(("given", code(given_of(answer))))
    rows += evidence_rows(answer.evidence)
    parts = [facts(rows), *mistake_parts(answer.mistakes, store)]
    rest: Rows = [("compare", quoted(answer.offset))] if answer.offset else []
    if answer.correct is not None and answer.verdict != "right":
        rest.append(("correct", equation(answer.symbol, answer.correct, store)))
    rest += [("note", quoted(note)) for note in answer.notes]
    rest += [("next", quoted(answer.advice))] if answer.advice else []
    return "".join([*parts, facts(rest)])


def equation(left: Math, right: Math, store: Store) -> str:
    """Two formulas with an equals sign between them."""
    return store.math(
        Math(f"{left.text} = {right.text}", f"{left.unicode} = {right.unicode}", f"{left.latex} = {right.latex}")
    )


def evidence_rows(evidence: Evidence) -> Rows:
    """The sentence, and what it does not say itself."""
    return [
        ("because", quoted(evidence.sentence)),
        *((label, quoted(said)) for label, said in evidence_facts(evidence)),
    ]


def mistake_parts(mistakes: Sequence[MistakeFacts], store: Store) -> list[str]:
    """Each mistake that explains an answer or a line."""
    return [_mistake(label, mistake, store) for label, mistake in mistake_labels(mistakes)]


def _mistake(label: str, mistake: MistakeFacts, store: Store) -> str:
    """What was done and where, both steps side by side, and what else it could have been."""
    rows: Rows = [(label, quoted(mistake.explanation))]
    if called(mistake):
        rows.append(("called", quoted(called(mistake))))
    place = place_of(mistake)
    rows += [("at", store.math(place))] if place is not None else []
    steps = []
    for step in steps_of(mistake):
        yours = step.formula is mistake.yours
        word = "wrong" if yours else "right"
        heading = element("figcaption", verdict(word, step.label))
        steps.append(element("figure", heading, store.math(step.formula), class_="step yours" if yours else "step"))
    others: Rows = [("or", quoted(said)) for said in mistake.also]
    return facts(rows) + (element("div", *steps, class_="steps") if steps else "") + facts(others)


def lines_part(lines: Sequence[LineFacts], store: Store, level: int = 2, earned: Sequence[str] = ()) -> str:
    """Staged work: a table of the lines, then what is known of the wrong ones; `earned` is a column of ours."""
    if not lines:
        return ""
    first = next((line for line in lines if has_details(line)), None)
    heads = ["line", "as written", "verdict", "why", *(["points"] if earned else [])]
    rows = []
    for place, line in enumerate(lines):
        cells = [code(line.text), verdict(line.verdict), quoted(why_line(line, first))]
        cells += [text(earned[place])] if earned else []
        name = element("th", text(number_of(line)), scope="row")
        rows.append(
            element("tr", name, *(element("td", cell) for cell in cells), class_="first-wrong" if line is first else "")
        )
    top = element("tr", *(element("th", text(head), scope="col") for head in heads))
    caption = element("caption", text("The lines, one by one"))
    whole = element("table", caption, element("thead", top), element("tbody", *rows))
    table = element("div", whole, class_="scroll", role="region", tabindex="0", aria_label="The lines, one by one")
    return table + "".join(_line(line, lines, store, level) for line in lines if line.verdict == "wrong")


def _line(line: LineFacts, lines: Sequence[LineFacts], store: Store, level: int) -> str:
    rows: Rows = []
    if line.reading is not None:
        said = store.math(line.reading) if line.symbol is None else equation(line.symbol, line.reading, store)
        rows.append(("read as", said))
    rows += evidence_rows(line.evidence) if line.evidence is not None else []
    rows += [("why", quoted(line_reason(line)))] if line_reason(line) else []
    body = facts(rows) + "".join(mistake_parts(line.mistakes, store))
    heading = f"{verdict(line.verdict)}: {quoted(line_name(line, lines))}"
    return section(level, heading, body, class_="answer is-wrong")
