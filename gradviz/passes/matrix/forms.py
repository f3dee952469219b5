"""Gradients in matrix form: lowered, simplified, written, and verified before they are shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from gradviz.passes.backward import Backward
from gradviz.passes.formulas import Formula
from gradviz.passes.matrix.algebra import Matrix
from gradviz.passes.matrix.cost import cost
from gradviz.passes.matrix.family import Family, twin_of
from gradviz.passes.matrix.fold import fold
from gradviz.passes.matrix.lower import Lowering
from gradviz.passes.matrix.setting import (
    LONGEST,
    SIZES,
    Setting,
    definitions,
    quietly,
    simplified,
    used_names,
    where,
    written,
)
from gradviz.passes.matrix.trial import Point, Reading, agrees, lying, points_of, read, squeezed, without_ones
from gradviz.passes.matrix.vectors import NoMatrixForm
from gradviz.shape import size

UNTRIED = "no point was found at which it could be verified"
LARGEST = 1_000_000
"""Entries that an array may have where formulas are tried at the program's own sizes."""


@dataclass(frozen=True, slots=True)
class Forms:
    """What was found for the gradients of one output.

    Args:
        whole: by node, its gradient in the inputs alone.
        named: by node, its gradient with names of intermediates in it, where that is shorter than `whole`.
        where: the definitions of the intermediates that stand in `named`, by name, in the order of the computation.
        reasons: by node, why there is no matrix form: to be read behind "shown by index instead:".
        general: nodes whose formulas hold for all sizes of the program's letters; the others hold at its own sizes.
        failures: nodes whose formula failed its verification and is withheld: a bug in gradviz.
    """

    whole: Mapping[int, Formula] = field(default_factory=dict)
    named: Mapping[int, Formula] = field(default_factory=dict)
    where: Mapping[str, Formula] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)
    general: frozenset[int] = frozenset()
    failures: tuple[int, ...] = ()

    def best(self, id: int) -> Formula | None:
        """The one to show first: by names where that is shorter."""
        return self.named.get(id) or self.whole.get(id)


def gradient_forms(
    backward: Backward,
    wanted: Iterable[int],
    *,
    names: Mapping[int, str],
    users: Collection[int] = (),
    family: Family | None = None,
    symmetric: Collection[str] = (),
) -> Forms:
    """The gradients of an output in matrix form.

    Args:
        backward: the gradient graph.
        wanted: the nodes by which gradients are wanted.
        names: what bears a name, by node: inputs and intermediates.
        users: the intermediates whose names the user gave; the others' are only used where there are none.
        family: the program at other sizes, where its shapes have letters.
        symmetric: names of inputs that are symmetric matrices.

    Example:
        >>> from gradviz.graph.graph import Graph
        >>> from gradviz.passes.backward import differentiate
        >>> from gradviz.syntax.show import to_text, to_unicode
        >>> g = Graph()
        >>> W, x = g.input("W", (2, 3)), g.input("x", (3,))
        >>> back = differentiate(g, g.squared_norm(W @ x).id)
        >>> forms = gradient_forms(back, [W.id, x.id], names={0: "W", 1: "x"})
        >>> to_unicode(forms.whole[W.id].display), to_text(forms.whole[x.id].spelled)
        ('2 (W x) xᵀ', '2*W.T @ W @ x')
    """
    asked = [i for i in wanted if i in backward.gradients]
    own = Setting(backward, {}, names, users, symmetric)
    twin = twin_of(family, backward)
    if family is None or twin is None:
        return _forms(own, asked, Trials(own, None))
    found = _forms(Setting(twin.backward, twin.letters, names, users, symmetric), asked, Trials(own, family))
    rest = [i for i in asked if i in found.failures or found.reasons.get(i) == UNTRIED]
    if not rest:
        return found
    # A size may stand in it in a way that letters do not say, such as 1/(N − 1): then it holds at these sizes.
    return _merged(found, _forms(own, rest, Trials(own, None)))


