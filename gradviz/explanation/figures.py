"""Figures in sentences: few digits, counts in words, slopes as fractions and symbols."""

from __future__ import annotations

import math

from gradviz.explanation.data.network import FlowStep
from gradviz.syntax.names import RAISED

COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def slope_symbol(step: FlowStep) -> str:
    """A layer's slope as a symbol: σ′, tanh′."""
    return f"{'σ' if step.activation == 'sigmoid' else step.activation}′"


def count_text(count: int) -> str:
    """A number of things: in words up to twelve."""
    return COUNTS[count] if count < len(COUNTS) else str(count)


def fraction_text(value: float) -> str:
    """A slope: 1/4 rather than 0.25.

    Example:
        >>> fraction_text(0.25), fraction_text(1.0), fraction_text(1.12890)
        ('1/4', '1', '1.13')
    """
    for bottom in range(1, 13):
        if abs(value * bottom - 1) < 1e-9:
            return "1" if bottom == 1 else f"1/{bottom}"
    return figure(value, 3)


def figure(value: float, digits: int = 2) -> str:
    """A number with few digits; powers of ten outside 1/1000 … 10,000.

    Example:
        >>> figure(1.66e-6), figure(0.2283), figure(-1234.0)
        ('1.7×10⁻⁶', '0.23', '−1200')
    """
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    mantissa, power = f"{value:.{digits - 1}e}".split("e")
    if value != 0 and not -3 <= int(power) < 4:
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        text = f"{mantissa}×10{str(int(power)).translate(RAISED)}"
    else:
        text = f"{float(f'{mantissa}e{power}'):.{max(0, digits - 1 - int(power))}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")
