"""LLVM's representation as machine code in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from gradviz.errors import UserError

LEVELS = ((200, 1),)
"""Operations up to which code is optimised, and how much; beyond, it is only translated: the program's equal parts are
merged before, and what is left are calls of C's functions, which cost the same at every level. Optimising takes ten
times as long."""


def optimisation(operations: int) -> int:
    """How much to optimise a program of so many operations."""
    return next((level for most, level in LEVELS if operations <= most), 0)


@dataclass(frozen=True, slots=True)
class Code:
    """Machine code, there as long as this object is."""

    engine: Any

    def address(self, function: str) -> int:
        """Where a function begins."""
        return int(self.engine.get_function_address(function))


@cache
def llvm() -> Any:
    """The library, ready for this machine.

    Raises:
        UserError: it is not installed.
    """
    try:
        import llvmlite.binding as binding
    except ImportError as error:
        hint = 'install it: pip install "gradviz[jit]"'
        raise UserError("machine code is made by llvmlite, which is not installed", hint=hint) from error
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    return binding


def features() -> Any:
    """What this processor has, by name."""
    return llvm().get_host_cpu_features()


def assemble(texts: Iterable[str], operations: int) -> Code:
    """Functions as machine code for this processor.

    Args:
        texts: modules, which do not call one another; each is forgotten when it is translated.
        operations: of the whole program.
    """
    binding = llvm()
    level = optimisation(operations)
    target = binding.Target.from_default_triple()
    machine = target.create_target_machine(
        cpu=binding.get_host_cpu_name(), features=features().flatten(), opt=level, jit=True
    )
    engine = binding.create_mcjit_compiler(binding.parse_assembly(""), machine)
    for text in texts:
        module = binding.parse_assembly(f'target triple = "{target.triple}"\n{text}')
        builder = binding.create_pass_builder(machine, binding.create_pipeline_tuning_options(speed_level=level))
        builder.getModulePassManager().run(module, builder)
        engine.add_object_file(binding.object_file.ObjectFileRef.from_data(machine.emit_object(module)))
        module.close()
    engine.finalize_object()
    return Code(engine)
