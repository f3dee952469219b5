"""What texts mean."""

from fractions import Fraction

import pytest

from gradviz.errors import NameProblem, ParseError
from gradviz.syntax.parser import parse, parse_expression, parse_point
from gradviz.syntax.show import program_text
from gradviz.syntax.tree import Assign, Call, Define, Name, Number, Program, children, postorder


def shape_of(text, **options):
    """A tree in one line: `add(x, 1)`."""
    done = {}
    for node in postorder(parse_expression(text, **options)):
        parts = [done[id(child)] for child in children(node)]
        match type(node).__name__:
            case "Number":
                done[id(node)] = str(node.value)
            case "Name":
                done[id(node)] = node.id
            case "Text":
                done[id(node)] = repr(node.value)
            case "Array":
                done[id(node)] = f"[{', '.join(parts)}]"
            case "Index":
                done[id(node)] = f"{parts[0]}[{', '.join(parts[1:])}]"
            case "Slice":
                rest = iter(parts)
                done[id(node)] = ":".join(
                    "" if part is None else next(rest) for part in (node.start, node.stop, node.step)
                )
            case _:
                count = len(node.operands)
                named = [f"{key}={part}" for (key, _), part in zip(node.keywords, parts[count:], strict=True)]
                done[id(node)] = f"{node.function}({', '.join([*parts[:count], *named])})"
    return done[id(node)]