@dataclass(slots=True)
class Trials:
    """Where formulas are verified: the program's own sizes, and others where it has letters."""

    own: Setting
    family: Family | None
    _points: dict[Any, list[tuple[Point, ...]]] = field(default_factory=dict)

    def holds(self, formula: Formula, id: int) -> bool | None:
        """Whether a formula is the gradient by a node wherever it is tried; None if there is no place to try it."""
        shapes = self.family.written if self.family is not None else {}
        names = set(self.own.names.values())
        spelled: Reading | None = None
        shown: Reading | None = None
        tried = 0
        for points in self.places(id):
            if not points:
                continue
            spelled = spelled or read(formula.spelled, shapes, names)
            shown = shown or read(lying(formula.display, points[0]), without_ones(shapes), names)
            if not agrees(spelled, points, id) or not agrees(shown, [squeezed(point) for point in points], id):
                return False
            tried += len(points)
        return bool(tried) or None

    def places(self, id: int) -> list[tuple[Point, ...]]:
        """Points at different sizes, with the gradient by a node."""
        if id not in self._points:
            backs = [*self._twins()]
            self._points[id] = [
                tuple(_gradient_points(back, id, self.own, count=1 if self.family else 3, seed=seed))
                for seed, back in enumerate(backs)
            ]
        return self._points[id]

    def _twins(self) -> list[Backward]:
        nodes = self.own.backward.graph.nodes
        if self.family is None:
            return [self.own.backward] if all(size(node.shape) <= LARGEST for node in nodes) else []
        made: list[Backward] = []
        for sizes in SIZES:
            letters = {letter: sizes[i % len(sizes)] for i, letter in enumerate(self.family.letters)}
            twin = twin_of(self.family, self.own.backward, letters)
            if twin is not None:
                made.append(twin.backward)
        return made


def _gradient_points(back: Backward, id: int, own: Setting, *, count: int, seed: int) -> list[Point]:
    target = back.gradients[id]
    points = points_of(back.graph, own.names, [target], symmetric=own.symmetric, count=count, seed=seed)
    return [Point(point.names, {id: point.values[target]}) for point in points]


def _forms(setting: Setting, asked: Sequence[int], trials: Trials) -> Forms:
    """Whole and named forms of the gradients, verified."""
    whole, reasons = _lowered(setting, asked, setting.inputs)
    inner = setting.intermediates()
    named, _ = _lowered(setting, asked, {**setting.inputs, **inner}) if inner else ({}, {})
    known = definitions(setting, {**setting.inputs, **inner})
    found: dict[int, Formula] = {}
    by_names: dict[int, Formula] = {}
    failures: list[int] = []
    for i in asked:
        short = named.get(i)
        if short is not None:
            short = quietly(partial(fold, short, known), short)
        for form, into in ((whole.get(i), found), (short, by_names)):
            if form is None or cost(form) > LONGEST or (into is by_names and not _shorter(form, whole.get(i))):
                continue
            formula = written(form, setting, setting.backward.graph.nodes[i].shape)
            verdict = trials.holds(formula, i)
            if verdict:
                into[i] = formula
            elif verdict is False:
                failures.append(i)
            else:
                reasons[i] = UNTRIED
        if i not in found and i not in by_names and i not in failures:
            reasons.setdefault(i, "the formula is too long to be read")
    used = used_names([*by_names.values()])
    defined = where(setting, {i: name for i, name in inner.items() if name in used}, inner)
    good = frozenset({*found, *by_names}) if setting.letters else frozenset()
    kept = {i: reason for i, reason in reasons.items() if i not in found and i not in by_names}
    return Forms(found, by_names, defined, kept, good, tuple(dict.fromkeys(failures)))


def _shorter(form: Matrix, whole: Matrix | None) -> bool:
    return whole is None or cost(form) < cost(whole)


def _lowered(
    setting: Setting, asked: Sequence[int], names: Mapping[int, str]
) -> tuple[dict[int, Matrix], dict[int, str]]:
    """Gradients in the algebra, simplified; where there is none, the reason."""
    backward = setting.backward
    lowering = Lowering(backward.graph, names, setting.symmetric, setting.literals)
    made = lowering.of(backward.gradients[i] for i in asked)
    found: dict[int, Matrix] = {}
    reasons: dict[int, str] = {}
    for i in asked:
        form = made[backward.gradients[i]]
        if isinstance(form, NoMatrixForm):
            reasons[i] = form.reason
        else:
            found[i] = simplified(form)
    return found, reasons


def _merged(first: Forms, second: Forms) -> Forms:
    """Forms for all sizes, and for those that have none, at the program's own sizes."""
    return Forms(
        {**first.whole, **second.whole},
        {**first.named, **second.named},
        {**second.where, **first.where},
        {**{i: reason for i, reason in first.reasons.items() if reason != UNTRIED}, **second.reasons},
        first.general,
        second.failures,
    )
