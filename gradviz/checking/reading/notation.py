"""The notation of derivatives in one spelling: LaTeX, Unicode and ASCII alike, without spaces."""

from __future__ import annotations

import re

from gradviz.syntax.names import GLYPHS, GREEK, SUBSCRIPTS, SUPERSCRIPTS

_FONT = re.compile(r"\\(?:mathrm|operatorname|text|mathit|mathbf|boldsymbol|rm|bf)\s*(?:\{([^{}]*)\}|([A-Za-z]))")
_SPACING = re.compile(r"\\(?:left|right|displaystyle|limits|quad|qquad|,|;|:|!| )|[\s$~]|\\[()\[\]]")
_FRACTION = re.compile(r"\\[dtc]?frac\s*(?:\{([^{}]*)\}|(\w))\s*(?:\{([^{}]*)\}|(\w))")
_COMMANDS = {"partial": "∂", "nabla": "∇", "prime": "′", "cdot": "*", "times": "*"}
_SIGNS = {
    "'": "′",
    "’": "′",
    "`": "′",
    "´": "′",
    "″": "′′",
    "‴": "′′′",
    "ⅆ": "d",
    "𝑑": "d",
    "𝜕": "∂",
    "·": "*",
    "×": "*",
}


def plain(text: str) -> str:
    r"""A left side in one spelling: `∂`, `∇`, `′`, `^2`, `_x` and `(above)/(below)`, names as the problem has them.

    Example:
        >>> plain(r"\frac{\mathrm{d}^2 y}{\mathrm{d}x^2}"), plain("f″ (x)"), plain("∂²f/∂x∂y"), plain("dL/dθ_1")
        ('(d^2y)/(dx^2)', 'f′′(x)', '∂^2f/∂x∂y', 'dL/dtheta1')
    """
    text = _FONT.sub(lambda found: found[1] or found[2] or "", text)
    text = re.sub(r"\\([A-Za-z]+)", _command, text)
    text = "".join(_SIGNS.get(sign, sign) for sign in text)
    text = _SPACING.sub("", text)
    text = re.sub(r"\^\{([^{}]*)\}", r"^\1", text)
    text = re.sub(r"_\{([^{}]*)\}", r"_(\1)", text)
    text = re.sub(
        f"[{''.join(SUPERSCRIPTS)}]+", lambda found: "^" + "".join(map(SUPERSCRIPTS.__getitem__, found[0])), text
    )
    text = _FRACTION.sub(lambda found: f"({found[1] or found[2]})/({found[3] or found[4]})", text)
    text = text.replace("{", "").replace("}", "")
    text = re.sub(r"\^\(?(′+)\)?", r"\1", text)
    return _names(text)


def _command(found: re.Match[str]) -> str:
    word = found[1]
    return _COMMANDS.get(word) or GREEK.get(word) or found[0]


def _names(text: str) -> str:
    """Greek letters by name, subscripts behind the letter, as in the problem's names."""
    text = re.sub(f"(?<=[^\\W\\d_])([{''.join(SUBSCRIPTS)}]+)", _lowered, text)
    text = "".join(GLYPHS.get(sign, sign) for sign in text)
    text = re.sub(r"(?<=[^\W\d_])_\((\d+)\)", r"\1", text)
    return re.sub(r"(?<=[^\W\d_])_(?=\d)", "", text)


def _lowered(found: re.Match[str]) -> str:
    below = "".join(SUBSCRIPTS[sign] for sign in found[1])
    return below if below.isdigit() else f"_{below}"
