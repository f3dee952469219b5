"""Elements of a page as strings. Only these functions write angle brackets; texts and attributes are escaped here."""

from __future__ import annotations

from gradviz.render.check_parts import SIGNS
from gradviz.render.svg.shapes import safe


def element(name: str, /, *content: str, **attributes: str) -> str:
    """An element around content that is HTML already; `class_` is written class, empty attributes are left out.

    Example:
        >>> element("p", text("a < b"), class_="note")
        '<p class="note">a &lt; b</p>'
    """
    return f"<{name}{_attributes(attributes)}>{''.join(content)}</{name}>"


BREAK = "<br>"


def _attributes(attributes: dict[str, str]) -> str:
    named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items() if value}
    return "".join(f' {name}="{safe(value)}"' for name, value in named.items())


def text(said: str) -> str:
    """Words of ours, escaped."""
    return safe(said)


def quoted(said: str) -> str:
    """Words of someone else's: escaped, and apart from the direction of writing around them."""
    return element("bdi", safe(said))


def code(said: str) -> str:
    """What someone typed."""
    return element("code", quoted(said))


def program(source: str) -> str:
    """A program of several lines, as typed."""
    return element("pre", code(source.strip())) if source.strip() else ""


def verdict(word: str, said: str = "") -> str:
    """A verdict: its sign for those who see it, and the word, or other words of ours, for everyone."""
    return element(
        "span",
        element("span", text(SIGNS[word]), aria_hidden="true", class_="sign"),
        f" {text(said or word)}",
        class_=f"verdict {_CLASSES[word]}",
    )


def verdict_class(word: str) -> str:
    """The class that gives a verdict its colour."""
    return _CLASSES[word]


_CLASSES = {word: word.replace(" ", "-") for word in SIGNS}


def facts(rows: list[tuple[str, str]]) -> str:
    """Labels, and what is said of each, HTML already."""
    if not rows:
        return ""
    return element("dl", *(element("dt", text(label)) + element("dd", said) for label, said in rows))


def table(caption: str, heads: list[str], rows: list[list[str]], *, class_: str = "") -> str:
    """A table whose first column names its rows; cells are HTML already, heads are not.

    Nothing where there are no rows. It scrolls sideways where the window is narrower.
    """
    if not rows:
        return ""
    top = element("tr", *(element("th", text(head), scope="col") for head in heads))
    body = [
        element("tr", element("th", row[0], scope="row"), *(element("td", cell) for cell in row[1:])) for row in rows
    ]
    whole = element(
        "table", element("caption", text(caption)), element("thead", top), element("tbody", *body), class_=class_
    )
    return element("div", whole, class_="scroll", role="region", tabindex="0", aria_label=caption)


def items(said: list[str]) -> str:
    """A list of HTML; nothing where it is empty."""
    return element("ul", *(element("li", one) for one in said)) if said else ""


def section(level: int, heading: str, *content: str, id: str = "", class_: str = "") -> str:
    """A part of the page under a heading, both HTML already; nothing where it has nothing to say."""
    body = "".join(content)
    return element("section", element(f"h{level}", heading), body, id=id, class_=class_) if body else ""
