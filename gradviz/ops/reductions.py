"""Sums and other reductions along axes; softmax and its relatives."""

from __future__ import annotations

from gradviz.ops.op import Op

ROWS: tuple[Op, ...] = ()
