"""Deep chains are explained through their intermediates: texts grow with the operations, not as trees do."""

from __future__ import annotations

import gradviz


def nest(depth: int) -> str:
    lines = ["f1 = sin(x*x)*x", *(f"f{i} = sin(x*f{i - 1})*f{i - 1}" for i in range(2, depth + 1))]
    return "\n".join(lines)


def test_nested_chains_are_told_in_linear_length() -> None:
    made = [gradviz.explain(nest(depth)) for depth in (6, 12, 24)]
    for lengths in ([len(one.to_json()) for one in made], [len(one.to_latex()) for one in made]):
        assert lengths[2] - lengths[1] <= 2.2 * (lengths[1] - lengths[0])
    assert "too long to be read" in made[2].to_text()


def test_products_of_many_are_bounded_formula_by_formula() -> None:
    """Each gradient is a product of all others: beyond the budget it is told by what it is made of."""
    count = 170
    told = gradviz.explain("f = " + "*".join(f"x{i}" for i in range(count))).to_text()
    assert "∂f/∂x₁₄  = ∂f/∂h · ∂h/∂x₁₄ = ∂f/∂h · g" in told
    assert len(told) < 200 * count
