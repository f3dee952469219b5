"""What a symmetric matrix says of the ways up and down: definiteness, extreme eigenvalues, condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gradviz.errors import DomainProblem, LimitError

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGEST = 2000
"""Rows up to which eigenvalues are worked out."""
TOLERANCE = 1e-10
"""An eigenvalue smaller than this part of the largest counts as zero."""

Definiteness = Literal[
    "positive definite",
    "negative definite",
    "positive semidefinite",
    "negative semidefinite",
    "indefinite",
    "zero",
]


@dataclass(frozen=True, slots=True)
class Spectrum:
    """The eigenvalues of a symmetric matrix, and what they say.

    Args:
        eigenvalues: in increasing order.
        definiteness: by their signs.
        tolerance: what is smaller counts as zero.
        condition: the largest by the smallest magnitude; infinite where one counts as zero.
    """

    eigenvalues: NDArray[np.float64]
    definiteness: Definiteness
    tolerance: float
    condition: float


def spectrum_of(matrix: Any) -> Spectrum:
    """The eigenvalues of a symmetric matrix and their signs.

    Args:
        matrix: n×n; of the two halves the mean is taken, as rounding makes them differ.

    Raises:
        LimitError: it has more than 2000 rows.
        DomainProblem: an entry is NaN or infinite.

    Example:
        >>> found = spectrum_of([[2.0, 0.0], [0.0, -1.0]])
        >>> found.definiteness, found.condition
        ('indefinite', 2.0)
    """
    array = np.asarray(matrix, dtype=np.float64)
    n = len(array)
    refuse_large(n)
    if not np.all(np.isfinite(array)):
        raise DomainProblem(
            "the Hessian holds NaN or infinity, so that it has no eigenvalues",
            hint="move the point away from where the function or a slope ends, such as sqrt at 0",
        )
    half = array / 2  # halved first, so that nothing overflows
    values = np.asarray(np.linalg.eigvalsh(half + half.T) if n else (), dtype=np.float64)
    sizes = np.abs(values)
    tolerance = TOLERANCE * float(sizes.max(initial=0.0))
    up, down = bool(np.any(values > tolerance)), bool(np.any(values < -tolerance))
    flat = bool(np.any(sizes <= tolerance))
    with np.errstate(over="ignore"):
        condition = float("inf") if flat or not n else float(sizes.max() / sizes.min())
    return Spectrum(values, _word(up, down, flat), tolerance, condition)


def refuse_large(n: int) -> None:
    """Refuse what takes an n×n array that is too large.

    Raises:
        LimitError: n is above the limit.
    """
    if n > LARGEST:
        raise LimitError(
            f"the Hessian is {n:,}×{n:,}, too large to take apart: that is done up to {LARGEST:,} rows",
            hint="multiply by it instead: gradviz.hvp(source, along=…) or .matvec(v) costs about two gradients",
        )


def _word(up: bool, down: bool, flat: bool) -> Definiteness:
    if up and down:
        return "indefinite"
    if not up and not down:
        return "zero"
    if up:
        return "positive semidefinite" if flat else "positive definite"
    return "negative semidefinite" if flat else "negative definite"
