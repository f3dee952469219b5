"""The mistakes that belong to no row: the chain rule, coefficients, sums, products, quotients and powers, by kind.

What teachers have written feedback for, and how often each occurs (`prior`, the most frequent about 1). They stand in
`tables/`; a row's own mistakes (`Op.mistakes`) are priced there too.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gradviz.checking.diagnosis.scalar.steps import Kind
from gradviz.checking.diagnosis.slip import Slip
from gradviz.checking.diagnosis.tables.arithmetic import DIFFERENCE, MINUS, MULTIPLE, PRODUCT, QUOTIENT, SUM
from gradviz.checking.diagnosis.tables.chain import CONSTANT, DEPENDENT, VARIABLE
from gradviz.checking.diagnosis.tables.powers import EXPONENTIAL, POWER, TOWER

BY_KIND: Mapping[Kind, tuple[Slip, ...]] = MappingProxyType(
    {
        "variable": VARIABLE,
        "dependent": DEPENDENT,
        "constant": CONSTANT,
        "minus": MINUS,
        "multiple": MULTIPLE,
        "sum": SUM,
        "difference": DIFFERENCE,
        "product": PRODUCT,
        "quotient": QUOTIENT,
        "power": POWER,
        "exponential": EXPONENTIAL,
        "tower": TOWER,
        "function": (),
        "operation": (),
    }
)
"""The structural mistakes of each kind of step."""
