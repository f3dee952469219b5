"""How numbers are written: significant digits, a true minus, powers of ten outside 1e−4 … 1e6."""

from __future__ import annotations

import math

MINUS = "−"


def _parts(value: float, precision: int) -> tuple[str, int | None]:
    """The digits, and the power of ten where the number needs one."""
    if value == 0:
        return "0", None
    digits = f"{value:.{max(precision, 1) - 1}e}"
    mantissa, exponent = digits.split("e")
    power = int(exponent)
    if power < -4 or power >= 6:
        return _trim(mantissa), power
    return _trim(f"{float(digits):.{max(0, precision - 1 - power)}f}"), None


def _trim(digits: str) -> str:
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _special(value: float) -> str | None:
    if math.isnan(value):
        return "NaN"
    return None if math.isfinite(value) else ("∞" if value > 0 else "-∞")


def number_text(value: float, precision: int = 4, *, ascii: bool = False, parentheses: bool = False) -> str:
    """A number for people; `parentheses` puts them around a negative one.

    Example:
        >>> number_text(-0.19661193), number_text(12000000), number_text(-4.0, parentheses=True)
        ('−0.1966', '1.2×10⁷', '(−4)')
    """
    special = _special(value)
    if special is not None:
        text = special.replace("∞", "inf") if ascii else special
    else:
        digits, power = _parts(value, precision)
        text = digits if power is None else _scientific(digits, power, ascii=ascii)
    negative = text.startswith("-")
    if not ascii:
        text = text.replace("-", MINUS)
    return f"({text})" if negative and parentheses else text


def _scientific(digits: str, power: int, *, ascii: bool) -> str:
    if ascii:
        return f"{digits}e{power}"
    return f"{digits}×10{str(power).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def number_latex(value: float, precision: int = 4, *, parentheses: bool = False) -> str:
    r"""A number in LaTeX; a minus is braced, so that it is a sign and not an operator.

    Example:
        >>> number_latex(-4.0), number_latex(-4.0, parentheses=True), number_latex(1.5e-7)
        ('{-4}', '({-4})', '1.5{\\times}10^{-7}')
    """
    special = _special(value)
    if special is not None:
        text = {"NaN": r"\mathrm{NaN}", "∞": r"\infty", "-∞": r"-\infty"}[special]
    else:
        digits, power = _parts(value, precision)
        text = digits if power is None else rf"{digits}{{\times}}10^{{{power}}}"
    if text.startswith("-"):
        return f"({{{text}}})" if parentheses else f"{{{text}}}"
    return text
