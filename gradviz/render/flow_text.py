"""The gradient's flow in words and columns: for a terminal, for Markdown and LaTeX, and as JSON."""

from __future__ import annotations

import math

from gradviz.explanation.data import ExplanationData, FlowStep, GradientFlow, Remark
from gradviz.render.json_parts import Json
from gradviz.render.numbers import number_text
from gradviz.render.pen import Nib
from gradviz.render.terminal_notes import INDENT
from gradviz.render.text_lines import Line, Piece, left, line, right, width_of, wrap

LEAST = 3
"""Layers from which a text has a section on the flow."""
ENDS = 12
"""Layers that are listed at each end of a deep network."""
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
HEADS = ("layer", "", "norm", "of the last", "parameters", "mean ± deviation", "stuck")


def flow_lines(data: ExplanationData, nib: Nib) -> list[Line]:
    """The section for a terminal; nothing for fewer than three layers."""
    flow = data.flow
    if flow is None or len(flow.steps) < LEAST:
        return []
    rows = [[nib.sign(cell) for cell in row] for row in flow_rows(flow, nib)]
    heads = [nib.sign(head) for head in HEADS]
    keep = [i for i in range(len(heads)) if heads[i] == "layer" or any(row[i] for row in rows)]
    widths = [max(width_of(row[i]) for row in (heads, *rows)) for i in keep]
    while INDENT + sum(widths) + 2 * (len(widths) - 1) > nib.options.width and len(keep) > 4:
        drop = next(place for place, i in enumerate(keep) if i in (4, 5))
        del keep[drop], widths[drop]
    lines = [line(Piece(f"gradient flow: {flow.kind}", "head"))]
    for number, row in enumerate([heads, *rows]):
        cells = [
            left(row[i], width) if i in (0, 1, 6) else right(row[i], width)
            for i, width in zip(keep, widths, strict=True)
        ]
        text = "  ".join(cells).rstrip()
        lines.append(line(" " * INDENT, Piece(text, "plain") if number else Piece(text, "head")))
    for text in unsaid(flow, data.remarks):
        parts = wrap(nib.sign(text), nib.options.width - INDENT, nib.options.width - INDENT - 2)
        lines += [line(" " * (INDENT + 2 * bool(i)), part) for i, part in enumerate(parts)]
    return lines


def flow_rows(flow: GradientFlow, nib: Nib) -> list[list[str]]:
    """A row for each layer; the middle of a deep network is counted."""
    steps = list(flow.steps)
    rows = [_row(step, nib) for step in (steps if len(steps) <= 2 * ENDS else steps[:ENDS] + steps[-ENDS:])]
    if len(steps) > 2 * ENDS:
        rows.insert(ENDS, [f"… {len(steps) - 2 * ENDS} more", *[""] * (len(HEADS) - 1)])
    return rows


def _row(step: FlowStep, nib: Nib) -> list[str]:
    return [
        step.title,
        step.activation,
        _number(step.gradient, nib),
        _number(step.relative, nib, 2),
        _number(step.parameters, nib),
        f"{_number(step.mean, nib, 2)} ± {_number(step.deviation, nib, 2)}",
        ", ".join(stuck_counts(step)),
    ]


def _number(value: float, nib: Nib, digits: int = 3) -> str:
    return number_text(value, min(digits, nib.options.precision), ascii=nib.options.ascii)


def stuck_counts(step: FlowStep) -> list[str]:
    """`3 of 8 dead`; a relu unit that is off for one sample alone is not dead yet."""
    said = []
    if step.dead:
        said.append(f"{step.dead} of {step.units} {'off' if step.off else 'dead'}")
    if step.saturated:
        said.append(f"{step.saturated} of {step.units} saturated")
    return said


def unsaid(flow: GradientFlow, remarks: tuple[Remark, ...]) -> list[str]:
    """The flow's sentences that are no remarks already."""
    told = {remark.text for remark in remarks}
    return [text for text in flow.says if text not in told]


def flow_sentence(flow: GradientFlow) -> str:
    """What the picture is of: `ten sigmoid layers`."""
    kinds = list(dict.fromkeys(step.activation or "linear" for step in flow.steps))
    word = "steps" if flow.recurrent else "layers"
    names = " and ".join([", ".join(kinds[:-1]), kinds[-1]] if len(kinds) > 1 else kinds)
    count = COUNTS[len(flow.steps)] if len(flow.steps) < len(COUNTS) else str(len(flow.steps))
    return f"{count} {names} {word}"


def flow_label(flow: GradientFlow) -> str:
    """What stands beside the line: the factor per layer and where it ends."""
    first, last, word = flow.steps[0], flow.steps[-1], "step" if flow.recurrent else "layer"
    if not math.isfinite(first.relative):
        return f"{first.title}: no finite number"
    factor = "" if first.relative == 0 else f"×{_near_one(flow.factor)} per {word}; "
    times = "times" if first.relative >= 1 else "of"
    return f"{factor}{first.title} receives {_near_one(first.relative)} {times} the gradient at {last.title}"


def _near_one(value: float) -> str:
    """Two digits; three where two would say that a factor is 1."""
    text = number_text(value, 2)
    return number_text(value, 3) if text == "1" else text


def step_sentence(step: FlowStep, flow: GradientFlow, precision: int) -> str:
    """One layer in a sentence."""
    what = f" ({step.activation})" if step.activation else ""
    last = flow.steps[-1].title
    relative = number_text(step.relative, min(precision, 3))
    stuck = "".join(f"; {text}" for text in stuck_counts(step))
    mean, spread = number_text(step.mean, min(precision, 3)), number_text(step.deviation, min(precision, 3))
    norm = number_text(step.gradient, precision)
    return (
        f"{step.title}{what}: norm of the gradient {norm}, {relative} of that at {last}; "
        f"values {mean} ± {spread}{stuck}."
    )


def flow_document(flow: GradientFlow) -> Json:
    """The flow as plain data for JSON; what is no finite number is null."""
    return {
        "kind": flow.kind,
        "says": list(flow.says),
        "factor": _plain(flow.factor),
        "bound": list(flow.bound),
        "recurrent": flow.recurrent,
        "layers": [
            {
                "name": step.title,
                "group": step.group,
                "activation": step.activation,
                "shape": list(step.shape),
                "gradient": _plain(step.gradient),
                "relative": _plain(step.relative),
                "parameters": _plain(step.parameters),
                "mean": _plain(step.mean),
                "deviation": _plain(step.deviation),
                "units": step.units,
                "rows": step.rows,
                "saturated": step.saturated,
                "dead": step.dead,
                "stuck": list(step.which),
                "slope": _plain(step.slope),
                "mean_slope": _plain(step.mean_slope),
            }
            for step in flow.steps
        ],
    }


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None