READINGS = [
    # operators and precedence
    ("(x+y)*z", "mul(add(x, y), z)"),
    ("a-b-c", "sub(sub(a, b), c)"),
    ("a/b/c*d", "mul(div(div(a, b), c), d)"),
    ("x^y^z", "power(x, power(y, z))"),
    ("x**2", "power(x, 2)"),
    ("-x^2", "neg(power(x, 2))"),
    ("2^-1", "power(2, -1)"),
    ("-2^2", "neg(power(2, 2))"),
    ("-2x", "mul(-2, x)"),
    ("-x*y", "mul(neg(x), y)"),
    ("a - -3", "sub(a, -3)"),
    ("-(3)", "neg(3)"),
    ("+x", "x"),
    ("A @ B @ x", "matmul(matmul(A, B), x)"),
    ("a × b · c ÷ d − 1", "sub(div(mul(mul(a, b), c), d), 1)"),
    # numbers
    ("0.1", "1/10"),
    (".5e1", "5"),
    ("2e", "mul(2, e)"),
    ("2e-x", "sub(mul(2, e), x)"),
    ("1e-3", "1/1000"),
    # products that are left out
    ("2x", "mul(2, x)"),
    ("3(x+1)", "mul(3, add(x, 1))"),
    ("(x+1)(y-2)", "juxtapose(add(x, 1), sub(y, 2))"),
    ("(x+1)2", "mul(add(x, 1), 2)"),
    ("x y", "juxtapose(x, y)"),
    ("x(y+1)", "juxtapose(x, add(y, 1))"),
    ("w_out(y+1)", "juxtapose(w_out, add(y, 1))"),
    ("1/2x", "juxtapose(div(1, 2), x)"),
    ("x^2y", "juxtapose(power(x, 2), y)"),
    ("2 [1, 2]", "mul(2, [1, 2])"),
    ("x*y + xy", "add(mul(x, y), juxtapose(x, y))"),
    ("x + xsin(x)", "add(x, juxtapose(x, sin(x)))"),
    ("x + xe^x", "add(x, juxtapose(x, exp(x)))"),
    ("loss", "loss"),
    # functions
    ("sin x", "sin(x)"),
    ("sin 2x", "sin(mul(2, x))"),
    ("sin x cos y", "juxtapose(sin(x), cos(y))"),
    ("2 log x", "mul(2, log(x))"),
    ("sin -x", "sin(neg(x))"),
    ("sin x^2", "sin(power(x, 2))"),
    ("sin x + 1", "add(sin(x), 1)"),
    ("sin x/2", "div(sin(x), 2)"),
    ("log sin x", "log(sin(x))"),
    ("sin |x|", "sin(abs(x))"),
    ("sin^2(x)", "power(sin(x), 2)"),
    ("sin² x", "power(sin(x), 2)"),
    ("sin^n(x)", "power(sin(x), n)"),
    ("sin^-1(x)", "asin(x)"),
    ("sin⁻¹(x)", "asin(x)"),
    ("log^-1(x)", "power(log(x), -1)"),
    ("arcsin(x)", "asin(x)"),
    ("ln(x)", "log(x)"),
    ("log(x, b)", "log_base(x, b)"),
    ("log(x, base=3)", "log_base(x, 3)"),
    ("log_b(x)", "log_base(x, b)"),
    ("log_3 x", "log_base(x, 3)"),
    ("log_2(x)", "log2(x)"),
    ("log₁₀ x", "log10(x)"),
    ("√x", "sqrt(x)"),
    ("√2x", "juxtapose(sqrt(2), x)"),
    ("√(x+1)", "sqrt(add(x, 1))"),
    ("root(x, 3)", "cbrt(x)"),
    ("e^x", "exp(x)"),
    ("σ(x)", "sigmoid(x)"),
    ("sigma(x)", "sigmoid(x)"),
    ("σ x", "juxtapose(sigma, x)"),
    ("Γ(x)", "gamma(x)"),
    ("gamma(x)", "gamma(x)"),
    ("γ(x+1)", "juxtapose(gamma, add(x, 1))"),
    ("gamma x", "juxtapose(gamma, x)"),
    ("mean*2", "mul(mean, 2)"),
    ("Abs(x) + Max(x, y)", "add(abs(x), maximum(x, y))"),
    ("max(0, x)", "maximum(0, x)"),
    ("max(a, b, c)", "maximum(a, b, c)"),
    ("min(x)", "min(x)"),
    ("max(X, axis=0)", "max(X, axis=0)"),
    ("sum(X, 0)", "sum(X, axis=0)"),
    ("sum(X, keepdims=True, axis=-1)", "sum(X, axis=-1, keepdims=1)"),
    ("sum(X, axis=None)", "sum(X)"),
    ("leaky_relu(x, 0.1)", "leaky_relu(x, slope=1/10)"),
    ("clip(x, -1, 1)", "clip(x, low=-1, high=1)"),
    ("polygamma(1, x)", "polygamma(x, n=1)"),
    ('einsum("ij,jk->ik", A, B)', "einsum(A, B, equation='ij,jk->ik')"),
    ("einsum('ij,jk->ik', A, B)", "einsum(A, B, equation='ij,jk->ik')"),
    ("reshape(x, (2, 3))", "reshape(x, shape=[2, 3])"),
    ("reshape(x, 2, 3)", "reshape(x, shape=[2, 3])"),
    ("norm(x, 1)", "norm(x, ord=1)"),
    ('norm(W, "fro")', "norm(W, ord='fro')"),
    ("norm(W, fro)", "norm(W, ord='fro')"),
    ("swish(x)", "silu(x)"),
    ("tr(A) + det A", "add(trace(A), det(A))"),
    # comparison and logic
    ("where(x > 0, x, 0)", "where(greater(x, 0), x, 0)"),
    ("where(0 < x <= 1, x, 0)", "where(logical_and(less(0, x), less_equal(x, 1)), x, 0)"),
    ("where(not x == y or x ≠ 1, 1, 0)", "where(logical_or(logical_not(equal(x, y)), not_equal(x, 1)), 1, 0)"),
    ("Piecewise((x, x > 0), (0, True))", "where(greater(x, 0), x, 0)"),
    ("Piecewise((x, x > 2), (1, x > 1), (0, True))", "where(greater(x, 2), x, where(greater(x, 1), 1, 0))"),
    (
        "Piecewise((x, And(x > 0, Not(y > 0))), (0, True))",
        "where(logical_and(greater(x, 0), logical_not(greater(y, 0))), x, 0)",
    ),
    # bars
    ("|x|", "abs(x)"),
    ("|x|y|z|", "juxtapose(juxtapose(abs(x), y), abs(z))"),
    ("||x||", "norm(x)"),
    ("‖x‖²", "power(norm(x), 2)"),
    ("||W@x||^2", "power(norm(matmul(W, x)), 2)"),
    ("||x||_1 + ||W||_F + ||x||_inf", "add(add(norm(x, ord=1), norm(W, ord='fro')), norm(x, ord='inf'))"),
    ("||a|+|b||", "abs(add(abs(a), abs(b)))"),
    ("|||x|||", "norm(abs(x))"),
    ("|x| + ||a|-|b||", "add(abs(x), abs(sub(abs(a), abs(b))))"),
    ("|a| |b|", "juxtapose(abs(a), abs(b))"),
    ("2|x|", "mul(2, abs(x))"),
    ("|-x|", "abs(neg(x))"),
    ("⌊x⌋ + ⌈y⌉", "add(floor(x), ceil(y))"),
    # arrays
    ("[[1, 2], [x, -4]]", "[[1, 2], [x, -4]]"),
    ("x[0]", "x[0]"),
    ("W[0, 1:, ::2][-1]", "W[0, 1::, ::2][-1]"),
    ("W.T", "transpose(W)"),
    ("Wᵀ x", "juxtapose(transpose(W), x)"),
    ("(A B)'", "transpose(juxtapose(A, B))"),
    ("W^T", "power(W, T)"),
    ("A^-1", "power(A, -1)"),
    ("h.W.T @ h.b", "matmul(transpose(h.W), h.b)"),
    # names
    ("x₁ + x1 + x_1", "add(add(x1, x1), x1)"),
    ("α₀ + alpha_0 + αx", "add(add(alpha0, alpha0), juxtapose(alpha, x))"),
    ("ŷ - y_hat", "sub(y_hat, y_hat)"),
    ("pi r^2", "juxtapose(pi, power(r, 2))"),
    ("2πr", "juxtapose(mul(2, pi), r)"),
    ("x²+x⁻¹+xⁿ⁺¹", "add(add(power(x, 2), power(x, -1)), power(x, add(n, 1)))"),
]


