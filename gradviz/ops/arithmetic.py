"""Arithmetic and powers."""

from __future__ import annotations

from gradviz.ops.op import Op

ROWS: tuple[Op, ...] = ()
