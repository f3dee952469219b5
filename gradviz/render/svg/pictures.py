"""The picture of any kind of document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from gradviz.render.documents import Document, Kind, kind_of
from gradviz.render.options import Options
from gradviz.render.svg.check import compose_check
from gradviz.render.svg.document import compose
from gradviz.render.svg.drawing import Drawing
from gradviz.render.svg.matrix import compose_matrix
from gradviz.render.svg.sweep import compose_sweep

COMPOSERS: Mapping[Kind, Callable[[Any, Options], Drawing]] = MappingProxyType(
    {"explanation": compose, "matrix": compose_matrix, "sweep": compose_sweep, "check": compose_check}
)


def composed(data: Document, options: Options) -> Drawing:
    """The picture, with the record of its parts."""
    return COMPOSERS[kind_of(data)](data, options)
