"""What every rendering of a Jacobian or a Hessian says in the same words: its facts, its entries' names, its cells."""

from __future__ import annotations

import math

from gradviz.explanation.data import Math, MatrixReport
from gradviz.render.arrays_text import shape_text
from gradviz.render.numbers import number_text

UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB")


def bytes_text(count: int) -> str:
    """A number of bytes for people.

    Example:
        >>> bytes_text(64), bytes_text(8_000_000), bytes_text(1_342_177_280_000)
        ('64 B', '8 MB', '1.34 TB')
    """
    size, unit = float(count), 0
    while size >= 999.5 and unit + 1 < len(UNITS):
        size, unit = size / 1000, unit + 1
    return f"{size:.3g} {UNITS[unit]}" if unit + 1 < len(UNITS) or size < 1000 else f"{size:,.0f} {UNITS[unit]}"


def count_text(count: int) -> str:
    """A whole number, its thousands set apart.

    Example:
        >>> count_text(167772160000)
        '167,772,160,000'
    """
    return f"{count:,}"


def facts(report: MatrixReport) -> list[tuple[str, str]]:
    """What is known of the matrix as a whole: labels, and the words for them; of a single number, how it was found."""
    if report.rows == report.columns == 1:
        return [("found", report.found)] if report.found else []
    told = [
        ("structure", f"{report.structure}: {report.structure_says}" if report.structure_says else report.structure),
        ("size", size_text(report)),
        ("nonzeros", nonzeros_text(report)),
        ("memory", memory_text(report)),
        ("found", report.found),
    ]
    return [(label, text) for label, text in told if text]


def size_text(report: MatrixReport) -> str:
    """`2×4: a row per entry of q (2), a column per entry of W (2×2)`."""
    size = f"{count_text(report.rows)}×{count_text(report.columns)}"
    columns = _named(tuple(report.labels.of(name).unicode for name in report.wrt), report.column_shapes)
    if report.kind == "Hessian":
        return f"{size}: a row and a column for {columns}"
    return f"{size}: rows for {_entries(report.labels.of(report.of).unicode, report.row_shape)}, columns for {columns}"


def _named(names: tuple[str, ...], shapes: tuple[tuple[int, ...], ...]) -> str:
    parts = [_entries(name, shape) for name, shape in zip(names, shapes, strict=True)]
    shown = parts if len(parts) <= 4 else [*parts[:3], f"{len(parts) - 3} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _entries(name: str, shape: tuple[int, ...]) -> str:
    return f"{name} ({shape_text(shape)})" if shape else name


def nonzeros_text(report: MatrixReport) -> str:
    """`4 of 8 entries can differ from zero (50 %)`."""
    whole = report.rows * report.columns
    if not whole:
        return "there are no entries"
    if report.nonzeros == whole:
        return "all entries can differ from zero"
    if not report.nonzeros:
        return "none: every entry is zero everywhere"
    share = number_text(100 * report.nonzeros / whole, 2)
    return f"{count_text(report.nonzeros)} of {count_text(whole)} entries can differ from zero ({share}\u00a0%)"


def memory_text(report: MatrixReport) -> str:
    """What it takes dense, and as it is kept."""
    dense = f"{bytes_text(report.dense_bytes)} as a dense array"
    if report.stored_bytes is None or report.stored_bytes >= report.dense_bytes:
        return dense
    return f"{dense}, {bytes_text(report.stored_bytes)} as it is kept"


def entry_symbol(report: MatrixReport, row: int, column: int) -> Math:
    """The name of one entry: `∂q[0]/∂W[0,1]`, `∂²f/∂x∂y`."""
    below = report.column_labels[column]
    above = report.row_labels[row]
    if report.kind == "Jacobian":
        return Math(
            f"d{above.text}/d{below.text}",
            f"∂{above.unicode}/∂{below.unicode}",
            rf"\frac{{\partial {above.latex}}}{{\partial {below.latex}}}",
        )
    top = output_of(report)
    if row == column:
        return Math(
            f"d2{top.text}/d{below.text}^2",
            f"∂²{top.unicode}/∂{below.unicode}²",
            rf"\frac{{\partial^2 {top.latex}}}{{\partial {{{below.latex}}}^2}}",
        )
    return Math(
        f"d2{top.text}/d{above.text}d{below.text}",
        f"∂²{top.unicode}/∂{above.unicode}∂{below.unicode}",
        rf"\frac{{\partial^2 {top.latex}}}{{\partial {above.latex}\,\partial {below.latex}}}",
    )


def output_of(report: MatrixReport) -> Math:
    """The name of what is differentiated, as the title spells it."""
    text, unicode, latex = (
        part.split(" = ")[0] for part in (report.title.text, report.title.unicode, report.title.latex)
    )
    return Math(text, unicode, latex) if text == report.of else Math(report.of, report.of, report.of)


def nonzero(report: MatrixReport, row: int, column: int) -> bool:
    """Whether an entry of a small matrix, whose picture has one cell for each, can differ from zero.

    Where the entries are known as formulas, these decide: a structure may leave open what is zero all the same.
    """
    if report.entries:
        return any(entry.index == (row, column) for entry in report.entries)
    return report.picture is not None and report.picture.shares[row][column] > 0


def whole_picture(report: MatrixReport) -> bool:
    """Whether each cell of the picture is one entry."""
    shares = report.picture.shares if report.picture else ()
    return len(shares) == report.rows and bool(shares) and len(shares[0]) == report.columns


def labelled(report: MatrixReport) -> bool:
    """Whether every row and column has a name."""
    return len(report.row_labels) == report.rows > 0 and len(report.column_labels) == report.columns > 0


def block_text(report: MatrixReport, rows: int, columns: int) -> str:
    """How many entries one of so many cells stands for: `16×16`, or `about 8×2` where they differ."""
    down, across = -(-report.rows // rows), -(-report.columns // columns)
    even = report.rows % rows == report.columns % columns == 0
    return f"{'' if even else 'about '}{count_text(down)}×{count_text(across)}"


def curvature_facts(report: MatrixReport, precision: int) -> list[tuple[str, str]]:
    """What a Hessian says of the function at the point."""
    if report.curvature is None:
        return []
    curvature = report.curvature
    low, high = (number_text(end, precision) for end in (curvature.lowest, curvature.highest))
    values = f"eigenvalues from {low} to {high}"
    if curvature.lowest == curvature.highest:
        values = f"{'the' if report.columns == 1 else 'every'} eigenvalue is {low}"
    says = curvature.says[:1].lower() + curvature.says[1:]
    told = [("curvature", f"{curvature.definiteness}: {says}"), ("spectrum", values)]
    if curvature.condition is None or report.columns == 1:
        return told
    if math.isinf(curvature.condition):
        condition = "infinite: the matrix is singular"
    else:
        condition = number_text(curvature.condition, precision)
    return [*told, ("condition", condition)]
