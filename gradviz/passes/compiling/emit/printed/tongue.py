"""What a language that is written as Python is differs in: a record, one for each of NumPy, Python, PyTorch and JAX."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from gradviz.passes.compiling.simplify import Plan, Step


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language that is written as Python is.

    Args:
        name: as people call it.
        module: what mathematics is called by: `np`.
        imports: statements at the top.
        reserved: further names that programs use themselves.
        template: a row's expression; `np.`, `math.` and `k.` in it are translated.
        kernels: the modules in which kernels are that are written out; the first that has one.
        calls: what a function of NumPy or a kernel is called, where it is not the module's own of the same name.
        templates: whole expressions that are written otherwise.
        replaced: functions that stand in for those which kernels use.
        renamed: what a kernel is called in the program.
        opening: for a parameter, its shape and the type of numbers, the statement that makes it ready; none if empty.
        array: for a text of numbers, the type and a parameter, the array.
        filled: for a number, a shape, the type and a parameter, the array.
        lifted: a number where a function wants an array; by default it may stand as it is.
        copied: an array that shares memory with nothing.
        decorator: stands above the function.
        setup: for the type of numbers, a statement after the imports; none if empty.
    """

    name: str
    module: str
    imports: tuple[str, ...]
    kernels: tuple[ModuleType, ...]
    template: Callable[[Plan, Step, Collection[int]], str]
    array: Callable[[str, np.dtype[Any], str], str]
    filled: Callable[[float, tuple[int, ...], np.dtype[Any], str], str]
    reserved: tuple[str, ...] = ()
    calls: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    replaced: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    renamed: Callable[[str], str] = str
    opening: Callable[[str, tuple[int, ...], np.dtype[Any]], str] = lambda name, shape, dtype: ""
    lifted: Callable[[str, np.dtype[Any], str], str] = lambda number, dtype, parameter: number
    copied: str = "{0}.copy()"
    decorator: str = ""
    setup: Callable[[np.dtype[Any]], str] = lambda dtype: ""
