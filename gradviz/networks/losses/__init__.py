"""Losses, penalties and likelihoods: PyTorch's names, operands (input, target), reductions and numbers."""

from gradviz.networks.losses import binary, classification, likelihoods, penalties, regression
from gradviz.networks.losses.targets import check_targets

__all__ = ["LIKELIHOODS", "LOSSES", "PENALTIES", "check_targets"]

LOSSES = (*regression.ROWS, *classification.ROWS, *binary.ROWS)
PENALTIES = penalties.ROWS
LIKELIHOODS = likelihoods.ROWS
