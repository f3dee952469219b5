"""Activations of networks that work entry by entry, and maxout."""

from __future__ import annotations

from gradviz.ops.op import Op

ROWS: tuple[Op, ...] = ()
