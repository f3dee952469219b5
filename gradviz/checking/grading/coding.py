"""Plain records to JSON and back, by their types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")


def encoded(value: Any) -> Any:
    """A record as JSON has it: records are objects, tuples lists.

    Example:
        >>> from gradviz.explanation.data.checks import Enclosure
        >>> encoded(Enclosure("1/3", "0.3", "0.4"))
        {'text': '1/3', 'low': '0.3', 'high': '0.4'}
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: encoded(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, (tuple, list)):
        return [encoded(one) for one in value]
    if isinstance(value, Mapping):
        return {key: encoded(one) for key, one in value.items()}
    return value


def decoded(kind: type[Record], value: Any) -> Record:
    """A record from JSON.

    Args:
        kind: the record's class; fields may be records, tuples, optional ones, words and numbers.
        value: as `encoded` gave it.

    Raises:
        ValueError: it is not of that class.

    Example:
        >>> from gradviz.explanation.data.checks import Enclosure
        >>> decoded(Enclosure, {"text": "1/3", "low": "0.3", "high": "0.4"}).low
        '0.3'
    """
    found: Record = _decoded(kind, value)
    return found


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _decoded(kind: Any, value: Any) -> Any:
    """One level after the other: records are only as deep as their types say."""
    origin, inner = get_origin(kind), get_args(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        if not isinstance(value, dict):
            raise ValueError(f"{kind.__name__} is an object, not {type(value).__name__}")
        known = _hints(kind)
        return kind(**{name: _decoded(known[name], one) for name, one in value.items() if name in known})
    if origin in (Union, UnionType):
        rest = [one for one in inner if one is not NoneType]
        return None if value is None else _decoded(rest[0], value)
    if origin is tuple:
        if not isinstance(value, list):
            raise ValueError(f"a tuple is a list, not {type(value).__name__}")
        kinds = [inner[0]] * len(value) if inner[1:] == (...,) else inner
        return tuple(_decoded(one, part) for one, part in zip(kinds, value, strict=True))
    if origin is Literal:
        if value not in inner:
            raise ValueError(f"{value!r} is none of {inner}")
        return value
    if kind in (str, int, float, bool) and not isinstance(value, (int, float) if kind is float else kind):
        raise ValueError(f"{value!r} is no {kind.__name__}")
    return value
