"""Programs for people in Python's languages (NumPy, plain Python, PyTorch, JAX): self-contained, one node per line."""

from __future__ import annotations

import math
import re
import textwrap
from typing import Any

import numpy as np

from gradviz.errors import LimitError, OptionProblem
from gradviz.passes.compiling.emit.identifiers import Identifiers
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.emit.listing import Line, Listing, listing
from gradviz.passes.compiling.emit.printed.borrowed import Borrowed, borrowed
from gradviz.passes.compiling.emit.printed.forms import truths
from gradviz.passes.compiling.emit.printed.layout import LONGEST, commented, inert, wrapped
from gradviz.passes.compiling.emit.printed.tongue import Tongue
from gradviz.passes.compiling.simplify import Step
from gradviz.passes.templates import literal
from gradviz.shape import broadcast, show

MOST_ENTRIES = 10_000
"""Entries of a constant array that are written out."""
BY_NAME = {math.pi: "pi", math.e: "e"}
"""Constants that every module of mathematics has, which are exactly these numbers."""
SHARING = frozenset(
    ["transpose", "reshape", "flip", "index", "broadcast_to", "sum_to", "diag", "windows", "stop_gradient", "concat"]
)
"""Operations whose value may be memory of their operand."""

_CALL = re.compile(r"\b((?:np|k|math)(?:\.\w+)+)")
_INFIX = re.compile(r"\{0\} ?([^\s\w{}]+) ?\{1\}")
_PURE_CALL = re.compile(r"[\w.]+\((?:(?:\w+=)?\{\w+\}(?:, )?)+\)")


def program(job: Job, tongue: Tongue) -> str:
    """A job as a program that runs when it is pasted into a file.

    Args:
        job: what it computes.
        tongue: the language.
    """
    return _Program(job, tongue).text()


