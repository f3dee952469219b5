r"""Names and their glyphs: `α`, `alpha` and `\\alpha` are one name, and so are `x₁`, `x1` and `x_1`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_LOWER = (
    "alpha α, beta β, gamma γ, delta δ, epsilon ε, zeta ζ, eta η, theta θ, iota ι, kappa κ, lambda λ, mu μ, nu ν, "
    "xi ξ, pi π, rho ρ, sigma σ, tau τ, upsilon υ, phi φ, chi χ, psi ψ, omega ω"
)
_UPPER = "Gamma Γ, Delta Δ, Theta Θ, Lambda Λ, Xi Ξ, Pi Π, Sigma Σ, Upsilon Υ, Phi Φ, Psi Ψ, Omega Ω"

GREEK: Mapping[str, str] = dict(pair.split() for pair in f"{_LOWER}, {_UPPER}".split(", "))
"""Each Greek letter's name and glyph."""

GLYPHS: Mapping[str, str] = {
    **{glyph: word for word, glyph in GREEK.items()},
    "ϵ": "epsilon",
    "ϕ": "phi",
    "ϑ": "theta",
    "ς": "sigma",
    "ϱ": "rho",
    "µ": "mu",
    "ℓ": "ell",
}
"""Each glyph's name; variants and look-alikes mean the same letter."""

ACCENTS: Mapping[str, str] = {"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde", "\u0307": "dot"}
"""Accents that a name may bear, as the words that stand for them in its text (`ŷ` is `y_hat`)."""

SUBSCRIPTS: Mapping[str, str] = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789aehijklmnoprstuvx", strict=True))
SUPERSCRIPTS: Mapping[str, str] = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱˣʸᵏᵃᵇᶜᵈᵐᵖᵗ", "0123456789+-()nixykabcdmpt", strict=True))

RAISED = str.maketrans({plain: small for small, plain in SUPERSCRIPTS.items()} | {"−": "⁻"})
"""Turns digits and signs into the small ones above the line: `"-2".translate(RAISED)`."""

_LOWERED = {plain: small for small, plain in SUBSCRIPTS.items()}
_UNDERSCORED_DIGITS = re.compile(r"(?<=[^\W\d_])_(?=\d+\Z)")
_SINGLE = re.compile(r"([^\W\d_])(\d+|_\w+)?\Z")
_LAYER = re.compile(r"h(\d+)")
_PIECE = re.compile(r"[^\W\d_]\d*")


def canonical(name: str) -> str:
    """The one spelling of a name: Greek letters by name, subscript digits directly behind the letter.

    Example:
        >>> canonical("x_1"), canonical("x₁"), canonical("α₀"), canonical("W_out"), canonical("h.W")
        ('x1', 'x1', 'alpha0', 'W_out', 'h.W')
    """
    return ".".join(_canonical_part(part) for part in name.split("."))


def _canonical_part(part: str) -> str:
    if part.isascii():
        return _UNDERSCORED_DIGITS.sub("", part)
    out: list[str] = []
    lowered = False
    for sign in unicodedata.normalize("NFD", part):
        if sign in SUBSCRIPTS:
            out.append(("" if lowered else "_") + SUBSCRIPTS[sign])
        elif sign in ACCENTS:
            out.append("_" + ACCENTS[sign])
        else:
            out.append(GLYPHS.get(sign, sign))
        lowered = sign in SUBSCRIPTS
    return _UNDERSCORED_DIGITS.sub("", "".join(out))


def is_plain(text: str) -> bool:
    """Whether a name can be made of a text: letters, ASCII digits, underscores and subscripts, but no `²` or `٣`.

    Example:
        >>> is_plain("x_out"), is_plain("x²")
        (True, False)
    """
    return all(
        sign == "_" or sign in SUBSCRIPTS or (sign.isalpha() and sign not in SUPERSCRIPTS) or sign in "0123456789"
        for sign in text
    )


def is_single_letter(name: str) -> bool:
    """Whether a canonical name is one letter, Latin or Greek, with or without a subscript.

    Example:
        >>> [is_single_letter(name) for name in ("x", "x1", "alpha0", "x_out", "sinn")]
        [True, True, True, True, False]
    """
    return _SINGLE.match(name) is not None or greek_base(name) is not None


