"""Identifiers in C and JavaScript: the words that none may be, and users' names as C can have them."""

from __future__ import annotations

import unicodedata

from gradviz.passes.compiling.emit.identifiers import Identifiers

C_KEYWORDS = """
auto break case char const continue default do double else enum extern float for goto if inline int long register
restrict return short signed sizeof static struct switch typedef union unsigned void volatile while _Bool _Complex
_Imaginary bool true false nullptr alignas alignof and and_eq asm bitand bitor catch char8_t char16_t char32_t class
compl concept consteval constexpr constinit const_cast co_await co_return co_yield decltype delete dynamic_cast
explicit export friend mutable namespace new noexcept not not_eq operator or or_eq private protected public
reinterpret_cast requires static_assert static_cast template this thread_local throw try typeid typename using virtual
wchar_t xor xor_eq typeof main NAN INFINITY NULL EOF errno assert stdin stdout stderr unix linux
"""
"""C's keywords, C++'s, and macros."""

MATH_H = """
acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp exp2 expm1 fabs fdim floor fma fmax
fmin fmod frexp hypot ilogb ldexp lgamma llrint llround log log10 log1p log2 logb lrint lround modf nan nearbyint
nextafter nexttoward pow remainder remquo rint round scalbln scalbn sin sinh sqrt tan tanh tgamma trunc isfinite isinf
isnan isnormal signbit fpclassify HUGE_VAL M_E M_PI M_LN2 math_errhandling float_t double_t signgam abs
"""
"""What <math.h> declares."""

JS_WORDS = """
arguments async await break case catch class const continue debugger default delete do else enum eval export extends
false finally for from function get if implements import in instanceof interface let new null of package private
protected public return set static super switch this throw true try typeof undefined var void while with yield
Infinity NaN Math Number Array Float32Array Float64Array ArrayBuffer Numbers Object RangeError
"""


def c_words() -> frozenset[str]:
    """All words that C has a meaning for, <math.h>'s for float among them."""
    declared = MATH_H.split()
    return frozenset([*C_KEYWORDS.split(), *declared, *(f"{name}f" for name in declared)])


def js_words() -> frozenset[str]:
    """All words that JavaScript, or what we write in it, has a meaning for."""
    return frozenset(JS_WORDS.split())


class AsciiNames(Identifiers):
    """Hands out identifiers in ASCII."""

    __slots__ = ()

    def take(self, wanted: str) -> str:
        """An identifier that nobody has, as like `wanted` as one can be."""
        return super().take(ascii_name(wanted))


def ascii_name(name: str) -> str:
    """A name in ASCII letters: Greek ones are spelled out.

    Example:
        >>> ascii_name("θ"), ascii_name("Δx₁")
        ('theta', 'Deltax1')
    """
    return "".join(_ascii(letter) for letter in unicodedata.normalize("NFKC", name))


def _ascii(letter: str) -> str:
    if letter.isascii():
        return letter
    words = unicodedata.name(letter, "").split()
    if "LETTER" not in words:
        return "_"
    spelled = words[words.index("LETTER") + 1].lower()
    return spelled.capitalize() if "CAPITAL" in words else spelled
