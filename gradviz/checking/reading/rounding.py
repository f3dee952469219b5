"""Values given as floats of full length: what an answer differs by then may be their rounding."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from gradviz.checking.claim import Claim
from gradviz.checking.reading.fixing import needed_inputs
from gradviz.passes.evaluate import evaluate

LONG = 10**14
"""The denominator from which a decimal is taken for a float of full length, and not for what a person wrote."""
CLOSE = 1e-9
"""The relative difference that their rounding may make."""


def within_rounding(claim: Claim) -> bool:
    """Whether all is fixed, some of it at floats of full length, and both sides differ by their rounding at most."""
    if not _long(claim.fixed) or not needed_inputs(claim.graph, [claim.truth, claim.answer]) <= set(claim.fixed):
        return False
    at = {name: np.asarray(_floats(value)) for name, value in claim.fixed.items()}
    with np.errstate(all="ignore"):
        truth, answer = evaluate(claim.graph, at, [claim.truth, claim.answer])
    scale = max(1.0, float(np.max(np.abs(truth), initial=0.0)))
    return bool(np.all(np.abs(np.asarray(truth) - np.asarray(answer)) <= CLOSE * scale))


def _long(fixed: Mapping[str, Any]) -> bool:
    """Whether a value, or an entry of one, is a float of full length.

    Example:
        >>> _long({"x": Fraction(1, 10)}), _long({"x": (1, Fraction("0.7853981633974483"))})
        (False, True)
    """
    left = list(fixed.values())
    while left:
        value = left.pop()
        if isinstance(value, tuple):
            left.extend(value)
        elif isinstance(value, Fraction) and value.denominator >= LONG:
            return True
    return False


def _floats(value: Any) -> Any:
    return [_floats(one) for one in value] if isinstance(value, tuple) else float(value)
