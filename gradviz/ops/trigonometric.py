"""The six trigonometric functions, their inverses, atan2."""

from __future__ import annotations

from gradviz.ops.op import Op

ROWS: tuple[Op, ...] = ()
