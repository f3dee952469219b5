"""Losses for yes or no: from probabilities or from logits."""

from __future__ import annotations

from functools import partial

from gradviz.networks.block import Block, Site
from gradviz.networks.losses.reducing import REDUCTIONS, alike, batch, note_of, reduced
from gradviz.ops.op import Attribute, Term


def _bce(site: Site, p: Term, target: Term, **how: Attribute) -> Term:
    samples = batch(alike(site, "bce", p, target))
    terms = -(target * site.log_clamped(p) + (1 - target) * site.log_clamped(1 - p))
    return reduced(site, terms, samples, **how)


def _bce_with_logits(site: Site, z: Term, target: Term, **how: Attribute) -> Term:
    samples = batch(alike(site, "bce_with_logits", z, target))
    made = site.made_by(z)
    if made == "sigmoid":
        site.note(
            "sigmoid is applied twice: bce_with_logits takes logits and applies it itself. It would see only "
            "probabilities between 0.5 and 0.73. Leave sigmoid out, or use bce"
        )
    elif made == "softmax":
        site.note("bce_with_logits takes logits and applies sigmoid itself: leave softmax out, or use cross_entropy")
    return reduced(site, site.softplus(z) - target * z, samples, **how)


_row = partial(Block, family="loss", arity=2, parameters=REDUCTIONS, note=note_of, alike=True)

ROWS: tuple[Block, ...] = (
    _row(
        name="bce",
        doc="−(t ln p + (1 − t) ln(1 − p)) for probabilities p. The logarithms end at −100, and have no slope there.",
        expand=_bce,
        title="binary cross-entropy",
        source="torch.nn.BCELoss: its values for every p, its gradients wherever neither logarithm is cut",
    ),
    _row(
        name="bce_with_logits",
        doc="ln(1 + e^z) − t z: binary cross-entropy of σ(z), without overflow for any z.",
        expand=_bce_with_logits,
        title="sigmoid and binary cross-entropy",
        source="torch.nn.BCEWithLogitsLoss; Deep Learning, section 6.2.2.2",
    ),
)
