"""Where a slip was made and what it is, in words; and the wrong and the right step as trees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

from gradviz.checking.diagnosis.arrays.replay import IMPOSSIBLE, Alter, altered
from gradviz.checking.diagnosis.arrays.slips import NOT_SUMMED, REGULARISATION_LOST, WAY_DROPPED, Slip
from gradviz.explanation.mathematics import unicode_of
from gradviz.explanation.naming import free_name
from gradviz.graph.folding import Folder
from gradviz.graph.graph import Graph
from gradviz.graph.node import Group, Node
from gradviz.networks.table import BLOCKS
from gradviz.ops.op import CONSTANT
from gradviz.passes.backward import edge_at
from gradviz.passes.formulas import HIDDEN
from gradviz.passes.raising import below, expression
from gradviz.shape import size
from gradviz.syntax.tree import Array, Call, Expr, Index, Name, Slice, postorder

LABEL, STEP = 24, 40
"""How many nodes of a tree a sentence and a step may show."""
COUNTED = ("1/N", "averaged", "multiplied by the number")
"""What the name of a mistake in a count of entries holds."""


def named_nodes(graph: Graph, program: int) -> dict[int, str]:
    """The names that a program gives, by node; the letters of layers too."""
    return {i: node.name for i, node in enumerate(graph.nodes[:program]) if node.name}


def tree_of(graph: Graph, id: int, names: Mapping[int, str], budget: int = LABEL) -> Expr | None:
    """A node as a person would write it: by its name, or its operands' names."""
    return Name(names[id]) if id in names else expression(graph, id, names, budget)


def label_of(graph: Graph, id: int, names: Mapping[int, str]) -> str:
    """A node in a sentence: `q`, `W @ x`, or its operation where it is long."""
    tree = tree_of(graph, id, names)
    return unicode_of(tree) if tree is not None else f"the {graph.nodes[id].op.name} of {_short(graph, id, names)}"


def equation_of(graph: Graph, id: int, names: Mapping[int, str]) -> str:
    """A node with what it is made of: `q = W x`."""
    tree = expression(graph, id, names, LABEL)
    if tree is None or not graph.nodes[id].operands:
        return label_of(graph, id, names)
    named = f"{unicode_of(Name(names[id]))} = " if id in names and "." not in names[id] else ""
    return named + unicode_of(tree)


def _short(graph: Graph, id: int, names: Mapping[int, str]) -> str:
    inside = [names[i] for i in below(graph, [id], names) if i in names]
    return ", ".join(inside[:4]) + (", …" if len(inside) > 4 else "")


def outermost(node: Node) -> Group | None:
    """The layer or loss that a node lies in."""
    group = node.group
    while group is not None and group.parent is not None:
        group = group.parent
    return group


def place_of(graph: Graph, id: int, names: Mapping[int, str]) -> str:
    """Where a node stands: `At W @ x`, `In the dense layer h, at h.z`."""
    group = outermost(graph.nodes[id])
    label = equation_of(graph, id, names)
    if group is None:
        return f"At {label}"
    block = BLOCKS.get(group.kind)
    family = block.family if block is not None and group.kind != block.family else ""
    title = (block.title if block is not None else "") or group.kind.replace("_", " ")
    what = title if not family or family in title else f"{title} {family}"
    named = "" if group.name.startswith(group.kind) else f" {group.name}"
    return f"In the {what}{named}, at {label}"


def sentence(graph: Graph, slip: Slip, names: Mapping[int, str]) -> str:
    """A slip's place and fact, without a full stop."""
    if slip.name in (WAY_DROPPED, NOT_SUMMED, REGULARISATION_LOST):
        return _ways(graph, slip, names)
    targets = list(dict.fromkeys(place[0] for place in slip.alters))
    says = slip.says + _count(graph, slip)
    if len(targets) > 1:
        where = " and ".join(label_of(graph, target, names) for target in targets[:3])
        return f"Everywhere ({where}{', …' if len(targets) > 3 else ''}): {says}"
    where = place_of(graph, slip.node, names)
    slots = {place[1] for place in slip.alters}
    operands = graph.nodes[slip.node].operands
    if len(operands) > 1 and len(slots) == 1 and not slip.row:
        where = f"{where}, on the way to {label_of(graph, operands[slots.pop()], names)}"
    return f"{where}: {says}"


def _count(graph: Graph, slip: Slip) -> str:
    """What N is, where a mistake is one in a number of entries."""
    node = graph.nodes[slip.node]
    if not any(part in slip.name for part in COUNTED) or len({place[0] for place in slip.alters}) > 1:
        return ""
    whole = graph.nodes[node.operands[next(iter(slip.alters))[1]]].shape
    large, small = max(size(whole), size(node.shape)), min(size(whole), size(node.shape))
    return f" (N = {large // max(1, small)})"