@pytest.mark.parametrize(("text", "tree"), READINGS)
def test_reading(text, tree):
    assert shape_of(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (r"\frac{1}{1+e^{-x}}", "div(1, add(1, exp(neg(x))))"),
        (r"\frac12 x", "juxtapose(div(1, 2), x)"),
        (r"\dfrac{a}{\frac{b}{c}}", "div(a, div(b, c))"),
        (r"\sqrt{x+1} + \sqrt[3]{x} + \sqrt[n]{x}", "add(add(sqrt(add(x, 1)), cbrt(x)), power(x, div(1, n)))"),
        (r"\sin^2 x", "power(sin(x), 2)"),
        (r"\sin^{-1}(x)", "asin(x)"),
        (r"2\sin x\cos x", "juxtapose(mul(2, sin(x)), cos(x))"),
        (r"\exp\left(-\frac{x^2}{2}\right)", "exp(neg(div(power(x, 2), 2)))"),
        (r"\left|x\right| + \lvert y \rvert", "add(abs(x), abs(y))"),
        (r"\lVert W x \rVert_2^2", "power(norm(juxtapose(W, x), ord=2), 2)"),
        (r"\|x\|^2", "power(norm(x), 2)"),
        (r"\mathbf{W}^\top \mathbf{x}", "juxtapose(transpose(W), x)"),
        (r"W^{\top} x", "juxtapose(transpose(W), x)"),
        (r"W^T x", "juxtapose(power(W, T), x)"),
        (r"\sigma(w_{0} x_{0} + w_1 x_1)", "sigmoid(add(juxtapose(w0, x0), juxtapose(w1, x1)))"),
        (r"\alpha_{1} \cdot \beta \times \theta", "mul(mul(alpha1, beta), theta)"),
        (r"W_{\text{out}} h + b_{\mathrm{out}}", "add(juxtapose(W_out, h), b_out)"),
        (r"\operatorname{relu}(x)", "relu(x)"),
        (r"\max\left(0, x\right)", "maximum(0, x)"),
        (r"\log_{b}(x) + \log_2 x + \ln x", "add(add(log_base(x, b), log2(x)), log(x))"),
        (r"\begin{bmatrix} 1 & 2 \\ 3 & x \end{bmatrix}", "[[1, 2], [3, x]]"),
        (r"\begin{pmatrix} 1 \\ x \\ \end{pmatrix}", "[1, x]"),
        (r"\begin{bmatrix} 1 & x \end{bmatrix}", "[[1, x]]"),
        (
            r"\begin{cases} x^2 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}",
            "where(greater(x, 0), power(x, 2), 0)",
        ),
        (r"$xy$", "juxtapose(x, y)"),
        (r"x \le 1 \land y \neq 2", "logical_and(less_equal(x, 1), not_equal(y, 2))"),
        (r"\hat{y} - \bar x", "sub(y_hat, x_bar)"),
        (r"\lfloor x \rfloor", "floor(x)"),
        (r"e^{-x}", "exp(neg(x))"),
        (r"{-4}", "-4"),
        (r"x\,y\;z", "juxtapose(juxtapose(x, y), z)"),
        (r"\(x + y\)", "add(x, y)"),
    ],
)
def test_latex(text, tree):
    assert shape_of(text) == tree


def test_what_the_user_defines_wins():
    program = parse("sigma = 2; T = 3; e = 1; f = sigma(x+1) + e^x + W^T; sin = 4; g = sin*2")
    assert program.statements[3].expression.operands[0].operands[0] == Call(
        "juxtapose", (Name("sigma"), Call("add", (Name("x"), Number(Fraction(1)))))
    )
    assert program.statements[3].expression.operands[0].operands[1].function == "power"
    assert program.statements[5].expression == Call("mul", (Name("sin"), Number(Fraction(2))))


def test_known_names_are_products_and_are_not_split():
    assert shape_of("rate(x+1)", known=["rate"]) == "juxtapose(rate, add(x, 1))"
    assert shape_of("xy", known=["x", "y"]) == "juxtapose(x, y)"
    assert shape_of("xy", known=["x", "y", "xy"]) == "xy"
    assert shape_of("xy", known=["x"]) == "xy"


