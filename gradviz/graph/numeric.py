"""The value of an expression of constants, computed while the program is built."""

from __future__ import annotations

import warnings
from typing import Any

from gradviz.graph.graph import Graph, Node
from gradviz.graph.values import Value, floats
from gradviz.ops.op import CONSTANT


def computed(graph: Graph, target: int) -> Value:
    """The value of a node that depends on constants alone: a float, or a float64 array."""
    import numpy as np

    needed = {target}
    for i in range(target, -1, -1):
        if i in needed:
            needed.update(graph.nodes[i].operands)
    found: dict[int, Any] = {}
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        for i in sorted(needed):
            found[i] = _of_node(graph.nodes[i], [found[k] for k in graph.nodes[i].operands])
    result = found[target]
    return result if graph.nodes[target].shape else float(result.item())


def _of_node(node: Node, operands: list[Any]) -> Any:
    import numpy as np

    from gradviz.ops import kernels

    if node.op is CONSTANT:
        return np.array(floats(node.settings["value"]), dtype=np.float64) + np.zeros(node.shape)
    names = {f"x{i}": operand for i, operand in enumerate(operands)}
    settings = {f"s_{name}": floats(value) for name, value in node.attributes}
    # The template is the row's own text; what the user wrote comes in as variables.
    text = node.op.numpy.format(*names, args=", ".join(names), **{name: f"s_{name}" for name, _ in node.attributes})
    try:
        value = eval(text, {"np": np, "k": kernels, **names, **settings})
    except np.linalg.LinAlgError:
        value = np.full(node.shape, np.nan)
    return np.asarray(value, dtype=np.float64).reshape(node.shape)
