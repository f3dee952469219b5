"""The error function and the gamma family."""

from __future__ import annotations

from gradviz.ops.op import Op

ROWS: tuple[Op, ...] = ()
