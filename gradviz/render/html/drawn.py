"""Formulas and pictures in a page: each distinct one is drawn once, and shown by reference wherever it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from gradviz.explanation.data import ExplanationData, Math
from gradviz.render.html.elements import element, quoted, text
from gradviz.render.html.style import DEEPEST, DEPTHS
from gradviz.render.options import Options
from gradviz.render.svg import typeset
from gradviz.render.svg.document import compose
from gradviz.render.svg.drawing import Drawing
from gradviz.render.svg.shapes import safe, short
from gradviz.render.svg.sheet import content
from gradviz.render.svg.theme import THEMES

SIZE, EM, WIDEST = 17.0, 16.0, 1600.0
"""The size of formulas, that of the text around them, and how wide one may be; a wider one is written as text, which
can be broken into lines."""

_COLOURS = re.compile(r'(?:fill|stroke)="(#[0-9a-f]{6})"')


@dataclass(slots=True)
class Drawn:
    """Pictures that several pages of the same options show: the drawing, its SVG and whether it takes their colours."""

    pictures: dict[str, tuple[Drawing, str, bool]] = field(default_factory=dict)


@dataclass(slots=True)
class Store:
    """What a page draws, under ids that are ours.

    Args:
        options: the theme and the precision of pictures.
        shared: what was drawn already, for this page or for others.
        parts: the drawn things, to be put into the page once.
        formulas: ids and boxes by LaTeX.
        pictures: ids, drawings and whether they take the page's colours, by key.
    """

    options: Options
    shared: Drawn = field(default_factory=Drawn)
    parts: list[str] = field(default_factory=list)
    formulas: dict[str, tuple[str, float, float, float] | None] = field(default_factory=dict)
    pictures: dict[str, tuple[str, Drawing, bool]] = field(default_factory=dict)

    def math(self, formula: Math) -> str:
        """A formula within a line: outlines that read as their Unicode text, or that text where they cannot be set."""
        if formula.latex not in self.formulas:
            self.formulas[formula.latex] = self._outlined(formula.latex)
        found = self.formulas[formula.latex]
        if found is None:
            return element("span", quoted(formula.unicode), class_="formula")
        id, width, ascent, descent = found
        depth = min(round(DEPTHS * descent / EM), DEEPEST)
        box = f"0 {short(-ascent)} {short(width)} {short(ascent + descent)}"
        return (
            f'<svg class="math d{depth}" role="img" aria-label="{safe(formula.unicode)}" width="{width / EM:.3f}em" '
            f'height="{(ascent + descent) / EM:.3f}em" viewBox="{box}"><use href="#{id}"></use></svg>'
        )

    def display(self, formula: Math) -> str:
        """A formula on a line of its own."""
        return element("div", self.math(formula), class_="display")

    def _outlined(self, latex: str) -> tuple[str, float, float, float] | None:
        if len(latex) > typeset.LONGEST or (outline := typeset.outline(latex)) is None:
            return None
        box = outline.box(SIZE, "currentColor")
        if box.width > WIDEST or not box:
            return None
        id = f"m{len(self.formulas)}"
        self.parts.append(f'<g id="{id}">{box.svg}</g>')
        return id, box.width, box.ascent + 1, box.descent + 1

    def picture(self, key: str, data: ExplanationData, caption: str, *, class_: str = "") -> str:
        """A picture with a caption; equal keys are the same picture."""
        if key not in self.pictures:
            self.pictures[key] = self._placed(key, data)
        id, drawn, follows = self.pictures[key]
        name = f"Computation graph of {data.title.unicode}: {marks_in_words(data)}"
        shown = (
            f'<svg role="img" aria-label="{safe(name)}" width="{short(drawn.width)}" height="{short(drawn.height)}" '
            f'viewBox="0 0 {short(drawn.width)} {short(drawn.height)}"><use href="#{id}"></use></svg>'
        )
        classes = " ".join(part for part in ("picture", "" if follows else "card", class_) if part)
        return element("figure", shown, element("figcaption", text(caption)), class_=classes)

    def _placed(self, key: str, data: ExplanationData) -> tuple[str, Drawing, bool]:
        if key not in self.shared.pictures:
            self.shared.pictures[key] = self._drawn(data)
        drawn, body, follows = self.shared.pictures[key]
        id = f"p{len(self.pictures)}"
        extra = ' class="recoloured"' if follows and self.options.theme == "light" else ""
        self.parts.append(f'<g id="{id}"{extra}>{body}</g>')
        return id, drawn, follows

    def _drawn(self, data: ExplanationData) -> tuple[Drawing, str, bool]:
        """Composed in the page's theme; one of other colours than the theme's, as heat maps are, keeps its ground."""
        options = replace(self.options, view="graph")
        drawn = compose(data, options)
        body = content(drawn)
        own = set(THEMES[options.theme].colours.values())
        return drawn, body, options.theme != "light" or set(_COLOURS.findall(body)) <= own

    def drawn(self) -> str:
        """Everything that was drawn, for the end of the page."""
        if not self.parts:
            return ""
        return f'<svg class="store" aria-hidden="true" width="0" height="0"><defs>{"".join(self.parts)}</defs></svg>'


def marks_in_words(data: ExplanationData) -> str:
    """What the marks of a picture say, for those who hear it.

    Example:
        >>> import gradviz
        >>> marks_in_words(gradviz.explain("f=x*y").data)
        'no step is marked'
    """
    said = []
    for mark, word in (("wrong", "wrong"), ("follows", "following from a wrong step"), ("right", "right")):
        names = [node.label.unicode for node in data.nodes if node.mark == mark]
        if names:
            said.append(f"{word} at {', '.join(names)}")
    return "; ".join(said) or "no step is marked"
