"""Groups as plain data: titles, notes, what they hold and what they are as one formula."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from gradviz.explanation.box import Box
from gradviz.explanation.calls import call_math, entering, upright
from gradviz.explanation.collapsing import lineage
from gradviz.explanation.data import EdgeFacts, GroupFacts, LocalForm, Math, Remark
from gradviz.explanation.mathematics import math_of, name_math
from gradviz.explanation.subject import Subject
from gradviz.graph.graph import Group
from gradviz.ops.op import INPUT
from gradviz.passes.raising import expression
from gradviz.passes.simplify import cost
from gradviz.shape import size
from gradviz.syntax.names import RAISED
from gradviz.syntax.tree import Expr

EXPRESSION_COST = 22.0
"""What the formula of a whole group may cost its reader: about a box's width."""
WIDEST = 36
"""Signs of a formula that stands in a box."""


def group_ids(subject: Subject) -> dict[int, str]:
    """Of every shown node, the id of the innermost group that it lies in; "" for none."""
    found = {}
    for i in subject.shown:
        box = subject.boxes.get(i)
        group = subject.graph.nodes[i].group if box is None else box.group
        found[i] = "" if group is None else group.name
    return found


def group_facts(subject: Subject, edges: Sequence[EdgeFacts]) -> tuple[GroupFacts, ...]:
    """The groups that the shown nodes lie in, and those that are closed; an outer one before those inside it."""
    by_name: dict[str, Group] = {}
    members: dict[str, list[int]] = {}
    for i in subject.shown:
        box = subject.boxes.get(i)
        for group in lineage(box.group if box else subject.graph.nodes[i].group):
            by_name.setdefault(group.name, group)
            members.setdefault(group.name, []).append(i)
    boxes: dict[str, list[Box]] = {}
    for box in subject.boxes.values():
        boxes.setdefault(box.group.name, []).append(box)
    return tuple(_facts(subject, group, members[name], boxes.get(name, []), edges) for name, group in by_name.items())


def _facts(
    subject: Subject, group: Group, members: Sequence[int], boxes: Sequence[Box], edges: Sequence[EdgeFacts]
) -> GroupFacts:
    output = _output(subject, members, boxes)
    main = next((box for box in boxes if box.main), None)
    groups = main.groups if main else (group,)
    count = parameters_of(subject, groups)
    return GroupFacts(
        id=group.name,
        parent="" if group.parent is None else group.parent.name,
        name=name_math(group.name),
        kind=group.kind,
        title=title_of(groups),
        note=note_of(groups, count),
        nodes=tuple(subject.ids[i] for i in members),
        output=subject.ids[output],
        expression=_whole(subject, group, members, output) if main is None else expression_of(subject, main),
        parameters=count,
        locals=_locals(main, edges, subject.ids) if main else (),
        repeated=len(groups),
        collapsed=main is not None,
    )


def _output(subject: Subject, members: Sequence[int], boxes: Sequence[Box]) -> int:
    """The last node of a group that something outside reads, or that nothing reads."""
    if boxes:
        return max(box.output for box in boxes)
    held = set(members)
    inner = {operand for i in members for operand in subject.operands(i)}
    outer = {operand for i in subject.shown if i not in held for operand in subject.operands(i)}
    leaving = [i for i in members if i in outer or i not in inner]
    operations = [i for i in leaving if subject.graph.nodes[i].op is not INPUT]
    return max(operations or leaving or members)


def title_of(groups: Sequence[Group]) -> str:
    """What a group is called: by the last part of its name, or by its kind where that name was made up.

    Example:
        >>> title_of([Group("net.h1", "dense", "", Group("net", "mlp"))]), title_of([Group("mse1", "mse")])
        ('h1', 'loss')
    """
    if len(groups) > 1:
        return f"{_last(groups[0])} … {_last(groups[-1])}"
    return _last(groups[0])


def _last(group: Group) -> str:
    from gradviz.networks.table import BLOCKS

    own = group.name.rsplit(".", 1)[-1]
    if not re.fullmatch(rf"{re.escape(group.kind)}_?\d*", own):
        return own
    row = BLOCKS.get(group.kind)
    return "loss" if row is not None and row.family == "loss" else own if row is None or own != group.kind else row.name


def caption_of(groups: Sequence[Group], short: str) -> str:
    """What stands above a box: its title, how many it stands for, and `short`."""
    from gradviz.networks.table import BLOCKS

    row = BLOCKS.get(groups[0].kind)
    title = "loss" if row is not None and row.family == "loss" else title_of(groups)
    tags = [title, f"× {len(groups)}" if len(groups) > 1 else "", short]
    return " · ".join(tag for tag in tags if tag)


def note_of(groups: Sequence[Group], parameters: int) -> str:
    """A group's settings in a few words, with the number of its parameters."""
    from gradviz.networks.table import BLOCKS

    group, row = groups[0], BLOCKS.get(groups[0].kind)
    titled = row is not None and row.title and (row.family == "loss" or not group.note)
    parts = [part for part in (row.title if row is not None and titled else "", group.note) if part]
    if len(groups) > 1:
        parts.insert(0, f"{len(groups)} equal blocks")
        parts = [*parts[:1], *(f"each {part}" for part in parts[1:])]
    if parameters and (len(groups) > 1 or not any("parameter" in part for part in parts)):
        parts.append(f"{parameters:,} parameter{'' if parameters == 1 else 's'}" + (" in all" * (len(groups) > 1)))
    return ", ".join(parts)


