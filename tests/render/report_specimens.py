"""Hand-made reports: Jacobians, Hessians and sweeps, filled in without gradviz's own passes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gradviz.explanation.data import (
    CostFacts,
    Curvature,
    Entry,
    Math,
    MatrixPicture,
    MatrixReport,
    Remark,
    SweepReport,
    SweepStep,
    Value,
)


def math(text: str, unicode: str = "", latex: str = "") -> Math:
    return Math(text, unicode or text, latex or unicode or text)


def indexed(name: str, *index: int) -> Math:
    places = ", ".join(map(str, index))
    return Math(f"{name}[{places}]", f"{name}[{places}]", f"{name}_{{{','.join(map(str, index))}}}")


def number(value: float) -> Value:
    return Value((), (value,))


def array(*rows: Sequence[float]) -> Value:
    return Value((len(rows), len(rows[0])), tuple(float(entry) for row in rows for entry in row))


def shares(rows: Sequence[Sequence[float]]) -> MatrixPicture:
    return MatrixPicture(tuple(tuple(float(entry != 0) for entry in row) for row in rows))


def linear(*, at: bool = True) -> MatrixReport:
    """∂q/∂W of q = W x: I ⊗ xᵀ."""
    marks = [[1, 1, 0, 0], [0, 0, 1, 1]]
    values = ((0.2, 0.4, 0.0, 0.0), (0.0, 0.0, 0.2, 0.4))
    x = [indexed("x", 0), indexed("x", 1)]
    entries = tuple(Entry((i, 2 * i + j), x[j]) for i in range(2) for j in range(2))
    return MatrixReport(
        kind="Jacobian",
        source="q = W@x",
        title=math("q = W @ x", "q = W x", "q = W\\,x"),
        symbol=math("dq/dW", "∂q/∂W", r"\frac{\partial q}{\partial W}"),
        of="q",
        wrt=("W",),
        structure="Kronecker",
        structure_says="each row of W meets the same x",
        rows=2,
        columns=4,
        row_shape=(2,),
        column_shapes=((2, 2),),
        row_labels=(indexed("q", 0), indexed("q", 1)),
        column_labels=tuple(indexed("W", i, j) for i in range(2) for j in range(2)),
        nonzeros=4,
        dense_bytes=64,
        stored_bytes=16,
        found="from the structure of 1 operation",
        passes=0,
        formula=math("kron(eye(2), x.T)", "I ⊗ xᵀ", r"I \otimes x^\top"),
        where=(),
        entries=entries,
        value=array(*values) if at else None,
        picture=MatrixPicture(shares(marks).shares, values if at else None),
        inputs={
            "W": array([0.1, 0.5], [-0.3, 0.8]) if at else None,
            "x": Value((2,), (0.2, 0.4)) if at else None,
        },
        missing=() if at else ("W", "x"),
    )


def rosenbrock() -> MatrixReport:
    """The Hessian of (1 − x)² + 100 (y − x²)² at (1, 1)."""
    values = ((802.0, -400.0), (-400.0, 200.0))
    label = {"x": math("x"), "y": math("y")}
    return MatrixReport(
        kind="Hessian",
        source="f=(1-x)^2+100*(y-x^2)^2",
        title=math("f = (1 - x)^2 + 100*(y - x^2)^2", "f = (1 − x)² + 100·(y − x²)²", r"f = (1-x)^2 + 100\,(y-x^2)^2"),
        symbol=math("d2f", "∂²f/∂(x,y)²", r"\frac{\partial^2 f}{\partial (x,y)^2}"),
        of="f",
        wrt=("x", "y"),
        structure="dense",
        structure_says="every entry can differ from zero",
        rows=2,
        columns=2,
        row_shape=(2,),
        column_shapes=((), ()),
        row_labels=(label["x"], label["y"]),
        column_labels=(label["x"], label["y"]),
        nonzeros=4,
        dense_bytes=32,
        stored_bytes=32,
        found="by 2 Hessian-vector products",
        passes=2,
        formula=None,
        where=(),
        entries=(
            Entry((0, 0), math("1200*x^2 - 400*y + 2", "1200·x² − 400·y + 2", "1200x^2-400y+2")),
            Entry((0, 1), math("-400*x", "−400·x", "{-400x}")),
            Entry((1, 0), math("-400*x", "−400·x", "{-400x}")),
            Entry((1, 1), math("200")),
        ),
        value=array(*values),
        picture=MatrixPicture(((1.0, 1.0), (1.0, 1.0)), values),
        curvature=Curvature(
            "positive definite",
            "every direction curves upwards: a strict local minimum if the gradient is zero",
            0.39936077,
            1001.6006,
            2508.0096,
        ),
        inputs={"x": number(1.0), "y": number(1.0)},
        remarks=(Remark("note", "the gradient is zero here"),),
    )


def scalar() -> MatrixReport:
    """d²f/dx² of f = x³ − 2x at −1: one entry."""
    return MatrixReport(
        kind="Hessian",
        source="f=x^3-2x",
        title=math("f = x^3 - 2*x", "f = x³ − 2·x", "f = x^3-2x"),
        symbol=math("d2f/dx2", "∂²f/∂x²", r"\frac{\partial^2 f}{\partial x^2}"),
        of="f",
        wrt=("x",),
        structure="scaled identity",
        structure_says="one number",
        rows=1,
        columns=1,
        row_shape=(1,),
        column_shapes=((),),
        row_labels=(math("x"),),
        column_labels=(math("x"),),
        nonzeros=1,
        dense_bytes=8,
        stored_bytes=8,
        found="symbolically",
        passes=1,
        formula=math("6*x", "6·x", "6x"),
        where=(),
        entries=(Entry((0, 0), math("6*x", "6·x", "6x")),),
        value=array([-6.0]),
        picture=MatrixPicture(((1.0,),), ((-6.0,),)),
        curvature=Curvature("negative definite", "the function curves downwards here", -6.0, -6.0, 1.0),
        inputs={"x": number(-1.0)},
    )


def tridiagonal(n: int = 1000, *, at: bool = True) -> MatrixReport:
    """A large banded Hessian by two inputs, its picture scaled down."""
    cells = min(n, 64)
    marks = [[max(0.0, 0.18 - 0.1 * abs(i - j)) if abs(i - j) < 2 else 0.0 for j in range(cells)] for i in range(cells)]
    if n <= 64:
        marks = [[float(abs(i - j) < 2) for j in range(cells)] for i in range(cells)]
    values = tuple(
        tuple((2.0 + i / cells if i == j else -1.0) if abs(i - j) < 2 else 0.0 for j in range(cells))
        for i in range(cells)
    )
    half = n // 2
    return MatrixReport(
        kind="Hessian",
        source="f = sum((x[1:] - x[:-1])^2)",
        title=math("f = sum((x[1:] - x[:-1])^2)", "f = Σ (x[1:] − x[:−1])²", r"f = \sum (x_{1:} - x_{:-1})^2"),
        symbol=math("d2f/dx2", "∂²f/∂(x,y)²", r"\frac{\partial^2 f}{\partial (x,y)^2}"),
        of="f",
        wrt=("x", "y"),
        structure="sparse",
        structure_says="each entry meets its two neighbours only",
        rows=n,
        columns=n,
        row_shape=(n,),
        column_shapes=((half,), (n - half,)),
        row_labels=(),
        column_labels=(),
        nonzeros=3 * n - 2,
        dense_bytes=8 * n * n,
        stored_bytes=16 * (3 * n - 2),
        found=f"by 3 Hessian-vector products, not {n}: its columns need 3 colours",
        passes=3,
        formula=None,
        where=(),
        entries=(),
        value=None,
        picture=MatrixPicture(tuple(map(tuple, marks)), values if at else None),
        inputs={"x": None, "y": None} if not at else {"x": Value((half,), (0.5,) * half), "y": number(1.0)},
        missing=() if at else ("x", "y"),
        remarks=(Remark("note", "as a dense array it would take 8 MB; H @ v multiplies without forming it"),),
    )


def relu() -> MatrixReport:
    """409,600 × 409,600, diagonal."""
    cells = tuple(tuple(1 / 6400 if i == j else 0.0 for j in range(64)) for i in range(64))
    n = 409_600
    return MatrixReport(
        kind="Jacobian",
        source="y = relu(x)",
        title=math("y = relu(x)"),
        symbol=math("dy/dx", "∂y/∂x", r"\frac{\partial y}{\partial x}"),
        of="y",
        wrt=("x",),
        structure="diagonal",
        structure_says="each entry of y depends on its own entry of x only",
        rows=n,
        columns=n,
        row_shape=(100, 4096),
        column_shapes=((100, 4096),),
        row_labels=(),
        column_labels=(),
        nonzeros=n,
        dense_bytes=8 * n * n,
        stored_bytes=8 * n,
        found="from the structure of 1 operation",
        passes=0,
        formula=None,
        where=(),
        entries=(),
        value=None,
        picture=MatrixPicture(cells),
        inputs={"x": None},
        missing=("x",),
    )


def empty() -> MatrixReport:
    """By an input of no entries."""
    return MatrixReport(
        kind="Jacobian", source="q = W@x", title=math("q = W x"),
        symbol=math("dq/dx", "∂q/∂x", r"\frac{\partial q}{\partial x}"), of="q", wrt=("x",),
        structure="zero", structure_says="there are no entries", rows=2, columns=0, row_shape=(2,),
        column_shapes=((0,),), row_labels=(indexed("q", 0), indexed("q", 1)), column_labels=(), nonzeros=0,
        dense_bytes=0, stored_bytes=0, found="from the structure of 1 operation", passes=0, formula=None, where=(),
        entries=(), value=Value((2, 0), ()), picture=None, inputs={},
    )  # fmt: skip


MATRICES: dict[str, Callable[[], MatrixReport]] = {
    "linear": linear,
    "symbolic": lambda: linear(at=False),
    "rosenbrock": rosenbrock,
    "scalar": scalar,
    "banded": lambda: tridiagonal(24),
    "large": tridiagonal,
    "large_symbolic": lambda: tridiagonal(at=False),
    "relu": relu,
    "empty": empty,
}


def costs(*, measured: bool = False) -> CostFacts:
    return CostFacts(
        inputs=3,
        outputs=1,
        value=2,
        tangent=4,
        cotangent=3,
        forward_mode=14,
        reverse_mode=5,
        numerical=8,
        cheapest="reverse",
        says=(
            "one reverse sweep gives the derivatives by all 3 inputs; forward mode needs 3 sweeps",
            "numerical differentiation would evaluate f 4 times, and be inexact",
        ),
        seconds={"value": 1.2e-6, "tangent": 3.4e-6, "cotangent": 2.5e-6, "numerical": 4.8e-6} if measured else None,
    )


def jvp() -> SweepReport:
    """The directional derivative of (x + y) z along (1, 0, 0.5)."""
    return SweepReport(
        kind="jvp",
        source="f=(x+y)*z",
        title=math("f = (x + y)*z", "f = (x + y)·z", r"f = (x+y)\,z"),
        of="f",
        given={"x": number(1.0), "y": number(0.0), "z": number(0.5)},
        steps=(
            SweepStep(math("x"), None, number(-2.0), None, number(1.0)),
            SweepStep(math("y"), None, number(5.0), None, number(0.0)),
            SweepStep(math("z"), None, number(-4.0), None, number(0.5)),
            SweepStep(math("q"), math("x + y"), number(3.0), math("dx + dy", "ẋ + ẏ", r"\dot x + \dot y"), number(1.0)),
            SweepStep(
                math("f"),
                math("q*z", "q·z", r"q\,z"),
                number(-12.0),
                math("z*dq + q*dz", "z·q̇ + q·ż", r"z\,\dot q + q\,\dot z"),
                number(-2.5),
            ),
        ),
        results={"f": number(-2.5)},
        formulas={"f": math("z*(dx + dy) + (x + y)*dz", "z·(ẋ + ẏ) + (x + y)·ż", r"z(\dot x + \dot y) + (x+y)\dot z")},
        cost=costs(),
        value=number(-12.0),
        inputs={"x": number(-2.0), "y": number(5.0), "z": number(-4.0)},
    )


def vjp() -> SweepReport:
    """The gradient of W x pulled back from (1, −1)."""
    return SweepReport(
        kind="vjp",
        source="q=W@x",
        title=math("q = W @ x", "q = W x", r"q = W\,x"),
        of="q",
        given={"q": Value((2,), (1.0, -1.0))},
        steps=(
            SweepStep(
                math("q"), math("W @ x", "W x", r"W\,x"), Value((2,), (0.22, 0.26)), None, Value((2,), (1.0, -1.0))
            ),
            SweepStep(
                math("W"), None, array([0.1, 0.5], [-0.3, 0.8]), math("g x.T", "g xᵀ", r"g\,x^\top"),
                array([0.2, 0.4], [-0.2, -0.4]),
            ),
            SweepStep(
                math("x"), None, Value((2,), (0.2, 0.4)), math("W.T g", "Wᵀ g", r"W^\top g"), Value((2,), (0.4, -0.3))
            ),
        ),
        results={"W": array([0.2, 0.4], [-0.2, -0.4]), "x": Value((2,), (0.4, -0.3))},
        formulas={"W": math("g x.T", "g xᵀ", r"g\,x^\top"), "x": math("W.T g", "Wᵀ g", r"W^\top g")},
        cost=costs(measured=True),
        value=Value((2,), (0.22, 0.26)),
        inputs={"W": array([0.1, 0.5], [-0.3, 0.8]), "x": Value((2,), (0.2, 0.4))},
    )  # fmt: skip


def symbolic_jvp() -> SweepReport:
    """A direction without a point."""
    return SweepReport(
        kind="jvp",
        source="f=x*y",
        title=math("f = x*y", "f = x·y", r"f = x\,y"),
        of="f",
        given={"x": number(1.0)},
        steps=(
            SweepStep(math("x"), None, None, None, number(1.0)),
            SweepStep(math("y"), None, None, None, number(0.0)),
            SweepStep(math("f"), math("x*y", "x·y", r"x\,y"), None, math("y*dx", "y·ẋ", r"y\,\dot x"), None),
        ),
        results={"f": None},
        formulas={"f": math("y")},
        cost=costs(),
        inputs={"x": None, "y": None},
        missing=("x", "y"),
        remarks=(Remark("assumption", "the direction is zero in y"),),
    )


SWEEPS: dict[str, Callable[[], SweepReport]] = {"jvp": jvp, "vjp": vjp, "symbolic": symbolic_jvp}
