"""The frame of a page: its head with a strict policy, its style, its body, and what is drawn in it."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from gradviz.render.html.drawn import Store
from gradviz.render.html.elements import element, text
from gradviz.render.html.style import style_sheet


def page(title: str, body: str, store: Store) -> str:
    """A whole HTML document.

    Its policy lets it load nothing and run nothing; the one style sheet is let in by its hash.
    """
    style = style_sheet(store.options.theme)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = [
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        element("title", text(title)),
        f"<style>{style}</style>",
    ]
    inner = element("main", body) + store.drawn()
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>{"".join(head)}</head>\n<body>{inner}</body>\n</html>\n'