def _ways(graph: Graph, slip: Slip, names: Mapping[int, str]) -> str:
    """Which uses of a node are left out."""
    node = label_of(graph, slip.node, names)
    uses = list(dict.fromkeys(equation_of(graph, place[0], names) for place in slip.alters))
    through = " and through ".join(uses)
    if slip.name == REGULARISATION_LOST:
        return f"The regularisation term's gradient by {node} is lost: what comes back through {through}"
    if slip.name == NOT_SUMMED:
        return (
            f"{node} is used several times and the contributions must be summed: what comes back through "
            f"{through} is missing"
        )
    return f"{node} is used more than once: what comes back through {through} is missing"


def steps(
    graph: Graph, place: tuple[int, int], alter: Alter, names: Mapping[int, str], upstream: str = ""
) -> tuple[Expr | None, Expr | None]:
    """The wrong contribution along an edge and the right one, `g` being what comes back into the operation."""
    small, target, arriving, stop = _small(graph, place[0], names, upstream)
    builder = Folder(small)
    try:
        right = edge_at(builder, target, place[1], arriving).contribution
        wrong = altered(builder, (target, place[1]), arriving, alter)
    except IMPOSSIBLE:
        return None, None
    trees = {small.nodes[i].name or "": tree for i, tree in stop.items()}
    short = {i: small.nodes[i].name or "" for i in stop}
    yours, asked = (None if id is None else _written(small, id, short, trees) for id in (wrong, right))
    return (yours, asked) if is_written(yours) and is_written(asked) else (None, None)


def is_written(tree: Expr | None) -> bool:
    """Whether a person would write a tree so: what only fits shapes is said in words, and stands at its root alone."""
    return tree is None or not any(
        isinstance(part, Call) and part.function in HIDDEN and part is not tree for part in postorder(tree)
    )


def _small(
    graph: Graph, target: int, names: Mapping[int, str], upstream: str
) -> tuple[Graph, int, int, dict[int, Expr]]:
    """One operation alone: its operands and what comes back into it are inputs."""
    small, node, stop, moved = Graph(), graph.nodes[target], dict[int, Expr](), dict[int, int]()
    for operand in dict.fromkeys(node.operands):
        part = graph.nodes[operand]
        if part.op is CONSTANT:
            moved[operand] = small.constant(part.settings["value"], part.shape).id
            continue
        moved[operand] = small.input(f"o{operand}", part.shape).id
        stop[moved[operand]] = tree_of(graph, operand, names) or Name(f"o{operand}")
    small.nodes.append(replace(node, operands=tuple(moved[i] for i in node.operands), name=None, group=None))
    position = len(small) - 1
    arriving = small.input("upstream", node.shape).id
    stop[arriving] = Name(upstream or free_name("g", set(names.values())))
    if target in names:
        small.names["output"] = position
        small.nodes[position] = replace(small.nodes[position], name="output")
        stop[position] = Name(names[target])
    return small, position, arriving, stop


def _written(graph: Graph, id: int, stop: Mapping[int, str], trees: Mapping[str, Expr]) -> Expr | None:
    tree: Expr | None = Name(stop[id]) if id in stop else expression(graph, id, stop, STEP)
    return None if tree is None else with_trees(tree, trees)


def with_trees(tree: Expr, trees: Mapping[str, Expr]) -> Expr:
    """A tree with other trees in the place of names.

    Example:
        >>> with_trees(Call("neg", (Name("a"),)), {"a": Name("b")})
        Call(function='neg', operands=(Name(id='b'),), keywords=())
    """
    made: dict[int, Any] = {}
    for part in postorder(tree):
        made[id(part)] = trees.get(part.id, part) if isinstance(part, Name) else _with_parts(part, made)
    return cast("Expr", made[id(tree)])


def _with_parts(part: Expr | Slice, made: Mapping[int, Any]) -> Expr | Slice:
    match part:
        case Call(operands=operands):
            return replace(part, operands=tuple(made[id(operand)] for operand in operands))
        case Index(base=base, items=items):
            return replace(part, base=made[id(base)], items=tuple(made[id(item)] for item in items))
        case Array(items=entries):
            return replace(part, items=tuple(made[id(item)] for item in entries))
        case _:
            return part


def listed(sentences: Iterable[str]) -> str:
    """Several facts one after the other: the first begins with a capital, the rest do not."""
    first, *rest = list(sentences)
    return "; and ".join(
        [first, *(one[:1].lower() + one[1:] if one.startswith(("At ", "In ")) else one for one in rest)]
    )
