"""Structured Jacobians: operators that know their shape, structure and nonzeros, and are dense only when asked."""

from gradviz.passes.jacobian.find import Found, jacobian_of
from gradviz.passes.jacobian.operator import Operator, Word
from gradviz.passes.jacobian.picture import pattern

__all__ = ["Found", "Operator", "Word", "jacobian_of", "pattern"]
