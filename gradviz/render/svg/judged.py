"""The parts of which the picture of judged answers is made: verdicts, labelled sentences, steps side by side."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.explanation.data import Evidence, Math, MistakeFacts
from gradviz.render.check_parts import evidence_facts, mistake_labels, place_of, steps_of
from gradviz.render.svg import typeset
from gradviz.render.svg.box import EMPTY, Box, beside, padded, stacked
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.marks import LOOKS, badge
from gradviz.render.svg.page import cropped
from gradviz.render.svg.shapes import circle, line, rectangle
from gradviz.render.svg.sheet import equation_box
from gradviz.render.svg.theme import Role

WIDE = 760.0
"""How wide the page's sentences and formulas may be."""

STEP = 340.0
"""How wide each of two steps side by side may be."""

LONGEST = 600
"""Signs of a sentence that a picture shows; the other formats have them all."""

LABEL, SIZE, WORDS = 84.0, 15.0, 13.0
LINES = 26.0
"""Above its baseline no formula reaches higher without reaching below it as well."""
ROLES: dict[str, Role] = {"right": "value", "wrong": "gradient", "follows": "local", "not decided": "warn"}


def verdict_box(verdict: str, ink: Ink, size: float = WORDS) -> Box:
    """The sign and the word."""
    if verdict in LOOKS:
        return badge(verdict, ink)
    role = ROLES.get(verdict, "soft")
    colour, radius = ink.theme[role], 7.0
    sign = ink.word("?" if verdict == "not decided" else "–", 10, role)
    ring = circle((radius, -4), radius - 0.7, fill=ink.theme["ground"], stroke=colour, line=1.4)
    mark = Box(2 * radius, radius + 4, radius - 4, ring + sign.at(radius - sign.width / 2, -4 - sign.height / 2))
    return beside([mark, ink.word(verdict, size - 1.5, role)], 3)


def formula_box(formula: Math, size: float, role: Role, ink: Ink, width: float) -> Box:
    """Mathematics; in plain type where it cannot be set."""
    if len(formula.latex) <= typeset.LONGEST and typeset.outline(formula.latex) is None:
        return ink.paragraph(cropped(formula.unicode, LONGEST), size - 2, role, width)
    return equation_box([formula], size, role, ink, width)


def panel(box: Box, verdict: str, ink: Ink) -> Box:
    """A bar in the verdict's colour along the left side; dashed where the answer is wrong."""
    colour = ink.theme[ROLES.get(verdict, "soft")]
    bar = line((1.5, -box.ascent), (1.5, box.descent), colour, 3, dash="7 4" if verdict == "wrong" else "")
    return Box(box.width + 14, box.ascent, box.descent, bar + padded(box, left=14).svg)


def labelled(label: str, box: Box, ink: Ink) -> Box:
    """A label in a column of its own; a tall box begins beside it."""
    word = ink.word(label, WORDS - 1, "soft")
    if not box:
        return word
    if box.ascent > LINES and box.descent < WORDS / 2:  # lines of words: the label stands beside the first one
        ascent = word.ascent + 2
    else:
        ascent = max(word.ascent, min(box.ascent, 40.0))
    shift = box.ascent - ascent
    moved = Box(box.width, ascent, box.descent + shift, padded(box).svg)
    if shift:
        moved = Box(box.width, ascent, box.descent + shift, f'<g transform="translate(0 {shift:g})">{box.svg}</g>')
    return beside([Box(LABEL - 8, word.ascent, word.descent, word.svg), moved], 8)


def said(label: str, text: str, ink: Ink, role: Role = "ink") -> Box:
    """A label and a sentence of one or more lines; the first line stands beside the label."""
    lines = typeset.lines(cropped(text, LONGEST), WORDS, ink.theme[role], WIDE - LABEL)
    if not lines:
        return EMPTY
    first, rest = lines[0], stacked(lines[1:], 3)
    head = labelled(label, first, ink)
    if not rest:
        return head
    below = padded(rest, left=LABEL)
    svg = head.svg + below.at(0, head.descent + 3)
    return Box(max(head.width, below.width), head.ascent, head.descent + 3 + below.height, svg)


def evidence_rows(evidence: Evidence, ink: Ink) -> list[Box]:
    """The sentence, and what it does not say itself."""
    boxes = [said("because", evidence.sentence, ink)]
    return boxes + [said(label, text, ink) for label, text in evidence_facts(evidence)]


def mistake_rows(mistakes: Sequence[MistakeFacts], ink: Ink) -> list[Box]:
    """Each mistake that explains an answer or a line."""
    return [box for label, mistake in mistake_labels(mistakes) for box in _mistake(label, mistake, ink)]


def _mistake(label: str, mistake: MistakeFacts, ink: Ink) -> list[Box]:
    """What was done and where, both steps, and what else it could have been."""
    boxes = [said(label, mistake.explanation, ink)]
    place = place_of(mistake)
    if place is not None:
        boxes.append(labelled("at", formula_box(place, SIZE, "ink", ink, WIDE - LABEL), ink))
    boxes.append(_steps(mistake, ink))
    return boxes + [said("or", text, ink) for text in mistake.also]


def _steps(mistake: MistakeFacts, ink: Ink) -> Box:
    """The student's step and the right one side by side, each in a frame that says which it is."""
    bodies = []
    for step in steps_of(mistake):
        mark = "wrong" if step.formula is mistake.yours else "right"
        body = formula_box(step.formula, SIZE + 1, "ink", ink, STEP)
        bodies.append((mark, stacked([badge(mark, ink, step.label), body], 9)))
    tall = max((body.height for _, body in bodies), default=0.0)
    return padded(beside([_framed(body, tall, mark, ink) for mark, body in bodies], 16), left=LABEL)


def _framed(box: Box, tall: float, mark: str, ink: Ink) -> Box:
    look, room = LOOKS[mark], 11.0
    width, height = box.width + 2 * room, tall + 2 * room
    frame = rectangle(
        0, 0, width, height, fill=ink.theme["panel"], stroke=ink.theme[look.role], line=1.3, radius=6, dash=look.dash
    )
    return Box(width, 0.0, height, frame + box.at(room, room))
