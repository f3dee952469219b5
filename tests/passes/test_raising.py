from fractions import Fraction

from gradviz.graph.graph import Graph, Term
from gradviz.ops.op import PI
from gradviz.passes.raising import below, expression, number
from gradviz.syntax.show import to_latex, to_text, to_unicode


def test_a_node_is_written_in_its_operands_names() -> None:
    g = Graph()
    x, y, z = g.input("x"), g.input("y"), g.input("z")
    q = x + y
    f = q * z
    names = {x.id: "x", y.id: "y", z.id: "z", q.id: "q", f.id: "f"}
    tree = expression(g, f.id, names)
    assert tree is not None
    assert to_text(tree) == "q*z"


def test_inlining_goes_down_to_the_inputs() -> None:
    g = Graph()
    x, y, z = g.input("x"), g.input("y"), g.input("z")
    f = (x + y) * z
    tree = expression(g, f.id, {x.id: "x", y.id: "y", z.id: "z"})
    assert tree is not None
    assert to_text(tree) == "(x + y)*z"


def test_numbers_are_exact_and_constants_have_names() -> None:
    assert to_text(number(Fraction(1, 10))) == "0.1"
    assert to_text(number(-3)) == "-3"
    assert to_text(number(PI)) == "pi"


def test_a_tree_that_doubles_at_every_step_is_refused() -> None:
    g = Graph()
    x = term = g.input("x")
    for _ in range(60):
        term = term + term
    assert expression(g, term.id, {x.id: "x"}) is None


def test_a_long_chain_does_not_recurse() -> None:
    g = Graph()
    x = term = g.input("x")
    for _ in range(20_000):
        term = g.sin(term)
    assert expression(g, term.id, {x.id: "x"}) is None
    assert len(below(g, (term.id,))) == 20_001


def test_settings_that_are_not_the_default_are_written() -> None:
    g = Graph()
    x = g.input("x")
    plain, steep = g.leaky_relu(x), g.leaky_relu(x, slope=Fraction(1, 5))
    shown = [to_text(tree) for t in (plain, steep) if (tree := expression(g, t.id, {x.id: "x"}))]
    assert shown[0] == "leaky_relu(x)"
    assert "0.2" in shown[1]


def test_a_product_of_arrays_entry_by_entry_is_marked_and_reads_as_before() -> None:
    g = Graph()
    x, w, s = g.input("x", (3,)), g.input("W", (2, 3)), g.input("s")
    names = {x.id: "x", w.id: "W", s.id: "s"}

    def shown(term: Term) -> tuple[str, str, str]:
        tree = expression(g, term.id, names)
        assert tree is not None
        return to_text(tree), to_unicode(tree), to_latex(tree)

    assert shown(x * w) == ("x*W", "x ∘ W", r"x \circ W")
    assert shown(x * -w) == ("x*(-W)", "x ∘ (−W)", r"x \circ \left(-W\right)")
    assert shown(s * w) == ("s*W", "s·W", r"s\, W")
    assert shown(w * 2)[1] == "W·2"
    assert shown(g.broadcast_to(s, (3,)) * x)[1] == "broadcast_to(s, shape=[3])·x"
    assert shown(g.exp(s) * s)[1] == "exp(s)·s"
