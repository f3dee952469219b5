"""A second opinion on numbers: answers evaluated by mpmath (70 digits), without any of gradviz.

Derivatives are numerical ones of the problem's own text, so that nothing here knows a rule of differentiation.
"""

from __future__ import annotations

import ast
import random
import re
from typing import Any

import mpmath
from mpmath import mpf

from tests.checking.corpus.plain_text import FUNCTIONS, Env, Undefined, evaluate, free, python_of, statements

DIGITS, AGREE, POINTS = 70, mpf(10) ** -30, 5


class Scalar:
    """A problem about numbers: the function, its derivative, and the values of answers at fixed points."""

    def __init__(self, text: str, wrt: str, order: int, implicit: str = "") -> None:
        self.text, self.wrt, self.order, self.implicit = text, wrt, order, implicit
        if implicit:
            left, _, right = text.partition("=")
            self.program = [("F", ast.parse(python_of(f"({left}) - ({right})", set()), mode="eval").body)]
            self.names = set(re.findall(r"[A-Za-z_]\w*", text)) - FUNCTIONS.keys()
        else:
            self.names = free(text)
            known = self.names | {left for left, _ in statements(text)}
            self.program = [
                (left, ast.parse(python_of(right, known), mode="eval").body) for left, right in statements(text)
            ]
        self.known = self.names | {left for left, _ in self.program}

    def completed(self, env: Env) -> dict[str, Any]:
        """The values of the intermediates as well."""
        made = dict(env)
        for name, tree in self.program:
            made[name] = evaluate(tree, made)
        return made

    def along(self, env: Env, name: str, order: int) -> Any:
        """A numerical derivative of the output."""
        output = self.program[-1][0]
        return mpmath.diff(lambda value: self.completed({**env, name: value})[output], env[name], order)

    def truth(self, env: Env) -> Any:
        """The derivative that is asked for."""
        if self.implicit:
            return -self.along(env, self.wrt, 1) / self.along(env, self.implicit, 1)
        return self.along(env, self.wrt, self.order)

    def points(self) -> list[dict[str, Any]]:
        """Points at which the function is defined, on an implicit curve if there is one."""
        rng, found = random.Random(11), []
        for attempt in range(600):
            env = {name: mpf(rng.randint(-260, 260)) / 67 + mpf(1) / 89 for name in sorted(self.names)}
            if attempt % 2:
                env = {name: abs(value) / (3 if attempt % 4 == 1 else 1) for name, value in env.items()}
            try:
                if self.implicit:
                    env[self.implicit] = self._on_curve(env)
                if abs(self.truth(env)) < mpf(10) ** 12:
                    found.append(env)
            except Undefined:
                continue
            if len(found) == POINTS:
                break
        return found

    def _on_curve(self, env: Env) -> Any:
        name = self.implicit
        value = mpmath.findroot(lambda y: self.completed({**env, name: y})["F"], env[name])
        if isinstance(value, mpmath.mpc):
            raise ValueError("no real point of the curve")
        return value

    def value(self, answer: str, env: Env) -> Any:
        """An answer's value; None where it is undefined."""
        tree = ast.parse(python_of(answer.partition("=")[2] or answer, self.known), mode="eval").body
        try:
            return evaluate(tree, self.completed(env))
        except Undefined:
            return None


def close(value: Any, truth: Any) -> bool:
    """Equal to thirty digits."""
    return bool(abs(value - truth) <= AGREE * (1 + abs(truth)))
