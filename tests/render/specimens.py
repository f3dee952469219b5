"""Hand-made explanations: a small scalar autograd, apart from gradviz's own, that fills in what renderers read."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gradviz.explanation.data import Curve, EdgeFacts, ExplanationData, Glyph, GradientFacts, NodeFacts, Remark, Value
from gradviz.explanation.data import Math as Formula


@dataclass(frozen=True)
class Rule:
    value: Callable[..., float]
    partials: Callable[..., list[float]]
    formulas: Callable[..., list[str]]
    written: Callable[..., str]
    mark: str
    caption: str
    gate: bool = True


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > 0 else math.exp(x) / (1 + math.exp(x))


RULES = {
    "add": Rule(
        lambda *a: sum(a),
        lambda *a: [1] * len(a),
        lambda n, *a: ["1"] * len(a),
        lambda *a: "+".join(a),
        "+",
        "distributes",
    ),
    "mul": Rule(
        lambda a, b: a * b, lambda a, b: [b, a], lambda n, a, b: [b, a], lambda a, b: rf"{a}\,{b}", r"\times", "swaps"
    ),
    "max": Rule(
        max,
        lambda a, b: [float(a > b) + 0.5 * (a == b), float(b > a) + 0.5 * (a == b)],
        lambda n, *a: ["", ""],
        lambda a, b: rf"\max({a},{b})",
        r"\max",
        "routes",
    ),
    "neg": Rule(lambda a: -a, lambda a: [-1], lambda n, a: ["-1"], lambda a: rf"{{-{a}}}", r"\times{-1}", "flips"),
    "inc": Rule(lambda a: a + 1, lambda a: [1], lambda n, a: ["1"], lambda a: f"{a}+1", "+1", "passes"),
    "exp": Rule(math.exp, lambda a: [math.exp(a)], lambda n, a: [n], lambda a: f"e^{{{a}}}", "", "exp", False),
    "inv": Rule(lambda a: 1 / a, lambda a: [-1 / a**2], lambda n, a: [f"-{n}^2"], lambda a: f"1/{a}", "", "1/x", False),
    "sig": Rule(
        sigmoid,
        lambda a: [sigmoid(a) * (1 - sigmoid(a))],
        lambda n, a: [f"{n}(1-{n})"],
        lambda a: rf"\sigma({a})",
        "",
        "sigmoid",
        False,
    ),
    "relu": Rule(
        lambda a: max(a, 0.0),
        lambda a: [float(a > 0)],
        lambda n, a: [""],
        lambda a: rf"\mathrm{{relu}}({a})",
        "",
        "relu",
        False,
    ),
    "log": Rule(math.log, lambda a: [1 / a], lambda n, a: [f"1/{a}"], lambda a: rf"\log {a}", "", "log", False),
}


def formula(latex: str, text: str | None = None) -> Formula:
    return Formula(text if text is not None else latex, latex, latex)


def number(value: float | None) -> Value | None:
    return None if value is None else Value((), (float(value),))


def curve(op: str, at: float | None) -> Curve:
    rule = RULES[op]
    low, high = {"exp": (-2.4, 1.2), "inv": (0.3, 3.0), "log": (0.1, 3.0), "sig": (-5.0, 5.0)}.get(op, (-2.0, 2.0))
    if at is not None:
        margin = 0.25 * (high - low)
        low = min(low, at - margin) if op not in ("inv", "log") else min(low, at / 2)
        high = max(high, at + margin)
    xs = [low + (high - low) * i / 60 for i in range(61)]
    if op == "inv":
        xs = [x for x in xs if x > 0] if at is None or at > 0 else [x for x in xs if x < 0]
        low, high = min(xs), max(xs)
    ys = [rule.value(x) for x in xs]
    bottom, top = min(ys), max(ys)
    if not (low < high and bottom < top):
        return Curve(())  # so far out that floats next to each other are equal: there is nothing to draw

    def unit(x: float, y: float) -> tuple[float, float]:
        return (x - low) / (high - low), (y - bottom) / (top - bottom)

    kink = op == "relu" and at == 0
    slope = None if at is None or kink else rule.partials(at)[0] * (high - low) / (top - bottom)
    return Curve(
        (tuple(unit(x, y) for x, y in zip(xs, ys, strict=True)),),
        axis_x=-bottom / (top - bottom) if bottom <= 0 <= top else None,
        axis_y=-low / (high - low) if low <= 0 <= high else None,
        point=None if at is None else unit(at, rule.value(at)),
        slope=slope,
        kink=kink,
    )


def specimen(
    steps: Sequence[tuple],
    title: str,
    *,
    named: dict[str, str] | None = None,
    seed: float = 1.0,
    top: str = "",
    symbolic: bool = False,
    inactive: Sequence[str] = (),
    labels: dict[str, str] | None = None,
) -> ExplanationData:
    """An explanation of `(name, value)` inputs and `(name, op, operands)` steps; the last one is the output."""
    labels = labels or {}
    named = named or {}
    values: dict[str, float] = {}
    for step in steps:
        values[step[0]] = float(step[1]) if len(step) == 2 else RULES[step[1]].value(*(values[a] for a in step[2]))
    output = steps[-1][0]
    gradient = dict.fromkeys(values, 0.0)
    gradient[output] = seed

    def label(name: str) -> str:
        return labels.get(name, name)

    def shown(value: float | None) -> Value | None:
        return None if symbolic else number(value)

    edges: list[EdgeFacts] = []
    for step in reversed(steps):
        if len(step) == 2:
            continue
        name, op, operands = step
        partials = RULES[op].partials(*(values[a] for a in operands))
        formulas = RULES[op].formulas(label(name), *map(label, operands))
        made = []
        for slot, (operand, partial, written) in enumerate(zip(operands, partials, formulas, strict=True)):
            contribution = gradient[name] * partial
            gradient[operand] += contribution
            copy = operands[: slot + 1].count(operand) if operands.count(operand) > 1 else 0
            bottom = label(operand) + (f"^{{({copy})}}" if copy else "")
            made.append(
                EdgeFacts(
                    operand,
                    name,
                    slot,
                    copy,
                    operand not in inactive,
                    formula(rf"\frac{{\partial {label(name)}}}{{\partial {bottom}}}"),
                    shown(gradient[name]),
                    formula(written) if written else None,
                    shown(partial),
                    None,
                    shown(contribution),
                    None,
                    RULES[op].caption if RULES[op].gate else "",
                )
            )
        edges += reversed(made)
    edges.reverse()
    top = top or output
    ledgers: dict[str, list[int]] = {}
    for i, edge in enumerate(edges):
        if edge.active:
            ledgers.setdefault(edge.source, []).append(i)
    nodes = []
    for step in steps:
        name = step[0]
        is_input = len(step) == 2
        rule = None if is_input else RULES[step[1]]
        glyph = Glyph("pin", label(name))
        remarks: tuple[Remark, ...] = ()
        if rule is not None:
            glyph = (
                Glyph("circle", rule.mark)
                if rule.mark
                else Glyph("curve", rule.caption, curve(step[1], None if symbolic else values[step[2][0]]))
            )
            if step[1] == "relu" and values[step[2][0]] == 0 and not symbolic:
                remarks = (Remark("kink", "kink: slope taken as 0, allowed [0, 1]"),)
        ledger = tuple(ledgers.get(name, ()))
        nodes.append(
            NodeFacts(
                name,
                name,
                formula(label(name)),
                "input" if is_input else step[1],
                rule.caption if rule else "",
                bool(rule and rule.gate),
                glyph,
                None if rule is None else formula(rule.written(*map(label, step[2]))),
                (),
                shown(values[name]),
                None if name in inactive else shown(gradient[name]),
                None,
                formula(named[name]) if name in named else None,
                ledger,
                remarks,
                is_input,
                name == output,
                symbol=formula(rf"\frac{{\partial {label(top)}}}{{\partial {label(name)}}}"),
            )
        )
    inputs = [step[0] for step in steps if len(step) == 2]
    return ExplanationData(
        title,
        formula(title),
        output,
        output,
        {name: shown(values[name]) for name in inputs},
        tuple(nodes),
        tuple(edges),
        {
            name: GradientFacts(name, formula(name), None, (), None, shown(gradient[name]), ())
            for name in inputs
            if name not in inactive
        },
        shown(values[output]),
        shown(seed),
        seed != 1,
        tuple(inputs) if symbolic else (),
    )


def case_a(**changes) -> ExplanationData:
    return specimen(
        [("x", -2), ("y", 5), ("z", -4), ("q", "add", ["x", "y"]), ("f", "mul", ["q", "z"])],
        r"f=(x+y)\,z",
        named={"x": "z", "y": "z", "q": "z", "z": "q"},
        **changes,
    )


def case_b() -> ExplanationData:
    steps = [
        ("w_0", 2),
        ("x_0", -1),
        ("w_1", -3),
        ("x_1", -2),
        ("w_2", -3),
        ("a", "mul", ["w_0", "x_0"]),
        ("b", "mul", ["w_1", "x_1"]),
        ("c", "add", ["a", "b"]),
        ("d", "add", ["c", "w_2"]),
        ("m", "neg", ["d"]),
        ("e", "exp", ["m"]),
        ("p", "inc", ["e"]),
        ("f", "inv", ["p"]),
    ]
    return specimen(steps, r"f=\frac{1}{1+e^{-(w_0x_0+w_1x_1+w_2)}}")


def case_folded() -> ExplanationData:
    steps = [
        ("w_0", 2),
        ("x_0", -1),
        ("w_1", -3),
        ("x_1", -2),
        ("w_2", -3),
        ("a", "mul", ["w_0", "x_0"]),
        ("b", "mul", ["w_1", "x_1"]),
        ("s", "add", ["a", "b", "w_2"]),
        ("f", "sig", ["s"]),
    ]
    return specimen(steps, r"f=\sigma(w_0x_0+w_1x_1+w_2)", named={"s": "f(1-f)"})


def case_c() -> ExplanationData:
    steps = [
        ("x", 2),
        ("y", 3),
        ("z", -4),
        ("a", "mul", ["x", "y"]),
        ("b", "mul", ["x", "z"]),
        ("f", "add", ["a", "b", "x"]),
    ]
    return specimen(steps, r"f=x\,y+x\,z+x", named={"x": "y+z+1", "y": "x", "z": "x"})


def case_square() -> ExplanationData:
    return specimen([("x", 3), ("f", "mul", ["x", "x"])], r"f=x\,x", named={"x": "2x"})


def case_stress() -> ExplanationData:
    steps = [
        ("z_1", 2),
        ("z_2", 1),
        ("z_3", -1),
        ("e_1", "exp", ["z_1"]),
        ("e_2", "exp", ["z_2"]),
        ("e_3", "exp", ["z_3"]),
        ("s", "add", ["e_1", "e_2", "e_3"]),
        ("r", "inv", ["s"]),
        ("p_1", "mul", ["e_1", "r"]),
        ("p_2", "mul", ["e_2", "r"]),
        ("p_3", "mul", ["e_3", "r"]),
        ("l", "log", ["p_2"]),
        ("L", "neg", ["l"]),
    ]
    return specimen(steps, r"L=-\log\,\mathrm{softmax}(z)_2")


def gates() -> dict[str, ExplanationData]:
    pair = [("x", 3), ("y", -1)]
    return {
        "add": specimen([*pair, ("f", "add", ["x", "y"])], "f=x+y", seed=2, top="L"),
        "mul": specimen([*pair, ("f", "mul", ["x", "y"])], r"f=x\,y", seed=2, top="L"),
        "max": specimen([*pair, ("f", "max", ["x", "y"])], r"f=\max(x,y)", seed=2, top="L"),
        "copy": specimen([("x", 3), ("f", "mul", ["x", "x"])], r"f=x\,x", seed=2, top="L"),
        "kink": specimen([("x", 0), ("f", "relu", ["x"])], r"f=\mathrm{relu}(x)", seed=2, top="L"),
        "sigmoid": specimen([("x", 1), ("f", "sig", ["x"])], r"f=\sigma(x)", seed=2, top="L"),
    }


def chain(length: int, op: str = "sig") -> ExplanationData:
    steps: list[tuple] = [("h_{0}", 0.9)]
    steps += [(f"h_{{{i + 1}}}", op, [f"h_{{{i}}}"]) for i in range(length)]
    return specimen(steps, rf"{length}\ \mathrm{{steps}}")


CASES: dict[str, Callable[[], ExplanationData]] = {
    "a": case_a,
    "b": case_b,
    "folded": case_folded,
    "c": case_c,
    "square": case_square,
    "stress": case_stress,
    "symbolic": lambda: case_a(symbolic=True),
    "partly": lambda: case_a(inactive=("y",)),
}


def scribble(source: random.Random, steps: tuple[int, int] = (3, 14)) -> ExplanationData:
    """A random graph of up to four inputs; what the output does not hang on is left out."""
    made: list[tuple] = [(f"x_{{{i}}}", source.choice([-2, -1, 0.5, 1, 2, 3])) for i in range(source.randint(1, 4))]
    for i in range(source.randint(*steps)):
        op = source.choice(["add", "mul", "mul", "add", "sig", "neg", "max", "inc", "relu"])
        names = [step[0] for step in made]
        pool = names[-5:] if source.random() < 0.8 else names
        made.append((f"v_{{{i}}}", op, [source.choice(pool) for _ in range(2 if op in ("add", "mul", "max") else 1)]))
    needed = {made[-1][0]}
    for step in reversed(made):
        if step[0] in needed and len(step) > 2:
            needed |= set(step[2])
    return specimen([step for step in made if step[0] in needed], "f")