def test_statements():
    program = parse(
        """
        # a network
        W : 2x2 = [[0.1, 0.5],   # continued
                   [-0.3, 0.8]]
        X : N x d; v : 3; a : scalar; B : (4, n)
        q = W @ x;  f = ||q||^2
        """
    )
    shapes = {s.name: s.shape for s in program.statements}
    assert shapes == {"W": (2, 2), "X": ("N", "d"), "v": (3,), "a": (), "B": (4, "n"), "q": None, "f": None}
    assert [s.expression is None for s in program.statements] == [False, True, True, True, True, False, False]


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("2x3", (2, 3)),
        ("2×3", (2, 3)),
        ("Nxd", ("N", "d")),
        ("N×3", ("N", 3)),
        ("2xd", (2, "d")),
        ("2 x 3 x 4", (2, 3, 4)),
        ("(3,)", (3,)),
        ("0x2", (0, 2)),
        ("batch by 3", ("batch", 3)),
    ],
)
def test_shape_annotations(text, shape):
    assert parse(f"X : {text}\nf = sum(X)").statements[0].shape == shape


def test_definitions_are_told_from_outputs():
    program = parse("g(t) = t(t + 1); f(x, y) = g(x) + g(y)")
    definition, output = program.statements
    assert definition == Define(
        "g", ("t",), Call("juxtapose", (Name("t"), Call("add", (Name("t"), Number(Fraction(1))))))
    )
    assert isinstance(output, Assign)
    assert output.arguments == ("x", "y")
    assert output.expression == Call("add", (Call("g", (Name("x"),)), Call("g", (Name("y"),))))


def test_a_bare_expression_gets_a_free_name():
    assert parse("(x+y)*z").statements[0].name == "f"
    assert parse("f*g").statements[0].name == "y"
    assert parse("x = 2; x^2").statements[1].name == "f"


def test_point():
    point = parse_point("x=-2,y=5,W=[[1,2],[3,4]], x_1 = 1/3; α=0.5")
    assert point["x"] == Number(Fraction(-2))
    assert list(point) == ["x", "y", "W", "x1", "alpha"]
    with pytest.raises(NameProblem, match="x is given twice"):
        parse_point("x=1,x=2")
    with pytest.raises(ParseError, match="name=value"):
        parse_point("x=1,2")


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("f = 1/2x", "1/2x is read as (1/2)·x; for the other write 1/(2*x)"),
        ("f = sin^-1(x)", "sin^-1 is read as the inverse function asin; 1/sin(x) is its reciprocal"),
        ("f = x*y + xy", "xy is read as the product x·y"),
        ("f = sin x y", "sin x y is read as sin(x y)"),
        ("f = sin x/2", "sin x/2 is read as sin(x)/2"),
        ("y = f(x+1)", "f(…) is read as a product: no function f is defined in this program"),
    ],
)
def test_notes(text, note):
    program = parse(text)
    assert [n.message for n in program.notes] == [note]
    assert program.notes[0].span is not None


@pytest.mark.parametrize("text", ["f = (1/2)x", "f = sin(x)", "f = 2x + sin 2x", r"f = \frac{1}{2}x", "f = x/2*y"])
def test_no_notes(text):
    assert parse(text).notes == ()


def test_spans_point_into_the_text():
    text = "f = sin(x) + σ(w₁·y)"
    program = parse(text)
    spans = {text[node.span.start : node.span.end] for node in postorder(program.statements[0].expression)}
    assert spans == {"sin(x) + σ(w₁·y)", "sin(x)", "x", "σ(w₁·y)", "w₁·y", "w₁", "y"}
    text = r"f = \frac{x+1}{\sqrt{y}} + z"
    spans = {text[n.span.start : n.span.end] for n in postorder(parse(text).statements[0].expression)}
    assert {"{x+1}", "y", r"{\sqrt{y}}", "z"} <= spans


def test_programs_compare_by_meaning():
    assert parse("f = x*y") == parse("f  =  x · y")
    assert isinstance(parse("x"), Program)


@pytest.mark.parametrize("text", ["f = a*b", "a; f = a*b", "a; b; f = a*b", "b\na\nf = a*b", "x : n; a; b; f = a*b"])
def test_a_name_on_its_own_declares_it(text):
    program = parse(text)
    assert [s.name for s in program.statements if s.expression is not None] == ["f"]
    assert parse(program_text(program)) == program


def test_only_names_before_others_are_declarations():
    assert [s.name for s in parse("a; b; a*b").statements] == ["a", "b", "f"]
    assert [s.name for s in parse("q = a*b; a; q").statements] == ["q", "a", "f"]
    assert parse("x").statements[0].name == "f"
    assert parse("pi; f = a").statements[0].expression is not None
    with pytest.raises(ParseError, match="no name"):
        parse("a; 2*b; a*b")
