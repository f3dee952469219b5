"""How a program in machine code is run at many points."""

from __future__ import annotations

from gradviz.passes.compiling.emit.llvm.repeating import each


def points_entry(inputs: int, outputs: int, work: int, lanes: int) -> str:
    """`points(arguments, steps, answers, start, stop, memory)`: many points, `lanes` at once.

    Arguments and answers are addresses of arrays; an argument's step is 1, or 0 where one vector serves all points.
    `memory` holds the vectors of `core`. From `start` there are whole vectors up to `stop`.
    """
    kind = "double" if lanes == 1 else f"<{lanes} x double>"
    lines = [
        "define void @points(ptr %from, ptr %steps, ptr %to, i64 %start, i64 %stop, ptr %x) nounwind {",
        f"  %o = getelementptr {kind}, ptr %x, i64 {inputs}",
        f"  %w = getelementptr {kind}, ptr %x, i64 {inputs + outputs}",
        "  br label %check",
        "check:",
        "  %i = phi i64 [%start, %0], [%next, %written]",
        "  %more = icmp slt i64 %i, %stop",
        "  br i1 %more, label %begin, label %end",
        "begin:",
        *each("take", inputs, lambda index, name: _take(kind, index, name)),
        "  call void @core(ptr %x, ptr %o, ptr %w)",
        *each("give", outputs, lambda index, name: _give(kind, index, name)),
        "  br label %written",
        "written:",
        f"  %next = add i64 %i, {lanes}",
        "  br label %check",
        "end:",
        "  ret void",
        "}",
        "",
    ]
    return "\n".join(lines)


def _take(kind: str, index: str, name: str) -> tuple[list[str], None]:
    lines = [
        f"  %{name}_pp = getelementptr ptr, ptr %from, i64 {index}",
        f"  %{name}_array = load ptr, ptr %{name}_pp",
        f"  %{name}_sp = getelementptr i64, ptr %steps, i64 {index}",
        f"  %{name}_step = load i64, ptr %{name}_sp",
        f"  %{name}_at = mul i64 %{name}_step, %i",
        f"  %{name}_p = getelementptr double, ptr %{name}_array, i64 %{name}_at",
        f"  %{name}_value = load {kind}, ptr %{name}_p, align 8",
        f"  %{name}_to = getelementptr {kind}, ptr %x, i64 {index}",
        f"  store {kind} %{name}_value, ptr %{name}_to, align 8",
    ]
    return lines, None


def _give(kind: str, index: str, name: str) -> tuple[list[str], None]:
    lines = [
        f"  %{name}_from = getelementptr {kind}, ptr %o, i64 {index}",
        f"  %{name}_value = load {kind}, ptr %{name}_from, align 8",
        f"  %{name}_pp = getelementptr ptr, ptr %to, i64 {index}",
        f"  %{name}_array = load ptr, ptr %{name}_pp",
        f"  %{name}_p = getelementptr double, ptr %{name}_array, i64 %i",
        f"  store {kind} %{name}_value, ptr %{name}_p, align 8",
    ]
    return lines, None