def parameters_of(subject: Subject, groups: Sequence[Group]) -> int:
    """How many numbers are trained in groups."""
    names = {group.name for group in groups}
    graph, count = subject.graph, 0
    for name, leaf in graph.leaves.items():
        if leaf.role == "parameter" and name in graph.names:
            held = graph.nodes[graph.names[name]].group
            count += size(leaf.shape) * any(group.name in names for group in lineage(held))
    return count


def _locals(box: Box, edges: Sequence[EdgeFacts], ids: Mapping[int, str]) -> tuple[LocalForm, ...]:
    target = ids[box.output]
    return tuple(
        LocalForm(edge.source, edge.local_formula, edge.jacobian.structure, edge.jacobian.rows, edge.jacobian.columns)
        if edge.jacobian is not None
        else LocalForm(edge.source, edge.local_formula, "", 1, 1)
        for edge in edges
        if edge.target == target
    )


def _whole(subject: Subject, group: Group, members: Sequence[int], output: int) -> Math | None:
    """An open group as one formula, in the names of what enters it and of its inputs."""
    held = set(members)
    nodes = subject.graph.nodes
    stop = {i: name for i, name in subject.names.items() if i not in held or nodes[i].op is INPUT}
    return _short(expression(subject.graph, output, stop, 40)) if nodes[output].op is not INPUT else None


def expression_of(subject: Subject, box: Box) -> Math:
    """A box as one formula, `tanh(X W + b)`; where that is long, or stands for several groups, as a call."""
    if len(box.groups) > 1:
        return _row(subject, box)
    return formula_of(subject, box) or _call(subject, box)


def formula_of(subject: Subject, box: Box) -> Math | None:
    """A box as one formula in the names of what enters it and of its inputs; None where that is long."""
    inputs = {i: subject.names[i] for i in box.inside if i in subject.names and i != box.output}
    stop = {**inputs, **{i: subject.names[i] for i in box.entries}}
    return _short(expression(subject.graph, box.output, stop, 40))


def _short(tree: Expr | None) -> Math | None:
    return math_of(tree) if tree is not None and cost(tree) <= EXPRESSION_COST else None


def _call(subject: Subject, box: Box) -> Math:
    """`mse(q, y)`: the group's kind on what enters it."""
    entries = set(box.entries)
    order = entering(subject.graph, box.group, box.inside)
    return call_math(box.group.kind, [subject.names[i] for i in order if i in entries])


def _row(subject: Subject, box: Box) -> Math:
    """Equal groups one after the other: `dense¹²(x)`."""
    count, kind = len(box.groups), box.group.kind
    made = _call(subject, box)
    inner = made.latex.removeprefix(upright(kind))
    raised = str(count).translate(RAISED)
    return Math(
        f"{kind}^{count}{made.text.removeprefix(kind)}",
        f"{kind}{raised}{made.unicode.removeprefix(kind)}",
        rf"{upright(kind)}^{{{count}}}{inner}",
    )


def glyph_of(subject: Subject, box: Box) -> str:
    """What stands in a box: its formula, or where that would be too wide, what it is."""
    if len(box.groups) > 1:
        return _row(subject, box).latex
    made = formula_of(subject, box)
    return made.latex if made is not None and len(made.unicode) <= WIDEST else upright(box.group.kind)


def _step_remarks(subject: Subject) -> list[Remark]:
    """That steps with the same parameters were closed, by the group that they lie in."""
    boxes = {group.name: box for box in subject.boxes.values() for group in box.groups}
    by_parent: dict[str, list[Group]] = {}
    for step in subject.collapse.steps:
        by_parent.setdefault("" if step.parent is None else step.parent.name, []).append(step)
    found = []
    for name, steps in by_parent.items():
        depth = len(lineage(steps[0]))
        same = f"the {len(steps)} steps of {name} have the same parameters and are shown"
        if name in boxes:
            found.append(Remark("note", f"{same} as one box; --depth {depth - 1} opens it"))
        elif any(step.name in boxes and len(boxes[step.name].groups) > 1 for step in steps):
            found.append(Remark("note", f"{same} closed; --depth {depth} opens them"))
        elif any(step.name in boxes for step in steps):
            found.append(Remark("note", f"{same} as one box each; --depth {depth} opens them"))
    return found


def group_remarks(subject: Subject) -> list[Remark]:
    """What was closed without being asked for, and how it is opened."""
    found = []
    depth = subject.collapse.depth
    if depth is not None:
        more = f"--depth {depth + 1} opens them one level further"
        text = f"{subject.size:,} nodes: groups are shown as one box each; {more}"
        found.append(Remark("note", text))
    else:
        found += _step_remarks(subject)
    for box in subject.boxes.values():
        if len(box.groups) > 1:
            text = f"{title_of(box.groups)} are {len(box.groups)} equal blocks in a row, shown as one box"
            found.append(Remark("note", text))
    return found
