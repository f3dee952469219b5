"""Matrix products and what matrices have: traces, determinants, inverses, norms."""

from __future__ import annotations

from gradviz.ops.op import Op

ROWS: tuple[Op, ...] = ()
