"""What a Hessian says of the function at a point, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gradviz.explanation.data import Curvature, Remark
from gradviz.explanation.kinks import kink_remarks
from gradviz.explanation.mathematics import name_math
from gradviz.explanation.subject import Subject
from gradviz.passes.curvature import TOLERANCE, Definiteness, Spectrum

FLAT = 1e-8
"""A gradient whose entries are all smaller counts as zero."""

CURVES: Mapping[Definiteness, str] = {
    "positive definite": "every direction curves upwards",
    "negative definite": "every direction curves downwards",
    "positive semidefinite": "no direction curves downwards, and some do not curve",
    "negative semidefinite": "no direction curves upwards, and some do not curve",
    "indefinite": "some directions curve upwards and others downwards",
    "zero": "no direction curves",
}
"""By definiteness, what the function does along straight lines through the point."""

FOLLOWS: Mapping[Definiteness, str] = {
    "positive definite": "this is a strict local minimum",
    "negative definite": "this is a strict local maximum",
    "positive semidefinite": "this may be a local minimum: where it does not curve, higher orders decide",
    "negative semidefinite": "this may be a local maximum: where it does not curve, higher orders decide",
    "indefinite": "this is a saddle point",
    "zero": "second derivatives decide nothing",
}
"""By definiteness, what follows where the gradient is zero."""


def curvature_of(spectrum: Spectrum, gradient: Any, kinks: Sequence[Remark] = ()) -> Curvature:
    """The curvature at a point, with what follows from the gradient there.

    Args:
        spectrum: the Hessian's.
        gradient: at the same point.
        kinks: what was said of kinks there: then second derivatives prove nothing.

    Example:
        >>> from gradviz.passes.curvature import spectrum_of
        >>> print(curvature_of(spectrum_of([[2.0]]), [0.0]).says)
        Every direction curves upwards, and the gradient is zero here: this is a strict local minimum.
    """
    values = spectrum.eigenvalues
    return Curvature(
        definiteness=spectrum.definiteness,
        says=_says(spectrum, np.ravel(np.asarray(gradient, dtype=np.float64)), kinks),
        lowest=_cleaned(values[0], spectrum) if len(values) else 0.0,
        highest=_cleaned(values[-1], spectrum) if len(values) else 0.0,
        condition=None if spectrum.definiteness == "zero" else spectrum.condition,
    )


def _cleaned(value: float, spectrum: Spectrum) -> float:
    """An eigenvalue, and 0 for one that counts as zero."""
    return 0.0 if abs(value) <= spectrum.tolerance else float(value)


def _says(spectrum: Spectrum, gradient: Any, kinks: Sequence[Remark]) -> str:
    curves = CURVES[spectrum.definiteness]
    curves = curves[0].upper() + curves[1:]
    if kinks:
        return f"{curves} by the second derivatives taken here; but on a kink that proves nothing."
    steepest = float(np.max(np.abs(gradient), initial=0.0))
    if steepest != steepest:
        return f"{curves}; the gradient has no value here."
    if steepest <= FLAT:
        says = f"{curves}, and the gradient is zero here: {FOLLOWS[spectrum.definiteness]}."
    else:
        says = f"{curves}; the gradient is not zero here, so that the point is neither a minimum nor a maximum."
    if "semi" in spectrum.definiteness:
        says += f" (Eigenvalues below {TOLERANCE:g} of the largest count as zero.)"
    return says


def kinks_said(subject: Subject) -> tuple[Remark, ...]:
    """At a kink, that there is no second derivative, and which one is taken."""
    said = []
    for i, remarks in kink_remarks(subject).items():
        name = name_math(subject.names[i]).unicode
        for remark in remarks:
            said.append(
                Remark(
                    "kink",
                    f"at {name}: {remark.text}; there is no second derivative, and the derivative of the rule that is "
                    "taken for the first one stands for it",
                )
            )
    return tuple(said)