def greek_base(name: str) -> str | None:
    """The Greek letter that a name consists of, its subscript aside; None if it is not one."""
    base = name.partition("_")[0].rstrip("0123456789")
    return base if base in GREEK else None


def pieces(name: str) -> list[str]:
    """A name cut into single letters with their digits, or nothing if it cannot be.

    Example:
        >>> pieces("x1y"), pieces("a_b")
        (['x1', 'y'], [])
    """
    found = _PIECE.findall(name)
    return found if "".join(found) == name else []


def name_unicode(name: str) -> str:
    """A name for people: Greek glyphs and subscripts where Unicode has them.

    Example:
        >>> name_unicode("w1"), name_unicode("alpha0"), name_unicode("W_out"), name_unicode("y_hat")
        ('w₁', 'α₀', 'W_out', 'ŷ')
    """
    return ".".join(_unicode_part(part) for part in name.split("."))


def _unicode_part(part: str) -> str:
    base, subscript = split_subscript(part)
    for accent, word in ACCENTS.items():
        if subscript == word and len(base) == 1:
            return unicodedata.normalize("NFC", base + accent)
    shown = GREEK.get(base, base)
    if not subscript:
        return shown
    if (subscript.isascii() and subscript.isdigit()) or (
        len(subscript) == 1 and len(base) == 1 and subscript in _LOWERED
    ):
        return shown + "".join(_LOWERED[sign] for sign in subscript)
    return f"{shown}_{GREEK.get(subscript, subscript)}"


def name_latex(name: str) -> str:
    r"""A name typeset: Greek letters, subscripts, longer words upright; of a layer's parameter the layer below it.

    Example:
        >>> print(name_latex("x0"), name_latex("W_out"), name_latex("alpha"), name_latex("loss"))
        x_{0} W_{\mathrm{out}} \alpha \mathrm{loss}
        >>> print(name_latex("h.W"), name_latex("net.h1.b"), name_latex("h.h1.b"), name_latex("h.h1"))
        W_{h} b_{1,\mathrm{net}} b_{1} h_{1}
    """
    *owners, last = name.split(".")
    numbers: list[str] = []
    # The layers of an mlp are h1, h2, …: their numbers tell parameters apart, and its name too unless that is h.
    if len(owners) > 1 and (found := _LAYER.fullmatch(owners[-1])):
        numbers.append(found[1])
        owners.pop()
    if owners and owners[-1] == "h" and (numbers or _LAYER.fullmatch(last)):
        owners.pop()
    outer = r"\,".join(_latex_part(owner) for owner in owners)
    return _latex_part(last, ",".join(filter(None, (*numbers, outer))))


def _latex_part(part: str, owner: str = "") -> str:
    base, subscript = split_subscript(part)
    if subscript in ACCENTS.values() and (len(base) == 1 or base in GREEK):
        shown, below = rf"\{subscript}{{{_latex_word(base)}}}", ""
    else:
        shown, below = _latex_word(base), subscript if subscript.isdecimal() else _latex_word(subscript)
    below = ",".join(filter(None, (below, owner)))
    return rf"{shown}_{{{below}}}" if below else shown


def _latex_word(word: str) -> str:
    if word in GREEK:
        return rf"\{word}"
    if word == "ell":
        return r"\ell"
    if not word or (len(word) == 1 and word.isascii()):
        return word
    return rf"\mathrm{{{word}}}".replace("_", r"\_")


def split_subscript(part: str) -> tuple[str, str]:
    """A name's letter or word, and its subscript (empty if none).

    Example:
        >>> split_subscript("x1"), split_subscript("W_out"), split_subscript("a_b_c"), split_subscript("layer2")
        (('x', '1'), ('W', 'out'), ('a', 'b_c'), ('layer', '2'))
    """
    base, _, subscript = part.partition("_")
    if subscript:
        digits = re.search(r"\d+\Z", base)
        return (base, subscript) if digits is None and base else (part, "")
    found = re.match(r"(.*?[^\W\d_])(\d+)\Z", part)
    return (found.group(1), found.group(2)) if found else (part, "")
