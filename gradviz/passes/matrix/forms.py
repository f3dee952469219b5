"""Gradients in matrix form: lowered, simplified, written, and verified before they are shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from gradviz.passes.backward import Backward
from gradviz.passes.formula import Formula
from gradviz.passes.matrix.algebra import Matrix
from gradviz.passes.matrix.cost import cost
from gradviz.passes.matrix.deltas import Named, with_deltas
from gradviz.passes.matrix.family import Family, twin_of
from gradviz.passes.matrix.fold import fold
from gradviz.passes.matrix.found import Forms
from gradviz.passes.matrix.letters import lettered
from gradviz.passes.matrix.lower import Lowering
from gradviz.passes.matrix.setting import (
    LONGEST,
    OWN_SIZES,
    SINGULAR,
    Setting,
    closure,
    definitions,
    quietly,
    simplified,
    used_names,
    where,
    written,
)
from gradviz.passes.matrix.trials import Trials
from gradviz.passes.matrix.vectors import NoMatrixForm

TOO_LONG = "the formula is too long to be read"
UNTRIED = "no point was found at which it could be verified"


HOPELESS = 3
"""How many times longer than readable a formula may be before it is simplified."""


def gradient_forms(
    backward: Backward,
    wanted: Iterable[int],
    *,
    names: Mapping[int, str],
    users: Collection[int] = (),
    family: Family | None = None,
    declared: Collection[tuple[str, str]] = (),
) -> Forms:
    """The gradients of an output in matrix form.

    Args:
        backward: the gradient graph.
        wanted: the nodes by which gradients are wanted.
        names: what bears a name, by node: inputs and intermediates.
        users: the intermediates whose names the user gave; the others' are only used where there are none.
        family: the program at other sizes, where its shapes have letters.
        declared: what inputs are declared to be, in pairs such as ("S", "symmetric").

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
    own = Setting(backward, {}, names, users, declared)
    found = _found(own, [i for i in wanted if i in backward.gradients], family)
    relied = {name: _relying(found, own, family, name) for name, word in sorted(declared) if word == "stochastic"}
    return replace(found, relied={name: ids for name, ids in relied.items() if ids})


def _relying(forms: Forms, own: Setting, family: Family | None, name: str) -> tuple[int, ...]:
    """The nodes whose formulas do not hold where an input is not what it is declared to be."""
    trials = Trials(replace(own, declared=[pair for pair in own.declared if pair[0] != name]), family)
    shown = [*forms.whole.items(), *forms.named.items()]
    return tuple(sorted({i for i, formula in shown if trials.holds(formula, i) is False}))


def _found(own: Setting, asked: Sequence[int], family: Family | None) -> Forms:
    """Forms for all sizes where there are letters, else at the program's own."""
    backward = own.backward
    twin = twin_of(family, backward)
    if family is None or twin is None:
        return _readable(own, asked, Trials(own, None))
    trials = Trials(own, family)
    found = _readable(replace(own, backward=twin.backward, letters=twin.letters, literals={}), asked, trials)
    rest = [i for i in asked if i in found.failures or found.reasons.get(i) == UNTRIED]
    if not rest:
        return found
    return _merged(found, _everywhere(_readable(own, rest, Trials(own, None)), trials), rest)


def _everywhere(found: Forms, trials: Trials) -> Forms:
    """Formulas made at the program's own sizes, as far as they hold at others; a size may stand in them as a number."""
    good = {i for forms in (found.whole, found.named) for i, formula in forms.items() if trials.holds(formula, i)}
    bad = {*found.whole, *found.named} - good
    reasons = {**found.reasons, **dict.fromkeys(bad, OWN_SIZES)}
    whole = {i: formula for i, formula in found.whole.items() if i in good and trials.holds(formula, i)}
    named = {i: formula for i, formula in found.named.items() if i in good and trials.holds(formula, i)}
    used = closure(named.values(), found.where)
    where = {name: formula for name, formula in found.where.items() if name in used}
    return replace(found, whole=whole, named=named, where=where, reasons=reasons, general=frozenset(good))


def _readable(setting: Setting, asked: Sequence[int], trials: Trials) -> Forms:
    """Forms by the names that the user gave; where these are too long, by all names."""
    found = _forms(setting, asked, trials)
    long = [i for i in asked if found.reasons.get(i) == TOO_LONG]
    if not long or not setting.users:
        return found
    return _merged(found, _forms(replace(setting, users=()), long, trials), long)


def _forms(setting: Setting, asked: Sequence[int], trials: Trials) -> Forms:
    """Whole and named forms of the gradients, verified; letters take part in sums."""
    with lettered(setting.letters):
        return _verified(setting, asked, trials)


