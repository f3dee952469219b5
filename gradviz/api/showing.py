"""How every result is shown and saved: any document, in any format that can show it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from gradviz.errors import FileProblem, OptionProblem, nearest
from gradviz.render.documents import Document, kind_of
from gradviz.render.options import Options
from gradviz.render.table import FORMATS, Format, Rendered, format_of

if TYPE_CHECKING:
    from pathlib import Path


def rendered(data: Document, format: Format, chosen: Mapping[str, Any]) -> Rendered:
    """A document in a format; `chosen` are fields of `gradviz.render.options.Options`.

    Raises:
        OptionProblem: an option does not exist, or the format cannot show that kind of document.
    """
    known = [field.name for field in fields(Options)]
    for option in chosen:
        if option not in known:
            close = nearest(option, known)
            hint = f"did you mean {close!r}?" if close else f"the options are {', '.join(known)}"
            raise OptionProblem(f"there is no option {option!r}", hint=hint)
    return format.render(data, Options(**chosen))


def text_in(data: Document, name: str, chosen: Mapping[str, Any]) -> str:
    """A document in a format that is text.

    Raises:
        OptionProblem: as for `rendered`.
    """
    return str(rendered(data, FORMATS[name], chosen))


def bytes_in(data: Document, name: str, chosen: Mapping[str, Any]) -> bytes:
    """A document in a format that is not.

    Raises:
        OptionProblem: as for `rendered`.
    """
    content = rendered(data, FORMATS[name], chosen)
    return content.encode() if isinstance(content, str) else content


def save(data: Document, path: str | os.PathLike[str], chosen: Mapping[str, Any]) -> Path:
    """Write a file in the format that its suffix says, and return its path.

    Raises:
        OptionProblem: the suffix or an option does not exist, or the format cannot show that kind of document.
        FileProblem: the file cannot be written.
    """
    from pathlib import Path

    if not isinstance(path, (str, os.PathLike)) or not isinstance(os.fspath(path), str):
        raise FileProblem(
            f"a file is named by a text or a path, not by {type(path).__name__}", hint='write save("explanation.svg")'
        )
    target = Path(path)
    content = rendered(data, format_of(str(target), kind_of(data)), chosen)
    try:
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise FileProblem(f"{str(target)!r} cannot be written: {(error.strerror or str(error)).lower()}") from None
    return target
