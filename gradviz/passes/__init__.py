"""What reads a graph: the backward pass, numbers, code, formulas."""
