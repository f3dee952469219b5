"""Absolute value, rounding, choosing between values, hypot, stop_gradient."""

from __future__ import annotations

from gradviz.ops.op import Op

ROWS: tuple[Op, ...] = ()
