"""Pieces of LaTeX that the article and the Markdown page share: values, derivatives, products, escaped text."""

from __future__ import annotations

from gradviz.explanation.data import Definition, EdgeFacts, GradientFacts, Math, NodeFacts, Value
from gradviz.render.arrays_text import brackets, summary_text
from gradviz.render.numbers import number_latex
from gradviz.render.pen import Nib, Pen, is_number
from gradviz.render.text_lines import to_ascii

TYPESET, COLUMNS = 64, 10
"""Entries and columns up to which an array is typeset as a matrix."""

SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': "''", "`": "{`}", "-": "{-}", "'": "{'}",
    "−": "$-$", "×": r"$\times$", "·": r"$\cdot$", "→": r"$\to$", "∂": r"$\partial$", "∞": r"$\infty$", "≤": r"$\leq$",
    "≥": r"$\geq$", "≠": r"$\neq$", "≈": r"$\approx$", "…": r"\dots{}", "’": "'", "–": "--", "²": "$^2$", "³": "$^3$",
    "¹": "$^1$", "⁻": "$^-$", "⁰": "$^0$", "⁴": "$^4$", "⁵": "$^5$", "⁶": "$^6$", "⁷": "$^7$", "⁸": "$^8$", "⁹": "$^9$",
    "±": r"$\pm$", "′": r"$'$",
    "ᵀ": r"$^\top$", "√": r"$\surd$", "∇": r"$\nabla$", "‖": r"$\Vert$", "∈": r"$\in$", "Σ": r"$\Sigma$",
}  # fmt: skip
"""Signs that text in LaTeX cannot hold as they are."""

GREEK = frozenset(
    [
        *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
        *("xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
    ]
)


def text_latex(text: str) -> str:
    r"""A text of any content as LaTeX text, one line.

    Example:
        >>> text_latex("a_1 & 50%")
        'a\\_1 \\& 50\\%'
    """
    return "".join(_sign(sign) for sign in text)


def _sign(sign: str) -> str:
    if sign in SPECIAL:
        return SPECIAL[sign]
    if sign.isascii():
        return sign if sign.isprintable() else " "
    plain = to_ascii(sign)
    if plain.lower() in GREEK:
        return rf"$\{plain}$" if plain.islower() or plain in _UPPER else rf"$\mathrm{{{plain[0]}}}$"
    return "".join(SPECIAL.get(part, part) for part in plain)


_UPPER = {"Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"}


def value_latex(value: Value, pen: Nib, *, parentheses: bool = False) -> str:
    """A number, a matrix, or a summary in words."""
    if not value.shape:
        return number_latex(value.number, pen.options.precision, parentheses=parentheses)
    if not value.entries or len(value.entries) > TYPESET or value.shape[-1] > COLUMNS:
        return rf"\text{{{text_latex(summary_text(value, pen.options))}}}"
    cells = [number_latex(entry, pen.options.precision) for entry in value.entries]
    if len(value.shape) > 2:
        return brackets(cells, value.shape)
    size = value.shape[-1] if len(value.shape) > 1 else 1  # a vector stands upright
    rows = [" & ".join(cells[start : start + size]) for start in range(0, len(cells), size)]
    body = r" \\ ".join(rows)
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"


def by_latex(pen: Pen, node: NodeFacts) -> str:
    """The gradient of the output by a node, as a symbol."""
    return rf"\frac{{\partial {pen.top.latex}}}{{\partial {node.label.latex}}}"


def product_latex(edge: EdgeFacts, pen: Pen) -> str:
    """`upstream × local = contribution` between scalars; the rule and its result between arrays; else symbols."""
    target = pen.nodes[edge.target]
    if edge.contribution is None:
        return edge.rule.latex if edge.rule else rf"{by_latex(pen, target)} \cdot {edge.symbol.latex}"
    result = value_latex(edge.contribution, pen)
    values = (edge.upstream, edge.local_value)
    if all(value is not None and not value.shape for value in values) and not edge.contribution.shape:
        upstream, local = (
            value_latex(value, pen, parentheses=place > 0) for place, value in enumerate(values) if value
        )
        return rf"{upstream} \times {local} = {result}"
    return f"{edge.rule.latex} = {result}" if edge.rule else result


def local_latex(edge: EdgeFacts, pen: Pen) -> str:
    """`∂q/∂x = formula = value`, as far as there are such."""
    parts = [edge.symbol.latex]
    if edge.local_formula is not None:
        parts.append(edge.local_formula.latex)
    constant = edge.local_formula is not None and is_number(edge.local_formula)
    if edge.local_value is not None and not edge.local_value.shape and not constant:
        parts.append(value_latex(edge.local_value, pen))
    return " = ".join(parts)


def aligned(line: Math) -> str:
    """An equation with its first equals sign where others can be lined up with it."""
    left, _, right = line.latex.partition(" = ")
    return f"{left} &= {right}"


def gradient_latex(gradient: GradientFacts, pen: Pen) -> list[str]:
    """The members of `∂f/∂x = chain = factors = formula = value`, each different from the one before it."""
    members = [gradient.symbol.latex]
    formulas = [gradient.chain.symbols, gradient.chain.factors] if gradient.chain else []
    formulas += [formula for formula in (gradient.named, gradient.formula) if formula is not None]
    for formula in formulas:
        repeated = formula.latex.replace(" ", "") == members[-1].replace(" ", "")
        if not repeated and not (is_number(formula) and gradient.value is not None):
            members.append(formula.latex)
    if gradient.value is not None:
        return [*members, value_latex(gradient.value, pen)]
    untold = gradient.untold or "no value"
    return members if members[1:] else [*members, rf"\text{{({text_latex(untold)})}}"]


def definition_latex(definition: Definition) -> str:
    """What a name in a gradient's formula stands for."""
    return rf"\text{{where }} {definition.name.latex} = {definition.expression.latex}"


def ledger_latex(node: NodeFacts, pen: Pen) -> str:
    """The sum at a fan-out: `∂f/∂x = 5 + (−4) + 1 = 2`."""
    edges = [pen.data.edges[place] for place in node.ledger]
    values = [edge.contribution for edge in edges if edge.contribution is not None]
    if len(values) < len(edges) or node.gradient is None:
        terms = [rf"{by_latex(pen, pen.nodes[edge.target])} \cdot {edge.symbol.latex}" for edge in edges]
        return f"{by_latex(pen, node)} = {' + '.join(terms)}"
    terms = [value_latex(value, pen, parentheses=place > 0) for place, value in enumerate(values)]
    return f"{by_latex(pen, node)} = {' + '.join(terms)} = {value_latex(node.gradient, pen)}"
