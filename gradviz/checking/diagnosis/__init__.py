"""Which mistake gives a wrong answer, and at which node."""