class _Program:
    """One program while it is written."""

    __slots__ = ("deciding", "job", "kernels", "listing", "tongue")

    def __init__(self, job: Job, tongue: Tongue) -> None:
        self.job, self.tongue = job, tongue
        self.deciding = truths(job.plan)
        self.kernels = {name: self._kernel(name) for name in self._named_kernels()}
        names = Identifiers()
        self._reserve(names)
        self.listing: Listing = listing(job, names)

    def text(self) -> str:
        """The whole program."""
        lent = borrowed(self.kernels.values(), self.tongue.replaced, self.tongue.renamed)
        body = self._function()
        return "\n\n\n".join([*self._head(lent, body), *lent_functions(lent), body]) + "\n"

    def _named_kernels(self) -> list[str]:
        """The kernels that the steps' expressions name, as the program will call them."""
        named: dict[str, None] = {}
        for step in self.job.plan.steps:
            for found in _CALL.findall(self._template(step)):
                kernel = self._translated(found)
                if "." not in kernel or kernel.startswith("k."):
                    named[kernel.removeprefix("k.")] = None
        return list(named)

    def _kernel(self, name: str) -> Any:
        homes = (getattr(module, name, None) for module in self.tongue.kernels)
        found = self.tongue.replaced.get(name) or next(filter(None, homes), None)
        if found is None:
            rows = sorted({step.op.name for step in self.job.plan.steps if f"k.{name}" in step.op.numpy})
            raise OptionProblem(
                f"{' and '.join(rows)} cannot be written in {self.tongue.name}", hint="write the program by --to numpy"
            )
        return found

    def _reserve(self, names: Identifiers) -> None:
        """Take what the program's own functions, constants and modules are called."""
        lent = borrowed(self.kernels.values(), self.tongue.replaced, self.tongue.renamed)
        own = [self.tongue.renamed(name) for name in self.kernels]
        own += re.findall(r"^def (\w+)", "\n".join(lent.functions), re.MULTILINE)
        own += [text.partition(" = ")[0] for text in lent.constants]
        own += [text.split()[-1] for text in (*lent.imports, *self.tongue.imports)]
        for name in dict.fromkeys([*own, *self.tongue.reserved]):
            names.take(name)

    def _head(self, lent: Borrowed, body: str) -> list[str]:
        """Imports and constants."""
        setup = self.tongue.setup(self.job.dtype)
        used = f"{setup}\n{body}"
        needed = {text for text in self.tongue.imports if re.search(rf"\b{text.split()[-1]}\.", used)}
        imports = sorted({*needed, *lent.imports}, key=lambda text: (not text.startswith("import "), text))
        lines = [*imports]
        if any("from scipy" in function for function in lent.functions):
            lines.insert(0, "# Needs SciPy too, for functions that Python and NumPy do not have.")
        lines += ["", setup] if setup else []
        lines += ["", *lent.constants] if lent.constants else []
        return ["\n".join(lines)] if lines else []

    def _function(self) -> str:
        made = self.listing
        parameters = ", ".join(made.parameters.values())
        lines = [f'"""{self._sentence()}"""']
        called = [(name, written) for name, written in made.parameters.items() if name != written]
        lines += [f"# {written} is the input {inert(name)}" for name, written in called]
        lines += self._openings()
        for part, title in (
            ("forward", "forward"),
            ("backward", f"backward: d_… is the gradient of {made.value} by …"),
        ):
            rows = [(self._statement(line), line.comment) for line in made.lines if line.part == part]
            gap = "\n" if part == "backward" or self.tongue.opening("x", (), self.job.dtype) else ""
            lines += [f"{gap}# {title}", *commented(rows)] if rows else []
        lines.append(f"\nreturn {made.value}, ({self._returned()})")
        head = [self.tongue.decorator] if self.tongue.decorator else []
        body = textwrap.indent("\n".join(lines), "    ")
        return "\n".join([*head, f"def {made.function}({parameters}):", body])

    def _sentence(self) -> str:
        made = self.listing
        *first, last = made.by or ("nothing",)
        by = f"{', '.join(first)} and {last}" if first else last
        word = "gradients" if first else "gradient"
        sentence = f"The value of {made.value}, and its {word} by {by}."
        return sentence if len(sentence) < LONGEST else f"The value of {made.value}, and its gradients by all inputs."

    def _openings(self) -> list[str]:
        """The statements that make arguments what the program works on."""
        shapes, dtype = self.job.shapes, self.job.dtype
        lines = []
        for name, shape in zip(self.listing.parameters.values(), shapes, strict=True):
            made = self.tongue.opening(name, shape, dtype)
            lines += [f"{made}  # {show(shape)}" if shape else made] if made else []
        return lines

    def _returned(self) -> str:
        """The gradients; one that shares memory with an input or another result is copied."""
        ends = {line.name: line for line in self.listing.lines}
        seen = {self.listing.value}
        texts = []
        for name in self.listing.gradients:
            line = ends[name]
            shared = line.shape != () and self._shares(line, seen)
            texts.append(self.tongue.copied.format(name) if shared else name)
            seen.add(name)
        return ", ".join(texts) + ("," if len(texts) == 1 else "")

    def _shares(self, line: Line, seen: set[str]) -> bool:
        if line.name in seen:
            return True
        if line.step is None:
            return line.operands[0] is not None
        return line.step.op.name in SHARING

    def _statement(self, line: Line) -> str:
        return f"{line.name} = {self._expression(line)}"

    def _expression(self, line: Line) -> str:
        if line.step is None:
            (other,) = line.operands
            return self._constant(line.id) if other is None else other
        template = self._template(line.step)
        operands = [self._operand(line, slot, template) for slot in range(len(line.operands))]
        text = _CALL.sub(lambda found: self._called(found[1]), template)
        settings = {name: literal(value) for name, value in line.step.settings}
        text = text.format(*operands, args=", ".join(operands), **settings)
        return text[1:-1] if wrapped(text) else text

    def _template(self, step: Step) -> str:
        template = self.tongue.template(self.job.plan, step, self.deciding)
        return self.tongue.templates.get(template, template).replace(" ** ", "**")

    def _called(self, name: str) -> str:
        """A function of a row's expression, as the program calls it."""
        found = self._translated(name)
        return self.tongue.renamed(found.removeprefix("k.")) if found.startswith("k.") else found

    def _translated(self, name: str) -> str:
        if name in self.tongue.calls:
            return self.tongue.calls[name]
        module, _, rest = name.partition(".")
        return f"{self.tongue.module}.{rest}" if module == "np" else name

    def _operand(self, line: Line, slot: int, template: str) -> str:
        name = line.operands[slot]
        if name is not None:
            return name
        assert line.step is not None
        i = line.step.operands[slot]
        value = self.job.plan.constants[i]
        if isinstance(value, np.ndarray) and not self._spreads(line.step, i, value):
            return self._constant(i)
        number = float(value if isinstance(value, float) else value.flat[0])
        text = self._number_in(template, slot, number)
        wants = not line.step.op.elementwise or (line.step.op.name == "where" and self._alone(line, slot))
        return self.tongue.lifted(text, self.job.dtype, self._first()) if wants else text

    def _alone(self, line: Line, slot: int) -> bool:
        """Whether nothing else tells `where` the type of its result, or that its condition is an array."""
        return slot == 0 or (slot == 1 and line.operands[2] is None)

    def _number_in(self, template: str, slot: int, number: float) -> str:
        """A number as an operand, in parentheses where Python or a reader needs them."""
        text = self.number(number)
        infix = _INFIX.fullmatch(template)
        if infix is not None and infix[1] == "**" and slot == 1 and number.is_integer() and abs(number) < 100:
            text = str(int(number))
        bare = _PURE_CALL.fullmatch(template) or (infix is not None and slot == 0 and infix[1] != "**")
        return text if bare or not text.startswith("-") else f"({text})"

    def _spreads(self, step: Step, i: int, value: Any) -> bool:
        """Whether one number may stand for a constant array, because the other operands already have the shape."""
        if not step.op.elementwise or any(value.strides) or value.size == 0:
            return False
        fixed, shapes = self.job.plan.constants, self.job.plan.shapes
        return broadcast(*[shapes[operand] for operand in step.operands if operand not in fixed]) == step.shape

    def _constant(self, i: int) -> str:
        """A constant in its full shape."""
        value = self.job.plan.constants[i]
        if isinstance(value, float):
            return self.number(value)
        first = self._first()
        if value.size and not any(value.strides):
            return self.tongue.filled(float(value.flat[0]), value.shape, self.job.dtype, first)
        if value.size > MOST_ENTRIES:
            raise LimitError(
                f"a constant array of the shape {show(value.shape)} is too large to be written out",
                hint="make it an input of the program",
            )
        return self.tongue.array(self._nested(value), self.job.dtype, first)

    def _first(self) -> str:
        """A parameter, whose place and type constants share; empty if there is none."""
        return next(iter(self.listing.parameters.values()), "")

    def _nested(self, value: Any) -> str:
        """An array as nested lists; infinities and NaN by name."""
        text = repr(np.asarray(value, dtype=np.float64).tolist())
        return re.sub(r"\b(inf|nan)\b", rf"{self.tongue.module}.\1", text)

    def number(self, value: float) -> str:
        """A number that reads back exactly; π, e, infinities and NaN by name."""
        module = self.tongue.module
        if math.isnan(value):
            return f"{module}.nan"
        if math.isinf(value):
            return f"{module}.inf" if value > 0 else f"-{module}.inf"
        return f"{module}.{BY_NAME[value]}" if value in BY_NAME else float.__repr__(value)


def lent_functions(lent: Borrowed) -> list[str]:
    """The definitions, without the blank lines at their ends."""
    return [function.strip("\n") for function in lent.functions]
