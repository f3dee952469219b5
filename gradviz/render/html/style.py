"""The style sheet: the house's colours as variables, by the theme and the reader's own choice of light or dark."""

from __future__ import annotations

from gradviz.render.options import Theme as ThemeName
from gradviz.render.svg.theme import THEMES, Theme

DEPTHS = 32
"""Steps in an em by which formulas are lowered."""

DEEPEST = 160
"""Steps that have a class; nothing is lowered further."""

BASE = """
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,"Segoe UI",Roboto,sans-serif}
main{max-width:64rem;margin:0 auto;padding:1.25rem}
h1{font-size:1.5rem;line-height:1.3;margin:.5rem 0 1rem}
h2{font-size:1.2rem;margin:2rem 0 .6rem}
h3{font-size:1.05rem;margin:1.4rem 0 .5rem}
h4,h5,h6{font-size:1rem;margin:1rem 0 .4rem}
p{margin:.4rem 0}
a{color:var(--local)}
a:focus-visible,.scroll:focus-visible{outline:2px solid var(--local);outline-offset:2px}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em;overflow-wrap:anywhere}
pre{background:var(--panel);border:1px solid var(--hair);border-radius:6px;padding:.6rem .8rem;white-space:pre-wrap}
dl{display:grid;grid-template-columns:6.2rem minmax(0,1fr);gap:.35rem .9rem;margin:.6rem 0;align-items:baseline}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
.soft{color:var(--soft)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.store{position:absolute;width:0;height:0;overflow:hidden}
.verdict{font-weight:600;white-space:nowrap}
.sign{display:inline-block;min-width:1em;text-align:center}
.right{color:var(--value)}
.wrong,.unreadable{color:var(--gradient)}
.follows{color:var(--local)}
.not-decided{color:var(--warn)}
.not-judged,.no-answer{color:var(--soft)}
.answer{border-left:4px solid var(--hair);padding:.1rem 0 .1rem 1rem;margin:1.2rem 0;color:var(--ink)}
.answer>h2,.answer>h3,.answer>h4,.answer>h5,.answer>h6{margin-top:.2rem}
.answer.is-right{border-left-color:var(--value)}
.answer.is-wrong,.answer.is-unreadable{border-left-color:var(--gradient);border-left-style:dashed}
.answer.is-not-decided{border-left-color:var(--warn);border-left-style:dotted}
.steps{display:flex;flex-wrap:wrap;gap:.8rem;margin:.5rem 0}
.step{background:var(--panel);border:1.5px solid var(--value);border-radius:8px;padding:.5rem .9rem;margin:0}
.step{max-width:100%;overflow-x:auto}
.step.yours{border-color:var(--gradient);border-style:dashed}
.step figcaption{font-size:.85rem;font-weight:600;margin-bottom:.25rem}
.math{color:inherit;max-width:none}
.display{margin:.6rem 0;overflow-x:auto}
.picture{margin:1rem 0;overflow-x:auto;border:1px solid var(--hair);border-radius:8px;padding:.4rem}
.picture svg{height:auto;max-width:max(100%,42rem)}
.picture.card{background:#ffffff}
.picture figcaption{color:var(--soft);font-size:.9rem;padding:.2rem .4rem}
.picture.card figcaption{color:#59626d}
.scroll{overflow-x:auto;margin:.6rem 0}
table{border-collapse:collapse;min-width:24rem}
caption{text-align:left;color:var(--soft);font-size:.9rem;padding-bottom:.3rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .4rem;border-bottom:1px solid var(--hair)}
thead th{color:var(--soft);font-weight:600}
tbody th{font-weight:400}
td{overflow-wrap:anywhere}
.class td{white-space:nowrap;font-variant-numeric:tabular-nums}
tr.first-wrong{outline:1.5px dashed var(--gradient);outline-offset:-1px;background:var(--panel)}
.bar{display:block;width:100%;max-width:36rem;height:1.1rem;margin:.4rem 0}
.bar .right{fill:var(--value)}
.bar .wrong{fill:var(--gradient)}
.bar .not-decided{fill:var(--warn)}
.bar .unreadable{fill:var(--soft)}
.bar .no-answer{fill:var(--hair)}
.bar rect{stroke:var(--ground);stroke-width:1}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;padding:0;margin:.2rem 0;list-style:none}
.student{border-top:2px solid var(--hair);margin-top:2rem}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;padding:0;list-style:none}
"""

PRINTED = """
main{max-width:none;padding:0}
nav,.skip{display:none}
.answer,.step,.picture,tr{break-inside:avoid}
h1,h2,h3,h4{break-after:avoid}
.student{break-before:page;border-top:0}
.scroll,.picture,.display{overflow:visible}
"""


def style_sheet(theme: ThemeName) -> str:
    """The style of a page. `light` follows the reader's choice of a dark screen; `dark` and `print` stay so."""
    parts = [f":root{{color-scheme:{'dark' if theme == 'dark' else 'light'};{_variables(THEMES[theme])}}}"]
    if theme == "light":
        dark = f":root{{color-scheme:dark;{_variables(THEMES['dark'])}}}"
        parts.append(f"@media screen and (prefers-color-scheme:dark){{{dark}}}")
        parts += [_recoloured(role, colour) for role, colour in THEMES["light"].colours.items()]
    parts += [f".d{depth}{{vertical-align:-{depth / DEPTHS:g}em}}" for depth in range(DEEPEST + 1)]
    paper = "" if theme == "print" else f":root{{color-scheme:light;{_variables(THEMES['light'])}}}"
    return "".join([*parts, BASE, f"@media print{{{paper}{PRINTED}}}"])


def _variables(theme: Theme) -> str:
    return "".join(f"--{role}:{colour};" for role, colour in theme.colours.items())


def _recoloured(role: str, colour: str) -> str:
    """A picture drawn in the light colours takes the page's."""
    drawn = f'.recoloured [fill="{colour}"]{{fill:var(--{role})}}'
    return drawn + f'.recoloured [stroke="{colour}"]{{stroke:var(--{role})}}'