def _verified(setting: Setting, asked: Sequence[int], trials: Trials) -> Forms:
    """Whole and named forms of the gradients that hold where they are tried."""
    whole, reasons = _lowered(setting, asked, setting.inputs)
    inner = setting.intermediates()
    named, _ = _lowered(setting, asked, {**setting.inputs, **inner}) if inner else ({}, {})
    known = definitions(setting, {**setting.inputs, **inner})
    foldable = {i: form for i, form in whole.items() if known and not _hopeless(form)}
    ways = {i: [form, *([foldable[i]] if i in foldable else [])] for i, form in named.items()}
    short = {i: min((quietly(partial(fold, x, known), x) for x in forms), key=cost) for i, forms in ways.items()}
    found: dict[int, Formula] = {}
    by_names: dict[int, Formula] = {}
    failures: list[int] = []
    for i in asked:
        for form, into in ((whole.get(i), found), (short.get(i), by_names)):
            if form is None or cost(form) > LONGEST or (into is by_names and not _shorter(form, whole.get(i))):
                continue
            formula = written(form, setting, setting.backward.graph.nodes[i].shape)
            verdict = trials.holds(formula, i)
            if verdict:
                into[i] = formula
            elif verdict is False:
                failures.append(i)
            else:
                reasons[i] = SINGULAR if trials.found(i) else UNTRIED
    best = {i: min(forms, key=cost) for i in asked if (forms := [f[i] for f in (whole, short) if i in f])}
    wanted = {i: form for i, form in best.items() if i in setting.inputs and i not in failures}
    pieces = _shared(setting, wanted, by_names, trials)
    for i in asked:
        if i not in found and i not in by_names and i not in failures:
            reasons.setdefault(i, TOO_LONG)
    defined = _defined(setting, by_names, inner, pieces, trials, failures)
    good = frozenset({*found, *by_names}) if setting.letters else frozenset()
    kept = {i: reason for i, reason in reasons.items() if i not in found and i not in by_names}
    return Forms(found, by_names, defined, kept, good, failures=tuple(dict.fromkeys(failures)))


def _shared(
    setting: Setting, forms: Mapping[int, Matrix], by_names: dict[int, Formula], trials: Trials
) -> dict[str, Formula]:
    """Names for what the gradients by the inputs have in common; their formulas by these names go to `by_names`."""
    made = with_deltas(forms, {*setting.names.values(), *setting.letters.values()})
    pieces = {
        name: written(form, setting, () if form.is_scalar else (form.rows, form.columns)[: 1 + (form.columns > 1)])
        for name, form in made.pieces.items()
    }
    trials.use(pieces)
    if all(cost(form) <= LONGEST for form in made.pieces.values()) and _all_hold(made, pieces, setting, trials):
        for i, form in made.forms.items():
            by_names[i] = written(form, setting, setting.backward.graph.nodes[i].shape)
        return pieces
    trials.use({})
    return {}


def _all_hold(made: Named, pieces: Mapping[str, Formula], setting: Setting, trials: Trials) -> bool:
    """Whether formulas by names for pieces are short enough, and hold, and the definitions of the names too."""
    for i, form in made.forms.items():
        formula = written(form, setting, setting.backward.graph.nodes[i].shape)
        if cost(form) > LONGEST or not trials.holds(formula, i):
            return False
    some = next(iter(made.forms), None)
    return some is None or all(trials.defines(piece, name, some) for name, piece in pieces.items())


def _defined(
    setting: Setting,
    named: dict[int, Formula],
    inner: Mapping[int, str],
    pieces: Mapping[str, Formula],
    trials: Trials,
    failures: list[int],
) -> dict[str, Formula]:
    """What the names in formulas stand for, verified; a formula is dropped with a name that has no true definition."""
    defined = {**where(setting, used_names([*named.values(), *pieces.values()]), inner), **pieces}
    for i, name in inner.items():
        if name not in defined:
            continue
        users = [k for k, formula in named.items() if name in closure([formula], defined)]
        if users and trials.defines(defined[name], name, users[0]) is False:
            failures.append(i)
            for k in users:
                del named[k]
    used = closure(named.values(), defined)
    return {name: defined[name] for name in defined if name in used}


def _shorter(form: Matrix, whole: Matrix | None) -> bool:
    return whole is None or cost(form) < cost(whole)


def _lowered(
    setting: Setting, asked: Sequence[int], names: Mapping[int, str]
) -> tuple[dict[int, Matrix], dict[int, str]]:
    """Gradients in the algebra, simplified; where there is none, the reason."""
    backward = setting.backward
    lowering = Lowering(backward.graph, names, setting.declared, setting.literals)
    made = lowering.of(backward.gradients[i] for i in asked)
    found: dict[int, Matrix] = {}
    reasons: dict[int, str] = {}
    known: dict[Matrix, Matrix] = {}
    for i in asked:
        form = made[backward.gradients[i]]
        if isinstance(form, NoMatrixForm):
            reasons[i] = form.reason
        else:
            found[i] = form if _hopeless(form) else simplified(form, known)
    return found, reasons


def _hopeless(form: Matrix) -> bool:
    """What is many times too long does not become readable, and is not worth the search."""
    return cost(form) > HOPELESS * LONGEST


def _merged(first: Forms, second: Forms, retried: Collection[int]) -> Forms:
    """Forms, and others for those that have none."""
    reasons = {i: reason for i, reason in first.reasons.items() if i not in retried} | dict(second.reasons)
    return Forms(
        {**first.whole, **second.whole},
        {**first.named, **second.named},
        {**second.where, **first.where},
        reasons,
        first.general | second.general,
        failures=(*(i for i in first.failures if i not in retried), *second.failures),
    )
