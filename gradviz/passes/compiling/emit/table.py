"""The languages that programs are printed in: the only list of them. Each writer is imported when it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from gradviz.errors import OptionProblem, nearest

if TYPE_CHECKING:
    from gradviz.passes.compiling.emit.job import Job

HOME = "gradviz.passes.compiling.emit"


@dataclass(frozen=True, slots=True)
class Language:
    """A language that programs are printed in.

    Args:
        name: as options say it.
        suffixes: of its files.
        says: what is printed, in a few words.
        writer: the module (beside this one) and the function `(job) -> str` in it.
    """

    name: str
    suffixes: tuple[str, ...]
    says: str
    writer: tuple[str, str]

    def write(self, job: Job) -> str:
        """The program.

        Raises:
            OptionProblem: the language has no words for something in it.
        """
        module, function = self.writer
        made: Callable[[Job], str] = getattr(import_module(f"{HOME}.{module}"), function)
        return made(job)


LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        language.name: language
        for language in (
            Language("numpy", (".py",), "Python over NumPy", ("printed.python", "numpy_source")),
            Language(
                "python",
                (".py",),
                "plain Python over math, of programs without arrays",
                ("printed.python", "python_source"),
            ),
            Language("c", (".c",), "C, for any compiler", ("braces.c", "c_source")),
            Language("js", (".js", ".mjs"), "JavaScript, for browsers and Node", ("braces.js", "js_source")),
            Language("latex", (".tex",), "equations, as an article that compiles", ("latex.article", "latex_source")),
            Language("torch", (".py",), "PyTorch, without autograd", ("printed.torch", "torch_source")),
            Language("jax", (".py",), "JAX, which jax.jit compiles", ("printed.jax", "jax_source")),
        )
    }
)
"""By name, in the order in which people are told of them."""

USUAL = "numpy"
"""What is printed where nobody says otherwise."""


def language_named(name: str) -> Language:
    """The language of that name.

    Raises:
        OptionProblem: there is none.

    Example:
        >>> language_named("jax").suffixes
        ('.py',)
    """
    if name in LANGUAGES:
        return LANGUAGES[name]
    close = nearest(name, LANGUAGES)
    hint = f"did you mean {close!r}?" if close else f"write one of {', '.join(LANGUAGES)}"
    raise OptionProblem(f"programs are not printed in {name!r}", hint=hint)


def language_of(filename: str) -> Language:
    """The language that a file's suffix says: `.py` is NumPy.

    Raises:
        OptionProblem: no language has that suffix.

    Example:
        >>> language_of("gradients.py").name, language_of("gradients.tex").name
        ('numpy', 'latex')
    """
    for language in LANGUAGES.values():
        if filename.lower().endswith(language.suffixes):
            return language
    known = ", ".join(dict.fromkeys(suffix for language in LANGUAGES.values() for suffix in language.suffixes))
    raise OptionProblem(
        f"the name {filename!r} does not say in which language", hint=f"end it in one of {known}, or give --to"
    )
