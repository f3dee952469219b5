"""Random expressions, rewritings of them that are sound, and slips that mostly are not."""

from __future__ import annotations

from random import Random

Tree = tuple[object, ...] | str
"""A name or number, or an operation's word before its operands."""

FUNCTIONS = ("sin", "cos", "tan", "exp", "ln", "sqrt", "sigmoid", "tanh", "abs", "cosh", "atan", "softplus")
INFIX = {"+", "-", "*", "/", "^"}


def random_tree(random: Random, depth: int) -> Tree:
    """An expression in x and y."""
    if depth == 0 or random.random() < 0.15:
        return random.choice(("x", "x", "y", "2", "3", "1/2"))
    pick = random.random()
    if pick < 0.4:
        return (random.choice(FUNCTIONS), random_tree(random, depth - 1))
    if pick < 0.5:
        return ("^", random_tree(random, depth - 1), random.choice(("2", "3", "(-1)", "(1/2)", "(3/2)")))
    return (random.choice("+-*/"), random_tree(random, depth - 1), random_tree(random, depth - 1))


def text(tree: Tree) -> str:
    """An expression as text."""
    if isinstance(tree, str):
        return tree if tree.isalnum() else f"({tree})"
    word, *operands = tree
    parts = [text(part) for part in operands]  # type: ignore[arg-type]
    return f"({parts[0]}{word}{parts[1]})" if word in INFIX else f"{word}({parts[0]})"


def rewritten(random: Random, tree: Tree) -> Tree:
    """Another form with the same value wherever both have one."""
    if isinstance(tree, str):
        return random.choice((tree, tree, tree, ("-", ("*", "2", tree), tree), ("/", ("*", tree, "3"), "3")))
    word, *operands = tree
    parts = [rewritten(random, part) for part in operands]  # type: ignore[arg-type]
    forms = [(word, *parts), *FORMS.get(str(word), lambda *_: [])(*parts)]
    return random.choice(forms)


FORMS = {
    "+": lambda a, b: [("+", b, a), ("-", a, ("*", "(-1)", b))],
    "-": lambda a, b: [("+", a, ("*", "(-1)", b)), ("*", "(-1)", ("-", b, a))],
    "*": lambda a, b: [
        ("*", b, a),
        ("/", a, ("^", b, "(-1)")),
        ("/", ("-", ("^", ("+", a, b), "2"), ("^", ("-", a, b), "2")), "4"),
    ],
    "/": lambda a, b: [("*", a, ("^", b, "(-1)")), ("/", ("*", a, b), ("^", b, "2"))],
    "sin": lambda a: [("*", "2", ("*", ("sin", ("/", a, "2")), ("cos", ("/", a, "2")))), ("*", ("tan", a), ("cos", a))],
    "cos": lambda a: [("-", "1", ("*", "2", ("^", ("sin", ("/", a, "2")), "2"))), ("/", "1", ("sec", a))],
    "tan": lambda a: [("/", ("sin", a), ("cos", a)), ("/", "1", ("cot", a))],
    "exp": lambda a: [
        ("^", ("exp", ("/", a, "2")), "2"),
        ("/", "1", ("exp", ("*", "(-1)", a))),
        ("+", ("cosh", a), ("sinh", a)),
    ],
    "ln": lambda a: [("*", "2", ("ln", ("sqrt", a))), ("*", "(-1)", ("ln", ("/", "1", a)))],
    "sqrt": lambda a: [("^", a, "(1/2)"), ("/", a, ("sqrt", a)), ("exp", ("/", ("ln", a), "2"))],
    "sigmoid": lambda a: [
        ("/", "1", ("+", "1", ("exp", ("*", "(-1)", a)))),
        ("/", ("+", "1", ("tanh", ("/", a, "2"))), "2"),
    ],
    "tanh": lambda a: [("/", ("sinh", a), ("cosh", a)), ("-", ("*", "2", ("sigmoid", ("*", "2", a))), "1")],
    "abs": lambda a: [("sqrt", ("^", a, "2")), ("*", a, ("sign", a)), ("abs", ("*", "(-1)", a))],
    "cosh": lambda a: [("/", ("+", ("exp", a), ("exp", ("*", "(-1)", a))), "2")],
    "atan": lambda a: [("*", "(-1)", ("atan", ("*", "(-1)", a)))],
    "softplus": lambda a: [("ln", ("+", "1", ("exp", a))), ("+", a, ("softplus", ("*", "(-1)", a)))],
}


def slipped(random: Random, tree: Tree) -> Tree:
    """The expression with one slip somewhere: another sign, function, number or operand."""
    if isinstance(tree, str):
        return random.choice(("x", "y", "1", "2", "(-1)", ("*", "(-1)", tree), ("+", tree, "1"), ("abs", tree)))
    word, *operands = tree
    if random.random() < 0.4:
        other = random.choice("+-*/") if word in "+-*/" else word if word == "^" else random.choice(FUNCTIONS)
        return (other, *operands)
    place = random.randrange(len(operands))
    operands[place] = slipped(random, operands[place])  # type: ignore[arg-type]
    return (word, *operands)
