"""The right derivative as a short formula that was verified, where there is one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from gradviz.checking.reading.question import Question
from gradviz.explanation.data import GradientFacts, Math
from gradviz.explanation.wording import EFFORT, LARGE, TROUBLE, formula_math, reread
from gradviz.ops.op import INPUT
from gradviz.passes.formulas import Formulary
from gradviz.passes.simplify import Effort
from gradviz.passes.verify import sample


def correct_form(asked: Question) -> Math | None:
    """The derivative that is asked for as a formula, or None if it has no short one.

    Of a number by a number it is simplified; of arrays it is the matrix form, or the entries of a small one.
    """
    if len(asked.built.graph) > LARGE:
        return None
    try:
        return _scalar(asked) if not asked.shape else _array(asked)
    except TROUBLE:
        return None


def _scalar(asked: Question) -> Math | None:
    graph = asked.graph
    inputs = {i: node.name for i, node in enumerate(graph.nodes) if node.op is INPUT and node.name}
    if any(graph.nodes[i].shape for i in inputs):
        return None
    by = asked.built.graph.names[asked.wrt[0]]
    # A formulary writes what stands as the gradient by a node: here the derivative that was asked for.
    backward = replace(asked.passes[-1], graph=graph, gradients={by: asked.target})
    samples = sample(graph, inputs, [asked.target], None)
    formulary = Formulary(backward, inputs, inputs, samples, reread, Effort(nodes=EFFORT))
    formulary.prepare([by])
    made = formulary.gradient(by)
    return None if made is None else formula_math(made)


def _array(asked: Question) -> Math | None:
    from gradviz.explanation.first_form import first_form
    from gradviz.explanation.subject import subject_of

    built = asked.built
    if asked.order == 1 and asked.kind == "Jacobian":
        subject = subject_of(built.graph, built.output, built.output_name, built.values, (asked.wrt[0],), None)
        return first_form(built, subject).formula
    if asked.order == 1:
        from gradviz.explanation.explain import explain_graph
        from gradviz.passes.matrix.family import family_of

        if asked.pulled:
            return None
        data = explain_graph(
            built.graph,
            built.output,
            output_name=built.output_name,
            values=built.values,
            wrt=(asked.wrt[0],),
            family=family_of(built),
            declared=built.declared,
        )
        return _shorter(data.gradients[asked.wrt[0]], built.graph.names)
    if asked.order == 2 and len(set(asked.wrt)) == 1:
        from gradviz.explanation.second_form import second_form
        from gradviz.passes.second import hessian_of

        subject = subject_of(built.graph, built.output, built.output_name, built.values, (asked.wrt[0],), None)
        operator = hessian_of(built.graph, built.output, list(subject.wanted), subject.given)
        return second_form(built, subject, operator.second).formula
    return None


def _shorter(facts: GradientFacts, own: Collection[str]) -> Math | None:
    """The formula in the inputs, or a shorter one by the program's own names of intermediates."""
    if facts.formula is None or facts.named is None:
        return facts.formula or facts.named
    known = all(made.name.text in own for made in facts.where)
    return facts.named if known and len(facts.named.unicode) < len(facts.formula.unicode) else facts.formula
